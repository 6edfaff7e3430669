"""A made-up shop that describes itself: Dana's rows, and Max's, who shares things with her."""

from __future__ import annotations

from datetime import date
from typing import Any

from requests_app.register.inventory import (
    Collection,
    EraseRule,
    Field,
    Holding,
    Inventory,
    Reference,
    Retention,
    RowCondition,
    System,
)

TODAY = date(2026, 11, 22)
TAX = Retention("DEL8", "Rev. & Tax. Code", months=84, counted_from="ordered_on")


def words(text: str) -> dict[str, str]:
    return {"en": text}


def column(name: str, *refers: str, key: bool = False, identity: str | None = None, **more: Any) -> Field:
    """``"orders.id"`` refers there; ``"orders.id>"`` may also be followed up to it."""
    references = tuple(
        Reference(*aim.rstrip(">").rsplit(".", 1), direction="to" if aim.endswith(">") else None)
        for aim in refers
    )
    return Field(name, words(name), "user", identity=identity, primary_key=key, references=references, **more)


def holding(
    key: str,
    fields: str,
    erase: EraseRule,
    *,
    where: RowCondition | None = None,
    retention: Retention | None = None,
    system: str = "shop",
) -> Holding:
    return Holding(
        key,
        words(key),
        system,
        key.partition(".")[0],
        tuple(fields.split()),
        "A",
        words("given"),
        words("sale"),
        words("nobody"),
        True,
        erase,
        retention,
        where,
    )


def collection(name: str, fields: list[Field], *holdings: Holding, system: str = "shop") -> Collection:
    return Collection(system, name, words(name), {f.name: f for f in fields}, holdings)


ORDER_FIELDS = "id customer_id address_id contact_email total ordered_on"

SHOP = System(
    "shop",
    words("Shop"),
    "sql",
    "SHOP_URL",
    {
        c.name: c
        for c in (
            collection(
                "returns",
                [
                    column("id", key=True, data_type="integer"),
                    column("order_id", "order_items.order_id"),
                    column("line_no", "order_items.line_no"),
                    column("reason"),
                ],
                holding("returns.all", "id order_id line_no reason", "delete"),
            ),
            collection(
                "customers",
                [
                    column("id", key=True, identity="customer_id", data_type="integer"),
                    column("email", identity="email"),
                    column("phone", identity="phone"),
                    column("name"),
                    column("referred_by", "customers.id"),
                ],
                holding("customers.profile", "id email phone name referred_by", "delete"),
            ),
            collection(
                "addresses",
                [column("id", key=True, data_type="integer"), column("street")],
                holding("addresses.all", "id street", "delete"),
            ),
            collection(
                "orders",
                [
                    column("id", key=True, data_type="integer"),
                    column("customer_id", "customers.id"),
                    column("address_id", "addresses.id>"),
                    column("contact_email", identity="email"),
                    column("total"),
                    column("ordered_on"),
                ],
                holding(
                    "orders.recent",
                    ORDER_FIELDS,
                    "delete",
                    where=RowCondition("ordered_on", "younger_than_months", 84),
                    retention=TAX,
                ),
                holding(
                    "orders.old",
                    ORDER_FIELDS,
                    "delete",
                    where=RowCondition("ordered_on", "older_than_months", 84),
                ),
            ),
            collection(
                "order_items",
                [
                    column("order_id", "orders.id", key=True),
                    column("line_no", key=True),
                    column("product"),
                    column("gift_note"),
                ],
                holding("order_items.bought", "order_id line_no product", "keep"),
                holding("order_items.note", "gift_note", "null"),
            ),
            collection(
                "payments",
                [
                    column("id", key=True, data_type="integer"),
                    column("order_id", "orders.id"),
                    column("amount"),
                    column("cardholder"),
                    column("card_tail"),
                ],
                holding("payments.books", "id order_id amount", "delete"),
                holding("payments.card", "cardholder card_tail", "null"),
            ),
            collection(
                "tickets",
                [column("id", key=True, data_type="integer"), column("subject")],
                holding("tickets.subject", "id subject", "delete"),
            ),
            collection(
                "participants",
                [
                    column("ticket_id", "tickets.id>", key=True),
                    column("customer_id", "customers.id", key=True),
                ],
                holding("participants.all", "ticket_id customer_id", "delete"),
            ),
            collection(
                "messages",
                [
                    column("id", key=True, data_type="integer"),
                    column("ticket_id", "tickets.id"),
                    column("author_id", "customers.id"),
                    column("body"),
                ],
                holding("messages.own", "id ticket_id author_id body", "delete"),
            ),
            collection(
                "devices",
                [column("serial", key=True), column("label")],
                holding("devices.all", "serial label", "delete"),
            ),
            collection(
                "device_users",
                [
                    column("serial", "devices.serial>", key=True),
                    column("customer_id", "customers.id", key=True),
                ],
                holding("device_users.all", "serial customer_id", "delete"),
            ),
        )
    },
)

MAILING = System(
    "mailing",
    words("Mailing list"),
    "memory",
    "MAILING_URL",
    {
        "subscribers": collection(
            "subscribers",
            [column("email", key=True, identity="email"), column("customer_no", "shop.customers.id")],
            holding("subscribers.all", "email customer_no", "delete", system="mailing"),
            system="mailing",
        )
    },
)
PAPER = System("paper", words("Paper files"), "manual", "", {})
INVENTORY = Inventory({s.key: s for s in (SHOP, MAILING, PAPER)})

