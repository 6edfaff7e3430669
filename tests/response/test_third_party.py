"""Another person's address in the copy blocks its release until somebody has looked; a stranger's to us does not."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
import time_machine

from requests_app import journal, pipeline
from requests_app.lifecycle import State
from requests_app.models import Case
from requests_app.response import steps
from tests.build import build_case, found
from tests.people import member

SHOP = "mimap_shop_db"


def _copy(body: str, state: State = State.RESPONDING) -> Case:
    rows = {
        SHOP: [
            ("customers", {"customer_id": "MM100001", "email": "dana@example.com", "phone": "+14155550100"}),
            ("communications", {"message_id": 1, "customer_id": "MM100001", "body": body}),
        ]
    }
    holdings = {"customers.identity": found(1), "communications.all": found(1)}
    return build_case(holdings, right="KNOW_PCS", email="dana@example.com", rows=rows, state=state)


@pytest.mark.parametrize(
    "body",
    ["Please write to BEN@example.com, he knows.", '{"cc": ["ben@example.com"]}', "ben@example.com."],
)
def test_an_address_of_somebody_else_we_know_blocks_the_copy_and_is_named_by_place_alone(
    furnished, body: str
) -> None:
    case = _copy(body)
    assert steps.answer(case) is False and steps.answer(case) is False
    case.refresh_from_db()
    (event,) = case.events.filter(name="names_others")
    assert (case.state, case.waits_for) == (State.RESPONDING, "third_party")
    assert event.references["places"] == [f"{SHOP}.communications.body: 1 email"]
    assert "ben" not in str(event.references) and not case.packages.exists() and not case.letters.exists()


def test_after_a_person_looked_it_leaves_and_the_journal_says_who(furnished) -> None:
    olu, case = member("Olu", mimap="handler"), _copy("Ask ben@example.com")
    assert not steps.clear_third_party(case, by=olu), "nothing waits yet"
    steps.answer(case)
    assert steps.clear_third_party(case, by=olu)
    assert steps.answer(Case.objects.get(pk=case.pk)) is True
    assert case.events.get(name="third_party_cleared").by_ref == str(olu.pk)
    assert journal.verify(Case.objects.get(pk=case.pk)) is None


@pytest.mark.parametrize(
    "body",
    ["I am dana@example.com, call +14155550100.", "Our bank: info@bank.example", "Order 00012345678901"],
)
def test_ones_own_address_and_a_strangers_to_us_stand(furnished, body: str) -> None:
    assert steps.answer(_copy(body)) is True


def _the_day_comes(case: Case) -> Case:
    """Noon in California on the day by which we answer; its systems are at work."""
    with time_machine.travel(datetime.combine(case.due_on, time(20), UTC), tick=False):
        pipeline.watch_clocks()
        for event in case.events.filter(followed_at=None):
            pipeline.follow_up(event)
    case.refresh_from_db()
    return case


@pytest.mark.parametrize(("body", "silent"), [("Ask ben@example.com", False), ("Ask us@bank.example", True)])
def test_what_is_there_on_our_date_waits_for_that_look_too_also_where_a_system_cannot_say_whose_it_is(
    furnished, body: str, silent: bool
) -> None:
    olu, case = member("Olu", mimap="handler"), _copy(body, State.FULFILLING)
    waits_for = case.waits_for
    for event in case.events.filter(followed_at=None):
        journal.mark_followed(event)
    if silent:
        furnished.lose("mimap")
    _the_day_comes(case)
    assert (case.answered_at, case.waits_for) == (None, waits_for) and not case.letters.exists()
    assert case.events.filter(name="names_others").count() == 1
    assert steps.clear_third_party(case, by=olu) and not steps.clear_third_party(case, by=olu)
    _the_day_comes(case)
    assert case.state == State.FULFILLING and case.answered_at is not None and case.letters.count() == 1
    assert case.packages.count() == 1 and journal.verify(case) is None
