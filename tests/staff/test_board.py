"""The deadline board: every working day, every day off that something is due on, and what is not settled yet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.staff import board
from requests_app import journal, law, owed
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db
URL = reverse("staff:board", args=["mimap"])


def shown(desk) -> dict[str, object]:
    answer = desk.get(URL)
    assert answer.status_code == 200
    return answer.context


def due(day, **changes: object):
    """A case due on that day."""
    case = assessing()
    journal.record(case, "recounted", by=journal.PIPELINE, due_on=day, last_on=day, **changes)
    return case


def test_that_each_day_shows_what_is_due_and_leads_to_it(django_assert_max_num_queries) -> None:
    desk = at_desk(hire("Olu", "mimap"))
    today = shown(desk)["rows"][0]["day"]
    calendar = owed.calendars()[law.regime("ccpa").calendar]
    working = calendar.after(today, 3)
    off = next(d for n in range(1, 9) if not calendar.is_working(d := today + timedelta(days=n)))
    for day, changes in ((working, {}), (working, {"provisional": True}), (off, {}), (today - timedelta(days=2), {}),
                         (today + timedelta(days=400), {})):  # fmt: skip
        due(day, **changes)
    with django_assert_max_num_queries(7):
        context = shown(desk)
    rows = {row["day"]: row for row in context["rows"]}
    assert (rows[working]["n"], rows[working]["provisional"], rows[working]["nobodys"]) == (2, True, 2)
    assert (rows[off]["n"], rows[off]["works"]) == (1, False)
    assert context["late"] == 1 and sum(row["n"] for row in rows.values()) == 3
    assert sum(row["works"] and row["day"] > today for row in rows.values()) == board.WORKING_DAYS
    assert len(desk.get(rows[working]["url"]).context["rows"]) == len(
        [n for n in (working, working, off, today + timedelta(days=400)) if n >= working]
    )


def test_that_more_than_can_be_counted_is_said(monkeypatch) -> None:
    monkeypatch.setattr(board, "COUNT_TO", 2)
    desk = at_desk(hire("Olu", "mimap"))
    day = shown(desk)["rows"][1]["day"]
    for _ in range(3):
        due(day)
    assert shown(desk)["more"] and "may hold more" in desk.get(URL).content.decode()


def test_that_ones_own_request_is_not_counted() -> None:
    pia = hire("Pia", "mimap")
    assessing(email=pia.email)
    assert sum(row["n"] for row in shown(at_desk(pia))["rows"]) == 0
