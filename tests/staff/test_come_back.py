"""What the post brings back: an answer goes elsewhere or is made again, and nothing goes to that address meanwhile."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from requests_app import doubts, journal, pipeline, subject
from requests_app.decision import determine, evidence
from requests_app.letters import brought_back, by_post, outbox
from requests_app.lifecycle import State
from requests_app.models import Case, Doubt, Letter, Paper
from tests.build import build_case, found
from tests.people import run_pipeline
from tests.response.test_posting import PROOF, paper_case, to_paper
from tests.staff.paper import TO_POST, at, it_counts, mark, returned, written
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db


def settle(case: Case, by, second) -> None:
    doubt = case.doubts.get(kind=Doubt.Kind.POSTAL, closed_at=None)
    doubts.settle(case, doubt, by=by, basis="known_person", reason="An order of May went there.")
    doubts.confirm(case, doubt, by=second)


def test_an_answer_that_comes_back_stays_answered_and_goes_to_another_address() -> None:
    olu, pia = hire("Olu", "mimap"), hire("Pia", "mimap", role="privacy_lead")
    case, desk = paper_case(email=""), at_desk(olu)
    run_pipeline()
    letter = by_post.laid_ready(case)
    desk.post(at("post_files", case))
    mark(desk, case, letter, proof=PROOF)
    it_counts()
    case.refresh_from_db()
    answered_at = case.answered_at
    assert case.state == State.CLOSED
    assert "What does the post say?" in desk.get(at("post_returned", case, letter.pk)).content.decode()
    for wrong in ({"reason": ""}, {"returned_on": "x"}, {"returned_on": "2999-01-01"},
                  {"returned_on": "2001-01-01"}, {"scan": SimpleUploadedFile("x", b"MZ")}):  # fmt: skip
        assert returned(desk, case, letter, **wrong).status_code == 400
    scan = SimpleUploadedFile("back.pdf", PROOF)
    assert returned(desk, case, letter, scan=scan).status_code == 302
    run_pipeline()
    case.refresh_from_db()
    letter.refresh_from_db()
    assert (case.state, case.answered_at, case.closed_at) == (State.RESPONDING, answered_at, None)
    assert case.waits_for == "letter_lacks:doubt" and letter.status == Letter.Status.SENT
    shown = desk.get(at("case", case)).content.decode()
    assert "correct the address" in shown and "moved away" in shown
    assert case.reference in desk.get("/staff/mimap/lost/").content.decode()
    assert "moved away" in desk.get(at("post", case)).content.decode()
    # What shows it is no evidence of the decision: it changes no approval, and nobody takes it off.
    picture = case.papers.get(evidence=Paper.RETURNED)
    seen = determine.digest(case)
    case.papers.filter(evidence=Paper.POSTED).update(digest="f" * 64)
    assert determine.digest(case) == seen
    Case.objects.filter(pk=case.pk).update(state=State.ASSESSING)
    with pytest.raises(determine.NotAllowed):
        evidence.remove(Case.objects.get(pk=case.pk), picture, by=olu)
    Case.objects.filter(pk=case.pk).update(state=State.RESPONDING)
    # Not twice, and not by the button that sends a mail again.
    assert returned(desk, case, letter).status_code == 400
    desk.post(at("letter_lost", case, letter.pk), {"act": "again"})
    letter.refresh_from_db()
    assert letter.bounced_at is not None
    desk.post(at("reveal", case), {"reason": "write"})
    desk.post(at("post_address", case), {"postal": "9 Elm Rd\nTroy"})
    settle(case, olu, pia)
    run_pipeline()
    anew = by_post.laid_ready(case)
    assert by_post.read(anew)["to"].endswith("9 Elm Rd\nTroy")
    assert by_post.read(anew)["text"] == by_post.read(letter)["text"]
    pages = [PdfReader(BytesIO(outbox.read_pdf(one))).pages for one in (letter, anew)]
    assert len(pages[0]) == len(pages[1]) and "Elm Rd" in pages[1][0].extract_text()
    mark(desk, case, anew, proof=PROOF)
    it_counts()
    case.refresh_from_db()
    letter.refresh_from_db()
    assert (case.state, case.answered_at) == (State.CLOSED, answered_at) and letter.seen_at
    assert journal.verify(case) is None and case.papers.filter(evidence="returned_letter").exists()


@pytest.mark.parametrize(
    ("right", "held", "how"), [("DELETE", "orders.older", "mailed"), ("KNOW_PCS", "", "taken back")]
)
def test_an_answer_that_comes_back_goes_by_mail_unless_its_copy_has_to_be_made_again(
    right, held, how
) -> None:
    olu = hire("Olu", "mimap")
    built = build_case({held: found(3)}, right=right, state=State.RESPONDING) if held else None
    case, desk = to_paper(built) if built else paper_case(), at_desk(olu)
    run_pipeline()
    letter = by_post.laid_ready(case)
    mark(desk, case, letter, proof=PROOF)
    it_counts()
    case.refresh_from_db()
    answered_at = case.answered_at
    assert returned(desk, case, letter, reason="unknown").status_code == 302
    run_pipeline()
    case.refresh_from_db()
    told = subject.read(case)
    told.proved = [("email", "dana.whitfield@example.org")]
    journal.record(case, "built", by=journal.PIPELINE, sealed_subject=subject.seal(case, told))
    desk.post(at("reveal", case), {"reason": "write"})
    assert desk.post(at("post_address", case), {"act": "drop"}).status_code == 302
    run_pipeline()
    case.refresh_from_db()
    mailed = case.letters.filter(kind="answer", by_post=False).exists()
    assert (mailed, case.state == State.CLOSED) == (how == "mailed", how == "mailed")
    assert case.answered_at == answered_at and journal.verify(case) is None
    if how == "taken back":
        assert case.waits_for == "letter_lacks:files"
        assert desk.post(at("take_back", case)).status_code == 302
        case.refresh_from_db()
        assert case.state == State.ASSESSING


def test_a_notice_that_comes_back_stops_what_goes_there_until_the_address_is_right() -> None:
    olu, pia = hire("Olu", "mimap"), hire("Pia", "mimap", role="privacy_lead")
    desk = at_desk(olu)
    (case,) = written(desk)
    letter = Letter.objects.get()
    mark(desk, case, letter)
    it_counts()
    case.refresh_from_db()
    told_at = case.acknowledged_at
    assert returned(desk, case, letter).status_code == 302
    case.refresh_from_db()
    # It left, and in time: that stays; the state does too.
    assert case.acknowledged_at == told_at and case.state == State.VERIFYING
    desk.post(at("reply", case), {"reply": "Where do you live?", "once": "a"})
    reply = case.letters.get(kind="message_reply")
    assert desk.post(at("post_letter", case, reply.pk)).status_code == 400
    assert mark(desk, case, reply).status_code == 400
    assert "came back from this address" in desk.get(TO_POST).content.decode()
    assert desk.post(f"{TO_POST}print/").status_code == 302
    assert desk.post(at("post_again", case, letter.pk)).status_code == 400
    # Off the list of what is lost; but nobody has settled that it is the right address.
    assert desk.post(at("letter_lost", case, letter.pk), {"act": "seen"}).status_code == 302
    assert case.letters.get(pk=letter.pk).seen_at and mark(desk, case, reply).status_code == 400
    assert "came back from this address" in desk.get(TO_POST).content.decode()
    settle(case, olu, pia)
    assert "came back from this address" not in desk.get(TO_POST).content.decode()
    assert desk.post(at("post_letter", case, reply.pk)).status_code == 200
    assert desk.post(at("post_again", case, letter.pk)).status_code == 302
    anew = case.letters.get(kind="acknowledgement", status=Letter.Status.TO_POST)
    mark(desk, case, anew)
    it_counts()
    case.refresh_from_db()
    assert case.acknowledged_at == told_at and brought_back.RETURNED in case.events.values_list(
        "name", flat=True
    )
    assert pipeline.GIVEN.keys() >= {"acknowledgement", "more_time", "reminder", by_post.KIND}
