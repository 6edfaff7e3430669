"""Facts, texts, documents and doubts, from what a requester gives to what a case may do with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from identity import evidence
from identity.flows.email_code import Answer
from identity.models import Evidence
from requests_app import doubts, journal, subject
from requests_app.decision import determine
from requests_app.doubts import NotSettled
from requests_app.letters import outbox
from requests_app.lifecycle import State
from requests_app.models import UNVERIFIED, Case, Doubt, Letter
from requests_app.verification import asking, clock, documents, facts, need, needs
from requests_app.verification import steps as verification
from tests.identity.proving import STRANGER, asked_by_phone, facts_of, give, kinds_of, started
from tests.identity.test_evidence import picture
from tests.people import approved, code_in, decided, member, run_pipeline

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]
Kind = Doubt.Kind


def test_two_facts_show_who_asks_and_the_answer_still_goes_to_the_address_on_record() -> None:
    """TRUST 1: everything true from a stranger's mailbox; the old address is told, and people settle it."""
    case = started("KNOW_CAT", STRANGER)
    told = dict(list(facts_of("dana@example.com").items())[:2])
    give(case, told)
    assert case.state == State.ASSESSING and case.methods == [need.TWO_POINTS]
    assert kinds_of(case) == {Kind.NEW_ADDRESS} and subject.read(case).delivered_to == (
        "dana@example.com",
        True,
    )
    notice = Letter.objects.get(case=case, kind="address_notice")
    said = outbox.read(notice)
    assert said["to"] == "dana@example.com" and STRANGER not in said["text"]
    with pytest.raises(determine.NotAllowed) as refusal:
        determine.propose(case, by=member("Olu", mimap="handler"))
    assert ("", "doubt") in refusal.value.problems


def test_three_facts_and_a_signature_reach_the_high_standard_and_release_nothing_alone() -> None:
    """TRUST 1, 7: with all of it a second person must still agree, and facts are forgotten."""
    case = started("KNOW_PCS", STRANGER)
    told = facts_of("dana@example.com")
    give(case, dict(list(told.items())[:2]), signed="I declare … Dana")
    assert case.state == State.VERIFYING and needs.may_ask(case, need.THREE_POINTS)
    give(case, told, signed="I declare … Dana")
    assert case.state == State.ASSESSING and need.DECLARATION in case.methods
    known = subject.read(case)
    assert known.facts == {} and "Dana" in known.declaration
    compared = case.events.filter(name="facts_compared").last()
    assert compared.references == {"given": 3, "fitted": 3}
    olu, pia = member("Olu", mimap="handler"), member("Pia", mimap="privacy_lead")
    (doubt,) = doubts.open_doubts(case)
    with pytest.raises(NotSettled):
        doubts.settle(case, doubt, by=olu, basis="document", reason="passport seen")
    assert doubts.settle(case, doubt, by=olu, basis="asked_on_record", reason="she answered there") is False
    with pytest.raises(NotSettled):
        asking.agree(case, doubt, by=olu)
    assert doubts.block_release(case)
    asking.agree(case, doubt, by=pia)
    assert not doubts.block_release(case)


def test_facts_that_do_not_fit_say_nothing_and_run_out() -> None:
    """TRUST 9, 15: three tries, then a person; an unknown person's case looks the same."""
    case = started("KNOW_CAT", STRANGER)
    wrong = {"orders.order_no": "MM-999999", "addresses.postal_code": "00000"}
    for left in (2, 1, 0):
        give(case, wrong)
        assert case.state == State.VERIFYING and facts.tries_left(case) == left
    with pytest.raises(facts.NotAsked):
        facts.give(case, facts_of("dana@example.com"))
    assert kinds_of(case) == {Kind.FAILED_ATTEMPTS} and subject.read(case).proved == []


def test_what_is_to_be_corrected_is_no_proof() -> None:
    """11 CCR 7060(h): the phone number under correction is neither asked nor taken."""
    case = started("KNOW_CAT", STRANGER)
    known = subject.read(case)
    known.details["corrects"] = "customers.phone, customers.email"
    journal.record(case, "built", by=journal.PIPELINE, sealed_subject=subject.seal(case, known))
    assert not {"customers.phone", "customers.email"} & {path for path, _, _ in facts.askable(case)}
    told = facts_of("dana@example.com")
    give(case, {path: told[path] for path in ("customers.phone", "orders.order_no")})
    assert case.state == State.VERIFYING


