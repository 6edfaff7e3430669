"""Two people, or two workers, at the same moment: there is one outcome, and an approval covers what is done."""

from __future__ import annotations

import threading

import pytest
from django.utils import timezone

from identity.flows.email_code import Answer
from identity.models import User
from requests_app import pipeline, subject
from requests_app.decision import determine
from requests_app.journal import IllegalMove, verify
from requests_app.letters import mails, outbox
from requests_app.lifecycle import State
from requests_app.models import Case, CaseEvent, Determination, Letter, Package, Work
from requests_app.verification import steps as verification
from tests.attacks.threads import at_once
from tests.build import build_case, found
from tests.fulfilment.joined import furnish
from tests.people import code_in, decided, open_case, open_several, run_pipeline, verified
from tests.staff.people import hire
from tests.staff.scenes import approving

COPY = {"mimap_shop_db": [("customers", {"customer_id": "MM1", "email": "dana.whitfield@example.org"})]}


def _approval(case: Case, by: User, digest: str):
    """Somebody presses the button with the page they have open."""
    mine = Case.objects.select_related("key").get(pk=case.pk)
    return lambda: determine.approve(mine, by=by, seen_digest=digest, typed_reference=mine.reference)


def test_of_twenty_approvals_at_once_one_counts_and_one_answer_leaves(
    house, tmp_path, settings, monkeypatch
) -> None:
    """TRUST 41: one package, one letter, of the very case that was approved twenty times."""
    furnish(tmp_path, settings, monkeypatch)
    pia = hire("Pia", "mimap")
    proposed = decided(verified(open_case("mimap", "KNOW_PCS")), hire("Olu", "mimap"))
    digest = determine.digest(proposed)
    given = at_once(*(_approval(proposed, pia, digest) for _ in range(20)))
    assert given.count(True) == 1 and all(g is True or isinstance(g, determine.NotAllowed) for g in given)
    assert CaseEvent.objects.filter(case=proposed, name="approve").count() == 1
    assert proposed.approvals.count() == 1
    at_once(*(run_pipeline for _ in range(4)))
    run_pipeline()
    proposed.refresh_from_db()
    assert proposed.state == State.CLOSED and verify(proposed) is None
    assert Package.objects.filter(case=proposed).count() == 1
    assert Letter.objects.filter(case=proposed, kind="answer").count() == 1
    assert set(proposed.works.values_list("round", flat=True)) == {1}


def test_of_six_workers_that_answer_at_once_one_does(house) -> None:
    """TRUST 41."""
    waiting = build_case({"customers.identity": found(1)}, right="KNOW_PCS", rows=COPY)
    stale = [waiting.events.get(name="fulfil") for _ in range(6)]
    at_once(*(lambda one=one: pipeline.follow_up(one) for one in stale))
    waiting.refresh_from_db()
    assert waiting.state == State.CLOSED and verify(waiting) is None
    assert Package.objects.filter(case=waiting).count() == 1
    assert Letter.objects.filter(case=waiting, kind="answer").count() == 1


def test_two_roles_that_sign_at_the_same_moment_begin_the_work(house) -> None:
    """TRUST 41: neither signature may miss the other, or the case would wait for nobody for ever."""
    pia, cora = hire("Pia", "mimap"), hire("Cora", "mimap")
    for _ in range(6):
        case = approving(by=hire("Olu", "mimap"), ground="LAW")
        assert determine.roles_needed(case) == ["privacy_lead", "counsel"]
        digest = determine.digest(case)
        assert sorted(map(str, at_once(_approval(case, pia, digest), _approval(case, cora, digest)))) == [
            "False",
            "True",
        ]
        case.refresh_from_db()
        assert case.state == State.FULFILLING


def test_a_proposal_is_approved_or_sent_back_and_never_both(house) -> None:
    """TRUST 37, 41."""
    pia = hire("Pia", "mimap")
    for _ in range(4):
        case = approving(by=hire("Olu", "mimap"))
        Determination.objects.filter(holding__case=case).update(exemption="", choice="grant")
        back = Case.objects.get(pk=case.pk)
        given = at_once(
            _approval(case, pia, determine.digest(case)),
            lambda back=back: determine.send_back(back, by=pia, reason="facts"),
        )
        refused = [g for g in given if isinstance(g, IllegalMove | determine.NotAllowed)]
        assert len(refused) == 1
        case.refresh_from_db()
        assert case.state == (State.FULFILLING if given[0] is True else State.ASSESSING)
        assert verify(case) is None


