"""When the day comes: the answer goes out and names what is still to come; no date passes unseen."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from requests_app import journal, pipeline, worklist
from requests_app.fulfilment import due
from requests_app.letters import outbox
from requests_app.lifecycle import FULFIL, Outcome, State
from requests_app.models import Case, Work
from requests_app.response import steps
from tests.build import TAX, build_case, found
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db
SHOP = "mimap_shop_db"


@pytest.fixture(autouse=True)
def _vault(tmp_path: Path, settings) -> None:
    settings.PORTAL_VAULT = tmp_path


def erasing(*, silent: bool = True, told: bool = True) -> Case:
    """An approved deletion, its system silent, its recipients told or not."""
    holdings = {"customers.identity": found(1), "orders.recent": found(3, "retain", **TAX)}
    case = build_case(holdings, state=State.FULFILLING, failed=[SHOP] if silent else [])
    notify = worklist.by_hand(case, Work.Operation.NOTIFY, "recipients", round_=1)
    if told:
        worklist.confirm(notify, {})
    for event in case.events.filter(followed_at=None):
        journal.mark_followed(event)
    return case


def on(case: Case, days: int = 0) -> time_machine.travel:
    """Noon in California, so many days from the case's date."""
    return time_machine.travel(
        datetime.combine(case.due_on, time(20), UTC) + timedelta(days=days), tick=False
    )


def the_day_comes(case: Case) -> Case:
    pipeline.watch_clocks()
    for event in case.events.filter(followed_at=None):
        pipeline.follow_up(event)
    case.refresh_from_db()
    return case


def test_on_its_day_the_answer_goes_out_and_names_the_silent_system_and_the_case_stays_open() -> None:
    case = erasing()
    with on(case, -1):
        assert the_day_comes(case).answered_at is None
    with on(case):
        the_day_comes(case)
        the_day_comes(case)
    letter = case.letters.get()
    text = outbox.read(letter)["text"]
    assert case.state == State.FULFILLING and case.answered_at.date() == case.due_on
    assert "Still to come" in text and "Nothing is deleted yet" in text and "We have done part" in text
    assert "we told our service providers" not in text.lower()
    assert case.events.filter(name=due.CALLED).count() == 1 and journal.verify(case) is None


def test_the_case_closes_with_a_second_letter_when_the_rest_is_confirmed() -> None:
    case = erasing()
    with on(case):
        the_day_comes(case)
    with on(case, 4):
        for work in case.works.exclude(status=Work.Status.CONFIRMED):
            worklist.confirm(work, {"holdings": {"customers.identity": {"erased": 1}}})
        from_fulfilment = Case.objects.get(pk=case.pk)
        journal.advance(from_fulfilment, FULFIL, by=journal.PIPELINE, waits_for="letter")
        assert steps.answer(from_fulfilment)
    case.refresh_from_db()
    second = outbox.read(case.letters.latest("pk"))["text"]
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.GRANTED_IN_PART)
    assert "It completes our answer of" in second and "Still to come" not in second
    # On time is what the first answer was.
    assert case.answered_at.date() == case.due_on


def test_recipients_not_yet_told_are_not_said_to_be_told() -> None:
    case = erasing(silent=False, told=False)
    with on(case):
        the_day_comes(case)
    text = outbox.read(case.letters.get())["text"]
    assert "Telling those who received your information" in text and "We are telling our service" in text
    assert "We told our service providers" not in text


def test_a_copy_goes_out_with_what_is_there_and_again_whole() -> None:
    rows = {SHOP: [("customers", {"customer_id": "MM1", "email": "dana.whitfield@example.org"})]}
    case = build_case({"customers.identity": found(1)}, right="KNOW_PCS", rows=rows,
                      state=State.FULFILLING)  # fmt: skip
    for event in case.events.filter(followed_at=None):
        journal.mark_followed(event)
    path = case.works.get(operation=Work.Operation.ACCESS).result["path"]
    with on(case):
        the_day_comes(case)
        first = case.packages.get()
        assert first.destroyed_at is None and (Path(settings.PORTAL_VAULT) / path).exists()
    with on(case, 2):
        journal.advance(case, FULFIL, by=journal.PIPELINE, waits_for="letter")
        assert steps.answer(case)
    assert case.packages.count() == 2 and not case.packages.exclude(destroyed_at=None).exists()


def test_dates_come_and_gone_are_alerts_in_the_queue_whatever_the_state() -> None:
    olu = hire("Olu", "mimap")
    case, desk, home = assessing(by=olu), at_desk(olu), reverse("staff:queue", args=["mimap"])
    assert "is past our date" not in desk.get(home).content.decode()
    today = worklist.today_of(case)
    Case.objects.filter(pk=case.pk).update(due_on=today - timedelta(days=3))
    page = desk.get(home).content.decode()
    assert "1 case is past our date" in page
    assert case.reference in desk.get(f"{home}?view=late").content.decode()
    Case.objects.filter(pk=case.pk).update(due_on=today + timedelta(days=1))
    assert "1 case must be answered by tomorrow" in desk.get(home).content.decode()
    Case.objects.filter(pk=case.pk).update(answered_at=timezone.now())
    assert "must be answered by tomorrow" not in desk.get(home).content.decode()
