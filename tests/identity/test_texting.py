"""Texts: one HTTP call to the operator's address, a twin for `make run`, and caps because each costs money."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone

from identity import texting
from identity.flows import sms_code
from identity.flows.email_code import Answer
from portal.env import Environment

TOKEN = "a token of more than thirty-two signs"


class _Provider(HTTPServer):
    """A real server that answers as it is told and remembers what came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.got = 200, []


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def provider(settings) -> Iterator[_Provider]:
    server = _Provider()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_URL, settings.SMS_TOKEN = f"http://127.0.0.1:{server.server_port}/sms", TOKEN
    yield server
    server.shutdown()
    server.server_close()


def _send() -> None:
    texting.provider().send(
        to="+8612000000005", text="验证码123 456", language="zh-Hans", kind="code", once="one"
    )


def test_a_text_is_one_call_with_the_token_and_the_same_id_when_tried_again(provider: _Provider) -> None:
    _send()
    _send()
    assert provider.got[0] == provider.got[1] == (
        f"Bearer {TOKEN}",
        {"to": "+8612000000005", "text": "验证码123 456", "language": "zh-Hans", "kind": "code", "id": "one"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "final"), [(400, True), (403, True), (408, False), (429, False), (500, False), (302, True)]
)
def test_a_refusal_is_final_or_not_and_never_names_the_number(
    provider: _Provider, status: int, final: bool
) -> None:
    provider.status = status
    with pytest.raises(texting.NotTexted) as trouble:
        _send()
    assert "1200" not in str(trouble.value) and len(provider.got) == 1
    if status != 302:
        assert trouble.value.final is final


def test_the_twin_refuses_to_be_anywhere_but_at_home(settings) -> None:
    settings.SMS_URL = ""
    for embedded, mailroom in ((False, settings.PORTAL_MAILROOM), (True, "")):
        settings.PORTAL_EMBEDDED, settings.PORTAL_MAILROOM = embedded, mailroom
        assert not texting.available()
        with pytest.raises(texting.NotTexted):
            _send()


@pytest.mark.parametrize("url", ["http://sms.example.com/", "ftp://sms.example.com/", "sms.example.com"])
def test_the_portal_does_not_start_with_a_provider_it_would_tell_in_clear(url: str) -> None:
    env = Environment({"PORTAL_SMS_URL": url})
    env.address("PORTAL_SMS_URL")
    assert env.problems


@pytest.mark.parametrize(
    ("typed", "number"),
    [("138 0000 0000", "+8613800000000"), ("+86 138-0000-0000", "+8613800000000"), ("0086 13800000000", "+8613800000000"),
     ("＋８６ １３８０００００００", "+8613800000000"[:13]), ("+1 (415) 555-0100", "+14155550100")],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(typed: str, number: str) -> None:
    assert texting.number_of(typed, "86").startswith(number[:12])


@pytest.mark.parametrize("typed", ["", "dana@example.com", "138\r\nBcc: x", "12", "+0123456789", "1" * 30])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not a phone number"):
        texting.number_of(typed, "86")


@pytest.mark.django_db
def test_texts_are_capped_by_number_and_decoys_cost_nothing() -> None:
    """TRUST 9, 10: counted in the database, so every worker sees the same."""
    now = timezone.now()
    for place in range(sms_code.CODES_PER_NUMBER_AND_DAY):
        assert sms_code.begin(matter=f"m{place}", purpose="verify", number_index="n", now=now)
    assert sms_code.begin(matter="m9", purpose="verify", number_index="n", now=now) is None
    assert sms_code.begin(
        matter="m9", purpose="verify", number_index="n", now=now + timedelta(days=1, hours=1)
    )
    issued = sms_code.begin_for_nobody(matter="m10", purpose="verify", number_index="n", now=now)
    assert (
        issued and sms_code.answer(matter="m10", purpose="follow", code=issued.code, now=now) is Answer.WRONG
    )
