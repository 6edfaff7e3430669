"""What one case costs the portal's database from its approval to its end: a bound, so that it does not creep up again."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app import tasks
from requests_app.lifecycle import State
from requests_app.models import Case, Letter
from tests.fulfilment.joined import SHOP, TILL, Place, furnish, granted, without

AT_MOST = {"sealed": 28, "answered": 73, "erased": 42}
"""Statements, those that open and close a transaction among them: until the rows are read, until all is sent; until
the rows are gone and that is read back."""


@pytest.fixture
def shop(house, tmp_path, settings, monkeypatch) -> Place:
    """One system, in this process, and a database that is committed to, as a worker's is."""
    place = furnish(tmp_path, settings, monkeypatch)
    settings.PORTAL_CONTROLLERS = without(TILL, tmp_path)
    return place


def test_an_access_case_costs_the_database_no_more_than_it_did(shop: Place) -> None:
    case = granted("KNOW_PCS")
    sent = _sent(case, "approve")
    assert [work.system for work in case.works.filter(operation="access", status="confirmed")] == [SHOP]
    assert len(sent) <= AT_MOST["sealed"], "\n".join(sent)
    sent += _sent(case, "fulfil")
    assert Case.objects.get(pk=case.pk).state == State.CLOSED
    assert case.letters.get(kind="answer").status == Letter.Status.SENT
    assert len(sent) <= AT_MOST["answered"], "\n".join(sent)


def test_an_erasure_costs_the_database_no_more_than_it_did(shop: Place) -> None:
    case = granted("DELETE")
    sent = _sent(case, "approve")
    assert [work.system for work in case.works.filter(operation="delete", status="confirmed")] == [SHOP]
    assert len(sent) <= AT_MOST["erased"], "\n".join(sent)


def _sent(case: Case, event: str) -> list[str]:
    """What one task sends that follows the case through from there."""
    number = case.events.get(name=event).pk
    with CaptureQueriesContext(connection) as captured:
        tasks.follow_up(number)
    return [query["sql"][:160] for query in captured.captured_queries]
