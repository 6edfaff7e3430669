"""FULFILLING: one piece of work per system is opened; the case moves on when every one is confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from requests_app import doubts, journal, law, lifecycle, register, worklist
from requests_app.fulfilment import lifting, recipients, rounds, tasks_by_hand
from requests_app.fulfilment.standing import DOUBT
from requests_app.lifecycle import State
from requests_app.models import Case, Task, Work
from requests_app.register.inventory import CLOSING

SISTER = "sister_case"
COOLING_OFF = "cooling_off"


def carry_out(case: Case) -> None:
    """Open the work, once; a deletion waits for the copy that was asked for with it, up to its own due date."""
    if doubts.block_release(case):
        wait_for_doubt(case)
        return
    before = case.after
    today = worklist.today_of(case)
    if before and before.state not in {State.CLOSED, State.ARCHIVED} and today < case.due_on:
        if case.waits_for != SISTER:
            journal.record(case, "waits_for_sister", by=journal.PIPELINE,
                           references={"case": before.reference}, waits_for=SISTER)  # fmt: skip
        return
    right = law.regime(case.regime, case.received_on).right(case.right)
    asked = rounds.asked_of(case, right)
    # One round for each approval: what an earlier approval carried out says nothing about this one.
    round_ = rounds.round_of(case)
    if not asked:
        rounds.finish(case, round_)
        return
    if not case.works.filter(operation__in=asked, round=round_).exists():
        if case.waits_for == SISTER:
            journal.record(case, "sister_answered", by=journal.PIPELINE, waits_for="systems")
        not_before = _not_before(case, right)
        with transaction.atomic():
            begun: set[str] = set()
            for operation, chosen in asked.items():
                first = [key for key in chosen if key not in begun]
                begun |= set(first)
                rounds.open_works(case, operation, first, round_, not_before)
            if not_before:
                journal.record(case, "cooling_off", by=journal.PIPELINE, waits_for=COOLING_OFF,
                               references={"until": not_before.isoformat()})  # fmt: skip


def task_answered(
    task: Task, answer: str, *, by: journal.By, note: str = "", upload: tasks_by_hand.Upload | None = None,
    held: Iterable[str] = (),
) -> bool:  # fmt: skip
    """What a person did in a system no connector reaches; False when it was answered or overtaken before.

    ``held`` as :func:`tasks_by_hand.record_answer` has it.
    """
    if task.work.operation == Work.Operation.LIFT:
        return lifting.task_answered(task, answer, by=by, note=note)
    with transaction.atomic():
        done = tasks_by_hand.record_answer(task, answer, by=by, note=note, upload=upload, held=held)
        if done is None:
            return Task.objects.filter(pk=task.pk, answer=answer).exists()
        case, round_ = done
        work = Work.objects.get(pk=task.work_id)
        worklist.release(work)
        rounds.open_next(case, work)
        recipients.open_each(case, work)
        rounds.finish_if_all_done(case, round_)
    return True


def _not_before(case: Case, right: law.Right) -> datetime | None:
    """When the first work may start: the controller may give time to think before an account is gone.

    Never so late that less than two days are left before our own date.
    """
    days = register.controller(case.controller).switches.get("cooling_off_days", 0)
    if right.operation != CLOSING or not isinstance(days, int) or days < 1:
        return None
    left = (case.due_on - worklist.today_of(case)).days - 2
    return timezone.now() + timedelta(days=min(days, left)) if left > 0 else None


def may_undo(case: Case) -> bool:
    """Whether nothing has been started yet that the requester asked for and was granted."""
    return case.state == State.FULFILLING and case.waits_for == COOLING_OFF


def undo(case: Case) -> None:
    """The requester thought better of it; ``IllegalMove`` once any work has started."""
    with transaction.atomic():
        works = list(
            case.works.select_for_update()
            .filter(round=rounds.round_of(case))
            .exclude(operation=Work.Operation.SEARCH)
        )
        if not may_undo(case) or any(work.started_at for work in works):
            raise journal.IllegalMove("work has started")
        for work in works:
            worklist.confirm(work, {"overtaken": True})
        journal.advance(
            case, lifecycle.UNDO, by=journal.REQUESTER, outcome=lifecycle.Outcome.WITHDRAWN, waits_for=""
        )


def held_back(now: datetime) -> list[Case]:
    """Cases that wait for a sister which has been answered, or whose own day has come."""
    waiting = Case.objects.filter(state=State.FULFILLING, waits_for=SISTER)
    # A day ahead everywhere on earth; carry_out judges each by the clock of its own controller.
    ready = Q(after=None) | Q(after__state__in=[State.CLOSED, State.ARCHIVED])
    ready |= Q(due_on__lte=(now + timedelta(days=1)).date())
    return list(waiting.filter(ready).select_related("after", "key").order_by("due_on")[:200])


def wait_for_doubt(case: Case) -> None:
    """Nothing is carried out while somebody doubts who is asking; said once."""
    if case.waits_for != DOUBT:
        journal.record(case, "waits_for_doubt", by=journal.PIPELINE, waits_for=DOUBT)
