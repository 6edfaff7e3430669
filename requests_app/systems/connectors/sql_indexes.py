"""By which columns a table can be looked up without reading all of it, and whether that matters for its size."""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Collection as Names
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import TableClause, func, inspect, literal, select, table, text
from sqlalchemy.engine import Connection
from sqlalchemy.engine.reflection import ObjectKind
from sqlalchemy.exc import SAWarning

from .base import Match

LARGE_ROWS = 50_000
"""Rows beyond which a table is not read from end to end for one person. Our own rule."""
SECONDS_KNOWN = 600.0
"""How long we take it that an index is still there, and a small table still small."""

_LOWERED = re.compile(r'^\(*\s*lower\s*\(+\s*["`]?([^"`():]+?)["`]?\s*[):]', re.IGNORECASE)
_SQLITE = text("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")


@dataclass(frozen=True)
class Indexes:
    """What the usable indexes of one table begin with; one on some of the rows is not usable."""

    leading: frozenset[str]
    lowered: frozenset[str]
    """Columns of which an index holds the small letters."""

    def serve(self, match: Match, dialect: str, loose: Mapping[str, bool]) -> bool:
        """Whether such a lookup goes by one of them. ``loose``: MariaDB's columns, whether they ignore case."""
        if not match.ignore_case:
            return not self.leading.isdisjoint(match.fields)
        name = match.fields[0]
        if dialect == "mariadb":
            return name in self.leading and loose.get(name, False)
        return name in self.lowered


def indexes_of(connection: Connection, schema: str | None, names: Sequence[str]) -> dict[str, Indexes]:
    """Of these tables, in four questions. What is no table, a view, is not in the answer."""
    live = inspect(connection)
    tables = ObjectKind.TABLE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # an index on an expression that cannot be reflected
        keys = live.get_multi_pk_constraint(schema=schema, filter_names=names, kind=tables)
        unique = live.get_multi_unique_constraints(schema=schema, filter_names=names, kind=tables)
        found = live.get_multi_indexes(schema=schema, filter_names=names, kind=tables)
    lowered: dict[str, set[str]] = {}
    if connection.dialect.name == "sqlite":
        for name, sql in connection.execute(_SQLITE):
            inside = sql.partition("(")[2]
            if (column := _lowered(inside)) and " where " not in sql.lower():
                lowered.setdefault(name, set()).add(column)
    indexes: dict[str, Indexes] = {}
    for (_, name), constraint in keys.items():
        leading = set(constraint["constrained_columns"][:1])
        leading |= {c for one in unique.get((schema, name), ()) for c in one["column_names"][:1] if c}
        small = lowered.get(name, set())
        for index in found.get((schema, name), ()):
            options = index.get("dialect_options", {})
            if any(key.endswith("_where") and value is not None for key, value in options.items()):
                continue
            if options.get("postgresql_using", "btree") not in ("btree", "hash"):
                continue
            leading |= {column for column in index["column_names"][:1] if column}
            if column := _lowered(str(next(iter(index.get("expressions", ())), ""))):
                small.add(column)
        indexes[name] = Indexes(frozenset(leading), frozenset(small))
    return indexes


def is_larger(connection: Connection, clause: TableClause, rows: int) -> bool:
    """Whether it has more rows than that; looks at no more of them."""
    some = select(literal(1)).select_from(clause).limit(rows + 1).subquery()
    return (connection.execute(select(func.count()).select_from(some)).scalar() or 0) > rows


def is_large(connection: Connection, clause: TableClause) -> bool:
    """Whether it may not be read whole for one person."""
    return is_larger(connection, clause, LARGE_ROWS)


class Lookups:
    """What is known of one system's indexes in this process."""

    def __init__(self) -> None:
        self._indexes: dict[str, Indexes | None] = {}
        self._good: dict[tuple[str, tuple[str, ...], bool], float] = {}

    def lacks(
        self, connection: Connection, name: str, match: Match, loose: Mapping[str, bool], others: Names[str]
    ) -> str:
        """The index without which a large table would be read whole; empty if there is no such need.

        ``others``: tables that will be asked for as well, read in the same questions.
        """
        if self.is_known(name, match):
            return ""
        if name not in self._indexes:
            self._read(connection, {name, *others})
        known = self._indexes[name]
        if known and not known.serve(match, connection.dialect.name, loose):
            self._read(connection, {name})  # somebody may have created it
            known = self._indexes[name]
        schema, _dot, short = name.rpartition(".")
        if (
            known
            and not known.serve(match, connection.dialect.name, loose)
            and is_large(connection, table(short, schema=schema or None))
        ):
            column = f"{name}.{match.fields[0]}"
            return (
                f"lower({column})" if match.ignore_case and connection.dialect.name != "mariadb" else column
            )
        self.note(name, match)
        return ""

    def is_known(self, name: str, match: Match) -> bool:
        """Whether it was seen lately that such a lookup reads no large table whole."""
        return self._good.get((name, match.fields, match.ignore_case), 0.0) > time.monotonic()

    def note(self, name: str, match: Match) -> None:
        """It was seen now."""
        self._good[(name, match.fields, match.ignore_case)] = time.monotonic() + SECONDS_KNOWN

    def _read(self, connection: Connection, names: Names[str]) -> None:
        schemas: dict[str | None, list[str]] = {}
        for name in names:
            schema, _dot, short = name.rpartition(".")
            schemas.setdefault(schema or None, []).append(short)
        for schema, shorts in schemas.items():
            found = indexes_of(connection, schema, shorts)
            for short in shorts:
                self._indexes[f"{schema}.{short}" if schema else short] = found.get(short)


def _lowered(expression: str) -> str:
    match = _LOWERED.match(expression)
    return match.group(1) if match else ""
