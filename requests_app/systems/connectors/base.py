"""What every connector promises, the plain values it takes and gives, and how it fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from requests_app.register.inventory import Collection, System

Row = dict[str, Any]
Key = tuple[Any, ...]
"""Values of the primary key, in the order the inventory declares its columns."""

Kind = Literal[  # what a neutral value depends on
    "text",
    "integer",
    "number",
    "boolean",
    "date",
    "datetime",
    "time",
    "uuid",
    "json",
    "binary",
    "enum",
    "other",
]

CONTACT_KINDS = ("email", "phone")
"""Kinds of identifier that two people may share or that change hands; every other kind is issued to one."""


class SystemFailure(Exception):
    """A system did not do what was asked.

    The text names the system, the collection and the class of the error, never
    a value: driver messages quote rows, so they are not passed on.
    """

    retryable = False

    def __init__(
        self,
        system: str,
        reason: str,
        collection: str = "",
        *,
        code: str = "",
        column: str = "",
        place: str = "",
    ) -> None:
        super().__init__(": ".join(part for part in (system, collection, reason) if part))
        self.system = system
        self.collection = collection
        self.reason = reason
        self.code = code
        """``no_json`` or ``no_index`` where somebody has to see to one column; else empty."""
        self.place = ".".join((system, collection, column)) if column else place
        """Which one, as ``system.collection.column``."""


class SystemUnreachable(SystemFailure):
    """It did not answer, or not in time; asking again later may help."""

    retryable = True


class SystemRefused(SystemFailure):
    """It answered no, or cannot do this at all; asking again changes nothing."""


class HoldPlaced(Exception):
    """Raised by a guard: a legal hold covers this person, so nothing may be erased."""


@dataclass(frozen=True)
class Identifier:
    """One verified value by which a person may be found."""

    kind: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class Match:
    """Rows whose ``fields`` together equal one of ``values``; never an open-ended condition.

    A path into a list or a document (``contacts.email``) stands alone: rows in
    which any value there equals one of ``values``.
    """

    fields: tuple[str, ...]
    values: tuple[Key, ...] = field(repr=False)
    ignore_case: bool = False


@dataclass(frozen=True)
class ColumnFacts:
    """What the system itself says about a column, asked before the first write."""

    name: str
    kind: Kind
    nullable: bool
    unique: bool = False
    """Some unique constraint or index contains it."""
    max_length: int | None = None
    zoned: bool = False


def is_inside(collection: Collection, match: Match) -> bool:
    """Whether it looks into a list or a document rather than at a column."""
    return collection.is_inside(match.fields[0])


class Writer(Protocol):
    """Changes inside one transaction; each call returns how many rows really changed."""

    def delete(self, collection: Collection, keys: Sequence[Key]) -> int:
        """Remove the rows with these keys."""
        ...

    def overwrite(self, collection: Collection, keys: Sequence[Key], values: Mapping[str, Any]) -> int:
        """Set columns of the rows with these keys; rows that already hold the values do not count."""
        ...

    def insert(self, collection: Collection, values: Mapping[str, Any]) -> None:
        """Add one row; columns not named take what the system gives them."""
        ...


class Connector(AbstractContextManager["Connector"], Protocol):
    """A way into one system. Opening is lazy; nothing is sent before the first operation."""

    system: System
    operations: frozenset[str]
    """What it can do: ``search``, ``access``, ``delete``, ``set``. The rest is work for a person."""
    all_or_nothing: bool
    """Whether its transactions can be taken back; where they cannot, each write is final by itself."""

    def columns(self, collection: Collection) -> Mapping[str, ColumnFacts]:
        """What the system says about the collection's declared columns."""
        ...

    def find(
        self, collection: Collection, matches: Sequence[Match], columns: Sequence[str], limit: int
    ) -> Iterator[Row]:
        """Rows that satisfy any of the matches, at most ``limit``; a row may come more than once.

        Whoever cannot look into lists and documents refuses a match that does
        (``SystemRefused``): a person then searches, and nothing is overlooked. So
        does whoever comes upon text there that is no JSON, as it may be about anybody.
        """
        ...

    def read(self, collection: Collection, keys: Iterable[Key], columns: Sequence[str]) -> Iterator[Row]:
        """The rows with these keys, streamed in chunks; a missing key is no error."""
        ...

    def transaction(self) -> AbstractContextManager[Writer]:
        """All or nothing. ``find`` and ``read`` called within see its state."""
        ...

    def release(self) -> None:
        """Let go of the snapshot that earlier reads hold; nothing happens inside a transaction."""
        ...


def chunks(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of at most ``size``, without holding all of ``values``."""
    part: list[Any] = []
    for value in values:
        part.append(value)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
