"""TRUST 34: every address of the route table, with MiMap's numbers, as everybody who must not see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from identity.models import StaffChange, User
from requests_app.decision import hold
from requests_app.letters import outbox
from requests_app.models import Case, CaseEvent, Determination, LegalHold, Letter, Submission, Work
from requests_app.response import steps as response
from tests.build import build_case, found
from tests.public.conftest import Visitor
from tests.staff.people import PASSWORD, at_desk, hire
from tests.staff.scenes import held_mail

pytestmark = pytest.mark.django_db
ROWS = {"mimap_shop_db": [("customers", {"customer_id": "MM1", "email": "canary@example.org"})]}
CANARIES = ("Canary Whitfield", "canary@example.org", "matter canary", "canary said")
PUBLISHED = {
    "gpc",
    "gpc_of",
    "security",
    "security_of",
    "index",
    "home",
    "brand",
    "logo",
    "policy",
    "policy_of",
    "live",
    "ready",
}
"""Open to everybody, and about nobody."""


def addresses(patterns: list[object] | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named address, with its name."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, pattern.app_name or prefix)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{prefix}:{pattern.name}" if prefix else pattern.name, pattern


def crowd() -> dict[str, Client]:
    """Nobody, a requester with a case of her own, the other controller's Pia, and Max without a duty."""
    return {
        "a stranger": Client(),
        "MipMap's requester": Visitor("mipmap"),
        "Pia": at_desk(hire("Pia", "mipmap")),
        "Max": at_desk(User.objects.create_user("max@example.com", PASSWORD, "Max")),
    }


@pytest.mark.timeout(400)
def test_nobody_reaches_another_controllers_case_by_any_address() -> None:
    case = build_case(
        {"customers.identity": found(1)}, right="KNOW_PCS", rows=ROWS, name="Canary Whitfield", email="canary@example.org"
    )  # fmt: skip
    assert response.answer(case)
    case.refresh_from_db()
    mail, olu, pia = (
        held_mail(text="canary said so", sender="canary@example.org"),
        hire("Olu", "mimap"),
        hire("Pia", "mimap"),
    )
    held = hold.place(case, by=pia, reason="matter canary", review_on=date(2099, 1, 31))
    letter = outbox.queue(
        case=case,
        kind="message_reply",
        once="x",
        to="canary@example.org",
        words=outbox.Words("Hello", "canary said"),
    )
    work = Work.objects.create(
        case=case, system="mimap_shop_db", operation="delete", status="failed", round=9
    )
    numbers = {"lift": held.pk, "letter": letter.pk, "letter_pdf": letter.pk, "again": work.pk}
    package = case.packages.get().public_id
    everything = (Case, CaseEvent, Determination, LegalHold, Letter, StaffChange, Submission, Work)
    before = [model.objects.count() for model in everything]
    walked = set()
    for who, browser in crowd().items():
        for name, pattern in addresses():
            short = name.partition(":")[2] or name
            if short in {"account_logout", "close", "account_leave"}:
                continue  # they end the session, and are looked at elsewhere
            if name.startswith("staff:") and who in {"Pia", "Max"}:
                continue  # each of the other controller's roles walks these in tests/staff/test_access.py
            given = {
                "slug": "mimap", "reference": case.reference, "step": "what", "token": "x" * 43, "uidb64": "MQ",
                "number": numbers.get(short, olu.pk if name.startswith("staff:") else 1),
                "public_id": package if name.startswith("public:") else mail.public_id,
                "day": date(2026, 11, 21),
            }  # fmt: skip
            wanted = pattern.pattern.converters
            url = reverse(name, kwargs={key: given.get(key, "x") for key in wanted})
            about = {"reference", "public_id", "number"} & wanted.keys()
            for method in ("get", "head", "post"):
                answer = getattr(browser, method)(
                    url, {"q": case.reference, "reason": "identify", "act": "take"}
                )
                told = b"".join(answer.streaming_content) if answer.streaming else answer.content
                text = told.decode("utf-8", "replace")
                assert not [word for word in CANARIES if word in text], (who, url)
                assert answer.status_code < 500, (who, url)
                if about:
                    assert answer.status_code in {302, 404, 405}, (who, method, url)
                    assert case.reference not in text, (who, url)
                if short not in PUBLISHED:
                    assert "no-store" in answer["Cache-Control"], (who, url)
            walked.add(name)
    assert before == [model.objects.count() for model in everything]
    assert len(walked) >= 60
