"""One task takes a case as far as one worker can; what others may do meanwhile is handed out, and nothing is lost."""

from __future__ import annotations

import json

import pytest

from requests_app import pipeline, tasks
from requests_app.lifecycle import State
from requests_app.models import Case, Letter
from tests.fulfilment.joined import Place, furnish, granted
from tests.stack import STACK

FOLLOW, WORK, SEND = "requests_app.follow_up", "requests_app.do_work", "requests_app.send_letter"


@pytest.fixture
def shop(house, tmp_path, settings, monkeypatch) -> Place:
    """Two systems in this process, and a database that is committed to."""
    return furnish(tmp_path, settings, monkeypatch)


def test_a_task_does_one_work_and_hands_out_the_other_and_the_last_one_answers(shop: Place) -> None:
    case = _queued(granted("KNOW_PCS"))
    tasks.follow_up(case.events.get(name="approve").pk)
    done, left = case.works.filter(operation="access").order_by("status")
    assert (done.status, left.status) == ("confirmed", "waiting") and _broker() == [WORK]
    tasks.do_work(left.pk)
    assert _broker() == [FOLLOW]
    tasks.follow_up(case.events.get(name="fulfil").pk)
    assert _broker() == [] and _state(case) == State.CLOSED
    assert case.letters.get(kind="answer").status == Letter.Status.SENT
    assert _unfollowed(case) == []


def test_a_step_that_fails_keeps_no_word_of_another_to_itself(shop: Place, monkeypatch) -> None:
    case = _queued(granted("KNOW_PCS"))
    tasks.follow_up(case.events.get(name="approve").pk)
    tasks.do_work(case.works.get(operation="access", status="waiting").pk)
    _broker()

    def fail(_case: Case) -> None:
        raise RuntimeError

    monkeypatch.setitem(pipeline.STEPS, State.CLOSED, fail)
    with pytest.raises(RuntimeError):
        tasks.follow_up(case.events.get(name="fulfil").pk)
    # The answer leaves all the same, and the sweep finds what failed.
    assert _broker() == [SEND] and _state(case) == State.CLOSED
    assert _unfollowed(case) == ["answer"]


def test_a_dead_broker_fails_nothing_of_what_was_committed(shop: Place, monkeypatch) -> None:
    def dead(*_given: object, **_more: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("requests_app.nudges.current_app.send_task", dead)
    case = granted("KNOW_PCS")
    assert _state(case) == State.FULFILLING and case.events.filter(followed_at=None, name="approve").exists()


def _queued(case: Case) -> Case:
    """With all before the approval followed, and nothing in the broker but what comes from now on."""
    tasks.follow_up(case.events.get(name="propose").pk)
    STACK.valkey.client().flushall()
    return case


def _broker() -> list[str]:
    """Tasks sent to whoever is free since this was last asked."""
    broker = STACK.valkey.client()
    sent = [json.loads(one)["headers"]["task"] for one in broker.lrange("celery", 0, -1)]
    broker.flushall()
    return sent[::-1]


def _unfollowed(case: Case) -> list[str]:
    """What still calls for a step."""
    return list(case.events.filter(followed_at=None).values_list("name", flat=True))


def _state(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state
