"""The three doors for mail, each with real servers and a real database: SMTP, a pipe, IMAP."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from requests_app.intake import fetch
from requests_app.models import Case, MailboxMark, Submission
from tests.house import House, free_port
from tests.imap import Server, running
from tests.intake.letters_by_post import CHINESE, letter
from tests.stack import ROOT

NO_DATABASE = "postgresql://nobody@127.0.0.1:1/portal"


# --- SMTP -----------------------------------------------------------------------


@contextmanager
def conversation(house: House) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", house.mail_port, timeout=30) as server:
        yield server


def test_a_mail_over_smtp_opens_a_case_and_the_inlet_says_what_it_refuses(house: House) -> None:
    house.start("mail")
    with conversation(house) as server:
        server.sendmail("dana@example.com", ["bd@mimap.com"], letter())
        assert Case.objects.get().right == "DELETE"

        server.sendmail("", ["bd@mimap.com"], letter())
        assert Submission.objects.latest("pk").reason == "null_return_path"

        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            server.sendmail("dana@example.com", ["nobody@mimap.com"], letter())
        assert refused.value.recipients["nobody@mimap.com"][0] == 550

        with pytest.raises(smtplib.SMTPResponseException) as too_big:
            server.sendmail("dana@example.com", ["bd@mimap.com"], letter("x" * 26 * 1024 * 1024))
        assert too_big.value.smtp_code == 552
    assert Submission.objects.count() == 2
    assert "dana" not in house.log("mail")


def test_make_mail_says_what_is_wrong(house: House) -> None:
    house.start("mail")

    def send(*arguments: str, port: int = house.mail_port) -> str:
        return subprocess.run(
            [sys.executable, "-m", "portal.embedded.send_mail", *arguments],
            env=house.environment() | {"MAIL_PORT": str(port)}, capture_output=True, text=True, cwd=ROOT,
        ).stdout  # fmt: skip

    assert send("dana@example.com", "bd@mimap.com", "My data", "Please delete my data.").startswith("Taken.")
    assert Case.objects.get().right == "DELETE"
    assert send("dana@example.com", "", "", "").startswith("TO and BODY missing. For example:")
    assert "takes no mail for x@y.example" in send("dana@example.com", "x@y.example", "a", "b")
    assert "The portal is not running" in send("a@b.example", "bd@mimap.com", "a", "b", port=free_port())


def test_the_inlet_asks_for_patience_without_a_database_and_leaves_politely(house: House) -> None:
    house.extra["DATABASE_URL"] = NO_DATABASE
    house.start("mail")
    with conversation(house) as server, pytest.raises(smtplib.SMTPResponseException) as later:
        server.sendmail("dana@example.com", ["bd@mimap.com"], letter())
    assert later.value.smtp_code == 451
    process = house.processes["mail"]
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(20) == 0
    assert json.loads(house.log("mail").splitlines()[-1])["mail_inlet"] == "stopped"
    del house.processes["mail"]


# --- a pipe -----------------------------------------------------------------------


def test_a_pipe_answers_one_line_and_tells_the_mta_what_to_do(house: House) -> None:
    raw = letter(CHINESE, to="liukunbo@mipmap3d.com")
    taken = house.manage("receive_mail", stdin=raw)
    answer = json.loads(taken.stdout)
    assert (taken.returncode, answer["result"], answer["reason"]) == (0, "opened", "")
    assert Case.objects.get().reference == answer["cases"][0]

    again = house.manage("receive_mail", "--to", "liukunbo@mipmap3d.com", stdin=raw)
    assert (again.returncode, json.loads(again.stdout)["result"]) == (0, "duplicate")

    refused = house.manage("receive_mail", "--to", "nobody@example.org", stdin=raw)
    assert (refused.returncode, json.loads(refused.stdout)["reason"]) == (os.EX_DATAERR, "unknown_recipient")

    empty = house.manage("receive_mail", "--to", "bd@mimap.com", stdin=b"")
    assert (empty.returncode, json.loads(empty.stdout)["result"]) == (0, "held")

    house.extra["DATABASE_URL"] = NO_DATABASE
    later = house.manage("receive_mail", stdin=raw)
    assert (later.returncode, later.stdout) == (os.EX_TEMPFAIL, b"")
    assert b"cannot be reached" in later.stderr


# --- IMAP -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def imap_server() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture
def imap(house: House, imap_server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("MIMAP_MAILBOX_BD", imap_server.way_in)
    imap_server.empty(fetch.TAKEN)
    return imap_server


def test_a_poll_takes_what_is_new_marks_it_and_files_it(imap: Server) -> None:
    arrived = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)
    with imap.mailbox() as box:
        box.append(letter(to="undisclosed-recipients:;"), dt=arrived)
        box.append(letter("Where is my order?"))
    assert fetch.fetch_all() == 2
    assert fetch.fetch_all() == 0
    assert Case.objects.get().received_at == arrived
    assert Submission.objects.filter(tray="held").count() == 1
    with imap.mailbox() as box:
        assert box.uids() == []
    with imap.mailbox(fetch.TAKEN) as box:
        assert [len(box.uids()), len(box.uids("UNSEEN"))] == [2, 0]


def test_one_message_that_fails_does_not_stop_the_others(
    imap: Server, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    with imap.mailbox() as box:
        for text in ("first", "poison dana@example.com", "third"):
            box.append(letter(text))
    take = fetch.mail.receive

    def fussy(raw: bytes, **more: object) -> object:
        if b"poison" in raw:
            raise ValueError("poison dana@example.com")
        return take(raw, **more)

    monkeypatch.setattr(fetch.mail, "receive", fussy)
    assert fetch.fetch_all() == 2
    assert "MIMAP_MAILBOX_BD" in caplog.text
    assert "dana" not in caplog.text
    monkeypatch.setattr(fetch.mail, "receive", take)
    assert fetch.fetch_all() == 1


def test_a_lost_connection_is_made_up_for_by_the_next_poll(
    imap: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with imap.mailbox() as box:
        box.append(letter())
        box.append(letter("Where is my order?"))
    with monkeypatch.context() as breaking:
        breaking.setattr(fetch, "_file", _connection_lost)
        assert fetch.fetch_all() == 0
    assert Submission.objects.count() == 1
    assert fetch.fetch_all() == 1
    assert Submission.objects.count() == 2


def _connection_lost(*_: object) -> None:
    raise ConnectionResetError


def test_what_somebody_reads_before_the_poll_is_taken_all_the_same_and_what_was_read_before_our_time_is_not(
    imap: Server,
) -> None:
    with imap.mailbox() as box:
        box.append(letter("Read long ago."), flag_set=[r"\Seen"])
    assert fetch.fetch_all() == 0
    with imap.mailbox() as box:
        box.append(letter(), flag_set=[r"\Seen"])
    assert fetch.fetch_all() == 1
    assert fetch.fetch_all() == 0
    assert Case.objects.count() == 1
    with imap.mailbox() as box:
        assert len(box.uids()) == 1


def test_a_renumbered_mailbox_loses_nothing_and_opens_nothing_twice(imap: Server) -> None:
    """RFC 3501: under another UIDVALIDITY the old numbers mean nothing, here that everything was read."""
    raw = letter()
    with imap.mailbox() as box:
        box.append(raw)
    assert fetch.fetch_all() == 1
    MailboxMark.objects.update(uid_validity=1, last_uid=10_000_000)
    with imap.mailbox() as box:
        box.append(raw, flag_set=[r"\Seen"])
        box.append(letter("Where is my order?"), flag_set=[r"\Seen"])
    assert fetch.fetch_all() == 2
    assert (Case.objects.count(), Submission.objects.count()) == (1, 2)
    assert MailboxMark.objects.get().uid_validity != 1


def test_a_mail_too_big_is_kept_by_its_beginning(imap: Server, settings) -> None:
    settings.MAX_MAIL_BYTES = 100_000
    with imap.mailbox() as box:
        box.append(letter("x" * 200_000))
    assert fetch.fetch_all() == 1
    assert Submission.objects.get().reason == "too_big"
    with imap.mailbox(fetch.TAKEN) as box:
        assert len(box.uids()) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["imap://u:p@127.0.0.1:1/INBOX", "http://x", "imaps://nobody", "imap://u@[::"]
)
def test_a_mailbox_out_of_reach_is_named_by_its_variable_only(
    address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MIMAP_MAILBOX_BD", address)
    assert fetch.fetch_all() == 0
    assert "MIMAP_MAILBOX_BD" in caplog.text
    assert "127.0.0.1" not in caplog.text
