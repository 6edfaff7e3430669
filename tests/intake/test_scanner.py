"""Files and the virus scanner: what it finds stays sealed, and while it is away everything waits."""

from __future__ import annotations

import base64
import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app.intake import mail, scan
from requests_app.models import Case, Submission
from tests.intake import clamd
from tests.intake.letters_by_post import ASK, letter, several
from tests.staff.people import at_desk, hire

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def with_file(content: bytes) -> bytes:
    kind, body = several([
        ("Content-Type: text/plain", ASK),
        ("Content-Type: application/octet-stream; name=a.bin\nContent-Transfer-Encoding: base64",
         base64.encodebytes(content).decode()),
    ])  # fmt: skip
    return letter(body, kind=kind)


@pytest.fixture
def answering(settings):
    """A scanner that says one thing; gives what it was sent."""
    listener = socket.create_server(("127.0.0.1", 0))
    sent: list[bytes] = []
    said = [b"stream: OK\0"]

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line:
                got = b""
                while not got.endswith(b"\0\0\0\0") and (piece := line.recv(65536)):
                    got += piece
                sent.append(got)
                line.sendall(said[0])

    threading.Thread(target=serve, daemon=True).start()
    settings.SCANNER = f"127.0.0.1:{listener.getsockname()[1]}"
    yield said, sent
    listener.close()


@pytest.mark.parametrize(
    ("said", "clean"),
    [(b"stream: OK\0", True), (b"stream: Some.Virus FOUND\0", False), (b"stream:  FOUND\0", False),
     (b"INSTREAM size limit exceeded. ERROR\0", None), (b"", None), (b"OK\0", None), (b"stream: ERROR\0", None)],
)  # fmt: skip
def test_only_a_plain_answer_is_believed(answering, said: bytes, clean: bool | None) -> None:
    answering[0][0] = said
    if clean is None:
        with pytest.raises(scan.ScannerDown):
            scan.is_clean([b"x" * 100_000])
    else:
        assert scan.is_clean([b"x" * 100_000]) is clean
        assert answering[1][0].count(b"x") == 100_000


@pytest.mark.django_db
def test_while_the_scanner_is_away_a_mail_with_files_waits_and_is_read_when_it_is_back(
    settings, answering
) -> None:
    """TRUST 32: scanner down means held; the clock runs from the day it came either way."""
    address, settings.SCANNER = settings.SCANNER, "127.0.0.1:1"
    assert mail.receive(with_file(b"a file"), received_at=NOW).reason == "unscanned"
    assert mail.receive(letter(sender="ana@example.com"), received_at=NOW).result == "opened"
    assert mail.read_waiting(timezone.now()) == 0
    settings.SCANNER = address
    assert mail.read_waiting(timezone.now()) == 1
    assert {case.received_at for case in Case.objects.all()} == {NOW}
    assert Case.objects.count() == 2
    assert mail.read_waiting(timezone.now()) == 0


@pytest.mark.django_db
def test_a_mail_left_unread_by_a_process_that_died_is_read_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(mail.reading, "find", die)
        mail.receive(letter(), received_at=NOW)
    assert mail.read_waiting(NOW + timedelta(minutes=1)) == 0
    assert mail.read_waiting(NOW + timedelta(minutes=11)) == 1
    assert Case.objects.get().received_at == NOW


@pytest.mark.services
@pytest.mark.django_db
def test_clamd_itself_finds_the_test_file_and_lets_others_pass(settings, tmp_path: Path) -> None:
    with clamd.running(tmp_path) as scanner:
        settings.SCANNER = scanner.address
        assert scan.is_clean([b"nothing", b"a file"])
        assert not scan.is_clean([b"nothing", clamd.EICAR])
        with pytest.raises(scan.ScannerDown):
            scan.is_clean([b"x" * 3_000_000])
        assert mail.receive(with_file(clamd.EICAR), received_at=NOW).reason == "infected"
        assert mail.receive(with_file(b"a file"), received_at=NOW).result == "opened"
        infected = Submission.objects.get(reason="infected")
        desk = at_desk(hire("Olu", "mimap"))
        file = reverse("staff:submission_file", args=["mimap", infected.public_id, 1])
        desk.post(reverse("staff:submission_look", args=["mimap", infected.public_id]), {"reason": "sort"})
        assert desk.get(file).status_code == 403
        scanner.stop()
        assert desk.get(file).status_code == 403
        assert mail.receive(with_file(b"another"), received_at=NOW).reason == "unscanned"
