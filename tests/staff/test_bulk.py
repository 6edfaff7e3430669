"""Several cases at once, filters in the address, kept views: each act checked for each case as the single act is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.staff import bulk, queue
from requests_app import doubts, journal, worklist
from requests_app.models import Case, Letter, SavedView
from tests.acting import open_acting
from tests.build import build_case, found
from tests.people import closed_by_hand, of_own_motion
from tests.staff.paper import written
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db
BULK = "/staff/mimap/bulk/"
HERE = "/staff/mimap/"


def opened(n: int = 1, *, days_ago: int = 10, **more: object) -> list[Case]:
    return [
        build_case(
            {"orders.older": found(3, "")}, state="assessing",
            received_at=timezone.now() - timedelta(days=days_ago, minutes=one),
            **({"email": f"d{one}.{days_ago}@example.org"} | more),
        )
        for one in range(n)
    ]  # fmt: skip


def refs(cases: list[Case]) -> list[str]:
    return [case.reference for case in cases]


def told(answer: object) -> dict[str, bool]:
    return {row["reference"]: row["ok"] for row in answer.context["rows"]}


def test_nothing_happens_before_it_was_shown_and_then_each_by_itself() -> None:
    olu, pia, cases = hire("Olu", "mimap"), hire("Pia", "mimap"), opened(3)
    Case.objects.filter(pk=cases[0].pk).update(assignee=pia)
    desk, typed = at_desk(olu), {"act": "assign", "assignee": pia.pk, "case": refs(cases)}
    shown = desk.post(BULK, typed)
    assert told(shown) == {cases[0].reference: False, cases[1].reference: True, cases[2].reference: True}
    assert not Case.objects.filter(events__name="assigned").exists()
    done = desk.post(BULK, typed | {"step": "do"})
    assert sum(told(done).values()) == 2 and Case.objects.filter(assignee=pia).count() == 3
    assert "Done for 2 cases." in done.content.decode()


def test_more_time_for_several_asks_each_case_its_own_question() -> None:
    fine, late = opened(2), opened(1, days_ago=60)
    answered = opened(1, days_ago=11)
    Case.objects.filter(pk=answered[0].pk).update(answered_at=timezone.now())
    typed = {"act": "more_time", "reason": "many", "case": refs(fine + late + answered)}
    desk = at_desk(hire("Olu", "mimap"))
    assert not any(told(desk.post(BULK, typed | {"reason": ""})).values())
    done = desk.post(BULK, typed | {"step": "do"})
    assert {ref for ref, ok in told(done).items() if ok} == set(refs(fine))
    assert Letter.objects.filter(kind="more_time").count() == 2
    assert "last day on which the notice may leave" in done.content.decode()
    # Counsel may assign, and may not move a clock: the same by bulk as by the single page.
    more = opened(1, days_ago=12)
    cora = at_desk(hire("Cora", "mimap"))
    assert not any(told(cora.post(BULK, typed | {"step": "do", "case": refs(more)})).values())
    assert Letter.objects.filter(kind="more_time").count() == 2


def test_duplicates_are_joined_only_where_one_is_meant() -> None:
    pair = opened(2, email="dana@example.org")
    (alone,) = opened(1, days_ago=20)
    three = opened(3, email="ana@example.org")
    desk = at_desk(hire("Olu", "mimap"))
    typed = {"act": "join", "case": refs([pair[0], alone, three[0]])}
    assert told(desk.post(BULK, typed)) == {
        pair[0].reference: True, alone.reference: False, three[0].reference: False,
    }  # fmt: skip
    assert not Case.objects.filter(outcome="duplicate").exists()
    # Both of the pair ticked: the second finds that nothing is left to join.
    done = desk.post(BULK, typed | {"step": "do", "case": refs(pair)})
    assert sorted(told(done).values()) == [False, True]
    assert Case.objects.filter(outcome="duplicate").count() == 1


def test_bulk_reaches_no_case_that_its_desk_does_not_show() -> None:
    pia = hire("Pia", "mimap")
    (own,), (other,) = opened(1, email=pia.email), opened(1, days_ago=3)
    theirs = build_case(controller="mipmap", right="CN_DELETE", state="assessing")
    typed = {"act": "assign", "assignee": pia.pk, "case": refs([own, theirs, other]), "step": "do"}
    assert told(at_desk(pia).post(BULK, typed)) == {other.reference: True}
    assert at_desk(hire("Ada", "mimap")).post(BULK, typed).status_code == 404
    # Nor may it be given to somebody who serves another controller.
    stranger = hire("Olu", "mipmap")
    answer = at_desk(pia).post(BULK, typed | {"assignee": stranger.pk, "case": refs([other])})
    assert not any(told(answer).values())


def test_the_cap_holds_for_ticked_rows_and_for_the_whole_view(
    monkeypatch, django_assert_max_num_queries
) -> None:
    monkeypatch.setattr(bulk, "CAP", 2)
    cases, olu = opened(3), hire("Olu", "mimap")
    desk = at_desk(olu)
    for chosen in ({"case": refs(cases)}, {"all": "yes", "query": "view=open"}):
        typed = {"act": "assign", "assignee": olu.pk} | chosen
        shown = desk.post(BULK, typed)
        assert len(told(shown)) == 2 and "the rest is left out" in shown.content.decode()
    desk.post(
        BULK, {"act": "assign", "assignee": olu.pk, "all": "yes", "query": "view=assigned", "step": "do"}
    )
    assert not Case.objects.filter(assignee=olu).exists()


@pytest.mark.parametrize(
    ("query", "shown"),
    [("right=DELETE", [0]), ("right=KNOW_CAT", [1]), ("via=phone", [1]), ("who=me", [0]), ("who=nobody", [1]),
     ("state=assessing", [0, 1]), ("state=approving", []), ("language=en&right=KNOW_CAT", [1]),
     ("right=nothing&state=closed&who=999999999999", [0, 1]), ("who=1%20OR%201", [0, 1])],
)  # fmt: skip
def test_the_address_says_what_is_shown(query, shown, monkeypatch) -> None:
    olu = hire("Olu", "mimap")
    cases = [*opened(1), *opened(1, days_ago=2, right="KNOW_CAT")]
    Case.objects.filter(pk=cases[0].pk).update(assignee=olu)
    Case.objects.filter(pk=cases[1].pk).update(channel="phone")
    page = at_desk(olu).get(f"{HERE}?view=open&{query}")
    assert [row["reference"] for row in page.context["rows"]] == [cases[n].reference for n in shown]


def test_the_next_page_keeps_the_filters(monkeypatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 1)
    cases = opened(2, right="KNOW_CAT")
    opened(2, days_ago=11)
    desk = at_desk(hire("Olu", "mimap"))
    first = desk.get(f"{HERE}?right=KNOW_CAT")
    second = desk.get(HERE + first.context["next_url"])
    seen = [row["reference"] for page in (first, second) for row in page.context["rows"]]
    assert sorted(seen) == sorted(refs(cases)) and second.context["next_url"] is None


def test_a_kept_view_is_ones_own_unless_shared_and_holds_known_values_only() -> None:
    olu, pia = hire("Olu", "mimap"), hire("Pia", "mimap")
    desk, other, theirs = at_desk(olu), at_desk(pia), at_desk(hire("Olu", "mipmap"))
    keep = reverse("staff:view_keep", args=["mimap"])
    desk.post(keep, {"name": "Late erasures", "query": "view=late&right=DELETE&q=dana@example.org"})
    desk.post(keep, {"name": "By letter", "query": "view=open&via=post", "shared": "yes"})
    desk.post(keep, {"name": "", "query": "view=open"})
    assert sorted(SavedView.objects.values_list("name", "query")) == [
        ("By letter", "view=open&via=post"), ("Late erasures", "view=late&right=DELETE"),
    ]  # fmt: skip
    assert [("Late erasures" in page, "By letter" in page) for page in (
        one.get(url).content.decode() for one, url in ((desk, HERE), (other, HERE), (theirs, "/staff/mipmap/"))
    )] == [(True, True), (False, True), (False, False)]  # fmt: skip
    shared = SavedView.objects.get(name="By letter")
    assert other.post(reverse("staff:view_drop", args=["mimap", shared.pk])).status_code == 404
    assert desk.post(reverse("staff:view_drop", args=["mimap", shared.pk])).status_code == 302
    assert at_desk(hire("Ada", "mimap")).post(keep, {"name": "x", "query": "view=open"}).status_code == 404


def test_several_are_closed_only_as_each_may_be_and_each_says_why_not() -> None:
    desk, asked = at_desk(hire("Olu", "mimap")), [opened_unproved("KNOW_PCS"), opened_unproved("DELETE")]
    own, decided = of_own_motion(email="tim.eleven@example.com"), opened(1)[0]
    everything = refs([*asked, own, decided])
    typed = {"act": "close", "case": everything}
    assert not any(told(desk.post(BULK, typed)).values())
    for why, fits in (("not_shown", asked), ("mistaken", [own])):
        shown = desk.post(BULK, typed | {"why": why})
        assert {ref for ref, ok in told(shown).items() if ok} == set(refs(fits))
    # Counsel closes none here, as on the page of one case.
    counsel = at_desk(hire("Cora", "mimap"))
    assert not any(told(counsel.post(BULK, typed | {"why": "not_shown", "step": "do"})).values())
    assert not Case.objects.exclude(outcome="").exists()
    for why in ("not_shown", "mistaken"):
        desk.post(BULK, typed | {"why": why, "step": "do"})
        assert not any(told(desk.post(BULK, typed | {"why": why})).values()), "they are closing already"
    closed_by_hand()
    assert [Case.objects.get(pk=one.pk).outcome for one in (*asked, own, decided)] == [
        "not_identified", "not_identified", "withdrawn", "",
    ]  # fmt: skip


def test_what_could_not_be_acknowledged_is_acknowledged_for_several() -> None:
    desk, cases = at_desk(hire("Olu", "mimap")), [opened_unproved("DELETE") for _each in range(2)]
    journal.record(cases[1], "acknowledged", by=journal.PIPELINE, acknowledged_at=timezone.now())
    typed = {"act": "acknowledge", "case": refs(cases)}
    shown = desk.post(BULK, typed)
    assert list(told(shown).values()) == [True, False] and not Letter.objects.exists()
    desk.post(BULK, typed | {"step": "do"})
    assert Letter.objects.get().kind == "acknowledgement"
    assert not Case.objects.filter(acknowledged_at=None).exists()


def test_who_acts_for_another_is_told_that_the_authority_was_not_shown_and_nobody_is_doubted(samples) -> None:
    (case,), asked = open_acting("mimap", "KNOW_PCS"), opened_unproved("DELETE")
    typed = {"act": "close", "why": "not_shown", "case": refs([case, asked])}
    desk = at_desk(hire("Olu", "mimap"))
    for step in ({}, {"step": "do", "lang": "zh-Hans"}):
        shown = desk.post(f"{BULK}?lang=zh-Hans" if step else BULK, typed | step)
        assert all(told(shown).values()), step
    assert "答复将说明未能证明代理权限" in shown.content.decode()
    closed_by_hand()
    assert case.events.get(name="not_identified").reason == "no_authority"
    assert not case.doubts.exists()
    (doubt,) = asked.doubts.all()
    assert doubts.reason_of(doubt) == "Identity was not shown"


def test_a_receipt_that_waits_for_the_post_is_one_for_all_that_was_asked_at_once() -> None:
    desk = at_desk(hire("Olu", "mimap"))
    cases = written(desk, rights=["DELETE", "KNOW_CAT"])
    Letter.objects.update(status=Letter.Status.WITHHELD)
    typed = {"act": "acknowledge", "case": refs(cases)}
    shown = desk.post(BULK, typed)
    # A withheld one has told nobody anything, and the one that takes its place says it for both.
    assert sorted(told(shown).values()) == [False, True]
    first = next(case for case in cases if told(shown)[case.reference])
    assert f"The letter for {first.spaced_reference} says it" in shown.content.decode()
    Letter.objects.update(status=Letter.Status.TO_POST)
    for step in ({}, {"step": "do"}):
        shown = desk.post(BULK, typed | step)
        assert not any(told(shown).values()) and "It lies ready to be posted." in shown.content.decode()


@pytest.mark.parametrize(("act", "name"), [("told", "receivers_told"), ("nobody", "nobody_received")])
def test_of_several_opt_outs_the_third_parties_are_told_at_once(act, name) -> None:
    waiting, other = [build_case(state="assessing", right="OPT_OUT") for _ in range(2)], opened()[0]
    for case in waiting:
        Case.objects.filter(pk=case.pk).update(state="closed", closed_at=timezone.now())
        worklist.by_hand(case, "notify", "recipient:x", round_=1, result={"whom": {"en": "X"}})
    desk, typed = at_desk(hire("Olu", "mimap")), {"act": act, "case": refs([*waiting, other])}
    assert 'value="told"' in desk.get(f"{HERE}to-tell/").content.decode()
    assert (
        sum(told(desk.post(BULK, typed)).values()) == 2 and not waiting[0].events.filter(name=name).exists()
    )
    assert told(at_desk(hire("Olu", "mimap")).post(BULK, {"act": act, "all": "yes", "step": "do"})) == {
        case.reference: True for case in waiting
    }
    assert all(case.events.filter(name=name).count() == 1 for case in waiting)
    assert desk.get(f"{HERE}to-tell/").context["rows"] == []
    assert at_desk(hire("Ada", "mimap")).post(BULK, typed | {"step": "do"}).status_code in {403, 404}


def opened_unproved(right: str) -> Case:
    case = build_case(right=right, state="verifying", proved=False, email=f"{right}@example.org".lower())
    journal.record(case, "built", by=journal.PIPELINE, standard="high")
    return case
