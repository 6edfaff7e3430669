"""Restriction on the desk: its reason and end are written with the decision, and staff hear when the end has come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from requests_app import restriction, worklist
from requests_app.decision import determine
from requests_app.fulfilment import lifting
from requests_app.models import Restriction, Work
from tests.staff.people import at_desk, hire
from tests.staff.restricted import REASON, leave, standing, url
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db


def test_nothing_is_restricted_without_a_reason_and_the_second_person_signs_for_it_and_its_end() -> None:
    case, olu = assessing("mipmap", right="CN_RESTRICT"), hire("Olu", "mipmap")
    desk = at_desk(olu)
    for advice in determine.advise(case):
        if advice.holding.found:
            determine.decide(case, advice.holding, by=olu, choice="grant", answers={})
    for day, said in (
        ("", "The letter gives this reason"),
        ("2020-01-01", "Give a day after today"),
        ("soon", "year-month-day"),
    ):
        typed = {
            "act": "propose",
            "restriction.reason": "",
            "restriction.ends_on": day,
            "restriction.condition": "x",
        }
        page = desk.post(url("decide", case), typed)
        assert page.status_code == 400 and said in page.content.decode(), day
        assert 'class="field bad"' in page.content.decode() and 'aria-invalid="true"' in page.content.decode()
    before = determine.digest(case)
    ends_on = (timezone.now() + timedelta(days=40)).date()
    typed = {"act": "propose", "restriction.reason": REASON, "restriction.ends_on": ends_on.isoformat(),
             "restriction.condition": ""}  # fmt: skip
    assert desk.post(url("decide", case), typed).status_code == 302
    assert determine.digest(case) != before and REASON.encode() not in bytes(Restriction.objects.get().draft)
    page = at_desk(hire("Pia", "mipmap")).get(url("approve", case)).content.decode()
    assert REASON in page and "Restricted until" in page


@pytest.mark.parametrize(
    ("days", "told_after"), [(0, 0), (3, 3), (None, restriction.DAYS_TO_LOOK)], ids=["today", "soon", "open"]
)
def test_staff_hear_that_the_end_has_come_and_hear_it_again(days, told_after) -> None:
    case, pia = assessing("mipmap", right="CN_RESTRICT"), hire("Pia", "mipmap")
    row = standing(case, days=days)
    Restriction.objects.filter(pk=row.pk).update(
        look_on=worklist.today_of(case) + timedelta(days=told_after - 2)
    )
    lifting.watch(timezone.now())
    assert bool(mail.outbox) is (told_after <= 2)
    Restriction.objects.filter(pk=row.pk).update(look_on=worklist.today_of(case) - timedelta(days=1))
    for _ in range(2):
        lifting.watch(timezone.now())
    assert case.events.filter(name="restriction_over").count() == 1 + (told_after <= 2)
    (letter,) = mail.outbox[-1:]
    assert pia.email in letter.bcc and case.reference in letter.body and "Dana" not in letter.body
    row.refresh_from_db()
    assert row.look_on > worklist.today_of(case)


def test_the_case_file_shows_it_and_only_an_approver_lifts_it() -> None:
    case = assessing("mipmap", right="CN_RESTRICT")
    standing(case, days=0)
    olu, pia = at_desk(hire("Olu", "mipmap")), at_desk(hire("Pia", "mipmap"))
    shown = olu.get(url("case", case)).content.decode()
    assert REASON in shown and "Its day has come" in shown and url("lift_restriction", case) not in shown
    assert olu.post(url("lift_restriction", case), {"reason": "ended"}).status_code == 403
    assert url("lift_restriction", case) in pia.get(url("case", case)).content.decode()
    assert pia.post(url("lift_restriction", case), {"reason": ""}).status_code == 302
    assert Restriction.objects.get().lift_asked_at is None
    pia.post(url("lift_restriction", case), {"reason": "ended"})
    assert not case.works.filter(operation="lift").exists()
    assert "until the letter to the requester has left" in pia.get(url("case", case)).content.decode()
    leave(case)
    assert Work.objects.get(case=case, operation="lift").next_try_at is not None
    assert "the systems set it back" in pia.get(url("case", case)).content.decode()


def test_what_is_being_decided_anew_does_not_stand_before_the_systems_have_set_it() -> None:
    case, olu = assessing("mipmap", right="CN_RESTRICT"), hire("Olu", "mipmap")
    row = standing(case, days=30)
    restriction.write(case, restriction.Terms("Nobody approved this.", "", None), by=olu)
    shown = at_desk(olu).get(url("case", case)).content.decode()
    assert REASON in shown and "Nobody approved this." not in shown
    assert Restriction.objects.get().ends_on == row.ends_on
    assert restriction.read(case).reason == "Nobody approved this."
    restriction.begin(case)
    row.refresh_from_db()
    assert restriction.standing(case, row).reason == "Nobody approved this." and row.draft is None
    assert row.ends_on is None


def test_whoever_saves_second_loses_nothing_of_the_reason_the_first_wrote() -> None:
    case, olu, pia = assessing("mipmap", right="CN_RESTRICT"), hire("Olu", "mipmap"), hire("Pia", "mipmap")
    opened = at_desk(pia).get(url("decide", case))
    seen = dict(opened.context["stamps"])["seen.restriction"]
    drawn = {"act": "save", "seen.restriction": seen, "restriction.ends_on": "", "restriction.condition": ""}
    at_desk(olu).post(url("decide", case), drawn | {"restriction.reason": REASON})
    assert restriction.read(case).reason == REASON
    # Pia's page showed it empty, and she left it so.
    assert at_desk(pia).post(url("decide", case), drawn | {"restriction.reason": ""}).status_code == 302
    assert restriction.read(case).reason == REASON
    both = at_desk(pia).post(url("decide", case), drawn | {"restriction.reason": "Hers."})
    assert both.status_code == 409 and REASON in both.content.decode() and "Hers." in both.content.decode()
    assert restriction.read(case).reason == REASON
