"""Asked before: what was answered is remembered without a name, counts as the statute counts, and goes on its date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from requests_app import journal, lifecycle, register, windows
from requests_app.archive import steps as archive
from requests_app.archive.purge import purge_expired
from requests_app.decision import determine, suggest
from requests_app.decision.determine import NotAllowed
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, SubjectRecord
from tests.build import build_case, found
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db
ONE = {"customers.identity": found(1)}


@pytest.fixture(autouse=True)
def _vault(tmp_path: Path, settings) -> None:
    settings.PORTAL_VAULT = tmp_path


def asked(right: str, received_at: datetime, **more: Any) -> Case:
    """A case of Dana's under a right the pack need not offer."""
    offered = right if register.controller("mimap").offers(right) else "DELETE"
    case = build_case(ONE, right=offered, received_at=received_at, **more)
    Case.objects.filter(pk=case.pk).update(right=right)
    case.refresh_from_db()
    return case


def close(case: Case, outcome: Outcome, at: datetime | None = None) -> Case:
    """Answered, its dates set and its windows remembered."""
    journal.advance(
        case, lifecycle.ANSWER, by=journal.PIPELINE, outcome=outcome, closed_at=at or timezone.now()
    )
    archive.close(case)
    return case


def answered(
    days_ago: int, *, right: str = "KNOW_PCS", outcome: Outcome = Outcome.GRANTED, sister: Case | None = None
) -> Case:
    """A case of Dana's, closed so many days ago."""
    when = timezone.now() - timedelta(days=days_ago)
    # No older than the statute's text, whose cases these are.
    case = asked(right, max(when - timedelta(days=20), datetime(2026, 1, 5, 20, tzinfo=UTC)))
    if sister:
        Case.objects.filter(pk=case.pk).update(submission=sister.submission_id)
    return close(case, outcome, when)


@pytest.mark.parametrize(
    ("earlier", "full"),
    [
        ([], False),
        ([{"days_ago": 30}], False),
        ([{"days_ago": 30}, {"days_ago": 300}], True),
        ([{"days_ago": 30}, {"days_ago": 300, "right": "KNOW_CAT"}], True),
        ([{"days_ago": 30}, {"days_ago": 400}], False),
        ([{"days_ago": 30}, {"days_ago": 90, "outcome": Outcome.NOT_IDENTIFIED}], False),
        ([{"days_ago": 30}, {"days_ago": 90, "outcome": Outcome.WITHDRAWN}], False),
        ([{"days_ago": 30}, {"days_ago": 90, "right": "CORRECT"}], False),
        ([{"days_ago": 30}, {"days_ago": 90, "right": "DELETE"}], False),
    ],
)
def test_what_counts_towards_two_requests_to_know(earlier: list[dict], full: bool) -> None:
    for one in earlier:
        answered(**one)
    assert bool(windows.used_up(assessing(right="KNOW_PCS"))) is full


def test_sisters_and_fallbacks_of_one_submission_count_once() -> None:
    first = answered(30)
    answered(29, right="KNOW_CAT", sister=first)
    assert not windows.used_up(assessing(right="KNOW_PCS"))
    answered(200)
    (full,) = windows.used_up(assessing(right="KNOW_PCS"))
    assert len(full.earlier) == 2 and first.reference in full.listed


def test_a_full_window_is_shown_with_its_references_and_decides_nothing() -> None:
    earlier = [answered(30), answered(300)]
    olu = hire("Olu", "mimap")
    case = assessing(right="KNOW_PCS", by=olu)
    desk, here = at_desk(olu), reverse("staff:decide", args=["mimap", case.reference])
    page = desk.get(here).content.decode()
    assert all(one.reference in page for one in earlier) and "§ 1798.130(b)" in page
    assert suggest.follow(case, by=olu)
    assert {a.determination.choice for a in determine.advise(case) if a.holding.found} == {"grant"}
    advice = next(a for a in determine.advise(case) if a.holding.found)
    determine.decide(case, advice.holding, by=olu, choice="withhold", exemption="FREQ", answers={})
    with pytest.raises(NotAllowed, match="FREQ.earlier"):
        determine.propose(case, by=olu)
    # The earlier references are offered as the answer; taking them over is a person's act.
    use = f"use:{advice.holding.holding_key}|FREQ.earlier"
    desk.post(here, {"act": use})
    determine.propose(Case.objects.get(pk=case.pk), by=olu)


def test_a_refused_correction_is_remembered_for_six_months() -> None:
    close(asked("CORRECT", timezone.now() - timedelta(days=60)), Outcome.REFUSED)
    again = asked("CORRECT", timezone.now(), state=State.ASSESSING)
    grounds = {g.exemption.code for a in determine.advise(again) for g in a.assessment.grounds}
    assert grounds == {"ACC_AGAIN"}


def test_what_is_remembered_names_nobody_and_goes_on_its_own_date() -> None:
    case = answered(30)
    record = SubjectRecord.objects.get(case_reference=case.reference)
    assert "dana" not in str(vars(record)).lower()
    with time_machine.travel(datetime.combine(record.keep_until, datetime.min.time(), UTC), tick=False):
        purge_expired()
        assert SubjectRecord.objects.filter(pk=record.pk).exists()
    with time_machine.travel(timezone.now() + timedelta(days=365 + 91), tick=False):
        purge_expired()
        assert not SubjectRecord.objects.filter(pk=record.pk).exists()
