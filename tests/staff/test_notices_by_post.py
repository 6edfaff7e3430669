"""Notices and reminders on paper: they count once they are posted, and are withdrawn when they have nothing left to say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app import journal, law, publishing, subject
from requests_app.decision import duplicates, more_time
from requests_app.letters import by_post
from requests_app.lifecycle import State
from requests_app.models import Case, Letter
from requests_app.verification import asking, clock, failing, sisters
from tests.build import build_case
from tests.people import run_pipeline
from tests.response.test_posting import PROOF
from tests.staff.paper import at, it_counts, mark, noon, on_paper
from tests.staff.people import at_desk, hire
from tests.staff.test_clock import opened
from tests.staff.test_written_down import slip

pytestmark = pytest.mark.django_db
REASON = "What you asked for is complex"


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
