"""An answer on paper: given on the day a person posted it, and not before."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from identity.models import Duty, User
from portal.public import progress
from requests_app import doubts, journal, lifecycle, pipeline, subject, worklist
from requests_app.decision import determine
from requests_app.letters import by_post, outbox, post_address, posted
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Doubt, Letter, Paper, Work
from requests_app.response import deliver, posting
from tests.build import build_case, found
from tests.people import member, run_pipeline
from tests.response.test_on_time import erasing, on, the_day_comes

pytestmark = pytest.mark.django_db
SHOP = "mimap_shop_db"
STREET = "1 Main St\nAlbany, NY 12207"
TODAY = timezone.now().astimezone(ZoneInfo("America/New_York")).date()
PROOF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"


def paper_case(*, email: str = "dana.whitfield@example.org", settled: bool = True, **more) -> Case:
    """Approved and carried out; the answer is to go by post to an address that two people looked at."""
    held = {"customers.identity": found(1)}
    rows_of = {
        SHOP: [
            ("customers", {"customer_id": "MM1", "email": "dana.whitfield@example.org", "first_name": "𬭊娜"})
        ]
    }
    case = build_case(
        held, right="KNOW_PCS", rows=rows_of, received_at=timezone.now() - timedelta(days=5), **more
    )
    return to_paper(case, email=email, settled=settled)


def to_paper(case: Case, *, email: str = "dana.whitfield@example.org", settled: bool = True) -> Case:
    """From now on it is answered by post."""
    told = subject.read(case)
    told.post_to, told.email = STREET, email
    journal.record(
        case, "built", by=journal.PIPELINE, standard="high", identified_at=timezone.now(),
        sealed_subject=subject.seal(case, told),
    )  # fmt: skip
    doubt = doubts.raise_doubt(case, Doubt.Kind.POSTAL, by=journal.PIPELINE)
    if settled:
        Doubt.objects.filter(pk=doubt.pk).update(closed_at=timezone.now())
    return case


def said(**changed) -> posted.Posting:
    """Posted today, with the receipt."""
    known = {"posted_on": TODAY, "carrier": "USPS", "number": "9400 1", "proof": PROOF}
    return posted.Posting(**(known | changed))


@pytest.fixture
def olu() -> User:
    return member("Olu", mimap="handler")


def past_undo() -> None:
    """The ten seconds are over."""
    Letter.objects.exclude(next_try_at=None).update(next_try_at=timezone.now() - timedelta(seconds=1))


def test_approved_is_not_answered_until_it_is_posted_and_ten_seconds_have_passed(olu) -> None:
    case = paper_case()
    run_pipeline()
    case.refresh_from_db()
    letter = by_post.laid_ready(case)
    assert (case.state, case.waits_for, case.answered_at) == (State.RESPONDING, posting.WAITS, None)
    assert posting.take(case, letter, by=olu).startswith(b"%PDF") and letter.sent_at is None
    made = case.packages.get().digest
    run_pipeline()
    assert case.letters.count() == 1 and case.packages.get().digest == made
    posting.mark(case, letter, said(), by=olu)
    # The worker came too early.
    for event in case.events.filter(followed_at=None):
        pipeline.follow_up(event)
    case.refresh_from_db()
    assert case.answered_at is None and case.events.filter(followed_at=None).exists()
    past_undo()
    run_pipeline()
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.GRANTED)
    assert case.answered_at.date() == said().posted_on
    event = case.events.get(name="answer")
    assert event.references["posted_on"] == said().posted_on.isoformat() and "package" in event.references
    assert "9400 1" not in str(list(case.events.values_list("references", flat=True)))
    assert case.papers.get().evidence == Paper.POSTED and journal.verify(case) is None
    assert outbox.read_pdf(case.letters.get()).startswith(b"%PDF")


def test_what_was_marked_can_be_taken_back_and_marked_again(olu) -> None:
    case = paper_case()
    run_pipeline()
    letter = by_post.laid_ready(case)
    posting.mark(case, letter, said(), by=olu)
    assert posted.take_back(case, letter, by=olu) and not case.papers.exists()
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.RESPONDING and not by_post.is_marked(by_post.laid_ready(case))
    posting.mark(case, letter, said(), by=olu)
    past_undo()
    assert posted.take_back(case, letter, by=olu) is False
    run_pipeline()
    assert Case.objects.get(pk=case.pk).state == State.CLOSED


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"posted_on": None}, "posted_on"), ({"posted_on": TODAY + timedelta(days=1)}, "posted_on"),
     ({"posted_on": TODAY - timedelta(days=1)}, "posted_on"), ({"proof": b""}, "proof"),
     ({"proof": b"MZ\x90"}, "proof")],
)  # fmt: skip
def test_what_is_wrong_about_a_posting_is_named_and_changes_nothing(olu, changed, field) -> None:
    case = paper_case()
    run_pipeline()
    with pytest.raises(post_address.NotPosted) as refusal:
        posting.mark(case, by_post.laid_ready(case), said(**changed), by=olu)
    assert refusal.value.problems[0][0] == field and not case.papers.exists()
    assert not by_post.is_marked(by_post.laid_ready(case))


def test_nothing_is_laid_ready_for_an_address_nobody_settled_and_a_new_one_is_a_new_doubt(olu) -> None:
    case = paper_case(settled=False)
    run_pipeline()
    assert by_post.laid_ready(case) is None and Case.objects.get(pk=case.pk).waits_for == "letter_lacks:doubt"
    pia = member("Pia", mimap="privacy_lead")
    doubt = case.doubts.get(kind=Doubt.Kind.POSTAL)
    with pytest.raises(doubts.NotSettled):
        doubts.settle(case, doubt, by=olu, basis="document", reason="An identity card.")
    doubts.settle(case, doubt, by=olu, basis="known_person", reason="The order went there.")
    doubts.confirm(case, doubt, by=pia)
    run_pipeline()
    first = by_post.laid_ready(case)
    assert by_post.read(first)["to"] == f"Dana Whitfield\n{STREET}"
    case.refresh_from_db()
    post_address.set_address(case, "9 Elm Rd\nTroy", by=olu)
    run_pipeline()
    first.refresh_from_db()
    assert first.status == Letter.Status.WITHHELD and by_post.laid_ready(case) is None
    assert case.doubts.filter(kind=Doubt.Kind.POSTAL, closed_at=None).count() == 1
    case.refresh_from_db()
    post_address.set_address(case, "", by=olu)
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.CLOSED and case.letters.get(kind="answer").sealed_pdf


def test_whoever_gave_no_address_for_a_code_gets_the_copy_on_paper(olu) -> None:
    case = paper_case(email="")
    run_pipeline()
    letter = by_post.laid_ready(case)
    text = by_post.read(letter)["text"]
    assert "printed behind this letter" in text and "/follow/" not in text
    plain = paper_case()
    run_pipeline()
    other = by_post.laid_ready(plain)
    assert (
        "/mimap/follow/" in by_post.read(other)["text"]
        and subject.read(plain).link not in by_post.read(other)["text"]
    )
    assert len(outbox.read_pdf(letter)) > len(outbox.read_pdf(other))


def test_an_address_that_was_only_typed_opens_no_files_and_gets_the_copy_on_paper(olu) -> None:
    """A letter names the true street and a stranger's mailbox; who asks was settled by a customer number."""
    case = paper_case()
    told = subject.read(case)
    told.email, told.proved = "max@example.net", [("customer_id", "MM1")]
    journal.record(case, "built", by=journal.PIPELINE, sealed_subject=subject.seal(case, told))
    run_pipeline()
    assert "printed behind this letter" in by_post.read(by_post.laid_ready(case))["text"]
    with pytest.raises(deliver.PackageGone):
        deliver.open_package(case, case.packages.get())
    case.refresh_from_db()
    posting.mark(case, by_post.laid_ready(case), said(), by=olu)
    past_undo()
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.CLOSED and progress.files_of(case)[1] == []


