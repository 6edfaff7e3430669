"""An answer that no letter can carry: whoever gives it by word of mouth says so, and the case is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app import journal
from requests_app.letters import conversation
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case
from requests_app.verification import clock
from tests.people import run_pipeline
from tests.staff.people import at_desk, hire
from tests.staff.test_written_down import URL, slip

pytestmark = pytest.mark.django_db


def url(name: str, case: Case) -> str:
    return reverse(f"staff:{name}", args=["mimap", case.reference])


@pytest.fixture
def by_phone(samples) -> Case:
    """Somebody rang, gave no address, and nobody could show who it was until our date."""
    olu = hire("Olu", "mimap")
    at_desk(olu).post(URL, slip(channel="phone", email="", postal=""))
    case = Case.objects.get()
    run_pipeline()
    clock.watch(timezone.now() + timedelta(days=60))
    run_pipeline()
    case.refresh_from_db()
    assert (case.state, case.waits_for) == (State.RESPONDING, "letter_lacks:no_address")
    return case


@pytest.mark.parametrize(("way", "answered"), [("phone", True), ("in_person", True), ("nobody", False)])
def test_what_no_letter_can_carry_is_told_and_over(by_phone: Case, way: str, answered: bool) -> None:
    desk = at_desk(hire("Olu", "mimap"))
    assert "note how the answer was given" in desk.get(url("case", by_phone)).content.decode()
    for wrong in ({"tell_words": "She rang again."}, {"tell_way": way, "tell_words": " "}):
        page = desk.post(url("tell", by_phone), wrong)
        assert page.status_code == 400 and "There is a problem" in page.content.decode()
    said = {"tell_way": way, "tell_words": "She rang again, and I told her."}
    assert desk.post(url("tell", by_phone), said).status_code == 302
    run_pipeline()
    case = Case.objects.get()
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.NOT_IDENTIFIED)
    assert (case.answered_at is not None) is answered and case.purge_on and journal.verify(case) is None
    assert (
        case.events.get(name="tell").reason == way and not case.letters.filter(kind="not_identified").exists()
    )
    assert conversation.read(case.messages.get(kind="note"))["text"] == "She rang again, and I told her."
    assert "noted how the answer was given" in desk.get(url("case", case)).content.decode()
    assert desk.post(url("tell", case), said).status_code in (400, 403)


@pytest.mark.parametrize("who", ["Cora", "Ada"])
def test_who_may_not_work_it_does_not_close_it_so(by_phone: Case, who: str) -> None:
    desk = at_desk(hire(who, "mimap"))
    assert "note how the answer was given" not in desk.get(url("case", by_phone)).content.decode()
    assert desk.post(url("tell", by_phone), {"tell_way": "phone", "tell_words": "x"}).status_code == 403
    assert Case.objects.get().state == State.RESPONDING
