"""One piece of work in one system: what may stand in its way, doing it, and what comes of it for the case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from requests_app import doubts, journal, lifecycle, register, systems, worklist
from requests_app.fulfilment import (
    checkpoint,
    correct,
    execute,
    processors,
    recipients,
    rounds,
    suppression,
    tasks_by_hand,
)
from requests_app.fulfilment.standing import stands
from requests_app.fulfilment.steps import wait_for_doubt
from requests_app.letters import by_post
from requests_app.models import Case, Work


def do_access(work: Work) -> None:
    """Read one system's rows."""
    case = work.case
    if _has_left(case, work) or _asks_processor(case, work) or _asks_owner(case, work):
        return
    if _overtaken(case, work) or _doubted(case, work) or not worklist.begin(work):
        return
    try:
        result = execute.read_rows(case, work, worklist.today_of(case))
    except systems.SystemFailure as failure:
        _trouble(case, work, failure)
        return
    _confirmed(case, work, result, rows=sum(result["collections"].values()))


def do_set(work: Work) -> None:
    """Change in one system how the person's data is used, and read it back."""
    case = work.case
    if _has_left(case, work) or _asks_owner(case, work):
        return
    if _overtaken(case, work) or _doubted(case, work) or not worklist.begin(work):
        return
    try:
        result = execute.put_settings(case, work)
    except systems.SystemFailure as failure:
        _trouble(case, work, failure)
        return
    _confirmed(case, work, result, rows=result["rows"])


def do_delete(work: Work) -> None:
    """Erase in one system."""
    _do_once_for_all(work, Way(execute.prepare_erasure, execute.is_begun, execute.erase_rows))


def do_correct(work: Work) -> None:
    """Put right in one system what is wrong."""
    _do_once_for_all(work, Way(correct.prepare, correct.is_begun, correct.carry_out))


@dataclass(frozen=True)
class Way:
    """How something that cannot be undone is done: set down what was found, then write it, and know which it was."""

    prepare: Callable[[Case, Work], tuple[bytes, dict[str, object]]]
    is_begun: Callable[[Case, Work], bool]
    carry_out: Callable[[Case, Work], dict[str, object]]


def _do_once_for_all(work: Work, way: Way) -> None:
    """What cannot be undone: checkpoint first, then one transaction there, then read back."""
    case = work.case
    if _has_left(case, work) or _asks_processor(case, work) or _asks_owner(case, work):
        return
    if _overtaken(case, work) or (work.sealed is None and _doubted(case, work)):
        return
    # What was begun keeps to what its checkpoint says, and is carried to its end whatever others do by now.
    if (work.sealed is None and _waits(case, work)) or not worklist.begin(work):
        return
    first = work.sealed is None
    try:
        if first or not _is_begun(case, work, way):
            # Nothing is written there yet, whatever was tried: what is there now is compared with the approval.
            if not first:
                suppression.void_unwritten(case, work)
                if _doubted(case, work):
                    return
            execute.refuse_if_held(case, work.system)
            work.sealed, work.result = way.prepare(case, work)
            work.save(update_fields=["sealed", "result"])
        result = way.carry_out(case, work)
    except execute.PreviewChanged:
        _back_to_the_desk(case, work, lifecycle.PREVIEW_CHANGED)
    except systems.RetainedAtRisk:
        _back_to_the_desk(case, work, lifecycle.NOT_AS_DECIDED)
    except systems.HoldPlaced:
        if first:
            # Nothing was written: when the hold ends, what is there then is compared with the approval anew.
            work.sealed, work.result = None, {}
            work.save(update_fields=["sealed", "result"])
        _held(case, work)
    except systems.SystemFailure as failure:
        if not failure.retryable and work.sealed is not None and _has_changed(case, work, way):
            _back_to_the_desk(case, work, lifecycle.PREVIEW_CHANGED)
        else:
            _trouble(case, work, failure)
    else:
        _confirmed(case, work, result, rows=int(str(result["checked"])))


def _is_begun(case: Case, work: Work, way: Way) -> bool:
    """Whether anything was written; the system is asked where a worker may have died before it could say so."""
    return worklist.is_written(work) or way.is_begun(case, work)


def _has_changed(case: Case, work: Work, way: Way) -> bool:
    """Whether a system refused since what it holds is no longer what was approved, and nothing was written there."""
    try:
        if not _is_begun(case, work, way):
            way.prepare(case, work)
    except execute.PreviewChanged:
        return True
    except systems.SystemFailure:
        return False
    return False


def _back_to_the_desk(case: Case, work: Work, move: lifecycle.Move) -> None:
    with transaction.atomic():
        worklist.confirm(work, {"overtaken": True})
        # What was laid ready to be posted meanwhile rests on an approval that holds no longer.
        by_post.withdraw(case, "preview_changed")
        journal.advance(case, move, by=journal.PIPELINE, references={"system": work.system}, preview_digest="",
                        waits_for="")  # fmt: skip
        processors.hurry(case)


def _has_left(case: Case, work: Work) -> bool:
    """Whether the register describes the system no longer: staff see which, and it is tried again until it is back."""
    if work.system in register.controller(case.controller).inventory.systems:
        return False
    if not _overtaken(case, work) and worklist.begin(work):
        _trouble(case, work, systems.SystemUnreachable(work.system, checkpoint.LEFT))
    return True


