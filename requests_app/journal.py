"""The ONLY writer of a case's state and of its events.

Each event carries the hash of the one before it, and the case carries the
length and the head of its chain, so that an edited, removed, truncated or
re-ordered event is found by :func:`verify`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from requests_app import likely_twins, nudges
from requests_app.lifecycle import Move, Outcome, State
from requests_app.models import PURGE_ROLE, Case, CaseEvent, Stumble

FOLLOW_UP = "requests_app.follow_up"
AT_ONCE = 500
FIRST_REST = timedelta(seconds=15)


class IllegalMove(Exception):
    """The case was not (or no longer) in a state this move starts from; nothing happened."""


@dataclass(frozen=True)
class By:
    """Who did it: a kind and an internal number, never a name or an address."""

    kind: str
    ref: str = ""


PIPELINE = By("pipeline")
REQUESTER = By("requester")
PERSON = By("person")
"""The one a case is about, where somebody else asked."""


def staff(user_id: int) -> By:
    """A member of staff."""
    return By("staff", str(user_id))


def staff_in(events: Iterable[CaseEvent]) -> set[int]:
    """The numbers of all members of staff of whom events speak: who did it, who was given it, who was named."""
    found: set[str] = set()
    for event in events:
        known = event.references
        found |= {event.by_ref} if event.by_kind == "staff" else set()
        found |= {str(number) for number in (known.get("to"), *known.get("mentions", ()))}
    return {int(number) for number in found if number.isdigit()}


OPENED_OF_OWN_MOTION = "opened_of_own_motion"
"""The first event of a case that nobody asked for; every other begins with a receipt."""


def open_chains(
    cases: Sequence[Case], *, by: By, references: dict[str, Any] | None = None, reason: str = ""
) -> None:
    """Write new cases and the first event of each, in two statements however many there are."""
    now = timezone.now()
    # No savepoint: a case without its first event must take everything written with it along.
    with transaction.atomic(savepoint=False):
        events = []
        for case in cases:
            case.state = State.RECEIVED
            name = OPENED_OF_OWN_MOTION if case.own_motion else "receive"
            event = _event(case, name, case.state, case.state, by, reason, references or {}, now)
            case.chain_length, case.chain_head = event.number, event.hash
            events.append(event)
        Case.objects.bulk_create(cases)
        for case, event in zip(cases, events, strict=True):
            event.case = case
        CaseEvent.objects.bulk_create(events)
        for controller in {case.controller for case in cases}:
            likely_twins.mark(controller, {c.subject_index for c in cases if c.controller == controller})
        for event in events:
            _nudge_after_commit(event)


def advance(
    case: Case, move: Move, *, by: By, reason: str = "", references: dict[str, Any] | None = None,
    outcome: Outcome | None = None, **changes: Any,
) -> CaseEvent:  # fmt: skip
    """Make one move: state, version, chain and ``changes`` to the case in one transaction.

    ``case`` is what the caller saw; if its state or version is no longer so,
    :class:`IllegalMove` is raised and nothing has happened.
    """
    if move.outcome_needed and not (outcome or case.outcome):
        raise IllegalMove(f"{move.name} needs an outcome")
    if case.state not in move.sources or not move.fits(own_motion=case.own_motion):
        raise IllegalMove(f"{move.name} from {case.state}")
    if outcome is not None:
        changes["outcome"] = outcome
    if move.target is State.CLOSED:
        changes.setdefault("closed_at", timezone.now())
    changes |= {"state": move.target, "version": case.version + 1}

    def event_after(seen: Case) -> CaseEvent:
        if (seen.state, seen.version) != (case.state, case.version):
            raise IllegalMove(f"{move.name} from {case.state}")
        now = timezone.now()
        return _event(seen, move.name, seen.state, move.target, by, reason, references or {}, now)

    return _append(case, event_after, changes, follow=True)


def keep_still(case: Case) -> None:
    """Inside a transaction: nobody moves the case before its end. :class:`IllegalMove` if it moved already."""
    seen = Case.objects.select_for_update().filter(pk=case.pk, state=case.state, version=case.version)
    if seen.first() is None:
        raise IllegalMove(f"no longer {case.state}")


def stand_still(case: Case) -> bool:
    """Inside a transaction: nobody writes on the case before its end. Whether nothing was written since it was read."""
    told = ("state", "version", "chain_length", "chain_head")
    seen = Case.objects.select_for_update().filter(pk=case.pk).values_list(*told)
    return seen.get() == tuple(getattr(case, name) for name in told)


def record(
    case: Case, name: str, *, by: By, reason: str = "", references: dict[str, Any] | None = None,
    follow: bool = False, **changes: Any,
) -> CaseEvent:  # fmt: skip
    """Write an event that moves nothing, with any ``changes`` to the case's other columns.

    ``follow`` asks the pipeline for the step that belongs to this event.
    """
    if {"state", "version"} & changes.keys():
        raise IllegalMove("Only a move changes the state")

    def event_after(seen: Case) -> CaseEvent:
        event = _event(seen, name, seen.state, seen.state, by, reason, references or {}, timezone.now())
        event.followed_at = None if follow else event.at
        return event

    return _append(case, event_after, changes, follow=follow)


def _append(
    case: Case, event_after: Callable[[Case], CaseEvent], changes: dict[str, Any], *, follow: bool
) -> CaseEvent:
    """Write the next link of a case's chain, and what it changes, in one transaction.

    What the caller saw is nearly always how the case still is: then it is
    written upon at once. Where the chain has grown since, the case is locked
    and read first. An event that then does not fit raises, and nothing is written.
    """
    with transaction.atomic() if not connection.in_atomic_block else nullcontext():
        was, event = case, None if case.get_deferred_fields() else event_after(case)
        if event is None or not _chained(case, event, changes):
            was = Case.objects.select_for_update().get(pk=case.pk)
            event = event_after(was)
            if not _chained(was, event, changes):
                raise IllegalMove(f"{event.name}: the case is not as it was read")
        event.save(force_insert=True)
        if likely_twins.matters(was.state, event.to_state, changes):
            over = event.to_state in (State.CLOSED, State.ARCHIVED)
            mark = likely_twins.mark_left if over else likely_twins.mark
            mark(was.controller, {was.subject_index, changes.get("subject_index", "")})
        if follow:
            _nudge_after_commit(event)
    for field, value in changes.items():
        setattr(case, field, value)
    case.chain_length, case.chain_head = event.number, event.hash
    return event


def _chained(seen: Case, event: CaseEvent, changes: dict[str, Any]) -> bool:
    """Whether the event became the head of the chain; not where the case is no longer as it was seen."""
    as_seen = Case.objects.filter(
        pk=seen.pk, state=seen.state, version=seen.version,
        chain_length=seen.chain_length, chain_head=seen.chain_head,
    )  # fmt: skip
    return as_seen.update(**changes, chain_length=event.number, chain_head=event.hash) == 1


@dataclass(frozen=True)
class Entry:
    """One case's part in an event that several cases have at once."""

    case: Case
    reason: str
    references: dict[str, Any]
    changes: dict[str, Any]
    follow: bool = False


