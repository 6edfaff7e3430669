"""Closing by hand counts after ten seconds, and until then whoever did it takes it back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from requests_app import journal
from requests_app.lifecycle import State
from requests_app.models import Case, Letter
from tests.acting import open_acting
from tests.people import closed_by_hand, of_own_motion, open_case, run_pipeline
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db


def at(name: str, case: Case) -> str:
    """The address of a page of this case."""
    return reverse(f"staff:{name}", args=["mimap", case.reference])


@pytest.mark.parametrize("how", ["identity", "authority", "set_aside", "bulk"])
def test_a_closing_of_a_moment_ago_is_taken_back_by_whoever_asked_for_it(how: str, samples) -> None:
    olu, pia = hire("Olu", "mimap"), hire("Pia", "mimap")
    case = {
        "identity": lambda: open_case("mimap", "DELETE"),
        "bulk": lambda: open_case("mimap", "KNOW_PCS"),
        "authority": lambda: open_acting("mimap", "KNOW_PCS")[0],
        "set_aside": lambda: of_own_motion(by=olu),
    }[how]()
    url, typed = {
        "identity": (at("identity_act", case), {"act": "refuse", "reason": "Nothing came."}),
        "authority": (at("authority", case), {"act": "give_up"}),
        "set_aside": (at("set_aside", case), {"reason": "mistaken"}),
        "bulk": ("/staff/mimap/bulk/", {"act": "close", "why": "not_shown", "case": case.reference, "step": "do"}),
    }[how]  # fmt: skip
    run_pipeline()
    case.refresh_from_db()
    desk, before = at_desk(olu), case.state
    desk.post(url, typed)
    assert at("close_undo", case) in desk.get(at("case", case)).content.decode()
    assert at("close_undo", case) not in at_desk(pia).get(at("case", case)).content.decode()
    at_desk(pia).post(at("close_undo", case))
    assert not case.events.filter(name="close_undone").exists()
    desk.post(at("close_undo", case))
    closed_by_hand()
    case.refresh_from_db()
    assert case.state == before and not case.outcome and not case.doubts.filter(closed_at=None).exists()
    assert not Letter.objects.filter(kind="not_identified").exists()
    desk.post(url, typed)
    closed_by_hand()
    # Too late now.
    desk.post(at("close_undo", case))
    case.refresh_from_db()
    assert case.state == State.CLOSED and case.outcome and journal.verify(case) is None
