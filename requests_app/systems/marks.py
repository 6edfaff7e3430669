"""The few columns of a row that decide about it, kept small: one person may have a hundred thousand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar


class Mark(tuple[Any, ...]):
    """Values by column, read as a mapping; the names are kept once, with its class."""

    __slots__ = ()
    at: ClassVar[Mapping[str, int]] = {}

    # A tuple for its size alone: nobody reads it by number.
    def __getitem__(self, name: str) -> Any:  # type: ignore[override]
        return tuple.__getitem__(self, self.at[name])

    def __contains__(self, name: object) -> bool:
        return name in self.at

    def get(self, name: str, default: Any = None) -> Any:
        """The value of that column, or ``default`` where it was not asked for."""
        at = self.at.get(name)
        return default if at is None else tuple.__getitem__(self, at)

    def keys(self) -> Iterable[str]:
        """The columns."""
        return self.at.keys()

    def items(self) -> Iterator[tuple[str, Any]]:
        """Each column with its value."""
        return zip(self.at, tuple.__iter__(self), strict=True)


def mark_of(names: Iterable[str]) -> type[Mark]:
    """The class of the marks that have these columns."""
    return type("Mark", (Mark,), {"__slots__": (), "at": {name: n for n, name in enumerate(names)}})


def sharing(kind: type[Mark], values: Iterable[Any], before: Mark | None) -> Mark:
    """A mark that keeps a value it has in common with the one before only once."""
    if before is None:
        return kind(values)
    return kind(
        old if type(old) is type(new) and old == new else new
        for new, old in zip(values, tuple.__iter__(before), strict=True)
    )
