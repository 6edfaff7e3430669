"""On its date, and not a day before: content gone for ever, the bare log kept, the proof still good."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from identity import sealing
from identity.models import Challenge
from identity.sealing import KeyDestroyed
from requests_app import journal, law, lifecycle, pipeline, register, subject
from requests_app.archive.purge import purge_expired
from requests_app.fulfilment import suppression
from requests_app.intake import mail
from requests_app.intake.open_case import Arrival, fingerprint, keep
from requests_app.letters import conversation, correspond, outbox
from requests_app.letters.addresses import case_address
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Determination, Letter, Message, Package, SubjectRecord, Submission, Tray
from requests_app.response.deliver import PackageGone, open_package
from tests import canary
from tests.build import build_case, found
from tests.house import House
from tests.intake.letters_by_post import letter
from tests.people import (
    DANA,
    approved,
    decided,
    member,
    open_several,
    run_pipeline,
    tell_recipients,
    verified,
)
from tests.public.conftest import Visitor, code_in_newest_letter
from tests.staff.people import at_desk, hire

ROWS = {"mimap_shop_db": [("customers", {"customer_id": "MM1", "email": "dana.whitfield@example.org"})]}


def noon(day: date, zone: str = "UTC") -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(zone))


def closed(right: str = "KNOW_PCS", **more: object) -> Case:
    """A case that was answered, with its dates set."""
    held = found(1, answers={"DEL8.which": "the file of Dana Whitfield"})
    rows = {"rows": ROWS} if right == "KNOW_PCS" else {}
    case = build_case({"customers.identity": held}, right=right, **rows, **more)
    conversation.add(case, Message.Kind.FROM_REQUESTER, text="Are you done?", written_at=timezone.now())
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.CLOSED, case.state
    return case


def files_in_vault() -> list[Path]:
    return [path for path in Path(settings.PORTAL_VAULT).rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def _vault(tmp_path: Path, settings) -> None:
    settings.PORTAL_VAULT = tmp_path


# --- the dates --------------------------------------------------------------------

TERMS = [
    ("mimap", "KNOW_PCS", 24, 36),
    ("mimap", "DELETE", 24, 36),
    ("mipmap", "CN_DELETE", 36, 36),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("controller", "right", "content", "log"), TERMS)
def test_closing_sets_the_dates_of_the_rulebook(controller: str, right: str, content: int, log: int) -> None:
    case = build_case({}, controller=controller, right=right)
    run_pipeline()
    case.refresh_from_db()
    regime = law.regime(case.regime, case.received_on)
    closed_on = case.closed_at.astimezone(ZoneInfo(regime.zone)).date()
    assert (regime.records.content_months, regime.records.log_months) == (content, log)
    assert case.purge_on == law.months_on(closed_on, content)
    assert case.log_until == law.months_on(closed_on, log)
    event = case.events.get(name="retention_set")
    assert event.references["content_until"] == case.purge_on.isoformat()
    assert event.references["rule"] == regime.records.citation
    run_pipeline()
    assert case.events.filter(name="retention_set").count() == 1


@pytest.mark.django_db
def test_a_case_closed_again_counts_from_the_later_closing() -> None:
    case = closed("DELETE")
    first = case.purge_on
    with time_machine.travel(noon(first - timedelta(days=60))):
        for move in (lifecycle.SUPPLEMENT, lifecycle.PROPOSE, lifecycle.APPROVE, lifecycle.FULFIL):
            journal.advance(case, move, by=journal.PIPELINE)
        run_pipeline()
    case.refresh_from_db()
    assert case.state == State.CLOSED
    assert case.purge_on > first + timedelta(days=600)


# --- the package ------------------------------------------------------------------


@pytest.mark.django_db
def test_a_package_lives_thirty_days_and_its_link_then_says_so() -> None:
    case = closed()
    made = case.packages.get()
    assert (made.expires_at - made.made_at).days == settings.PACKAGE_DAYS
    assert len(files_in_vault()) == 1
    visitor = Visitor()
    with time_machine.travel(made.expires_at - timedelta(minutes=30)):
        assert purge_expired()["packages"] == 0
        assert b"".join(open_package(case, made)).startswith(b"PK")
        visitor.come_back(case)
        files = f"/mimap/request/{case.reference}/files/"
        visitor.post(files, {"send": "1"})
        visitor.post(files, {"code": code_in_newest_letter(case)})
        assert "Your information" in visitor.get(files).content.decode()
    with time_machine.travel(made.expires_at + timedelta(seconds=1)):
        assert purge_expired()["packages"] == 1
        assert purge_expired()["packages"] == 0
        assert files_in_vault() == []
        made = Package.objects.get()
        with pytest.raises(PackageGone):
            open_package(case, made)
        with pytest.raises(KeyDestroyed):
            sealing.seal(made.key, b"", "package")
    case.refresh_from_db()
    assert case.state == State.CLOSED and case.events.filter(name="package_destroyed").count() == 1
    assert subject.read(case).email and journal.verify(case) is None


@pytest.mark.django_db
@pytest.mark.parametrize("swept", [False, True])
def test_an_expired_package_is_answered_with_a_clear_page(swept: bool) -> None:
    case = closed()
    made = case.packages.get()
    case.letters.update(sealed_pdf=None)
    with time_machine.travel(made.expires_at + timedelta(minutes=1)):
        if swept:
            purge_expired()
        visitor = Visitor()
        visitor.come_back(case)
        page = visitor.get(f"/mimap/request/{case.reference}/files/")
    assert page.status_code == 404
    assert "they were destroyed. Write to us" in page.content.decode()


# --- the case ---------------------------------------------------------------------


@pytest.mark.django_db
def test_a_day_before_its_date_nothing_is_touched() -> None:
    case = closed()
    before = list(Case.objects.filter(pk=case.pk).values())
    with time_machine.travel(case.packages.get().expires_at + timedelta(days=1)):
        purge_expired()
    events = case.events.count()
    with time_machine.travel(
        noon(case.purge_on - timedelta(days=1), "America/New_York") + timedelta(hours=11)
    ):
        done = purge_expired()
    assert (done["cases"], done["logs"]) == (0, 0)
    assert case.events.count() == events
    assert subject.read(case).name == "Dana Whitfield"
    after = list(Case.objects.filter(pk=case.pk).values())
    moving = {"chain_length", "chain_head"}
    assert [{k: v for k, v in row.items() if k not in moving} for row in before] == [
        {k: v for k, v in row.items() if k not in moving} for row in after
    ]


@pytest.mark.django_db
def test_on_its_date_a_case_loses_what_it_sealed_and_keeps_its_log() -> None:
    case = closed()
    Case.objects.filter(pk=case.pk).update(account_index="f" * 64)
    token = subject.read(case).link
    # The day's last package was made anew by staff, so that it is still there on the date.
    Package.objects.update(expires_at=noon(case.purge_on) + timedelta(days=9))
    sealed = {
        "submission": (case.submission.key, bytes(case.submission.sealed)),
        "subject": (case.key, bytes(case.sealed_subject)),
        "letter": (case.key, bytes(case.letters.latest("pk").sealed)),
        "message": (case.key, bytes(case.messages.get().sealed)),
        "answers": (case.key, bytes(Determination.objects.get().sealed_answers)),
    }
    kept = {
        name: getattr(case, name)
        for name in ("reference", "right", "regime", "channel", "outcome", "received_at", "due_on",
                     "answered_at", "closed_at", "log_until", "methods")
    }  # fmt: skip
    length = case.chain_length
    with time_machine.travel(noon(case.purge_on)):
        assert purge_expired()["cases"] == 1
        assert purge_expired()["cases"] == 0
    case = Case.objects.select_related("key", "submission__key").get(pk=case.pk)
    assert {name: getattr(case, name) for name in kept} == kept
    assert (case.state, case.subject_index, bytes(case.sealed_subject)) == (State.ARCHIVED, "", b"")
    assert case.account_index == ""
    for purpose, (key, content) in sealed.items():
        key.refresh_from_db()
        assert key.wrapped is None and key.destroyed_at
        with pytest.raises(KeyDestroyed):
            sealing.unseal(key, content, purpose)
    with pytest.raises(KeyDestroyed):
        subject.read(case)
    assert not case.messages.exists() and not case.holdings.exists()
    assert not Letter.objects.exclude(sealed=b"").exists()
    assert not Letter.objects.exclude(sealed_pdf=None).exists()
    assert not Letter.objects.exclude(address_index="").exists()
    assert bytes(Submission.objects.get().sealed) == b""
    assert files_in_vault() == [] and not Package.objects.filter(destroyed_at=None).exists()
    assert case.chain_length > length and journal.verify(case) is None
    _doors_are_shut(case, token)


def _doors_are_shut(case: Case, token: str) -> None:
    link = Visitor().get(f"/mimap/follow/{token}/")
    assert link.status_code == 404 and "This link no longer works" in link.content.decode()
    found = Visitor().get(f"/mimap/request/{case.reference}/")
    assert found.url == "/mimap/follow/"
    answer = mail.receive(
        letter("And now?", sender="dana.whitfield@example.org", to=case_address(case)),
        received_at=timezone.now(),
    )
    assert (answer.result, answer.reason) in {("held", "case_gone"), ("rejected", "unknown_recipient")}


@pytest.mark.django_db
@pytest.mark.parametrize("log_too", [False, True])
def test_staff_still_open_the_page_of_a_purged_case(log_too: bool) -> None:
    case = closed()
    olu = hire("Olu", "mimap")
    with time_machine.travel(noon(case.log_until if log_too else case.purge_on)):
        purge_expired()
        desk = at_desk(olu)
        page = desk.get(f"/staff/mimap/{case.reference}/")
        assert page.status_code == 200 and "Destroyed on its date" in page.content.decode()
        number = case.letters.latest("pk").pk
        for paper in ("original/", f"letters/{number}/"):
            said = desk.get(f"/staff/mimap/{case.reference}/{paper}")
            assert said.status_code == 200 and "Destroyed on its date" in said.content.decode()


@pytest.mark.django_db
def test_after_the_logs_term_the_head_of_the_chain_is_all_that_is_left(capsys) -> None:
    case = closed()
    with time_machine.travel(noon(case.log_until - timedelta(days=1))):
        assert purge_expired()["logs"] == 0
    assert case.events.exists()
    with time_machine.travel(noon(case.log_until)):
        assert purge_expired()["logs"] == 1
        assert purge_expired()["logs"] == 0
    case.refresh_from_db()
    assert not case.events.exists()
    assert len(case.chain_head) == 64 and case.chain_length > 5
    call_command("verify_journal")
    assert "0 chains verified, 0 broken, 1 past their log's term." in capsys.readouterr().out


@pytest.mark.django_db
def test_what_two_sister_cases_share_stays_until_the_second_is_purged() -> None:
    first, second = open_several("mimap", ["KNOW_PCS", "KNOW_CAT"])
    for case in (first, second):
        journal.advance(case, lifecycle.WITHDRAW, by=journal.REQUESTER, outcome=Outcome.WITHDRAWN)
    run_pipeline()
    day = Case.objects.get(pk=first.pk).purge_on
    Case.objects.filter(pk=second.pk).update(purge_on=day + timedelta(days=1))
    with time_machine.travel(noon(day)):
        assert purge_expired()["cases"] == 1
    submission = Submission.objects.select_related("key").get()
    assert sealing.unseal(submission.key, submission.sealed, "submission") == b"{}"
    assert subject.read(Case.objects.get(pk=second.pk)).email == DANA["mimap"]
    with pytest.raises(KeyDestroyed):
        subject.read(Case.objects.get(pk=first.pk))
    with time_machine.travel(noon(day + timedelta(days=1))):
        assert purge_expired()["cases"] == 1
    submission.refresh_from_db()
    assert (submission.key.wrapped, bytes(submission.sealed), submission.sender_index) == (None, b"", "")


@pytest.mark.django_db
def test_a_later_mail_goes_with_the_case_it_joined() -> None:
    case = closed()
    mail.receive(
        letter("One more thing", sender="dana.whitfield@example.org", to=case_address(case)),
        received_at=timezone.now(),
    )
    later = Submission.objects.get(joined=case)
    assert later.sender_index
    with time_machine.travel(noon(case.purge_on)):
        purge_expired()
    later = Submission.objects.select_related("key").get(pk=later.pk)
    assert (later.key.wrapped, bytes(later.sealed), later.sender_index) == (None, b"", "")


@pytest.mark.django_db
def test_the_hash_that_stops_a_restore_outlives_the_case() -> None:
    case = closed("DELETE")
    index = case.subject_index
    with time_machine.travel(noon(case.log_until)):
        purge_expired()
    record = SubjectRecord.objects.get(purpose=SubjectRecord.Purpose.SUPPRESSION)
    assert record.subject_index == index and record.case_reference == case.reference
    with time_machine.travel(noon(record.keep_until)):
        assert purge_expired()["hashes"] == 0
    with time_machine.travel(noon(record.keep_until + timedelta(days=1))):
        assert purge_expired()["hashes"] == 1


@pytest.mark.django_db
def test_codes_and_visits_do_not_outlive_their_use() -> None:
    case = closed()
    visitor = Visitor()
    visitor.answer_all("DELETE")
    visitor.come_back(case)
    assert purge_expired() | {"codes": 0, "sessions": 0} == purge_expired()
    assert Challenge.objects.exists() and Session.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        purge_expired()
    assert not Challenge.objects.exists() and not Session.objects.exists()


# --- the canary -------------------------------------------------------------------

STORIES = {
    "mimap": ("Dana Whitfield", ["KNOW_PCS", "DELETE"], ("Whitfield", "dana@example.com")),
    "mipmap": ("王丹娜", ["CN_COPY", "CN_DELETE"], ("王丹娜", "dana@example.cn")),
}


@pytest.mark.parametrize("slug", STORIES)
def test_neither_name_nor_address_ever_stands_in_clear_and_after_the_purge_nothing_opens(
    furnished: House, settings, slug: str
) -> None:
    settings.PORTAL_VAULT = furnished.folder / "vault"
    name, rights, words = STORIES[slug]
    olu, pia = member("Olu", **{slug: "handler"}), member("Pia", **{slug: "privacy_lead"})
    visitor = Visitor(slug, "zh-Hans" if slug == "mipmap" else "en")
    visitor.answer_all(*rights, name=name, email=words[1])
    assert canary.traces(furnished, words) == []

    cases = open_several(slug, rights, name=name)
    verified(cases[0])
    for case in cases:
        case.refresh_from_db()
        correspond.write_note(case, by=olu, text=f"{name} called")
        approved(decided(case, olu), pia)
    run_pipeline()
    correspond.reply(cases[1], by=olu, text=f"Soon, {name}", once="1")
    mail.receive(
        letter("Thank you", sender=f"{name} <{words[1]}>", to=case_address(cases[1])),
        received_at=timezone.now(),
    )
    pipeline.sweep()
    run_pipeline()
    tell_recipients(olu)
    visitor.come_back(cases[0])
    outbox.send_waiting()
    cases = Case.objects.order_by("pk")
    assert {case.state for case in cases} == {State.CLOSED}
    assert name in subject.read(cases[0]).name
    assert canary.traces(furnished, (cases[0].reference,)), "the canary sees nothing at all"
    assert canary.traces(furnished, words) == []

    records = law.regime(cases[0].regime, cases[0].received_on).records
    indexes = {case.subject_index for case in cases}
    with time_machine.travel(noon(max(case.purge_on for case in cases))):
        assert purge_expired()["cases"] == 2
    assert canary.traces(furnished, words) == []
    clear = sealing.new_key()
    assert not type(clear).objects.exclude(pk=clear.pk).exclude(wrapped=None).exists()
    # The suppression ledger outlives the case: without it a backup would bring the person back.
    ledger = suppression.path()
    assert [
        path for path in (furnished.folder / "vault").rglob("*") if path.is_file() and path != ledger
    ] == []
    # The keyed hash is left where the law lets it outlive the case, and nowhere else.
    dumped = canary.dump(furnished)
    tables = dumped.split("COPY public.")[1:]
    found_in = {table.split(" ")[0] for table in tables if any(index in table for index in indexes)}
    assert found_in == {"requests_app_subjectrecord"}
    for case in Case.objects.all():
        if records.log_months > records.content_months:
            assert journal.verify(case) is None
    proved = furnished.manage("verify_journal")
    assert proved.returncode == 0 and b" 0 broken" in proved.stdout


@pytest.mark.django_db
def test_a_mail_set_aside_can_be_brought_back_for_ninety_days_and_then_never() -> None:
    controller = register.controller("mimap")
    arrivals = {}
    for days in (89, 91):
        arrival = Arrival(
            controller,
            "email",
            timezone.now() - timedelta(days=days),
            "en",
            b"Buy pills",
            fingerprint("spam", str(days)),
        )
        arrivals[days], _ = keep(arrival, Tray.IGNORED)
    assert purge_expired()["set_aside"] == 1
    assert purge_expired()["set_aside"] == 0
    for days, submission in arrivals.items():
        submission.refresh_from_db()
        assert bool(submission.sealed) is (days < 90)
