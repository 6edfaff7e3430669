"""The sweep: what fails, or must wait, keeps nothing else from being followed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from identity import sealing
from requests_app import journal, lifecycle, pipeline
from requests_app.archive import purge
from requests_app.lifecycle import State
from requests_app.models import Stumble
from requests_app.verification import clock
from tests.people import open_case

pytestmark = pytest.mark.django_db


def later(seconds: float):
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False)


def test_a_failing_event_lets_the_others_pass_and_is_asked_again_ever_later(monkeypatch) -> None:
    monkeypatch.setattr(journal, "AT_ONCE", 1)
    broken, whole = open_case(email="broken@example.org"), open_case(email="whole@example.org")
    sealing.destroy(broken.key)
    with later(30):
        pipeline.sweep()
    whole.refresh_from_db()
    assert whole.state == State.RECEIVED and Stumble.objects.get().event.case == broken
    with later(31):
        pipeline.sweep()
    whole.refresh_from_db()
    assert whole.state == State.VERIFYING
    for seconds, times in ((32, 1), (50, 2), (70, 2), (90, 3), (24 * 3600, 4)):
        with later(seconds):
            # What the other's first step did is followed too, one event at each round.
            for _ in range(6):
                pipeline.sweep()
        assert Stumble.objects.get(event__case=broken).times == times, seconds


def test_those_who_only_wait_for_their_day_keep_nobody_from_being_reminded(monkeypatch) -> None:
    monkeypatch.setattr(clock, "AT_ONCE", 2)
    now = timezone.now()
    for number in range(5):
        case = open_case(email=f"waits{number}@example.org", right="DELETE")
        journal.advance(case, lifecycle.ASK_PROOF, by=journal.PIPELINE)
        journal.record(
            case, "built", by=journal.PIPELINE, due_on=now.date() + timedelta(days=5), reminded_at=now
        )
    late = open_case(email="late@example.org", right="DELETE")
    journal.advance(late, lifecycle.ASK_PROOF, by=journal.PIPELINE)
    journal.record(late, "built", by=journal.PIPELINE, due_on=now.date() + timedelta(days=9))
    clock.watch(now)
    late.refresh_from_db()
    assert late.reminded_at is not None


def test_what_was_followed_at_last_leaves_no_trace_but_the_journal() -> None:
    case = open_case()
    (event,) = case.events.all()
    journal.let_rest(event.pk, timezone.now(), longest=pipeline.LONGEST_REST)
    journal.mark_followed(event)
    assert purge.purge_expired()["stumbles"] == 1 and not Stumble.objects.exists()


def test_a_forgotten_log_is_not_looked_for_again() -> None:
    case = open_case()
    journal.let_rest(case.events.get().pk, timezone.now(), longest=pipeline.LONGEST_REST)
    journal.record(case, "built", by=journal.PIPELINE, log_until=timezone.localdate())
    assert journal.forget_events(case) == 2
    case.refresh_from_db()
    assert case.log_until is None and case.chain_length == 2


def test_an_event_that_is_gone_or_cannot_rest_stops_no_other(monkeypatch) -> None:
    broken, whole = open_case(email="broken@example.org"), open_case(email="whole@example.org")
    sealing.destroy(broken.key)
    listed = journal.unfollowed
    monkeypatch.setattr(journal, "unfollowed", lambda **when: [0, *listed(**when)])

    def cannot(*_told: object, **_more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(journal, "let_rest", cannot)
    with later(30):
        pipeline.sweep()
    whole.refresh_from_db()
    assert whole.state == State.VERIFYING
