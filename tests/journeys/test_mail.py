"""From a mail in any of the mailboxes to a delivered answer: real SMTP, real IMAP, a pipe, and the same case by each."""

from __future__ import annotations

import json
import os
import re
import smtplib
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import make_msgid
from zoneinfo import ZoneInfo

import psycopg
import pytest
from celery import current_app
from django.core.cache import cache
from playwright.sync_api import Browser

from portal.embedded.environment import SAMPLES
from requests_app import journal, law, register
from requests_app.fulfilment import recipients
from requests_app.intake import fetch
from requests_app.letters import conversation
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Submission, Tray
from tests import canary
from tests.house import House, until
from tests.imap import Server, running
from tests.journeys.walk import Person
from tests.people import approved, decided, member, run_pipeline
from tests.public.conftest import Visitor

COPY = (
    "Hello,\n\nplease send me a copy of all the personal information you hold about me.\n\nDana Whitfield\n"
)
DELETE = "Hello,\n\nplease delete all of my personal information.\n\nDana Whitfield\n"
CN_DELETE = "您好：\n\n请删除我的个人信息。\n\n王丹娜\n"
DANA = {
    "mimap": ("Dana Whitfield", "dana@example.com", "bd@mimap.com"),
    "mipmap": ("王丹娜", "dana@example.cn", "wanyanyan@mipmap3d.com"),
}


@pytest.fixture(scope="module")
def imap() -> Iterator[Server]:
    with running() as server:
        yield server


def write(
    slug: str, text: str, *, sender: str = "", to: str = "", answers: EmailMessage | None = None
) -> EmailMessage:
    """A mail as a person's own program makes it; an answer goes where the other mail says."""
    name, address, mailbox = DANA[slug]
    mail = EmailMessage()
    mail["From"] = sender or f"{name} <{address}>"
    mail["To"] = str(answers["Reply-To"]) if answers else to or mailbox
    mail["Subject"] = f"Re: {answers['Subject']}" if answers else "Request"
    mail["Message-ID"] = make_msgid(domain="mail.example.com")
    if answers:
        mail["In-Reply-To"] = mail["References"] = str(answers["Message-ID"])
    mail.set_content(text)
    return mail


def post(house: House, mail: EmailMessage) -> None:
    """To the inlet, by SMTP."""
    with smtplib.SMTP("127.0.0.1", house.mail_port, timeout=30) as server:
        assert server.send_message(mail) == {}


def come_by_link(dana: Person, slug: str, reference: str, *, sign: str) -> None:
    """Open the private link in the first mail, and type the code that came with it."""
    house, address = dana.house, DANA[slug][1]
    code = house.code_for(address)
    first = house.mails(address)[0]
    found = re.search(rf"http://localhost:\d+/{slug}/follow/\S+", first)
    assert found, first
    dana.open(found[0])
    assert DANA[slug][0] not in dana.page.inner_text("body")
    dana.press('main button[name="have"]')
    assert dana.page.url.endswith(f"/{slug}/request/{reference}/code/"), dana.page.url
    dana.page.fill('main input[name="code"]', code)
    if dana.page.locator('main input[name="signed"]').count():
        dana.page.fill('main input[name="signed"]', sign)
    dana.press("main form button.primary")
    assert dana.page.url.endswith(f"/{slug}/request/{reference}/"), dana.page.inner_text("main")


def only_case(house: House) -> Case:
    """The one case, once it waits for its code."""
    until(lambda: Case.objects.filter(state=State.VERIFYING).first(), f"a case\n{house.log('worker')}")
    return Case.objects.get()


def reaches(case: Case, house: House, *, state: str = "", waits_for: str = "") -> Case:
    """The worker brings it there."""

    def there() -> bool:
        case.refresh_from_db()
        return case.state == state if state else case.waits_for == waits_for

    until(there, f"{state or waits_for}\n{house.log('worker')}", 60)
    return case


