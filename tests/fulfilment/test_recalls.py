"""A hold: a processor is not asked, or what it was asked is taken back, and asked anew when the hold ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from requests_app import journal, lifecycle, worklist
from requests_app.decision import hold
from requests_app.fulfilment import working
from requests_app.models import Errand, Work
from tests.people import approved, decided, member, open_case, run_pipeline, verified

from .newsletter import ask_it, fresh, sweep_again


@pytest.mark.parametrize("unheard", ["cancelled", "forgotten", "unsigned"])
def test_a_recall_of_which_nobody_heard_before_the_hold_ended_is_followed_up_and_asked_anew(
    to_erase: Work, double, unheard
) -> None:
    double.status, double.keeps_its_word = "pending", False
    working.do_delete(Work.objects.get(pk=to_erase.pk))
    (first,) = double.requests
    case, cora = fresh(to_erase.case), member("Cora", mimap="counsel")
    placed = hold.place(
        case, by=cora, reason="matter 7", review_on=worklist.today_at("mimap") + timedelta(days=30)
    )
    working.do_delete(Work.objects.get(pk=to_erase.pk))
    if unheard == "unsigned":
        # What it says is not to be believed for a while: no refusal, since nobody knows what became of it.
        double.signs = False
        working.do_delete(Work.objects.get(pk=to_erase.pk))
        kept = Work.objects.get(pk=to_erase.pk)
        assert kept.trouble.startswith("unreachable") and kept.next_try_at is not None
        double.signs = True
    hold.lift(case, placed, by=cora)
    if unheard == "forgotten":
        double.requests.clear()
    else:
        double.status = "cancelled"
    working.do_delete(Work.objects.get(pk=to_erase.pk))
    work = Work.objects.get(pk=to_erase.pk)
    assert double.posts == 2 and work.status != Work.Status.CONFIRMED
    assert not work.trouble.startswith("refused") and str(Errand.objects.get().number) != first
    assert case.events.filter(name="processor_recalled").count() == 1


def test_under_a_hold_nothing_is_asked(people, double) -> None:
    case = approved(decided(verified(open_case("mimap", "DELETE")), people[0]), people[1])
    cora = member("Cora", mimap="counsel")
    hold.place(case, by=cora, reason="matter 7", review_on=worklist.today_at("mimap") + timedelta(days=30))
    run_pipeline()
    assert double.posts == 0 and fresh(case).waits_for == "legal_hold"


@pytest.mark.parametrize("dies", [False, True], ids=["", "a worker dies at each step"])
def test_what_was_asked_is_taken_back_under_a_hold_and_asked_anew_when_it_ends(people, double, dies) -> None:
    """TRUST 42: between the asking and the erasing a hold wins, for as long as nothing has begun."""
    double.status, double.keeps_its_word = "pending", False
    case, work = ask_it(people)
    (first,) = double.requests
    cora = member("Cora", mimap="counsel")
    placed = hold.place(
        case, by=cora, reason="matter 7", review_on=worklist.today_at("mimap") + timedelta(days=30)
    )
    run_pipeline()
    work.refresh_from_db()
    assert double.recalls == 1 and work.trouble.startswith("unreachable: has not taken it back")
    double.keeps_its_word = True
    asked = Errand.objects.get()
    if dies:
        double.requests.clear()  # taken back, and we did not hear of it
    sweep_again(people)
    work.refresh_from_db()
    assert (work.status, work.trouble, double.recalls) == (Work.Status.FAILED, "legal_hold", 1 if dies else 2)
    assert fresh(case).events.filter(name="processor_recalled").count() == 1
    double.status = "pending"
    hold.lift(case, placed, by=cora)
    if dies:
        asked.save(force_insert=True)  # on the journal, and not yet forgotten
    sweep_again(people)
    assert set(double.requests) - {first} == {str(Errand.objects.get().number)} != {first}
    # Sent back to the desk after all: too late where it has begun, and the journal says so.
    double.status = "in_progress"
    if dies:
        Errand.objects.update(sent_at=None)
        double.signs = False
    case = fresh(case)
    journal.advance(case, lifecycle.PREVIEW_CHANGED, by=journal.PIPELINE, preview_digest="", waits_for="")
    sweep_again(people)
    work.refresh_from_db()
    assert work.result == {"overtaken": True, "recalled": False}
    assert case.events.filter(name="processor_not_recalled").count() == 1
