"""One request that is really two: split by a person, told to the requester, read from both, and undone."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app import doubts, figures, journal, lifecycle, register, subject, worklist
from requests_app.archive import purge
from requests_app.intake import logged, split
from requests_app.letters import by_post, outbox
from requests_app.models import Case, Determination, Letter, Submission
from requests_app.verification import steps as verification
from tests.acting import accept, open_acting, refreshed, show_all
from tests.build import build_case, found
from tests.people import DANA, code_in, of_own_motion, open_case, run_pipeline, verified
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db
SAME, ANOTHER = {"whose": "same_person"}, {"whose": "another_person"}
BEN = ANOTHER | {"name": "Ben Ito", "email": "ben@example.net"}


def url(name: str, case: Case, *more: object) -> str:
    return reverse(f"staff:{name}", args=[case.controller, case.reference, *more])


def only_other(case: Case) -> Case:
    return Case.objects.select_related("key", "submission").exclude(pk=case.pk).get()


def receipts(case: Case) -> list[str]:
    return [outbox.read(one)["text"] for one in Letter.objects.filter(case=case, kind="acknowledgement")]


def test_a_second_thing_asked_becomes_a_sister_case_from_the_same_day(samples) -> None:
    desk = at_desk(hire("Olu", "mimap"))
    case = verified(open_case(right="KNOW_PCS", received_at=timezone.now() - timedelta(days=9)))
    (first,) = receipts(case)
    page = desk.get(url("case", case)).content.decode()
    assert url("split", case) in page and "Whom is it about?" in desk.get(url("split", case)).content.decode()
    answer = desk.post(url("split", case), SAME | {"rights": ["DELETE"]})
    new = only_other(case)
    assert answer.url == url("case", new) and new.submission == case.submission
    for name in ("received_at", "received_on", "channel", "language", "subject_index", "capacity"):
        assert getattr(new, name) == getattr(case, name), name
    assert new.due_on == case.due_on and new.after == case and new.methods == ["email_code"]
    assert subject.read(new).email == subject.read(case).email
    run_pipeline()
    new.refresh_from_db()
    case.refresh_from_db()
    # A signature was given for the copy alone, so the erasure asks for its own; the code counts for both.
    assert (case.state, new.state, new.waits_for) == ("assessing", "verifying", "proof")
    # One receipt more, of the new one, which says that the other stays as it was.
    (told,) = receipts(new)
    assert receipts(case) == [first] and new.acknowledged_at
    assert new.spaced_reference in told and f"What we told you of {case.spaced_reference} stays" in told
    assert f"Your reference: {case.spaced_reference}" not in told
    for one, other in ((case, new), (new, case)):
        shown = desk.get(url("case", one)).content.decode()
        assert "From the same request" in shown and url("case", other) in shown
        assert journal.verify(one) is None
        assert one.events.filter(references__case=other.reference, by_kind="staff").count() == 1
    assert counted(case) == 2


def counted(case: Case) -> int:
    """How many requests the figures have of its year."""
    return figures.cases(
        figures.Period("mimap", "ccpa", case.received_on.year, worklist.today_of(case))
    ).count()


def test_one_code_counts_for_both_where_the_splitting_comes_before_it(samples) -> None:
    desk, case = at_desk(hire("Olu", "mimap")), open_case(right="KNOW_CAT")
    run_pipeline()
    code = code_in(case)
    desk.post(url("split", case), SAME | {"rights": ["OPT_OUT", "KNOW_PCS"]})
    # Sent twice it is one splitting.
    assert desk.post(url("split", case), SAME | {"rights": ["KNOW_PCS"]}).status_code == 400
    run_pipeline()
    told = [text for one in Case.objects.order_by("pk") for text in receipts(one)]
    # Whichever is written to first speaks for what else is new.
    assert [sum(one.spaced_reference in text.split("Your reference", 1)[1] for text in told)
            for one in Case.objects.all()] == [1, 1, 1]  # fmt: skip
    assert verification.answer(case, code).value == "right"
    run_pipeline()
    asked = {one.right: one for one in Case.objects.all()}
    assert asked["KNOW_CAT"].methods == asked["KNOW_PCS"].methods == ["email_code"]
    assert (asked["KNOW_CAT"].state, asked["OPT_OUT"].methods) == ("assessing", [])


def letter_of_two(**more: str) -> Case:
    """Dana's letter, in which Ben stands too."""
    slip = logged.Slip(
        number="two", channel="post", received_on=worklist.today_at("mimap") - timedelta(days=6), language="en",
        rights=("KNOW_PCS",), text="I, Dana, want a copy. So does Ben.", name="Dana Whitfield",
        late_reason="post_room", **{"email": DANA["mimap"]} | more,
    )  # fmt: skip
    (case,) = logged.log(register.controller("mimap"), slip, by=hire("Pia", "mimap")).cases
    return case