@pytest.mark.timeout(200)
def test_a_copy_asked_for_over_smtp_is_answered_and_the_conversation_stays_on_the_case(
    furnished: House, browser: Browser
) -> None:
    house = furnished
    olu, pia = member("Olu", mimap="handler"), member("Pia", mimap="privacy_lead")
    house.extra["PORTAL_LOG_LEVEL"] = "INFO"
    house.start("web", "worker", "beat", "mail")
    post(house, write("mimap", COPY))
    case = only_case(house)
    assert (case.right, case.channel, case.language) == ("KNOW_PCS", "email", "en")

    address = DANA["mimap"][1]
    dana = Person(browser, house, width=390)
    come_by_link(dana, "mimap", case.reference, sign="Dana Whitfield")
    first = house.posted(address)[0]
    text = first.get_body(("plain",)).get_content()
    assert case.spaced_reference in text and "We answer by" in text
    assert first["Auto-Submitted"] == "auto-generated"
    assert COPY.split("\n")[2] not in text and "Whitfield" not in text

    reaches(case, house, waits_for="decision")
    post(house, write("mimap", "I moved last year.\n", answers=first))
    stranger = write("mimap", "Send it to me instead.\n", sender="Max <max@example.net>", answers=first)
    post(house, stranger)
    assert [conversation.read(message)["text"].strip() for message in case.messages.all()] == [
        "I moved last year."
    ]
    joined, held = Submission.objects.exclude(pk=case.submission_id).order_by("pk")
    assert (joined.tray, joined.joined) == (Tray.THREADED, case)
    assert (held.tray, held.reason, held.joined) == (Tray.HELD, "other_sender", None)
    dana.open(f"/mimap/request/{case.reference}/")
    seen = dana.page.inner_text("main")
    assert "I moved last year." in seen and "instead" not in seen

    approved(decided(case, olu), pia)
    reaches(case, house, state=State.CLOSED)
    assert case.outcome in {Outcome.GRANTED, Outcome.GRANTED_IN_PART}
    answer = until(
        lambda: next((mail for mail in house.posted(address) if "Our answer" in mail["Subject"]), None),
        f"the answer\n{house.log('worker')}",
    )
    assert case.spaced_reference in answer["Subject"]

    post(house, write("mimap", "Thank you, one page is missing.\n", answers=answer))
    assert case.messages.count() == 2
    late = Submission.objects.latest("pk")
    assert (late.tray, late.reason, late.joined) == (Tray.HELD, "case_closed", case)
    dana.open(f"/mimap/request/{case.reference}/")
    assert "one page is missing" in dana.page.inner_text("main")

    case.refresh_from_db()
    assert journal.verify(case) is None
    assert canary.traces(house, ("Whitfield", address, "max@example.net", "I moved last year")) == []


@pytest.mark.timeout(200)
def test_a_deletion_asked_for_in_chinese_is_fetched_carried_out_and_answered_in_chinese(
    furnished: House, browser: Browser, imap: Server
) -> None:
    house, address = furnished, DANA["mipmap"][1]
    olu, pia = member("Olu", mipmap="handler"), member("Pia", mipmap="privacy_lead")
    imap.empty(fetch.TAKEN)
    arrived = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
    with imap.mailbox() as box:
        box.append(bytes(write("mipmap", CN_DELETE)), dt=arrived)
    house.extra["MIPMAP_MAILBOX_WANYANYAN"] = imap.way_in
    house.extra["PORTAL_LOG_LEVEL"] = "INFO"
    house.start("web", "worker", "beat")
    # What beat says every minute.
    current_app.send_task("requests_app.fetch_mail")
    case = only_case(house)
    assert (case.right, case.channel, case.language) == ("CN_DELETE", "email", "zh-Hans")
    assert case.received_at == arrived
    with imap.mailbox(fetch.TAKEN) as box:
        assert len(box.uids()) == 1

    dana = Person(browser, house, "zh-CN", width=390)
    come_by_link(dana, "mipmap", case.reference, sign="王丹娜")
    reaches(case, house, waits_for="decision")
    assert rows("mipmap", "accounts WHERE lower(email) = 'dana@example.cn'") == 1
    approved(decided(case, olu), pia)
    reaches(case, house, waits_for="recipients")
    assert recipients.told(case, by=olu)
    reaches(case, house, state=State.CLOSED)

    assert case.outcome == Outcome.GRANTED_IN_PART
    assert rows("mipmap", "accounts WHERE lower(email) = 'dana@example.cn'") == 0
    assert rows("mipmap", "orders WHERE account_id = 100001") > 0
    answer = until(lambda: [m for m in house.mails(address) if "答复" in m.split("\n")[0]], "the answer")[0]
    letters = "".join(sign for sign in answer if sign.isalpha())
    hanzi = sum("\u4e00" <= sign <= "\u9fff" for sign in letters)
    assert hanzi > len(letters) / 2, answer
    dana.open(f"/mipmap/request/{case.reference}/")
    assert dana.page.locator("html").get_attribute("lang") == "zh-Hans"
    proved = house.manage("verify_journal", case.reference)
    assert (proved.returncode, proved.stdout[:34]) == (0, b"1 chains verified, 0 broken, 0 pas")
    assert canary.traces(house, ("王丹娜", address)) == []


