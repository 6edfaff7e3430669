"""What staff saw and did, for those who audit it: all of it, by person and days, page by page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.staff import activity
from requests_app import journal
from requests_app.intake import held
from requests_app.models import CaseEvent
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing, held_mail

pytestmark = pytest.mark.django_db
URL = reverse("staff:activity", args=["mimap"])


def read(desk, **asked: str) -> list[tuple[str, str]]:
    """Who and in which case, latest first."""
    answer = desk.get(URL, asked)
    assert answer.status_code == 200
    return [(row["who"], row["reference"]) for row in answer.context["rows"]]


def test_that_looks_and_acts_stand_by_person_and_kind() -> None:
    olu, pia, case = hire("Olu", "mimap"), hire("Pia", "mimap"), assessing()
    journal.record(case, "revealed", by=journal.staff(olu.pk), reason="identify")
    journal.record(case, "note_written", by=journal.staff(pia.pk))
    held.look(held_mail(), by=olu, reason="search")
    other = assessing("mipmap")
    journal.record(other, "revealed", by=journal.staff(olu.pk), reason="identify")
    ada = at_desk(hire("Ada", "mimap"))
    assert read(ada) == [("Pia", case.reference), ("Olu", case.reference)]
    assert read(ada, what="seen") == [("Olu", case.reference)]
    assert read(ada, who=str(pia.pk)) == [("Pia", case.reference)]
    assert read(ada, what="mail") == [("Olu", "")]
    assert read(ada, what="mail", who=str(pia.pk)) == []
    assert "looked at a held mail" in ada.get(URL, {"what": "mail"}).content.decode()


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [({}, 6, 0), ({"from": 3, "to": 3}, 3, 3), ({"from": 200, "to": 10}, 40, 10), ({"from": 1, "to": 5}, 5, 1),
     ({"from": "x", "to": "9999-12-31"}, 6, 0)],
)  # fmt: skip
def test_that_the_days_are_in_order_and_never_more_than_a_month(asked, first, last) -> None:
    ada = at_desk(hire("Ada", "mimap"))
    today = ada.get(URL).context["last"]
    typed = {
        k: v if isinstance(v, str) else (today - timedelta(days=v)).isoformat() for k, v in asked.items()
    }
    context = ada.get(URL, typed).context
    assert (context["first"], context["last"]) == (
        today - timedelta(days=first),
        today - timedelta(days=last),
    )


def test_that_acts_of_one_moment_are_neither_lost_nor_told_twice(
    monkeypatch, django_assert_max_num_queries
) -> None:
    """A bulk act writes one moment on many journals; a page may end amid it."""
    monkeypatch.setattr(activity, "PAGE", 2)
    pia, cases = hire("Pia", "mimap"), [assessing() for _ in range(5)]
    entries = [journal.Entry(case, "", {}, {"waits_for": "decision"}) for case in cases]
    journal.record_each("assigned", entries, by=journal.staff(pia.pk))
    assert CaseEvent.objects.filter(name="assigned").values("at").distinct().count() == 1
    ada, url, seen = at_desk(hire("Ada", "mimap")), URL, []
    while url:
        with django_assert_max_num_queries(11):
            context = ada.get(url).context
        seen += [row["reference"] for row in context["rows"]]
        url = context["next_url"] and URL + context["next_url"]
    assert sorted(seen) == sorted(case.reference for case in cases)


def test_that_ones_own_request_is_not_among_them() -> None:
    pia, olu = hire("Pia", "mimap"), hire("Olu", "mimap")
    case = assessing(email=pia.email)
    journal.record(case, "revealed", by=journal.staff(olu.pk), reason="identify")
    assert read(at_desk(pia)) == []
    assert read(at_desk(hire("Ada", "mimap"))) == [("Olu", case.reference)]


def test_that_an_act_of_long_ago_is_found_by_its_days() -> None:
    olu, case = hire("Olu", "mimap"), assessing()
    journal.record(case, "note_written", by=journal.staff(olu.pk))
    ada = at_desk(hire("Ada", "mimap"))
    yesterday = (timezone.now() - timedelta(days=2)).date().isoformat()
    assert read(ada, **{"from": yesterday, "to": yesterday}) == []
