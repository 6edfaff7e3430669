"""What a search for one person found, and of each system whether it was searched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from requests_app.register.inventory import Collection

from .connectors.base import Key, Row, SystemFailure, SystemRefused, SystemUnreachable
from .documents import only_theirs
from .graph import Place
from .marks import Mark

State = Literal["searched", "manual", "unreachable", "refused", "incomplete"]


@dataclass(frozen=True)
class SystemStatus:
    """Whether a system was searched, and if not, why: never a person's data."""

    state: State
    detail: str = ""
    code: str = ""
    """``no_json`` or ``no_index`` where one column is in the way."""
    place: str = ""
    """Which one, as ``system.collection.column``."""
    through: str = ""
    """Of one that was ``incomplete``: the system without which it is not reached."""


@dataclass
class FoundRows:
    """The person's rows of one collection: keys, and the few columns that decide about them."""

    collection: Collection
    marks: dict[Key, Mark] = field(default_factory=dict, repr=False)
    set_aside: int = 0
    """Rows that were reached but are another person's."""
    shared: set[Key] = field(default_factory=set, repr=False)
    """Reached upward, and other people's rows refer to them as well: not the person's alone to erase."""
    anchors: set[Key] = field(default_factory=set, repr=False)
    """The person's, but other people's rows hang on them: may be blanked, not deleted."""
    joint: dict[Key, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """Rows that name another person as strongly, and the columns that name this one: only those are emptied."""
    named: dict[str, set[str]] = field(default_factory=dict, repr=False)
    """By path, what names this person inside such rows: of lists and documents only so much is given and emptied."""

    @property
    def keys(self) -> tuple[Key, ...]:
        """Primary keys in the order found."""
        return tuple(self.marks)

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self.marks)

    def given(self, row: Row) -> Row:
        """One of these rows as the person may see it: lists that name others too, without what is said of those."""
        key = tuple(row[name] for name in self.collection.primary_key)
        inside = any(path in self.named for path in self.joint.get(key, ()))
        return only_theirs(self.collection, row, self.named) if inside else row


@dataclass(frozen=True)
class Found:
    """All that a walk found."""

    rows: Mapping[Place, FoundRows]
    systems: Mapping[str, SystemStatus]

    def of(self, system: str) -> Iterator[FoundRows]:
        """The collections of one system in which something was found or set aside."""
        return (found for place, found in self.rows.items() if place[0] == system)

    def why_not_searched(self, system: str) -> SystemFailure | None:
        """Which system did not tell, and why: this one, or the one that it is reached through. Never a person's data."""
        asked, status = system, self.systems[system]
        while status.through:
            system, status = status.through, self.systems[status.through]
        if status.state == "searched":
            return None
        # What another refuses is mended there, and nobody comes back here to say so: this one is tried again.
        final = system == asked and status.state in ("refused", "manual")
        kind = SystemRefused if final else SystemUnreachable
        reason = status.detail.removeprefix(f"{system}: ") or status.state
        return kind(system, reason, code=status.code, place=status.place)
