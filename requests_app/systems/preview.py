"""What would be touched, before anything is: counts, dates and a digest, and no one's data."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from requests_app import law
from requests_app.register.inventory import Holding, Inventory, System

from .connectors.base import Connector, Identifier
from .found import Found, FoundRows, SystemStatus
from .graph import Graph
from .holdings import as_date, holdings_of
from .walk import find


@dataclass(frozen=True)
class HoldingPreview:
    """One holding: how many rows, how old, and until when the last of them is to be kept."""

    holding: str
    system: str
    collection: str
    count: int
    oldest_on: date | None = None
    newest_on: date | None = None
    undated: int = 0
    """Rows whose retention date is empty or unreadable."""
    shared: int = 0
    """Rows that other people's rows use too, or that name them as well: erasing leaves them theirs."""
    retention_ends_on: date | None = None


@dataclass(frozen=True)
class SystemPreview:
    """One system: whether it was searched, and a digest that changes whenever the rows change."""

    system: str
    status: SystemStatus
    count: int
    set_aside: int
    """Rows reached that are another person's: a question for staff when not zero."""
    digest: str
    holdings: tuple[HoldingPreview, ...]


@dataclass(frozen=True)
class Preview:
    """What a second person approves: bound to these rows by its digest."""

    today: date
    systems: tuple[SystemPreview, ...]
    digest: str

    def system(self, key: str) -> SystemPreview:
        """The part about one system; ``KeyError`` if it was not asked."""
        for system in self.systems:
            if system.system == key:
                return system
        raise KeyError(key)

    def holding(self, key: str) -> HoldingPreview:
        """The part about one holding; ``KeyError`` if there is none."""
        for system in self.systems:
            for holding in system.holdings:
                if holding.holding == key:
                    return holding
        raise KeyError(key)

    def to_json(self) -> dict[str, Any]:
        """Plain values, fit to store: counts, days, states and digests."""
        return {
            "today": self.today.isoformat(),
            "digest": self.digest,
            "systems": [
                {
                    "system": s.system,
                    "state": s.status.state,
                    "detail": s.status.detail,
                    "count": s.count,
                    "set_aside": s.set_aside,
                    "digest": s.digest,
                    "holdings": [
                        {
                            **vars(h),
                            "oldest_on": _iso(h.oldest_on),
                            "newest_on": _iso(h.newest_on),
                            "retention_ends_on": _iso(h.retention_ends_on),
                        }
                        for h in s.holdings
                    ],
                }
                for s in self.systems
            ],
        }


def preview(
    inventory: Inventory,
    identifiers: Iterable[Identifier],
    connectors: Mapping[str, Connector],
    *,
    today: date,
    key: bytes = b"",
    graph: Graph | None = None,
) -> Preview:
    """Search every system and count. With ``key`` the digests are keyed: no one can guess rows from them."""
    systems = tuple(inventory.systems.values())
    return preview_of(systems, find(systems, connectors, identifiers, graph=graph), today=today, key=key)


def preview_of(systems: Iterable[System], found: Found, *, today: date, key: bytes = b"") -> Preview:
    """The preview of a walk already done; asks no system."""
    parts = tuple(_system(system, found, today, key) for system in systems)
    whole = [json.dumps([part.system, part.status.state, part.digest]) for part in parts]
    return Preview(today, parts, _digest(whole, key))


def _system(system: System, found: Found, today: date, key: bytes) -> SystemPreview:
    status = found.systems[system.key]
    holdings: list[HoldingPreview] = []
    canonical: list[str] = []
    count = set_aside = 0
    for name, collection in system.collections.items():
        rows = found.rows.get((system.key, name)) or FoundRows(collection)
        count += rows.count
        set_aside += rows.set_aside
        counts = {holding.key: _Count(holding) for holding in collection.holdings}
        for row_key, row in rows.marks.items():
            held = [holding.key for holding in holdings_of(collection, row, today)]
            for holding_key in held:
                counts[holding_key].add(row, row_key in rows.shared or row_key in rows.joint)
            # As text, which is a fraction of what the lists would take.
            canonical.append(json.dumps([system.key, name, [_canonical(v) for v in row_key], sorted(held)]))
        holdings += [one.preview() for one in counts.values()]
    canonical.sort()
    return SystemPreview(system.key, status, count, set_aside, _digest(canonical, key), tuple(holdings))


class _Count:
    """One holding's rows, counted as they come."""

    def __init__(self, holding: Holding) -> None:
        self._holding, self._counted_from = holding, _date_column(holding)
        self._count = self._shared = self._dated = 0
        self._oldest: date | None = None
        self._newest: date | None = None

    def add(self, row: Mapping[str, Any], is_shared: bool) -> None:
        self._count += 1
        self._shared += is_shared
        day = as_date(row.get(self._counted_from)) if self._counted_from else None
        if day is not None:
            self._dated += 1
            self._oldest = min(day, self._oldest or day)
            self._newest = max(day, self._newest or day)

    def preview(self) -> HoldingPreview:
        holding = self._holding
        kept = self._newest is not None and holding.retention is not None
        return HoldingPreview(
            holding.key,
            holding.system,
            holding.collection,
            count=self._count,
            oldest_on=self._oldest,
            newest_on=self._newest,
            undated=self._count - self._dated if self._counted_from else 0,
            shared=self._shared,
            retention_ends_on=law.months_on(self._newest, holding.retention.months) if kept else None,
        )


def _date_column(holding: Holding) -> str | None:
    if holding.retention is not None:
        return holding.retention.counted_from
    if holding.where is not None and holding.where.operator.endswith("_months"):
        return holding.where.column
    return None


def _canonical(value: Any) -> str | int | bool:
    """A key's part in one spelling; a number and its text differ, as they do in the system."""
    if isinstance(value, bool | int | str):
        return value
    return value.isoformat() if isinstance(value, date | datetime) else f"{type(value).__name__}:{value}"


def _digest(canonical: Iterable[str], key: bytes) -> str:
    """Of a list of these pieces of JSON, written without blanks, one after the other."""
    digest = hmac.new(key, digestmod=hashlib.sha256) if key else hashlib.sha256()
    before = b"["
    for text in canonical:
        digest.update(before + json.dumps(json.loads(text), separators=(",", ":")).encode())
        before = b","
    digest.update(b"[]" if before == b"[" else b"]")
    return digest.hexdigest()


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