def test_of_another_person_nothing_counts_and_the_letter_is_read_from_both(samples) -> None:
    desk, case = at_desk(hire("Olu", "mimap")), verified(letter_of_two())
    desk.post(url("split", case), BEN | {"rights": ["KNOW_PCS"], "postal": "1 Main St\nAlbany, NY 12207"})
    new = only_other(case)
    told = subject.read(new)
    assert (told.name, told.email, told.proved, new.methods) == ("Ben Ito", "ben@example.net", [], [])
    assert (new.received_at, new.due_on, new.channel) == (case.received_at, case.due_on, "post")
    assert new.submission != case.submission and new.after is None
    assert new.submission.split_from == case.submission and not bytes(new.submission.sealed)
    run_pipeline()
    new.refresh_from_db()
    assert new.state == "verifying"
    (letter,) = receipts(new)
    assert case.reference not in letter.replace(" ", "") and "We have received a request" in letter
    desk.post(url("reveal", new), {"reason": "search"})
    assert "So does Ben." in desk.get(url("original", new)).content.decode()
    mail = reverse("staff:submission", args=["mimap", case.submission.public_id])
    assert mail in desk.get(url("case", new)).content.decode()
    page = desk.get(mail).content.decode()
    assert case.spaced_reference in page and new.spaced_reference in page
    # Another thing of Ben's found later is beside his first.
    desk.post(url("split", case), BEN | {"rights": ["DELETE"]})
    assert (
        new.submission.cases.count() == 2
        and not Submission.objects.filter(split_from=new.submission).exists()
    )
    shown = desk.get(url("case", case)).content.decode()
    assert shown.count("of another person") >= 2


def test_the_letter_of_two_is_destroyed_with_the_last_of_their_cases(samples) -> None:
    olu, case = hire("Olu", "mimap"), verified(letter_of_two())
    split.split(case, split.Found(("KNOW_PCS",), another=True, name="Ben Ito"), by=olu)
    new, letter = only_other(case), case.submission
    for one, left in ((case, True), (new, False)):
        Case.objects.filter(pk=one.pk).update(state="closed", outcome="granted", closed_at=timezone.now())
        purge.purge(Case.objects.select_related("key").get(pk=one.pk))
        letter.refresh_from_db()
        assert bool(letter.sealed) is left and (letter.key.wrapped is not None) is left
        desk = at_desk(olu)
        assert "I, Dana" not in desk.get(url("original", one)).content.decode()
        desk.post(url("reveal", new), {"reason": "search"})
        assert ("I, Dana" in desk.get(url("original", new)).content.decode()) is left


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"rights": ["DELETE"]}, "Choose whom it is about."),
        (SAME, "Choose what it asks for."),
        (SAME | {"rights": ["NOSUCH"]}, "Choose what it asks for."),
        (SAME | {"rights": ["KNOW_PCS"]}, "This person has a case for that from the same request already."),
        (ANOTHER | {"rights": ["DELETE"]}, "Enter a name or an e-mail address."),
        (BEN | {"rights": ["DELETE"], "email": "ben"}, "Enter an e-mail address like"),
        (BEN | {"rights": ["DELETE"], "email": "Dana@example.com"}, "This is the address of the person of this case."),
        (BEN | {"rights": ["DELETE"], "postal": "x" * 90}, "fit the envelope’s window"),
    ],
)  # fmt: skip
def test_what_is_no_second_request_is_not_split_off(typed, told) -> None:
    case = open_case(right="KNOW_PCS")
    answer = at_desk(hire("Olu", "mimap")).post(url("split", case), typed)
    assert answer.status_code == 400 and told in answer.content.decode()
    assert Case.objects.count() == 1 and case.events.count() == 1


