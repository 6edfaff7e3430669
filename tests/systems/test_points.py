"""Facts compared with what the systems hold: written differently but the same, and never two people's at once."""

from __future__ import annotations

import os

import pytest
import sqlalchemy as sa

from requests_app import register, systems
from requests_app.systems.points import Matched, match_points, same


def _match(told: dict[str, str], wanted: int = 2, slug: str = "mimap", known=()) -> Matched:
    inventory = register.controller(slug).inventory
    with systems.connect_all(inventory.systems.values(), os.environ) as connectors:
        return match_points(inventory, connectors, told, known=known, wanted=wanted)


def _asked(slug: str, sql: str) -> list:
    engine = sa.create_engine(os.environ[f"{slug.upper()}_CUSTOMER_DB"])
    with engine.connect() as connection:
        found = list(connection.execute(sa.text(sql)))
    engine.dispose()
    return found


def _facts_of(email: str) -> dict[str, str]:
    """One order number, the postal code and the phone number of a customer of the sample shop."""
    ((phone, order_no, invoice, code),) = _asked(
        "mimap",
        "SELECT c.phone, o.order_no, o.invoice_no, a.postal_code FROM customers c JOIN orders o USING (customer_id)"
        f" JOIN addresses a USING (customer_id) WHERE c.email = '{email}' LIMIT 1",
    )
    return {
        "customers.phone": phone, "orders.order_no": order_no, "orders.invoice_no": invoice,
        "addresses.postal_code": code,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "told", "held", "alike"),
    [
        ("number", "mm 000-123", "MM-000123", True),
        ("number", "ＭＭ－０００１２３", "MM-000123", True),
        ("number", "MM-000124", "MM-000123", False),
        ("phone", "(415) 555-0100", "+14155550100", True),
        ("phone", "0086 120 0000 0005", "+8612000000005", True),
        ("phone", "12000000005", "+8612000000005", True),
        ("phone", "0100", "+14155550100", False),
        ("postal_code", "94607-1234", "94607", True),
        ("postal_code", "94608", "94607", False),
        ("text", "12 Example street.", "12 EXAMPLE STREET", True),
        ("text", "--", "", False),
        ("date", "2026/11/05", "2026-11-05", True),
        ("date", "2026-02-30", "2026-02-30", False),
        ("email", "Dana@Example.com", "dana@example.com", True),
    ],
)
def test_two_ways_of_writing_one_fact_are_the_same(kind, told, held, alike) -> None:
    assert same(kind, told, held) is alike


def test_facts_from_three_places_find_the_one_person_they_fit(samples) -> None:
    told = _facts_of("dana@example.com")
    found = _match(told, 3)
    assert found.count == 3 and found.on_record("email") == ("dana@example.com",)


def test_two_facts_from_one_paper_count_once(samples) -> None:
    """An invoice found in a bin carries order and invoice number alike."""
    told = _facts_of("dana@example.com")
    paper = {path: told[path] for path in ("orders.order_no", "orders.invoice_no")}
    assert _match(paper) == Matched()
    assert _match(paper, 1).count == 1


def test_facts_of_two_people_make_no_third(samples) -> None:
    dana, ben = _facts_of("dana@example.com"), _facts_of("ben@example.com")
    mixed = {"orders.order_no": dana["orders.order_no"], "customers.phone": ben["customers.phone"]}
    assert _match(mixed) == Matched()


def test_what_cannot_locate_anybody_finds_nobody(samples) -> None:
    """A postal code and a street are shared by a whole house."""
    assert _match({"addresses.postal_code": "94607", "addresses.street": "1 Example Street"}) == Matched()


def test_a_name_is_no_fact_at_all(samples) -> None:
    """TRUST 7: whatever is sent under a path that the inventory does not declare is not even looked at."""
    dana = _facts_of("dana@example.com")
    told = {"customers.full_name": "Dana Whitfield", "orders.order_no": dana["orders.order_no"]}
    assert _match(told) == Matched()


def test_somebody_known_by_a_mobile_number_alone_is_found(samples) -> None:
    ((order_no, tracking),) = _asked(
        "mipmap",
        "SELECT o.order_no, d.tracking_no FROM accounts a JOIN orders o USING (account_id)"
        " JOIN deliveries d USING (order_id) WHERE a.phone = '+8612000000005' LIMIT 1",
    )
    found = _match({"accounts.phone": "120 0000 0005", "orders.order_no": order_no}, slug="mipmap")
    assert (
        found.count == 2 and found.on_record("phone") == ("+8612000000005",) and not found.on_record("email")
    )
    assert _match({"orders.order_no": order_no, "deliveries.tracking_no": tracking}, 2, "mipmap").count == 2
