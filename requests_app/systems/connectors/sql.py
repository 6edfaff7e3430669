"""PostgreSQL, MariaDB and SQLite through SQLAlchemy Core: bound parameters, one connection, known columns only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import delete, insert, null, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from requests_app.register.inventory import Collection, System

from . import breaker, sql_inside
from .base import (
    ColumnFacts,
    Key,
    Match,
    Row,
    SystemFailure,
    SystemRefused,
    SystemUnreachable,
    Writer,
    chunks,
    is_inside,
)
from .sql_engine import failure_of, shared_schema
from .sql_schema import Schema, Table
from .sql_terms import KEYS, LIMIT, MATCH, cast, differs, key_values, keyed, search, values_of

CHUNK, FEW = 500, 2_000
T = TypeVar("T")


class SqlConnector:
    """One system in one relational database, on one connection taken at the first operation.

    Reads share a snapshot (REPEATABLE READ on PostgreSQL) until ``release``.
    An e-mail address is compared as ``lower(column) IN (lower-cased values)``,
    by an index on ``lower(column)``. Without the index it needs, a lookup in a
    large table is refused, not carried out by reading all of it.
    All other identifiers are compared as they are, so they come normalised.
    """

    operations = frozenset({"search", "access", "delete", "set"})
    all_or_nothing = True

    def __init__(self, system: System, address: str) -> None:
        self.system = system
        self._address = address
        self._schema: Schema | None = None
        self._connection: Connection | None = None
        self._writing = False

    def __enter__(self) -> SqlConnector:
        return self

    def __exit__(self, *error: object) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except SQLAlchemyError:
                connection.invalidate()

    def columns(self, collection: Collection) -> Mapping[str, ColumnFacts]:
        connection = self._open()
        return self._asked(lambda: self._tables().facts(connection, collection), collection)

    def find(
        self, collection: Collection, matches: Sequence[Match], columns: Sequence[str], limit: int
    ) -> Iterator[Row]:
        table = self._table(collection)
        for match in matches:
            if is_inside(collection, match):
                yield from self._find_inside(collection, table, match, columns, limit)
        matches = [match for match in matches if not is_inside(collection, match)]
        for match in matches:
            self._refuse_scan(collection, table, match)
        wanted = [match for match in (cast(match, table) for match in matches) if match.values]
        if all(len(match.values) <= CHUNK for match in wanted):
            batches = [wanted] if wanted else []
        else:
            batches = [
                [Match(match.fields, tuple(part), match.ignore_case)]
                for match in wanted
                for part in chunks(match.values, CHUNK)
            ]
        for batch in batches:
            statement = table.prepared(
                ("find", tuple(columns), *((m.fields, m.ignore_case) for m in batch)),
                partial(search, table, columns, batch),
            )
            values = {f"{MATCH}{n}": values_of(match) for n, match in enumerate(batch)}
            yield from self._few_or_many(collection, statement, {**values, LIMIT: limit}, columns)

    def _refuse_scan(self, collection: Collection, table: Table, match: Match) -> None:
        """A large table is looked up by an index or not at all: staff learn which one it lacks."""
        connection, lookups = self._open(), self._tables().lookups
        if is_inside(collection, match):
            ask = partial(sql_inside.lacks, connection, lookups, collection, table, match)
        else:
            loose, others = table.tells.ignores_case, self.system.collections
            ask = partial(lookups.lacks, connection, collection.name, match, loose, others)
        if lacks := self._asked(ask, collection):
            column, reason = match.fields[0], f"no index on {lacks}"
            raise SystemRefused(self.system.key, reason, collection.name, code="no_index", column=column)

    def _find_inside(
        self, collection: Collection, table: Table, match: Match, columns: Sequence[str], limit: int
    ) -> Iterator[Row]:
        """The database narrows down, JSON in text by an index alone; each row is then looked at exactly."""
        if not sql_inside.can_look_into(table, match.fields[0]):
            raise SystemRefused(self.system.key, "cannot look into this column", collection.name)
        self._refuse_scan(collection, table, match)
        asked = tuple(dict.fromkeys((*columns, match.fields[0].partition(".")[0])))
        statement = table.prepared(
            ("inside", asked, match.fields, match.ignore_case),
            lambda: sql_inside.search(collection, table, asked, match),
        )
        for part in chunks(match.values, CHUNK):
            batch = Match(match.fields, tuple(part), match.ignore_case)
            values = {sql_inside.VALUES: sql_inside.texts(collection, table, batch), LIMIT: limit}
            if not values[sql_inside.VALUES]:
                continue
            near = list(self._rows(collection, statement, values, asked))
            rows = [row for row in near if sql_inside.fits(collection, row, batch)]
            if len(rows) < len(near) == limit:
                # Those that are looked for may be among the rows that were cut off.
                raise SystemRefused(self.system.key, "too many rows are like it inside", collection.name)
            yield from ({name: row[name] for name in columns} for row in rows)

    def read(self, collection: Collection, keys: Iterable[Key], columns: Sequence[str]) -> Iterator[Row]:
        table = self._table(collection)
        statement = table.prepared(
            ("read", tuple(columns)),
            lambda: select(*(table.c[name] for name in columns)).where(keyed(table)),
        )
        for part in chunks(keys, CHUNK):
            yield from self._rows(collection, statement, {KEYS: key_values(table, part)}, columns)

    @contextmanager
    def transaction(self) -> Iterator[Writer]:
        self.release()
        connection = self._open()
        begun = self._asked(connection.begin)
        self._writing = True
        try:
            yield _SqlWriter(self)
        except BaseException:
            self._writing = False
            try:
                begun.rollback()
            except SQLAlchemyError:
                connection.invalidate()
            raise
        self._writing = False
        self._asked(begun.commit)

    def release(self) -> None:
        if self._connection is not None and self._connection.in_transaction():
            self._recover()

    def _open(self) -> Connection:
        if self._connection is None:
            breaker.refuse_if_open(self._address, self.system.key)
            try:
                self._connection = self._asked(lambda: self._tables().engine.connect())
            except SystemUnreachable:
                breaker.note(self._address, failed=True)
                raise
            breaker.note(self._address, failed=False)
        return self._connection

    def _tables(self) -> Schema:
        if self._schema is None:
            self._schema = shared_schema(self.system, self._address)
        return self._schema

    def _table(self, collection: Collection) -> Table:
        connection = self._open()
        return self._asked(lambda: self._tables().table(connection, collection), collection)

    def _rows(
        self, collection: Collection, statement: Any, values: Mapping[str, Any], columns: Sequence[str]
    ) -> Iterator[Row]:
        connection = self._open()
        rows = self._asked(lambda: connection.execute(statement, values).all(), collection)
        for row in rows:
            yield dict(zip(columns, row, strict=True))

    def _few_or_many(
        self, collection: Collection, statement: Any, values: Mapping[str, Any], columns: Sequence[str]
    ) -> Iterator[Row]:
        """As a rule they are few and come at once; many are asked for again and come piece by piece."""
        # MariaDB's statement lasts until its last row is taken: max_statement_time would count the work on each piece.
        piecewise = self._tables().engine.dialect.name != "mariadb"
        few = min(values[LIMIT], FEW) if piecewise else values[LIMIT]
        rows = list(self._rows(collection, statement, {**values, LIMIT: few}, columns))
        if len(rows) < few or few == values[LIMIT]:
            yield from rows
            return
        rows.clear()
        connection, options = self._open(), {"yield_per": CHUNK}
        result = self._asked(
            lambda: connection.execute(statement, values, execution_options=options), collection
        )
        try:
            while part := self._asked(lambda: result.fetchmany(CHUNK), collection):
                for row in part:
                    yield dict(zip(columns, row, strict=True))
        finally:
            result.close()

    def _asked(self, ask: Callable[[], T], collection: Collection | None = None) -> T:
        """Do it; a driver's error becomes ours after its handler ended, so nothing chains to its text."""
        failure: SystemFailure
        try:
            return ask()
        except (SQLAlchemyError, ValueError) as error:
            failure = failure_of(error, self.system.key, collection.name if collection else "")
        self._recover()
        raise failure

    def _recover(self) -> None:
        """End a read, failed or not, so that the next operation starts clean."""
        connection = self._connection
        if connection is None or self._writing:
            return
        try:
            connection.rollback()
        except SQLAlchemyError:
            connection.invalidate()


