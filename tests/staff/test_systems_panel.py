"""The systems panel of the case file: what it says of each system, and how it is asked for anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.staff import doors
from requests_app import worklist
from requests_app.models import Case, Work
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db
SHOP = "mimap_shop_db"


def panel_of(desk: Client, case: Case, **known: str) -> str:
    """The panel as the open page asks for it."""
    return desk.get(reverse("staff:systems", args=[case.controller, case.reference]), known).content.decode()


def at_work(case: Case, **more: object) -> Work:
    """An erasure in the shop, begun a moment ago."""
    now = timezone.now()
    known = {
        "status": "waiting",
        "attempts": 1,
        "started_at": now,
        "next_try_at": now + timedelta(seconds=20),
    }
    return Work.objects.create(case=case, system=SHOP, operation="delete", **known | more)


def fulfilling(case: Case, waits_for: str = "systems") -> Case:
    """As after an approval; how it came there is another test's."""
    Case.objects.filter(pk=case.pk).update(state="fulfilling", waits_for=waits_for)
    case.refresh_from_db()
    return case


def test_the_panel_asks_again_while_something_is_at_work_and_ends_with_it(
    django_assert_max_num_queries,
) -> None:
    case, desk = fulfilling(assessing()), at_desk(hire("Olu", "mimap"))
    assert 'data-every="3"' in panel_of(desk, case), "approved a moment ago: the works are opened next"
    work = at_work(case)
    with django_assert_max_num_queries(13):
        shown = panel_of(desk, case, state="fulfilling")
    assert 'data-every="3"' in shown and "At work since" in shown and "moved on" not in shown
    worklist.fail(work, "unreachable: ConnectionTimeout")
    Work.objects.filter(pk=work.pk).update(next_try_at=timezone.now() + timedelta(minutes=40))
    assert 'data-every="30"' in panel_of(desk, case)
    worklist.confirm(work, {"checked": 2})
    ended = panel_of(desk, case, state="approving")
    assert "data-live" not in ended and 'data-state="done"' in ended and "The case has moved on" in ended
    # On the whole page the same panel stands, and the script that asks for it.
    at_work(case, round=2)
    whole = desk.get(reverse("staff:case", args=["mimap", case.reference])).content.decode()
    assert 'data-every="3"' in whole and "js/live.js" in whole and "data-live-says" in whole


@pytest.mark.parametrize(
    ("state", "waits_for", "put_off"),
    [("closed", "", timedelta()), ("fulfilling", "cooling_off", timedelta(days=3)), ("approving", "approval", timedelta())],
)  # fmt: skip
def test_where_only_a_person_or_the_calendar_moves_anything_it_does_not_ask(
    state, waits_for, put_off
) -> None:
    case, desk = assessing(), at_desk(hire("Olu", "mimap"))
    Case.objects.filter(pk=case.pk).update(state=state, waits_for=waits_for)
    at_work(case, attempts=0, started_at=None, next_try_at=timezone.now() + put_off)
    assert "data-live" not in panel_of(desk, case)


def test_a_page_that_asks_by_itself_is_nobody_at_the_desk() -> None:
    case, desk = assessing(), at_desk(hire("Olu", "mimap"))
    session = desk.session
    session[doors.SEEN_AT] = long_ago = timezone.now().timestamp() - 10 * 60
    session.save()
    panel_of(desk, case)
    assert desk.session[doors.SEEN_AT] == long_ago
    desk.get(reverse("staff:case", args=["mimap", case.reference]))
    assert desk.session[doors.SEEN_AT] > long_ago
