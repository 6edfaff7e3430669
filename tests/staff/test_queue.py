"""The queue shows one controller's cases by date, at a cost that does not grow with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from portal.staff import queue
from requests_app import journal, lifecycle, worklist
from requests_app.archive import purge
from requests_app.letters import conversation
from requests_app.models import Case, Message
from tests import people as askers
from tests.build import build_case, found
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db
LISTS = ["queue", "closed", "to_tell", "tray", "board", "to_release", "lost"]


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
    # The first page of a minute also writes down that somebody is at the desk.
    desk.get(reverse("staff:home"))
    for rows in (1, 50):
        while Case.objects.count() < rows:
            build_case({"orders.older": found(3, "")}, state="assessing")
        with django_assert_max_num_queries(12):
            assert desk.get(reverse(f"staff:{name}", args=["mimap"])).status_code == 200


@pytest.mark.parametrize("asked", ["dana.whitfield@example.org", "words of a note", "its reference"])
def test_a_search_costs_the_same_whatever_is_looked_for(olu, asked, django_assert_max_num_queries) -> None:
    for _ in range(3):
        case = build_case(state="assessing")
        conversation.add(
            case, Message.Kind.NOTE, text="Words of a note", written_at=timezone.now(), by_ref=str(olu.pk)
        )
    desk = at_desk(olu)
    desk.get(reverse("staff:home"))
    with django_assert_max_num_queries(12):
        answer = desk.post(
            reverse("staff:search", args=["mimap"]), {"q": case.reference if "reference" in asked else asked}
        )
    assert case.reference in (answer.url if answer.status_code == 302 else answer.content.decode())


def test_a_desk_in_use_stays_open_and_one_left_alone_does_not(olu) -> None:
    desk, url = at_desk(olu), reverse("staff:queue", args=["mimap"])
    assert desk.get(url).status_code == 200
    started = timezone.now()
    for minutes, status in ((20, 200), (40, 200), (60, 200), (95, 302)):
        with time_machine.travel(started + timedelta(minutes=minutes)):
            assert desk.get(url).status_code == status


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


def test_closed_cases_follow_one_another_too_the_latest_first(olu, monkeypatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 1)
    cases = [build_case({"orders.older": found(1, "")}, state="assessing") for _ in range(4)]
    now = timezone.now()
    # Two were closed in the same moment; the one that is open stands in no closed list.
    for case, closed_at in zip(cases, (now - timedelta(days=1), now, now), strict=False):
        journal.record(case, "built", by=journal.PIPELINE, closed_at=closed_at)
    desk, url, seen = at_desk(olu), reverse("staff:closed", args=["mimap"]), []
    while url:
        page = desk.get(url)
        context = page.context
        assert "aria-sort" not in page.content.decode(), "no column tells this order"
        seen += [row["reference"] for row in context["rows"]]
        url = context["next_url"] and reverse("staff:closed", args=["mimap"]) + context["next_url"]
    assert seen == [cases[n].reference for n in (2, 1, 0)]


@pytest.mark.parametrize(
    ("view", "state", "shown"),
    [("open", "verifying", False), ("unverified", "verifying", True), ("open", "assessing", True),
     ("approve", "approving", True), ("approve", "assessing", False), ("unverified", "assessing", False)],
)  # fmt: skip
def test_a_view_shows_what_it_says(olu, view, state, shown) -> None:
    case = build_case(state=state)
    page = at_desk(olu).get(reverse("staff:queue", args=["mimap"]), {"view": view})
    assert (case.reference in page.content.decode()) is shown


@pytest.mark.parametrize(
    ("right", "told", "shown"),
    [("OPT_OUT", [False], True), ("OPT_OUT", [True], False), ("OPT_OUT", [False, True], False),
     ("OPT_OUT", [True, False], True), ("DELETE", [False], False), ("DELETE", [False, True], False)],
)  # fmt: skip
def test_third_parties_wait_to_be_told_where_the_answer_did_not_wait_for_it(olu, right, told, shown) -> None:
    case = build_case(state="assessing", right=right)
    Case.objects.filter(pk=case.pk).update(
        state="closed", closed_at=timezone.now(), due_on=timezone.now() - timedelta(days=3)
    )
    for number, done in enumerate(told, 1):
        work = worklist.by_hand(case, "notify", "recipient:x", round_=number, result={"whom": {"en": "X"}})
        if done:
            worklist.confirm(work, work.result)
    page = at_desk(olu).get(reverse("staff:to_tell", args=["mimap"]))
    assert [row["reference"] for row in page.context["rows"]] == [case.reference] * shown
    assert [row["waits_what"] for row in page.context["rows"]] == ["tell the recipients · late"] * shown


def test_the_queue_can_be_read_in_chinese(olu) -> None:
    build_case({"orders.older": found(3, "")}, state="assessing")
    text = at_desk(olu).get(reverse("staff:queue", args=["mimap"]), {"lang": "zh-Hans"}).content.decode()
    assert "全部未结" in text and "轮到我" in text
