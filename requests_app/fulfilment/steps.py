"""FULFILLING: one piece of work per system; the case moves on when every one is confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from identity.models import User
from requests_app import doubts, journal, law, lifecycle, register, systems, worklist
from requests_app.fulfilment import execute
from requests_app.lifecycle import State
from requests_app.models import Case, Work

SISTER = "sister_case"
RECIPIENTS = "recipients"
DOUBT = "doubt"
OPERATIONS = {
    "access": Work.Operation.ACCESS,
    "delete": Work.Operation.DELETE,
}
"""What a right's operation asks of a system; a right not here (categories) is answered from the search alone."""


def carry_out(case: Case) -> None:
    """Open the work, once; a deletion waits for the copy that was asked for with it, up to its own due date."""
    if doubts.block_release(case):
        if case.waits_for != DOUBT:
            journal.record(case, "waits_for_doubt", by=journal.PIPELINE, waits_for=DOUBT)
        return
    before = case.after
    today = worklist.today_of(case)
    if before and before.state not in {State.CLOSED, State.ARCHIVED} and today < case.due_on:
        if case.waits_for != SISTER:
            journal.record(case, "waits_for_sister", by=journal.PIPELINE,
                           references={"case": before.reference}, waits_for=SISTER)  # fmt: skip
        return
    operation = OPERATIONS.get(law.regime(case.regime, case.received_on).right(case.right).operation)
    found_in = set(case.holdings.filter(found__gt=0).values_list("system", flat=True))
    if operation is None or not found_in:
        _finish(case)
        return
    # One round for each approval: what an earlier approval carried out says nothing about this one.
    approval = _approvals(case)
    if not case.works.filter(operation=operation, round=approval).exists():
        if case.waits_for == SISTER:
            journal.record(case, "sister_answered", by=journal.PIPELINE, waits_for="systems")
        order = systems.systems_in_erasing_order(
            register.controller(case.controller).inventory.systems.values()
        )
        chosen = [key for key in order if key in found_in]
        with transaction.atomic():
            if operation == Work.Operation.DELETE and execute.recipients(case):
                worklist.by_hand(case, Work.Operation.NOTIFY, RECIPIENTS, round_=approval)
            worklist.open_round(case, operation, chosen, round_=approval, now=timezone.now())


def held_back(now: datetime) -> list[Case]:
    """Cases that wait for a sister which has been answered, or whose own day has come."""
    waiting = Case.objects.filter(state=State.FULFILLING, waits_for=SISTER)
    # A day ahead everywhere on earth; carry_out judges each by the clock of its own controller.
    ready = Q(after=None) | Q(after__state__in=[State.CLOSED, State.ARCHIVED])
    ready |= Q(due_on__lte=(now + timedelta(days=1)).date())
    return list(waiting.filter(ready).select_related("after", "key").order_by("due_on")[:200])


def do_access(work: Work) -> None:
    """Read one system's rows."""
    case = _case(work)
    if _overtaken(case, work):
        return
    worklist.begin(work)
    try:
        result = execute.read_rows(case, work, worklist.today_of(case))
    except systems.SystemFailure as failure:
        _trouble(case, work, failure)
        return
    _confirmed(case, work, result, rows=sum(result["collections"].values()))


def do_delete(work: Work) -> None:
    """Erase in one system: checkpoint first, then one transaction there, then read back."""
    case = _case(work)
    if _overtaken(case, work):
        return
    worklist.begin(work)
    first = work.sealed is None
    try:
        if first:
            execute.refuse_if_held(case)
            work.sealed, work.result = execute.prepare_erasure(case, work, worklist.today_of(case))
            work.save(update_fields=["sealed", "result"])
        result = execute.erase_rows(case, work)
    except execute.PreviewChanged:
        with transaction.atomic():
            worklist.confirm(work, {"overtaken": True})
            journal.advance(case, lifecycle.PREVIEW_CHANGED, by=journal.PIPELINE,
                            references={"system": work.system}, preview_digest="", waits_for="")  # fmt: skip
        return
    except systems.HoldPlaced:
        if first:
            # Nothing was written: when the hold ends, what is there then is compared with the approval anew.
            work.sealed, work.result = None, {}
            work.save(update_fields=["sealed", "result"])
        worklist.fail(work, "legal_hold")
        if case.waits_for != "legal_hold":
            journal.record(case, "stopped_by_hold", by=journal.PIPELINE, references={"system": work.system},
                           waits_for="legal_hold")  # fmt: skip
        return
    except systems.SystemFailure as failure:
        _trouble(case, work, failure)
        return
    _confirmed(case, work, result, rows=result["checked"])


def recipients_told(case: Case, *, by: User) -> bool:
    """A person says that whoever received the data was told to delete it; False when nobody was waiting for that."""
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        waiting = [
            work
            for work in worklist.latest_round(case, Work.Operation.NOTIFY)
            if work.status != Work.Status.CONFIRMED
        ]
        if case.state != State.FULFILLING or not waiting:
            return False
        for work in waiting:
            worklist.confirm(work, {"by": by.pk})
        journal.record(case, "recipients_told", by=journal.staff(by.pk), waits_for="systems")
        _finish_if_all_done(case)
    return True


def _confirmed(case: Case, work: Work, result: dict[str, object], *, rows: int) -> None:
    with transaction.atomic():
        # Systems that confirm at the same moment take turns here, so that the last one sees all of them.
        case = Case.objects.select_for_update().get(pk=case.pk)
        worklist.confirm(work, result)
        # Another system may have sent the case back meanwhile; what was done here is on record all the same.
        still = case.state == State.FULFILLING
        journal.record(
            case, "system_confirmed", by=journal.PIPELINE,
            references={"system": work.system, "operation": work.operation, "rows": rows},
            **({"waits_for": "systems"} if still else {}),
        )  # fmt: skip
        if still:
            _finish_if_all_done(case)


def _finish_if_all_done(case: Case) -> None:
    """Systems read back, and recipients told where there are any: then the answer may say so."""
    rounds = [
        worklist.latest_round(case, operation) for operation in (*OPERATIONS.values(), Work.Operation.NOTIFY)
    ]
    if all(work.status == Work.Status.CONFIRMED for round_ in rounds for work in round_):
        _finish(case)
    elif all(
        work.status == Work.Status.CONFIRMED or work.operation == Work.Operation.NOTIFY
        for round_ in rounds
        for work in round_
    ):
        journal.record(case, "waits_for_recipients", by=journal.PIPELINE, waits_for=RECIPIENTS)


def _trouble(case: Case, work: Work, failure: systems.SystemFailure) -> None:
    final = not failure.retryable
    worklist.fail(work, f"{'refused' if final else 'unreachable'}: {failure.reason}"[:60], final=final)
    if case.waits_for != f"system:{work.system}":
        journal.record(
            case, "system_failed", by=journal.PIPELINE,
            references={"system": work.system, "reason": failure.reason}, waits_for=f"system:{work.system}",
        )  # fmt: skip


def _finish(case: Case) -> None:
    journal.advance(case, lifecycle.FULFIL, by=journal.PIPELINE, waits_for="letter")


def _approvals(case: Case) -> int:
    return case.events.filter(name=lifecycle.APPROVE.name).count()


def _overtaken(case: Case, work: Work) -> bool:
    """Whether the approval this work carries out no longer stands; then it is laid down for good."""
    if case.state == State.FULFILLING and work.round == _approvals(case):
        return False
    worklist.confirm(work, {"overtaken": True})
    return True


def _case(work: Work) -> Case:
    return Case.objects.select_related("key", "after").get(pk=work.case_id)
