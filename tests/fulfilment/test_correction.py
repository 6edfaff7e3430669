"""A contested value: decided with its evidence, approved, put right in the system, read back, and kept right."""

from __future__ import annotations

import os
from datetime import timedelta

import psycopg
import pytest

from portal.embedded.environment import SAMPLES
from requests_app import worklist
from requests_app.decision import determine, duplicates, hold
from requests_app.decision.determine import NotAllowed
from requests_app.letters import outbox
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Determination, Work
from requests_app.systems.connectors.sql import _SqlWriter
from tests.fulfilment.test_suppression import SHOP, _replay, _restore_shop
from tests.people import approved, member, open_case, run_pipeline, tell_recipients, verified

CLAIM = {
    "correct.field": "customers.phone",
    "correct.was": "+14155550100",
    "correct.to": "+14155550199",
    "correct.why": "I moved to another provider; the bill is attached.",
}


def _customer() -> dict:
    address = os.environ[SAMPLES["mimap"]].replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address, row_factory=psycopg.rows.dict_row) as shop:
        return shop.execute("SELECT * FROM customers WHERE customer_id = 'MM100001'").fetchone()


def _contested(olu, answers: dict[str, str], claim: dict[str, str] = CLAIM) -> Case:
    """Dana's claim, searched for and decided by Olu as the answers say."""
    case = verified(open_case("mimap", "CORRECT", details=claim))
    (advice,) = determine.advise(case)
    determine.decide(case, advice.holding, by=olu, choice="grant", answers=answers)
    determine.propose(case, by=olu)
    return case


@pytest.fixture
def olu(furnished):
    """Olu works the case."""
    return member("Olu", mimap="handler")


@pytest.fixture
def pia(furnished):
    """Pia approves second."""
    return member("Pia", mimap="privacy_lead")


def _answers(how: str, to: str = CLAIM["correct.to"], was: str = CLAIM["correct.was"]) -> dict[str, str]:
    return {"correct.field": "phone", "correct.how": how, "correct.was": was, "correct.to": to}


@pytest.mark.parametrize(
    ("how", "column", "value", "said"),
    [
        ("corrected", "phone", "+14155550199", "put right in 1 record"),
        ("annotated", "dispute_note", "+14155550199", "your dispute is noted beside 1 record"),
        ("deleted", "phone", None, "deleted instead from 1 record"),
    ],
)
def test_a_contested_value_is_corrected_annotated_or_deleted_and_the_letter_says_which(
    olu, pia, how: str, column: str, value: str | None, said: str
) -> None:
    before = _customer()
    case = approved(_contested(olu, _answers(how)), pia)
    run_pipeline()
    case.refresh_from_db()
    assert case.waits_for == "recipients"
    tell_recipients(olu)
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.GRANTED), case.waits_for
    assert _customer() == before | {column: value}
    text = outbox.read(case.letters.get(kind="answer"))["text"]
    assert f"Phone number: {said}" in text and "4155550199" not in text


def test_only_the_holding_with_the_contested_value_is_decided_and_its_questions_come_first(
    furnished, olu
) -> None:
    case = verified(open_case("mimap", "CORRECT", details=CLAIM))
    (advice,) = determine.advise(case)
    assert advice.holding.holding_key == "customers.identity"
    suggested = {question.key: question.suggested for question in advice.granting}
    assert suggested["correct.field"] == "phone" and suggested["correct.to"] == CLAIM["correct.to"]
    determine.decide(case, advice.holding, by=olu, choice="grant", answers=_answers("sideways"))
    with pytest.raises(NotAllowed) as refused:
        determine.propose(case, by=olu)
    assert refused.value.problems == [("customers.identity.correct.how", "unanswered")]


def test_an_approval_covers_the_new_value(olu, pia) -> None:
    case = _contested(olu, _answers("corrected"))
    seen = determine.digest(case)
    decided = Determination.objects.get(holding__case=case)
    determine.send_back(case, by=pia, reason="facts")
    determine.decide(
        case, decided.holding, by=olu, choice="grant", answers=_answers("corrected", "+19990001111")
    )
    determine.propose(case, by=olu)
    with pytest.raises(NotAllowed):
        determine.approve(case, by=pia, seen_digest=seen, typed_reference=case.reference)


