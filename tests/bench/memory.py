"""The most memory a worker takes while it answers or erases one person, with few rows and with very many."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from celery import current_app

from requests_app import journal
from requests_app.lifecycle import State
from requests_app.models import Case, Work
from tests.bench import ground
from tests.bench.cases import ACCESS, DELETE, SOME, approved_cases
from tests.bench.fulfilment import VARIABLE
from tests.bench.recorded import directly
from tests.bench.table import Line
from tests.house import House, until

FEW, MANY = 10, 100_000
PATIENCE_SECONDS = 300
ADDED = """
INSERT INTO communications (message_id, customer_id, direction, channel, subject, body, sent_at)
SELECT (SELECT max(message_id) FROM communications) + number, customer_id, 'from you', 'e-mail', 'A question',
       repeat('an ordinary sentence about nothing much. ', 5), now()
FROM customers, generate_series(1, %s) AS number WHERE email = %s
"""


def measure(house: House) -> list[Line]:
    """A worker of its own for each of four people; for each two only the rows about them differ."""
    address = house.extra[VARIABLE]
    with directly(address) as shop:
        emails = [email for (email,) in shop.execute(SOME, [4])]
        for email, rows in zip(emails, (FEW, MANY, FEW, MANY), strict=True):
            shop.execute(ADDED, [rows, email])
    rights = [[ACCESS]] * 2 + [[DELETE]] * 2
    cases = [case for (case,) in approved_cases(rights, address)]
    reading, erasing = cases[:2], cases[2:]
    return [
        _line("an answer of", [_peak_mb(house, case, _is_answered) for case in reading]),
        _line("an erasure of", [_peak_mb(house, case, _is_erased) for case in erasing]),
    ]


def _line(what: str, peaks: list[float]) -> Line:
    few, many = peaks
    return Line(
        f"{what} {MANY:,} rows", f"{many:.0f} MB", f"one of {FEW}", f"{few:.0f} MB", f"{many / few:.2f}"
    )


def _is_answered(case: Case) -> bool:
    return Case.objects.get(pk=case.pk).state == State.CLOSED


def _is_erased(case: Case) -> bool:
    """Read back too; the recipients are told by people."""
    return case.works.filter(operation=Work.Operation.DELETE, status=Work.Status.CONFIRMED).exists()


def _peak_mb(house: House, case: Case, is_done: Callable[[Case], bool]) -> float:
    """Of the worker's processes, the one that needed most while this case was carried out."""
    with ground.worker("portal", house.environment()) as pid:
        last = case.events.order_by("-number").values_list("pk", flat=True)[0]
        current_app.send_task(journal.FOLLOW_UP, [last])
        until(lambda: is_done(case), "the end of it", PATIENCE_SECONDS)
        return max(_high_water(one) for one in ground.family(pid))


def _high_water(pid: int) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0
