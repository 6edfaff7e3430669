"""A restored backup brings nobody back: the ledger is kept apart, and nothing is served until it was replayed."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from portal.embedded.environment import SAMPLES
from portal.restored import ServeNothingRestored
from requests_app.decision import hold
from requests_app.fulfilment import suppression
from requests_app.models import Work
from requests_app.systems.connectors import sql_engine
from tests.house import clone, drop
from tests.people import approved, decided, member, open_case, run_pipeline, verified
from tests.stack import STACK


def _shop() -> psycopg.Connection:
    return psycopg.connect(os.environ[SAMPLES["mimap"]].replace("postgresql+psycopg://", "postgresql://"))


def _danas() -> int:
    with _shop() as shop:
        return shop.execute("SELECT count(*) FROM customers WHERE email = 'dana@example.com'").fetchone()[0]


def _allowed_to_sell() -> bool:
    with _shop() as shop:
        return shop.execute(
            "SELECT sells_or_shares FROM customers WHERE email = 'dana@example.com'"
        ).fetchone()[0]


def _restore_shop(house) -> None:
    """The backup is the sample as it was built."""
    sql_engine.forget(os.environ[SAMPLES["mimap"]])
    drop(f"{house.name}_mimap")
    clone("built_mimap", f"{house.name}_mimap")


def _served() -> int:
    """What a process that has just been started answers to its first visitor."""
    answer: Callable = lambda request: HttpResponse("here")  # noqa: E731
    return ServeNothingRestored(answer)(RequestFactory().get("/mimap/")).status_code


def _replay() -> str:
    said = io.StringIO()
    call_command("replay_erasures", stdout=said)
    return said.getvalue()


@pytest.fixture
def erased(furnished):
    """Dana's deletion, carried out."""
    olu, pia = member("Olu", mimap="handler"), member("Pia", mimap="privacy_lead")
    case = approved(decided(verified(open_case("mimap", "DELETE")), olu), pia)
    run_pipeline()
    assert _danas() == 0
    return case


def test_a_restored_customer_database_is_erased_again_and_a_second_replay_finds_nothing(
    furnished, erased
) -> None:
    before = _replay()
    assert before.startswith("0 carried out again, 1 still stood")
    _restore_shop(furnished)
    assert _danas() == 1
    assert _replay().startswith("1 carried out again")
    assert _danas() == 0
    assert _replay().startswith("0 carried out again, 1 still stood")


def test_a_portal_restored_to_an_earlier_day_serves_nothing_until_the_ledger_was_replayed(
    furnished, erased
) -> None:
    assert _served() == 200
    # The portal's own backup knows neither the work nor that it was done.
    Work.objects.filter(case=erased).exclude(operation=Work.Operation.SEARCH).delete()
    _restore_shop(furnished)
    assert _served() == 503 and _danas() == 1
    _replay()
    assert _served() == 200 and _danas() == 0


def test_a_legal_hold_placed_meanwhile_wins_over_the_replay(furnished, erased) -> None:
    hold.place(
        erased, by=erased.proposed_by, reason="matter 7", review_on=timezone.now().date() + timedelta(days=30)
    )
    _restore_shop(furnished)
    assert "1 under legal hold" in _replay() and _danas() == 1


def test_an_opt_out_is_set_again(furnished) -> None:
    open_case("mimap", "OPT_OUT")
    run_pipeline()
    _restore_shop(furnished)
    assert _allowed_to_sell()
    assert _replay().startswith("1 carried out again")
    assert not _allowed_to_sell()


def test_the_ledger_names_nobody_survives_a_torn_line_and_drops_what_is_too_old(furnished, erased) -> None:
    ledger = suppression.path()
    assert b"dana" not in ledger.read_bytes().lower() and b"MM100001" not in ledger.read_bytes()
    with ledger.open("ab") as torn:
        torn.write(b'{"at": "2026-')
    open_case("mimap", "OPT_OUT")
    run_pipeline()
    assert [entry.kind for entry in suppression.entries()] == ["erase", "set"]
    newest = max(entry.at for entry in suppression.entries())
    # The torn line and the erasure are older than the newest entry.
    assert suppression.forget(newest) == 2
    assert [entry.kind for entry in suppression.entries()] == ["set"]
    assert str(STACK.run) in str(ledger)
