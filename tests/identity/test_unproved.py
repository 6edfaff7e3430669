"""What becomes of a request that nobody proved, of a doubt that staff settle, and of an answer that is to go elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from identity.flows.email_code import Answer
from requests_app import doubts, journal, lifecycle, subject
from requests_app.decision import determine
from requests_app.doubts import NotSettled
from requests_app.letters import outbox
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Doubt, Letter
from requests_app.response import steps as response
from requests_app.verification import asking, clock, facts, failing, moving, need, needs
from requests_app.verification import steps as verification
from tests.identity.proving import STRANGER, facts_of, kinds_of, started
from tests.people import approved, closed_by_hand, code_in, decided, member, open_case, run_pipeline, verified

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("samples")]
Kind = Doubt.Kind


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
    closed_by_hand()
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


@pytest.mark.parametrize(("right", "agrees"), [("KNOW_CAT", False), ("KNOW_PCS", True)])
def test_an_answer_goes_elsewhere_at_once_where_staff_made_sure_of_it(right, agrees) -> None:
    case = verified(open_case("mimap", right))
    olu, pia = member("Olu", mimap="handler"), member("Pia", mimap="privacy_lead")
    moving.begin(case, "dana.new@example.org")
    newest = Letter.objects.filter(case=case, kind="code").order_by("-pk")[:2]
    codes = {outbox.read(one)["to"]: outbox.read(one)["subject"].partition(": ")[2] for one in newest}
    assert moving.answer(case, codes["dana@example.com"], codes["dana.new@example.org"]) is Answer.RIGHT
    (doubt,) = doubts.open_doubts(case)
    said = {"basis": "asked_on_record", "reason": "she answered her telephone"}
    assert asking.settle(case, doubt, by=olu, **said) is not agrees
    if agrees:
        assert subject.read(case).delivered_to[0] == "dana@example.com"
        asking.agree(case, doubt, by=pia)
    case.refresh_from_db()
    assert not doubts.block_release(case)
    assert subject.read(case).delivered_to == ("dana.new@example.org", True)
    assert journal.verify(case) is None


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
