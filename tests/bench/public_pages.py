"""The pages a requester opens, home, question and status: their slowest, against a bare template's in the same run."""

from __future__ import annotations

from collections import deque
from statistics import quantiles

from django.conf import settings

from tests.bench import ground
from tests.bench.drive import Sending, with_connection
from tests.bench.statements import counted
from tests.bench.table import Line, compared, interleaved
from tests.house import House
from tests.public.conftest import Visitor, work

SLUG, RIGHT = "mimap", "DELETE"
PAGES, ROUNDS, WARMING = 120, 3, 20


def measure(house: House) -> list[Line]:
    """Milliseconds that 19 of 20 requests stay under, one visitor with a session and an open case."""
    visitor = Visitor(SLUG, SERVER_NAME="localhost")
    (case,) = visitor.send(RIGHT)
    work()
    visitor.come_back(case)
    cookie = f"{settings.SESSION_COOKIE_NAME}={visitor.cookies[settings.SESSION_COOKIE_NAME].value}"
    paths = {"home": "", "first question": "ask/what/", "status of a request": f"request/{case.reference}/"}
    lines = []
    with (
        ground.web("portal.wsgi", house.environment()) as port,
        ground.web("tests.bench.bare.wsgi", house.environment()) as bare,
    ):
        for name, path in paths.items():
            here = visitor.at(path)
            ours, floor = interleaved(
                lambda _, here=here: _slowest(port, here, cookie),
                lambda _: _slowest(bare, "/page", cookie),
                ROUNDS,
            )
            lines.append(compared(f"{name}, p95", "ms", ours, "a template of forty rows, no database", floor))
            with counted() as count:
                visitor.get(here)
            lines.append(Line("  SQL statements of that page", str(count), "budget 8"))
    return lines


def _slowest(port: int, path: str, cookie: str) -> float:
    """The 95th percentile of one round; the first few of a process are slower and not counted."""
    sending = Sending(path, 200, method="GET", headers={"Cookie": cookie})
    return 1000 * quantiles(with_connection(port, deque([sending] * (PAGES + WARMING)))[WARMING:], n=20)[-1]
