"""A hold and an erasure at the same moment: nothing is erased once the hold stands."""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from identity.models import User
from requests_app import register, systems, worklist
from requests_app.decision import hold
from requests_app.fulfilment import checkpoint, execute
from requests_app.models import Case, Determination, Holding, LegalHold, Work
from tests.attacks.threads import at_once
from tests.fulfilment.test_erasure import _shop as shop
from tests.people import member, open_case


def _ready_to_erase(case: Case, number: int) -> Work:
    """One row of Dana's that an approved deletion is about to erase."""
    with shop() as database:
        database.execute(
            "INSERT INTO devices (device_id, customer_id, device_type, operating_system, hardware_model,"
            " first_seen_at) VALUES (%s, 'MM100001', 'phone', 'x', 'y', now())",
            [f"raced-{number}"],
        )
    inventory = register.controller("mimap").inventory
    with systems.connect_all(inventory.systems.values(), execute.os.environ) as connectors:
        rows = systems.find(
            inventory.systems.values(), connectors, [systems.Identifier("email", "dana@example.com")]
        )
    return Work.objects.create(
        case=case,
        system="mimap_shop_db",
        operation=Work.Operation.DELETE,
        round=number,
        sealed=checkpoint.save(case, rows, "mimap_shop_db"),
        result={"phase": "erasing", "today": worklist.today_at("mimap").isoformat()},
    )


def _is_there(number: int) -> bool:
    with shop() as database:
        return (
            database.execute("SELECT 1 FROM devices WHERE device_id = %s", [f"raced-{number}"]).fetchone()
            is not None
        )


@pytest.fixture
def raced(furnished) -> tuple[Case, User]:
    """A case of Dana's in which only devices are to be erased."""
    case = open_case("mimap", "DELETE")
    keys = [h.key for h in register.controller("mimap").inventory.holdings() if h.collection == "devices"]
    for key in keys:
        held = Holding.objects.create(
            case=case, holding_key=key, system="mimap_shop_db", found=1, digest="0" * 64
        )
        Determination.objects.create(holding=held, choice="grant")
    return case, member("Cora", mimap="counsel")


def _race(
    case: Case, cora: User, number: int, *, erase_after: float = 0, hold_after: float = 0
) -> tuple[bool, bool]:
    """Erase and hold at the same moment; was the row there when the hold stood, and is it now?"""
    work = _ready_to_erase(case, number)

    def erase() -> None:
        time.sleep(erase_after)
        execute.erase_rows(case, work)

    def place() -> bool:
        time.sleep(hold_after)
        hold.place(case, by=cora, reason="matter 7", review_on=(timezone.now() + timedelta(days=30)).date())
        return _is_there(number)

    erased, stood = at_once(erase, place)
    assert stood in (True, False), stood
    assert erased is None or isinstance(erased, systems.HoldPlaced), erased
    LegalHold.objects.update(lifted_at=timezone.now())
    return bool(stood), _is_there(number)


def _repeat(raced: tuple[Case, User], times: int) -> None:
    case, cora = raced
    chance = random.Random(42)
    ends = set()
    for number in range(times):
        # Every third time each has a head start, and else chance decides.
        early = 0.3 if number % 3 == 0 else chance.random() / 20
        late = 0.3 if number % 3 == 1 else chance.random() / 20
        stood, now = _race(case, cora, number, erase_after=early, hold_after=late)
        assert stood == now, "something was erased although a hold stood"
        ends.add(now)
    assert ends == {True, False}, "only one order was ever tried"


def test_nothing_is_erased_once_a_hold_stands_whichever_came_first(raced) -> None:
    """TRUST 42, both orders."""
    _repeat(raced, 12)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_nothing_is_erased_once_a_hold_stands_in_five_hundred_races(raced) -> None:
    """TRUST 42."""
    _repeat(raced, 500)


def test_a_hold_waits_for_an_erasure_that_has_passed_its_check(raced, monkeypatch) -> None:
    """TRUST 42: the narrowest place, held open: checked, and not yet written."""
    case, cora = raced
    check, passed = execute.refuse_if_held, threading.Event()

    def slowly(one: Case, system: str) -> None:
        check(one, system)
        passed.set()
        time.sleep(0.5)

    monkeypatch.setattr(execute, "refuse_if_held", slowly)
    work = _ready_to_erase(case, 0)

    def place() -> bool:
        passed.wait(20)
        hold.place(case, by=cora, reason="matter 7", review_on=(timezone.now() + timedelta(days=30)).date())
        return _is_there(0)

    erased, stood = at_once(lambda: execute.erase_rows(case, work), place)
    assert (erased.__class__, stood) == (dict, False)
