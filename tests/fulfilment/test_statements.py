"""What one case costs the portal's database from its approval to its end: a bound, so that it does not creep up again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app import tasks
from requests_app.lifecycle import State
from requests_app.models import Case, CaseEvent, Letter, Work
from tests.fulfilment.joined import SHOP, TILL, Place, furnish, granted, without

pytestmark = pytest.mark.django_db
AT_MOST = {"sealed": 29, "answered": 83}
"""Statements, those that open and close a transaction among them: until the rows are read, and until all is sent."""


@pytest.fixture
def shop(tmp_path, settings, monkeypatch) -> Place:
    """One system, in this process."""
    place = furnish(tmp_path, settings, monkeypatch)
    settings.PORTAL_CONTROLLERS = without(TILL, tmp_path)
    return place


def test_an_access_case_costs_the_database_no_more_than_it_did(
    shop: Place, django_capture_on_commit_callbacks
) -> None:
    case, sent = granted("KNOW_PCS"), []
    with django_capture_on_commit_callbacks():
        sent += _sent(tasks.follow_up, case.events.get(name="approve"))
        sent += _sent(tasks.do_work, case.works.get(operation="access"))
        assert [work.system for work in case.works.filter(operation="access", status="confirmed")] == [SHOP]
        assert len(sent) <= AT_MOST["sealed"], "\n".join(sent)
        sent += _sent(tasks.follow_up, case.events.get(name="fulfil"))
        sent += _sent(tasks.follow_up, case.events.get(name="answer"))
        sent += _sent(tasks.send_letter, case.letters.get(kind="answer"))
    assert Case.objects.get(pk=case.pk).state == State.CLOSED
    assert case.letters.get(kind="answer").status == Letter.Status.SENT
    assert len(sent) <= AT_MOST["answered"], "\n".join(sent)


def _sent(task: Callable[[int], None], about: CaseEvent | Work | Letter) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        task(about.pk)
    return [query["sql"][:160] for query in captured.captured_queries]
