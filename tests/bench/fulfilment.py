"""Access and erasure of one approved case at a time, against the same SQL sent by the driver alone."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from statistics import median

from portal.embedded.environment import SAMPLES
from requests_app import worklist
from requests_app.fulfilment import execute, steps, suppression, working
from requests_app.models import Case, Work
from requests_app.systems.connectors import sql_engine
from tests.bench.cases import SLUG, Pair
from tests.bench.recorded import Call, directly, recorded, replay
from tests.bench.statements import Count, counted
from tests.bench.table import ROUNDS, Line, compared, interleaved
from tests.house import House, clone, drop

SYSTEM = "mimap_shop_db"
VARIABLE = SAMPLES[SLUG]
ERASING_ROUNDS = 3
BUDGET = 15
BY_ITSELF = 1000
"""A round that no case comes to."""
_numbers = itertools.count(1)

Doing = Callable[[Case], object]


def measure(house: House, pairs: Sequence[Pair]) -> list[Line]:
    """The first pair warms up: tables are inspected once per process, by us alone."""
    reading, erasing = [a for a, _ in pairs], [d for _, d in pairs]
    return [
        *_access(house, reading),
        *_erasure(erasing),
        Line("SQL statements of the portal, access", str(_of_a_case(reading[-1])), f"budget {BUDGET}"),
        Line("SQL statements of the portal, erasure", str(_of_a_case(erasing[-1])), f"budget {BUDGET}"),
    ]


def floors(house: House, reading: Sequence[Case], erasing: Sequence[Case]) -> tuple[float, float]:
    """Access and erasure of these people by the driver alone, people per second; the first warms up."""
    calls = [_calls_of(_read, case) for case in reading]
    with directly(house.extra[VARIABLE]) as shop:
        replay(shop, calls[0])
        read = median(_per_second([partial(replay, shop, one) for one in calls[1:]]) for _ in range(ROUNDS))
    with _shop():
        calls = [_calls_of(_erase, case) for case in erasing]
    erased = []
    for _ in range(ERASING_ROUNDS):
        with _shop() as address, directly(address) as shop:
            replay(shop, calls[0])
            erased.append(_per_second([partial(replay, shop, one) for one in calls[1:]]))
    # Nothing of this is known to the portal: a worker would wait for it to be replayed, as after a restore.
    suppression.path().unlink(missing_ok=True)
    return read, median(erased)


def _access(house: House, cases: list[Case]) -> list[Line]:
    address = house.extra[VARIABLE]
    _read(cases[0])
    calls = [_calls_of(_read, case) for case in cases[1:]]
    with directly(address) as shop:
        replay(shop, calls[0])
        ours, floor = interleaved(
            lambda _: _per_second([partial(_read, case) for case in cases[1:]]),
            lambda _: _per_second([partial(replay, shop, each) for each in calls]),
        )
    return [
        compared("read one person's rows and seal them", "people/s", ours, "the same SQL by psycopg", floor),
        Line("SQL statements in the customer database, access", _mean(calls)),
    ]


def _erasure(cases: list[Case]) -> list[Line]:
    with _shop() as _address:
        _erase(cases[0])
        calls = [_calls_of(_erase, case) for case in cases[1:]]

    def ours(_round: int) -> float:
        with _shop():
            _erase(cases[0])
            return _per_second([partial(_erase, case) for case in cases[1:]])

    def floor(_round: int) -> float:
        with _shop() as address, directly(address) as shop:
            replay(shop, calls[0])
            return _per_second([partial(replay, shop, each) for each in calls[1:]])

    rates = interleaved(ours, floor, ERASING_ROUNDS)
    return [
        compared(
            "find, compare, erase, read back", "people/s", rates[0], "the same SQL by psycopg", rates[1]
        ),
        Line("SQL statements in the customer database, erasure", _mean(calls)),
    ]


def _read(case: Case) -> None:
    execute.read_rows(case, Work(case=case, system=SYSTEM), worklist.today_of(case))


def _erase(case: Case) -> None:
    work = Work.objects.create(case=case, system=SYSTEM, operation=Work.Operation.DELETE, round=BY_ITSELF)
    work.sealed, work.result = execute.prepare_erasure(case, work)
    execute.erase_rows(case, work)
    # The case is carried out whole later on, and knows nothing of this.
    work.delete()


def _calls_of(do: Doing, case: Case) -> list[Call]:
    with recorded() as calls:
        do(case)
    return calls


def _of_a_case(case: Case) -> Count:
    """What the journal, the work list and the decision cost when this case is carried out whole."""
    with counted() as count:
        # As if the copy that was asked for with it had been given.
        case.after = None
        steps.carry_out(case)
        for work in case.works.filter(operation__in=["access", "delete"]):
            {"access": working.do_access, "delete": working.do_delete}[work.operation](work)
    return count


@contextmanager
def _shop() -> Iterator[str]:
    """A fresh copy of the sample customer database under the name the inventory knows."""
    name = f"bench_shop_{next(_numbers)}"
    before = os.environ[VARIABLE]
    clone(f"sample_{SLUG}", name)
    address = os.environ[VARIABLE] = before.replace(before.split("?")[0].rpartition("/")[2], name)
    try:
        yield address
    finally:
        os.environ[VARIABLE] = before
        sql_engine.forget(address)
        drop(name)


def _per_second(doings: Sequence[Callable[[], object]]) -> float:
    started = time.perf_counter()
    for do in doings:
        do()
    return len(doings) / (time.perf_counter() - started)


def _mean(calls: list[list[Call]]) -> str:
    sent = [sum(call.parameters is not None for call in each) for each in calls]
    return f"{sum(sent) / len(sent):.0f}"
