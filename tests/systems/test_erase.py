"""Erasing what was decided, keeping what must be kept, and reading back."""

from __future__ import annotations

import pytest

from requests_app.systems import (
    HoldPlaced,
    Identifier,
    SystemRefused,
    confirm,
    erase,
    find,
    make_plan,
    preview,
    read,
)
from requests_app.systems.connectors.base import ColumnFacts
from requests_app.systems.connectors.memory import MemoryConnector
from requests_app.systems.masks import Unmaskable, neutral, unlike_any

from . import build
from .faults import Faulty

BY_MAIL = [Identifier("email", build.DANA)]
SYSTEMS = tuple(build.INVENTORY.systems.values())
ALL = {holding.key: "erase" for holding in build.INVENTORY.holdings()}
KEEP_RECENT = {**ALL, "orders.recent": "retain", "payments.books": "retain"}


def no_hold() -> None:
    return None


def plan_for(connectors, decisions, system="shop"):
    found = find(SYSTEMS, connectors, BY_MAIL)
    return make_plan(connectors[system], found, decisions, today=build.TODAY)


def of_max(shop):
    """What Max has, wherever it is."""
    return {
        "customers": [r for r in shop.rows("customers") if r["id"] == 2],
        "addresses": [r for r in shop.rows("addresses") if r["id"] == 10],
        "orders": [r for r in shop.rows("orders") if r["customer_id"] == 2],
        "messages": [r for r in shop.rows("messages") if r["author_id"] == 2],
        "participants": [r for r in shop.rows("participants") if r["customer_id"] == 2],
        "devices": [r for r in shop.rows("devices") if r["serial"] == "SN-1"],
        "payments": [r for r in shop.rows("payments") if r["id"] == 2],
        "returns": [r for r in shop.rows("returns") if r["id"] == 2],
    }


def erased_everywhere(shop) -> str:
    return repr({table: shop.rows(table) for table in build.TABLES})


def test_recent_orders_stay_for_the_tax_office_and_the_rest_goes(connectors, shop):
    max_before = of_max(shop)
    plan = plan_for(connectors, KEEP_RECENT)
    erase(shop.connector, plan, guard=no_hold)
    assert confirm(shop.connector, plan).ok

    orders = {r["id"]: (r["customer_id"], r["total"], r["contact_email"]) for r in shop.rows("orders")}
    assert orders[101] == (1, 40, build.DANA.lower())
    assert orders[102] == (1, None, None)  # its items stay, so it stays for them to refer to
    dana = next(r for r in shop.rows("customers") if r["id"] == 1)
    assert dana["name"] is None and dana["phone"] is None
    assert dana["email"].endswith("@erased.invalid")  # NOT NULL and unique
    payment = next(r for r in shop.rows("payments") if r["id"] == 1)
    assert (payment["amount"], payment["cardholder"], payment["card_tail"]) == (40, "[erased]", None)
    assert of_max(shop) == max_before


def test_the_ledger_adds_up_and_says_why(connectors, shop):
    plan = plan_for(connectors, KEEP_RECENT)
    result = erase(shop.connector, plan, guard=no_hold)
    assert result.ledger["order_items.note"].erased == 2  # one note was empty before
    told = {e.holding: (e.found, e.erased, e.masked, e.retained) for e in plan.ledger}
    assert told == {
        "returns.all": (1, 1, 0, 0),
        "messages.own": (2, 2, 0, 0),
        "participants.all": (1, 1, 0, 0),
        "device_users.all": (2, 2, 0, 0),
        "devices.all": (2, 1, 0, 1),
        "tickets.subject": (1, 0, 0, 1),
        "payments.books": (1, 0, 0, 1),
        "payments.card": (1, 0, 1, 0),
        "order_items.bought": (3, 0, 0, 3),
        "order_items.note": (3, 3, 0, 0),
        "orders.recent": (1, 0, 0, 1),
        "orders.old": (1, 0, 1, 0),
        "addresses.all": (2, 1, 0, 1),
        "customers.profile": (1, 0, 1, 0),
    }
    assert all(e.found == e.erased + e.masked + e.retained for e in plan.ledger)
    assert {(n.collection, n.field, n.reason) for n in result.notes} >= {
        ("payments", "cardholder", "masked_not_null"),
        ("customers", "", "kept_for_reference"),
        ("orders", "customer_id", "link_kept"),
        ("customers", "email", "masked_not_null"),
        ("addresses", "", "kept_shared"),
        ("devices", "", "kept_shared"),
    }


