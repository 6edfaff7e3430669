"""Restriction on the desk: its reason and end are written with the decision, and staff hear when the end has come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from requests_app import restriction, worklist
from requests_app.decision import determine
from requests_app.fulfilment import lifting
from requests_app.models import Case, Restriction, Work
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db
REASON = "Dana says that the address is wrong."


def url(name: str, case: Case) -> str:
    """An address of this case."""
    return reverse(f"staff:{name}", args=[case.controller, case.reference])


def standing(case: Case, *, days: int | None) -> Restriction:
    """As after the systems have set it; the day of its end lies so many days ahead."""
    today = worklist.today_of(case)
    ends_on = None if days is None else today + timedelta(days=days)
    restriction.write(case, restriction.Terms(REASON, "", ends_on), by=hire("Olu", "mipmap"))
    Case.objects.filter(pk=case.pk).update(state="closed", waits_for="")
    Work.objects.create(case=case, system="mipmap_platform_db", operation="set", status="confirmed")
    restriction.begin(case)
    return Restriction.objects.get(case=case)


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
    before = determine.digest(case)
    ends_on = (timezone.now() + timedelta(days=40)).date()
    typed = {"act": "propose", "restriction.reason": REASON, "restriction.ends_on": ends_on.isoformat(),
             "restriction.condition": ""}  # fmt: skip
    assert desk.post(url("decide", case), typed).status_code == 302
    assert determine.digest(case) != before and REASON.encode() not in bytes(Restriction.objects.get().sealed)
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


def test_what_another_case_of_the_same_person_restricts_stays_restricted() -> None:
    one, other = (assessing("mipmap", right="CN_RESTRICT") for _ in range(2))
    standing(one, days=0)
    standing(other, days=30)
    pia = hire("Pia", "mipmap")
    lifting.lift(one, by=pia, reason="ended")
    assert Restriction.objects.get(case=one).lifted_at and not Restriction.objects.get(case=other).lifted_at
    assert not Work.objects.filter(operation="lift").exists() and not one.letters.exists()
    lifting.lift(other, by=pia, reason="asked")
    assert Work.objects.get(operation="lift").case == other and other.letters.count() == 1


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
    assert Work.objects.get(case=case, operation="lift").next_try_at is not None
    assert case.letters.filter(kind="restriction_lifted").exists()
    assert "Being lifted" in pia.get(url("case", case)).content.decode()
