"""More time, once and only where a statute gives it: the notice with its reason leaves first, then the dates move."""

from __future__ import annotations

import logging
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from identity.models import User
from requests_app import access, journal, law, owed, permits, rules, undoing
from requests_app.decision.problem import NotAllowed
from requests_app.letters import by_post, correspond, mails, outbox, pdf
from requests_app.letters.more_time import REASONS, Longer, compose
from requests_app.letters.text import LetterText
from requests_app.models import Case, CaseEvent, Letter

log = logging.getLogger(__name__)
ASKED, TAKEN, LAPSED = "more_time_asked", "extended", "more_time_lapsed"
LATE = "late_explained"
LATE_REASONS = frozenset({"systems", "proof", "staff", "counsel", "mail", "mistake"})
"""Why an answer is late, by code; figures count by it."""
LONGEST_DETAIL = 1000
KIND = "more_time"
MARKED_WITHIN = timedelta(days=3)
"""After the last day for the notice: so long a person may still say, with proof, that it was posted in time. Our own rule."""
AT_ONCE = 200


class NotSentYet(Exception):
    """The notice still waits in the outbox; the sweep asks again."""


def why_not(
    case: Case, now: datetime | None = None, *, chain: list[CaseEvent] | None = None,
    under: owed.Calendars | None = None,
) -> str:  # fmt: skip
    """Why there is no more time, as a key of the pages' words; empty when it may be taken.

    ``chain``: the case's journal, ``under``: the calendars, where a page has read them anyway.
    """
    reckoning = law.Reckoning.from_json(case.reckoning)
    if case.closed_at is not None or case.answered_at is not None:
        return "answered"
    if case.extended:
        return "extended"
    if reckoning.extension is None or reckoning.extension_notice_by is None:
        return "no_extension"
    if _today(case, now) > reckoning.extension_notice_by:
        return "too_late"
    if pending(case, chain) is not None:
        return "pending"
    return "" if longer(case, under).reckoning.respond.due_on > case.due_on else "no_extension"


def longer(case: Case, under: owed.Calendars | None = None, until: date | None = None) -> Longer:
    """What more time would give, counted under every statute that matches; ``until`` a day if less is wanted."""
    matches = rules.matches(case)
    columns = owed.columns_of(matches, case.received_at, extended=True, until=until, under=under)
    duties = [m.right.respond.extension for m in matches]
    cited = [
        law.cite_in(duty.citation, case.language)
        for duty in duties
        if duty and duty.confirmed and not duty.house
    ]
    return Longer(case.due_on, law.Reckoning.from_json(columns["reckoning"]), tuple(dict.fromkeys(cited)))


def draft(case: Case, *, reason: str, detail: str = "", until: date | None = None) -> LetterText:
    """The notice as it would go out, its reader's name masked."""
    return compose(case, longer(case, until=until), reason=reason, detail=detail, masked=True)


def fits(case: Case, until: date) -> bool:
    """Whether that day is after ours and no later than the law's longer period lets us answer."""
    return case.due_on < until <= longer(case).reckoning.respond.due_on


def ask(case: Case, *, by: User, reason: str, detail: str = "", until: date | None = None) -> Letter:
    """Send the notice; the dates move once it has left, and never if it does not.

    ``until`` is the day to which more time is taken, if not for all that the law gives. Raises :class:`NotAllowed`.
    """
    _refuse_unless_theirs(case, by)
    if reason not in REASONS:
        raise NotAllowed([("reason", "reason")])
    with transaction.atomic():
        case = (
            Case.objects.select_for_update(of=("self",)).select_related("key", "submission").get(pk=case.pk)
        )
        if why := why_not(case):
            raise NotAllowed([("", why)])
        if until is not None and not fits(case, until):
            raise NotAllowed([("until", "until")])
        notice = compose(case, longer(case, until=until), reason=reason, detail=detail[:LONGEST_DETAIL])
        once = f"more_time:{case.events.filter(name=ASKED).count() + 1}"
        if on_paper := correspond.goes_by_post(case):
            letter = by_post.lay_notice_ready(case, kind=KIND, once=once, letter=notice)
        else:
            letter = _mail(case, notice, once)
        if letter is None:
            transaction.set_rollback(True)
            raise NotAllowed([("", "withheld")])
        journal.record(
            # What waits for a person to post it is followed when they have, and not asked for until then.
            case, ASKED, by=journal.staff(by.pk), reason=reason, follow=not on_paper,
            references={"letter": letter.pk, "digest": notice.digest}
            | ({"until": until.isoformat()} if until else {}),
        )  # fmt: skip
    return letter


def _mail(case: Case, notice: LetterText, once: str) -> Letter | None:
    to, proved = correspond.recipient(case)
    if not to or outbox.is_number(to):
        raise NotAllowed([("", "no_address")])
    letter = outbox.queue(
        case=case, kind=KIND, once=once, to=to, words=mails.more_time(case, notice), unproved=not proved,
        pdf=pdf.render(notice), stale_at=_last_moment(case), undo_within=undoing.UNDO_WITHIN,
    )  # fmt: skip
    return letter if outbox.leaves(letter) else None