def test_doing_it_again_changes_nothing(connectors, shop):
    plan = plan_for(connectors, KEEP_RECENT)
    assert erase(shop.connector, plan, guard=no_hold).changed
    after = erased_everywhere(shop)
    again = erase(shop.connector, plan, guard=no_hold)
    assert again.changed == 0
    assert erased_everywhere(shop) == after
    assert confirm(shop.connector, plan).ok


def test_a_new_search_afterwards_finds_no_one(connectors, shop):
    plan = plan_for(connectors, KEEP_RECENT)
    erase(shop.connector, plan, guard=no_hold)
    seen = preview(build.INVENTORY, [Identifier("email", build.DANA)], connectors, today=build.TODAY)
    assert [h.holding for s in seen.systems for h in s.holdings if h.count] == []
    # The retained order still bears her address, but belongs to a customer who no longer has one:
    # it counts among the rows set aside, with the order of Max that names her.
    assert seen.system("shop").set_aside == 2
    assert plan_for(connectors, KEEP_RECENT).ledger["orders.old"].found == 0


def test_an_undecided_holding_is_retained(connectors, shop):
    before = erased_everywhere(shop)
    plan = plan_for(connectors, {})
    assert plan.writes == ()
    assert erase(shop.connector, plan, guard=no_hold).changed == 0
    assert erased_everywhere(shop) == before


def test_a_system_found_through_another_is_erased_by_its_own_plan(connectors, shop):
    plan = plan_for(connectors, ALL, "mailing")
    erase(connectors["mailing"], plan, guard=no_hold)
    assert [r["email"] for r in connectors["mailing"].tables["subscribers"]] == [build.MAX]
    assert confirm(connectors["mailing"], plan).ok


def test_a_hold_placed_after_the_preview_stops_the_first_write(connectors, shop):
    before = erased_everywhere(shop)
    plan = plan_for(connectors, ALL)
    writes = []
    watched = Faulty(shop.connector, on_write=writes.append)

    def hold() -> None:
        raise HoldPlaced

    with pytest.raises(HoldPlaced):
        erase(watched, plan, guard=hold)
    assert writes == []
    assert erased_everywhere(shop) == before


def test_the_guard_may_compare_the_preview_inside_the_transaction(connectors, shop):
    approved = preview(build.INVENTORY, BY_MAIL, connectors, today=build.TODAY).system("shop").digest
    plan = plan_for(connectors, ALL)
    shop.put("messages", {"id": 99, "ticket_id": 5, "author_id": 1, "body": "one more"})

    def same() -> None:
        if preview(build.INVENTORY, BY_MAIL, connectors, today=build.TODAY).system("shop").digest != approved:
            raise RuntimeError("changed since approval")

    with pytest.raises(RuntimeError):
        erase(shop.connector, plan, guard=same)
    assert len(shop.rows("messages")) == 5


def test_retained_rows_are_read_by_their_keys(connectors, shop):
    orders = build.SHOP.collections["orders"]
    rows = list(read(shop.connector, orders, [(n,) for n in range(1, 2000)]))
    assert {row["id"] for row in rows} == {101, 102, 201}
    items = build.SHOP.collections["order_items"]
    assert [r["product"] for r in read(shop.connector, items, [(101, 2), (102, 9)])] == ["bulb"]


FACTS = {
    "text": ("[erased]", 60),
    "integer": (0, None),
    "boolean": (False, None),
    "json": ({}, None),
}


