"""What stops a connector stops a person too: a legal hold, a doubt, the days in which it can be undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app import doubts, journal, worklist
from requests_app.decision import hold
from requests_app.fulfilment import steps, tasks_by_hand
from requests_app.letters import outbox
from requests_app.lifecycle import State
from requests_app.models import Case, Letter, Task, Work
from requests_app.systems import SystemUnreachable
from tests.fulfilment.joined import ARCHIVE, OWNER, SHOP, TILL, Place, dataset, furnish, go_on, granted
from tests.people import run_pipeline, tell_recipients
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db
THE_OWNER = journal.By("system_owner")


@pytest.fixture
def place(tmp_path, settings, monkeypatch) -> Place:
    """Paper, too, which somebody looks after."""
    return furnish(tmp_path, settings, monkeypatch, dataset(ARCHIVE, "manual", owner=OWNER, identity="email"))


def _subjects() -> list[str]:
    return [outbox.read(one)["subject"] for one in Letter.objects.filter(kind="task").order_by("pk")]


def _work(case: Case) -> Work:
    return case.works.get(system=ARCHIVE, operation=Work.Operation.DELETE)


def _held(case: Case) -> None:
    by = hire("Cora", "mimap", role="counsel")
    hold.place(case, by=by, reason="matter 7", review_on=worklist.today_at("mimap") + timedelta(days=30))


def _lifted(case: Case) -> None:
    by = hire("Cora", "mimap", role="counsel")
    for one in hold.in_force(case):
        hold.lift(case, one, by=by)


def _doubted(case: Case) -> None:
    doubts.raise_doubt(case, doubts.Kind.ADDRESS_CHANGE, by=journal.PIPELINE)


def _settled(case: Case) -> None:
    doubts.withdraw(case, doubts.Kind.ADDRESS_CHANGE, by=journal.PIPELINE, reason="taken_back")


STOPS = pytest.mark.parametrize(
    ("stop", "let_go", "why"),
    [(_held, _lifted, "legal_hold"), (_doubted, _settled, "doubt")],
    ids=["hold", "doubt"],
)


def _a_day_passes(case: Case) -> None:
    Task.objects.exclude(next_mail_at=None).update(next_mail_at=timezone.now())
    tasks_by_hand.chase(timezone.now())


@STOPS
def test_nobody_is_asked_while_it_is_stopped_and_they_are_once_it_goes_on(
    place: Place, stop, let_go, why
) -> None:
    case = granted()
    stop(case)
    case = go_on(go_on(case))
    assert not Task.objects.exists() and not _subjects()
    assert not case.works.filter(system=ARCHIVE).exclude(started_at=None).exists()
    assert case.waits_for == why
    let_go(case)
    case = go_on(case)
    assert Task.objects.get().work == _work(case) and len(_subjects()) == 1
    assert steps.task_answered(Task.objects.get(), Task.Answer.DONE, by=THE_OWNER)
    tell_recipients(case.proposed_by)
    assert Case.objects.get(pk=case.pk).state == State.CLOSED


@STOPS
def test_whoever_was_asked_is_told_once_that_it_is_stopped_and_again_when_it_goes_on(
    place: Place, stop, let_go, why
) -> None:
    case = granted()
    place.fails(TILL, SystemUnreachable, when="write")
    case = go_on(case)
    assert _subjects()[0].startswith("Please do this by")
    stop(case)
    for _ in range(3):
        _a_day_passes(case)
    assert len(_subjects()) == 2 and _subjects()[1].startswith("Please do nothing for now")
    assert (_work(case).trouble, Case.objects.get(pk=case.pk).waits_for) == (why, why)
    let_go(case)
    for _ in range(2):
        tasks_by_hand.chase(timezone.now())
    assert len(_subjects()) == 3 and _subjects()[2].startswith("Please do this by")
    assert not _work(case).trouble and Task.objects.get().next_mail_at
    names = list(case.events.values_list("name", flat=True))
    assert (names.count("task_stopped"), names.count("task_asked")) == (1, 2)


@STOPS
def test_what_was_done_all_the_same_is_kept_and_waits_for_staff(place: Place, stop, let_go, why) -> None:
    case = granted()
    case = go_on(case)
    assert not [row for row in place.till["receipts"] if row["who"] == "MM1"], "only the owner is waited for"
    stop(case)
    if why == "doubt":
        tasks_by_hand.chase(timezone.now())
    assert steps.task_answered(
        Task.objects.get(), Task.Answer.DONE, by=THE_OWNER, note="all of it, on Monday"
    )
    let_go(case)
    case = go_on(case)
    assert (case.state, case.waits_for) == (State.FULFILLING, f"system:{ARCHIVE}")
    assert case.events.get(name="task_done_while_stopped").reason == why
    assert tasks_by_hand.read(case, Task.objects.get())["note"] == "all of it, on Monday"
    desk, here = at_desk(case.proposed_by), f"/staff/mimap/{case.reference}/"
    assert "Done after it was stopped" in desk.get(here).content.decode()
    desk.post(f"{here}by-hand/{_work(case).pk}/")
    tell_recipients(case.proposed_by)
    assert Case.objects.get(pk=case.pk).state == State.CLOSED


def test_nobody_is_asked_by_hand_in_the_days_in_which_it_can_be_undone(place: Place, monkeypatch) -> None:
    monkeypatch.setattr(steps, "_not_before", lambda case, right: timezone.now() + timedelta(days=3))
    case = granted()
    run_pipeline()
    case.refresh_from_db()
    assert case.waits_for == "cooling_off" and steps.may_undo(case) and not Task.objects.exists()
    place.fails(TILL, SystemUnreachable)
    place.fails(SHOP, SystemUnreachable)
    case = go_on(case)
    assert Task.objects.get().work == _work(case) and not steps.may_undo(case)
