"""Workers killed by ``kill -9`` between the statements of an erasure in two real databases reach the end that one would."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.utils import timezone

from portal.embedded.environment import SAMPLES
from requests_app import journal
from requests_app.lifecycle import State
from requests_app.models import Case, Work
from requests_app.systems.connectors import sql_engine
from tests import nursery
from tests.house import clone, drop
from tests.people import run_pipeline, tell_recipients

from .joined import TILL, add, dataset, granted

MORTAL = Path(__file__).with_name("mortal.py")
RECEIPTS = [(f"r{n}", who) for n, who in enumerate(("MM100001", "MM100001", "MM100002"))]
Rows = dict[str, list[Any]]


def _plain(variable: str) -> str:
    return os.environ[variable].replace("+psycopg", "")


def _fill(house: Any) -> None:
    """Both customer databases as at first; the second one's is the till."""
    for slug, variable in SAMPLES.items():
        sql_engine.forget(os.environ[variable])
        drop(f"{house.name}_{slug}")
        clone(f"built_{slug}", f"{house.name}_{slug}")
    with psycopg.connect(_plain("JOINED_TILL")) as till:
        till.execute("CREATE TABLE receipts (number TEXT PRIMARY KEY, who TEXT NOT NULL)")
        till.execute("CREATE INDEX ON receipts (who)")
        till.cursor().executemany("INSERT INTO receipts VALUES (%s, %s)", RECEIPTS)


def _rows() -> tuple[Rows, Rows]:
    """Every row of the till, and of the shop."""
    found: list[Rows] = []
    for variable in ("JOINED_TILL", SAMPLES["mimap"]):
        with psycopg.connect(_plain(variable)) as database:
            names = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            found.append(
                {n: sorted(database.execute(f'SELECT t::text FROM "{n}" t').fetchall()) for (n,) in names}
            )
    return found[0], found[1]


def _finished(case: Case) -> Case:
    tell_recipients(case.proposed_by)
    case = Case.objects.select_related("key").get(pk=case.pk)
    assert case.state == State.CLOSED and journal.verify(case) is None
    names = list(case.events.values_list("name", flat=True))
    assert names.count("system_confirmed") == 2 and names.count("fulfil") == names.count("answer") == 1
    assert case.letters.filter(kind="answer").count() == 1
    return case


@pytest.mark.long
@pytest.mark.timeout(600)
def test_workers_killed_at_every_statement_of_two_databases_reach_the_same_end(
    furnished: Any, tmp_path: Path, settings: Any, monkeypatch: Any
) -> None:
    house = furnished
    add(tmp_path, settings, dataset(TILL, "sql", secret="JOINED_TILL"))
    house.extra |= {
        "JOINED_TILL": house.extra[SAMPLES["mipmap"]],
        "PORTAL_CONTROLLERS": str(tmp_path / "packs"),
    }
    monkeypatch.setenv("JOINED_TILL", house.extra["JOINED_TILL"])
    _fill(house)
    undisturbed = granted()
    run_pipeline()
    done = [
        work.result for work in _finished(undisturbed).works.filter(operation="delete").order_by("system")
    ]
    end = _rows()
    Case.objects.filter(pk=undisturbed.pk).update(subject_index="")
    _fill(house)

    case, first = granted(), _rows()
    assert first != end
    lived, deaths, seen = 0, 0, first
    while True:
        Work.objects.exclude(status=Work.Status.CONFIRMED).filter(next_try_at__isnull=False).update(
            next_try_at=timezone.now()
        )
        ended = nursery.run([str(MORTAL), str(lived)], house.environment(), house.folder, b"")
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
        deaths, now = deaths + 1, _rows()
        # Each database is as it was or as it shall be, never between, and the leaf goes first.
        assert now[0] in (first[0], end[0]) and now[1] in (first[1], end[1])
        assert now[1] == first[1] or now[0] == end[0]
        lived, seen = (lived + 1 if now == seen else 0), now
        assert deaths < 200, "it never comes to an end"
    assert _rows() == end and deaths > 10
    case = _finished(case)
    assert [work.result for work in case.works.filter(operation="delete").order_by("system")] == done