def record_each(name: str, entries: Sequence[Entry], *, by: By) -> None:
    """:func:`record` for many cases, each with its own changes, in three statements however many there are.

    The columns changed must be the same for all. Cases are locked in the order of their numbers.
    """
    changed = {frozenset(entry.changes) for entry in entries}
    if len(changed) > 1 or any({"state", "version"} & columns for columns in changed):
        raise IllegalMove("Only a move changes the state, and all change the same columns")
    with transaction.atomic():
        numbers = [entry.case.pk for entry in entries]
        seen = Case.objects.select_for_update().order_by("pk").in_bulk(numbers) if entries else {}
        now, cases, events = timezone.now(), [], []
        for entry in entries:
            case = seen[entry.case.pk]
            event = _event(case, name, case.state, case.state, by, entry.reason, entry.references, now)
            event.followed_at = None if entry.follow else now
            case.chain_length, case.chain_head = event.number, event.hash
            for field, value in entry.changes.items():
                setattr(case, field, value)
            cases.append(case)
            events.append(event)
        if entries:
            Case.objects.bulk_update(cases, ["chain_length", "chain_head", *next(iter(changed))])
            CaseEvent.objects.bulk_create(events)
        for event in events:
            if event.followed_at is None:
                _nudge_after_commit(event)


def mark_followed(event: CaseEvent) -> None:
    """The pipeline has done what this event called for."""
    event.followed_at = timezone.now()
    CaseEvent.objects.filter(pk=event.pk, followed_at=None).update(followed_at=event.followed_at)


def unfollowed(*, before: datetime, now: datetime | None = None) -> list[int]:
    """Events whose nudge was lost, oldest first, by the partial index; one that stumbled rests meanwhile."""
    resting = Stumble.objects.filter(event=OuterRef("pk"), next_try_at__gt=now or timezone.now())
    waiting = CaseEvent.objects.filter(~Exists(resting), followed_at=None, at__lt=before).order_by("at")
    return list(waiting.values_list("pk", flat=True)[:AT_ONCE])


