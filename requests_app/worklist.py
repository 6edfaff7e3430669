"""Slow work, one row per case and system: handed out, done by one worker at a time, tried again until confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from celery import current_app
from django.db import connection, transaction
from django.db.models import F, JSONField, Max, TextField, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast
from django.utils import timezone

from requests_app import nudges, register
from requests_app.models import Case, Work

DO_WORK = "requests_app.do_work"
CATCH_UP = "requests_app.catch_up"
FIRST_PAUSE = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(hours=1)
LOCK_SPACE = 0x0D27
_EVERYBODY = "everybody"
WAITS_FOR = "waits_for"
"""Key of a work's result while it waits for other systems: theirs."""
WRITTEN = "written"
"""Key of a work's result once the system has taken what was written, before it is read back."""


def new_round(case: Case, operation: str, systems: list[str], now: datetime) -> list[Work]:
    """Open the round after the last one."""
    last = case.works.filter(operation=operation).aggregate(last=Max("round"))["last"] or 0
    return open_round(case, operation, systems, round_=last + 1, now=now)


def open_round(
    case: Case,
    operation: str,
    systems: list[str],
    *,
    round_: int,
    now: datetime,
    not_before: datetime | None = None,
) -> list[Work]:
    """One piece of work per system, handed out or kept until ``not_before``; ``IntegrityError`` if opened before."""
    works = Work.objects.bulk_create(
        Work(case=case, system=system, operation=operation, round=round_, next_try_at=not_before or now)
        for system in systems
    )
    for work in works if not_before is None else ():
        hand_out(work)
    return works


def by_hand(
    case: Case, operation: str, whom: str, *, round_: int, result: dict[str, object] | None = None
) -> Work:
    """Work that a person does and says so; no worker ever picks it up. ``result``: what is known of it beforehand."""
    return Work.objects.create(case=case, system=whom, operation=operation, round=round_, result=result or {})


def by_hand_each(case: Case, operation: str, whom: Mapping[str, dict[str, object]], *, round_: int) -> None:
    """:func:`by_hand` for several at once: what is known of each beforehand."""
    Work.objects.bulk_create(
        Work(case=case, system=key, operation=operation, round=round_, result=result)
        for key, result in whom.items()
    )


def latest_round(case: Case, operation: str) -> list[Work]:
    """The newest round of one operation, in system order; empty before the first."""
    return newest(case.works.filter(operation=operation).order_by("pk"), operation)


def newest(works: Iterable[Work], operation: str) -> list[Work]:
    """Of these works of one case, those of the newest round of one operation, in their order."""
    such = [work for work in works if work.operation == operation]
    last = max((work.round for work in such), default=0)
    return [work for work in such if work.round == last]


def name_of(work: Work) -> str:
    """What a system outside may know it by: the same over every try, until a person asks anew; and no other work's."""
    name = f"{work.case.public_id}:{work.operation}:{work.round}"
    return f"{name}:{work.asked_anew}" if work.asked_anew else name


def hand_out(work: Work) -> None:
    """Tell a worker after commit; a lost word is made up for by the sweep."""
    nudges.after_commit(DO_WORK, work)


def catch_up() -> None:
    """Tell a worker after commit that what a restore brought back, and a hold kept, may go now; the hour makes up for it."""
    transaction.on_commit(lambda: current_app.send_task(CATCH_UP), robust=True)


def waiting(now: datetime, limit: int = 200) -> list[Work]:
    """Work whose time has come, the case due first at the head."""
    due = Work.objects.exclude(status=Work.Status.CONFIRMED).filter(next_try_at__lte=now)
    return list(due.select_related("case").order_by("case__due_on", "next_try_at")[:limit])


@contextmanager
def alone(space: int, key: int) -> Iterator[bool]:
    """Whether we are the only one at this; the lock dies with the connection, so ``kill -9`` frees it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [space, key])
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [space, key])


def take_turns(*about: str) -> None:
    """Wait until nobody else is at the same thing; the turn ends with the transaction, which must be open."""
    _lock("pg_advisory_xact_lock", *about)


def _lock(function: str, *about: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [_about(*about)])


def _about(*about: str) -> str:
    return "\x1f".join(about)


def take_turns_on_person(case: Case) -> None:
    """Erasing a person's data and forbidding to erase it: whichever comes first is over before the other begins."""
    take_turns_to_erase(case.controller, case.subject_index)


def take_turns_to_erase(controller: str, subject_index: str) -> None:
    """The same by the person's keyed hash; several people's data may be erased at a time, unless all is forbidden."""
    with connection.cursor() as cursor:
        # Evaluated in this order, as everywhere.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0)),"
            " pg_advisory_xact_lock_shared(hashtextextended(%s, 0))",
            [_about("person", controller, subject_index), _about(_EVERYBODY, controller)],
        )


