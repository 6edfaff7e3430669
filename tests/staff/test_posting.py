"""The desk from which an answer is posted: what is shown, what is taken, and when it counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from requests_app import journal
from requests_app.letters import by_post
from requests_app.lifecycle import State
from requests_app.models import Letter
from tests.people import run_pipeline
from tests.response.test_posting import PROOF, TODAY, paper_case
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db


def at(name: str, case, *more: object) -> str:
    return reverse(f"staff:{name}", args=["mimap", case.reference, *more])


def typed(**changed: object) -> dict[str, object]:
    proof = SimpleUploadedFile("receipt.pdf", PROOF)
    return {"posted_on": TODAY.isoformat(), "carrier": "USPS", "number": "9400 1", "proof": proof} | changed


def test_an_answer_is_printed_posted_undone_posted_again_and_closed() -> None:
    case = paper_case(email="")
    run_pipeline()
    desk = at_desk(hire("Olu", "mimap"))
    number = by_post.laid_ready(case).pk
    waiting = desk.get(reverse("staff:to_post", args=["mimap"])).content.decode()
    assert case.reference in waiting and at("post_one", case, number) in waiting
    assert "Post the answer" in desk.get(at("case", case)).content.decode()
    page = desk.get(at("post", case)).content.decode()
    assert "Main St" not in page and "12207" not in page and "Take the data files" in page
    letter = desk.post(at("post_letter", case, number))
    assert letter.content.startswith(b"%PDF") and letter["Content-Type"] == "application/pdf"
    assert b"".join(desk.post(at("post_files", case)).streaming_content).startswith(b"PK")
    assert desk.post(at("post_mark", case, number), typed(proof="")).status_code == 400
    assert desk.post(at("post_mark", case, number), typed()).status_code == 302
    shown = desk.get(at("case", case)).content.decode()
    assert "marked as posted" in shown and at("post_undo", case, number) in shown
    assert desk.post(at("post_undo", case, number)).status_code == 302
    desk.post(at("post_mark", case, number), typed())
    Letter.objects.exclude(next_try_at=None).update(next_try_at=timezone.now() - timedelta(seconds=1))
    run_pipeline()
    case.refresh_from_db()
    assert case.state == State.CLOSED and case.answered_at.date() == TODAY
    names = set(case.events.filter(by_kind="staff").values_list("name", flat=True))
    assert names >= {"letter_printed", "files_taken_for_post", "marked_posted", "posting_undone"}
    desk.post(at("reveal", case), {"reason": "write"})
    assert "USPS" in desk.get(at("post", case)).content.decode()


def test_the_address_is_shown_and_changed_only_after_a_reason() -> None:
    case = paper_case()
    run_pipeline()
    desk, letter = at_desk(hire("Olu", "mimap")), by_post.laid_ready(case)
    assert desk.post(at("post_address", case), {"postal": "9 Elm Rd\nTroy"}).status_code == 400
    desk.post(at("reveal", case), {"reason": "write"})
    assert "1 Main St" in desk.get(at("post", case)).content.decode()
    long = desk.post(at("post_address", case), {"postal": "x" * 80})
    assert long.status_code == 400 and 'id="id_postal"' in long.content.decode()
    assert desk.post(at("post_address", case), {"postal": "9 Elm Rd\nTroy"}).status_code == 302
    run_pipeline()
    assert case.doubts.filter(kind="postal", closed_at=None).exists()
    assert "No letter waits here" in desk.get(at("post", case)).content.decode()
    assert desk.post(at("post_mark", case, letter.pk), typed()).status_code == 404


def test_an_assignment_of_a_moment_ago_is_taken_back_by_whoever_made_it() -> None:
    olu, pia = hire("Olu", "mimap"), hire("Pia", "mimap")
    case, desk = assessing(by=olu), at_desk(olu)
    desk.post(at("assign", case), {"assignee": pia.pk})
    assert at("assign_undo", case) in desk.get(at("case", case)).content.decode()
    assert at("assign_undo", case) not in at_desk(pia).get(at("case", case)).content.decode()
    at_desk(pia).post(at("assign_undo", case))
    case.refresh_from_db()
    assert case.assignee == pia
    desk.post(at("assign_undo", case))
    case.refresh_from_db()
    assert case.assignee == olu and journal.verify(case) is None
    # Neither twice, nor after the seconds, nor when something has happened since.
    desk.post(at("assign_undo", case))
    assert case.events.filter(name="assigned").count() == 2
    desk.post(at("assign", case), {"assignee": ""})
    desk.post(at("note", case), {"note": "For Pia."})
    desk.post(at("assign_undo", case))
    case.refresh_from_db()
    assert case.assignee is None
