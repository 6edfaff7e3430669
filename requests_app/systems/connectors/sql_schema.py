"""The inventory's tables as SQLAlchemy sees them: inspected once per process, statements kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnClause, TableClause, column, inspect, table, types
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.reflection import ObjectKind

from requests_app.register.inventory import Collection, System

from .base import ColumnFacts, Kind, SystemRefused
from .sql_indexes import Lookups
from .sql_mariadb import Tells, tells

_KINDS: tuple[tuple[type, Kind], ...] = (
    (types.Enum, "enum"),
    (types.Uuid, "uuid"),
    (types.Boolean, "boolean"),
    (types.Integer, "integer"),
    (types.Numeric, "number"),
    (types.Float, "number"),
    (types.DateTime, "datetime"),
    (types.Date, "date"),
    (types.Time, "time"),
    (types.JSON, "json"),
    (types.LargeBinary, "binary"),
    (types.String, "text"),
)
"""First fit wins: an enum is a string to SQLAlchemy."""


class Table:
    """One collection: typed columns, key, and the statements already built for it."""

    def __init__(
        self,
        clause: TableClause,
        key: tuple[str, ...],
        kinds: Mapping[str, Kind],
        dialect: str,
        tells: Tells,
    ) -> None:
        self.clause = clause
        self.key = key
        self.kinds = kinds
        self.dialect = dialect
        self.arrays = dialect == "postgresql"
        self.checks_by_row = dialect == "mariadb"
        """Foreign keys are checked row by row, not at the end of the statement."""
        self.tells = tells
        self.c: Mapping[str, ColumnClause[Any]] = {c.name: c for c in clause.columns}
        self._statements: dict[tuple[object, ...], Any] = {}

    def prepared(self, shape: tuple[object, ...], build: Callable[[], Any]) -> Any:
        """The statement of that shape, built on first use."""
        statement = self._statements.get(shape)
        if statement is None:
            statement = self._statements[shape] = build()
        return statement


class Schema:
    """What one database says about one system's collections; asked once, then remembered."""

    def __init__(self, engine: Engine, system: System) -> None:
        self.engine = engine
        self._system = system
        self._columns: dict[str, dict[str, Any]] = {}
        self._tables: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Table] = {}
        self._unique: dict[str, set[str]] = {}
        self.lookups = Lookups()

    def table(self, connection: Connection, collection: Collection) -> Table:
        """The collection's table; ``SystemRefused`` where the inventory names what is not there."""
        index = (collection.name, tuple(collection.fields), collection.primary_key)
        known = self._tables.get(index)
        if known is None:
            known = self._tables[index] = self._build(connection, collection)
        return known

    def facts(self, connection: Connection, collection: Collection) -> Mapping[str, ColumnFacts]:
        """Kind, nullability, length and uniqueness of every declared column."""
        known = self.table(connection, collection)
        if collection.name not in self._unique:
            self._unique[collection.name] = self._read_unique(connection, collection.name)
        unique = self._unique[collection.name]
        return {
            name: ColumnFacts(
                name,
                kind,
                nullable=bool(self._columns[collection.name][name]["nullable"]),
                unique=name in unique,
                max_length=getattr(known.c[name].type, "length", None) if kind == "text" else None,
                zoned=bool(getattr(known.c[name].type, "timezone", False)),
            )
            for name, kind in known.kinds.items()
        }

    def _build(self, connection: Connection, collection: Collection) -> Table:
        if collection.name not in self._columns:
            self._read_columns(connection, collection.name)
        seen = self._columns.get(collection.name)
        if seen is None:
            raise SystemRefused(self._system.key, "no such table", collection.name)
        missing = sorted(set(collection.fields) - set(seen))
        if missing:
            raise SystemRefused(self._system.key, f"no such column: {', '.join(missing)}", collection.name)
        if not collection.primary_key:
            raise SystemRefused(self._system.key, "no primary key declared", collection.name)
        schema, name = _split(collection.name)
        clause = table(name, *(column(n, seen[n]["type"]) for n in collection.fields), schema=schema)
        kinds = {n: _kind(seen[n]["type"]) for n in collection.fields}
        dialect = self.engine.dialect.name
        more = tells(connection, schema, name) if dialect == "mariadb" else Tells()
        return Table(clause, collection.primary_key, kinds, dialect, more)

    def _read_columns(self, connection: Connection, name: str) -> None:
        """Every collection of the system that shares this one's schema, in one question."""
        schema = _split(name)[0]
        wanted = {_split(n)[1]: n for n in {*self._system.collections, name} if _split(n)[0] == schema}
        seen = inspect(connection).get_multi_columns(
            schema=schema, filter_names=list(wanted), kind=ObjectKind.ANY
        )
        for (_, short), columns in seen.items():
            self._columns[wanted[short]] = {c["name"]: c for c in columns}

    def _read_unique(self, connection: Connection, name: str) -> set[str]:
        schema, short = _split(name)
        inspector = inspect(connection)
        constraints = inspector.get_unique_constraints(short, schema=schema)
        indexes = [i for i in inspector.get_indexes(short, schema=schema) if i["unique"]]
        unique = {n for found in constraints for n in found["column_names"]}
        unique |= {n for found in indexes for n in found["column_names"] if n}
        # A unique index on an expression, lower(email), names no column: find ours in its text.
        for index in indexes:
            for text in index.get("expressions", ()):
                unique |= {n for n in self._columns[name] if n in text}
        return unique


def _split(name: str) -> tuple[str | None, str]:
    """``schema.table`` or ``table``."""
    schema, dot, short = name.rpartition(".")
    return (schema if dot else None), short


def _kind(kind_of: Any) -> Kind:
    return next((kind for cls, kind in _KINDS if isinstance(kind_of, cls)), "other")
