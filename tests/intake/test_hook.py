"""Mail by the signed HTTP hook: forged, stale, replayed and reordered deliveries change nothing (TRUST 39)."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from portal.protocols.mail_hook import sign
from requests_app.models import Case, HookEvent, Submission
from tests.intake.letters_by_post import letter

pytestmark = pytest.mark.django_db
MAILBOX = "bd@mimap.com"


@pytest.fixture(autouse=True)
def _key(settings) -> None:
    settings.MAIL_HOOK_KEY = "k" * 40


def deliver(raw: bytes, event: str = "e1", *, age: int = 0, path: str | None = None, **changed: str):
    stamp = str(int(time.time()) - age)
    signature = sign(stamp, event, path or "", MAILBOX, raw)
    headers = {"portal-timestamp": stamp, "portal-event": event, "portal-recipients": MAILBOX}
    headers |= {"portal-signature": signature} | ({"portal-return-path": path} if path is not None else {})
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    return Client(enforce_csrf_checks=True).post(
        "/hooks/mail/", raw, content_type="message/rfc822", headers=headers
    )


def test_a_signed_delivery_opens_a_case_and_ten_replays_open_no_other() -> None:
    raw = letter()
    first = deliver(raw)
    assert (first.status_code, first.json()["result"]) == (200, "opened")
    for _ in range(10):
        again = deliver(raw).json()
        assert (again["result"], again["cases"]) == ("duplicate", first.json()["cases"])
    # Another event with the same mail, and the same event with another mail.
    assert deliver(raw, "e2").json()["result"] == "duplicate"
    assert deliver(letter(), "e1").json()["result"] == "duplicate"
    assert (Case.objects.count(), Submission.objects.count(), HookEvent.objects.count()) == (1, 1, 2)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"age": 330}, "stale"),
        ({"age": -330}, "stale"),
        ({"portal_timestamp": "soon"}, "malformed"),
        ({"portal_event": ""}, "malformed"),
        ({"portal_event": "e9"}, "not_signed"),
        ({"portal_recipients": "wanyanyan@mipmap3d.com"}, "not_signed"),
        ({"portal_return_path": "max@example.org"}, "not_signed"),
        ({"portal_signature": "0" * 64}, "not_signed"),
        ({"portal_signature": "\u00e9"}, "not_signed"),
        ({"portal_signature": ""}, "not_signed"),
    ],
)
def test_what_is_not_signed_now_by_the_provider_is_refused(changed: dict, why: str) -> None:
    answer = deliver(letter(), **changed)
    assert (answer.status_code, answer.json()["reason"]) == (400 if why == "malformed" else 403, why)
    assert not Submission.objects.exists()


def test_a_null_return_path_is_told_apart_from_none() -> None:
    assert deliver(letter(), path="").json()["reason"] == "null_return_path"
    assert deliver(letter(), "e2").json()["result"] == "opened"


def test_without_a_key_there_is_no_hook_and_too_big_is_said_before_it_is_read(settings) -> None:
    settings.MAX_MAIL_BYTES = 10
    assert deliver(letter()).status_code == 413
    settings.MAIL_HOOK_KEY = ""
    assert deliver(letter()).status_code == 404
    assert Client().get("/hooks/mail/").status_code == 405
