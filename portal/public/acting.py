"""What two people read of one case where one acts for the other: whose move it is, and what each may do."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.look.days import in_words
from requests_app import law, subject
from requests_app.lifecycle import State
from requests_app.models import Case
from requests_app.verification import acting, representative

Turn = dict[str, object]
UNSETTLED = frozenset({State.RECEIVED, State.VERIFYING})


def gets_answer(case: Case, told: subject.Subject, acts: bool) -> bool:
    """Whether the answer and its files belong to whoever reads, and not to the other side where somebody acts."""
    return case.capacity == law.SELF or acts == bool(told.answer_to)


def acting_steps(grant: law.Authority, language: str) -> list[Turn]:
    """The first steps after sending: what is to be shown, and what the person has to do with it."""
    steps: list[Turn] = []
    if grant.required:
        asked = "\n".join(ask.words.in_(language) for ask in grant.required)
        steps.append({"title": _("You: show that you may act"), "detail": asked, "state": "now"})
    if grant.person == "confirms":
        steps.append(
            {
                "title": _("The person you act for confirms"),
                "detail": _("With a code that we send to the address we have. They need not ask again."),
                "state": "next",
            }
        )
    elif grant.person == "is_told":
        steps.append({"title": _("We tell the address we have that somebody asks"), "state": "next"})
    return steps


def turns_of(case: Case, told: subject.Subject, language: str, acts: bool) -> list[Turn]:
    """Whose move it is while the authority is open; empty once it is settled, or where nobody acts."""
    if case.capacity == law.SELF:
        return []
    if not acts:
        return _for_the_person(case, told, language)
    if State(case.state) not in UNSETTLED:
        return []
    return [_for_the_one_who_acts(case)]


def _for_the_person(case: Case, told: subject.Subject, language: str) -> list[Turn]:
    if not representative.may_deny(case):
        return [] if State(case.state) not in UNSETTLED else [_quiet(_("You said no"), _nothing_happens())]
    asks, held = representative.may_confirm(case), acting.claim_of(case)
    if held is not None and held.confirmed_at is not None:
        if State(case.state) not in UNSETTLED:
            return []
        text = _("A person checks what was shown to us. You need not prove anything else.")
        return [_quiet(_("You said yes"), text)]
    named = acting.capacity_of(case).named.in_(language)
    text = _("%(name)s asks this for you, as %(named)s.") % {"name": told.written_by, "named": named}
    url = reverse("public:allow", args=[case.controller, case.reference])
    acts: list[Turn] = [{"words": _("No, I did not allow this"), "url": url, "post": True, "value": "deny"}]
    if asks:
        yes = {"words": _("Yes, I allow this"), "url": url, "post": True, "value": "allow"}
        return [
            {
                "kind": "yours",
                "title": _("Do you allow this?"),
                "text": _("%(first)s %(second)s")
                % {"first": text, "second": _("You need not ask again, and need not prove anything else.")},
                "acts": [yes, *acts],
            }
        ]
    return [{**_quiet(_("Somebody acts for you"), text), "acts": acts}]


def _for_the_one_who_acts(case: Case) -> Turn:
    grant, held = acting.authority_of(case), acting.claim_of(case)
    url = reverse("public:papers", args=[case.controller, case.reference])
    missing = grant.missing(held.shown if held else [])
    if representative.may_show(case) and missing:
        text = _("If nothing is shown by %(day)s, we have to answer that we could not make sure.") % {
            "day": in_words(case.due_on, "medium")
        }
        acts = [{"words": _("Show it now"), "url": url, "primary": True}]
        return {"kind": "yours", "title": _("Show that you may act"), "text": text, "acts": acts}
    if grant.person == "confirms" and not (held and held.confirmed_at):
        return _quiet(
            _("We wait for the person you act for"),
            _("If we have an address for them, we asked them there to confirm. They need not ask again."),
        )
    return _quiet(_("We look at what you showed"), _("A person checks it. Nothing for you to do."))


def _nothing_happens() -> str:
    return _("Nothing is shown, changed or deleted because of this request.")


def _quiet(title: str, text: str) -> Turn:
    return {"kind": "quiet", "whose": _("Our turn"), "title": title, "text": text}
