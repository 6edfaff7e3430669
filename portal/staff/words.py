"""What the columns of a case mean to a reader: whom it waits for, how it came, what an outcome is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import pgettext_lazy

from identity.models import Role, User
from portal.look.days import page_language
from portal.staff.doors import Place
from requests_app import law
from requests_app.lifecycle import APPROVE, PROPOSE, Outcome, State
from requests_app.models import Case, Channel
from requests_app.register import Controller
from requests_app.response import posting, told
from requests_app.subject import Subject
from requests_app.verification import acting, steps

CHANNELS = {
    Channel.WEB: later("Web"),
    Channel.EMAIL: pgettext_lazy("a channel", "E-mail"),
    Channel.POST: later("Post"),
    Channel.PHONE: later("Phone"),
    Channel.IN_PERSON: later("In person"),
    Channel.OWN_MOTION: later("Own motion"),
}
CAME_BY = {
    Channel.WEB: later("By web form"),
    Channel.EMAIL: pgettext_lazy("a case came", "By e-mail"),
    Channel.POST: pgettext_lazy("a case came", "By post"),
    Channel.PHONE: later("By phone"),
    Channel.IN_PERSON: pgettext_lazy("a case came", "In person"),
}
IN_SHORT = {"en": "EN", "zh-Hans": "中文"}
"""Languages where there is little room, each in its own signs."""
SHORT = {
    "KNOW_PCS": pgettext_lazy("a case in the queue", "Copy"),
    "KNOW_CAT": pgettext_lazy("a case in the queue", "Categories"),
    "DELETE": pgettext_lazy("a case in the queue", "Delete"),
    "CORRECT": pgettext_lazy("a case in the queue", "Correct"),
    "OPT_OUT": pgettext_lazy("a case in the queue", "Opt out"),
    "LIMIT": pgettext_lazy("a case in the queue", "Limit"),
    "US_ACCESS": pgettext_lazy("a case in the queue", "Copy"),
    "US_UPDATE": pgettext_lazy("a case in the queue", "Correct"),
    "US_DELETE": pgettext_lazy("a case in the queue", "Delete"),
    "CN_CORRECT": pgettext_lazy("a case in the queue", "Correct"),
    "CN_CANCEL": pgettext_lazy("a case in the queue", "Close account"),
    "CN_PORT": pgettext_lazy("a case in the queue", "Move"),
    "CN_RESTRICT": pgettext_lazy("a case in the queue", "Restrict"),
    "CN_ACCESS": pgettext_lazy("a case in the queue", "See"),
    "CN_COPY": pgettext_lazy("a case in the queue", "Copy"),
    "CN_DELETE": pgettext_lazy("a case in the queue", "Delete"),
}
"""One word for a right where its title would push out whom the case waits for."""
OUTCOMES = {
    Outcome.GRANTED: later("Granted"),
    Outcome.GRANTED_IN_PART: later("Granted in part"),
    Outcome.REFUSED: later("Refused"),
    Outcome.NOT_IDENTIFIED: later("Not identified"),
    Outcome.NOT_FOUND: later("Nothing found"),
    Outcome.WITHDRAWN: later("Withdrawn"),
    Outcome.DUPLICATE: later("Duplicate"),
    Outcome.MISTAKEN: later("Opened by mistake"),
}
STATES = {
    State.RECEIVED: later("received"),
    State.VERIFYING: later("verifying"),
    State.ASSESSING: later("assessing"),
    State.APPROVING: later("approving"),
    State.FULFILLING: later("fulfilling"),
    State.RESPONDING: later("responding"),
    State.CLOSED: later("closed"),
    State.ARCHIVED: later("archived"),
}
ROLES = {
    Role.HANDLER: later("handler"),
    Role.PRIVACY_LEAD: later("privacy lead"),
    Role.COUNSEL: later("counsel"),
    Role.AUDITOR: later("auditor"),
    Role.ADMINISTRATOR: later("administrator"),
}
STANDARDS = {
    law.Level.NONE: later("no proof may be asked"),
    law.Level.REASONABLE: later("reasonable"),
    law.Level.HIGH: later("reasonably high"),
    law.Level.ACCOUNT: later("account sign-in"),
}
GRANTING = {
    "access": pgettext_lazy("determination", "Give"),
    "categories": pgettext_lazy("determination", "Give"),
    "port": pgettext_lazy("determination", "Give"),
    "delete": pgettext_lazy("determination", "Erase"),
    "cancel": pgettext_lazy("determination", "Erase"),
    "correct": pgettext_lazy("determination", "Correct"),
    "restrict": pgettext_lazy("determination", "Restrict"),
}


def listed(parts: Iterable[str]) -> str:
    """Several in a row, as the page's language writes a list."""
    return law.LISTING.in_(page_language()).join(parts)


def rules_of(case: Case) -> tuple[law.Regime, law.Right]:
    """The statute in force when it came, and the right."""
    regime = law.regime(case.regime, case.received_on)
    return regime, regime.right(case.right)


