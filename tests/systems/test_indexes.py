"""A large table is looked up by an index, or not at all; a small one may be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text

from requests_app.register.inventory import System
from requests_app.systems import Identifier, find
from requests_app.systems.connectors import sql_engine, sql_indexes
from requests_app.systems.connectors.base import Match
from requests_app.systems.connectors.sql import SqlConnector
from requests_app.systems.drift import drift

from .build import collection, column, holding, words

MANY = 20_000
SYSTEM = System(
    "big",
    words("Big"),
    "sql",
    "BIG",
    {
        c.name: c
        for c in (
            collection(
                "people",
                [
                    column("id", key=True, data_type="integer"),
                    column("email", identity="email"),
                    column("name"),
                ],
                holding("people.all", "id email name", "delete", system="big"),
                system="big",
            ),
            collection(
                "purchases",
                [
                    column("id", key=True, data_type="integer"),
                    column("person", "people.id", data_type="integer"),
                    column("place", "places.id>", data_type="integer"),
                ],
                holding("purchases.all", "id person place", "delete", system="big"),
                system="big",
            ),
            collection(
                "places",
                [column("id", key=True, data_type="integer"), column("street")],
                holding("places.all", "id street", "delete", system="big"),
                system="big",
            ),
        )
    },
)
INDEXES = {
    "ix_mail": "people (lower(email))",
    "ix_person": "purchases (person)",
    "ix_place": "purchases (place)",
}
DANA = [Identifier("email", "Person7@example.org")]


def _fill(engine: Engine, many: int) -> None:
    numbers = (
        f"generate_series(1, {many}) AS n"
        if engine.dialect.name == "postgresql"
        else f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {many}) SELECT n FROM s)"
    )
    with engine.begin() as connection:
        for statement in (
            "CREATE TABLE people (id INTEGER PRIMARY KEY, email VARCHAR(60), name VARCHAR(60))",
            "CREATE TABLE places (id INTEGER PRIMARY KEY, street VARCHAR(60))",
            "CREATE TABLE purchases (id INTEGER PRIMARY KEY, person INTEGER, place INTEGER)",
            f"INSERT INTO people SELECT n, 'person' || n || '@Example.org', 'N' FROM {numbers}",
            f"INSERT INTO purchases SELECT n, n / 3 + 1, n / 5 + 1 FROM {numbers}",
            f"INSERT INTO places SELECT n, 'Street' FROM {numbers}",
            *(f"CREATE INDEX {name} ON {aim}" for name, aim in INDEXES.items()),
            "ANALYZE",
        ):
            connection.execute(text(statement))


@pytest.fixture(params=["sqlite", "postgres"])
def big(request: pytest.FixtureRequest, tmp_path) -> Iterator[tuple[Engine, str]]:
    """Every index there is, and more rows than may be read for one person."""
    address = f"sqlite:///{tmp_path}/big.db"
    if request.param == "postgres":
        plain = request.getfixturevalue("postgres_url")
        with create_engine(plain).begin() as connection:
            connection.execute(text("CREATE SCHEMA big"))
        address = plain + "&options=-csearch_path%3Dbig"
    engine = create_engine(address)
    _fill(engine, MANY)
    yield engine, address
    sql_engine.forget(address)
    engine.dispose()
    if request.param == "postgres":
        with create_engine(plain).begin() as connection:
            connection.execute(text("DROP SCHEMA big CASCADE"))


def _searched(address: str) -> Any:
    with SqlConnector(SYSTEM, address) as connector:
        return find([SYSTEM], {"big": connector}, DANA)


def _said(address: str) -> list[str]:
    return [what for what, _remedy in drift(SYSTEM, address) if "index" in what]


def test_a_missing_index_is_named_and_a_large_table_is_not_read_without_it(big, monkeypatch) -> None:
    engine, address = big
    monkeypatch.setattr(sql_indexes, "LARGE_ROWS", MANY - 1)
    assert _searched(address).systems["big"].state == "searched" and _said(address) == []
    for name, aim in INDEXES.items():
        with engine.begin() as connection:
            connection.execute(text(f"DROP INDEX {name}"))
        sql_engine.forget(address)
        status = _searched(address).systems["big"]
        table, _, inner = aim.removesuffix(")").partition(" (")
        lacking = f"lower({table}.email)" if "lower" in inner else f"{table}.{inner}"
        assert (status.state, status.detail) == ("refused", f"big: {table}: no index on {lacking}")
        assert len(_said(address)) == 1 and f"{table}." in _said(address)[0]
        with engine.begin() as connection:
            # One on some of the rows is of no use; as soon as there is a real one the search goes on.
            connection.execute(text(f"CREATE INDEX {name}_part ON {aim} WHERE id > 7"))
        assert _searched(address).systems["big"].state == "refused"
        with engine.begin() as connection:
            connection.execute(text(f"CREATE INDEX {name} ON {aim}"))
        assert _searched(address).systems["big"].state == "searched"
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_person"))
    sql_engine.forget(address)
    monkeypatch.setattr(sql_indexes, "LARGE_ROWS", MANY)
    assert _searched(address).systems["big"].state == "searched", "a small table may be read"


def _explained(engine: Engine, address: str) -> list[tuple[str, str]]:
    """Every lookup of a walk, and how the server carries it out."""
    said: list[tuple[str, Any]] = []
    with SqlConnector(SYSTEM, address) as connector:
        find([SYSTEM], {"big": connector}, DANA)
        connector.columns(SYSTEM.collections["people"])
        theirs = connector._open().engine
        event.listen(theirs, "before_cursor_execute", lambda *call: said.append((call[2], call[3])))
        found = find([SYSTEM], {"big": connector}, DANA)
    assert found.rows["big", "people"].keys == ((7,),) and found.rows["big", "purchases"].count == 3
    assert found.rows["big", "places"].shared
    with engine.connect() as connection:
        return [
            (sql, str(connection.exec_driver_sql("EXPLAIN " + sql, given).scalars().all()))
            for sql, given in said
        ]


@pytest.mark.parametrize("big", ["postgres"], indirect=True)
def test_each_lookup_of_a_walk_goes_by_an_index(big) -> None:
    plans = _explained(*big)
    assert len(plans) == 4, "people, purchases, places, and who else uses the places"
    for sql, plan in plans:
        assert "Seq Scan" not in plan and "Index" in plan, (sql, plan)


@pytest.mark.long
def test_a_million_rows_are_looked_up_by_indexes_too(postgres_url) -> None:
    address = postgres_url + "&options=-csearch_path%3Dmillion"
    with create_engine(postgres_url).begin() as connection:
        connection.execute(text("CREATE SCHEMA million"))
    engine = create_engine(address)
    try:
        _fill(engine, 1_000_000)
        assert all("Seq Scan" not in plan for _sql, plan in _explained(engine, address))
    finally:
        sql_engine.forget(address)
        engine.dispose()
        with create_engine(postgres_url).begin() as connection:
            connection.execute(text("DROP SCHEMA million CASCADE"))


def test_a_lookup_that_ignores_case_needs_an_index_that_does() -> None:
    known = sql_indexes.Indexes(frozenset({"email", "a"}), frozenset({"mail"}))
    asked = [(("email",), True, "sqlite", False), (("mail",), True, "sqlite", True), (("a", "b"), False, "sqlite", True),
             (("b",), False, "sqlite", False), (("email",), True, "mariadb", True), (("a",), True, "mariadb", False)]  # fmt: skip
    for fields, ignore_case, dialect, served in asked:
        loose = {"email": True, "a": False}
        assert known.serve(Match(fields, (), ignore_case), dialect, loose) is served, fields
