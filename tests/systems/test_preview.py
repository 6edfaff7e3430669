"""Counting before touching: numbers, days and a digest, never a person's data."""

from __future__ import annotations

import json
from datetime import date

import pytest

from requests_app.systems import Identifier, connect_all, holdings_of, preview
from requests_app.systems.connectors.memory import STORES

from . import build

BY_MAIL = [Identifier("email", build.DANA)]


def look(connectors, today=build.TODAY, identifiers=BY_MAIL, **more):
    return preview(build.INVENTORY, identifiers, connectors, today=today, **more)


def test_holdings_are_counted_and_dated(connectors):
    seen = look(connectors)
    counts = {h.holding: h.count for s in seen.systems for h in s.holdings if h.count}
    assert counts == {
        "returns.all": 1,
        "customers.profile": 1,
        "addresses.all": 2,
        "orders.recent": 1,
        "orders.old": 1,
        "order_items.bought": 3,
        "order_items.note": 3,
        "payments.books": 1,
        "payments.card": 1,
        "tickets.subject": 1,
        "participants.all": 1,
        "messages.own": 2,
        "devices.all": 2,
        "device_users.all": 2,
        "subscribers.all": 1,
    }
    recent = seen.holding("orders.recent")
    assert (recent.oldest_on, recent.newest_on) == (date(2025, 6, 1), date(2025, 6, 1))
    assert recent.retention_ends_on == date(2032, 6, 1)
    assert seen.holding("orders.old").newest_on == date(2015, 3, 1)
    assert seen.holding("addresses.all").shared == 1
    assert {s.system: s.status.state for s in seen.systems} == {
        "shop": "searched",
        "mailing": "searched",
        "paper": "manual",
    }


def test_a_stored_preview_holds_nothing_personal(connectors):
    text = json.dumps(look(connectors).to_json())
    assert not any(word in text for word in ("anary", "4242", "Lane", "example.org", build.PHONE, "101"))


def test_the_same_rows_give_the_same_digest(connectors):
    assert look(connectors).digest == look(connectors).digest
    assert look(connectors, key=b"k").digest != look(connectors).digest


NEW_MESSAGE = {"id": 99, "ticket_id": 5, "author_id": 1, "body": "one more"}


def test_a_row_added_changes_the_digest_of_its_system_alone(connectors, shop):
    before = look(connectors)
    shop.put("messages", NEW_MESSAGE)
    after = look(connectors)
    assert before.digest != after.digest
    assert before.system("shop").digest != after.system("shop").digest
    assert before.system("mailing").digest == after.system("mailing").digest


def test_what_happens_to_max_leaves_the_digest_alone(connectors, shop):
    before = look(connectors)
    shop.put("messages", {**NEW_MESSAGE, "author_id": 2})
    assert look(connectors).system("shop").digest == before.system("shop").digest


def test_a_row_outgrowing_its_retention_changes_the_digest(connectors):
    last, first = date(2032, 5, 31), date(2032, 6, 1)
    assert look(connectors, last).holding("orders.recent").count == 1
    assert look(connectors, first).holding("orders.recent").count == 0
    assert look(connectors, last).digest != look(connectors, first).digest


@pytest.mark.parametrize(
    ("ordered_on", "held"),
    [
        (date(2019, 11, 23), "orders.recent"),
        (date(2019, 11, 22), "orders.old"),
        ("2015-03-01", "orders.old"),
        ("2025-06-01T10:00:00", "orders.recent"),
        (None, "orders.recent"),
        ("soon", "orders.recent"),
    ],
)
def test_a_row_is_in_one_holding_and_an_undated_one_in_the_retained(ordered_on, held):
    orders = build.SHOP.collections["orders"]
    assert [h.key for h in holdings_of(orders, {"ordered_on": ordered_on}, build.TODAY)] == [held]


def test_addresses_come_from_the_environment_and_a_missing_one_is_refused():
    STORES["mail"] = build.mailing_rows()
    with connect_all(build.INVENTORY.systems.values(), {"MAILING_URL": "memory://mail"}) as connectors:
        seen = look(connectors, identifiers=[Identifier("email", build.MAX)])
    assert seen.system("shop").status.state == "refused"
    assert seen.system("mailing").status.state == "incomplete"
    assert seen.system("mailing").count == 0
