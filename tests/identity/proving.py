"""What requesters show of themselves in the tests, and the requests they begin with it."""

from __future__ import annotations

import os

import sqlalchemy as sa
from django.utils import timezone

from requests_app import doubts
from requests_app.intake.open_case import Arrival, fingerprint, open_cases
from requests_app.models import Case
from requests_app.register import controller
from requests_app.verification import facts
from tests.people import open_case, run_pipeline

STRANGER = "max@example.net"


def facts_of(email: str) -> dict[str, str]:
    """What somebody at MiMap would have at hand: an order, a postal code, a phone number."""
    engine = sa.create_engine(os.environ["MIMAP_CUSTOMER_DB"])
    with engine.connect() as connection:
        (row,) = connection.execute(
            sa.text(
                "SELECT o.order_no, a.postal_code, c.phone FROM customers c JOIN orders o USING (customer_id)"
                " JOIN addresses a USING (customer_id) WHERE c.email = :email LIMIT 1"
            ),
            {"email": email},
        )
    engine.dispose()
    return dict(zip(("orders.order_no", "addresses.postal_code", "customers.phone"), row, strict=True))


def give(case: Case, told: dict[str, str], signed: str = "") -> Case:
    facts.give(case, told, signed=signed)
    run_pipeline()
    case.refresh_from_db()
    return case


def kinds_of(case: Case) -> set[str]:
    return {doubt.kind for doubt in doubts.open_doubts(case)}


def started(right: str, email: str = "", slug: str = "mimap", **more: object) -> Case:
    case = open_case(slug, right, email=email, **more)
    run_pipeline()
    case.refresh_from_db()
    return case


def asked_by_phone(right: str = "CN_ACCESS", phone: str = "+8612000000005") -> Case:
    """赵㛃, whom the platform knows by a mobile number alone."""
    mipmap = controller("mipmap")
    arrival = Arrival(
        controller=mipmap, channel="web", received_at=timezone.now(), language="zh-Hans", verbatim=b"{}",
        arrival_key=fingerprint("text", str(timezone.now())), name="赵㛃", phone=phone, rights=(right,),
    )  # fmt: skip
    (case,) = open_cases(arrival).cases
    run_pipeline()
    case.refresh_from_db()
    return case
