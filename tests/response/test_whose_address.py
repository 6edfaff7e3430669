"""Whose an address in a copy is: hers only if she proved it, or a register of people says so."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from requests_app import systems
from requests_app.register.inventory import Inventory
from requests_app.response import naming, third_party
from requests_app.systems.connectors.memory import STORES
from tests.systems import build
from tests.systems.test_walk import EXPECTED

BEN, BEN_CALLS = "ben@example.com", "+14155550101"
SHOP = replace(build.SHOP, connector="memory", secret="WHOSE_SHOP")
MAILING = replace(build.MAILING, connector="memory", secret="WHOSE_MAILING")
INVENTORY = Inventory({s.key: s for s in (SHOP, MAILING)})
PROVED = [("email", build.DANA.lower())]


@pytest.fixture
def rows(monkeypatch):
    """Dana's rows as they would leave; Ben is a customer too, and what she wrote of him is put in by the test."""
    for system, made in ((SHOP, build.shop_rows()), (MAILING, build.mailing_rows())):
        monkeypatch.setenv(system.secret, f"memory://{system.secret}")
        monkeypatch.setitem(STORES, system.secret, made)
    ben = {"id": 3, "email": BEN, "phone": BEN_CALLS, "name": "Ben", "referred_by": None}
    STORES["WHOSE_SHOP"]["customers"].append(ben)
    return STORES["WHOSE_SHOP"]


def named() -> dict[tuple[str, str], set[str]]:
    known = [systems.Identifier(*one) for one in PROVED]
    with systems.connect_all(INVENTORY.systems.values(), os.environ) as connectors:
        walked = [
            (c.system, c, r, r) for c, r in systems.Walk(INVENTORY.systems.values(), connectors, known).rows()
        ]
    assert len(walked) == sum(map(len, EXPECTED.values()))
    found = third_party.strangers(INVENTORY, PROVED, walked)
    return {who: {".".join(place) for place in places} for who, places in found.items()}


def test_what_only_her_own_rows_name_is_nobody_elses(rows) -> None:
    # An old address on her order, another one on her mailing list, the phone she has in common with Max.
    assert named() == {}


def test_her_order_may_name_somebody_else_as_its_contact(rows) -> None:
    rows["orders"][0]["contact_email"] = "Ben@Example.com"
    rows["messages"][0]["body"] = "Ask ben@example.com."
    assert named() == {("email", BEN): {"shop.orders.contact_email", "shop.messages.body"}}


@pytest.mark.parametrize(
    "written", ["(415) 555-0101", "+1 (415) 555-0101", "Order 12345 415-555-0101", "1.415.555.0101"]
)
def test_a_number_is_the_same_however_it_is_written(rows, written: str) -> None:
    rows["messages"][0]["body"] = f"Please call {written}, not me."
    assert [kind for kind, _value in named()] and {kind for kind, _value in named()} == {"phone"}
    assert set().union(*named().values()) == {"shop.messages.body"}


def test_her_own_number_is_hers_however_it_is_written(rows) -> None:
    rows["messages"][0]["body"] = "I am on (415) 555-0100 or 415 555 0100."
    assert named() == {}


def test_what_is_emptied_names_nobody(rows) -> None:
    rows["orders"][0]["contact_email"] = rows["orders"][2]["contact_email"] = f"erased@{systems.MAIL_DOMAIN}"
    rows["customers"][2]["phone"] = rows["customers"][0]["phone"] = ""
    assert named() == {}


def test_a_text_that_was_sent_is_searched_piece_by_piece_and_another_file_is_not() -> None:
    text = "x" * 60 + " Dana, ben@example.com, (415) 555-0101"
    for content in (text.encode(), text.encode("utf-16")):
        for size in (7, 1000):
            parts = [content[at : at + size] for at in range(0, len(content), size)]
            found = set(naming.values_in_file("by-hand.csv", parts))
            assert {("email", BEN), ("phone", "4155550101")} <= found
    assert set(naming.values_in_file("by-hand.pdf", [text.encode()])) == set()
