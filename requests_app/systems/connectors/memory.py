"""Tables as lists of dictionaries: for tests and demonstrations, under the same contract as the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from requests_app.register.inventory import Collection, System

from ..documents import values_to_match
from .base import ColumnFacts, Key, Kind, Match, Row, SystemRefused, Writer, is_inside

Tables = dict[str, list[Row]]

STORES: dict[str, Tables] = {}
"""Named stores that an address ``memory://name`` reaches."""

_KINDS: tuple[tuple[type, Kind], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (Decimal, "number"),
    (datetime, "datetime"),
    (date, "date"),
    (UUID, "uuid"),
    (bytes, "binary"),
    (dict, "json"),
    (list, "json"),
)
_DECLARED: Mapping[str, Kind] = {
    "integer": "integer",
    "float": "number",
    "boolean": "boolean",
    "object": "json",
}


class MemoryConnector:
    """A system whose rows live in this process."""

    operations = frozenset({"search", "access", "delete", "set"})

    def __init__(
        self,
        system: System,
        tables: Tables,
        *,
        required: Mapping[str, frozenset[str]] | None = None,
        unique: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self.system = system
        self.tables = tables
        self._required = required or {}
        self._unique = unique or {}

    def __enter__(self) -> MemoryConnector:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def columns(self, collection: Collection) -> Mapping[str, ColumnFacts]:
        rows = self._rows(collection)
        required = self._required.get(collection.name, frozenset())
        unique = self._unique.get(collection.name, frozenset())
        return {
            name: ColumnFacts(name, self._kind(collection, name, rows), name not in required, name in unique)
            for name in collection.fields
        }

    def find(
        self, collection: Collection, matches: Sequence[Match], columns: Sequence[str], limit: int
    ) -> Iterator[Row]:
        wanted = [
            (m.fields, {_alike(v, m.ignore_case) for v in m.values}, m.ignore_case, is_inside(collection, m))
            for m in matches
        ]
        left = limit
        for row in list(self._rows(collection)):
            for fields, values, ignore_case, inside in wanted:
                if inside:
                    told = values_to_match(self.system.key, collection, row, fields[0])
                    held = {_alike((v,), ignore_case) for v in told}
                else:
                    held = {_alike(tuple(row.get(f) for f in fields), ignore_case)}
                if held & values:
                    if left <= 0:
                        return
                    left -= 1
                    yield {name: row.get(name) for name in columns}
                    break

    def read(self, collection: Collection, keys: Iterable[Key], columns: Sequence[str]) -> Iterator[Row]:
        wanted = set(keys)
        for row in list(self._rows(collection)):
            if _key(collection, row) in wanted:
                yield {name: row.get(name) for name in columns}

    @contextmanager
    def transaction(self) -> Iterator[Writer]:
        before = {name: [dict(row) for row in rows] for name, rows in self.tables.items()}
        try:
            yield _MemoryWriter(self)
        except BaseException:
            self.tables.clear()
            self.tables.update(before)
            raise

    def release(self) -> None:
        return None

    def _rows(self, collection: Collection) -> list[Row]:
        if collection.name not in self.tables:
            raise SystemRefused(self.system.key, "no such table", collection.name)
        return self.tables[collection.name]

    def _kind(self, collection: Collection, name: str, rows: Sequence[Row]) -> Kind:
        value = next((row[name] for row in rows if row.get(name) is not None), None)
        if value is None and collection.fields[name].is_document:
            return "json"
        if value is None:
            return _DECLARED.get(collection.fields[name].data_type, "text")
        return next((kind for cls, kind in _KINDS if isinstance(value, cls)), "text")


class _MemoryWriter:
    """Changes that the enclosing transaction undoes if it fails."""

    def __init__(self, connector: MemoryConnector) -> None:
        self._connector = connector

    def delete(self, collection: Collection, keys: Sequence[Key]) -> int:
        rows, gone = self._connector._rows(collection), set(keys)
        kept = [row for row in rows if _key(collection, row) not in gone]
        removed = len(rows) - len(kept)
        rows[:] = kept
        return removed

    def overwrite(self, collection: Collection, keys: Sequence[Key], values: Mapping[str, Any]) -> int:
        wanted, changed = set(keys), 0
        for row in self._connector._rows(collection):
            if _key(collection, row) in wanted and any(row.get(n) != v for n, v in values.items()):
                row.update(values)
                changed += 1
        return changed

    def insert(self, collection: Collection, values: Mapping[str, Any]) -> None:
        rows = self._connector._rows(collection)
        given = {name: len(rows) + 1 for name in collection.primary_key if name not in values}
        rows.append(dict.fromkeys(collection.fields) | given | dict(values))


def _key(collection: Collection, row: Row) -> Key:
    return tuple(row.get(name) for name in collection.primary_key)


def _alike(values: Key, ignore_case: bool) -> tuple[str | None, ...]:
    """Text on both sides, so that ``"7"`` from a form meets ``7`` in a table; an absent value meets none."""
    return tuple(None if v is None else str(v).lower() if ignore_case else str(v) for v in values)


def memory(system: System, address: str) -> MemoryConnector:
    """The factory that the registry names."""
    return MemoryConnector(system, STORES.setdefault(address.removeprefix("memory://"), {}))
