"""Connectors that misbehave in one declared way around a real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from requests_app.systems.connectors.base import Connector, SystemRefused, SystemUnreachable, Writer


class Faulty:
    """Passes everything on to ``inner``, except where told otherwise."""

    def __init__(
        self,
        inner: Connector,
        *,
        on_search: Callable[[str], None] | None = None,
        on_write: Callable[[str], None] | None = None,
        lies: bool = False,
    ) -> None:
        self._inner = inner
        self._on_search = on_search
        self._on_write = on_write
        self._lies = lies
        self.system = inner.system
        self.operations = inner.operations

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def find(self, collection: Any, *args: Any) -> Any:
        if self._on_search:
            self._on_search(collection.name)
        return self._inner.find(collection, *args)

    @contextmanager
    def transaction(self) -> Iterator[Writer]:
        with self._inner.transaction() as writer:
            yield _FaultyWriter(writer, self._on_write, self._lies)


class _FaultyWriter:
    def __init__(self, inner: Writer, on_write: Callable[[str], None] | None, lies: bool) -> None:
        self._inner = inner
        self._on_write = on_write
        self._lies = lies

    def delete(self, collection: Any, keys: Any) -> int:
        if self._on_write:
            self._on_write(collection.name)
        return len(keys) if self._lies else self._inner.delete(collection, keys)

    def overwrite(self, collection: Any, keys: Any, values: Any) -> int:
        if self._on_write:
            self._on_write(collection.name)
        return len(keys) if self._lies else self._inner.overwrite(collection, keys, values)


def at(name: str, failure: BaseException) -> Callable[[str], None]:
    """Fail when that collection's turn comes."""

    def act(collection: str) -> None:
        if collection == name:
            raise failure

    return act


UNREACHABLE = SystemUnreachable("shop", "ConnectionTimeout")
REFUSED = SystemRefused("shop", "InsufficientPrivilege")


class Killed(BaseException):
    """What no handler of ours may catch."""
