"""Bad input and broken surroundings: a clear word to the right person, nothing lost, and the case goes on."""

from __future__ import annotations

import json
import os
import smtplib
from datetime import timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser

from portal.embedded.valkey import Valkey
from requests_app import journal, pipeline
from requests_app.intake.held import read_again
from requests_app.lifecycle import State
from requests_app.models import Case, Submission, Tray
from tests.house import House, until
from tests.intake.letters_by_post import BOMBS, letter
from tests.journeys.walk import Person, ask
from tests.people import code_in, open_case, run_pipeline
from tests.public.conftest import Visitor, code_in_newest_letter, work
from tests.stack import STACK
from tests.staff.people import at_desk, hire

MAX = settings.MAX_MAIL_BYTES


@pytest.fixture(autouse=True)
def _nothing_counted(django_db_setup: None) -> None:
    cache.clear()


# --- the requester ----------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "language", "says"),
    [
        ("/nobody/", "en", "There is nothing here"),
        ("/nobody/ask/what/", "en", "There is nothing here"),
        ("/nobody/request/ABCD2345/", "en", "There is nothing here"),
        ("/nobody/", "zh-Hans", "这里什么也没有"),
        ("/mimap/no-such-page/at/all/", "en", "There is nothing here"),
    ],
)
def test_a_controller_nobody_knows_is_a_page_that_leads_back(path: str, language: str, says: str) -> None:
    page = Visitor(language=language).get(path)
    text = page.content.decode()
    assert page.status_code == 404
    assert says in text
    assert ('href="/mimap/"' if path.startswith("/mimap/") else 'href="/"') in text
    assert "<h1>" in text and "Traceback" not in text


@pytest.mark.django_db
def test_after_five_wrong_codes_only_a_new_one_counts(samples: None) -> None:
    dana = Visitor()
    (case,) = dana.send("DELETE")
    work()
    right = code_in_newest_letter(case)
    wrong = "111111" if right != "111111" else "222222"
    page = f"/mimap/request/{case.reference}/code/"
    signed = {"signed": "Dana Whitfield"}
    for _ in range(4):
        assert "does not fit" in dana.post(page, {"code": wrong} | signed).content.decode()
    assert (
        "Too many wrong codes. Ask for a new one"
        in dana.post(page, {"code": wrong} | signed).content.decode()
    )
    assert "Too many wrong codes" in dana.post(page, {"code": right} | signed).content.decode()
    case.refresh_from_db()
    assert (case.state, case.waits_for) == (State.VERIFYING, "code")
    assert case.events.filter(name="code_wrong").count() == 6

    dana.post(f"{page}again/")
    work()
    fresh = code_in_newest_letter(case)
    assert dana.post(page, {"code": fresh} | signed).url == f"/mimap/request/{case.reference}/"
    case.refresh_from_db()
    assert case.state == State.ASSESSING and journal.verify(case) is None


@pytest.mark.django_db
def test_a_code_ten_minutes_old_says_so_and_a_new_one_works(samples: None) -> None:
    dana = Visitor()
    (case,) = dana.send("DELETE")
    work()
    old, page = code_in_newest_letter(case), f"/mimap/request/{case.reference}/code/"
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        said = dana.post(page, {"code": old, "signed": "Dana Whitfield"}).content.decode()
        assert "too old. Ask for a new one" in said
        dana.post(f"{page}again/")
        work()
        fresh = code_in_newest_letter(case)
        assert dana.post(page, {"code": fresh, "signed": "Dana Whitfield"}).status_code == 302


@pytest.mark.django_db
def test_a_link_cut_short_says_what_else_opens_the_request(samples: None) -> None:
    open_case()
    page = Visitor().get("/mimap/follow/cut-short-on-its-w/")
    assert page.status_code == 404
    assert "This link no longer works" in page.content.decode()
    assert "Use your reference" in page.content.decode()


# --- mail -------------------------------------------------------------------------


