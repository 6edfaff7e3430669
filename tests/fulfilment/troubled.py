"""Eight ways in which a customer's database lets us down, around the real connector."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from requests_app.systems import SystemRefused, SystemUnreachable
from requests_app.systems.connectors.sql import sql

READING = ("silent", "refuses", "cut while reading", "falls over")
WRITING = ("cut while writing", "refuses to write", "lies", "commit lost")
wrong: set[str] = set()
"""What is wrong at the moment."""


class Troubled:
    """Passes everything on, except what is wrong."""

    def __init__(self, system: Any, address: str) -> None:
        self.system = system
        self._inner = sql(system, address)
        self.operations = self._inner.operations

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def __enter__(self) -> Troubled:
        return self

    def __exit__(self, *error: object) -> None:
        self._inner.__exit__(*error)

    def find(self, *what: Any) -> Iterator[Any]:
        yield from self._cut(self._inner.find(*what))

    def read(self, *what: Any) -> Iterator[Any]:
        yield from self._cut(self._inner.read(*what))

    def _cut(self, rows: Iterator[Any]) -> Iterator[Any]:
        self._answer()
        for row in rows:
            yield row
            if "cut while reading" in wrong:
                raise SystemUnreachable(self.system.key, "ConnectionLost")

    def _answer(self) -> None:
        if "silent" in wrong:
            raise SystemUnreachable(self.system.key, "ConnectionTimeout")
        if "refuses" in wrong:
            raise SystemRefused(self.system.key, "InsufficientPrivilege")
        if "falls over" in wrong:
            raise ValueError("a fault nobody foresaw")

    @contextmanager
    def transaction(self) -> Iterator[_Writer]:
        self._answer()
        with self._inner.transaction() as writer:
            yield _Writer(self.system.key, writer)
        if "commit lost" in wrong:
            raise SystemUnreachable(self.system.key, "ConnectionLost")


class _Writer:
    def __init__(self, system: str, inner: Any) -> None:
        self._system, self._inner = system, inner

    def __getattr__(self, name: str) -> Any:
        def act(*what: Any) -> Any:
            if "refuses to write" in wrong:
                raise SystemRefused(self._system, "InsufficientPrivilege")
            if "lies" in wrong:
                return len(what[1])
            done = getattr(self._inner, name)(*what)
            if "cut while writing" in wrong:
                raise SystemUnreachable(self._system, "ConnectionLost")
            return done

        return act