@pytest.mark.parametrize(
    ("address", "may"),
    [(STREET, True), ("", False), ("\n".join("abcdef"), False), ("x" * 45, False), ("北京市海淀区" * 4, False),
     ("北京市海淀区中关村大街1号\n邮政编码 100080", True)],
)  # fmt: skip
def test_an_address_must_be_readable_through_the_window(address, may) -> None:
    assert by_post.fits(address) is may


def test_a_handler_of_another_house_takes_and_posts_nothing(olu) -> None:
    case = paper_case()
    run_pipeline()
    Duty.objects.filter(user=olu).update(controller="mipmap")
    letter = by_post.laid_ready(case)
    for act in (
        lambda: posting.mark(case, letter, said(), by=olu),
        lambda: posting.take(case, letter, by=olu),
        lambda: posting.take_files(case, case.packages.get(), by=olu),
        lambda: posted.take_back(case, letter, by=olu),
        lambda: posting.renew(case, by=olu),
    ):
        with pytest.raises(post_address.NotPosted):
            act()


@pytest.mark.parametrize("posted", [True, False])
def test_on_our_date_what_there_is_lies_ready_and_the_whole_replaces_it_unless_it_was_posted(
    olu, posted
) -> None:
    case = to_paper(erasing())
    with on(case):
        the_day_comes(case)
        letter = by_post.laid_ready(case)
        assert (case.state, case.answered_at, case.waits_for) == (State.FULFILLING, None, posting.WAITS)
        assert by_post.read(letter)["known"]["so_far"] and "Still to come" in by_post.read(letter)["text"]
        day = case.due_on
        if posted:
            posting.mark(case, letter, said(posted_on=day), by=olu)
    with on(case, 1):
        # The last system confirms while the letter is on its way to the letterbox.
        for work in case.works.exclude(status=Work.Status.CONFIRMED):
            worklist.confirm(work, {"holdings": {}})
        case.refresh_from_db()
        journal.advance(case, lifecycle.FULFIL, by=journal.PIPELINE, waits_for="letter")
        run_pipeline()
        case.refresh_from_db()
        letter.refresh_from_db()
        whole = by_post.laid_ready(case)
        assert case.state == State.RESPONDING and not by_post.read(whole)["known"]["so_far"]
        assert letter.status == (Letter.Status.SENT if posted else Letter.Status.WITHHELD)
        assert (case.answered_at and case.answered_at.date()) == (day if posted else None)
        posting.mark(case, whole, said(posted_on=day + timedelta(days=1)), by=olu)
        past_undo()
        run_pipeline()
    case.refresh_from_db()
    first = day if posted else day + timedelta(days=1)
    assert case.state == State.CLOSED and case.answered_at.date() == first and journal.verify(case) is None


