"""On its date, and not a day before: content gone for ever, the bare log kept, the proof still good."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from identity import sealing
from identity.models import Challenge
from identity.sealing import KeyDestroyed
from requests_app import journal, lifecycle, register, subject
from requests_app.archive.purge import purge_expired
from requests_app.intake import mail
from requests_app.intake.open_case import Arrival, fingerprint, keep
from requests_app.letters.addresses import case_address
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Determination, Letter, Package, SubjectRecord, Submission, Tray
from tests.archive.conftest import closed, files_in_vault, noon
from tests.intake.letters_by_post import letter
from tests.people import (
    DANA,
    open_several,
    run_pipeline,
)
from tests.public.conftest import Visitor
from tests.staff.people import at_desk, hire


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
