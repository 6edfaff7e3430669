"""Approved cases queued at once and carried out by a real worker, against tasks that do nothing and against the SQL alone."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db.models import Max

from requests_app import journal
from requests_app.lifecycle import State
from requests_app.models import Case, Work
from tests.bench import four_tables, fulfilment, ground
from tests.bench.cases import ACCESS, DELETE, approved_cases
from tests.bench.celery_app import NOTHING
from tests.bench.table import Line, compared, interleaved
from tests.house import House
from tests.stack import STACK

ROUNDS, SHARE = 3, 8
WARM = 2
NOTHINGS = 400
PATIENCE_SECONDS = 120
QUEUE, TAKEN = "celery", "unacked"
NO_OP = "tasks that do nothing"


def measure(house: House) -> list[Line]:
    """Access and erasure, each round an equal share of the cases; the first of them warm the worker up."""
    with _packs(four_tables.build(house.folder)) as packs:
        address, number = house.extra[fulfilment.VARIABLE], WARM + ROUNDS * SHARE
        cases = [case for (case,) in approved_cases([[ACCESS]] * number + [[DELETE]] * number, address)]
        reading, erasing = cases[:number], cases[number:]
        read, erased = fulfilment.floors(house, reading, erasing)
        environment = house.environment() | {"PORTAL_CONTROLLERS": str(packs)}
        with ground.worker("tests.bench.celery_app", environment) as worker:
            _drain(NOTHING, [[] for _ in range(20)])
            access, answered, no_op, used = _rates(reading, Work.Operation.ACCESS, worker)
            erasure, _never, also, erasing_used = _rates(erasing, Work.Operation.DELETE, worker)
    queued, core = f", {SHARE} queued", "/s of a core"
    return [
        compared(f"approved access to rows read and sealed{queued}", "cases/s", access, NO_OP, no_op),
        compared("  the same", "cases/s", access, "the same SQL by psycopg", read),
        compared(
            "  a task of that SQL and nothing else, at best", "cases/s", _at_best(no_op, read), NO_OP, no_op
        ),
        compared(f"approved access to sent answer{queued}", "cases/s", answered, NO_OP, no_op),
        compared(f"approved erasure to rows gone and read back{queued}", "cases/s", erasure, NO_OP, also),
        compared("  the same", "cases/s", erasure, "the same SQL by psycopg", erased),
        compared(
            "  a task of that SQL and nothing else, at best", "cases/s", _at_best(also, erased), NO_OP, also
        ),
        compared("access to sent answer, by the worker's own processor time", core, used[0], NO_OP, used[1]),
        compared("erasure to read back, likewise", core, erasing_used[0], NO_OP, erasing_used[1]),
    ]


def _at_best(nothing: float, sql: float) -> float:
    """What the worker's processes could reach if the portal took no time, and one sent its SQL as fast beside the other."""
    return 1 / (1 / nothing + 1 / (ground.PROCESSES * sql))


@contextmanager
def _packs(packs: Path) -> Iterator[Path]:
    before, settings.PORTAL_CONTROLLERS = settings.PORTAL_CONTROLLERS, packs
    try:
        yield packs
    finally:
        settings.PORTAL_CONTROLLERS = before


def _rates(
    cases: Sequence[Case], operation: str, worker: int
) -> tuple[float, float, float, tuple[float, float]]:
    """Cases per second until their systems confirmed and until they were answered; and tasks that do nothing.

    Then both again, whole, by the seconds that the worker's processes were at work: the clock tells little on a machine
    that others use as well.
    """
    _carried(cases[:WARM], operation)
    shares = [cases[WARM + n * SHARE : WARM + (n + 1) * SHARE] for n in range(ROUNDS)]
    answers: list[float] = []
    used = {"cases": 0.0, "nothings": 0.0}

    @contextmanager
    def noted(whose: str) -> Iterator[None]:
        before = ground.processor_seconds(worker)
        yield
        used[whose] += ground.processor_seconds(worker) - before

    def ours(number: int) -> float:
        with noted("cases"):
            confirmed, answered = _carried(shares[number], operation)
        answers.append(answered)
        return confirmed

    def nothings(_number: int) -> float:
        with noted("nothings"):
            return _drain(NOTHING, [[] for _ in range(NOTHINGS)])

    rate, floor = interleaved(ours, nothings, ROUNDS)
    by_core = ROUNDS * SHARE / used["cases"], ROUNDS * NOTHINGS / used["nothings"]
    return rate, sorted(answers)[ROUNDS // 2], floor, by_core


def _carried(cases: Sequence[Case], operation: str) -> tuple[float, float]:
    """An erasure is answered only when a person has told the recipients: its second rate is 0."""
    started = time.time()
    _drain(journal.FOLLOW_UP, [[_last_event(case)] for case in cases])
    works = Work.objects.filter(case__in=cases, operation=operation)
    if works.filter(status=Work.Status.CONFIRMED).count() != len(cases):
        raise RuntimeError("a system was not done")
    confirmed = works.aggregate(last=Max("confirmed_at"))["last"].timestamp()
    closed = Case.objects.filter(pk__in=[case.pk for case in cases], state=State.CLOSED)
    if operation == Work.Operation.ACCESS and closed.count() != len(cases):
        raise RuntimeError("a case was not answered")
    last = closed.aggregate(last=Max("answered_at"))["last"]
    return len(cases) / (confirmed - started), len(cases) / (last.timestamp() - started) if last else 0.0


def _last_event(case: Case) -> int:
    return case.events.order_by("-number").values_list("pk", flat=True)[0]


def _drain(task: str, arguments: list[list[int]]) -> float:
    """Queue them all, then wait until the worker has nothing left, whatever those tasks led to; tasks per second."""
    valkey = STACK.valkey.client()
    started = time.perf_counter()
    for each in arguments:
        current_app.send_task(task, each)
    while valkey.llen(QUEUE) or valkey.hlen(TAKEN):
        if time.perf_counter() - started > PATIENCE_SECONDS:
            raise RuntimeError(f"{task} was not drained within {PATIENCE_SECONDS} s")
        time.sleep(0.01)
    return len(arguments) / (time.perf_counter() - started)
