"""A letter that the post brings back when the case is closed already, and a person whom no address reaches at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from requests_app import doubts, journal, lifecycle, subject
from requests_app.letters import by_post
from requests_app.lifecycle import State
from requests_app.models import Case, Doubt, Letter
from requests_app.verification import clock
from tests.build import build_case, found
from tests.people import run_pipeline
from tests.response.test_posting import STREET
from tests.staff.paper import at, it_counts, mark, on_paper, returned, written
from tests.staff.people import at_desk, hire
from tests.staff.test_notices_by_post import remind, reply_to

pytestmark = pytest.mark.django_db


def posted_and_closed(desk: Client, *write: Callable[[Case], None]) -> tuple[Case, list[Letter]]:
    """Letters that were posted while the case was open; since then it was answered, and closed."""
    case = on_paper(build_case({"orders.older": found(3)}, right="KNOW_CAT"))
    for one in write:
        one(case)
    letters = list(case.letters.order_by("pk"))
    for letter in letters:
        mark(desk, case, letter)
    it_counts()
    journal.advance(
        case := Case.objects.get(pk=case.pk), lifecycle.ANSWER, by=journal.PIPELINE, outcome="granted",
        answered_at=timezone.now(),
    )  # fmt: skip
    return case, letters


def test_what_still_matters_and_comes_back_after_the_close_goes_to_another_address() -> None:
    desk = at_desk(hire("Olu", "mimap"))
    case, (reply,) = posted_and_closed(desk, reply_to)
    assert returned(desk, case, reply).status_code == 302
    page = desk.get(at("post", case)).content.decode()
    assert at("post_again", case, reply.pk) in page and "The case is closed" in page
    assert "Correct the address" in desk.get("/staff/mimap/lost/").content.decode()
    assert desk.post(at("post_again", case, reply.pk)).status_code == 400
    desk.post(at("reveal", case), {"reason": "write"})
    assert desk.post(at("post_address", case), {"postal": "9 Elm Rd\nTroy"}).status_code == 302
    run_pipeline()
    for _twice in range(2):
        again = desk.post(at("post_again", case, reply.pk))
    assert again.status_code == 400 and case.letters.filter(status=Letter.Status.TO_POST).count() == 1
    anew = case.letters.get(status=Letter.Status.TO_POST)
    assert by_post.read(anew)["to"].endswith("9 Elm Rd\nTroy")
    assert by_post.read(anew)["text"] == by_post.read(reply)["text"]
    assert mark(desk, case, anew).status_code == 302
    it_counts()
    case.refresh_from_db()
    anew.refresh_from_db()
    assert (case.state, anew.status, journal.verify(case)) == (State.CLOSED, Letter.Status.SENT, None)
    assert "Every letter got through" in desk.get("/staff/mimap/lost/").content.decode()
    # Whoever writes after the answer can be written to, and how it was seen to can be noted.
    page = desk.get(at("case", case)).content.decode()
    assert 'id="id_reply"' in page and 'id="id_note"' in page and "Missing before a decision" not in page
    desk.post(at("reply", case), {"reply": "You are welcome.", "once": "later"})
    assert case.letters.get(status=Letter.Status.TO_POST).kind == "message_reply"


def test_what_has_nothing_left_to_say_after_the_answer_is_closed_in_one_press() -> None:
    desk = at_desk(hire("Olu", "mimap"))
    case, (asked,) = posted_and_closed(desk, remind)
    told = desk.get(at("post_returned", case, asked.pk)).content.decode()
    assert "nothing left to say" in told
    returned(desk, case, asked)
    for url in (at("post", case), "/staff/mimap/lost/", at("case", case)):
        page = desk.get(url).content.decode()
        assert "nothing left to say" in page and "orrect the address" not in page
        assert at("post_again", case, asked.pk) not in page
    assert desk.post(at("post_again", case, asked.pk)).status_code == 400
    done = desk.post(at("letter_lost", case, asked.pk), {"act": "seen", "back": "post"})
    assert done.url == at("post", case)
    assert case.events.get(name="letter_seen_to").reason == "moot"
    assert "nothing left to say" in desk.get(at("case", case)).content.decode()
    assert "Every letter got through" in desk.get("/staff/mimap/lost/").content.decode()


def test_a_receipt_has_something_to_say_while_one_of_its_cases_is_open(
    django_assert_num_queries,
) -> None:
    first, second = written(at_desk(hire("Olu", "mimap")), rights=["DELETE", "KNOW_CAT"])
    letters = [Letter.objects.select_related("case").get()] * 2
    for case, moot in ((first, False), (second, True)):
        journal.record(case, "built", by=journal.PIPELINE, answered_at=timezone.now())
        with django_assert_num_queries(1):
            assert bool(by_post.moot(letters)) is moot


def test_files_stay_open_to_the_person_while_only_a_postal_address_is_doubted() -> None:
    case = build_case({"orders.older": found(3)}, right="KNOW_PCS")
    journal.record(case, "built", by=journal.PIPELINE, standard="high")
    doubts.raise_doubt(case, Doubt.Kind.POSTAL, by=journal.PIPELINE)
    assert doubts.block_files(case)
    journal.advance(case, lifecycle.ANSWER, by=journal.PIPELINE, outcome="granted")
    assert not doubts.block_files(case)
    doubts.raise_doubt(case, Doubt.Kind.BY_STAFF, by=journal.PIPELINE)
    assert doubts.block_files(case)


def test_whom_no_address_reaches_is_left_alone_once_staff_were_told_until_one_is_set(
    django_assert_num_queries,
) -> None:
    olu = hire("Olu", "mimap")
    desk = at_desk(olu)
    (case,) = written(desk, channel="phone", postal="")
    case.refresh_from_db()
    assert (case.state, case.waits_for) == (State.VERIFYING, "by_hand")
    Case.objects.filter(pk=case.pk).update(due_on=case.received_at.date() - timedelta(days=2))
    for view, shown in {"mine": True, "open": True, "late": True, "unverified": False}.items():
        listed = desk.get("/staff/mimap/", {"view": view}).content.decode()
        assert (case.reference in listed) is shown and "1 case is past our date" in listed
    # In the step of the pipeline staff were told; the round does not even open it again.
    with django_assert_num_queries(1):
        clock.acknowledge()
    assert case.events.filter(name="nobody_told").count() == 1 and not case.letters.exists()
    page = desk.get(at("case", case)).content.decode()
    assert "Ask for one where they are known" in page and "settle identity by hand" in page
    desk.post(at("reveal", case), {"reason": "write"})
    desk.post(at("post_address", case), {"postal": STREET})
    assert "Ask for one where they are known" not in desk.get(at("case", case)).content.decode()
    clock.acknowledge()
    assert case.letters.get().kind == "acknowledgement"
    # Withdrawn with the address, it is told once more, and once only.
    told = subject.read(Case.objects.get(pk=case.pk))
    told.post_to = ""
    Letter.objects.update(status=Letter.Status.WITHHELD)
    journal.record(case, "post_address_set", by=journal.PIPELINE, sealed_subject=subject.seal(case, told))
    for _twice in range(2):
        clock.acknowledge()
    assert case.events.filter(name="nobody_told").count() == 2
