"""The graph of states: what is declared is allowed, all else is not, and it has no dead ends."""

from requests_app.lifecycle import AT_ONCE, MOVES, OPEN, Outcome, State, Who


def test_every_open_state_can_be_reached_and_can_be_left() -> None:
    reached = {State.RECEIVED}
    while more := {m.target for m in MOVES.values() if m.sources & reached} - reached:
        reached |= more
    assert reached == set(State)
    for state in set(State) - {State.ARCHIVED}:
        assert [m for m in MOVES.values() if state in m.sources], f"nothing leads out of {state}"


def test_only_closed_cases_are_archived_and_nothing_leaves_the_archive() -> None:
    assert [m.sources for m in MOVES.values() if m.target is State.ARCHIVED] == [frozenset({State.CLOSED})]
    assert not [m for m in MOVES.values() if State.ARCHIVED in m.sources]


def test_whoever_proposes_cannot_approve_and_the_requester_approves_nothing() -> None:
    into_fulfilment = [m for m in MOVES.values() if m.target is State.FULFILLING and m is not AT_ONCE]
    assert all(m.another_person for m in into_fulfilment)
    assert all(Who.REQUESTER not in m.who and Who.PIPELINE not in m.who for m in into_fulfilment)


def test_a_case_closes_only_with_an_outcome() -> None:
    assert all(m.outcome_needed for m in MOVES.values() if m.target is State.CLOSED)
    assert {State.CLOSED, State.ARCHIVED} == set(State) - OPEN
    assert len(Outcome) == len({o.value for o in Outcome})
