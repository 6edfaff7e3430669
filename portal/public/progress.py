"""Where a case stands, in words: its clock, whose turn it is, what is still to come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.look.clock import Clock
from portal.look.days import in_words, page_language
from portal.public import conditions
from requests_app import finding, law, owed, subject
from requests_app.fulfilment.steps import COOLING_OFF, SISTER
from requests_app.letters import by_post
from requests_app.lifecycle import NO_ANSWER, Outcome, State
from requests_app.models import Case, Letter, Package
from requests_app.response import posting
from requests_app.response.ledger import PACKAGED
from requests_app.verification import acting, need, needs

Turn = dict[str, object]
ORDER = [
    State.RECEIVED,
    State.VERIFYING,
    State.ASSESSING,
    State.APPROVING,
    State.FULFILLING,
    State.RESPONDING,
]


def working_calendars(cases: Iterable[Case]) -> owed.Calendars:
    """The calendars, asked for once, if any of these is counted by working days; none for plain days."""
    return owed.calendars() if any(_counts_working_days(case) for case in cases) else {}


def working_calendar(case: Case, under: owed.Calendars) -> law.Calendar | None:
    """The one by whose working days this case is counted, if it is."""
    regime = law.regime(case.regime, case.received_on)
    return under[regime.calendar] if _counts_working_days(case) else None


def _counts_working_days(case: Case) -> bool:
    duty = law.regime(case.regime, case.received_on).right(case.right).respond
    return duty.count in {"working_days", "business_days"}


def clock_of(case: Case, now: datetime, calendar: law.Calendar | None) -> Clock:
    """Days left, in the days its law counts; an answered case only says when."""
    regime = law.regime(case.regime, case.received_on)
    zone = ZoneInfo(regime.zone)
    today = now.astimezone(zone).date()
    done = case.answered_at or case.closed_at
    if done and case.outcome in NO_ANSWER:
        return Clock("answered", _("Ended %(day)s") % {"day": in_words(done.astimezone(zone).date())})
    working = None
    if calendar and today < case.due_on:
        days = ((today + timedelta(days=n + 1)) for n in range((case.due_on - today).days))
        working = sum(calendar.is_working(day) for day in days)
    return Clock.on(
        today,
        case.due_on,
        # Where the period is a promise of ours, no law's last day comes after it.
        None if regime.right(case.right).respond.house else case.last_on,
        answered_on=done.astimezone(zone).date() if done else None,
        extended=case.extended,
        working_days_left=working,
    )


def under(case: Case) -> str:
    """Beside the badge: our date, or that it is over."""
    match case.outcome if case.state == State.CLOSED else "":
        case Outcome.WITHDRAWN:
            return _("Withdrawn by you")
        case Outcome.DUPLICATE:
            return _("Joined with another request of yours")
        case Outcome.MISTAKEN:
            return _("Opened by us by mistake")
    if case.answered_at or case.state == State.CLOSED:
        return _("Our date was %(day)s") % {"day": in_words(case.due_on, "medium")}
    return _("We answer by %(day)s") % {"day": in_words(case.due_on, "medium")}


def turns(case: Case, address: str, packages: list[Package], letters: list[Letter], gone: str) -> list[Turn]:
    """Whose move it is, always with what happens next; ``gone`` says what is no longer to be fetched."""
    files = _files(case, packages, letters)
    match State(case.state):
        case State.RECEIVED:
            return [
                _ours(
                    _("We have your request"),
                    _("In a minute we write to %(address)s.") % {"address": address},
                )
            ]
        case State.VERIFYING if case.waits_for.startswith("system:"):
            return [_ours(_("We have your request"), _silent_system())]
        case State.VERIFYING:
            return [_code_turn(case, address)]
        case State.ASSESSING:
            if finding.calls_for_words(case):
                text = _("A person reads what you wrote and answers it. Nothing for you to do.")
                return [_ours(_("A person looks at it"), text)]
            return [_ours(_("We look at what we hold"), _searching(case))]
        case State.APPROVING:
            text = _("A second person checks what was proposed. Nothing for you to do.")
            return [_ours(_("A second person checks"), text)]
        case State.FULFILLING if case.answered_at:
            return [_so_far(files)]
        case State.FULFILLING:
            return [_ours(_("Our systems carry it out"), _carrying_out(case))]
        case State.RESPONDING if case.waits_for == posting.WAITS:
            text = _("It is printed, and comes to you by post. It counts from the day we post it.")
            return [_ours(_("Our answer goes to the post"), text)]
        case State.RESPONDING:
            return [_ours(_("We write the answer"), _("It comes to %(address)s.") % {"address": address})]
        case _:
            return [_over(case, files, gone)]


def still_to_come(case: Case) -> list[dict[str, object]]:
    """The dashed part of the timeline."""
    if case.state not in ORDER:
        return []
    ahead = {
        State.VERIFYING: _("You: type the code we send")
        if case.capacity == law.SELF
        else _("We make sure that they may act"),
        State.ASSESSING: _("We look at what we hold and what the law asks"),
        State.APPROVING: _("A second person checks"),
        State.FULFILLING: _("Our systems carry it out"),
    }
    if case.waits_for == acting.DENIED:
        # Nothing goes on; only the answer is still owed.
        ahead.clear()
    right = law.regime(case.regime, case.received_on).right(case.right)
    if finding.calls_for_words(case) and ahead:
        ahead[State.ASSESSING] = _("A person looks at it")
        del ahead[State.FULFILLING]
        if right.standard.level is law.Level.NONE:
            del ahead[State.VERIFYING]
    place = ORDER.index(State(case.state))
    if right.at_once and case.state == State.RECEIVED:
        ahead = {State.FULFILLING: ahead[State.FULFILLING]}
    steps: list[dict[str, object]] = []
    for state in ORDER[place:]:
        if state in ahead:
            now = state == case.state
            steps.append({"title": ahead[state], "state": "now" if now else "next"})
    steps.append(
        {
            "title": _("We answer"),
            "detail": _("By %(day)s.") % {"day": in_words(case.due_on, "long")},
            "state": "now" if case.state == State.RESPONDING else "next",
        }
    )
    return steps


def _ours(title: str, text: str) -> Turn:
    return {"kind": "quiet", "whose": _("Our turn"), "title": title, "text": text}


def _code_turn(case: Case, address: str) -> Turn:
    other = reverse("public:proof", args=[case.controller, case.reference])
    if case.waits_for == "facts":
        return _ours(_("We compare what you told us"), _("Look again in a minute."))
    if case.waits_for == "document":
        return _ours(_("A person looks at your document"), _("It is destroyed afterwards."))
    if not any(needs.may_ask(case, method) for method in need.CODES):
        return {
            "kind": "yours",
            "title": _("Show in one more way that it is you"),
            "text": _("What is missing and why stands on the next page. We answer on %(day)s in any case.")
            % {"day": in_words(case.due_on, "medium")},
            "acts": [{"words": _("See what is missing"), "url": other, "primary": True}],
        }
    text = _(
        "We wrote to %(address)s. The code shows that it is you. If you do nothing, we have to answer on %(day)s "
        "that we could not make sure."
    ) % {"address": address, "day": in_words(case.due_on, "medium")}
    url = reverse("public:code", args=[case.controller, case.reference])
    return {
        "kind": "yours",
        "title": _("Type the code we sent"),
        "text": text,
        "acts": [
            {"words": _("Enter the code"), "url": url, "primary": True},
            {"words": _("Show it another way"), "url": other},
        ],
    }


def _silent_system() -> str:
    return _("One of our systems does not answer just now. We keep trying; your date does not change.")


def _searching(case: Case) -> str:
    if case.waits_for.startswith("system:"):
        return _silent_system()
    found = conditions.results(case, page_language())
    if found:
        between = " " if page_language() == "en" else ""
        return between.join([*found, _("A person decides what the law leaves open.")])
    return _("A person decides what the law leaves open. Nothing for you to do.")


def _carrying_out(case: Case) -> str:
    if case.waits_for == COOLING_OFF:
        return _(
            "Nothing is closed yet: you have some days to think better of it and withdraw. Then it begins."
        )
    if case.after_id is not None and case.waits_for == SISTER:
        return _("It waits until you have your copy, and no longer than its own date.")
    if case.waits_for.startswith("system:"):
        return _silent_system()
    return _("Each one is read back afterwards, so that done means done.")


def _so_far(files: list[dict[str, object]]) -> Turn:
    """The day came while systems were at work: the answer is here, and names what is still to come."""
    turn: Turn = _ours(
        _("We have answered; a part is still to come"),
        _("Our letter names it. We write again when it is done."),
    )
    return turn | {"files": files} if files else turn


def _over(case: Case, files: list[dict[str, object]], gone: str) -> Turn:
    match case.outcome:
        case Outcome.GRANTED | Outcome.GRANTED_IN_PART | Outcome.REFUSED if finding.calls_for_words(case):
            title, text = _("We answered you"), _("Our letter says what we found.")
        case Outcome.WITHDRAWN:
            title, text = (
                _("You withdrew this request"),
                _("Nothing more happens. You may ask again at any time."),
            )
        case Outcome.DUPLICATE:
            title, text = _("Joined with another request"), _("The other request goes on by its own date.")
        case Outcome.MISTAKEN:
            title = _("We had opened this by mistake")
            text = _("Nothing was shown, changed or deleted for it. If you do ask for it, write to us.")
        case Outcome.NOT_IDENTIFIED:
            title = _("We could not make sure that it is you")
            text = _("Nothing was shown or deleted. You may ask again at any time.")
        case Outcome.NOT_FOUND:
            title, text = _("We found nothing about you"), _("Our letter names every place where we looked.")
        case Outcome.REFUSED:
            title, text = _("We refused your request"), _("Our letter names each reason and what you can do.")
        case Outcome.GRANTED_IN_PART:
            title, text = _("We did most of what you asked"), _("Our letter names what we kept and why.")
        case _:
            title, text = _("We did what you asked"), _("Our letter tells you what was done.")
    if gone:
        text = _("%(first)s %(second)s") % {"first": text, "second": gone}
    if not files:
        return {"kind": "quiet", "whose": _("Nothing to do now"), "title": title, "text": text}
    text = _("%(first)s %(second)s") % {
        "first": text,
        "second": _("Before a download we send you a fresh code."),
    }
    return {"kind": "ready", "title": title, "text": text, "files": files}


def _files(case: Case, packages: list[Package], letters: list[Letter]) -> list[dict[str, object]]:
    url = reverse("public:files", args=[case.controller, case.reference])
    rows: list[dict[str, object]] = [
        {
            "title": _("Your information"),
            "detail": _("Readable pages and data files, open until %(day)s")
            % {"day": in_words(package.expires_at, "medium")},
            "url": url,
            "primary": True,
        }
        for package in packages
    ]
    rows += [
        {
            "title": _("Our letter"),
            "detail": _("PDF, %(day)s") % {"day": in_words(letter.made_at, "medium")},
            "url": url,
            "primary": not packages,
        }
        for letter in letters
    ]
    return rows


def files_of(case: Case) -> tuple[list[Package], list[Letter]]:
    """What can be fetched, and in one question each: packages that are still open, and letters that left with a PDF."""
    written = _letters(case)
    waits = [letter for letter in written if letter.status == Letter.Status.TO_POST]
    letters = [letter for letter in written if letter not in waits]
    if not subject.read(case).delivered_to[1]:
        # What went by post carries an address, and maybe a copy.
        letters = [letter for letter in letters if not letter.by_post]
    return _packages(case, waits[-1] if waits else None), letters


def _packages(case: Case, waits: Letter | None) -> list[Package]:
    """What goes with a letter waits until that is posted."""
    operation = law.regime(case.regime, case.received_on).right(case.right).operation
    if case.answered_at is None or operation not in PACKAGED:
        return []
    there = list(case.packages.filter(destroyed_at=None, expires_at__gt=timezone.now()).order_by("pk"))
    if there and waits is not None:
        known = by_post.read(waits)["known"]["package"]
        there = [package for package in there if package.digest != known]
    return there


def _letters(case: Case) -> list[Letter]:
    """Those that were sent, and an answer that waits to be posted; drafts are ours."""
    if case.answered_at is None and not case.extended:
        return []
    out = Q(sealed_pdf__isnull=False, status__in=[Letter.Status.SENT, Letter.Status.QUEUED])
    found = case.letters.filter(out | Q(kind=by_post.KIND, status=Letter.Status.TO_POST))
    return list(found.select_related("key").defer("sealed_pdf", "sealed_page").order_by("pk"))