@pytest.mark.parametrize(
    ("who", "may"), [("Olu", True), ("Pia", True), ("Cora", False), ("Ada", False), ("Adam", False)]
)
def test_who_may_not_split_is_refused_by_page_list_and_post(who, may) -> None:
    case, person = assessing(), hire(who, "mimap")
    desk, asks = at_desk(person), SAME | {"rights": ["KNOW_PCS"]}
    file = desk.get(url("case", case)).content.decode()
    assert (url("split", case) in file) is may
    assert (desk.get(url("split", case)).status_code == 200) is may
    # A list has no such act: what else stands in a request is seen in each by itself.
    bulk = {"act": "split", "step": "do", "case": [case.reference], **asks}
    desk.post(reverse("staff:bulk", args=["mimap"]), bulk)
    assert Case.objects.count() == 1
    with contextlib.nullcontext() if may else pytest.raises(split.NotSplit):
        split.split(case, split.Found(("KNOW_CAT",)), by=person)
    assert (desk.post(url("split", case), asks).status_code == 302) is may
    assert Case.objects.count() == (3 if may else 1)
    if not may:
        split.split(case, split.Found(("KNOW_CAT",)), by=hire("Olu", "mimap"))
        assert desk.post(url("unsplit", only_other(case))).status_code in (403, 404)
        assert only_other(case).state == "received"


def test_ones_own_request_and_what_nobody_asked_and_what_is_over_is_not_split() -> None:
    pia, olu = hire("Pia", "mimap"), hire("Olu", "mimap")
    own, over = assessing(email=pia.email), build_case({"orders.older": found(3, "")}, state="responding")
    journal.advance(over, lifecycle.ANSWER, by=journal.PIPELINE, outcome="granted")
    asks = SAME | {"rights": ["KNOW_PCS"]}
    assert at_desk(pia).post(url("split", own), asks).status_code == 404
    assert at_desk(olu).post(url("split", of_own_motion(by=olu)), asks).status_code == 404
    page = at_desk(olu).get(url("split", over)).content.decode()
    assert "Only a request that is open can be split" in page and "Split it off" not in page
    assert at_desk(olu).post(url("split", over), asks).status_code == 400
    with pytest.raises(split.NotSplit):
        split.split(own, split.Found(("KNOW_PCS",)), by=pia)
    # Nor for oneself out of another's letter.
    mine = BEN | {"rights": ["KNOW_PCS"], "email": olu.email.upper()}
    assert "split off by a colleague" in at_desk(olu).post(url("split", own), mine).content.decode()


