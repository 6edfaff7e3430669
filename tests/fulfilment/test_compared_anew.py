"""What was tried and not written is compared with the approval again; what came in between is not passed over."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from requests_app import worklist
from requests_app.fulfilment import catch_up, execute, suppression
from requests_app.lifecycle import State
from requests_app.models import Case, Work
from requests_app.systems import SystemRefused, SystemUnreachable
from tests.fulfilment.joined import SHOP, TILL, Place, furnish, go_on, granted
from tests.staff.people import at_desk

pytestmark = pytest.mark.django_db
NEW = {"number": "r9", "who": "MM1"}


@pytest.fixture
def place(tmp_path, settings, monkeypatch) -> Place:
    return furnish(tmp_path, settings, monkeypatch)


def _work(case: Case, system: str = TILL) -> Work:
    return case.works.filter(system=system, operation=Work.Operation.DELETE).latest("round")


@pytest.mark.parametrize("failure", [SystemUnreachable, SystemRefused])
def test_what_came_after_a_try_that_wrote_nothing_sends_the_case_back(place: Place, failure: Any) -> None:
    case = granted()
    place.fails(TILL, SystemUnreachable, when="commit")
    case = go_on(case)
    assert _work(case).sealed and len(place.till["receipts"]) == 3 and not catch_up.behind()
    assert len(list(suppression.entries())) == 1, "who knows whether it was written"
    place.till["receipts"].insert(0, NEW)
    if failure is SystemRefused:
        place.fails(TILL, SystemRefused, when="write")
        worklist.try_again_now(_work(case))
    else:
        place.fails(TILL, None)
    case = go_on(case)
    assert (case.state, case.waits_for) == (State.ASSESSING, "decision") and len(place.till["receipts"]) == 4
    assert case.holdings.get(system=TILL).found == 3 and not catch_up.behind()
    assert not list(suppression.entries())


def test_a_row_that_breaks_the_first_try_sends_the_case_back_at_once(place: Place) -> None:
    case = granted()
    refused = False

    def arrives(act: str) -> None:
        nonlocal refused
        if refused and len(place.till["receipts"]) == 3:
            place.till["receipts"].insert(0, NEW)
        if act == "write delete":
            refused = True
            raise SystemRefused(TILL, "ForeignKeyViolation 23503")

    place.trouble[TILL] = arrives
    case = go_on(case)
    assert case.state == State.ASSESSING and case.events.filter(name="preview_changed").exists()


def test_what_was_written_before_the_worker_died_is_carried_to_its_end(place: Place, monkeypatch) -> None:
    case = granted()
    erase = execute.systems.erase

    def erase_and_die(*what: Any, **more: Any) -> None:
        erase(*what, **more)
        raise SystemUnreachable(TILL, "ConnectionLost")

    monkeypatch.setattr(execute.systems, "erase", erase_and_die)
    case = go_on(case)
    assert len(place.till["receipts"]) == 1 and _work(case).status == Work.Status.FAILED
    monkeypatch.setattr(execute.systems, "erase", erase)
    case = go_on(case)
    assert _work(case).result["holdings"]["receipts.all"]["erased"] == 2 and case.state == State.FULFILLING


def test_one_odd_row_after_the_writing_does_not_make_it_unwritten(place: Place) -> None:
    case = granted()
    written = False

    def odd(act: str) -> None:
        nonlocal written
        if written and act == "read" and len(place.till["receipts"]) == 1:
            place.till["receipts"].insert(0, {"number": "r0", "who": "MM1"})
        written = written or act == "commit"

    place.trouble[TILL] = odd
    case = go_on(case)
    assert case.state == State.FULFILLING and _work(case).trouble.startswith("refused: said yes")
    place.fails(TILL, None)
    worklist.try_again_now(_work(case))
    case = go_on(case)
    assert _work(case).result["holdings"]["receipts.all"]["erased"] == 2 and len(place.till["receipts"]) == 1


def test_a_row_that_nothing_hindered_from_coming_is_seen_when_it_is_read_back(
    place: Place, monkeypatch
) -> None:
    case = granted()
    confirm = execute.systems.confirm

    def arrives(connector: Any, plan: Any) -> Any:
        if connector.system.key == SHOP:
            place.shop["orders"].append({"order_id": 70, "customer_id": "MM1"})
        else:
            place.till["receipts"].insert(0, dict(NEW))
        return confirm(connector, plan)

    monkeypatch.setattr(execute.systems, "confirm", arrives)
    case = go_on(case)
    assert {_work(case, key).result["came_since"] for key in (SHOP, TILL)} == {1}
    assert case.events.filter(name="rows_came_since").count() == 2
    shown = at_desk(case.proposed_by).get(f"/staff/mimap/{case.reference}/").content.decode()
    assert "1 row came since the approval" in shown


def test_what_was_begun_waits_for_nobody_and_comes_to_its_end(place: Place) -> None:
    case = granted()
    place.fails(SHOP, SystemUnreachable, when="commit")
    case = go_on(case)
    shop, till = _work(case, SHOP), _work(case)
    assert shop.sealed and till.status == Work.Status.CONFIRMED
    # Somebody is asked once more in the system that rows of this one lead to.
    Work.objects.filter(pk=till.pk).update(status=Work.Status.WAITING, next_try_at=None)
    place.fails(SHOP, None)
    case = go_on(case)
    assert _work(case, SHOP).status == Work.Status.CONFIRMED
    worklist.wait_for(shop, [TILL])
    Work.objects.filter(pk=shop.pk).update(status=Work.Status.WAITING)
    assert _work(case, SHOP).result == shop.result and shop.result.keys() == {"phase", "today", "waits_for"}
    worklist.release(till)
    assert _work(case, SHOP).result.keys() == {"phase", "today"}


def test_retained_rows_that_would_go_along_call_for_another_decision(place: Place, monkeypatch) -> None:
    case = granted()

    def cascade(connector: Any, before: Any) -> None:
        raise execute.systems.RetainedAtRisk(connector.system.key, "deleting would take retained rows along")

    monkeypatch.setattr(import_module("requests_app.systems.erase"), "_refuse_if_lost", cascade)
    case = go_on(case)
    assert case.state == State.ASSESSING and len(place.till["receipts"]) == 3
    assert case.events.filter(name="not_as_decided").count() == 1
    assert not list(suppression.entries()), "no restore may erase what was not erased"


def test_a_system_that_is_reached_through_another_tells_which_failed_and_why(place: Place) -> None:
    case = granted()
    place.fails(SHOP, SystemRefused, when="find")
    case = go_on(case)
    assert (_work(case).status, _work(case).trouble) == (
        Work.Status.FAILED,
        f"unreachable: {SHOP}: InsufficientPrivilege 42501",
    )
    assert _work(case).next_try_at is not None and case.waits_for == f"system:{SHOP}"
    told = case.events.filter(name="system_failed").last().references
    assert (told["reason"], told["through"]) == ("InsufficientPrivilege 42501", SHOP)
    shown = at_desk(case.proposed_by).get(f"/staff/mimap/{case.reference}/").content.decode()
    assert "MiMap shop: Our user there may not do this (42501)" in shown
    place.fails(SHOP, None)
    assert _work(go_on(case)).status == Work.Status.CONFIRMED, "nobody had to ask for it"