def _asks_owner(case: Case, work: Work) -> bool:
    """Whether a person does it; who looks after the system is then asked, once nothing stands against it."""
    system = register.controller(case.controller).inventory.systems[work.system]
    if not rounds.is_by_hand(case, system, work.operation):
        return False
    if _overtaken(case, work):
        return True
    if tasks_by_hand.is_opened(work):
        tasks_by_hand.look_again(case, work, system)
    elif not _doubted(case, work) and not _waits(case, work):
        try:
            tasks_by_hand.open_task(case, work, system)
        except systems.HoldPlaced:
            worklist.postpone(work, worklist.LONGEST_PAUSE)
            _held(case, work)
    return True


def _waits(case: Case, work: Work) -> bool:
    """Whether rows of other systems would be found no more if these were gone first; then those come first."""
    if not rounds.waits_for(case, work):
        return False
    with transaction.atomic():
        # What is confirmed at this moment takes its turn before or after, and is not missed.
        Case.objects.select_for_update().get(pk=case.pk)
        if not (whom := rounds.waits_for(case, work)):
            return False
        worklist.wait_for(work, whom)
    return True


def _asks_processor(case: Case, work: Work) -> bool:
    """Whether the system is a processor's; then it is asked, or asked again how far it is."""
    system = register.controller(case.controller).inventory.systems[work.system]
    if not processors.is_processor(system):
        return False
    if not processors.may_have_been_asked(work) and rounds.is_by_hand(case, system, work.operation):
        # It cannot be told all of it, so whoever looks after it is asked instead.
        return False
    if _taken_back(case, work):
        return True
    if (
        _overtaken(case, work)
        or (not processors.was_asked(work) and _doubted(case, work))
        or not worklist.begin(work)
    ):
        return True
    try:
        result = processors.pursue(case, work)
    except systems.HoldPlaced:
        _held(case, work)
    except systems.SystemFailure as failure:
        _trouble(case, work, failure)
    else:
        if result is not None:
            _confirmed(case, work, result, rows=0)
    return True


def _taken_back(case: Case, work: Work) -> bool:
    """Whether what was asked is wanted no more; then the processor is told so before the work is laid down."""
    if stands(case, work) or not processors.may_have_been_asked(work):
        return False
    worklist.begin(work)
    try:
        recalled = processors.recall(case, work)
    except systems.SystemFailure as failure:
        if failure.retryable:
            worklist.fail(work, f"unreachable: {failure.reason}"[:60])
            return True
        processors.not_taken_back(case, work)
        recalled = False
    worklist.confirm(work, {"overtaken": True, "recalled": recalled})
    return True


def _held(case: Case, work: Work) -> None:
    worklist.fail(work, "legal_hold")
    if case.waits_for != "legal_hold":
        journal.record(case, "stopped_by_hold", by=journal.PIPELINE, references={"system": work.system},
                       waits_for="legal_hold")  # fmt: skip


def _confirmed(case: Case, work: Work, result: dict[str, object], *, rows: int) -> None:
    with transaction.atomic():
        # Systems that confirm at the same moment take turns here, so that the last one sees all of them.
        if journal.stand_still(case):
            # Nothing happened to it since it was asked whether the approval stands.
            still = True
        else:
            # Another system may have sent the case back meanwhile; what was done here is on record all the same.
            case = Case.objects.get(pk=case.pk)
            still = stands(case, work)
        worklist.confirm(work, result)
        worklist.release(work)
        if since := result.get("came_since"):
            journal.record(case, "rows_came_since", by=journal.PIPELINE,
                           references={"system": work.system, "rows": since})  # fmt: skip
        journal.record(
            case, "system_confirmed", by=journal.PIPELINE,
            references={"system": work.system, "operation": work.operation, "rows": rows},
            **({"waits_for": "systems"} if still else {}),
        )  # fmt: skip
        if still:
            rounds.open_next(case, work)
            recipients.open_each(case, work)
            rounds.go_on(case, work.round)


def _trouble(case: Case, work: Work, failure: systems.SystemFailure) -> None:
    final = not failure.retryable
    why = failure.code or ("refused" if final else "unreachable")
    # Where it is reached through another, that is the one to be looked after.
    through = {} if failure.system == work.system else {"through": failure.system}
    worklist.fail(work, ": ".join([why, *through.values(), failure.reason])[:60], final=final)
    if case.waits_for != f"system:{failure.system}":
        told = {failure.code: [failure.place]} if failure.code else {}
        journal.record(
            case, "system_failed", by=journal.PIPELINE, waits_for=f"system:{failure.system}",
            references={"system": work.system, "reason": failure.reason, **told, **through},
        )  # fmt: skip


def _overtaken(case: Case, work: Work) -> bool:
    """Whether the approval this work carries out no longer stands; then it is laid down for good."""
    if stands(case, work):
        return False
    worklist.confirm(work, {"overtaken": True})
    return True


def _doubted(case: Case, work: Work) -> bool:
    """Whether somebody came to doubt who is asking since the work was opened, as while an account cooled off.

    It waits and is asked again; what was begun before the doubt is carried to its end, as no half is better.
    """
    if not doubts.block_release(case):
        return False
    worklist.postpone(work)
    wait_for_doubt(case)
    return True
