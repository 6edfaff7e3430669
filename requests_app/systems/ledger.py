"""What became of each holding: found, erased, masked, retained. The same four numbers a letter prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One holding's rows, counted; once carried out, the other three add up to ``found``."""

    holding: str
    found: int = 0
    erased: int = 0
    """Rows removed, or left with the holding's columns empty."""
    masked: int = 0
    """Rows left with a neutral value, or a link, in a column that could not be empty."""
    retained: int = 0
    """Rows whose columns of this holding stay as they were."""

    def __add__(self, other: Entry) -> Entry:
        return Entry(
            self.holding,
            self.found + other.found,
            self.erased + other.erased,
            self.masked + other.masked,
            self.retained + other.retained,
        )


@dataclass(frozen=True)
class Ledger:
    """Entries by holding, in the order first met."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Ledger:
        """One entry per holding, parts added up."""
        summed: dict[str, Entry] = {}
        for entry in entries:
            summed[entry.holding] = summed[entry.holding] + entry if entry.holding in summed else entry
        return cls(tuple(summed.values()))

    def __add__(self, other: Ledger) -> Ledger:
        return Ledger.of((*self.entries, *other.entries))

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __getitem__(self, holding: str) -> Entry:
        """The entry; one of zeros for a holding in which nothing was found."""
        return next((entry for entry in self.entries if entry.holding == holding), Entry(holding))

    def to_json(self) -> list[dict[str, str | int]]:
        """Plain values, fit to store."""
        return [dict(vars(entry)) for entry in self.entries]
