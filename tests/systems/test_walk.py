"""Finding a person: everything that is theirs, nothing that is another's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import event

from requests_app.register.inventory import System
from requests_app.systems import Found, Graph, Identifier, Walk, erasing_order, find, systems_in_erasing_order
from requests_app.systems.connectors import sql
from requests_app.systems.connectors.memory import MemoryConnector

from . import build
from .conftest import SqlShop

BY_MAIL = [Identifier("email", "dana.CANARY@example.org")]
SYSTEMS = tuple(build.INVENTORY.systems.values())
EXPECTED = {
    "customers": {(1,)},
    "orders": {(101,), (102,)},
    "addresses": {(10,), (11,)},
    "order_items": {(101, 1), (101, 2), (102, 1)},
    "returns": {(1,)},
    "payments": {(1,)},
    "tickets": {(5,)},
    "participants": {(5, 1)},
    "messages": {(51,), (53,)},
    "devices": {("SN-1",), ("SN-2",)},
    "device_users": {("SN-1", 1), ("SN-2", 1)},
    "subscribers": {("another.address@example.org",)},
}


def keys(found: Found) -> dict[str, set]:
    return {place[1]: set(rows.keys) for place, rows in found.rows.items() if rows.count}


def test_dana_is_found_in_every_collection_and_max_in_none(connectors):
    assert keys(find(SYSTEMS, connectors, BY_MAIL)) == EXPECTED


@pytest.mark.parametrize(
    "identifiers",
    [
        [Identifier("customer_id", "1")],
        [Identifier("customer_id", "1"), Identifier("phone", build.PHONE)],
        [Identifier("email", build.DANA), Identifier("phone", build.PHONE)],
        [Identifier("email", build.DANA), Identifier("phone", "+10000000000")],
    ],
    ids=[
        "by number",
        "by number and a phone shared with Max",
        "by mail and that phone",
        "by mail and a new phone",
    ],
)
def test_stronger_identifiers_decide_whose_a_row_is(connectors, identifiers):
    assert keys(find(SYSTEMS, connectors, identifiers)) == EXPECTED


@pytest.mark.parametrize(
    "value", ["x", "1 OR 1=1", "99999999999", "99999999999999999999", "", "1\0", "\ud800"]
)
def test_an_identifier_that_fits_no_column_finds_nothing(connectors, value):
    found = find(SYSTEMS, connectors, [Identifier("customer_id", value), Identifier("email", value)])
    assert keys(found) == {}
    assert {s.state for s in found.systems.values()} == {"searched", "manual"}


def test_no_identifier_finds_nothing(connectors):
    assert keys(find(SYSTEMS, connectors, [])) == {}


def test_rows_of_others_that_were_reached_are_counted(connectors):
    found = find(SYSTEMS, connectors, BY_MAIL)
    aside = {place[1]: rows.set_aside for place, rows in found.rows.items() if rows.set_aside}
    # Max was referred by Dana, gave her address for his order, and wrote in her ticket.
    assert aside == {"customers": 1, "orders": 1, "messages": 1}


def test_what_others_use_too_is_marked_before_erasing(connectors):
    found = find(SYSTEMS, connectors, BY_MAIL)
    assert {p[1]: r.shared for p, r in found.rows.items() if r.shared} == {
        "addresses": {(10,)},
        "tickets": {(5,)},
        "devices": {("SN-1",)},
    }
    assert {p[1]: r.anchors for p, r in found.rows.items() if r.anchors} == {
        "customers": {(1,)},
    }


@pytest.mark.parametrize("few", [2_000, 1], ids=["few rows come at once", "many come piece by piece"])
def test_access_reads_whole_rows_in_one_pass_and_nothing_of_max(connectors, monkeypatch, few):
    monkeypatch.setattr(sql, "FEW", few)
    monkeypatch.setattr(sql, "CHUNK", min(few, 500))
    walk = Walk(SYSTEMS, connectors, BY_MAIL)
    rows = [(collection.name, row) for collection, row in walk.rows()]
    assert len(rows) == sum(map(len, EXPECTED.values()))
    assert all(set(row) == set(walk.found.rows[_place(name)].collection.fields) for name, row in rows)
    assert "Max" not in repr(rows) and "stranger" not in repr(rows)


def _place(name: str) -> tuple[str, str]:
    return ("mailing" if name == "subscribers" else "shop", name)


def test_replies_to_replies_are_followed_until_quiet():
    posts = build.collection(
        "posts",
        [
            build.column("id", key=True),
            build.column("author", identity="customer_id"),
            build.column("reply_to", "posts.id"),
        ],
    )
    forum = System("forum", {"en": "Forum"}, "memory", "X", {"posts": replace(posts, system="forum")})
    rows = [
        {"id": 1, "author": 7, "reply_to": None},
        {"id": 2, "author": None, "reply_to": 1},
        {"id": 3, "author": None, "reply_to": 2},
        {"id": 4, "author": 8, "reply_to": 3},
        {"id": 5, "author": None, "reply_to": 4},
    ]
    connector = MemoryConnector(forum, {"posts": rows})
    found = find([forum], {"forum": connector}, [Identifier("customer_id", "7")])
    assert keys(found) == {"posts": {(1,), (2,), (3,)}}


def test_more_rows_than_a_person_can_have_is_refused(connectors):
    walk = Walk(SYSTEMS, connectors, BY_MAIL, ceiling=1)
    list(walk.rows())
    assert walk.found.systems["shop"].state == "refused"
    assert walk.found.systems["mailing"].state == "incomplete"
    assert keys(walk.found) == {}


def test_a_reference_to_nowhere_is_named():
    lost = build.collection("lost", [build.column("id", "nowhere.id", key=True)])
    with pytest.raises(ValueError, match="lost refers to nowhere.id"):
        Graph.of([System("shop", {}, "memory", "X", {"lost": lost})])


def test_rows_go_before_those_they_refer_to():
    order = erasing_order(build.SHOP)
    for first, later in (
        ("returns", "order_items"),
        ("order_items", "orders"),
        ("payments", "orders"),
        ("orders", "customers"),
        ("orders", "addresses"),
        ("device_users", "devices"),
        ("messages", "tickets"),
    ):
        assert order.index(first) < order.index(later)
    keys_ = systems_in_erasing_order(SYSTEMS)
    assert keys_.index("mailing") < keys_.index("shop")


def test_two_links_to_one_composite_key_stay_two_pairs():
    lines = build.collection(
        "lines",
        [
            build.column("order_id", key=True),
            build.column("line_no", key=True),
            build.column("owner", identity="customer_id"),
        ],
    )
    swaps = build.collection(
        "swaps",
        [
            build.column("id", key=True),
            build.column("old_order", "lines.order_id"),
            build.column("old_line", "lines.line_no"),
            build.column("new_order", "lines.order_id"),
            build.column("new_line", "lines.line_no"),
        ],
    )
    system = System("s", {}, "memory", "X", {"lines": lines, "swaps": swaps})
    rows = {
        "lines": [{"order_id": 1, "line_no": 1, "owner": 7}, {"order_id": 2, "line_no": 1, "owner": 8}],
        "swaps": [
            {"id": 1, "old_order": 1, "old_line": 1, "new_order": 3, "new_line": 1},
            {"id": 2, "old_order": 2, "old_line": 1, "new_order": 2, "new_line": 2},
            {"id": 3, "old_order": 9, "old_line": 9, "new_order": 1, "new_line": 1},
        ],
    }
    found = find([system], {"s": MemoryConnector(system, rows)}, [Identifier("customer_id", "7")])
    assert keys(found) == {"lines": {(1, 1)}, "swaps": {(1,), (3,)}}


def test_each_collection_is_asked_once_and_by_its_index(postgres_engine):
    shop = SqlShop(postgres_engine, postgres_engine.url.render_as_string(hide_password=False))
    said: list[str] = []
    with shop.connector as connector:
        list(Walk([build.SHOP], {"shop": connector}, BY_MAIL).rows())
        engine = connector._open().engine
        event.listen(engine, "before_cursor_execute", lambda *call: said.append(call[2]))
        list(Walk([build.SHOP], {"shop": connector}, BY_MAIL).rows())
    asked = [statement.split("FROM ")[1].split()[0] for statement in said]
    assert sorted(asked) == sorted([*build.TABLES, "customers"])  # customers refer to customers
    assert all("WHERE" in statement and "LIMIT" in statement for statement in said)
