"""Letters on paper that wait to be posted: where they wait, when they count, and what stops them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from portal.staff.post_words import STOPPED
from requests_app import journal, subject
from requests_app.letters import by_post, outbox
from requests_app.lifecycle import State
from requests_app.models import Doubt, Letter
from requests_app.response import posting
from requests_app.verification import clock
from tests.build import build_case
from tests.people import run_pipeline
from tests.response.test_posting import PROOF, STREET
from tests.staff.paper import TO_POST, at, it_counts, mark, noon, today, written
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db


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


def test_the_page_costs_the_same_for_one_letter_and_for_many(
    monkeypatch, django_assert_max_num_queries
) -> None:
    desk = at_desk(hire("Olu", "mimap"))
    for number in range(4):
        written(desk, number=f"n{number}")
        # The first page of a minute also writes down that somebody is at the desk.
        desk.get(reverse("staff:home"))
        with django_assert_max_num_queries(12):
            assert desk.get(TO_POST).content.decode().count("Acknowledgement") == number + 1
    monkeypatch.setattr("portal.staff.to_post.PAGE", 3)
    first = desk.get(TO_POST)
    # What leaves meanwhile makes nothing of the next page slip by.
    gone = Letter.objects.filter(status="to_post").order_by("pk").first()
    Letter.objects.filter(pk=gone.pk).update(status=Letter.Status.WITHHELD)
    (last,) = desk.get(TO_POST + first.context["next_url"]).context["rows"]
    assert last["reference"] not in {row["reference"] for row in first.context["rows"]}


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