def lapse_unposted(now: datetime) -> None:
    """Notices on paper that nobody posted in time are not to be posted any more, and the dates stay."""
    waiting = Letter.objects.filter(status=Letter.Status.TO_POST, kind=KIND, next_try_at=None)
    for letter in waiting.select_related("case").order_by("pk")[:AT_ONCE]:
        try:
            # Both or neither: a notice withdrawn that never lapses would bar another for ever.
            with transaction.atomic():
                _lapse(letter, now)
        except Exception:
            log.exception("a notice of more time could not lapse, letter %s", letter.pk)


def _lapse(letter: Letter, now: datetime) -> None:
    case = letter.case
    assert case is not None
    notice_by = law.Reckoning.from_json(case.reckoning).extension_notice_by
    over = notice_by is None or _today(case, now) > notice_by + MARKED_WITHIN
    if (over or case.answered_at or case.closed_at) and by_post.hold_back(letter, "stale"):
        take_effect(case)


def take_effect(case: Case) -> None:
    """The notice has left: count anew, with the old and the new dates on the journal. Safe to run twice.

    Raises :class:`NotSentYet` while it waits, so that the sweep asks again.
    """
    asked = pending(case)
    if asked is None:
        return
    letter = Letter.objects.get(pk=asked.references["letter"])
    if letter.status == Letter.Status.QUEUED:
        raise NotSentYet
    if letter.status == Letter.Status.TO_POST:
        return
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        if pending(case) is None:
            return
        notice_by = law.Reckoning.from_json(case.reckoning).extension_notice_by
        left = letter.sent_at.astimezone(_zone(case)).date() if letter.sent_at else None
        if left is None or notice_by is None or left > notice_by or case.answered_at is not None:
            journal.record(
                case, LAPSED, by=journal.PIPELINE, reason=letter.trouble[:60] or letter.status,
                references={"letter": letter.pk},
            )  # fmt: skip
            return
        until = date.fromisoformat(asked.references["until"]) if "until" in asked.references else None
        columns = owed.columns_of(rules.matches(case), case.received_at, extended=True, until=until)
        journal.record(
            case, TAKEN, by=journal.PIPELINE, reason=asked.reason, extended=True, **columns,
            references={
                "letter": letter.pk, "notice_sent_on": left.isoformat(), "notice_by": notice_by.isoformat(),
                "due_before": case.due_on.isoformat(), "due_after": columns["due_on"].isoformat(),
                "last_before": case.last_on.isoformat(), "last_after": columns["last_on"].isoformat(),
            },
        )  # fmt: skip


def pending(case: Case, chain: list[CaseEvent] | None = None) -> CaseEvent | None:
    """The notice that was asked for and has neither left nor lapsed; ``chain`` as in :func:`why_not`."""
    names = (ASKED, TAKEN, LAPSED)
    if chain is None:
        last = case.events.filter(name__in=names).order_by("-number").first()
    else:
        last = next((event for event in reversed(chain) if event.name in names), None)
    return last if last is not None and last.name == ASKED else None


def explain_lateness(case: Case, *, by: User, reason: str, detail: str = "") -> None:
    """Say why an answer is late: the code on the journal, more words as a sealed note. Raises :class:`NotAllowed`."""
    _refuse_unless_theirs(case, by)
    if not is_late(case):
        raise NotAllowed([("", "not_late")])
    if reason not in LATE_REASONS:
        raise NotAllowed([("late_reason", "reason")])
    with transaction.atomic():
        journal.record(case, LATE, by=journal.staff(by.pk), reason=reason)
        if detail.strip():
            correspond.write_note(case, by=by, text=detail.strip())


def is_late(case: Case, now: datetime | None = None) -> bool:
    """Past our date without an answer, or answered after it."""
    if case.answered_at is not None:
        return case.answered_at.astimezone(_zone(case)).date() > case.due_on
    return case.closed_at is None and _today(case, now) > case.due_on


def _refuse_unless_theirs(case: Case, by: User) -> None:
    desk = access.desk(by)
    if not desk.may_do(permits.CLOCK, case.controller) or desk.is_about(case):
        raise NotAllowed([("", "not_your_move")])


def _zone(case: Case) -> ZoneInfo:
    return ZoneInfo(law.regime(case.regime, case.received_on).zone)


def _today(case: Case, now: datetime | None) -> date:
    return (now or timezone.now()).astimezone(_zone(case)).date()


def _last_moment(case: Case) -> datetime:
    """The end of the last day on which the notice may still leave."""
    notice_by = law.Reckoning.from_json(case.reckoning).extension_notice_by
    assert notice_by is not None
    return datetime.combine(notice_by + timedelta(days=1), time.min, _zone(case))