def take_turns_on_everybody(controller: str) -> None:
    """Wait until nothing of anybody's is being erased there, and let nothing begin before the transaction's end."""
    _lock("pg_advisory_xact_lock", _EVERYBODY, controller)


def today_of(case: Case) -> date:
    """Today where the controller's staff read the clock."""
    return today_at(case.controller)


def today_at(controller: str) -> date:
    """The controller's own date."""
    return timezone.now().astimezone(ZoneInfo(register.controller(controller).zone)).date()


def begin(work: Work) -> bool:
    """Note the attempt before touching anything outside; the next try is due even if we die.

    False when the work was laid down in the same moment, so that undoing and starting take turns.
    """
    now = timezone.now()
    work.attempts += 1
    work.started_at = work.started_at or now
    work.next_try_at = now + _pause(work.attempts)
    noted = {"attempts": work.attempts, "started_at": work.started_at, "next_try_at": work.next_try_at}
    still = Work.objects.filter(pk=work.pk).exclude(status=Work.Status.CONFIRMED)
    return bool(still.update(**noted))


def postpone(work: Work, pause: timedelta = FIRST_PAUSE) -> None:
    """Not yet, and no attempt: it is asked again after the pause."""
    work.next_try_at = timezone.now() + pause
    work.save(update_fields=["next_try_at"])


def wait_for(work: Work, whom: list[str]) -> None:
    """Not before these systems are done, and no attempt: :func:`release` asks again, and so does the sweep in an hour."""
    work.result = work.result | {WAITS_FOR: whom}
    work.next_try_at = timezone.now() + LONGEST_PAUSE
    work.status, work.trouble = Work.Status.WAITING, ""
    work.save(update_fields=["result", "next_try_at", "status", "trouble"])


def release(work: Work) -> None:
    """Something came of this work: whoever waits beside it is asked again at once."""
    beside = Work.objects.filter(case=work.case_id, round=work.round, result__has_key=WAITS_FOR)
    for other in beside.exclude(pk=work.pk).exclude(status=Work.Status.CONFIRMED).only("pk"):
        # Where it was kept: a worker may be writing beside it.
        no_more = CombinedExpression(F("result"), "-", Value(WAITS_FOR, output_field=TextField()))
        Work.objects.filter(pk=other.pk).update(result=Cast(no_more, JSONField()))
        try_again_now(other)


def note_written(work: Work) -> None:
    """The system took it all: whatever reading back shows, it is not to be begun anew."""
    work.result = work.result | {WRITTEN: True}
    work.save(update_fields=["result"])


def is_written(work: Work) -> bool:
    """Whether that was noted."""
    return WRITTEN in work.result


def give_to_person(work: Work) -> None:
    """Asked of a person from now on: no worker picks it up until something about that changes."""
    work.status, work.trouble, work.next_try_at = Work.Status.WAITING, "", None
    work.started_at = work.started_at or timezone.now()
    work.result.pop(WAITS_FOR, None)
    work.save(update_fields=["status", "trouble", "next_try_at", "started_at", "result"])


def fail(work: Work, trouble: str, *, final: bool = False) -> None:
    """Note the trouble; it is tried again on its date, unless it is final and a person must look."""
    work.trouble = trouble
    work.status = Work.Status.FAILED
    if final:
        work.next_try_at = None
    work.save(update_fields=["trouble", "status", "next_try_at"])


def confirm(work: Work, result: dict[str, object], sealed: bytes | None = None) -> None:
    """Done and read back."""
    work.status, work.trouble, work.next_try_at = Work.Status.CONFIRMED, "", None
    work.result, work.sealed, work.confirmed_at = result, sealed, timezone.now()
    work.save(update_fields=["status", "trouble", "next_try_at", "result", "sealed", "confirmed_at"])


def ask_anew(work: Work) -> None:
    """A person wants another try at once.

    Where the last one ended for good, a system that remembers what it was asked would only repeat its answer: it is
    asked something new. Where no answer came it may have been carried out, and is asked the same.
    """
    ended = Work.objects.filter(pk=work.pk, status=Work.Status.FAILED, next_try_at=None)
    ended.update(asked_anew=F("asked_anew") + 1)
    try_again_now(work)


def try_again_now(work: Work) -> None:
    """Another try at once."""
    Work.objects.filter(pk=work.pk).exclude(status=Work.Status.CONFIRMED).update(next_try_at=timezone.now())
    hand_out(work)


def _pause(attempts: int) -> timedelta:
    return min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)
