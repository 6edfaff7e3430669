"""The queue shows one controller's cases by date, at a cost that does not grow with them."""

from __future__ import annotations

import pytest
from django.urls import reverse

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
        with django_assert_max_num_queries(12):
            assert desk.get(reverse(f"staff:{name}", args=["mimap"])).status_code == 200