def test_a_page_opened_before_the_proposal_decides_nothing_after_it(db: None) -> None:
    """TRUST 37: an approval covers what was decided, however slow somebody's connection is."""
    olu = hire("Olu", "mimap")
    slow = approving(by=olu)
    before = determine.digest(slow)
    slow.state, slow.version = State.ASSESSING, slow.version - 1
    holding = slow.holdings.filter(found__gt=0).first()
    with pytest.raises(determine.NotAllowed):
        determine.decide(slow, holding, by=olu, choice="", answers={})
    assert determine.digest(slow) == before


def test_a_code_typed_twice_at_the_same_moment_counts_once(house, samples: None) -> None:
    """TRUST 14."""
    case = open_case("mimap", "KNOW_CAT")
    run_pipeline()
    code, same = code_in(case), [Case.objects.select_related("submission").get(pk=case.pk) for _ in range(4)]
    given = at_once(*(lambda one=one: verification.answer(one, code) for one in same))
    assert given.count(Answer.RIGHT) == 1
    assert CaseEvent.objects.filter(case=case, name="settle_identity").count() == 1


def test_a_code_asked_for_too_late_does_not_undo_what_the_earlier_one_proved(
    db, samples, monkeypatch
) -> None:
    """TRUST 14: the worker was looking in the systems when the earlier code was typed."""
    case = open_case("mimap", "KNOW_CAT")
    run_pipeline()
    code = code_in(case)
    stale = Case.objects.select_related("key", "submission").get(pk=case.pk)
    look = verification.lookup

    def looked(*given: object) -> tuple[str, ...]:
        answer = look(*given)
        assert verification.answer(Case.objects.get(pk=case.pk), code) is Answer.RIGHT
        return answer

    monkeypatch.setattr(verification, "lookup", looked)
    verification.challenge(stale)
    case.refresh_from_db()
    assert case.state == State.ASSESSING and case.waits_for != "code"
    assert subject.read(case).proved == [("email", "dana@example.com")]


def test_a_sister_that_moved_on_does_not_bar_the_others_from_a_code(db, samples) -> None:
    """TRUST 14: after the first case of a submission is withdrawn, the second can still be proved."""
    copy, deletion = open_several("mimap", ["KNOW_PCS", "DELETE"])
    run_pipeline()
    copy.refresh_from_db()
    determine.journal.advance(
        copy, determine.lifecycle.WITHDRAW, by=determine.journal.REQUESTER, outcome="withdrawn"
    )
    verification.ask_again(deletion)
    run_pipeline()
    assert deletion.letters.filter(kind="code", status=Letter.Status.QUEUED).exists()
    assert verification.answer(deletion, code_in(deletion), declaration="Dana Whitfield") is Answer.RIGHT
    deletion.refresh_from_db()
    assert deletion.state == State.ASSESSING


def test_strangers_forms_at_the_same_moment_still_fill_nobodys_mailbox(house) -> None:
    """TRUST 19: the limit of three a day holds between workers too."""
    cases = [open_case("mimap", "KNOW_CAT", email="victim@example.org") for _ in range(8)]
    acts = [
        lambda case=case: outbox.queue(
            case=case, kind="reminder", once="x", to="victim@example.org", words=mails.reminder(case),
            unproved=True,
        )
        for case in cases
    ]  # fmt: skip
    at_once(*acts)
    assert Letter.objects.filter(status=Letter.Status.QUEUED, unproved=True).count() == 3


def test_two_brooms_sweep_once(house) -> None:
    """Crash-safety: while one sweep waits for a dead system, the next one takes no second worker."""
    entered, leave, seen = threading.Event(), threading.Event(), []

    def slow(now: object) -> None:
        seen.append(now)
        entered.set()
        leave.wait(20)

    before, pipeline._sweep = pipeline._sweep, slow
    try:
        at_once(pipeline.sweep, lambda: (entered.wait(20), pipeline.sweep(), leave.set()))
    finally:
        pipeline._sweep = before
    assert len(seen) == 1


def test_work_of_an_approval_that_no_longer_stands_is_laid_down(db) -> None:
    """TRUST 43: a second approval's data is never touched under the first one's checkpoint."""
    case = build_case({"customers.identity": found(1)}, state=State.FULFILLING)
    old = Work.objects.create(
        case=case, system="mimap_shop_db", operation=Work.Operation.DELETE, round=7, next_try_at=timezone.now(),
        sealed=b"old",
    )  # fmt: skip
    pipeline.do_work(old.pk)
    old.refresh_from_db()
    assert (old.status, old.result, old.sealed) == (Work.Status.CONFIRMED, {"overtaken": True}, None)
