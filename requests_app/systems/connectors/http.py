"""A system behind a JSON interface, as templates in the pack describe it.

There are no transactions over HTTP: each write is final by itself. It carries
an idempotency key made of what it does, so that repeating the work after a
crash repeats nothing at the other end, and reading back tells what stands.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

from requests_app.register.inventory import Collection, HttpCall, HttpSettings, System

from ..documents import values_to_match
from .base import ColumnFacts, Key, Kind, Match, Row, SystemRefused, Writer, is_inside
from .http_call import Caller

MOST_PAGES = 1000
_KINDS: Mapping[str, Kind] = {
    "integer": "integer", "float": "number", "boolean": "boolean", "object": "json", "date": "date",
    "datetime": "datetime",
}  # fmt: skip


class HttpConnector:
    """Rows of one system, one call for each value or key."""

    def __init__(self, system: System, secret: str) -> None:
        self.system = system
        self._secret = secret
        self._caller: Caller | None = None
        calls = {name for each in self._settings.collections.values() for name in each}
        able = {"search"} if any(name.startswith("find_by_") for name in calls) else set()
        able |= {"access"} if able else set()
        able |= {"delete"} if {"delete", "update"} & calls else set()
        able |= {"set"} if {"update", "create"} & calls else set()
        self.operations = frozenset(able)

    @property
    def _settings(self) -> HttpSettings:
        if self.system.http is None:
            raise SystemRefused(self.system.key, "no calls described")
        return self.system.http

    def __enter__(self) -> HttpConnector:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def columns(self, collection: Collection) -> Mapping[str, ColumnFacts]:
        # The other end says nothing about its columns: what it does not take it refuses, and reading back shows it.
        return {
            name: ColumnFacts(
                name,
                "json" if field.is_document else _KINDS.get(field.data_type, "text"),
                nullable=not field.primary_key,
            )
            for name, field in collection.fields.items()
        }

    def find(
        self, collection: Collection, matches: Sequence[Match], columns: Sequence[str], limit: int
    ) -> Iterator[Row]:
        left = limit
        for match in matches:
            call = self._call(collection, "find_by_" + "_and_".join(match.fields))
            inside = is_inside(collection, match)
            for values in match.values:
                given = dict(zip(match.fields, values, strict=True))
                for row in self._rows(collection, call, {"value": values[0]} if inside else given):
                    path = match.fields[0]
                    seen = [row]
                    if inside:
                        told = values_to_match(self.system.key, collection, row, path)
                        seen = [{path: value} for value in told]
                    if not any(_fits(one, given, match.ignore_case) for one in seen):
                        continue
                    if left <= 0:
                        return
                    left -= 1
                    yield {name: row.get(name) for name in columns}

    def read(self, collection: Collection, keys: Iterable[Key], columns: Sequence[str]) -> Iterator[Row]:
        for key in keys:
            given = dict(zip(collection.primary_key, key, strict=True))
            answer = self._send(self._call(collection, "read"), given, accept=(404, 410))
            if answer.status < 300 and answer.content is not None:
                row = self._row(collection, _at(answer.content, self._call(collection, "read").rows))
                yield {name: row.get(name) for name in columns}

    @contextmanager
    def transaction(self) -> Iterator[Writer]:
        yield _HttpWriter(self)

    def release(self) -> None:
        return None

    def _call(self, collection: Collection, name: str) -> HttpCall:
        call = self._settings.collections.get(collection.name, {}).get(name)
        if call is None:
            raise SystemRefused(self.system.key, f"no call {name} described", collection.name)
        return call

    def _rows(self, collection: Collection, call: HttpCall, given: Mapping[str, Any]) -> Iterator[Row]:
        cursor: Any = None
        for _ in range(MOST_PAGES):
            answer = self._send(call, given, cursor=cursor, accept=(404,))
            if answer.status >= 300 or answer.content is None:
                return
            found = _at(answer.content, call.rows)
            if not isinstance(found, list):
                raise SystemRefused(self.system.key, "answered no list", collection.name)
            for raw in found:
                yield self._row(collection, raw)
            cursor = _at(answer.content, call.next) if call.next else None
            if cursor in (None, ""):
                return
        raise SystemRefused(self.system.key, "more pages than one person can have", collection.name)

    def _row(self, collection: Collection, raw: Any) -> Row:
        if not isinstance(raw, dict):
            raise SystemRefused(self.system.key, "answered no record", collection.name)
        return {name: raw.get(name) for name in collection.fields}

    def _send(
        self, call: HttpCall, given: Mapping[str, Any], *, cursor: Any = None, key: str = "",
        accept: tuple[int, ...] = (), values: Mapping[str, Any] | None = None,
    ) -> Any:  # fmt: skip
        if self._caller is None:
            known = self._settings
            self._caller = Caller(
                self.system.key, known.base, self._secret, hosts=known.hosts, networks=known.networks
            )
        path = call.path.format_map({name: quote(str(value), safe="") for name, value in given.items()})
        query = {
            name: text.format_map({k: str(v) for k, v in given.items()}) for name, text in call.query.items()
        }
        if cursor not in (None, ""):
            query[call.cursor] = str(cursor)
        body = None if call.body is None else _filled(call.body, given, dict(values or {}))
        return self._caller.call(
            call.method, path + ("?" + urlencode(query) if query else ""), body=body, idempotency_key=key,
            accept=accept,
        )  # fmt: skip


class _HttpWriter:
    """Writes that are final one by one; the key of each makes its repetition harmless."""

    def __init__(self, connector: HttpConnector) -> None:
        self._connector = connector

    def delete(self, collection: Collection, keys: Sequence[Key]) -> int:
        return sum(self._write(collection, "delete", key, {}) for key in keys)

    def overwrite(self, collection: Collection, keys: Sequence[Key], values: Mapping[str, Any]) -> int:
        return sum(self._write(collection, "update", key, values) for key in keys)

    def insert(self, collection: Collection, values: Mapping[str, Any]) -> None:
        call = self._connector._call(collection, "create")
        self._connector._send(call, values, values=values, key=self._key("create", collection, (), values))

    def _write(self, collection: Collection, name: str, key: Key, values: Mapping[str, Any]) -> int:
        given = dict(zip(collection.primary_key, key, strict=True))
        call = self._connector._call(collection, name)
        answer = self._connector._send(
            call, given, values=values, key=self._key(name, collection, key, values), accept=(404, 410)
        )
        return int(answer.status < 300)

    def _key(self, name: str, collection: Collection, key: Key, values: Mapping[str, Any]) -> str:
        what = [self._connector.system.key, collection.name, name, *map(str, key)]
        text = json.dumps([*what, sorted((k, str(v)) for k, v in values.items())])
        return hashlib.sha256(text.encode()).hexdigest()


def _fits(row: Row, given: Mapping[str, Any], ignore_case: bool) -> bool:
    """The other end may search loosely; only rows that really match are the person's."""

    def alike(value: Any) -> str:
        return str(value).lower() if ignore_case else str(value)

    return all(
        row.get(name) is not None and alike(row[name]) == alike(value) for name, value in given.items()
    )


def _at(content: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        content = content.get(part) if isinstance(content, dict) else None
    return content


def _filled(template: Any, given: Mapping[str, Any], values: dict[str, Any]) -> Any:
    """The body with names filled in; ``{values}`` alone stands for all columns to set, with their types."""
    if template == "{values}":
        return {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in values.items()
        }
    if isinstance(template, dict):
        return {name: _filled(part, given, values) for name, part in template.items()}
    if isinstance(template, list):
        return [_filled(part, given, values) for part in template]
    if isinstance(template, str) and template[:1] == "{" and template[-1:] == "}" and template[1:-1] in given:
        return given[template[1:-1]]
    return template


def http(system: System, address: str) -> HttpConnector:
    """The factory that the registry names; the variable holds the key that signs every call."""
    return HttpConnector(system, address)