def oversize() -> bytes:
    """A request with an attachment too big to take."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "Dana Whitfield <dana@example.com>", "bd@mimap.com"
    mail["Message-ID"] = "<big@mail.example.com>"
    mail.set_content("Please delete all of my personal information.")
    mail.add_attachment(b"\0" * MAX, maintype="application", subtype="pdf", filename="passport.pdf")
    return bytes(mail)


def test_an_attachment_too_big_is_refused_to_the_sender_by_smtp_and_by_the_pipe(house: House) -> None:
    house.start("mail")
    raw = oversize()
    with smtplib.SMTP("127.0.0.1", house.mail_port, timeout=60) as server:
        # One that says how big it is, and one that does not.
        with pytest.raises(smtplib.SMTPSenderRefused) as early:
            server.sendmail("dana@example.com", ["bd@mimap.com"], raw)
        assert early.value.smtp_code == 552
        server.rset()
        server.mail("dana@example.com")
        server.rcpt("bd@mimap.com")
        code, words = server.data(raw.replace(b"\n", b"\r\n"))
        assert (code, b"big" in words.lower() or b"much" in words.lower()) == (552, True)
        server.sendmail("dana@example.com", ["bd@mimap.com"], letter())
    assert Submission.objects.count() == 1

    refused = house.manage("receive_mail", stdin=raw)
    assert refused.returncode == os.EX_DATAERR
    assert json.loads(refused.stdout) == {"result": "rejected", "cases": [], "reason": "too_big"}
    assert Submission.objects.count() == 1


def test_a_pipe_that_cannot_keep_a_mail_has_the_mta_keep_it(house: House) -> None:
    house.extra["DATABASE_URL"] = STACK.postgres.url("postgres")  # there, and never migrated
    later = house.manage("receive_mail", stdin=letter())
    assert (later.returncode, later.stdout) == (os.EX_TEMPFAIL, b"")
    assert b"could not be kept (ProgrammingError). Try again later." in later.stderr
    assert b"dana" not in later.stderr.lower()


def test_mail_nobody_can_read_is_kept_and_waits_for_staff(house: House) -> None:
    house.start("mail")
    broken = {
        "25 levels": (BOMBS["25 levels"][0], "too deep"),
        "no sender": (b"\xff\xfe\x00 this is no mail\r\n\r\n\x00\x01", "no sender"),
        "two senders": (letter(sender="dana@example.com, max@example.net"), "several senders"),
    }
    with smtplib.SMTP("127.0.0.1", house.mail_port, timeout=30) as server:
        for raw, _ in broken.values():
            server.sendmail("dana@example.com", ["bd@mimap.com"], raw)
    held = list(Submission.objects.order_by("pk"))
    assert [one.tray for one in held] == [Tray.HELD] * 3 and not Case.objects.exists()

    desk = at_desk(hire("Olu", "mimap"))
    text = desk.get("/staff/mimap/tray/").content.decode()
    for _, says in broken.values():
        assert says in text
    # Olu reads it as text, finds a request in it, and its clock has run since it came.
    page = f"/staff/mimap/tray/{held[0].public_id}/"
    desk.post(f"{page}look/", {"reason": "sort"})
    assert "Please delete all of my personal information" in desk.get(page).content.decode()
    desk.post(f"{page}open/", {"rights": ["DELETE"], "sender": "dana@example.com"})
    case = Case.objects.get()
    assert case.received_at == held[0].received_at and case.right == "DELETE"
    assert desk.get("/staff/mimap/tray/").content.decode().count("too deep") == 0
    assert read_again(held[2])[0].senders == 2


# --- the systems ------------------------------------------------------------------


def test_a_customer_database_out_of_reach_is_named_and_the_case_goes_on_when_it_is_back(
    furnished: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "LOST_AFTER", timedelta(0))
    furnished.lose("mimap")
    dana = Visitor()
    (case,) = dana.send("DELETE")
    pipeline.sweep()
    pipeline.sweep()
    case.refresh_from_db()
    assert (case.state, case.waits_for) == (State.VERIFYING, "system:mimap_shop_db")
    assert case.acknowledged_at and case.events.filter(name="system_unreachable").count() == 1
    assert "Your code" not in "".join(furnished.mails("dana@example.com"))
    desk = at_desk(hire("Olu", "mimap"))
    file = f"/staff/mimap/{case.reference}/"
    assert "not answering" in desk.get(file).content.decode()
    said = "One of our systems does not answer just now. We keep trying; your date does not change."
    dana.come_back(case)
    assert said in dana.get(f"/mimap/request/{case.reference}/").content.decode()

    furnished.find("mimap")
    # What failed rests a little before it is asked again.
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        pipeline.sweep()
    case.refresh_from_db()
    assert case.waits_for == "code"

    furnished.lose("mimap")
    page = f"/mimap/request/{case.reference}/code/"
    assert dana.post(page, {"code": code_in(case), "signed": "Dana Whitfield"}).status_code == 302
    pipeline.sweep()
    pipeline.sweep()
    case.refresh_from_db()
    assert (case.state, case.waits_for) == (State.ASSESSING, "system:mimap_shop_db")
    assert said in dana.get(f"/mimap/request/{case.reference}/").content.decode()
    assert "did not answer" in desk.get(file).content.decode()

    furnished.find("mimap")
    desk.post(f"{file}again/{case.works.get().pk}/")
    run_pipeline()
    case.refresh_from_db()
    assert case.waits_for == "decision" and case.holdings.exists()


# --- the broker -------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.timeout(200)
def test_a_dead_broker_delays_a_request_and_loses_nothing(furnished: House, browser: Browser) -> None:
    house = furnished
    own = Valkey(house.folder)
    house.extra["REDIS_URL"] = own.url
    own.start()
    try:
        house.start("web", "worker", "beat")
        own.stop()
        until(lambda: not own.running(), "the broker to be gone")
        dana = Person(browser, house, width=390)
        (reference,) = ask(dana, "mimap", ["DELETE"], name="Dana Whitfield", email="dana@example.com")
        case = Case.objects.get()
        assert (case.reference, case.state) == (reference, State.RECEIVED)
        assert "We have your request" in dana.page.inner_text("h1")
        assert house.mails("dana@example.com") == []

        own.start()
        code = until(
            lambda: house.mails("dana@example.com") and house.code_for("dana@example.com"),
            f"the sweep to follow\n{house.log('worker')}\n{house.log('beat')}", 90,
        )  # fmt: skip
        assert code
        assert [house.processes[name].poll() for name in ("web", "worker", "beat")] == [None] * 3
        case.refresh_from_db()
        assert (case.state, case.waits_for) == (State.VERIFYING, "code")
        assert case.events.filter(name="code_sent").count() == 1
    finally:
        own.stop()
