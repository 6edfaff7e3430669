"""What one approval opens, and when all of it is done: which system is asked what, in which order."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from requests_app import journal, law, lifecycle, register, restriction, subject, systems, worklist
from requests_app.fulfilment import processors, tasks_by_hand
from requests_app.fulfilment.standing import HELD, round_of
from requests_app.models import Case, Determination, Task, Work
from requests_app.register.inventory import CLOSING, SETTING_OPERATIONS, System

RECIPIENTS = "recipients"
CATEGORIES = "categories"
PROCEDURES: dict[str, tuple[str, ...]] = {
    "access": (Work.Operation.ACCESS,),
    "port": (Work.Operation.ACCESS,),
    CATEGORIES: (Work.Operation.ACCESS,),
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
    """Those that have something to set that was granted, or in which something was found, leaves first.

    One that left the register meanwhile, with something granted in it, is among them: it waits to be described again.
    """
    inventory = register.controller(case.controller).inventory
    found = case.holdings.filter(found__gt=0).values_list("system", "determination__choice")
    found_in = {system for system, _choice in found}
    granted = {system for system, choice in found if choice == Determination.Choice.GRANT}
    gone = sorted(granted - inventory.systems.keys())
    if operation == Work.Operation.SET:
        # Where nobody is searched for beforehand, whoever is unknown is entered in the lists all the same.
        asked, by_hand = subject.operation_of(case), bool(granted) or not found_in
        # What was granted of rows that are there is done there, by a person where no setting says how.
        anyway = granted if right.operation in SETTING_OPERATIONS else set()
        there = [
            key
            for key, system in inventory.systems.items()
            if key in anyway
            or (
                system.settings_for(asked)
                and (right.at_once or key in granted or (system.is_asked and by_hand))
            )
        ]
        return there + gone
    if right.operation == CATEGORIES:
        # The search has answered for every other one; what these hold of this person nobody knows yet.
        return [key for key, system in inventory.systems.items() if system.is_asked]
    order = systems.systems_in_erasing_order(inventory.systems.values())
    # Nobody can search a system that has no connector: its owner is asked whatever the others hold.
    return [key for key in order if key in found_in or inventory.systems[key].is_asked] + gone


def open_works(
    case: Case, operation: str, chosen: list[str], round_: int, not_before: datetime | None = None
) -> None:
    """One piece of work each, whoever does it: a person is asked when its time has come, as a connector is."""
    worklist.open_round(case, operation, chosen, round_=round_, now=timezone.now(), not_before=not_before)


def is_by_hand(case: Case, system: System, operation: str) -> bool:
    """Whether a person does this there: no connector can, none can be told all of it, or nothing says what to set."""
    asked = subject.operation_of(case)
    if asked == CATEGORIES or (operation == Work.Operation.SET and not system.settings_for(asked)):
        # Over the wire a processor would be asked for everything it holds, to tell us of what kinds it is.
        return True
    return tasks_by_hand.by_hand(system, operation) or not processors.speaks(case, system, operation)


def waits_for(case: Case, work: Work) -> list[str]:
    """Systems that rows of this one lead to and in which the same is not done yet: first they, while they are found.

    What led to one that left the register meanwhile nobody knows any more, so everything waits for it.
    """
    if work.operation not in HELD:
        return []
    known = register.controller(case.controller).inventory.systems
    led = systems.led_to(known.values())
    # Two that are found through each other are no inventory; they must not wait for each other all the same.
    onward = {key for key in led[work.system] if work.system not in led[key]}
    right = law.regime(case.regime, case.received_on).right(case.right)
    beside = case.works.filter(round=work.round, operation__in=PROCEDURES.get(right.operation, ()))
    opened = {(one.operation, one.system): one for one in beside.only("operation", "system", "status")}
    waiting: dict[str, None] = {
        key: None
        for (_operation, key), one in opened.items()
        if key not in known and one.status != Work.Status.CONFIRMED
    }
    if not onward:
        return list(waiting)
    for operation, chosen in asked_of(case, right).items():
        for key in chosen:
            one = opened.get((operation, key))
            if key not in onward or (one is not None and one.status == Work.Status.CONFIRMED):
                continue
            if not known[key].is_asked or _still_looks_up(case, known[key], one):
                waiting[key] = None
    return list(waiting)


def _still_looks_up(case: Case, system: System, work: Work | None) -> bool:
    """Whether who looks after it may need our rows to know whom it is about; not for longer than they were given."""
    told = any(f.identity for collection in system.collections.values() for f in collection.fields.values())
    if told or system.processor is not None:
        return False
    task = Task.objects.filter(work=work).first() if work else None
    return task is None or worklist.today_of(case) <= task.due_on


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
    """Systems read back, and recipients told where there are any: then the answer may say so.

    What is still said of an earlier approval says nothing about this one.
    """
    if round_ == round_of(case):
        go_on(case, round_)


def go_on(case: Case, round_: int) -> None:
    """The same, of what is known to be the newest approval."""
    beside = [Work.Operation.SEARCH]
    if law.regime(case.regime, case.received_on).right(case.right).tells_receivers:
        # The confirmation of an opt-out waits for no third party.
        beside.append(Work.Operation.NOTIFY)
    carried = case.works.filter(round=round_).exclude(operation__in=beside)
    waiting = set(carried.exclude(status=Work.Status.CONFIRMED).values_list("operation", flat=True))
    if not waiting:
        finish(case, round_)
    elif waiting == {Work.Operation.NOTIFY}:
        journal.record(case, "waits_for_recipients", by=journal.PIPELINE, waits_for=RECIPIENTS)


def finish(case: Case, round_: int) -> None:
    """Everything is done: the letter is next, and what was restricted stands from now on."""
    if restriction.is_one(case):
        done = case.works.filter(operation=Work.Operation.SET, status=Work.Status.CONFIRMED, round=round_)
        if done.exclude(result__has_key="overtaken").exists():
            restriction.begin(case)
    journal.advance(case, lifecycle.FULFIL, by=journal.PIPELINE, waits_for="letter")
