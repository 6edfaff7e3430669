"""What the case file says of a system that refused, and of a file nobody could search."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import translation

from portal.staff.systems_panel import _file_words, _work_words
from requests_app.models import Work
from tests.systems.build import PAPER


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Refused: a large table has no index on orders.customer_id"), ("zh-hans", "大表缺少 orders.customer_id 的索引")],
)  # fmt: skip
def test_a_missing_index_is_named_to_staff(language: str, told: str) -> None:
    work = Work(status=Work.Status.FAILED, trouble="refused: no index on orders.customer_id")
    with translation.override(language):
        assert told in _work_words(work)


@pytest.mark.parametrize(
    ("result", "read_by_people", "says"),
    [
        ({"file": "f", "ending": ".pdf"}, False, True),
        ({"file": "f", "ending": ""}, False, True),
        ({"file": "f", "ending": ".csv"}, False, False),
        ({"file": "f", "ending": ".pdf"}, True, False),
        ({}, False, False),
    ],
)
def test_a_file_that_nothing_could_search_is_pointed_out(result, read_by_people: bool, says: bool) -> None:
    work = Work(status=Work.Status.CONFIRMED, result=result)
    assert bool(_file_words(work, replace(PAPER, redact_files=read_by_people))) is says