class _SqlWriter:
    """Deletes and updates by primary key within the connector's open transaction."""

    def __init__(self, connector: SqlConnector) -> None:
        self._connector = connector

    def delete(self, collection: Collection, keys: Sequence[Key]) -> int:
        table = self._connector._table(collection)
        if table.checks_by_row:
            self._let_go(collection, table, keys)
        statement = table.prepared(("delete",), lambda: delete(table.clause).where(keyed(table)))
        return sum(
            self._changed(collection, statement, {KEYS: key_values(table, part)})
            for part in chunks(keys, CHUNK)
        )

    def _let_go(self, collection: Collection, table: Table, keys: Sequence[Key]) -> None:
        """Rows that refer to each other within one table must not, where each is checked as it goes."""
        facts = self._connector.columns(collection)
        inner = [
            field.name
            for field in collection.fields.values()
            if any(reference.collection == collection.name for reference in field.links)
            and facts[field.name].nullable
        ]
        if inner:
            self.overwrite(collection, keys, dict.fromkeys(inner))

    def overwrite(self, collection: Collection, keys: Sequence[Key], values: Mapping[str, Any]) -> int:
        table = self._connector._table(collection)
        statement = (
            update(table.clause)
            .where(keyed(table))
            .values(
                # A JSON column would otherwise take None for the JSON word null.
                {name: null() if value is None else value for name, value in values.items()}
            )
        )
        comparable = all(v is None or table.kinds[n] not in ("json", "other") for n, v in values.items())
        if comparable:  # PostgreSQL cannot compare json; such rows are written and counted again
            statement = statement.where(or_(*(differs(table, n, v) for n, v in values.items())))
        return sum(
            self._changed(collection, statement, {KEYS: key_values(table, part)})
            for part in chunks(keys, CHUNK)
        )

    def insert(self, collection: Collection, values: Mapping[str, Any]) -> None:
        table = self._connector._table(collection)
        self._changed(collection, insert(table.clause).values(dict(values)), {})

    def _changed(self, collection: Collection, statement: Any, values: Mapping[str, Any]) -> int:
        if not self._connector._table(collection).tells.rolls_back:
            raise SystemRefused(self._connector.system.key, "its engine cannot roll back", collection.name)
        connection = self._connector._open()
        return self._connector._asked(lambda: connection.execute(statement, values).rowcount, collection)


def sql(system: System, address: str) -> SqlConnector:
    """The factory that the registry names."""
    return SqlConnector(system, address)
