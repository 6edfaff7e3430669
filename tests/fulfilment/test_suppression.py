"""A restored backup brings nobody back: the ledger is kept apart, and nothing is served until it was replayed."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from celery.signals import beat_init, worker_init
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from identity import sealing
from portal.embedded.environment import SAMPLES
from portal.restored import ServeNothingRestored
from requests_app import tasks, worklist
from requests_app.decision import hold
from requests_app.fulfilment import suppression
from requests_app.models import SubjectRecord, Work
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


SHOP = ("--restored", "mimap_shop_db")


def _replay(*options: str) -> str:
    said = io.StringIO()
    call_command("replay_erasures", *options, stdout=said, stderr=said)
    return said.getvalue()


def _open(*options: str) -> str:
    """What is said of entries that a person has to look at."""
    said = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("replay_erasures", *options, stdout=said, stderr=said)
    return said.getvalue()


def _rests(seconds: float) -> None:
    raise TimeoutError


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
    assert _replay().startswith("0 carried out again, 0 still stood"), "nothing is asked that is known"
    assert _replay(*SHOP).startswith("0 carried out again, 1 still stood")
    _restore_shop(furnished)
    assert _danas() == 1
    later = (timezone.now() + timedelta(hours=2)).isoformat()
    assert _replay(*SHOP, "--taken", later).startswith("0 carried out again, 0 still stood")
    assert _replay(*SHOP, "--taken", timezone.now().isoformat()).startswith("1 carried out again")
    assert _danas() == 0
    assert _replay(*SHOP).startswith("0 carried out again, 1 still stood")


def test_a_portal_restored_to_an_earlier_day_serves_nothing_until_the_ledger_was_replayed(
    furnished, erased, monkeypatch
) -> None:
    monkeypatch.setattr(time, "sleep", _rests)
    assert _served() == 200
    tasks.wait_until_caught_up()
    # The portal's own backup knows neither the work nor that it was done.
    Work.objects.filter(case=erased).exclude(operation=Work.Operation.SEARCH).delete()
    _restore_shop(furnished)
    assert _served() == 503 and _danas() == 1
    with pytest.raises(TimeoutError):
        tasks.wait_until_caught_up()
    assert all(
        any(kept() is tasks.wait_until_caught_up for _, kept in signal.receivers)
        for signal in (worker_init, beat_init)
    ), "worker and beat ask before they begin"
    assert "changed since" in _open("--kept", "mimap_shop_db")
    assert "changed since" in _open() and _danas() == 1 and _served() == 503, "it is remembered as kept"
    tasks.catch_up()
    assert _danas() == 1
    _replay(*SHOP)
    assert _served() == 200 and _danas() == 0
    tasks.wait_until_caught_up()
    # Again, and by now there is somebody else under her number: the door stays shut until a person has looked.
    _restore_shop(furnished)
    with _shop() as shop:
        shop.execute("UPDATE customers SET email = 'bob@example.org' WHERE email = 'dana@example.com'")
    said = _open(*SHOP)
    assert f"case {erased.reference}, mimap_shop_db: customers, 1: not shown" in said
    assert "1 open" in said and "dana" not in said.lower() and _served() == 503
    with _shop() as shop:
        there = shop.execute("SELECT full_name FROM customers WHERE email = 'bob@example.org'").fetchall()
    assert len(there) == 1 and there[0][0], "left as it is"
    number = said.split()[0]
    with pytest.raises(CommandError):
        _replay("--accept", number)
    with pytest.raises(CommandError):
        _replay("--accept", "0" * 12, "--by", "Olu", "--reason", "nothing")
    assert _served() == 503
    assert "left as it is" in _replay("--accept", number, "--by", "Olu", "--reason", "It is Bob's")
    assert _served() == 200 and len(list(suppression.entries())) == 1
    last = suppression.path().read_text().splitlines()[-1]
    assert json.loads(last)["kind"] == "accepted" and "Bob" not in last
    assert _replay().startswith("0 carried out again, 0 still stood")
    # The portal is restored to a day before that: what the person said stands in the ledger.
    SubjectRecord.objects.update(purpose="replay_open", made_at=timezone.now() - timedelta(days=1))
    assert _served() == 200 and _replay().startswith("0 carried out again, 0 still stood")
    SubjectRecord.objects.all().delete()
    assert _served() == 200 and _replay().startswith("0 carried out again, 0 still stood")


def test_a_legal_hold_placed_meanwhile_wins_over_the_replay(furnished, erased) -> None:
    placed = hold.place(
        erased,
        by=erased.proposed_by,
        reason="matter 7",
        review_on=worklist.today_at("mimap") + timedelta(days=30),
    )
    Work.objects.filter(case=erased).exclude(operation=Work.Operation.SEARCH).delete()
    _restore_shop(furnished)
    said = _replay()
    assert "1 under legal hold" in said and "1 wait for the end of a hold" in said and _danas() == 1
    assert _served() == 200, "it is known, and waits for its day"
    tasks.catch_up()
    assert _danas() == 1
    hold.lift(erased, placed, by=member("Cora", mimap="counsel"))
    tasks.catch_up()
    assert _danas() == 0
    assert _replay().startswith("0 carried out again, 0 still stood")


def test_an_opt_out_is_set_again(furnished) -> None:
    open_case("mimap", "OPT_OUT")
    run_pipeline()
    _restore_shop(furnished)
    assert _allowed_to_sell()
    assert _replay(*SHOP).startswith("1 carried out again")
    assert not _allowed_to_sell()
    # One that failed after it was noted is tried again by the worker, which must not wait for it to be replayed.
    Work.objects.filter(operation=Work.Operation.SET).update(status=Work.Status.FAILED)
    SubjectRecord.objects.all().delete()
    assert _served() == 200


def test_a_long_entry_is_sealed_in_pieces_and_none_of_them_can_be_left_out_moved_or_lent(
    furnished, monkeypatch
) -> None:
    case = open_case("mimap", "OPT_OUT")
    work = Work(case=case, system="mimap_shop_db", pk=1)
    long = {"values": ["of some length, 王", "and another"] * 9}
    suppression.note(case, work, "set", long)
    monkeypatch.setattr(suppression, "PIECE", 100)
    for _ in range(2):
        suppression.note(case, work, "set", long)
    whole, entry, other = suppression.entries()
    assert len(whole.sealed) == 1 and len(entry.sealed) > 3
    assert whole.content() == entry.content() == other.content() == long
    in_one = replace(entry, sealed=sealing.seal_short(json.dumps(long), suppression.PURPOSE))
    assert in_one.content() == long, "as it was written until now"
    first, second, *rest = entry.sealed
    for changed in (
        [first, second],
        [first, *rest],
        [second, first, *rest],
        [*other.sealed[:1], second, *rest],
    ):
        with pytest.raises(sealing.SealBroken):
            replace(entry, sealed=changed).content()


def test_the_ledger_names_nobody_survives_a_torn_line_and_drops_what_is_too_old(furnished, erased) -> None:
    ledger = suppression.path()
    written = ledger.read_bytes()
    # What is sealed may spell any four letters by chance, but neither of these signs.
    assert not any(said in written.lower() for said in (b"dana@", b"dana ")) and b"MM100001" not in written
    with ledger.open("ab") as torn:
        torn.write(b'{"at": "2026-')
    open_case("mimap", "OPT_OUT")
    run_pipeline()
    assert [entry.kind for entry in suppression.entries()] == ["erase", "set"]
    newest = max(entry.at for entry in suppression.entries())
    # The torn line and the erasure are older than the newest entry.
    assert suppression.forget(newest) == 2
    assert [entry.kind for entry in suppression.entries()] == ["set"]
    # Whoever waits while the old ones are dropped writes into what took the place of the file.
    with ThreadPoolExecutor(1) as beside, suppression._locked(ledger, "rb"):
        told = {"kind": "void", "controller": "mimap", "of": "0"}
        waits = beside.submit(suppression._append, told)
        time.sleep(0.3)
        assert not waits.done()
        other = ledger.with_name("other")
        other.write_bytes(ledger.read_bytes())
        other.replace(ledger)
    assert waits.result() and b'"void"' in ledger.read_bytes().splitlines()[-1]
    assert str(STACK.run) in str(ledger)