def test_a_text_reaches_whoever_has_only_a_number_on_record() -> None:
    case = asked_by_phone()
    letter = Letter.objects.get(case=case)
    said = outbox.read(letter)
    assert (
        said["to"] == "+8612000000005" and case.spaced_reference in said["text"] and len(said["text"]) < 200
    )
    assert verification.answer(case, code_in(case)) is Answer.RIGHT
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.ASSESSING and case.methods == [need.SMS_CODE] and kinds_of(case) == set()
    olu, pia = member("Olu", mipmap="handler"), member("Pia", mipmap="privacy_lead")
    approved(decided(case, olu), pia)
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.CLOSED, case.waits_for
    answered = Letter.objects.get(case=case, kind="answer")
    assert outbox.read(answered)["to"] == "+8612000000005" and answered.sealed_pdf
    assert "赵㛃" not in outbox.read(answered)["text"]


def test_a_number_nobody_holds_gets_no_code_and_answers_alike() -> None:
    """TRUST 15."""
    known, unknown = asked_by_phone(), asked_by_phone(phone="+8612099999999")
    assert [e.name for e in known.events.order_by("number")] == [
        e.name for e in unknown.events.order_by("number")
    ]
    assert "验证码" not in outbox.read(Letter.objects.get(case=unknown))["text"]
    for case in (known, unknown):
        outcomes = [verification.answer(case, "000000") for _ in range(6)]
        assert outcomes == [Answer.WRONG] * 4 + [Answer.EXHAUSTED] * 2


def test_an_address_that_changed_five_days_ago_needs_a_second_proof_and_a_person() -> None:
    """TRUST 17."""
    case = started("KNOW_CAT", "nora@example.com")
    assert kinds_of(case) == {Kind.RECENT_CHANGE}
    assert verification.answer(case, code_in(case)) is Answer.RIGHT
    case.refresh_from_db()
    assert case.state == State.VERIFYING and [n.code for n in needs.outstanding(case)] == ["second_proof"]
    give(case, facts_of("nora@example.com"))
    assert case.state == State.ASSESSING and doubts.block_release(case)


def test_a_look_alike_of_a_known_address_is_flagged_and_never_matched() -> None:
    """TRUST 4."""
    case = started("KNOW_CAT", "dana@examp1e.com")
    (doubt,) = doubts.open_doubts(case)
    assert doubt.kind == Kind.LOOK_ALIKE and doubt.references == {"resembles_known": True}
    assert subject.read(case).candidates == [] and not Letter.objects.filter(case=case, kind="code").exists()


def test_a_document_is_asked_for_only_after_a_doubt_and_unlocks_nothing_alone() -> None:
    """TRUST 6: consent of its own in China, a checklist, destroyed when decided; the doubt stays."""
    case = started("CN_COPY", STRANGER, "mipmap")
    olu = member("Olu", mipmap="handler")
    with pytest.raises(documents.NotAsked):
        documents.keep(case, picture(), consent=True)
    with pytest.raises(asking.NotAllowed) as refusal:
        asking.ask_more(case, by=olu, proof="document", reason="name differs")
    assert refusal.value.why == "document_needs_doubt"
    asking.ask_more(case, by=olu, proof="data_points", reason="name differs")
    asking.ask_more(case, by=olu, proof="document", reason="facts are lost")
    with pytest.raises(documents.NoConsent):
        documents.keep(case, picture(), consent=False)
    with pytest.raises(evidence.NotKept):
        documents.keep(case, b"%PDF-1.7", consent=True)
    piece = documents.keep(case, picture(), consent=True)
    # It is for us to look: nobody is told on the last day that nothing was shown.
    clock.watch(timezone.now() + timedelta(days=60))
    case.refresh_from_db()
    assert case.state == State.VERIFYING and not Case.objects.filter(UNVERIFIED, pk=case.pk).exists()
    documents.take(case, piece.public_id, by=olu)
    assert documents.decide(case, piece.public_id, by=olu, checks=dict.fromkeys(documents.CHECKS, True))
    case.refresh_from_db()
    assert case.state == State.VERIFYING and need.DOCUMENT in case.methods
    assert {n.code for n in needs.outstanding(case)} == {"identity", "asked:data_points"}
    assert doubts.block_release(case) and Evidence.objects.get().destroyed_at
    names = list(case.events.values_list("name", flat=True))
    assert names.index("document_given") < names.index("document_seen") < names.index("document_decided")
