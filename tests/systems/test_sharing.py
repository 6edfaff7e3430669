"""What belongs to somebody else as well is not taken from them, and nothing of the person's is cut off unseen."""

from __future__ import annotations

from typing import Any

import pytest

from requests_app.register.inventory import System
from requests_app.systems import Found, Identifier, Walk, came_since, confirm, erase, find, make_plan
from requests_app.systems.connectors.memory import MemoryConnector

from . import build
from .build import collection, column, holding

DANA = [Identifier("customer_id", "1")]
PEOPLE = collection(
    "people",
    [
        column("id", key=True, identity="customer_id", data_type="integer"),
        column("name"),
        column("home", "homes.id>"),
    ],
    holding("people.all", "id name home", "delete"),
)


def whole(key: str, *collections: Any) -> System:
    return System(key, build.words(key), "memory", "X", {c.name: c for c in collections})


def erased(systems: list[System], tables: dict[str, dict[str, list[dict]]], target: str) -> tuple[Found, Any]:
    """Erase all there is of Dana in one system, and read it back."""
    connectors = {s.key: MemoryConnector(s, tables[s.key]) for s in systems}
    found = find(systems, connectors, DANA)
    decided = {h.key: "erase" for s in systems for c in s.collections.values() for h in c.holdings}
    plan = make_plan(connectors[target], found, decided, today=build.TODAY)
    erase(connectors[target], plan, guard=lambda: None)
    assert confirm(connectors[target], plan).ok
    return found, plan


def test_a_household_in_another_system_stays_while_somebody_else_lives_there() -> None:
    homes = collection(
        "homes",
        [column("id", key=True), column("street")],
        holding("homes.all", "id street", "delete", system="place"),
        system="place",
    )
    people = collection(
        "people",
        [
            column("id", key=True, identity="customer_id"),
            column("home", "place.homes.id>"),
            column("cabin", "place.homes.id>"),
        ],
        holding("people.all", "id home cabin", "delete"),
    )
    tables = {
        "shop": {"people": [{"id": 1, "home": 7, "cabin": 8}, {"id": 2, "home": 7, "cabin": 9}]},
        # The other system keeps numbers as text.
        "place": {"homes": [{"id": n, "street": f"street {n}"} for n in ("7", "8", "9")]},
    }
    _found, plan = erased([whole("shop", people), whole("place", homes)], tables, "place")
    assert [row["id"] for row in tables["place"]["homes"]] == ["7", "9"]
    assert tables["place"]["homes"][0]["street"] == "street 7"
    assert plan.ledger["homes.all"].retained == plan.ledger["homes.all"].erased == 1


def test_an_address_that_says_of_nobody_whose_it_is_is_kept_for_another_persons_order() -> None:
    homes = collection(
        "homes", [column("id", key=True), column("street")], holding("homes.all", "id street", "delete")
    )
    orders = collection(
        "orders",
        [column("id", key=True), column("person", "people.id"), column("home", "homes.id")],
        holding("orders.all", "id person home", "delete"),
    )
    tables = {
        "people": [{"id": 1, "name": "Dana", "home": 7}, {"id": 2, "name": "Bob", "home": None}],
        "homes": [{"id": 7, "street": "both"}],
        "orders": [{"id": 11, "person": 1, "home": 7}, {"id": 12, "person": 2, "home": 7}],
    }
    shop = whole("shop", PEOPLE, homes, orders)
    found, plan = erased([shop], {"shop": tables}, "shop")
    assert not came_since(MemoryConnector(shop, tables), found, found), "the other's order is nothing new"
    assert tables["homes"] == [{"id": 7, "street": "both"}]
    assert tables["orders"] == [{"id": 12, "person": 2, "home": 7}] and [
        r["id"] for r in tables["people"]
    ] == [2]
    assert ("homes", "kept_shared") in {(note.collection, note.reason) for note in plan.notes}


def test_a_row_that_names_two_people_loses_one_name_and_stays_the_others() -> None:
    transfers = collection(
        "transfers",
        [
            column("id", key=True),
            column("sender", "people.id"),
            column("recipient", "people.id"),
            column("words"),
        ],
        holding("transfers.all", "id sender recipient words", "delete"),
    )
    follows = collection(
        "follows",
        [column("a", "people.id", key=True), column("b", "people.id", key=True)],
        holding("follows.all", "a b", "delete"),
    )
    homes = collection("homes", [column("id", key=True)], holding("homes.all", "id", "delete"))
    tables = {
        "people": [{"id": 1, "name": "Dana", "home": None}, {"id": 2, "name": "Max", "home": None}],
        "transfers": [
            {"id": 1, "sender": 1, "recipient": 2, "words": "rent"},
            {"id": 2, "sender": 2, "recipient": 1, "words": "thanks"},
            {"id": 3, "sender": 1, "recipient": 1, "words": "to myself"},
            {"id": 4, "sender": 1, "recipient": None, "words": "not sent"},
            {"id": 5, "sender": 2, "recipient": 2, "words": "Max's own"},
        ],
        "follows": [{"a": 1, "b": 2}, {"a": 2, "b": 1}, {"a": 2, "b": 2}],
        "homes": [],
    }
    _found, plan = erased([whole("shop", PEOPLE, homes, transfers, follows)], {"shop": tables}, "shop")
    assert tables["transfers"] == [
        {"id": 1, "sender": None, "recipient": 2, "words": "rent"},
        {"id": 2, "sender": 2, "recipient": None, "words": "thanks"},
        {"id": 5, "sender": 2, "recipient": 2, "words": "Max's own"},
    ]
    assert tables["follows"] == [{"a": 2, "b": 2}], "a link alone goes with either"
    assert [row["id"] for row in tables["people"]] == [2]
    entry = plan.ledger["transfers.all"]
    assert (entry.found, entry.erased, entry.retained) == (4, 2, 2)
    assert ("transfers", "kept_joint") in {(note.collection, note.reason) for note in plan.notes}


@pytest.mark.parametrize(("strangers", "state"), [(9, "searched"), (20, "refused")])
def test_rows_of_others_never_crowd_out_the_persons_own(strangers: int, state: str) -> None:
    people = collection(
        "people", [column("id", key=True, identity="customer_id"), column("branch", "branches.id>")]
    )
    branches = collection("branches", [column("id", key=True)])
    visits = collection(
        "visits", [column("id", key=True), column("branch", "branches.id"), column("person", "people.id")]
    )
    others = [{"id": n, "branch": "b", "person": 2} for n in range(strangers)]
    tables = {
        "people": [{"id": 1, "branch": "b"}],
        "branches": [{"id": "b"}],
        "visits": [*others, {"id": 99, "branch": "b", "person": 1}],
    }
    system = whole("shop", people, branches, visits)
    walk = Walk([system], {"shop": MemoryConnector(system, tables)}, DANA, ceiling=10)
    list(walk.rows())
    status = walk.found.systems["shop"]
    assert status.state == state, status
    if state == "searched":
        assert walk.found.rows["shop", "visits"].keys == ((99,),)
    else:
        assert "a reference reaches too many rows" in status.detail and not walk.found.rows
