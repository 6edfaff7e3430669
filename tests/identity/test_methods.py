"""Facts, texts, documents and their failures, from what a requester gives to what a case may do with it."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
import sqlalchemy as sa
from django.utils import timezone

from identity import evidence
from identity.flows.email_code import Answer
from identity.models import Evidence
from requests_app import doubts, journal, lifecycle, subject
from requests_app.decision import determine
from requests_app.doubts import NotSettled
from requests_app.intake.open_case import Arrival, fingerprint, open_cases
from requests_app.letters import outbox
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Doubt, Letter
from requests_app.register import controller
from requests_app.response import steps as response
from requests_app.verification import asking, clock, documents, facts, failing, moving, need, needs
from requests_app.verification import steps as verification
from tests.identity.test_evidence import picture
from tests.people import approved, code_in, decided, member, open_case, run_pipeline, verified

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]
Kind = Doubt.Kind
STRANGER = "max@example.net"


def facts_of(email: str) -> dict[str, str]:
    """What somebody at MiMap would have at hand: an order, a postal code, a phone number."""
    engine = sa.create_engine(os.environ["MIMAP_CUSTOMER_DB"])
    with engine.connect() as connection:
        (row,) = connection.execute(
            sa.text(
                "SELECT o.order_no, a.postal_code, c.phone FROM customers c JOIN orders o USING (customer_id)"
                " JOIN addresses a USING (customer_id) WHERE c.email = :email LIMIT 1"
            ),
            {"email": email},
        )
    engine.dispose()
    return dict(zip(("orders.order_no", "addresses.postal_code", "customers.phone"), row, strict=True))


def give(case: Case, told: dict[str, str], signed: str = "") -> Case:
    facts.give(case, told, signed=signed)
    run_pipeline()
    case.refresh_from_db()
    return case


def kinds_of(case: Case) -> set[str]:
    return {doubt.kind for doubt in doubts.open_doubts(case)}


def started(right: str, email: str = "", slug: str = "mimap", **more: object) -> Case:
    case = open_case(slug, right, email=email, **more)
    run_pipeline()
    case.refresh_from_db()
    return case


def asked_by_phone(right: str = "CN_ACCESS", phone: str = "+8612000000005") -> Case:
    """赵㛃, whom the platform knows by a mobile number alone."""
    mipmap = controller("mipmap")
    arrival = Arrival(
        controller=mipmap, channel="web", received_at=timezone.now(), language="zh-Hans", verbatim=b"{}",
        arrival_key=fingerprint("text", str(timezone.now())), name="赵㛃", phone=phone, rights=(right,),
    )  # fmt: skip
    (case,) = open_cases(arrival).cases
    run_pipeline()
    case.refresh_from_db()
    return case


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
    documents.take(case, piece.public_id, by=olu)
    assert documents.decide(case, piece.public_id, by=olu, checks=dict.fromkeys(documents.CHECKS, True))
    case.refresh_from_db()
    assert case.state == State.VERIFYING and need.DOCUMENT in case.methods
    assert {n.code for n in needs.outstanding(case)} == {"identity", "asked:data_points"}
    assert doubts.block_release(case) and Evidence.objects.get().destroyed_at
    names = list(case.events.values_list("name", flat=True))
    assert names.index("document_given") < names.index("document_seen") < names.index("document_decided")


@pytest.mark.parametrize("right", ["OPT_OUT", "LIMIT"])
def test_an_opt_out_from_an_address_nobody_knows_simply_proceeds(right: str) -> None:
    """11 CCR 7060(b): no code, no proof, no doubt, and an answer all the same."""
    case = open_case("mimap", "KNOW_CAT", email="d\u0430na@example.com")
    Case.objects.filter(pk=case.pk).update(right=right)
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.CLOSED and not Letter.objects.filter(case=case, kind="code").exists()
    olu = member("Olu", mimap="handler")
    for act in (
        lambda: asking.ask_more(case, by=olu, proof="data_points", reason="unsure"),
        lambda: asking.propose_by_hand(case, by=olu, reason="unsure", on_record="dana@example.com"),
    ):
        with pytest.raises(asking.NotAllowed) as refusal:
            act()
        assert refusal.value.why == "nothing_may_be_asked"
    with pytest.raises(facts.NotAsked):
        facts.give(case, facts_of("dana@example.com"))
    answered = outbox.read(Letter.objects.get(case=case, kind="answer"))
    assert "Whitfield" not in answered["text"]


def test_a_copy_nobody_proved_becomes_a_list_of_kinds_with_the_same_receipt() -> None:
    """11 CCR 7024(a): a linked case, counted once; what was shown for the copy counts for the lesser right."""
    case = started("KNOW_PCS", "dana@example.com", received_at=timezone.now() - timedelta(days=38))
    verification.answer(case, code_in(case))
    case.refresh_from_db()
    assert case.methods == [need.EMAIL_CODE] and case.state == State.VERIFYING
    doubts.raise_doubt(case, Kind.LOOK_ALIKE, by=journal.PIPELINE)
    clock.watch(timezone.now())
    run_pipeline()
    case.refresh_from_db()
    linked = Case.objects.get(fallback_of=case)
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.NOT_IDENTIFIED)
    assert (linked.right, linked.received_at, linked.due_on) == ("KNOW_CAT", case.received_at, case.due_on)
    assert linked.state == State.ASSESSING and linked.methods == [need.EMAIL_CODE]
    assert subject.read(linked).declaration == ""
    assert kinds_of(linked) == {Kind.LOOK_ALIKE}, "a doubt about who asks goes along"
    clock.watch(timezone.now())
    assert Case.objects.filter(fallback_of__isnull=False).count() == 1


def test_a_list_nobody_proved_is_refused_with_the_policy_and_a_deletion_offers_the_opt_out() -> None:
    """11 CCR 7024(b), 7022(g)."""
    for right, words in (("KNOW_CAT", "privacy policy"), ("DELETE", "stop selling or sharing")):
        case = started(right, STRANGER, received_at=timezone.now() - timedelta(days=44))
        clock.watch(timezone.now() + timedelta(days=2))
        run_pipeline()
        case.refresh_from_db()
        assert (case.state, case.outcome) == (State.CLOSED, Outcome.NOT_IDENTIFIED)
        assert words in outbox.read(Letter.objects.get(case=case, kind="not_identified"))["text"]
        assert not Case.objects.filter(fallback_of=case).exists()


def test_china_is_asked_once_more_before_a_refusal_with_its_reason() -> None:
    """PIPL art. 50: one cure, then a reasoned refusal."""
    case = started("CN_ACCESS", STRANGER, "mipmap")
    olu = member("Olu", mipmap="handler")
    with pytest.raises(asking.NotAllowed) as refusal:
        asking.refuse(case, by=olu, reason="nothing came")
    assert refusal.value.why == "cure_first" and not doubts.open_doubts(case)
    asking.cure(case, by=olu)
    asked = outbox.read(Letter.objects.get(case=case, kind="reminder"))["text"]
    assert "证明您就是本人" in asked
    asking.refuse(case, by=olu, reason="nothing came")
    run_pipeline()
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.NOT_IDENTIFIED)


def test_settling_by_hand_takes_two_people_and_a_record() -> None:
    """TRUST 37."""
    case = started("KNOW_PCS", STRANGER)
    olu, pia = member("Olu", mimap="handler"), member("Pia", mimap="privacy_lead")
    with pytest.raises(asking.NotAllowed):
        asking.propose_by_hand(case, by=olu, reason="at the counter", on_record="nobody@example.org")
    asking.propose_by_hand(case, by=olu, reason="at the counter", on_record="dana@example.com")
    # A code asked for meanwhile changes nothing about what the second person agrees to.
    verification.ask_again(case)
    run_pipeline()
    case.refresh_from_db()
    doubt = next(d for d in doubts.open_doubts(case) if d.kind == Kind.BY_HAND)
    with pytest.raises(NotSettled):
        asking.agree(case, doubt, by=olu)
    asking.agree(case, doubt, by=pia)
    case.refresh_from_db()
    # The signature under penalty of perjury is the requester's own and nobody gives it for them.
    assert case.state == State.VERIFYING and [n.code for n in needs.outstanding(case)] == ["declaration"]
    assert need.STAFF_CHECK in case.methods and subject.read(case).proved == [("email", "dana@example.com")]


def test_an_answer_goes_elsewhere_only_after_two_codes_and_three_days() -> None:
    """TRUST 5."""
    case = verified(open_case("mimap", "KNOW_CAT"))
    moving.begin(case, "dana.new@example.org")
    codes = {
        outbox.read(letter)["to"]: outbox.read(letter)["subject"].partition(": ")[2]
        for letter in Letter.objects.filter(case=case, kind="code").order_by("-pk")[:2]
    }
    assert moving.answer(case, codes["dana.new@example.org"], codes["dana.new@example.org"]) is Answer.WRONG
    moving.begin(case, "dana.new@example.org")
    codes = {
        outbox.read(letter)["to"]: outbox.read(letter)["subject"].partition(": ")[2]
        for letter in Letter.objects.filter(case=case, kind="code").order_by("-pk")[:2]
    }
    assert moving.answer(case, codes["dana@example.com"], codes["dana.new@example.org"]) is Answer.RIGHT
    assert doubts.block_release(case) and subject.read(case).delivered_to[0] == "dana@example.com"
    assert outbox.read(Letter.objects.get(case=case, kind="address_notice"))["to"] == "dana@example.com"
    with pytest.raises(determine.NotAllowed):
        determine.propose(case, by=member("Olu", mimap="handler"))
    moving.complete_due(timezone.now() + timedelta(hours=71))
    assert doubts.block_release(case)
    moving.complete_due(timezone.now() + timedelta(hours=73))
    case.refresh_from_db()
    assert not doubts.block_release(case)
    assert subject.read(case).delivered_to == ("dana.new@example.org", True)


def test_whoever_types_on_and_on_fills_no_journal() -> None:
    case = started("KNOW_CAT")
    for number in range(60):
        verification.answer(case, f"{number:06d}")
    assert case.events.filter(name="code_wrong").count() == 20
    assert kinds_of(case) == {Kind.FAILED_ATTEMPTS}


def test_a_doubt_that_comes_after_approval_still_stops_the_answer() -> None:
    """TRUST 5, 16: checked again inside each step, and what waited goes on when it is settled."""
    case = decided(verified(open_case("mimap", "KNOW_CAT")), member("Olu", mimap="handler"))
    pia = member("Pia", mimap="privacy_lead")
    approved(case, pia)
    doubts.raise_doubt(case, Kind.BY_STAFF, by=journal.staff(pia.pk))
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.FULFILLING and case.waits_for == "doubt"
    (doubt,) = doubts.open_doubts(case)
    doubts.settle(case, doubt, by=pia, basis="mistake", reason="another case was meant")
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.CLOSED


def test_a_moved_case_gives_up_nothing_twice() -> None:
    case = started("KNOW_CAT", STRANGER)
    failing.give_up(case, by=journal.PIPELINE, reason="no_proof_by_due_date")
    stale = Case.objects.select_related("key", "submission").get(pk=case.pk)
    stale.state = State.VERIFYING
    with pytest.raises(journal.IllegalMove):
        failing.give_up(stale, by=journal.PIPELINE, reason="no_proof_by_due_date")
    assert lifecycle.NOT_IDENTIFIED.name in case.events.values_list("name", flat=True)
    assert response.answer(Case.objects.get(pk=case.pk))