def test_a_splitting_is_undone_until_something_is_decided(samples) -> None:
    desk, case = at_desk(hire("Olu", "mimap")), verified(open_case(right="DELETE"))
    desk.post(url("split", case), SAME | {"rights": ["KNOW_CAT"]})
    run_pipeline()
    new = only_other(case)
    case.refresh_from_db()
    assert (new.state, case.after) == ("assessing", new) and counted(case) == 2
    Determination.objects.filter(holding__case=new).update(choice="grant")
    assert url("unsplit", new) not in desk.get(url("case", new)).content.decode()
    assert desk.post(url("unsplit", new)).status_code == 403
    Determination.objects.filter(holding__case=new).update(choice="")
    assert url("unsplit", new) in desk.get(url("case", new)).content.decode()
    assert desk.post(url("unsplit", new)).url == url("case", case)
    run_pipeline()
    new.refresh_from_db()
    case.refresh_from_db()
    assert (new.state, new.outcome, case.after, case.state) == ("closed", "mistaken", None, "assessing")
    assert new.purge_on and counted(case) == 1 and all(journal.verify(one) is None for one in (case, new))
    said = outbox.read(new.letters.get(kind="mistaken"))
    assert (
        "opened it by mistake" in said["subject"] and f"told you of {case.spaced_reference}" in said["text"]
    )
    assert "Opened by mistake" in desk.get(url("case", new)).content.decode()
    assert desk.post(url("unsplit", new)).status_code == 403 == desk.post(url("unsplit", case)).status_code
    # It may be found to be asked for after all.
    assert desk.post(url("split", case), SAME | {"rights": ["KNOW_CAT"]}).status_code == 302


def test_of_another_persons_mistaken_case_the_first_is_not_named_and_who_heard_nothing_is_not_written_to(
    samples,
) -> None:
    desk, case = at_desk(hire("Olu", "mimap")), verified(letter_of_two())
    for heard in (True, False):
        desk.post(url("split", case), BEN | {"rights": ["KNOW_CAT" if heard else "KNOW_PCS"]})
        new = Case.objects.latest("pk")
        if heard:
            run_pipeline()
        desk.post(url("unsplit", new))
        letters = [outbox.read(one) for one in new.letters.filter(kind="mistaken")]
        assert len(letters) == heard
        assert not [one for one in letters if case.spaced_reference in one["text"] + one["subject"]]


def test_on_paper_the_second_receipt_and_the_mistake_are_letters_too(samples) -> None:
    desk = at_desk(hire("Olu", "mimap"))
    case = letter_of_two(email="", postal="1 Main St\nAlbany, NY 12207")
    run_pipeline()
    assert case.letters.get(kind="acknowledgement").status == "to_post"
    desk.post(url("split", case), SAME | {"rights": ["KNOW_CAT"]})
    run_pipeline()
    new = only_other(case)
    letter = by_post.read(new.letters.get(kind="acknowledgement"))
    assert "found in the same request" in letter["text"] and letter["to"].endswith("Albany, NY 12207")
    # Nobody posted it, so there is nothing to take back.
    desk.post(url("unsplit", new))
    run_pipeline()
    assert [(one.kind, one.status) for one in new.letters.all()] == [("acknowledgement", "withheld")]
    assert case.letters.get(kind="acknowledgement").status == "to_post"


def test_what_is_doubted_of_the_one_who_asks_is_doubted_of_both(samples) -> None:
    olu, case = hire("Olu", "mimap"), verified(open_case(right="KNOW_PCS"))
    doubts.raise_doubt(case, doubts.Kind.BY_STAFF, by=journal.staff(olu.pk))
    split.split(case, split.Found(("DELETE",)), by=olu)
    run_pipeline()
    assert doubts.block_release(only_other(case))


def test_authority_that_was_judged_is_shown_anew_for_what_is_found_since() -> None:
    """What was accepted to ask for one thing says nothing of another, and the paper is destroyed."""
    olu = hire("Olu", "mimap")
    (case,) = open_acting("mimap", "KNOW_PCS")
    split.split(case, split.Found(("KNOW_CAT",)), by=olu)
    assert case.submission.cases.count() == 2
    show_all(case)
    accept(case, olu)
    split.split(case, split.Found(("DELETE",)), by=olu)
    new = Case.objects.select_related("submission").latest("pk")
    assert new.submission.split_from == case.submission and new.authority_matter != case.authority_matter
    for right in ("KNOW_PCS", "DELETE"):
        with pytest.raises(split.NotSplit):
            split.split(case, split.Found((right,)), by=olu)
    run_pipeline()
    (new,) = refreshed(new)
    assert new.state == "verifying" and new.waits_for and not new.methods
