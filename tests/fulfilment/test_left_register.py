"""A system that leaves the register while a case is decided or about to be answered: said, waited for, never passed over."""

from __future__ import annotations

from typing import Any

import pytest

from requests_app.decision import determine
from requests_app.fulfilment.asked_by_hand import what_is_asked
from requests_app.lifecycle import State
from requests_app.models import Letter, Work
from tests.fulfilment.joined import TILL, Place, furnish, go_on, granted, without
from tests.people import decided, open_case, run_pipeline, tell_recipients, verified
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db
LOST = "no longer describes something that was found"


@pytest.fixture
def place(tmp_path, settings, monkeypatch) -> Place:
    return furnish(tmp_path, settings, monkeypatch)


@pytest.fixture
def packs(place: Place, settings: Any, tmp_path) -> Any:
    """Called with nothing, the till leaves the register; with what that gave, it is back."""
    with_till = settings.PORTAL_CONTROLLERS

    def swap(back: bool = False) -> None:
        settings.PORTAL_CONTROLLERS = with_till if back else without(TILL, tmp_path)

    return swap


def test_what_left_the_register_is_neither_proposed_nor_approved_and_a_new_search_leaves_it_out(
    packs,
) -> None:
    olu, pia = hire("Olu", "mimap"), hire("Pia", "mimap")
    case = decided(verified(open_case("mimap", "DELETE")), olu)
    packs()
    at = f"/staff/mimap/{case.reference}"
    second = at_desk(pia).get(f"{at}/approve/")
    assert second.status_code == 200 and LOST in second.content.decode()
    assert "send it back" in second.content.decode() and 'value="approve"' not in second.content.decode()
    signed = {"act": "approve", "digest": determine.digest(case), "reference": case.reference}
    assert "changed since you opened" in at_desk(pia).post(f"{at}/approve/", signed).content.decode()
    at_desk(pia).post(f"{at}/approve/", {"act": "send_back", "reason": "facts"})
    first = at_desk(olu).get(f"{at}/decide/")
    assert (
        first.status_code == 200
        and LOST in first.content.decode()
        and f"{TILL} · receipts.all" in first.content.decode()
    )
    refused = at_desk(olu).post(f"{at}/decide/", {"act": "propose"})
    assert refused.status_code == 400 and "Have it described again" in refused.content.decode()
    assert at_desk(olu).post(f"{at}/decide/", {"act": "search_again"}).status_code == 302
    run_pipeline()
    case.refresh_from_db()
    assert case.preview_digest and not case.holdings.filter(system=TILL).exists()
    assert LOST not in at_desk(olu).get(f"{at}/decide/").content.decode()
    # With nothing lost there is nothing to search for again.
    assert at_desk(olu).post(f"{at}/decide/", {"act": "search_again"}).status_code == 400


def test_an_answer_about_what_left_the_register_waits_until_it_is_taken_back_and_searched_anew(
    place: Place, packs
) -> None:
    case = go_on(granted())
    assert place.till["receipts"] == [{"number": "r2", "who": "MM2"}]
    packs()
    tell_recipients(case.proposed_by)
    case.refresh_from_db()
    assert (case.state, case.waits_for) == (State.RESPONDING, "letter_lacks:left_register")
    assert not Letter.objects.filter(case=case, kind="answer").exists()
    at = f"/staff/mimap/{case.reference}"
    assert "take it back" in at_desk(case.proposed_by).get(f"{at}/").content.decode()
    at_desk(case.proposed_by).post(f"{at}/take-back/")
    run_pipeline()
    assert at_desk(case.proposed_by).get(f"{at}/decide/").status_code == 200
    assert not case.holdings.filter(system=TILL).exists()


def test_whoever_was_asked_to_look_after_it_still_reads_what_was_decided(place: Place, packs) -> None:
    case = go_on(granted())
    packs()
    told = what_is_asked(case, case.works.get(system=TILL, operation=Work.Operation.DELETE), "en")
    assert told.system == TILL and ("receipts.all", "grant") in told.decided
