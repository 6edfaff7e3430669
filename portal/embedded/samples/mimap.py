"""Who is in MiMap's sample shop, and what they did there."""

from __future__ import annotations

from datetime import date
from random import Random

from sqlalchemy import Connection

from .mimap_office import GOODS, add_office
from .mimap_tables import METADATA
from .people import (
    BEN,
    DANA,
    KNOWN_AT_MIMAP,
    RECENT,
    Days,
    Person,
    make_americans,
    make_ip_address,
    make_password_hash,
)
from .rows import Rows

__all__ = ["METADATA", "fill"]

CITIES = (
    ("Oakland", "CA", "94607"),
    ("Fresno", "CA", "93721"),
    ("San Diego", "CA", "92101"),
    ("New York", "NY", "10002"),
    ("Chicago", "IL", "60607"),
    ("Boston", "MA", "02118"),
)
FEATURES = ("Catalogue", "Quick order", "Quotes", "Order tracking", "Certificates")
DEVICES = (("phone", "Android 16", "Example Phone 8"), ("laptop", "Windows 11", "Example Book 14"))
RECENTLY = 5
"""Days."""
KNOWN_ORDER_AGES = (20, 200, 700, 1500, 2000)
"""Days: two of them older than the four years the shop keeps its records of sales."""


class _Shop(Rows):
    def __init__(self, today: date) -> None:
        super().__init__(METADATA)
        self.random = Random("mimap")
        self.days = Days(today, self.random)
        self.order_ids: dict[Person, list[int]] = {}

    def add_customer(self, person: Person, number: int) -> None:
        """A customer with everything that hangs on them."""
        random, days = self.random, self.days
        customer_id = f"MM{100_000 + number}"
        known = person in KNOWN_AT_MIMAP
        joined = 2400 if known else random.randrange(30, 2400)
        self.add(
            "customers",
            customer_id=customer_id,
            username=person.username,
            password_hash=make_password_hash(random),
            email=person.email,
            full_name=person.name,
            phone=person.phone,
            company_name="Little Fork Catering"
            if known
            else random.choice((None, "Harbor Bakery", "Sunrise Foods")),
            company_url=random.choice((None, "https://shop.example.com")),
            about="Prefers deliveries before noon." if known else None,
            email_changed_at=days.moment(RECENTLY) if person is RECENT else None,
            created_at=days.moment(joined),
            last_login_at=days.moment(random.randrange(0, 30)),
            sells_or_shares=True,
            sensitive_use_limited=False,
            consent_to_profiling=True,
        )
        city, state, postal_code = CITIES[0] if known else random.choice(CITIES)
        street = f"{random.randrange(1, 999)} Example Street"
        for kind in ("mailing", "shipping") if known else ("shipping",):
            self.add(
                "addresses",
                customer_id=customer_id,
                kind=kind,
                recipient=person.name,
                street=street,
                city=city,
                state=state,
                postal_code=postal_code,
            )
        ages = KNOWN_ORDER_AGES if known else random.sample(range(1, joined), random.randrange(0, 4))
        ship_to = f"{person.name}, {street}, {city}, {state} {postal_code}"
        self.order_ids[person] = [self.add_order(customer_id, age, ship_to) for age in sorted(ages)]
        self.add_traces(customer_id, 5 if known else random.randrange(0, 4))
        self.add_extras(person, customer_id, known=known)

    def add_order(self, customer_id: str, age: int, ship_to: str) -> int:
        """An order with its lines and its payment."""
        random, days = self.random, self.days
        order_id, ordered_on, total = self.next_number("orders"), days.ago(age), 0
        for sku, product, unit_cents in random.sample(GOODS, random.randrange(1, 4)):
            quantity = random.randrange(1, 6)
            total += quantity * unit_cents
            self.add(
                "order_items",
                order_id=order_id,
                sku=sku,
                product=product,
                quantity=quantity,
                unit_cents=unit_cents,
                ordered_on=ordered_on,
            )
        self.add(
            "orders",
            order_id=order_id,
            customer_id=customer_id,
            order_no=f"MM-{order_id:06d}",
            invoice_no=f"INV-{order_id:06d}",
            ordered_on=ordered_on,
            status="delivered" if age > 7 else "packed",
            total_cents=total,
            ship_to=ship_to,
            tracking_no=f"EX{order_id:09d}US" if age > 3 else None,
        )
        self.add(
            "payments",
            order_id=order_id,
            method="card",
            card_number=f"0000 0000 0000 {random.randrange(10_000):04d}",
            amount_cents=total,
            paid_at=days.moment(age),
            ordered_on=ordered_on,
        )
        return order_id

    def add_traces(self, customer_id: str, busy: int) -> None:
        """What their devices left behind, the more the busier they were."""
        random, days = self.random, self.days
        for kind, system, model in DEVICES[: 1 + busy % 2]:
            self.add(
                "devices",
                device_id=f"dev-{random.getrandbits(64):016x}",
                customer_id=customer_id,
                device_type=kind,
                operating_system=system,
                hardware_model=model,
                mobile_network="Example Mobile" if kind == "phone" else None,
                first_seen_at=days.moment(random.randrange(30, 700)),
            )
        for _ in range(2 * busy):
            self.add(
                "web_log",
                customer_id=customer_id,
                ip_address=make_ip_address(random),
                browser=random.choice(("Firefox 145", "Chrome 142", "Safari 26")),
                page=random.choice(("/", "/catalogue", "/orders", "/account")),
                link_clicked=random.choice((None, "/offers", "/certificates")),
                at=days.moment(random.randrange(0, 730)),
            )
            self.add(
                "usage_events",
                customer_id=customer_id,
                feature=random.choice(FEATURES),
                seconds_spent=random.randrange(2, 900),
                load_milliseconds=random.randrange(80, 2400),
                used_at=days.moment(random.randrange(0, 365)),
            )
        for kind, provider, used_for in (
            ("cookie", "mimap.com", "sign-in"),
            ("pixel tag", "Example Ads", "advertising"),
        ):
            self.add(
                "tracking_ids",
                tracking_id=f"trk-{random.getrandbits(64):016x}",
                customer_id=customer_id,
                kind=kind,
                provider=provider,
                used_for=used_for,
                set_at=days.moment(random.randrange(0, 365)),
            )
        self.add(
            "inferences",
            customer_id=customer_id,
            interest=random.choice(("Plant-based baking", "Sugar reduction", "Bulk buying")),
            derived_from="Pages viewed",
            derived_on=days.ago(random.randrange(0, 365)),
        )

    def add_extras(self, person: Person, customer_id: str, *, known: bool) -> None:
        """What only some customers have."""
        random, days = self.random, self.days
        for number in range(4 if known else random.randrange(0, 2)):
            self.add(
                "communications",
                customer_id=customer_id,
                channel="e-mail",
                direction="from us" if number % 2 else "from you",
                subject="Certificate of analysis",
                body="We have attached it." if number % 2 else "Could you send the certificate for my order?",
                sent_at=days.moment(random.randrange(1, 1200)),
            )
        if known or random.random() < 0.6:
            self.add(
                "marketing_list",
                customer_id=customer_id,
                email=person.email,
                topics="offers, new products",
                subscribed_at=days.moment(random.randrange(1, 1200)),
                subscribed=True,
            )
        if known or random.random() < 0.3:
            kind, name = random.choice(
                (
                    ("business partner", "Example Freight"),
                    ("social media", "Example Social"),
                    ("public", "Register"),
                )
            )
            self.add(
                "third_party_data",
                customer_id=customer_id,
                source_kind=kind,
                source_name=name,
                content="Works in food production.",
                received_on=days.ago(random.randrange(1, 1000)),
            )
        if known or random.random() < 0.1:
            self.add(
                "bank_accounts",
                customer_id=customer_id,
                bank_name="Example Bank",
                account_number=f"000{random.randrange(10**9):09d}",
                added_at=days.moment(random.randrange(1, 1000)),
            )
            self.add(
                "credit_history",
                customer_id=customer_id,
                bureau="Example Credit Bureau",
                credit_limit_cents=random.randrange(1, 50) * 100_000,
                assessment=random.choice(("good", "fair")),
                reported_on=days.ago(random.randrange(1, 800)),
            )

    def share_orders(self, one: Person, other: Person) -> None:
        """Each is named on the other's newest order."""
        for whose, named in ((one, other), (other, one)):
            number = 1 + KNOWN_AT_MIMAP.index(named)
            self.add(
                "order_contacts",
                order_id=self.order_ids[whose][0],
                customer_id=f"MM{100_000 + number}",
                role="receives the goods",
            )

    def add_readers(self) -> None:
        """Entries of the mailing list that belong to no account."""
        # The first is Dana's from before she had an account: found by her address alone.
        for email in (DANA.email, *(f"reader{number}@example.net" for number in range(100))):
            self.add(
                "marketing_list",
                customer_id=None,
                email=email,
                topics="offers",
                subscribed_at=self.days.moment(self.random.randrange(1, 900)),
                subscribed=True,
            )


def fill(connection: Connection, today: date) -> None:
    """The same people every time, with their dates counted back from ``today``."""
    shop = _Shop(today)
    for number, person in enumerate(make_americans(shop.random), start=1):
        shop.add_customer(person, number)
    shop.share_orders(DANA, BEN)
    shop.add_readers()
    add_office(shop, shop.random, shop.days)
    shop.write(connection)
