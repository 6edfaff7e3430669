"""The queue shows one controller's cases by date, at a cost that does not grow with them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portal.staff import queue
from requests_app import journal, lifecycle
from requests_app.archive import purge
from requests_app.models import Case
from tests import people as askers
from tests.build import build_case, found
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db
LISTS = ["queue", "closed", "tray"]


@pytest.fixture
def olu():
    return hire("Olu", "mimap")


def test_home_leads_to_the_first_controller(olu, client) -> None:
    assert at_desk(olu).get(reverse("staff:home")).url == reverse("staff:queue", args=["mimap"])


def test_of_two_controllers_one_sees_only_ones_own(olu) -> None:
    ours = build_case({"orders.older": found(3, "")}, state="assessing")
    theirs = build_case(controller="mipmap", right=askers.register.controller("mipmap").rights[0].code)
    text = at_desk(olu).get(reverse("staff:queue", args=["mimap"])).content.decode()
    assert ours.reference in text and theirs.reference not in text


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_for_one_row_and_for_fifty(olu, name, django_assert_max_num_queries) -> None:
    desk = at_desk(olu)
    for rows in (1, 50):
        while Case.objects.count() < rows:
            build_case({"orders.older": found(3, "")}, state="assessing")
        with django_assert_max_num_queries(19):
            assert desk.get(reverse(f"staff:{name}", args=["mimap"])).status_code == 200


def test_a_purged_case_still_has_its_page_and_its_row(olu) -> None:
    case = build_case({"orders.older": found(3)}, state="responding")
    journal.advance(case, lifecycle.ANSWER, by=journal.PIPELINE, outcome=lifecycle.Outcome.GRANTED)
    purge.purge(case)
    desk = at_desk(olu)
    assert "destroyed" in desk.get(reverse("staff:closed", args=["mimap"])).content.decode()
    page = desk.get(reverse("staff:case", args=["mimap", case.reference]))
    assert page.status_code == 200 and "Destroyed on its date" in page.content.decode()
    for act, typed in {
        "note": {"note": "Hello"},
        "reply": {"reply": "Hello"},
        "assign": {"assignee": ""},
    }.items():
        assert desk.post(reverse(f"staff:{act}", args=["mimap", case.reference]), typed).status_code == 403


def test_pages_follow_one_another_without_gap_or_repeat(olu, monkeypatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    cases = [build_case({"orders.older": found(1, "")}, state="assessing").reference for _ in range(5)]
    desk, url, seen = at_desk(olu), reverse("staff:queue", args=["mimap"]), []
    while url:
        context = desk.get(url).context
        seen += [row["reference"] for row in context["rows"]]
        url = context["next_url"] and reverse("staff:queue", args=["mimap"]) + context["next_url"]
    assert seen == cases


@pytest.mark.parametrize(
    ("view", "state", "shown"),
    [("open", "verifying", False), ("unverified", "verifying", True), ("open", "assessing", True),
     ("approve", "approving", True), ("approve", "assessing", False), ("unverified", "assessing", False)],
)  # fmt: skip
def test_a_view_shows_what_it_says(olu, view, state, shown) -> None:
    case = build_case(state=state)
    page = at_desk(olu).get(reverse("staff:queue", args=["mimap"]), {"view": view})
    assert (case.reference in page.content.decode()) is shown


def test_the_queue_can_be_read_in_chinese(olu) -> None:
    build_case({"orders.older": found(3, "")}, state="assessing")
    text = at_desk(olu).get(reverse("staff:queue", args=["mimap"]), {"lang": "zh-Hans"}).content.decode()
    assert "全部未结" in text and "轮到我" in text
