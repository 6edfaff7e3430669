"""A year announced: kept, the open cases counted again in batches, and whoever's day moved written to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone

from requests_app import journal, law, owed, rules, subject
from requests_app.letters import by_post, mails, on_paper, outbox
from requests_app.models import Case, PublishedYear

RECOUNTED = "recounted"
YEAR_PUBLISHED, NEWER_CALENDAR = "year_published", "newer_calendar"
"""Why a case was counted again: an announced year was brought in, or a release ships other days."""
AT_ONCE = 200
_DEADLINES = ("acknowledge", "respond", "extension")
_DATES = ("statutory", "rolled", "sla", "outer", "ordinary", "strict", "safe", "due_on", "last_on")


@dataclass(frozen=True)
class Recount:
    """What another calendar makes of one case."""

    reference: str
    right: str
    due_before: date
    due_after: date
    last_before: date
    last_after: date
    acknowledge_before: date | None
    acknowledge_after: date | None
    provisional_before: bool
    provisional_after: bool
    calendar_before: str
    calendar_after: str

    @property
    def moved(self) -> bool:
        """Whether the day we answer by is another one."""
        return self.due_before != self.due_after

    @property
    def reason(self) -> str:
        """Which of the two reasons it has."""
        added = set(self.calendar_after.split("+")[1:]) - set(self.calendar_before.split("+")[1:])
        return YEAR_PUBLISHED if added else NEWER_CALENDAR

    def references(self) -> dict[str, Any]:
        """What the journal keeps: days and versions, nobody's data."""
        found: dict[str, Any] = {}
        for name in ("due", "last", "acknowledge"):
            for side in ("before", "after"):
                day = getattr(self, f"{name}_{side}")
                found[f"{name}_{side}"] = day.isoformat() if day else None
        for name in ("provisional", "calendar"):
            for side in ("before", "after"):
                found[f"{name}_{side}"] = getattr(self, f"{name}_{side}")
        return found


def check(notice: law.Notice, text: str) -> None:
    """:class:`law.UnusableNotice` if it cannot take its place; the very same file again can."""
    if law.superseded(notice):
        shipped = law.CALENDARS[notice.calendar].version
        raise law.UnusableNotice(
            f"This release ships {notice.calendar} {notice.year} from {shipped}; "
            f"to replace it, give the file a later version than {notice.version}."
        )
    kept = PublishedYear.objects.filter(calendar=notice.calendar, year=notice.year).order_by("-version")
    newest = kept.first()
    if newest is None or newest.version < notice.version or newest.notice == text:
        return
    if newest.version == notice.version and law.read_notice(newest.notice) == notice:
        return
    raise law.UnusableNotice(
        f"{notice.calendar} {notice.year} is published in version {newest.version} with other days; "
        f"to replace it, give the file a later version than that."
    )


def keep(notice: law.Notice, text: str) -> bool:
    """From now on every process counts with it; whether it is new."""
    check(notice, text)
    _row, new = PublishedYear.objects.get_or_create(
        calendar=notice.calendar,
        year=notice.year,
        version=notice.version,
        defaults={"notice": text, "published_at": timezone.now()},
    )
    return new


def foresee(*also: law.Notice) -> Iterator[Recount]:
    """What :func:`recount` would change, with notices that are not kept yet; nothing is written."""
    under = owed.calendars(*also)
    for some in _batches(under):
        for case in some:
            found, _columns = _recounted(case, under)
            if found:
                yield found


def recount() -> Iterator[Recount]:
    """Count every open, unanswered case again whose calendar is another one now; one transaction a batch.

    A case that was answered keeps the dates it was answered by. Running it twice changes nothing.
    """
    under = owed.calendars()
    for some in _batches(under):
        with transaction.atomic():
            entries, changed, same = [], [], []
            # Locked until the end: nobody answers or extends a case between its count and its entry.
            for case in some.select_for_update():
                found, columns = _recounted(case, under)
                if found:
                    changed.append(found)
                    entries.append(
                        journal.Entry(
                            case,
                            found.reason,
                            found.references(),
                            columns,
                            follow=found.moved,
                        )
                    )
                else:
                    case.reckoning = columns["reckoning"]
                    same.append(case)
            journal.record_each(RECOUNTED, entries, by=journal.PIPELINE)
            # The same days under the calendar of today: nothing to tell, and not to be counted again each hour.
            Case.objects.bulk_update(same, ["reckoning"])
        yield from changed


def tell(case: Case) -> None:
    """Write to the requester that our day is another one now, and why."""
    event = case.events.filter(name=RECOUNTED).order_by("-number").first()
    if event is None or case.answered_at is not None or case.closed_at is not None:
        return
    told, before = subject.read(case), date.fromisoformat(event.references["due_before"])
    if told.post_to:
        by_post.withdraw_notices(case, "replaced", frozenset({"date_moved"}))
        by_post.lay_notice_ready(
            case,
            kind="date_moved",
            once=f"date_moved:{event.number}",
            letter=on_paper.date_moved(case, before),
        )
        return
    proved = next((value for kind, value in told.proved if kind == "email"), "")
    if not (proved or told.email):
        return
    outbox.queue(
        case=case, kind="date_moved", once=f"date_moved:{event.number}", to=proved or told.email,
        words=mails.date_moved(case, before), unproved=not proved,
    )  # fmt: skip


def _batches(under: owed.Calendars) -> Iterator[QuerySet[Case]]:
    """Open, unanswered cases counted under another calendar than today's, so many at once, by number."""
    stale = Q(pk__in=[])
    for code, calendar in under.items():
        regimes = {regime.code for regime in law.REGIMES if regime.calendar == code}
        counted = f"{code}@{calendar.version}"
        # Below it or above it, and not "other than it": so two looks into the index answer.
        stale |= Q(regime__in=regimes) & (Q(counted__lt=counted) | Q(counted__gt=counted))
    unanswered = (
        Case.objects.open().asked().alias(counted=KT("reckoning__calendar")).filter(stale, answered_at=None)
    )
    numbers = list(unanswered.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(numbers), AT_ONCE):
        # Asked again: what was answered since the numbers were read stays as it was.
        yield unanswered.filter(pk__in=numbers[start : start + AT_ONCE]).order_by("pk")


def _recounted(case: Case, under: owed.Calendars) -> tuple[Recount | None, dict[str, Any]]:
    until = owed.taken_until(case)
    now = owed.columns_of(
        rules.matches(case), case.received_at, extended=case.extended, until=until, under=under
    )
    before = case.reckoning
    if _shape(before) == _shape(now["reckoning"]):
        return None, now
    return (
        Recount(
            reference=case.reference,
            right=case.right,
            due_before=case.due_on,
            due_after=now["due_on"],
            last_before=case.last_on,
            last_after=now["last_on"],
            acknowledge_before=case.acknowledge_on,
            acknowledge_after=now["acknowledge_on"],
            provisional_before=case.provisional,
            provisional_after=now["provisional"],
            calendar_before=before["calendar"],
            calendar_after=now["reckoning"]["calendar"],
        ),
        now,
    )


def _shape(kept: Mapping[str, Any]) -> list[object]:
    """Every day of a reckoning and of its reasons: another wording of the same count is no other count."""
    found: list[object] = [kept["extension_notice_by"]]
    for name in _DEADLINES:
        due = kept[name]
        if due:
            found.append([due["provisional"], *(due[day] for day in _DATES)])
            found.append([(step["step"], step["on"], step["through"]) for step in due["reasons"]])
    return found