@pytest.mark.parametrize(("kind", "expected", "length"), [(k, v, n) for k, (v, n) in FACTS.items()])
def test_a_neutral_value_has_the_column_s_type(kind, expected, length):
    assert neutral(ColumnFacts("c", kind, nullable=False, max_length=length)) == expected


def test_a_neutral_value_fits_the_column_or_is_refused():
    short = ColumnFacts("c", "text", nullable=False, unique=True, max_length=16)
    one, two = (unlike_any(short, ("shop", "t"), (n,)) for n in (1, 2))
    assert one != two and len(one) <= 16
    assert neutral(ColumnFacts("c", "text", nullable=False, max_length=3)) == "-"
    for kind in ("enum", "other"):
        with pytest.raises(Unmaskable):
            neutral(ColumnFacts("c", kind, nullable=False))
    with pytest.raises(Unmaskable):
        unlike_any(ColumnFacts("c", "integer", nullable=False, unique=True), ("s", "t"), (1,))


def test_a_column_that_can_be_neither_empty_nor_neutral_stops_the_plan():
    cards = build.collection(
        "cards",
        [build.column("id", key=True), build.column("owner", identity="customer_id"), build.column("number")],
        build.holding("cards.all", "id owner number", "null"),
    )
    system = build.System("till", {}, "memory", "X", {"cards": cards})
    connector = MemoryConnector(
        system,
        {"cards": [{"id": 1, "owner": 7, "number": 4242}]},
        required={"cards": frozenset({"number"})},
        unique={"cards": frozenset({"number"})},
    )
    found = find([system], {"till": connector}, [Identifier("customer_id", "7")])
    with pytest.raises(SystemRefused, match="no neutral value for column number") as caught:
        make_plan(connector, found, {"cards.all": "erase"}, today=build.TODAY)
    assert "4242" not in str(caught.value) and "4242" not in repr(found)
    assert make_plan(connector, found, {}, today=build.TODAY).writes == ()


def test_a_field_declared_to_stay_keeps_its_row():
    fields = [
        build.column("id", key=True),
        build.column("owner", identity="customer_id"),
        build.column("name"),
        build.column("total", erase="keep"),
    ]
    sales = build.collection("sales", fields, build.holding("sales.all", "id owner name total", "delete"))
    system = build.System("till", {}, "memory", "X", {"sales": sales})
    connector = MemoryConnector(system, {"sales": [{"id": 1, "owner": 7, "name": "Dana", "total": 5}]})
    found = find([system], {"till": connector}, [Identifier("customer_id", "7")])
    erase(connector, make_plan(connector, found, {"sales.all": "erase"}, today=build.TODAY), guard=no_hold)
    assert connector.tables["sales"] == [{"id": 1, "owner": None, "name": None, "total": 5}]


def test_an_address_that_is_the_key_of_a_row_that_stays_is_not_called_erased():
    people = build.collection(
        "people",
        [build.column("email", key=True, identity="email"), build.column("name")],
        build.holding("people.all", "email name", "delete"),
    )
    invoices = build.collection(
        "invoices",
        [build.column("id", key=True), build.column("payer", "people.email")],
        build.holding("invoices.all", "id payer", "delete"),
    )
    system = build.System("till", {}, "memory", "X", {"people": people, "invoices": invoices})
    tables = {
        "people": [{"email": build.DANA, "name": "Dana"}],
        "invoices": [{"id": 1, "payer": build.DANA}],
    }
    connector = MemoryConnector(system, tables)
    found = find([system], {"till": connector}, BY_MAIL)
    plan = make_plan(connector, found, {"people.all": "erase"}, today=build.TODAY)
    erase(connector, plan, guard=no_hold)
    assert confirm(connector, plan).ok and tables["people"] == [{"email": build.DANA, "name": None}]
    entry = plan.ledger["people.all"]
    assert (entry.erased, entry.masked, entry.retained) == (0, 0, 1)
    assert ("people", "email", "key_kept") in {(n.collection, n.field, n.reason) for n in plan.notes}
