"""Closing an account: conditions, time to think better of it, then closed and erased; portability as files."""

from __future__ import annotations

import os
from datetime import timedelta

import psycopg
import pytest

from portal.embedded.environment import SAMPLES
from portal.public import conditions
from requests_app import doubts, journal, worklist
from requests_app.fulfilment import steps as fulfilment
from requests_app.fulfilment import working
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Work
from tests.people import approved, decided, member, open_case, run_pipeline, tell_recipients, verified


def _account() -> tuple:
    address = os.environ[SAMPLES["mipmap"]].replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address) as shop:
        return shop.execute(
            "SELECT status, email, username FROM accounts WHERE account_id = 100001"
        ).fetchone()


@pytest.fixture
def agreed(furnished) -> Case:
    """Danna's account is to be closed: decided by Olu, approved by Pia."""
    olu, pia = member("Olu", mipmap="handler"), member("Pia", mipmap="privacy_lead")
    case = approved(decided(verified(open_case("mipmap", "CN_CANCEL")), olu), pia)
    run_pipeline()
    case.refresh_from_db()
    return case


def test_nothing_starts_in_the_cooling_off_period_and_then_it_is_closed_before_it_is_erased(
    agreed: Case,
) -> None:
    before = _account()
    work = agreed.works.get(operation=Work.Operation.SET)
    assert (agreed.state, agreed.waits_for) == (State.FULFILLING, "cooling_off")
    assert (
        timedelta(days=2) < work.next_try_at - agreed.events.get(name="cooling_off").at <= timedelta(days=3)
    )
    assert fulfilment.may_undo(agreed) and _account() == before and before[0] == "正常"
    later = [Work.Operation.DELETE, Work.Operation.NOTIFY]
    assert not agreed.works.filter(operation__in=later).exists(), "nobody is told of what may be undone"
    worklist.try_again_now(work)
    run_pipeline()
    tell_recipients(agreed.proposed_by)
    agreed.refresh_from_db()
    assert agreed.state == State.CLOSED, agreed.waits_for
    status, email, username = _account()
    assert (status, email) == ("已注销", None) and username != before[2]
    done = [
        work.operation
        for work in agreed.works.order_by("confirmed_at")
        if work.operation in {"set", "delete"}
    ]
    assert done == ["set", "delete"] and journal.verify(agreed) is None


def test_a_doubt_that_comes_up_while_it_cools_off_stops_it_until_it_is_settled(agreed: Case) -> None:
    before, work = _account(), agreed.works.get(operation=Work.Operation.SET)
    doubt = doubts.raise_doubt(agreed, doubts.Kind.ADDRESS_CHANGE, by=journal.PIPELINE)
    worklist.try_again_now(work)
    run_pipeline()
    agreed.refresh_from_db()
    assert (agreed.state, agreed.waits_for) == (State.FULFILLING, "doubt") and _account() == before
    doubts.settle(agreed, doubt, by=agreed.proposed_by, basis="known_person", reason="file 12")
    doubts.confirm(agreed, doubt, by=agreed.approvals.get().by)
    worklist.try_again_now(work)
    run_pipeline()
    tell_recipients(agreed.proposed_by)
    agreed.refresh_from_db()
    assert agreed.state == State.CLOSED and _account()[0] == "已注销"


def test_whoever_thinks_better_of_it_in_time_keeps_the_account_and_nobody_starts_afterwards(
    agreed: Case,
) -> None:
    before = _account()
    fulfilment.undo(agreed)
    assert (agreed.state, agreed.outcome) == (State.CLOSED, Outcome.WITHDRAWN)
    for work in agreed.works.all():
        worklist.try_again_now(work)
    run_pipeline()
    assert _account() == before


def test_once_work_has_started_it_cannot_be_undone(agreed: Case) -> None:
    worklist.begin(agreed.works.get(operation=Work.Operation.SET))
    with pytest.raises(journal.IllegalMove):
        fulfilment.undo(agreed)
    assert Case.objects.get(pk=agreed.pk).state == State.FULFILLING


def test_a_worker_that_took_the_work_while_it_was_undone_lays_it_down(agreed: Case, monkeypatch) -> None:
    before, work = _account(), agreed.works.get(operation=Work.Operation.SET)
    begin = worklist.begin

    def undone_meanwhile(taken: Work) -> bool:
        fulfilment.undo(Case.objects.get(pk=agreed.pk))
        return begin(taken)

    monkeypatch.setattr(worklist, "begin", undone_meanwhile)
    working.do_set(work)
    assert _account() == before and Case.objects.get(pk=agreed.pk).state == State.CLOSED


def test_the_conditions_are_told_before_and_their_results_after_verification(furnished) -> None:
    asked = open_case("mipmap", "CN_CANCEL")
    case = verified(asked)
    (told,) = conditions.results(case, "en")
    address = os.environ[SAMPLES["mipmap"]].replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address) as shop:
        waiting = shop.execute(
            "SELECT count(*) FROM orders WHERE account_id = 100001 AND status = '待发货'"
        ).fetchone()
        shop.execute("UPDATE orders SET status = '待发货' WHERE account_id = 100001")
        shop.execute("UPDATE orders SET status = '待发货' WHERE account_id = 100002")
    assert waiting == (0,) and told.endswith(": yes.")
    again = verified(open_case("mipmap", "CN_CANCEL"))
    search = worklist.latest_round(again, Work.Operation.SEARCH)[0]
    assert search.result["conditions"] == {"nothing_to_ship": 5}
    assert conditions.results(again, "en")[0].endswith("we look at it with you.")
    assert not conditions.results(verified(open_case("mipmap", "CN_COPY")), "en")


def test_what_is_moved_elsewhere_is_handed_over_as_files_for_programs(furnished) -> None:
    olu, pia = member("Olu", mipmap="handler"), member("Pia", mipmap="privacy_lead")
    case = approved(decided(verified(open_case("mipmap", "CN_PORT")), olu), pia)
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.CLOSED and case.packages.count() == 1
