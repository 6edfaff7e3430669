"""The same thing asked twice: seen, joined by a person, taken apart again; and adding to an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from requests_app import journal, lifecycle, likely_twins, subject
from requests_app.archive import steps as archive
from requests_app.decision import duplicates
from requests_app.decision.determine import NotAllowed
from requests_app.letters import conversation
from requests_app.models import Case, Letter, Message, Submission
from tests.build import build_case, found
from tests.people import run_pipeline
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db


def asked(days_ago: int, state: str = "assessing", *, proved: bool = True, **more: object) -> Case:
    case = build_case(
        {"orders.older": found(3, "")} if state == "assessing" else {}, state=state,
        received_at=timezone.now() - timedelta(days=days_ago), **more,
    )  # fmt: skip
    if proved and state == "assessing":
        journal.record(
            case, "built", by=journal.PIPELINE, identified_at=timezone.now(), methods=["email_code"],
            standard="reasonable", preview_digest="d" * 64, waits_for="decision",
        )  # fmt: skip
    return case


def url(name: str, case: Case, *more: object) -> str:
    return reverse(f"staff:{name}", args=[case.controller, case.reference, *more])


@pytest.mark.parametrize(
    ("one", "two", "kept", "earlier"),
    [
        ((20, "assessing"), (3, "assessing"), 0, False),
        ((3, "assessing"), (20, "assessing"), 1, False),
        ((20, "verifying"), (3, "assessing"), 1, True),  # the proved one goes on, from the earlier day
        ((3, "verifying"), (20, "verifying"), 1, False),
    ],
)
def test_joining_keeps_the_earliest_clock_and_every_message(one, two, kept, earlier) -> None:
    olu, pair = hire("Olu", "mimap"), [asked(*one), asked(*two)]
    for number, case in enumerate(pair):
        conversation.add(case, Message.Kind.FROM_REQUESTER, text=f"words {number}", written_at=timezone.now())
    first = min(case.received_at for case in pair)
    page = at_desk(olu).get(url("twins", pair[0])).content.decode()
    assert "same right" in page and "1 message comes over" in page
    assert ("counted from the earlier" in page) is earlier
    answer = at_desk(olu).post(url("join", pair[0]), {"other": pair[1].reference})
    assert answer.url == url("case", pair[kept])
    for case in pair:
        case.refresh_from_db()
    goes_on, closed = pair[kept], pair[1 - kept]
    assert (closed.state, closed.outcome, closed.duplicate_of) == ("closed", "duplicate", goes_on)
    assert goes_on.received_at == first and goes_on.closed_at is None
    assert goes_on.reckoning["received_at"] == goes_on.received_at.isoformat()
    assert sorted(said for _m, said in conversation.exchanged(goes_on)) == ["words 0", "words 1"]
    letter = Letter.objects.get(case=closed, kind="joined")
    assert letter.address_index == closed.subject_index
    assert all(journal.verify(case) is None for case in pair)


def test_taking_apart_gives_both_back_what_was_theirs(samples) -> None:
    olu = hire("Olu", "mimap")
    old, proved = asked(20, "verifying"), asked(3)
    conversation.add(old, Message.Kind.FROM_REQUESTER, text="mine", written_at=timezone.now())
    before = (proved.received_at, proved.due_on, proved.reckoning)
    duplicates.merge(old, proved, by=olu)
    old.refresh_from_db()
    archive.close(old)
    desk = at_desk(olu)
    assert url("take_apart", old) in desk.get(url("case", old)).content.decode()
    assert desk.post(url("take_apart", old)).status_code == 302
    old.refresh_from_db()
    proved.refresh_from_db()
    assert (proved.received_at, proved.due_on, proved.reckoning) == before
    assert not conversation.exchanged(proved) and len(conversation.exchanged(old)) == 1
    # Nothing was shown for it, so it has to be shown still.
    assert old.state == "received" and not old.outcome and old.purge_on is None and old.duplicate_of is None
    run_pipeline()
    old.refresh_from_db()
    assert old.state == "verifying"
    assert all(journal.verify(case) is None for case in (old, proved))


def test_what_was_proved_stays_proved_after_taking_apart(samples) -> None:
    olu = hire("Olu", "mimap")
    old, new = asked(20, right="KNOW_CAT"), asked(3, right="KNOW_CAT")
    duplicates.merge(old, new, by=olu)
    new.refresh_from_db()
    duplicates.unmerge(new, by=olu)
    run_pipeline()
    new.refresh_from_db()
    assert new.state == "assessing"


def test_what_was_to_be_posted_about_the_joining_is_not_posted_after_taking_apart() -> None:
    olu = hire("Olu", "mimap")
    old, new = asked(20, right="KNOW_CAT"), asked(3, right="KNOW_CAT")
    told = subject.read(new)
    told.post_to = "1 Main St\nAlbany, NY 12207"
    journal.record(new, "built", by=journal.PIPELINE, sealed_subject=subject.seal(new, told))
    duplicates.merge(old, new, by=olu)
    assert new.letters.get(kind="joined").status == Letter.Status.TO_POST
    new.refresh_from_db()
    duplicates.unmerge(new, by=olu)
    assert new.letters.get(kind="joined").status == Letter.Status.WITHHELD


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"email": "ana@example.net", "name": "Ana"}, "other_person"),
        ({"right": "KNOW_PCS"}, "other_right"),
        ({"state": "fulfilling"}, ""),
        ({"state": "responding"}, ""),
    ],
)
def test_what_is_not_one_request_is_not_joined(other, why) -> None:
    olu, case = hire("Olu", "mimap"), asked(5)
    second = asked(2, **({"state": "assessing"} | other)) if why else asked(2, other["state"])
    if why:
        with pytest.raises(NotAllowed) as refusal:
            duplicates.merge(case, second, by=olu)
        assert refusal.value.problems == [("case", why)]
        assert at_desk(olu).post(url("join", case), {"other": second.reference}).status_code == 400
        assert not Case.objects.filter(outcome="duplicate").exists()
    else:
        # What is approved already cannot be the one that closes.
        with pytest.raises(NotAllowed):
            duplicates.merge(case, second, by=olu)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({}, {"capacity": "agent"}),
        ({"account_index": "a" * 64}, {"account_index": "b" * 64}),
        ({"capacity": "agent"}, {"capacity": "agent", "sender": "c" * 64}),
    ],
)
def test_what_two_people_asked_about_one_is_not_joined(one, two) -> None:
    olu, pair = hire("Olu", "mimap"), [asked(5), asked(2)]
    for case, told in zip(pair, (one, two), strict=True):
        Submission.objects.filter(pk=case.submission_id).update(sender_index=told.pop("sender", "d" * 64))
        journal.record(case, "built", by=journal.PIPELINE, **told)
    likely_twins.mark("mimap", {pair[0].subject_index})
    with pytest.raises(NotAllowed) as refusal:
        duplicates.merge(*pair, by=olu)
    assert refusal.value.problems == [("case", "other_person")]
    desk = at_desk(olu)
    assert desk.post(url("join", pair[0]), {"other": pair[1].reference}).status_code == 400
    if "capacity" in two and not one:
        assert not Case.objects.filter(twin_likely=True).exists()


@pytest.mark.parametrize(("who", "may"), [("Olu", True), ("Pia", True), ("Cora", False), ("Ada", False)])
def test_who_may_not_join_is_told_so_by_page_and_by_post(who, may) -> None:
    one, two = asked(9), asked(5)
    desk = at_desk(hire(who, "mimap"))
    page = desk.get(url("twins", one)).content.decode()
    assert ("Join with" in page) is may and two.spaced_reference in page
    assert (desk.post(url("join", one), {"other": two.reference}).status_code == 302) is may
    two.refresh_from_db()
    assert (two.outcome == "duplicate") is may
    if not may:
        journal.advance(
            two, lifecycle.MARK_DUPLICATE, by=journal.PIPELINE, outcome="duplicate", duplicate_of=one
        )
        assert desk.post(url("take_apart", two)).status_code == 403


def test_ones_own_case_is_joined_by_colleagues_only() -> None:
    pia = hire("Pia", "mimap")
    one, two = asked(9, email=pia.email), asked(5, email=pia.email)
    assert at_desk(pia).post(url("join", one), {"other": two.reference}).status_code == 404
    with pytest.raises(NotAllowed):
        duplicates.merge(one, two, by=pia)


def test_an_answer_is_added_to_only_for_somebody_identified() -> None:
    olu, closed = hire("Olu", "mimap"), {}
    for outcome, proved in (("granted", True), ("granted", False), ("withdrawn", True), ("duplicate", True)):
        case = asked(5, "responding")
        journal.record(
            case, "built", by=journal.PIPELINE, standard="reasonable",
            identified_at=timezone.now() if proved else None,
        )  # fmt: skip
        journal.advance(case, lifecycle.ANSWER, by=journal.PIPELINE, outcome=outcome)
        archive.close(case)
        closed[outcome, proved] = case
    desk = at_desk(olu)
    for (outcome, proved), case in closed.items():
        answer = desk.post(url("supplement", case), {"supplement": "The orders of 2024 are missing."})
        case.refresh_from_db()
        goes_on = (outcome, proved) == ("granted", True)
        assert (answer.status_code, case.state) == ((302, "assessing") if goes_on else (400, "closed"))
    case = closed["granted", True]
    assert case.purge_on is None and case.closed_at is None and journal.verify(case) is None
    assert "The orders of 2024" in desk.get(url("case", case)).content.decode()


def listed(desk) -> tuple[set[str], int]:
    """What the list of likely duplicates shows, and the number beside its name."""
    page = desk.get(reverse("staff:queue", args=["mimap"]) + "?view=twins")
    (view,) = [
        row for group in page.context["views"] for row in group["rows"] if row["url"].endswith("view=twins")
    ]
    return {row["reference"] for row in page.context["rows"]}, int(view["count"])


def test_likely_duplicates_have_a_list_with_their_count_until_somebody_settles_it() -> None:
    olu = hire("Olu", "mimap")
    desk, one, two = at_desk(olu), asked(9), asked(3, "verifying")
    asked(3, email="ana@example.org"), asked(3, right="KNOW_PCS"), asked(80)
    both = {one.reference, two.reference}
    assert listed(desk) == (both, 2)
    # An address that was proved makes it another person's.
    journal.record(two, "built", by=journal.PIPELINE, subject_index="y" * 64)
    assert listed(desk) == (set(), 0)
    assert (
        "No likely duplicate"
        in desk.get(f"{reverse('staff:queue', args=['mimap'])}?view=twins").content.decode()
    )
    journal.record(two, "built", by=journal.PIPELINE, subject_index=one.subject_index)
    assert listed(desk) == (both, 2)
    assert "No duplicate of" in desk.get(url("twins", one)).content.decode()
    assert at_desk(hire("Ada", "mimap")).post(url("part", one), {"other": two.reference}).status_code == 403
    assert desk.post(url("part", one), {"other": two.reference}).status_code == 302
    assert listed(desk) == (set(), 0)
    page = desk.get(url("twins", two)).content.decode()
    assert "staff said: no duplicate" in page and "No duplicate of" not in page
    three = asked(1)
    assert listed(desk) == (both | {three.reference}, 3)
    desk.post(url("join", one), {"other": three.reference})
    assert listed(desk) == (set(), 0)
    assert not Case.objects.filter(twin_likely=True, state__in=("assessing", "verifying")).exists()
    duplicates.unmerge(Case.objects.get(pk=three.pk), by=olu)
    assert listed(desk)[0] == both | {three.reference}
