"""``make bench``: everything measured in one run, printed as one table."""

from __future__ import annotations

import sys
import time

import django

import tests.stack  # noqa: F401  gives Django its environment, and so comes before the rest

django.setup()

from tests.bench import (  # noqa: E402
    at_scale,
    clock,
    fulfilment,
    ground,
    intake,
    mailroom,
    memory,
    public_pages,
    queue_page,
    through_celery,
)
from tests.bench.cases import BOTH, approved_cases  # noqa: E402
from tests.bench.table import ROUNDS, Line, printed  # noqa: E402

PEOPLE = 9
STARTED = time.monotonic()
EXPLAINED = f"""
Medians of {ROUNDS} rounds (3 where databases are copied or a queue is drained), ours and the floor by turns.
Read the ratios: 1.00 would be as fast as the floor, which does the least that such work can do on this machine.
SQL statements: those that ask or change something, and in brackets those that frame transactions.
The databases wait for no disk (fsync is off), ours and the floors' alike: where they do, each commit takes that longer.
"""


def main() -> int:
    """Each part in a house of its own, so that none finds another's rows."""
    _say("starting PostgreSQL and Valkey, building the sample companies")
    ground.prepare()
    sections: list[tuple[str, list[Line]]] = []
    with ground.house(1) as house:
        _say("measuring web intake")
        sections.append(("Intake", intake.measure(house)))
    with ground.house(2) as house:
        _say(f"asking, verifying, deciding and approving for {PEOPLE} people")
        pairs = approved_cases([BOTH] * PEOPLE, house.extra[fulfilment.VARIABLE])
        _say("measuring access and erasure")
        sections.append(("Fulfilment, one case at a time", fulfilment.measure(house, pairs)))
    with ground.house(6) as house:
        _say("measuring the worker on four tables")
        sections.append(("Four tables by Celery, two worker processes", through_celery.measure(house)))
    with ground.house(7) as house:
        _say(f"measuring the memory of an answer and an erasure of {memory.MANY:,} rows")
        sections.append(("Memory of one worker process", memory.measure(house)))
    with ground.house(3) as house:
        _say("measuring the staff queue")
        sections.append(("Queue", queue_page.measure(house)))
    with ground.house(5) as house:
        _say("measuring the requester's pages")
        sections.append(("Requester's pages", public_pages.measure(house)))
    with ground.house(4) as house:
        _say("measuring the mailroom")
        sections.append(("Mail, one at a time", mailroom.measure(house)))
    with ground.house(5):
        sections += at_scale.measure(_say)
    _say("measuring due dates")
    sections.append(("Law, on one core", clock.measure()))
    understood = f"How letters are understood, by rule and without a person\n\n{mailroom.understood()}"
    print(
        f"{EXPLAINED}\n{printed(sections)}\n\n{understood}\n\nThe whole run took {time.monotonic() - STARTED:.0f} s."
    )
    return 0


def _say(what: str) -> None:
    print(f"{time.monotonic() - STARTED:4.0f} s  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