def granting(right: law.Right) -> str:
    """What granting means for this right."""
    return str(GRANTING.get(right.operation, _("Carry out")))


def short(right: law.Right) -> str:
    """The right in one word, or its title."""
    return str(SHORT.get(right.code) or right.title.in_(page_language()))


def came_by(channel: str) -> str:
    """The way a case came in, as a fact of its own."""
    return str(CAME_BY.get(channel, channel))


def initials(told: Subject) -> str:
    """As little of a name as tells two rows apart: ``D. W.``, 王**."""
    words = told.name.split()
    if not words:
        address = told.email or ("@" in told.known_by and told.known_by)
        return f"{address[:1]}***" if address else told.masked_email or "–"
    if any(sign >= "\u2e80" for sign in words[0][:1]):
        return f"{words[0][0]}**"
    return " ".join(f"{word[0]}." for word in (words[0], words[-1])[: len(words)])


def masked(told: Subject) -> str:
    """Name and address, hidden but for their first signs."""
    name = " ".join(f"{word[0]}***" for word in told.name.split())
    return " · ".join(part for part in (name, told.masked_email) if part) or "–"


def system_title(controller: Controller, key: str) -> str:
    """A system's name in the language of the page."""
    return controller.system_title(key, page_language())


def holding_title(controller: Controller, key: str) -> str:
    """What a holding is called in the language of the page."""
    return controller.holding_title(key, page_language())


def telling(case: Case, place: Place) -> tuple[str, str]:
    """Whose move it is on an answered case of which third parties are still to be told, and whether it is late."""
    late = f" · {_('late')}" if case.due_on < place.today else ""
    return _handler(case, place), _("tell the recipients") + late


TOLD = {
    told.BY_PHONE: CAME_BY[Channel.PHONE],
    told.IN_PERSON: CHANNELS[Channel.IN_PERSON],
    told.NOBODY: later("To nobody: whoever asked cannot be reached"),
}
"""How an answer was given that no letter could carry."""


def waiting(case: Case, place: Place) -> tuple[str, str]:
    """Whose move it is, and what they must do."""
    kind, _colon, detail = case.waits_for.partition(":")
    if kind == "decision":
        return _handler(case, place), _("decide")
    if kind == "approval":
        who = _("You") if place.may(case, APPROVE) else _("Second person")
        return who, _("second approval")
    if kind == "system":
        return system_title(place.controller, detail), _("not answering")
    if kind == "sister_case":
        before = case.after.spaced_reference if case.after else ""
        return _("Sister case"), _("%(reference)s is answered first") % {"reference": before}
    if kind == "letter_lacks" and detail == "doubt":
        return _handler(case, place), _("settle a doubt")
    if kind == "letter_lacks" and detail == "returned":
        return _handler(case, place), _("the post brought the letter back: correct the address")
    if kind == "letter_lacks" and detail == "files":
        return _handler(case, place), _("what the copy was made from is gone: take it back")
    if kind == "letter_lacks" and detail == "no_address":
        return _handler(case, place), _("no address is known: find one, or say how the answer was given")
    if kind == "letter_lacks" and detail == "left_register":
        return _handler(case, place), _("the inventory no longer describes what it is about: take it back")
    if kind == posting.WAITS:
        return _handler(case, place), _("to be posted")
    if kind == "letter_lacks":
        return _handler(case, place), _("the letter lacks something: take it back")
    if kind == "third_party":
        return _handler(case, place), _("look at what the copy names or carries, then release or take back")
    if kind == "texts":
        return _handler(case, place), _("texts wait to be read before the copy leaves")
    if kind == "recipients":
        return _handler(case, place), _("tell the recipients")
    if kind in (acting.CHECK, acting.DENIED):
        return _handler(case, place), _("check the authority") if kind == acting.CHECK else _(
            "the person said no"
        )
    fixed: Mapping[str, tuple[str, str]] = {
        "code": (_("Requester"), _("code by e-mail")),
        steps.BY_HAND: (_handler(case, place), _("no code reaches them: settle identity by hand")),
        acting.WAITS: (_("Requester"), _("authority to act")),
        acting.PERSON: (_("The person concerned"), _("confirms")),
        "proof": (_("Requester"), _("more proof")),
        "facts": (_("Portal"), _("comparing facts")),
        "document": (_handler(case, place), _("look at a document")),
        "doubt": (_handler(case, place), _("settle a doubt")),
        "systems": (_("Systems"), _("carrying it out")),
        "legal_hold": (_("Legal hold"), _("nothing may be erased")),
        "letter": (_("Letter"), _("going out")),
        "cooling_off": (_("Requester"), _("may still undo it")),
    }
    if kind in fixed:
        return fixed[kind]
    if kind:
        return _("Portal"), kind.replace("_", " ")
    if place.may(case, PROPOSE):
        return _("Systems"), _("searching")
    return _("Nobody"), ""


def _handler(case: Case, place: Place) -> str:
    if case.assignee_id == place.desk.user.pk:
        return _("You")
    person: User | None = case.assignee
    return person.name if person else _("Nobody yet")
