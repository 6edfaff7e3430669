"""The single writer: every move against every state, the chain, and what may not be changed."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from requests_app import journal
from requests_app.lifecycle import MOVES, Outcome, State
from requests_app.models import Case, CaseEvent
from tests.people import of_own_motion, open_case

pytestmark = pytest.mark.django_db


def _in_state(state: State, *, own_motion: bool = False) -> Case:
    """Walk the declared moves to a state, as a real case would."""
    case = of_own_motion() if own_motion else open_case()
    paths: dict[State, list[str]] = {State.RECEIVED: []}
    while state not in paths:
        for move in MOVES.values():
            for source in list(paths):
                if source in move.sources and move.fits(own_motion=own_motion) and move.target not in paths:
                    paths[move.target] = [*paths[source], move.name]
    for name in paths[state]:
        journal.advance(case, MOVES[name], by=journal.PIPELINE, outcome=Outcome.GRANTED)
    return case


WHERE = [(state, False) for state in State] + [(state, True) for state in State if state != State.VERIFYING]


@pytest.mark.parametrize(("state", "own_motion"), WHERE)
def test_from_each_state_declared_moves_happen_and_all_others_leave_no_trace(state, own_motion) -> None:
    case = _in_state(state, own_motion=own_motion)
    for move in MOVES.values():
        point = transaction.savepoint()
        fresh = Case.objects.get(pk=case.pk)
        events = fresh.events.count()
        if state in move.sources and move.fits(own_motion=own_motion):
            journal.advance(fresh, move, by=journal.PIPELINE, outcome=Outcome.GRANTED)
            assert (fresh.state, fresh.events.count()) == (move.target, events + 1)
        else:
            with pytest.raises(journal.IllegalMove):
                journal.advance(fresh, move, by=journal.PIPELINE, outcome=Outcome.GRANTED)
            assert fresh.events.count() == events
        transaction.savepoint_rollback(point)
    case.refresh_from_db()
    assert journal.verify(case) is None


def test_a_stale_copy_of_a_case_moves_nothing() -> None:
    case = open_case()
    stale = Case.objects.get(pk=case.pk)
    journal.advance(case, MOVES["ask_proof"], by=journal.PIPELINE)
    with pytest.raises(journal.IllegalMove):
        journal.advance(stale, MOVES["need_no_proof"], by=journal.PIPELINE)


TAMPERING = {
    "an event is edited": "UPDATE requests_app_caseevent SET name = 'nothing' WHERE number = 1",
    "an event is removed": "DELETE FROM requests_app_caseevent WHERE number = 1",
    "the journal is emptied": "TRUNCATE requests_app_caseevent CASCADE",
    "a case is removed": "DELETE FROM requests_app_case",
}


@pytest.mark.parametrize("what", TAMPERING)
def test_the_database_refuses_tampering(what: str) -> None:
    open_case()
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(TAMPERING[what])


MUTATIONS = {
    "event 2 was changed": "UPDATE requests_app_caseevent SET reason = 'x' WHERE number = 2",
    "event 2 is missing": "DELETE FROM requests_app_caseevent WHERE number = 2",
    "the chain ends at event 2, the case says another": "DELETE FROM requests_app_caseevent WHERE number = 3",
    "the state does not follow from the events": "UPDATE requests_app_case SET state = 'closed'",
    "event 3 does not follow the one before": "UPDATE requests_app_caseevent SET previous_hash = 'x' WHERE number = 3",
}


@pytest.mark.parametrize("found", MUTATIONS)
def test_what_a_superuser_changes_past_the_triggers_is_found(found: str) -> None:
    case = open_case()
    journal.advance(case, MOVES["ask_proof"], by=journal.PIPELINE)
    journal.record(case, "code_sent", by=journal.PIPELINE)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(MUTATIONS[found])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    case.refresh_from_db()
    assert str(journal.verify(case)) == found


def test_the_purge_role_alone_forgets_events_and_the_head_stays() -> None:
    case = open_case()
    head = case.chain_head
    assert journal.forget_events(case) == 1
    case.refresh_from_db()
    assert case.chain_head == head and not CaseEvent.objects.filter(case=case).exists()