DDL = (
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, email VARCHAR(60) NOT NULL UNIQUE, phone VARCHAR(20),"
    " name VARCHAR(60), referred_by INTEGER REFERENCES customers (id))",
    "CREATE TABLE addresses (id INTEGER PRIMARY KEY, street VARCHAR(60))",
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id),"
    " address_id INTEGER REFERENCES addresses (id), contact_email VARCHAR(60), total INTEGER,"
    " ordered_on DATE)",
    "CREATE TABLE order_items (order_id INTEGER REFERENCES orders (id), line_no INTEGER, product VARCHAR(60),"
    " gift_note VARCHAR(60), PRIMARY KEY (order_id, line_no))",
    "CREATE TABLE returns (id INTEGER PRIMARY KEY, order_id INTEGER, line_no INTEGER, reason VARCHAR(60),"
    " FOREIGN KEY (order_id, line_no) REFERENCES order_items (order_id, line_no))",
    "CREATE TABLE payments (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id), amount INTEGER,"
    " cardholder VARCHAR(60) NOT NULL, card_tail VARCHAR(4))",
    "CREATE TABLE tickets (id INTEGER PRIMARY KEY, subject VARCHAR(60))",
    "CREATE TABLE participants (ticket_id INTEGER REFERENCES tickets (id),"
    " customer_id INTEGER REFERENCES customers (id), PRIMARY KEY (ticket_id, customer_id))",
    "CREATE TABLE messages (id INTEGER PRIMARY KEY, ticket_id INTEGER REFERENCES tickets (id),"
    " author_id INTEGER REFERENCES customers (id), body VARCHAR(60))",
    "CREATE TABLE devices (serial VARCHAR(20) PRIMARY KEY, label VARCHAR(60))",
    "CREATE TABLE device_users (serial VARCHAR(20) REFERENCES devices (serial),"
    " customer_id INTEGER REFERENCES customers (id), PRIMARY KEY (serial, customer_id))",
)
TABLES = tuple(statement.split()[2] for statement in DDL)
"""In an order in which rows can be put in."""

REQUIRED = {
    "customers": frozenset({"email"}),
    "orders": frozenset({"customer_id"}),
    "payments": frozenset({"cardholder"}),
}
UNIQUE = {"customers": frozenset({"email"})}

DANA, MAX = "Dana.Canary@example.org", "max.stranger@example.org"
PHONE = "+14155550100"


def shop_rows() -> dict[str, list[dict[str, Any]]]:
    """Dana is 1, Max is 2: one phone, one address, one ticket and one device between them."""
    return {
        "customers": [
            {"id": 1, "email": DANA, "phone": PHONE, "name": "Dana Canary", "referred_by": None},
            {"id": 2, "email": MAX, "phone": PHONE, "name": "Max Stranger", "referred_by": 1},
        ],
        "addresses": [{"id": 10, "street": "Shared Street 1"}, {"id": 11, "street": "Dana Lane 2"}],
        "orders": [
            _order(101, 1, 10, DANA.lower(), date(2025, 6, 1)),
            _order(102, 1, 11, "old.canary@example.org", date(2015, 3, 1)),
            _order(201, 2, 10, DANA.upper(), date(2025, 7, 1)),
        ],
        "order_items": [
            {"order_id": 101, "line_no": 1, "product": "lamp", "gift_note": "from Dana"},
            {"order_id": 101, "line_no": 2, "product": "bulb", "gift_note": None},
            {"order_id": 102, "line_no": 1, "product": "rug", "gift_note": "love"},
            {"order_id": 201, "line_no": 2, "product": "knife", "gift_note": "from Max"},
        ],
        "returns": [
            {"id": 1, "order_id": 101, "line_no": 2, "reason": "broken"},
            {"id": 2, "order_id": 201, "line_no": 2, "reason": "Max's reason"},
        ],
        "payments": [
            {"id": 1, "order_id": 101, "amount": 40, "cardholder": "Dana Canary", "card_tail": "4242"},
            {"id": 2, "order_id": 201, "amount": 90, "cardholder": "Max Stranger", "card_tail": "1111"},
        ],
        "tickets": [{"id": 5, "subject": "Our lamp"}, {"id": 6, "subject": "Max only"}],
        "participants": [
            {"ticket_id": 5, "customer_id": 1},
            {"ticket_id": 5, "customer_id": 2},
            {"ticket_id": 6, "customer_id": 2},
        ],
        "messages": [
            {"id": 51, "ticket_id": 5, "author_id": 1, "body": "It broke"},
            {"id": 52, "ticket_id": 5, "author_id": 2, "body": "Max says so too"},
            {"id": 53, "ticket_id": 5, "author_id": None, "body": "We are sorry"},
            {"id": 61, "ticket_id": 6, "author_id": 2, "body": "Max alone"},
        ],
        "devices": [{"serial": "SN-1", "label": "hall"}, {"serial": "SN-2", "label": "Dana's own"}],
        "device_users": [
            {"serial": "SN-1", "customer_id": 1},
            {"serial": "SN-1", "customer_id": 2},
            {"serial": "SN-2", "customer_id": 1},
        ],
    }


def _order(number: int, customer: int, address: int, email: str, on: date) -> dict[str, Any]:
    return {
        "id": number,
        "customer_id": customer,
        "address_id": address,
        "contact_email": email,
        "total": 40,
        "ordered_on": on,
    }


def mailing_rows() -> dict[str, list[dict[str, Any]]]:
    return {
        "subscribers": [
            {"email": "another.address@example.org", "customer_no": "1"},
            {"email": MAX, "customer_no": "2"},
        ]
    }
