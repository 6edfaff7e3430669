"""What one approval opens, and when all of it is done: which system is asked what, in which order."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from requests_app import journal, law, lifecycle, register, restriction, subject, systems, worklist
from requests_app.fulfilment import processors, tasks_by_hand
from requests_app.lifecycle import State
from requests_app.models import Case, Work
from requests_app.register.inventory import CLOSING, SETTING_OPERATIONS

RECIPIENTS = "recipients"
PROCEDURES: dict[str, tuple[str, ...]] = {
    "access": (Work.Operation.ACCESS,),
    "port": (Work.Operation.ACCESS,),
    "delete": (Work.Operation.DELETE,),
    "correct": (Work.Operation.CORRECT,),
    CLOSING: (Work.Operation.SET, Work.Operation.DELETE),
    **dict.fromkeys(SETTING_OPERATIONS, (Work.Operation.SET,)),
}
"""What a right's operation asks of a system, one after the other; a right not here is answered from the search."""


def asked_of(case: Case, right: law.Right) -> dict[str, list[str]]:
    """The systems that each operation of the procedure is asked of, in order."""
    return {
        operation: chosen
        for operation in PROCEDURES.get(right.operation, ())
        if (chosen := systems_for(case, right, operation))
    }


def systems_for(case: Case, right: law.Right, operation: str) -> list[str]:
    """Those that have something to set, or in which something was found, leaves first."""
    inventory = register.controller(case.controller).inventory
    found_in = set(case.holdings.filter(found__gt=0).values_list("system", flat=True))
    if operation == Work.Operation.SET:
        # Where nobody is searched for beforehand, whoever is unknown is entered in the lists all the same.
        asked = subject.operation_of(case)
        return [
            key
            for key, system in inventory.systems.items()
            if system.settings_for(asked) and (right.at_once or key in found_in)
        ]
    order = systems.systems_in_erasing_order(inventory.systems.values())
    # Nobody can search a system that has no connector: its owner is asked whatever the others hold.
    return [key for key in order if key in found_in or inventory.systems[key].is_asked]


def open_works(
    case: Case, operation: str, chosen: list[str], round_: int, not_before: datetime | None = None
) -> None:
    """Work for the connectors that can, a task for a person where none can."""
    known = register.controller(case.controller).inventory.systems
    hands = [
        key
        for key in chosen
        if tasks_by_hand.by_hand(known[key], operation) or not processors.speaks(case, known[key], operation)
    ]
    machines = [key for key in chosen if key not in hands]
    worklist.open_round(case, operation, machines, round_=round_, now=timezone.now(), not_before=not_before)
    for key in hands:
        tasks_by_hand.open_task(case, known[key], operation, round_=round_)


def open_next(case: Case, work: Work) -> None:
    """The operation of the procedure that comes after this one in the same system, if there is one."""
    right = law.regime(case.regime, case.received_on).right(case.right)
    procedure = PROCEDURES.get(right.operation, ())
    if work.operation not in procedure[:-1]:
        return
    for operation in procedure[procedure.index(work.operation) + 1 :]:
        if work.system in systems_for(case, right, operation):
            open_works(case, operation, [work.system], work.round)
            return


def finish_if_all_done(case: Case, round_: int) -> None:
    """Systems read back, and recipients told where there are any: then the answer may say so."""
    beside = [Work.Operation.SEARCH]
    if law.regime(case.regime, case.received_on).right(case.right).tells_receivers:
        # The confirmation of an opt-out waits for no third party.
        beside.append(Work.Operation.NOTIFY)
    carried = case.works.filter(round=round_).exclude(operation__in=beside)
    waiting = set(carried.exclude(status=Work.Status.CONFIRMED).values_list("operation", flat=True))
    if not waiting:
        finish(case)
    elif waiting == {Work.Operation.NOTIFY}:
        journal.record(case, "waits_for_recipients", by=journal.PIPELINE, waits_for=RECIPIENTS)


def finish(case: Case) -> None:
    """Everything is done: the letter is next, and what was restricted stands from now on."""
    if (
        restriction.is_one(case)
        and case.works.filter(operation=Work.Operation.SET, status=Work.Status.CONFIRMED).exists()
    ):
        restriction.begin(case)
    journal.advance(case, lifecycle.FULFIL, by=journal.PIPELINE, waits_for="letter")


def round_of(case: Case) -> int:
    """How often the case has come here: each time is a decision of its own to carry out."""
    came = case.events.filter(to_state=State.FULFILLING).exclude(from_state=State.FULFILLING)
    return came.count()
