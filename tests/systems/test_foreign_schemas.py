"""Schemas that were not made for us: all their tables, columns and foreign keys, one person out, everybody else untouched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text

from requests_app.register.inventory import System
from requests_app.systems import (
    HoldPlaced,
    Identifier,
    Walk,
    confirm,
    erase,
    find,
    make_plan,
    systems_in_erasing_order,
)
from requests_app.systems.connectors import sql_engine
from requests_app.systems.connectors.sql import SqlConnector

from . import foreign as known
from .build import TODAY, collection, column, holding, words
from .test_erase import no_hold


class Foreign:
    """One schema in one database, and the inventory that describes it."""

    def __init__(self, name: str, engine: Engine, address: str) -> None:
        self.schema, self.engine, self.address = known.SCHEMAS[name], engine, address
        self.tables = known.tables(self.schema)
        dialect = engine.dialect.name
        keys = [(t, c) for t, columns in self.tables.items() for c in columns if c.refers]
        with engine.begin() as connection:
            for table, columns in self.tables.items():
                parts = [c.ddl(dialect) for c in columns]
                parts.append(f"PRIMARY KEY ({', '.join(c.name for c in columns if c.key)})")
                if dialect == "sqlite":  # it takes a key to a table that is yet to come, and none afterwards
                    parts += [f"FOREIGN KEY ({c.name}) REFERENCES {c.refers[0]} ({c.refers[1]})"
                              for t, c in keys if t == table and c.refers]  # fmt: skip
                connection.execute(text(f"CREATE TABLE {table} ({', '.join(parts)})"))
                for number in (known.MAX, known.DANA):
                    row = known.row(self.schema, self.tables, table, number)
                    named = ", ".join(f":{c}" for c in row)
                    connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({named})"), row)
            for table, c in keys if dialect != "sqlite" else ():
                aim = f"{c.refers[0]} ({c.refers[1]})" if c.refers else ""
                connection.execute(text(f"ALTER TABLE {table} ADD FOREIGN KEY ({c.name}) REFERENCES {aim}"))
        described = {}
        for table, columns in self.tables.items():
            fields = [
                column(
                    c.name,
                    *([f"{c.refers[0]}.{c.refers[1]}{'>' if c.up else ''}"] if c.refers else []),
                    key=c.key,
                    data_type=c.data_type,
                    identity=self.schema.identity[1]
                    if (table, c.name) == (self.schema.person, self.schema.identity[0])
                    else None,
                )
                for c in columns
            ]
            every = holding(f"{table}.all", " ".join(c.name for c in columns), "delete", system="foreign")
            described[table] = collection(table, fields, every, system="foreign")
        self.system = System("foreign", words(name), "sql", "F", described)

    @property
    def dana(self) -> Identifier:
        row = known.row(self.schema, self.tables, self.schema.person, known.DANA)
        return Identifier(self.schema.identity[1], row[self.schema.identity[0]])

    def rows(self) -> dict[str, list[tuple]]:
        with self.engine.connect() as connection:
            return {
                table: [tuple(r) for r in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1"))]
                for table in self.tables
            }


@pytest.fixture(
    params=[
        pytest.param((s, d), id=f"{s}-{d}", marks=[pytest.mark.services] if d == "mariadb" else [])
        for s in known.SCHEMAS
        for d in ("sqlite", "postgres", "mariadb")
    ]
)
def foreign(request, tmp_path) -> Iterator[Foreign]:
    name, kind = request.param
    address, drop = f"sqlite:///{tmp_path}/{name}.db", ""
    if kind == "postgres":
        plain, drop = request.getfixturevalue("postgres_url"), f"DROP SCHEMA foreign_{name} CASCADE"
        with create_engine(plain).begin() as connection:
            connection.execute(text(f"CREATE SCHEMA foreign_{name}"))
        address = plain + f"&options=-csearch_path%3Dforeign_{name}"
    if kind == "mariadb":
        plain, drop = request.getfixturevalue("mariadb_url"), f"DROP DATABASE foreign_{name}"
        with create_engine(plain).begin() as connection:
            connection.execute(text(f"CREATE DATABASE foreign_{name}"))
        address = plain.replace("/shop?", f"/foreign_{name}?")
    engine = create_engine(address)
    yield Foreign(name, engine, address)
    sql_engine.forget(address)
    engine.dispose()
    if drop:
        with create_engine(plain).begin() as connection:
            connection.execute(text(drop))


def test_one_customer_is_read_held_and_goes_with_all_that_is_theirs_and_nothing_else_changes(
    foreign: Foreign,
) -> None:
    before = foreign.rows()
    assert all(len(rows) == 2 for rows in before.values())
    system, schema = foreign.system, foreign.schema
    assert systems_in_erasing_order([system]) == ("foreign",)
    with SqlConnector(system, foreign.address) as connector:
        read = [(c.name, row) for c, row in Walk([system], {"foreign": connector}, [foreign.dana]).rows()]
        shared = {"address"} & set(foreign.tables)
        assert sorted(name for name, _row in read) == sorted(schema.theirs | shared)
        for name, row in read:
            wanted = known.row(schema, foreign.tables, name, known.DANA)
            assert set(row) == set(wanted) and str(next(iter(row.values()))) == str(
                next(iter(wanted.values()))
            )
        found = find([system], {"foreign": connector}, [foreign.dana])
        decided = {h.key: "erase" for c in system.collections.values() for h in c.holdings}
        plan = make_plan(connector, found, decided, today=TODAY)

        def held() -> None:
            raise HoldPlaced

        with pytest.raises(HoldPlaced):
            erase(connector, plan, guard=held)
        assert foreign.rows() == before
        erase(connector, plan, guard=no_hold)
        assert confirm(connector, plan).ok
    after = foreign.rows()
    for table, rows in before.items():
        assert after[table] == (rows[:1] if table in schema.theirs else rows), table
