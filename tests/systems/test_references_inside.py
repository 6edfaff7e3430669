"""References in lists and documents: followed both ways alike in every connector, and never on to another person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from requests_app.register.inventory import HttpSettings, System
from requests_app.systems import (
    Graph,
    Identifier,
    Walk,
    came_since,
    confirm,
    erase,
    erasing_order,
    find,
    make_plan,
    preview_of,
)
from requests_app.systems.connectors import sql_indexes, sql_inside
from requests_app.systems.connectors.memory import MemoryConnector
from requests_app.systems.connectors.sql import SqlConnector
from requests_app.systems.drift import drift

from .build import TODAY, collection, column, holding, words
from .club import CLUB, DANA, ERASED, ROWS, Club

ALL = {f"{name}.all": "erase" for name in CLUB.collections}


def made(kind: str, request: pytest.FixtureRequest, folder: Any) -> Club:
    if not kind.startswith("postgres"):
        return Club(kind, f"sqlite:///{folder}/club.db")
    plain = request.getfixturevalue("postgres_url")

    def drop() -> None:
        with create_engine(plain).begin() as connection:
            connection.execute(text("DROP SCHEMA IF EXISTS club CASCADE"))

    request.addfinalizer(drop)
    with create_engine(plain).begin() as connection:
        connection.execute(text("CREATE SCHEMA club"))
    return Club(kind, plain + "&options=-csearch_path%3Dclub")


@pytest.fixture(params=["memory", "http", "sqlite", "postgres", "postgres_text"])
def club(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Club]:
    filled = made(request.param, request, tmp_path)
    if filled.kind in ("sqlite", "postgres_text"):
        filled.put_indexes()
    with filled.connector:
        yield filled


def test_what_refers_to_the_person_from_inside_is_found_and_what_it_refers_to_as_well(club: Club) -> None:
    found = find([CLUB], {"club": club.connector}, DANA)
    assert found.systems["club"].state == "searched", found.systems["club"]
    keys = {name: sorted(key for (key,) in rows.keys) for (_, name), rows in found.rows.items()}
    assert keys == {
        "customers": [1], "teams": [10, 11], "events": [20, 22], "rosters": [30, 31], "orders": [40],
        "vouchers": ["V1", "V2"], "parcels": [60, 61], "messages": [50],
    }  # fmt: skip
    aside = {name: rows.set_aside for (_, name), rows in found.rows.items() if rows.set_aside}
    assert aside == {"orders": 1, "messages": 2}, "a column outweighs what stands in a list"
    assert found.rows["club", "vouchers"].shared == {("V2",)}
    assert "body" not in next(iter(found.rows["club", "rosters"].marks.values())), "read, not carried along"
    counted = {h.holding: h.shared for h in preview_of([CLUB], found, today=TODAY).system("club").holdings}
    assert (counted["teams.all"], counted["rosters.all"], counted["events.all"]) == (1, 2, 0)


def test_of_a_list_that_names_others_only_what_names_the_person_is_given(club: Club) -> None:
    walk = Walk([CLUB], {"club": club.connector}, DANA)
    given: dict[str, dict[Any, Any]] = {}
    for kept, row in walk.rows():
        given.setdefault(kept.name, {})[row["id"]] = row
    members = [{"id": 1, "nick": "D"}, {"nick": "guest"}]
    told = {name: {key: _read(row) for key, row in rows.items()} for name, rows in given.items()}
    assert told["teams"][10]["member_ids"] == told["teams"][11]["member_ids"] == [1]
    assert told["rosters"][30]["body"] == {"members": members, "captain_id": 2}
    assert told["rosters"][31]["body"] == {"members": [{"id": 2, "by": 1}], "captain_id": 1}
    assert told["parcels"][61]["order_ids"] == [40]
    assert told["orders"][40] == ROWS["orders"][0], "her own order is hers with all that stands in it"
    found = find([CLUB], {"club": club.connector}, DANA)
    for (_, name), rows in found.rows.items():
        for row in club.connector.read(rows.collection, rows.keys, tuple(rows.collection.fields)):
            assert _read(rows.given(row)) == told[name][row["id"]]


def _read(row: dict[str, Any]) -> dict[str, Any]:
    return {n: json.loads(v) if isinstance(v, str) and v[:1] in "[{" else v for n, v in row.items()}


def test_the_person_is_taken_out_of_lists_and_documents_and_others_keep_what_is_theirs(club: Club) -> None:
    connector = club.connector
    found = find([CLUB], {"club": connector}, DANA)
    plan = make_plan(connector, found, ALL, today=TODAY)
    assert not confirm(connector, plan).ok, "nothing is erased yet"
    erase(connector, plan, guard=lambda: None)
    assert confirm(connector, plan).ok
    assert club.rows() == ERASED
    entry = plan.ledger["rosters.all"]
    assert (entry.found, entry.erased, entry.retained) == (2, 0, 2)
    assert {(n.collection, n.reason) for n in plan.notes} == {
        ("teams", "kept_joint"), ("rosters", "kept_joint"), ("parcels", "kept_joint"),
        ("teams", "kept_for_reference"), ("vouchers", "kept_shared"),
    }  # fmt: skip
    if club.kind != "http":
        assert erase(connector, plan, guard=lambda: None).changed == 0
    again = find([CLUB], {"club": connector}, DANA, for_erasing=False)
    assert came_since(connector, found, again) == 0
    assert not any(rows.keys for rows in again.rows.values())


def test_a_row_that_came_meanwhile_and_names_the_person_inside_is_noticed() -> None:
    club = Club("memory")
    found = find([CLUB], {"club": club.connector}, DANA)
    club.rows()["events"].append({"id": 29, "payload": {"customer_id": 1}})
    club.rows()["orders"].append({"id": 49, "customer_id": 2, "basket": {"gifted": [1]}})
    assert came_since(club.connector, found, found) == 1, "Max's order is his, whomever he gave it to"


def test_nothing_waits_for_what_refers_from_inside() -> None:
    order = erasing_order(CLUB)
    assert order.index("messages") < order.index("teams") and order.index("orders") < order.index("customers")
    # Nor is a voucher kept because an order that stays has it in its basket.
    club = Club("memory")
    club.rows()["orders"].pop()
    found = find([CLUB], {"club": club.connector}, DANA)
    plan = make_plan(club.connector, found, ALL | {"orders.all": "retain"}, today=TODAY)
    assert [s.action for s in plan.steps if s.collection.name == "vouchers"] == ["delete"]
    assert [s.action for s in plan.steps if s.collection.name == "customers"] == ["blank"], (
        "a column does hold"
    )


@pytest.mark.parametrize("upward", [False, True])
def test_two_systems_are_joined_by_a_value_that_stands_inside(upward: bool) -> None:
    field = column("who", "club.customers.id" + ">" * upward, data_type="string[]")
    slips = collection(
        "slips", [column("id", key=True), column("by", identity="email"), field],
        holding("slips.all", "id by who", "delete", system="till"), system="till",
    )  # fmt: skip
    till = System("till", words("Till"), "memory", "TILL", {"slips": slips})
    rows = [{"id": "a", "by": None, "who": ["1"]}, {"id": "b", "by": "max@example.org", "who": ["2", "1"]}]
    connectors = {"till": MemoryConnector(till, {"slips": rows}), "club": Club("memory").connector}
    asked = [Identifier("email", "max@example.org")] if upward else DANA
    found = find([till, CLUB], connectors, asked)
    assert found.rows["till", "slips"].keys == ((("b" if upward else "a"),),)
    assert sorted(found.rows["club", "customers"].keys) == ([(2,)] if upward else [(1,)])


@pytest.mark.parametrize("kind", ["sqlite", "postgres", "postgres_text"])
def test_a_large_table_is_looked_up_by_the_index_that_the_register_names_or_not_at_all(
    kind: str, request: pytest.FixtureRequest, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    club = made(kind, request, tmp_path)
    monkeypatch.setattr(sql_indexes, "LARGE_ROWS", 1)
    monkeypatch.setattr(sql_indexes, "SECONDS_KNOWN", 0.0)
    monkeypatch.setattr(sql_inside, "SMALL", 1)
    events = replace(CLUB, collections={n: CLUB.collections[n] for n in ("customers", "events")})
    with club.engine.begin() as connection:
        connection.execute(text("CREATE INDEX ix_mail ON customers (lower(email))"))

    def said() -> list[str]:
        return [
            r
            for w, r in drift(events, club.address)
            if w.startswith("events.payload.customer_id is looked up")
        ]

    def state() -> tuple[str, str, str]:
        with SqlConnector(events, club.address) as connector:
            status = find([events], {"club": connector}, DANA).systems["club"]
        return status.state, status.code, status.place

    assert state() == ("refused", "no_index", "club.events.payload.customer_id")
    (remedy,) = said()
    with club.engine.begin() as connection:
        connection.exec_driver_sql(remedy.partition(": ")[2].removesuffix(";"))
    assert said() == [] and state()[0] == "searched"


def test_what_an_unchecked_register_may_not_say_is_refused_by_the_walk_too() -> None:
    parts = [column("a", key=True), column("b", key=True)]
    pairs = collection("pairs", parts, holding("pairs.all", "a b", "delete"))
    lost = collection("lost", [column("id", key=True), column("them", "pairs.a", data_type="string[]")])
    with pytest.raises(ValueError, match="part of a key from inside"):
        Graph.of(
            [
                System(
                    "x", words("X"), "memory", "X", {"pairs": pairs, "lost": lost}, http=HttpSettings("", ())
                )
            ]
        )
