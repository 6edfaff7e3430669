"""A matter forbids to erase for several people, or for everybody of a kind, until somebody says why it is over."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from identity import sealing
from requests_app import alarms, holds, systems, worklist
from requests_app.archive.purge import HOLD_KEPT, purge_expired
from requests_app.decision import hold, matter
from requests_app.decision.determine import NotAllowed
from requests_app.decision.matter import Covered, Kind, Named
from requests_app.fulfilment import execute
from requests_app.models import Case, LegalHold, Matter, MatterEvent
from tests.staff.people import at_desk, hire
from tests.staff.scenes import approving, assessing

pytestmark = pytest.mark.django_db
SHOP = "mimap_shop_db"
AUDIT = {
    "name": "Tax audit 2026",
    "reason": "The Department asked for every order",
    "citation": "N.Y. Tax Law § 1135",
}


def in_days(n: int):
    return worklist.today_at("mimap") + timedelta(days=n)


def audit(by, *kinds: Kind, people: tuple[Named, ...] = (), days: int = 40) -> Matter:
    return matter.place("mimap", by=by, review_on=in_days(days), covers=Covered(people, kinds), **AUDIT)


def is_held(case, system: str = SHOP) -> bool:
    try:
        execute.refuse_if_held(case, system)
    except systems.HoldPlaced:
        return True
    return False


def test_it_stops_what_it_covers_and_nothing_else(django_assert_num_queries) -> None:
    olu, cora = hire("Olu", "mimap"), hire("Cora", "mimap")
    case = approving(by=olu)
    decided = {
        h.holding_key: h.determination.choice
        for h in case.holdings.select_related("determination")
        if h.found
    }
    goes = next(key for key, choice in decided.items() if choice == "grant")
    stays = next(key for key, choice in decided.items() if choice == "retain")
    assert not is_held(case)
    kept = audit(cora, Kind(SHOP, stays))
    assert not is_held(case)
    matter.widen(kept, by=olu, covers=Covered(kinds=(Kind(SHOP, goes),)))
    for _number in range(3):
        audit(cora, Kind(SHOP, stays))
    # Whether there is any hold at all, and whether one of them binds.
    with django_assert_num_queries(2):
        assert is_held(case)
    matter.let_go(kept, kept.holds.get(holding_key=goes), by=cora, reason="Copied for the Department")
    assert not is_held(case)
    whole = audit(cora, Kind(SHOP))
    assert is_held(case)
    assert {one.matter_id for one in hold.in_force(case)} >= {whole.pk, kept.pk}
    matter.lift(whole, by=cora, reason="The audit is over")
    assert not is_held(case)
    # Where somebody else erases, or nobody knows what goes, a hold on any of it stops all of it.
    LegalHold.objects.filter(pk=kept.holds.first().pk).update(system="elsewhere")
    today = worklist.today_of(case)
    for goes, held in ((holds.EVERYTHING, True), ((), False)):
        found = holds.binding("mimap", today, person="x", system="elsewhere", holdings=goes)
        assert found.exists() is held


@pytest.mark.parametrize(
    "typed", ["138 0000 0000", "+86 138-0000-0000", "0086 13800000000", "＋86（138）00000000"]
)
def test_a_person_is_found_by_number_however_it_is_typed_and_so_by_the_search(typed) -> None:
    cora, case = hire("Cora", "mipmap"), assessing("mipmap")
    number = sealing.blind("mipmap", "phone", "+8613800000000")
    Case.objects.filter(pk=case.pk).update(subject_index=number)
    desk, url = at_desk(cora), reverse("staff:matter_place", args=["mipmap"])
    desk.post(url, AUDIT | {"review_on": in_days(30).isoformat(), "people": typed})
    assert LegalHold.objects.get().subject_index == number
    found = desk.post(reverse("staff:search", args=["mipmap"]), {"q": typed}).content.decode()
    assert case.reference in found


def test_what_is_wrong_with_a_hold_stands_at_its_field_too() -> None:
    cora, case = hire("Cora", "mimap"), assessing()
    found = audit(cora, Kind(SHOP))
    hold.place(case, by=cora, reason="A proceeding", review_on=in_days(9))
    one, desk = LegalHold.objects.get(matter=None), at_desk(cora)
    covered = found.holds.get().pk
    for name, about, typed, field in (
        ("matter_review", (found.pk,), {"review_on": "soon"}, "review_on"),
        ("matter_let_go", (found.pk,), {"hold": covered}, "let_go_reason"),
        ("matter_lift", (found.pk,), {"reason": " "}, "lift_reason"),
        ("hold_review", (one.pk,), {"review_on": "2020-01-01"}, f"review_{one.pk}"),
        ("hold", (case.reference,), {"hold_reason": "", "review_on": in_days(9)}, "hold_reason"),
        ("hold", (case.reference,), {"hold_reason": "x", "review_on": "soon"}, "review_on"),
    ):
        answer = desk.post(reverse(f"staff:{name}", args=["mimap", *about]), typed)
        page = answer.content.decode()
        assert answer.status_code == 400 and f'href="#id_{field}"' in page, name
        assert page.count('aria-invalid="true"') == 1 and f'id="id_{field}-error"' in page, name
        assert f"id_{field}-error" in page.partition(f'id="id_{field}" ')[2].partition(">")[0], name


def test_it_covers_each_person_it_names_under_whatever_name_the_case_comes() -> None:
    olu, cora = hire("Olu", "mimap"), hire("Cora", "mimap")
    dana, other = assessing(by=olu), assessing(by=olu, email="ana@example.org", name="Ana")
    desk = at_desk(cora)
    typed = AUDIT | {"review_on": in_days(30).isoformat(), "people": f"Ana@example.org\n{dana.reference}\n"}
    answer = desk.post(reverse("staff:matter_place", args=["mimap"]), typed)
    assert answer.status_code == 302, answer.content.decode()
    assert is_held(dana) and is_held(other) and not is_held(assessing(email="max@example.org"))
    assert dana.events.filter(name="hold_placed").count() == 1
    page = desk.get(answer.url).content.decode()
    assert "A***@example.org" in page and "ana@example.org" not in page.lower() and "Department asked" in page
    text = desk.get(reverse("staff:case", args=["mimap", dana.reference])).content.decode()
    assert "Tax audit 2026: The Department asked" in text and answer.url in text
    # It ends with the matter, not on the case.
    one = LegalHold.objects.get(subject_index=dana.subject_index)
    assert desk.post(reverse("staff:lift", args=["mimap", dana.reference, one.pk])).status_code == 404
    assert (
        desk.post(reverse("staff:matter_lift", args=["mimap", one.matter_id]), {"reason": " "}).status_code
        == 400
    )
    assert (
        desk.post(
            reverse("staff:matter_lift", args=["mimap", one.matter_id]), {"reason": "Settled"}
        ).status_code
        == 302
    )
    assert not is_held(dana) and not is_held(other)
    assert [event.name for event in MatterEvent.objects.order_by("pk")] == ["placed", "lifted"]


LACKING = [
    ({"name": " "}, "Give the matter a name."), ({"reason": ""}, "Say why nothing may be erased."),
    ({"review_on": "soon"}, "Give a day after today"), ({"people": ""}, "Name at least one person"),
    ({"people": "no such case"}, "Each line is"), ({"kinds": ["mimap_shop_db/none"]}, "Choose among the kinds"),
]  # fmt: skip


def test_what_is_missing_is_said_and_nothing_is_placed() -> None:
    desk = at_desk(hire("Olu", "mimap"))
    for typed, problem in LACKING:
        whole = AUDIT | {"review_on": in_days(30).isoformat(), "people": "ana@example.org"} | typed
        answer = desk.post(reverse("staff:matter_place", args=["mimap"]), whole)
        assert answer.status_code == 400 and problem in answer.content.decode()
    assert not Matter.objects.exists() and not LegalHold.objects.exists()


def test_who_places_does_not_lift_and_an_auditor_reads_no_name() -> None:
    olu, cora, ada = hire("Olu", "mimap"), hire("Cora", "mimap"), hire("Ada", "mimap")
    found = audit(olu, people=(Named("x" * 64, "+14155550100"),))
    held = found.holds.get()
    # Where no case is named, what one may not do is not even there.
    given = {"matter_lift": {"reason": "x"}, "matter_review": {"review_on": in_days(90).isoformat()},
             "matter_let_go": {"hold": held.pk, "reason": "x"}}  # fmt: skip
    for desk in (at_desk(olu), at_desk(ada)):
        for name, typed in given.items():
            assert desk.post(reverse(f"staff:{name}", args=["mimap", found.pk]), typed).status_code == 404
    assert at_desk(ada).post(reverse("staff:matter_widen", args=["mimap", found.pk]), {}).status_code == 404
    assert at_desk(ada).get(reverse("staff:matter_place", args=["mimap"])).status_code == 404
    for name, arguments in (("holds", []), ("matter", [found.pk])):
        told = at_desk(ada).get(reverse(f"staff:{name}", args=["mimap", *arguments])).content.decode()
        assert "Tax audit" not in told and "0100" not in told and "1135" in told
    with pytest.raises(NotAllowed):
        matter.lift(found, by=olu, reason="x")
    # Nobody holds, or lets go of, what is kept about themselves.
    own = Named(sealing.blind("mimap", "email", cora.email), cora.email)
    with pytest.raises(NotAllowed):
        audit(cora, people=(own,))
    about_cora = audit(olu, people=(own,))
    with pytest.raises(NotAllowed):
        matter.lift(about_cora, by=cora, reason="x")
    assert (
        cora.email[:1] + "***"
        not in at_desk(cora).get(reverse("staff:matter", args=["mimap", about_cora.pk])).content.decode()
    )


def test_its_day_of_review_is_told_and_may_be_put_off_with_a_look(mailoutbox) -> None:
    cora, olu = hire("Cora", "mimap"), hire("Olu", "mimap")
    found = audit(cora, Kind(SHOP), days=5)
    case = assessing(by=olu)
    one = hold.place(case, by=olu, reason="Docket 7", review_on=in_days(5))
    Matter.objects.update(review_on=in_days(0))
    LegalHold.objects.filter(matter=None).update(review_on=in_days(0))
    desk = at_desk(cora)
    assert (
        "2 legal holds are to be looked at again"
        in desk.get(reverse("staff:queue", args=["mimap"])).content.decode()
    )
    # At the first morning on which anybody works there: no mail leaves on a day off.
    mornings = (datetime.combine(in_days(n), time(15), UTC) for n in range(1, 6))
    assert any(alarms.send_digests(morning) for morning in mornings)
    told = {sent.to[0]: sent.body for sent in mailoutbox}
    assert "looked at again: 2" in told[cora.email] and "Counted this morning" not in told[cora.email]
    assert "looked at again: 1" in told[olu.email]
    past = desk.post(
        reverse("staff:hold_review", args=["mimap", one.pk]), {"review_on": in_days(-1).isoformat()}
    )
    assert past.status_code == 400 and "Docket 7" in past.content.decode()
    later = {"review_on": in_days(90).isoformat()}
    assert desk.post(reverse("staff:matter_review", args=["mimap", found.pk]), later).status_code == 302
    assert desk.post(reverse("staff:hold_review", args=["mimap", one.pk]), later).status_code == 302
    assert "to be looked at again" not in desk.get(reverse("staff:queue", args=["mimap"])).content.decode()
    assert case.events.filter(name="hold_reviewed").exists()


def test_its_words_go_with_its_key_three_years_after_it_was_lifted() -> None:
    cora = hire("Cora", "mimap")
    found = audit(cora, Kind(SHOP), people=(Named("x" * 64, "ana@example.org"),))
    matter.lift(found, by=cora, reason="Settled")
    Matter.objects.update(lifted_at=timezone.now() - HOLD_KEPT - timedelta(days=1))
    LegalHold.objects.update(lifted_at=timezone.now() - HOLD_KEPT - timedelta(days=1))
    purge_expired()
    found.refresh_from_db()
    assert found.key.wrapped is None and not LegalHold.objects.exclude(subject_index="").exists()
    told = at_desk(cora).get(reverse("staff:holds", args=["mimap"]) + "?show=lifted").content.decode()
    assert f"Matter {found.pk}" in told