def test_an_answer_that_is_taken_back_is_not_posted_and_a_posted_one_is_not_taken_back(olu) -> None:
    case = paper_case()
    run_pipeline()
    letter = by_post.laid_ready(case)
    posting.mark(case, letter, said(), by=olu)
    case.refresh_from_db()
    with pytest.raises(determine.NotAllowed):
        determine.take_back(case, by=olu, reason="letter")
    assert posted.take_back(case, letter, by=olu)
    determine.take_back(case, by=olu, reason="letter")
    letter.refresh_from_db()
    assert letter.status == Letter.Status.WITHHELD
    with pytest.raises(post_address.NotPosted):
        posting.mark(case, letter, said(), by=olu)


def test_an_answer_to_nobody_identified_never_comes_back_to_the_desk_to_be_decided(olu) -> None:
    case = build_case(not_identified=True)
    journal.record(case, "built", by=journal.PIPELINE, standard="high")
    with pytest.raises(determine.NotAllowed):
        determine.take_back(case, by=olu, reason="letter")
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.RESPONDING, Outcome.NOT_IDENTIFIED)


def test_a_letter_whose_files_would_be_gone_soon_is_put_together_anew_before_it_is_posted(olu) -> None:
    case = paper_case()
    run_pipeline()
    letter, old = by_post.laid_ready(case), case.packages.get()
    case.packages.update(expires_at=timezone.now() + timedelta(days=2))
    with pytest.raises(post_address.NotPosted) as refusal:
        posting.mark(case, letter, said(), by=olu)
    assert refusal.value.problems == [("", "files_gone")]
    case.refresh_from_db()
    assert posting.renew(case, by=olu)
    run_pipeline()
    fresh = by_post.laid_ready(case)
    old.refresh_from_db()
    assert fresh.pk != letter.pk and old.destroyed_at and case.packages.filter(destroyed_at=None).count() == 1
    posting.mark(case, fresh, said(), by=olu)
    case.refresh_from_db()
    assert posting.renew(case, by=olu) is False
