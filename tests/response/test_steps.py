"""Sending the answer: once, whatever happens in between, and handing the package over."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone

from identity import vault
from identity.models import SealingKey
from requests_app import journal, lifecycle
from requests_app.journal import By
from requests_app.letters import mails, outbox
from requests_app.letters.text import day_in
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Package, Work
from requests_app.response import deliver, package, rows, steps
from requests_app.response.deliver import PackageGone
from tests.build import TAX, build_case, found

pytestmark = pytest.mark.django_db
SHOP = "mimap_shop_db"


def copy_case(**more) -> Case:
    rows_of = {SHOP: [("customers", {"customer_id": "MM1", "email": "dana.whitfield@example.org"})]}
    return build_case({"customers.identity": found(1)}, right="KNOW_PCS", rows=rows_of, **more)


def test_an_answer_closes_the_case_with_one_letter_one_package_and_their_digests():
    case = copy_case()
    assert steps.answer(case) is True
    assert steps.answer(Case.objects.get(pk=case.pk)) is False
    case.refresh_from_db()
    made, letter = case.packages.get(), case.letters.get()
    event = case.events.get(name="answer")
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.GRANTED)
    assert case.answered_at
    assert event.references["package"] == made.digest
    assert len(event.references["letter"]) == 64
    assert outbox.read(letter)["to"] == "dana.whitfield@example.org"
    assert outbox.read_pdf(letter).startswith(b"%PDF")
    assert letter.unproved is False
    last = made.expires_at.astimezone(ZoneInfo("America/New_York"))
    assert (last.date() - case.answered_at.astimezone(last.tzinfo).date()).days == settings.PACKAGE_DAYS
    assert (last.hour, last.minute) == (23, 59)
    assert day_in(last.date(), "en") in outbox.read(letter)["text"]
    assert journal.verify(case) is None


def test_the_rows_it_was_made_from_are_gone_with_the_answer():
    case = copy_case()
    path = case.works.get(operation=Work.Operation.ACCESS).result["path"]
    steps.answer(case)
    with pytest.raises(FileNotFoundError):
        next(vault.read(case.key, path, "rows"))


class Killed(BaseException):
    """What kill -9 looks like from inside."""


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (package, "make"), (rows.vault, "remove"), (mails, "answer"), (outbox, "queue"), (journal, "advance"),
    ],
    ids=["before the package", "before the rows go", "before the mail", "before the outbox", "before the move"],
)  # fmt: skip
def test_of_a_worker_killed_on_the_way_nothing_is_sent_twice(monkeypatch, where, name):
    case = copy_case()

    def die(*_args, **_kept):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(where, name, die)
        with pytest.raises(Killed):
            steps.answer(case)
    assert case.letters.count() == 0
    again = Case.objects.get(pk=case.pk)
    assert again.state == State.RESPONDING
    assert steps.answer(again) is True
    assert (case.letters.count(), case.packages.count()) == (1, 1)


def test_a_worker_killed_inside_the_package_leaves_no_key_that_opens_it(monkeypatch):
    case = copy_case()

    def die(**_kept):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Package.objects, "create", die)
        with pytest.raises(Killed):
            steps.answer(case)
    assert set(SealingKey.objects.values_list("pk", flat=True)) == {case.key_id, case.submission.key_id}


def test_a_letter_sent_back_takes_the_package_of_that_round_with_it():
    case = copy_case()
    stale = package.make(case, b"")
    journal.advance(case, lifecycle.SEND_LETTER_BACK, by=By("staff", "1"))
    for move in (lifecycle.PROPOSE, lifecycle.APPROVE, lifecycle.FULFIL):
        journal.advance(case, move, by=journal.PIPELINE)
    assert steps.answer(case)
    stale.refresh_from_db()
    assert stale.destroyed_at
    assert case.packages.filter(destroyed_at=None).count() == 1


def test_a_supplement_gets_a_letter_of_its_own():
    case = build_case({"orders.older": found(3)})
    steps.answer(case)
    for move in (lifecycle.SUPPLEMENT, lifecycle.PROPOSE, lifecycle.APPROVE, lifecycle.FULFIL):
        journal.advance(case, move, by=journal.PIPELINE)
    assert steps.answer(case)
    assert case.letters.filter(kind="answer").count() == 2


@pytest.mark.parametrize(
    ("how", "lacks"),
    [
        ({"holdings": {"orders.recent": found(9, "retain", exemption="DEL8")}}, "gap"),
        ({"holdings": {"orders.older": found(1)}, "proved": False}, "address_not_proved"),
        ({"holdings": {"orders.older": found(1)}, "proved": False, "email": ""}, "no_address"),
    ],
)
def test_what_must_not_go_out_waits_for_staff_and_says_so_once(how, lacks):
    case = build_case(**how)
    assert [steps.answer(Case.objects.get(pk=case.pk)) for _ in range(2)] == [False, False]
    case.refresh_from_db()
    assert (case.state, case.waits_for) == (State.RESPONDING, f"letter_lacks:{lacks}")
    assert [event.reason for event in case.events.filter(name="letter_incomplete")] == [lacks]
    assert case.letters.count() == 0


def test_whoever_was_not_identified_gets_fixed_words_at_the_address_they_typed():
    case = build_case(not_identified=True, name="Buy pills at evil.example")
    assert steps.answer(case)
    letter = case.letters.get()
    assert (letter.kind, letter.unproved) == ("not_identified", True)
    assert "pills" not in outbox.read(letter)["text"] + outbox.read(letter)["subject"]
    assert case.packages.count() == 0
    assert Case.objects.get(pk=case.pk).outcome == Outcome.NOT_IDENTIFIED


def test_a_refusal_brings_no_package():
    case = build_case({"orders.recent": found(9, "retain", **TAX)})
    assert steps.answer(case)
    assert case.packages.count() == 0
    assert Case.objects.get(pk=case.pk).outcome == Outcome.REFUSED


def test_every_download_is_on_the_record():
    case = copy_case()
    steps.answer(case)
    made = case.packages.get()
    for _ in range(2):
        assert b"".join(deliver.open_package(case, made)).startswith(b"PK")
    assert case.events.filter(name="package_opened", references__package=made.public_id).count() == 2


def test_nothing_is_handed_over_past_its_date_or_to_another_case():
    case, other = copy_case(), copy_case()
    steps.answer(case)
    made = case.packages.get()
    with pytest.raises(PackageGone):
        deliver.open_package(other, made)
    made.expires_at = timezone.now() - timedelta(seconds=1)
    with pytest.raises(PackageGone):
        deliver.open_package(case, made)
    made.expires_at = timezone.now() + timedelta(days=1)
    package.destroy(made)
    with pytest.raises(PackageGone):
        deliver.open_package(case, made)
    assert case.events.filter(name="package_opened").count() == 0


def test_a_reissued_package_is_the_same_files_under_a_new_name_and_the_old_is_gone():
    case = copy_case()
    steps.answer(case)
    old = case.packages.get()
    fresh = deliver.reissue(case, old, by=By("staff", "1"))
    assert fresh.digest == old.digest
    assert fresh.public_id != old.public_id
    assert b"".join(deliver.open_package(case, fresh)).startswith(b"PK")
    with pytest.raises(PackageGone):
        deliver.open_package(case, Package.objects.get(pk=old.pk))
