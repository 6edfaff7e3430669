"""A gigabyte of rows becomes a package without a gigabyte of memory."""

from __future__ import annotations

import multiprocessing
import resource

import pytest
from django.db import connections

from requests_app.response import package
from tests.build import build_case, found

pytestmark = [pytest.mark.long, pytest.mark.timeout(1500)]
ROWS, BODY = 1_000_000, "an ordinary sentence about nothing much. " * 25
"""About a thousand bytes a row."""
MOST_MEGABYTES = 300


def _lines():
    for number in range(ROWS):
        yield "communications", {"message_id": number, "customer_id": "MM1", "subject": "s", "body": BODY}


def _make(outcome: multiprocessing.Queue) -> None:
    connections.close_all()
    case = build_case({"communications.all": found(ROWS)}, right="KNOW_PCS", rows={"mimap_shop_db": _lines()})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    made = package.make(case, b"%PDF the letter")
    outcome.put((made.size, before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))


def test_a_gigabyte_of_rows_is_packed_under_three_hundred_megabytes(house) -> None:
    context = multiprocessing.get_context("fork")
    outcome = context.Queue()
    process = context.Process(target=_make, args=(outcome,))
    process.start()
    size, _before, peak = outcome.get(timeout=1400)
    process.join(30)
    assert size > 1_000_000
    assert peak < MOST_MEGABYTES, f"{peak} MB"