def rows(slug: str, where: str) -> int:
    """How many the customer database holds."""
    with psycopg.connect(os.environ[SAMPLES[slug]].replace("postgresql+psycopg://", "postgresql://")) as shop:
        return shop.execute(f"SELECT count(*) FROM {where}").fetchone()[0]


# --- one case, whichever way it came ----------------------------------------------


def by_form(house: House, slug: str, right: str, text: str, imap: Server) -> None:
    cache.clear()
    name, address, _ = DANA[slug]
    visitor = Visitor(slug, "zh-Hans" if slug == "mipmap" else "en")
    visitor.send(right, name=name, email=address)


def by_smtp(house: House, slug: str, right: str, text: str, imap: Server) -> None:
    post(house, write(slug, text))


def by_imap(house: House, slug: str, right: str, text: str, imap: Server) -> None:
    with imap.mailbox() as box:
        box.append(bytes(write(slug, text)), dt=datetime.now(UTC))
    assert fetch.fetch_all() == 1


def by_pipe(house: House, slug: str, right: str, text: str, imap: Server) -> None:
    taken = house.manage("receive_mail", stdin=bytes(write(slug, text)))
    assert taken.returncode == 0 and json.loads(taken.stdout)["result"] == "opened", taken


WAYS: tuple[Callable[..., None], ...] = (by_form, by_smtp, by_imap, by_pipe)


@pytest.mark.parametrize(
    ("slug", "right", "text"),
    [("mimap", "KNOW_PCS", COPY), ("mimap", "DELETE", DELETE), ("mipmap", "CN_DELETE", CN_DELETE)],
    ids=["mimap copy", "mimap deletion", "mipmap deletion"],
)
def test_form_smtp_imap_and_pipe_lead_to_the_same_case(
    furnished: House, imap: Server, monkeypatch: pytest.MonkeyPatch, slug: str, right: str, text: str
) -> None:
    mailbox = register.controller(slug).mailboxes[0]
    monkeypatch.setenv(mailbox.imap_secret, imap.way_in)
    imap.empty(fetch.TAKEN)
    furnished.start("mail")
    zone = ZoneInfo(law.regime(register.controller(slug).regimes[0]).zone)
    if (datetime.now(zone) + timedelta(seconds=60)).date() > datetime.now(zone).date():
        time.sleep(61)  # All four on one day, so that their dates may be compared.
    for way in WAYS:
        way(furnished, slug, right, text, imap)
    run_pipeline()

    cases = Case.objects.order_by("pk")
    assert [case.channel for case in cases] == ["web", "email", "email", "email"]
    facts = {
        (case.right, case.regime, case.regime_version, case.language, case.received_on, case.acknowledge_on,
         case.due_on, case.last_on, case.standard, case.state, case.waits_for)
        for case in cases
    }  # fmt: skip
    assert len(facts) == 1, facts
    assert (cases[0].right, cases[0].state, cases[0].waits_for) == (right, State.VERIFYING, "code")
    regime = law.regime(cases[0].regime, cases[0].received_on)
    assert cases[0].due_on == law.reckon(regime, right, cases[3].received_at).respond.due_on
    assert len({case.subject_index for case in cases}) == 1