def test_a_value_that_is_no_longer_there_is_changed_nowhere_and_the_letter_does_not_claim_it(
    olu, pia
) -> None:
    before = _customer()
    case = approved(_contested(olu, _answers("corrected", was="+10000000000")), pia)
    run_pipeline()
    tell_recipients(olu)
    assert _customer() == before
    text = outbox.read(Case.objects.get(pk=case.pk).letters.get(kind="answer"))["text"]
    assert "put right in 0 records" in text


def test_a_legal_hold_and_a_lying_system_stop_a_correction(olu, pia, monkeypatch) -> None:
    before = _customer()
    case = approved(_contested(olu, _answers("corrected")), pia)
    placed = hold.place(
        case, by=olu, reason="matter 7", review_on=worklist.today_at("mimap") + timedelta(days=30)
    )
    run_pipeline()
    case.refresh_from_db()
    assert (case.waits_for, _customer()) == ("legal_hold", before)
    hold.lift(case, placed, by=pia)
    work = case.works.get(operation=Work.Operation.CORRECT)
    with monkeypatch.context() as lying:
        lying.setattr(_SqlWriter, "overwrite", lambda self, collection, keys, values: len(keys))
        worklist.try_again_now(work)
        run_pipeline()
    work.refresh_from_db()
    assert work.status == Work.Status.FAILED and _customer() == before
    worklist.try_again_now(work)
    run_pipeline()
    assert _customer()["phone"] == CLAIM["correct.to"]


def test_a_value_the_column_cannot_take_is_refused_before_anything_is_written(olu, pia) -> None:
    before = _customer()
    case = approved(_contested(olu, _answers("corrected", "x" * 500)), pia)
    run_pipeline()
    case.refresh_from_db()
    assert (
        case.state == State.FULFILLING and case.waits_for == "system:mimap_shop_db" and _customer() == before
    )


def test_a_correction_stays_after_a_restore_unless_the_person_changed_it_since(furnished, olu, pia) -> None:
    approved(_contested(olu, _answers("corrected")), pia)
    run_pipeline()
    _restore_shop(furnished)
    assert _replay(*SHOP).startswith("1 carried out again")
    assert _customer()["phone"] == CLAIM["correct.to"]
    address = os.environ[SAMPLES["mimap"]].replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address) as shop:
        shop.execute("UPDATE customers SET phone = '+12223334444' WHERE customer_id = 'MM100001'")
    assert _replay(*SHOP).startswith("0 carried out again")
    assert _customer()["phone"] == "+12223334444"


def test_what_a_supplement_puts_right_is_told_of_with_what_was_before_and_each_record_once(olu, pia) -> None:
    place = {"correct.field": "city", "correct.how": "corrected"}
    claim = CLAIM | {"correct.field": "addresses.city", "correct.was": "Oslo", "correct.to": "Bergen"}
    address = os.environ[SAMPLES["mimap"]].replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address) as shop:
        shop.execute("DELETE FROM addresses WHERE customer_id = 'MM100001' AND kind <> 'mailing'")
        shop.execute("UPDATE addresses SET city = 'Oslo' WHERE customer_id = 'MM100001'")
    case = approved(_contested(olu, place | {"correct.was": "Oslo", "correct.to": "Bergen"}, claim), pia)
    run_pipeline()
    tell_recipients(olu)
    for was, to in (("Oslo", "Bergen"), ("", "Bodø")):
        with psycopg.connect(address) as shop:
            shop.execute(
                "INSERT INTO addresses SELECT max(address_id) + 1, 'MM100001', 'mailing', 'Dana', '', 'Oslo', '', ''"
                " FROM addresses"
            )
        case = Case.objects.get(pk=case.pk)
        assert case.state == State.CLOSED, case.waits_for
        duplicates.reopen(case, by=olu, reason="One more turned up.")
        run_pipeline()
        case = Case.objects.get(pk=case.pk)
        (advice,) = determine.advise(case)
        again = place | {"correct.was": was, "correct.to": to}
        determine.decide(case, advice.holding, by=olu, choice="grant", answers=again)
        determine.propose(case, by=olu)
        approved(case, pia)
        run_pipeline()
        tell_recipients(olu)
    told = [outbox.read(letter)["text"] for letter in case.letters.filter(kind="answer").order_by("pk")]
    said = [
        next(line for line in text.splitlines() if "City" in line).partition("put right in ")[2]
        for text in told
    ]
    assert said == ["1 record", "2 records", "3 records"]
