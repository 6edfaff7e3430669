"""A person's words in places where they must never be: columns, sessions, logs, task messages."""

from __future__ import annotations

import io
import logging

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from portal.front import JsonLines
from requests_app import tasks
from requests_app.intake import mail
from requests_app.letters import outbox
from requests_app.models import Case, Letter
from tests.people import approved, code_in, decided, run_pipeline
from tests.public.conftest import Visitor
from tests.staff.people import at_desk, hire
from tests.staff.scenes import held_mail

pytestmark = pytest.mark.django_db
CANARY = "Quxelda"
ADDRESS = "dana@example.com"
WORDS = (CANARY, CANARY.lower(), ADDRESS, "tell-nobody-this")


def _walk() -> Case:
    """From the form to the answer, with a mail, messages, a note and wrong turns on the way."""
    visitor = Visitor()
    (case,) = visitor.send("DELETE", name=f"{CANARY} Whitfield\u200b", email=ADDRESS)
    visitor.post("/mimap/ask/name/", {"name": f"{CANARY}\r\nX-Injected: 1"})
    visitor.answer_all("DELETE", name=CANARY, email=ADDRESS)
    run_pipeline()
    path = f"/mimap/request/{case.reference}/code/"
    visitor.post(path, {"code": "000000", "signed": CANARY})
    visitor.post(path, {"code": code_in(case), "signed": f"{CANARY} Whitfield"})
    visitor.post(f"/mimap/request/{case.reference}/", {"text": "tell-nobody-this"})
    run_pipeline()
    case.refresh_from_db()
    assert case.state == "assessing"
    raw = f"From: {CANARY} <{ADDRESS}>\r\nTo: bd@mimap.com\r\nSubject: {CANARY}\r\n\r\ntell-nobody-this\r\n"
    mail.receive(raw.encode(), received_at=case.received_at)
    held_mail(name=CANARY, sender=ADDRESS, text="tell-nobody-this")
    olu = hire("Olu", "mimap")
    desk = at_desk(olu)
    desk.post(f"/staff/mimap/{case.reference}/reveal/", {"reason": "search"})
    desk.post(f"/staff/mimap/{case.reference}/note/", {"note": f"tell-nobody-this {CANARY}"})
    desk.post(f"/staff/mimap/{case.reference}/reply/", {"reply": f"Dear {CANARY}", "once": "a"})
    desk.post("/staff/mimap/search/", {"q": ADDRESS})
    desk.get(f"/staff/mimap/{case.reference}/original/")
    return approved(decided(case, olu), hire("Pia", "mimap"))


def _columns() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        )
        return cursor.fetchall()


def test_no_column_of_the_database_holds_a_persons_words(samples) -> None:
    """TRUST 33 and O14: sessions, journal, work, letters, submissions: sealed or hashed, or not there at all."""
    case = _walk()
    assert case.state == "fulfilling"
    found = []
    with connection.cursor() as cursor:
        for table, column in _columns():
            text = f'CASE WHEN "{column}" IS NULL THEN \'\' ELSE "{column}"::text END'
            for word in WORDS:
                # Bytes are printed in hexadecimal; sessions are signed and encoded, so they are read below.
                for form in (word, word.encode().hex()):
                    cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {text} ILIKE %s', [f"%{form}%"])
                    if cursor.fetchone()[0]:
                        found.append((table, column, word))
    assert not found


def test_no_session_holds_a_persons_words(samples) -> None:
    """TRUST 33: what a visitor typed lies sealed, what staff looked for lies nowhere."""
    _walk()
    kept = str([session.get_decoded() for session in Session.objects.all()])
    assert Session.objects.count() >= 2
    assert not [word for word in WORDS if word in kept]


def test_no_log_line_holds_a_persons_words_even_when_things_break(samples, monkeypatch) -> None:
    """TRUST 33: everything at the finest level, with faults whose text quotes the person."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.INFO)
    try:
        _walk()
        letter = Letter.objects.filter(status="queued").first()

        def broken(*_: object) -> None:
            raise RuntimeError(f"cannot write to {ADDRESS} about {CANARY}")

        monkeypatch.setattr(outbox, "build_mail", broken)
        Letter.objects.filter(pk=letter.pk).update(next_try_at=letter.made_at)
        outbox.send_waiting()
        monkeypatch.setattr(tasks.pipeline, "follow_up", broken)
        tasks.sweep()
        client = Visitor(raise_request_exception=False)
        monkeypatch.setattr("portal.public.find.visit.ask", broken)
        client.post("/mimap/follow/", {"reference": "22223333", "email": ADDRESS})
        strict = Visitor(enforce_csrf_checks=True)
        token = "k" * 43
        assert strict.post(f"/mimap/follow/{token}/").status_code == 403
        logging.getLogger("x").warning("a line %s", "with\nanother")
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    lines = stream.getvalue()
    assert f"a letter could not be sent, letter {letter.pk}" in lines
    assert "/mimap/follow/***/" in lines
    assert not [word for word in (*WORDS, token) if word in lines]
    assert all(line.startswith("{") for line in lines.splitlines())
