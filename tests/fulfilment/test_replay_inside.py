"""Replaying after a restore where a person is named in lists and documents, alone or beside others."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from requests_app import systems
from requests_app.fulfilment import checkpoint, sameness, suppression
from requests_app.fulfilment.put_again import Overtaken
from requests_app.fulfilment.replay import Outcome, replay
from requests_app.lifecycle import State
from requests_app.systems.connectors import sql_engine
from tests.build import build_case
from tests.fulfilment.ledger import left_of, noted, texts
from tests.systems.build import TODAY
from tests.systems.club import CLUB, DANA, ERASED, INVENTORY, ROWS, Club, of_file

pytestmark = pytest.mark.django_db
ALL = {holding.key: "erase" for holding in INVENTORY.holdings()}


@pytest.fixture
def club(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    made = of_file(tmp_path)
    monkeypatch.setenv("CLUB_URL", made.address)
    shutil.copy(tmp_path / "club.db", tmp_path / "backup.db")
    yield made
    sql_engine.forget(made.address)


def _erased(club: Club) -> suppression.Entry:
    with club.connector as connector:
        found = systems.find([CLUB], {"club": connector}, DANA)
        plan = systems.make_plan(connector, found, ALL, today=TODAY)
        again = {"decisions": ALL, "today": TODAY.isoformat()}
        proofs = texts(sameness.proofs_of("mimap", connector, found))
        systems.erase(
            connector, plan, guard=lambda: suppression.note_plan(*noted("club"), plan, again, proofs)
        )
    (entry,) = suppression.entries()
    return entry


def _restored(tmp_path: Path, club: Club) -> None:
    sql_engine.forget(club.address)
    club.engine.dispose()
    shutil.copy(tmp_path / "backup.db", tmp_path / "club.db")


def _replayed(entry: suppression.Entry, club: Club) -> Outcome:
    outcome = replay(entry, INVENTORY, Overtaken([entry], lambda slug: INVENTORY))
    sql_engine.forget(club.address)
    return outcome


def test_who_came_back_into_lists_and_documents_is_taken_out_again_and_others_are_left(
    club: Club, tmp_path: Path
) -> None:
    entry = _erased(club)
    assert club.rows() == ERASED and _replayed(entry, club) == Outcome("still")
    _restored(tmp_path, club)
    with club.engine.begin() as connection:
        # Others came and went since, which is no reason to leave the person there.
        connection.execute(text("UPDATE teams SET member_ids = '[3, 1, 2]' WHERE id = 10"))
    outcome = _replayed(entry, club)
    assert (outcome.state, left_of(outcome)) == ("again", {})
    now = club.rows()
    assert now.pop("teams")[0]["member_ids"] == [3, 2]
    assert now == {name: rows for name, rows in ERASED.items() if name != "teams"}
    assert _replayed(entry, club) == Outcome("still")


def test_a_number_in_a_list_that_is_another_persons_by_now_stays_there(club: Club, tmp_path: Path) -> None:
    entry = _erased(club)
    _restored(tmp_path, club)
    with club.engine.begin() as connection:
        connection.execute(text("UPDATE customers SET email = 'bob@example.org' WHERE id = 1"))
        connection.execute(text("DELETE FROM orders WHERE id = 40"))
    outcome = _replayed(entry, club)
    assert outcome.state == "open" and left_of(outcome)["teams", "not_shown"] == 2
    assert club.rows()["teams"] == ROWS["teams"] and club.rows()["events"] == ROWS["events"]


def test_what_came_back_besides_the_plan_is_found_by_what_stands_inside_too(
    club: Club, tmp_path: Path
) -> None:
    with club.engine.begin() as connection:
        connection.execute(text("DELETE FROM events WHERE id = 20"))
        connection.execute(text("DELETE FROM teams WHERE id = 10"))
        connection.execute(text("DELETE FROM messages WHERE team_id = 10"))
    entry = _erased(club)
    _restored(tmp_path, club)
    outcome = _replayed(entry, club)
    # What hangs on the team is Max's as well: it stays, and a person looks at it.
    assert left_of(outcome) == {("files", "besides"): 2, ("leagues", "besides"): 1}
    assert club.rows() == ERASED


def test_a_killed_workers_successor_plans_the_same_from_the_sealed_checkpoint(club: Club) -> None:
    case = build_case(state=State.ASSESSING)
    with club.connector as connector:
        found = systems.find([CLUB], {"club": connector}, DANA)
        sealed = checkpoint.save(case, found, "club")
        again = checkpoint.load(case, sealed, INVENTORY, "club")
        assert systems.make_plan(connector, again, ALL, today=TODAY) == systems.make_plan(
            connector, found, ALL, today=TODAY
        )
