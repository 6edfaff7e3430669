"""Workers killed by ``kill -9`` between the statements of an erasure in two real databases reach the end that one would."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from sqlalchemy import Connection, create_engine, inspect, text

from portal.embedded.environment import SAMPLES
from requests_app import journal
from requests_app.lifecycle import State
from requests_app.models import Case, Work
from requests_app.systems.connectors import sql_engine
from tests import nursery
from tests.house import clone, drop
from tests.people import run_pipeline, tell_recipients
from tests.systems import mariadb

from .joined import TILL, add, dataset, granted

MORTAL = Path(__file__).with_name("mortal.py")
RECEIPTS = [(f"r{n}", who) for n, who in enumerate(("MM100001", "MM100001", "MM100002"))]
Rows = dict[str, list[Any]]


@contextmanager
def _connected(variable: str) -> Iterator[Connection]:
    engine = create_engine(os.environ[variable])
    with engine.begin() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(
    params=[
        pytest.param("postgresql", marks=pytest.mark.long),
        pytest.param("mariadb", marks=pytest.mark.services),
    ]
)
def till(request: pytest.FixtureRequest, furnished: Any) -> Iterator[str]:
    """Where the till lies: in the other sample company's database, or in a MariaDB."""
    if request.param == "postgresql":
        yield furnished.extra[SAMPLES["mipmap"]]
        return
    with mariadb.running() as server:
        admin = create_engine(server)
        with admin.begin() as connection:
            connection.execute(text("CREATE DATABASE till"))
        admin.dispose()
        address = server.replace("/mysql?", "/till?")
        yield address
        sql_engine.forget(address)


def _fill(house: Any) -> None:
    """Both customer databases as at first."""
    for slug, variable in SAMPLES.items():
        sql_engine.forget(os.environ[variable])
        drop(f"{house.name}_{slug}")
        clone(f"built_{slug}", f"{house.name}_{slug}")
    sql_engine.forget(os.environ["JOINED_TILL"])
    with _connected("JOINED_TILL") as database:
        database.execute(text("DROP TABLE IF EXISTS receipts"))
        database.execute(
            text("CREATE TABLE receipts (number VARCHAR(20) PRIMARY KEY, who VARCHAR(20) NOT NULL)")
        )
        database.execute(text("CREATE INDEX receipts_who ON receipts (who)"))
        for number, who in RECEIPTS:
            values = {"number": number, "who": who}
            database.execute(text("INSERT INTO receipts VALUES (:number, :who)"), values)


def _rows() -> tuple[Rows, Rows]:
    """Every row of the till, and of the shop."""
    found: list[Rows] = []
    for variable in ("JOINED_TILL", SAMPLES["mimap"]):
        with _connected(variable) as database:
            names = inspect(database).get_table_names()
            quote = database.dialect.identifier_preparer.quote
            found.append(
                {n: sorted(map(repr, database.execute(text(f"SELECT * FROM {quote(n)}")))) for n in names}
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


@pytest.mark.timeout(600)
def test_workers_killed_at_every_statement_of_two_databases_reach_the_same_end(
    furnished: Any, till: str, tmp_path: Path, settings: Any, monkeypatch: Any
) -> None:
    house = furnished
    add(tmp_path, settings, dataset(TILL, "sql", secret="JOINED_TILL"))
    house.extra |= {"JOINED_TILL": till, "PORTAL_CONTROLLERS": str(tmp_path / "packs")}
    monkeypatch.setenv("JOINED_TILL", till)
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