def let_rest(event_id: int, now: datetime, *, longest: timedelta) -> None:
    """The sweep asked for an event's step and it is still not followed: not again at once, and each time later."""
    with transaction.atomic():
        known, _new = Stumble.objects.select_for_update().get_or_create(
            event_id=event_id, defaults={"next_try_at": now}
        )
        known.next_try_at = now + min(FIRST_REST * 2 ** min(known.times, 10), longest)
        known.times += 1
        known.save(update_fields=["times", "next_try_at"])


class Broken(StrEnum):
    """What can be wrong with a chain; ``number`` is the first bad event's."""

    MISSING = "event {number} is missing"
    NOT_NEXT = "event {number} does not follow the one before"
    CHANGED = "event {number} was changed"
    ENDS = "the chain ends at event {number}, the case says another"
    STATE = "the state does not follow from the events"


@dataclass(frozen=True)
class Trouble:
    """Why a chain does not hold."""

    why: Broken
    number: int

    def __str__(self) -> str:
        return self.why.format(number=self.number)


def verify(case: Case, events: Iterable[CaseEvent] | None = None) -> Trouble | None:
    """``None`` when the chain holds, else what is wrong with the first bad event.

    ``events``: all of the case's, from the first, where a page has read them anyway.
    """
    previous, number, state = "", 0, None
    for event in timeline(case) if events is None else events:
        number += 1
        if event.number != number:
            return Trouble(Broken.MISSING, number)
        if event.previous_hash != previous:
            return Trouble(Broken.NOT_NEXT, number)
        if event.hash != _hash(case, event):
            return Trouble(Broken.CHANGED, number)
        previous, state = event.hash, event.to_state
    if (number, previous) != (case.chain_length, case.chain_head):
        return Trouble(Broken.ENDS, number)
    if state != case.state:
        return Trouble(Broken.STATE, number)
    return None


def forget_events(case: Case) -> int:
    """Remove an expired case's events as the purge's own database role; the chain's head stays on the case."""
    with transaction.atomic(), connection.cursor() as cursor:
        Stumble.objects.filter(event__case=case).delete()
        cursor.execute(f"SET LOCAL ROLE {PURGE_ROLE}")
        removed, _ = CaseEvent.objects.filter(case=case).delete()
        cursor.execute("RESET ROLE")
        # Nothing is left to be forgotten, so the purge need not look here again.
        Case.objects.filter(pk=case.pk).update(log_until=None)
    return removed


def timeline(case: Case) -> Iterator[CaseEvent]:
    """All events, oldest first."""
    return case.events.order_by("number").iterator(chunk_size=500)


def _event(
    case: Case,
    name: str,
    source: str,
    target: str,
    by: By,
    reason: str,
    references: dict[str, Any],
    at: datetime,
) -> CaseEvent:
    event = CaseEvent(
        case=case if case.pk else None,
        number=case.chain_length + 1,
        name=name,
        from_state=source,
        to_state=target,
        by_kind=by.kind,
        by_ref=by.ref,
        reason=reason,
        references=references,
        at=at,
        previous_hash=case.chain_head,
    )
    event.hash = _hash(case, event)
    return event


def written(case: Case, event: CaseEvent) -> dict[str, Any]:
    """What an event's hash is made of, so that anybody can make it again."""
    return {
        "case": case.public_id,
        "number": event.number,
        "name": event.name,
        "from": event.from_state,
        "to": event.to_state,
        "by": [event.by_kind, event.by_ref],
        "reason": event.reason,
        "references": event.references,
        "at": event.at.isoformat(timespec="microseconds"),
        "previous": event.previous_hash,
    }


def _hash(case: Case, event: CaseEvent) -> str:
    text = json.dumps(written(case, event), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _nudge_after_commit(event: CaseEvent) -> None:
    nudges.after_commit(FOLLOW_UP, event)


def take_kept(case: Case) -> CaseEvent | None:
    """The newest event of the case, where word of it was kept by whoever follows the case through just now.

    The case is then as the event left it, for it was written upon by the same hand.
    """
    found = nudges.take(
        FOLLOW_UP,
        lambda event: (
            isinstance(event, CaseEvent) and event.case_id == case.pk and event.hash == case.chain_head
        ),
    )
    return found if isinstance(found, CaseEvent) else None
