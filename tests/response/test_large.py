"""A gigabyte of rows becomes a package without a gigabyte of memory."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from requests_app.response import package
from tests.build import build_case, found

pytestmark = [pytest.mark.long, pytest.mark.timeout(1500)]
ROWS, BODY = 1_000_000, "an ordinary sentence about nothing much. " * 25
"""About a thousand bytes a row."""
MOST_MEGABYTES = 300


def _lines():
    for number in range(ROWS):
        yield "communications", {"message_id": number, "customer_id": "MM1", "subject": "s", "body": BODY}


def make() -> None:
    """Build the rows and the package, and say how large it is and how much memory that took at its peak, in MB."""
    case = build_case({"communications.all": found(ROWS)}, right="KNOW_PCS", rows={"mimap_shop_db": _lines()})
    made = package.make(case, b"%PDF the letter")
    # Not ru_maxrss: a child inherits the size of the process that started it.
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert peak is not None
    print(json.dumps([made.size, int(peak[1]) // 1024]))


def test_a_gigabyte_of_rows_is_packed_under_three_hundred_megabytes(house) -> None:
    # In a process of its own: a fork of this one would begin with all that the tests have read.
    script = "import django; django.setup(); from tests.response.test_large import make; make()"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=house.environment(),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
    )
    size, peak = json.loads(done.stdout.splitlines()[-1])
    assert size > 1_000_000
    assert peak < MOST_MEGABYTES, f"{peak} MB"
