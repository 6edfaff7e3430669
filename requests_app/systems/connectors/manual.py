"""A system no program reaches: it declares no operation, so everything asked of it is work for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

from requests_app.register.inventory import Collection, System

from .base import ColumnFacts, Key, Match, Row, SystemRefused, Writer


class ManualConnector:
    """Refuses whatever is asked; callers read ``operations`` first and never ask."""

    operations: frozenset[str] = frozenset()
    all_or_nothing = False

    def __init__(self, system: System) -> None:
        self.system = system

    def __enter__(self) -> ManualConnector:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def columns(self, collection: Collection) -> Mapping[str, ColumnFacts]:
        raise self._refusal(collection)

    def find(
        self, collection: Collection, matches: Sequence[Match], columns: Sequence[str], limit: int
    ) -> Iterator[Row]:
        raise self._refusal(collection)

    def read(self, collection: Collection, keys: Iterable[Key], columns: Sequence[str]) -> Iterator[Row]:
        raise self._refusal(collection)

    def transaction(self) -> AbstractContextManager[Writer]:
        raise self._refusal(None)

    def release(self) -> None:
        return None

    def _refusal(self, collection: Collection | None) -> SystemRefused:
        return SystemRefused(self.system.key, "manual system", collection.name if collection else "")


def manual(system: System, address: str) -> ManualConnector:
    """The factory that the registry names; a manual system has no address."""
    return ManualConnector(system)
