"""Letters on paper other than the answer: where they wait, when they count, and what happens when the post brings one back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from portal.staff.post_words import STOPPED
from requests_app import doubts, journal, law, pipeline, publishing, subject
from requests_app.decision import duplicates, more_time
from requests_app.letters import by_post, outbox, posted
from requests_app.lifecycle import State
from requests_app.models import Case, Doubt, Letter
from requests_app.response import posting
from requests_app.verification import asking, clock, failing, sisters
from tests.build import build_case, found
from tests.people import run_pipeline
from tests.response.test_posting import PROOF, STREET, paper_case, to_paper
from tests.staff.people import at_desk, hire
from tests.staff.test_clock import opened
from tests.staff.test_written_down import slip

pytestmark = pytest.mark.django_db
TO_POST = "/staff/mimap/to-post/"


def at(name: str, case: Case, *more: object) -> str:
    return reverse(f"staff:{name}", args=[case.controller, case.reference, *more])


def today() -> date:
    return timezone.now().astimezone(by_post.zone(Case(controller="mimap"))).date()


def noon(day: date, hours: int = 0) -> time_machine.travel:
    """Noon in California, or some hours after it: the same day in New York and in UTC."""
    return time_machine.travel(datetime.combine(day, time(20 + hours), UTC))


def written(desk: Client, **changed: object) -> list[Case]:
    """A letter came that names no e-mail address; the pipeline has done what it can."""
    desk.post("/staff/mimap/write-down/", slip(**({"email": "", "postal": STREET} | changed)))
    run_pipeline()
    return list(Case.objects.order_by("pk"))


def on_paper(case: Case) -> Case:
    """From now on our letters about it are posted, to an address that is settled."""
    told = subject.read(case)
    told.post_to = STREET
    journal.record(case, "built", by=journal.PIPELINE, sealed_subject=subject.seal(case, told))
    return case


def mark(desk: Client, case: Case, letter: Letter, on: date | None = None, proof: bytes = b""):
    """Print it and say that it was posted, today unless said otherwise."""
    desk.post(at("post_letter", case, letter.pk))
    typed: dict[str, object] = {"posted_on": (on or by_post.today(case)).isoformat()}
    if proof:
        typed["proof"] = SimpleUploadedFile("receipt.pdf", proof)
    return desk.post(at("post_mark", case, letter.pk), typed)


def it_counts() -> None:
    """The ten seconds are over."""
    Letter.objects.exclude(next_try_at=None).update(next_try_at=timezone.now() - timedelta(seconds=1))
    run_pipeline()


def test_whoever_wrote_without_an_address_for_mail_is_told_by_post_that_we_have_it() -> None:
    desk = at_desk(hire("Olu", "mimap"))
    first, second = written(desk, rights=["DELETE", "KNOW_CAT"])
    # Asked again, it is no second letter; and where none was written, the clock's own round writes it.
    for lies_there in (True, False):
        if not lies_there:
            Letter.objects.update(status=Letter.Status.WITHHELD)
            journal.record(first, "built", by=journal.PIPELINE)
        clock.acknowledge()
        assert Letter.objects.filter(status="to_post").count() == 1
    Letter.objects.filter(status=Letter.Status.WITHHELD).delete()
    letter = Letter.objects.get()
    assert (letter.kind, letter.status, first.acknowledged_at) == ("acknowledgement", "to_post", None)
    content = by_post.read(letter)
    for told in (
        first.spaced_reference,
        second.spaced_reference,
        "We answer by:",
        "make sure that it is you",
    ):
        assert told in content["text"]
    # Neither a link that opens by possession nor a name nobody has shown to be theirs, but in the window.
    assert subject.read(first).link not in content["text"] and "Dana" not in content["text"]
    assert content["to"] == f"Dana Whitfield\n{STREET}"
    page = desk.get(TO_POST).content.decode()
    assert first.reference in page and "Acknowledgement" in page and "not printed yet" in page
    assert "Main St" not in page and "Whitfield" not in page
    assert by_post.leave_by(letter) == first.acknowledge_on
    whole = desk.post(f"{TO_POST}print/")
    assert len(PdfReader(BytesIO(whole.content)).pages) >= 2
    assert "printed, not posted yet" in desk.get(TO_POST).content.decode()
    # No proof is asked while its day has not passed; ten seconds to undo.
    assert mark(desk, first, letter).status_code == 302
    desk.post(at("post_undo", first, letter.pk))
    it_counts()
    first.refresh_from_db()
    assert first.acknowledged_at is None
    mark(desk, first, letter)
    it_counts()
    for case in (first, second):
        case.refresh_from_db()
        assert case.acknowledged_at.date() == today() and journal.verify(case) is None
    assert "No letter waits to be posted" in desk.get(TO_POST).content.decode()
    assert "posted the letter" in desk.get(at("case", first)).content.decode()


def test_an_acknowledgement_said_late_to_have_left_in_time_needs_its_proof() -> None:
    desk = at_desk(hire("Olu", "mimap"))
    (case,) = written(desk)
    letter = Letter.objects.get()
    with noon(case.acknowledge_on + timedelta(days=2)):
        desk = at_desk(hire("Olu", "mimap"))
        assert "<strong>late</strong>" in desk.get(TO_POST).content.decode()
        assert mark(desk, case, letter, case.acknowledge_on).status_code == 400
        assert mark(desk, case, letter, case.acknowledge_on, PROOF).status_code == 302
        it_counts()
    case.refresh_from_db()
    assert case.acknowledged_at.date() == case.acknowledge_on


def test_the_page_costs_the_same_for_one_letter_and_for_many(django_assert_max_num_queries) -> None:
    desk = at_desk(hire("Olu", "mimap"))
    for number in range(4):
        written(desk, number=f"n{number}")
        with django_assert_max_num_queries(17):
            assert desk.get(TO_POST).content.decode().count("Acknowledgement") == number + 1


def test_an_address_changed_before_it_is_posted_is_the_one_it_goes_to_and_mail_takes_its_place() -> None:
    desk = at_desk(hire("Olu", "mimap"))
    (case,) = written(desk)
    told = subject.read(case)
    told.email = "dana@example.net"
    journal.record(case, "built", by=journal.PIPELINE, sealed_subject=subject.seal(case, told))
    desk.post(at("reveal", case), {"reason": "write"})
    letter = Letter.objects.get(status="to_post")
    desk.post(at("post_letter", case, letter.pk))
    desk.post(at("post_address", case), {"postal": "9 Elm Rd\nTroy"})
    # What was printed bears the old address.
    assert desk.post(at("post_mark", case, letter.pk), {"posted_on": today().isoformat()}).status_code == 400
    letter.refresh_from_db()
    assert by_post.read(letter)["to"] == "Dana Whitfield\n9 Elm Rd\nTroy"
    assert "Elm Rd" in PdfReader(BytesIO(outbox.read_pdf(letter))).pages[0].extract_text()
    # A reply is somebody's work: it is withdrawn by hand before the way changes.
    desk.post(at("reply", case), {"reply": "Which shop was it?", "once": "a"})
    reply = case.letters.get(kind="message_reply")
    assert desk.post(at("post_address", case), {"act": "drop"}).status_code == 400
    desk.post(at("letter_undo", case, reply.pk))
    assert desk.post(at("post_address", case), {"act": "drop"}).status_code == 302
    run_pipeline()
    letter.refresh_from_db()
    case.refresh_from_db()
    assert letter.status == Letter.Status.WITHHELD and case.acknowledged_at is not None
    assert case.letters.get(kind="acknowledgement", by_post=False).status == Letter.Status.QUEUED


@pytest.mark.parametrize(
    ("posted_after", "marked_after", "proof", "extended"),
    [(0, 0, b"", True), (0, 2, b"", None), (0, 2, PROOF, True), (1, 1, PROOF, None), (None, 2, b"", None), (None, 4, b"", False)],
)  # fmt: skip
def test_more_time_is_taken_only_if_the_notice_was_posted_by_its_last_day(
    posted_after, marked_after, proof, extended
) -> None:
    """Days are counted from the last one on which the notice may leave; ``None``: refused, and it still waits."""
    case = on_paper(opened())
    before = case.due_on
    last = law.Reckoning.from_json(case.reckoning).extension_notice_by
    typed = {"act": "send", "reason": "complex"}
    with noon(last):
        assert at_desk(hire("Olu", "mimap")).post(at("more_time", case), typed).status_code == 302
        run_pipeline()
    letter = case.letters.get(kind="more_time")
    assert more_time.why_not(case) == "pending" and REASON in by_post.read(letter)["text"]
    with noon(last + timedelta(days=marked_after), hours=1):
        desk = at_desk(hire("Pia", "mimap"))
        if posted_after is not None:
            wanted = 302 if extended else 400
            day = last + timedelta(days=posted_after)
            assert mark(desk, case, letter, day, proof).status_code == wanted
            it_counts()
        more_time.lapse_unposted(timezone.now())
    case.refresh_from_db()
    assert case.extended is bool(extended) and (case.due_on > before) is bool(extended)
    names = set(case.events.values_list("name", flat=True))
    assert (more_time.TAKEN in names, more_time.LAPSED in names) == (extended is True, extended is False)
    if extended:
        assert case.events.get(name=more_time.TAKEN).references["notice_sent_on"] == last.isoformat()


REASON = "What you asked for is complex"


def test_a_notice_that_cannot_lapse_stays_as_it_was_and_keeps_no_other_from_lapsing(monkeypatch) -> None:
    cases = [on_paper(opened()) for _each in range(2)]
    last = law.Reckoning.from_json(cases[0].reckoning).extension_notice_by
    with noon(last):
        desk = at_desk(hire("Olu", "mimap"))
        for case in cases:
            desk.post(at("more_time", case), {"act": "send", "reason": "complex"})
    takes_effect = more_time.take_effect

    def breaks(case: Case) -> None:
        if case == cases[0]:
            raise RuntimeError
        takes_effect(case)

    monkeypatch.setattr(more_time, "take_effect", breaks)
    with noon(last + timedelta(days=9)):
        more_time.lapse_unposted(timezone.now())
    assert [case.letters.get().status for case in cases] == [Letter.Status.TO_POST, Letter.Status.WITHHELD]
    assert [more_time.pending(case) is None for case in cases] == [False, True]


def reply_to(case: Case) -> None:
    at_desk(hire("Olu", "mimap")).post(at("reply", case), {"reply": "First.\n\nSecond.", "once": "a"})


def move_date(case: Case) -> None:
    references = {"due_before": "2026-12-01"}
    journal.record(case, publishing.RECOUNTED, by=journal.PIPELINE, references=references)
    publishing.tell(case)


def join_to(case: Case) -> None:
    kept = opened(20)
    duplicates._tell(case, kept)


def remind(case: Case) -> None:
    assert failing.ask_once_more(case, by=journal.PIPELINE, once="reminder")


@pytest.mark.parametrize(
    ("write", "kind", "says"),
    [(reply_to, "message_reply", "Second."), (move_date, "date_moved", "1 December 2026"),
     (join_to, "joined", "the same thing twice"), (remind, "reminder", "is waiting for you")],
)  # fmt: skip
def test_what_would_be_mailed_is_laid_ready_without_a_private_link(write, kind, says) -> None:
    case = on_paper(opened())
    write(case)
    letter = case.letters.get()
    text = by_post.read(letter)["text"]
    assert (letter.kind, letter.status) == (kind, Letter.Status.TO_POST) and says in text
    assert subject.read(case).link not in text and "answer this mail" not in text
    assert case.events.get(name=by_post.NOTICE_READY).references["kind"] == kind


def test_asking_once_more_by_post_counts_when_it_was_posted_and_a_refusal_waits_for_that() -> None:
    olu = hire("Olu", "mimap", "mipmap")
    desk = at_desk(olu)
    beijing = timezone.now().astimezone(by_post.zone(Case(controller="mipmap"))).date()
    typed = slip(
        received_on=beijing.isoformat(),
        rights=["CN_DELETE"],
        language="zh-Hans",
        email="",
        postal="北京市海淀区中关村大街1号",
    )
    desk.post("/staff/mipmap/write-down/", typed)
    run_pipeline()
    case = Case.objects.get()
    asking.cure(case, by=olu)
    with pytest.raises(asking.NotAllowed):
        asking.cure(case, by=olu)
    with pytest.raises(failing.CureFirst):
        failing.give_up(case, by=journal.PIPELINE, reason="not_shown")
    letter = case.letters.get(kind="reminder")
    assert "请来信" in by_post.read(letter)["text"] or "请发邮件" in by_post.read(letter)["text"]
    mark(desk, case, letter)
    it_counts()
    case.refresh_from_db()
    assert case.reminded_at is not None
    failing.give_up(case, by=journal.PIPELINE, reason="not_shown")
    assert case.state == State.RESPONDING


@pytest.mark.parametrize("by_mail", [True, False])
def test_a_reminder_withdrawn_before_it_was_posted_is_written_again(by_mail) -> None:
    case = build_case(state=State.VERIFYING, proved=False)
    journal.record(case, "built", by=journal.PIPELINE, standard="reasonable")
    remind(on_paper(case))
    by_post.withdraw_notices(case, "address_changed")
    if by_mail:
        told = subject.read(case)
        told.post_to = ""
        journal.record(case, "built", by=journal.PIPELINE, sealed_subject=subject.seal(case, told))
    # What is asked again and again is written once.
    for _again in range(2):
        if case.reminded_at is None:
            clock._remind(case, timezone.now())
    again = case.letters.get(kind="reminder", by_post=not by_mail, status__in=["to_post", "queued"])
    assert (case.reminded_at is not None) is by_mail and again.idempotency_key.endswith(":reminder-2")
    if not by_mail:
        assert by_post.read(again)["known"] == {"once": failing.REMINDER}


def test_a_reminder_is_not_posted_once_identity_was_shown() -> None:
    case = build_case(state=State.VERIFYING, proved=False, right="KNOW_CAT")
    journal.record(case, "built", by=journal.PIPELINE, standard="reasonable")
    remind(on_paper(case))
    sisters.earn(case, ["email_code"], [("email", "dana@example.org")], by=journal.PIPELINE, only=True)
    assert (case.state, case.letters.get().status) == (State.ASSESSING, Letter.Status.WITHHELD)


STOPS = [
    (by_post.KIND, "high", "", "by_staff", True, ["doubt"]),
    (by_post.KIND, "high", "", "postal", True, ["doubt", "came_back"]),
    (by_post.KIND, "high", "not_identified", "by_staff", True, []),
    (by_post.KIND, "none", "", "by_staff", True, []),
    ("joined", "high", "", "by_staff", False, []),
    ("joined", "high", "", "postal", True, ["came_back"]),
    ("joined", "none", "", "postal", True, []),
    ("joined", "none", "", "", False, ["came_back"]),
]  # fmt: skip
"""A letter to an address from which one came back: its kind, the case's standard and outcome, the doubt that is open,
whether somebody saw to the one that came back, and what stops it."""


def test_what_stops_a_letter_stops_no_other_and_is_asked_once_for_all(django_assert_max_num_queries) -> None:
    letters = []
    for kind, standard, outcome, doubted, seen, _why in STOPS:
        case = build_case(state=State.RECEIVED)
        case.standard, case.outcome = standard, outcome
        if doubted:
            Doubt.objects.create(case=case, kind=doubted, references={}, raised_at=timezone.now())
        about = {
            "case": case,
            "controller": "mimap",
            "key": case.key,
            "by_post": True,
            "made_at": timezone.now(),
        }
        back = {"bounced_at": timezone.now(), "seen_at": timezone.now() if seen else None}
        once = f"{case.public_id}:"
        Letter.objects.create(
            **about, **back, kind="joined", address_index="a", idempotency_key=f"{once}back"
        )
        letters += [
            Letter.objects.create(**about, kind=kind, address_index=index, idempotency_key=f"{once}{index}")
            for index in ("a", "b")
        ]
    with django_assert_max_num_queries(2):
        found = posting.stopped(letters)
    assert [found.get(letter.pk, []) for letter in letters[::2]] == [row[-1] for row in STOPS]
    # To another address only a doubt stops it.
    assert [found.get(letter.pk, []) for letter in letters[1::2]] == [
        [why for why in row[-1] if why == "doubt"] for row in STOPS
    ]
    assert STOPPED.keys() == {why for row in STOPS for why in row[-1]}, "the list has words for each"


def returned(desk: Client, case: Case, letter: Letter, **changed: object):
    typed: dict[str, object] = {"returned_on": today().isoformat(), "reason": "moved"}
    return desk.post(at("post_returned", case, letter.pk), typed | changed)


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
    assert case.acknowledged_at == told_at and posted.RETURNED in case.events.values_list("name", flat=True)
    assert pipeline.GIVEN.keys() >= {"acknowledgement", "more_time", "reminder", by_post.KIND}
