"""Approved access cases queued at once and carried to the sent answer by a real worker, against tasks that do nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence

from celery import current_app

from requests_app import journal
from requests_app.lifecycle import State
from requests_app.models import Case
from tests.bench import ground
from tests.bench.celery_app import NOTHING
from tests.bench.table import Line, compared, interleaved
from tests.house import House
from tests.stack import STACK

ROUNDS = 3
NOTHINGS = 400
PATIENCE_SECONDS = 120
QUEUE, TAKEN = "celery", "unacked"


def measure(house: House, cases: Sequence[Case]) -> list[Line]:
    """Each round takes an equal share of the cases; the first case warms the worker up."""
    share = (len(cases) - 2) // ROUNDS
    shares = [cases[2 + n * share : 2 + (n + 1) * share] for n in range(ROUNDS)]
    firsts: list[float] = []
    with ground.worker("tests.bench.celery_app", house.environment()):
        _drain(journal.FOLLOW_UP, [[_last_event(case)] for case in cases[:2]])
        _drain(NOTHING, [[] for _ in range(20)])
        ours, floor = interleaved(
            lambda n: _carried(shares[n], firsts),
            lambda _: _drain(NOTHING, [[] for _ in range(NOTHINGS)]),
            ROUNDS,
        )
    return [
        compared(
            f"approved access to sent answer, {share} queued", "cases/s", ours, "tasks that do nothing", floor
        ),
        Line("of those, the first is answered after", f"{100 * max(firsts):.0f} % of the time"),
    ]


def _carried(cases: Sequence[Case], firsts: list[float]) -> float:
    started = time.time()
    rate = _drain(journal.FOLLOW_UP, [[_last_event(case)] for case in cases])
    answered = [Case.objects.get(pk=case.pk) for case in cases]
    if any(case.state != State.CLOSED for case in answered):
        raise RuntimeError("a case was not answered")
    first = min(case.answered_at.timestamp() for case in answered)
    firsts.append((first - started) * rate / len(cases))
    return rate


def _last_event(case: Case) -> int:
    return case.events.order_by("-number").values_list("pk", flat=True)[0]


def _drain(task: str, arguments: list[list[int]]) -> float:
    """Queue them all, then wait until the worker has nothing left, whatever those tasks led to."""
    valkey = STACK.valkey.client()
    started = time.perf_counter()
    for each in arguments:
        current_app.send_task(task, each)
    while valkey.llen(QUEUE) or valkey.hlen(TAKEN):
        if time.perf_counter() - started > PATIENCE_SECONDS:
            raise RuntimeError(f"{task} was not drained within {PATIENCE_SECONDS} s")
        time.sleep(0.01)
    return len(arguments) / (time.perf_counter() - started)
