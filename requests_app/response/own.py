"""What the systems hold about one person at this moment: by system, holding and record, for nobody but them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from requests_app import systems
from requests_app.register.inventory import Collection, Field, Holding, Inventory, System
from requests_app.response import third_party
from requests_app.response.rows import Row

MOST_RECORDS = 10
"""Records of one collection that are shown, the latest first; a copy has them all."""
NEVER, OTHERS, UNREAD = "never", "others", "unread"


@dataclass(frozen=True)
class Value:
    """One field of one record."""

    field: Field
    value: Any = field(repr=False)
    withheld: str = ""
    """``never``: no law lets us show it; ``others``: another person's address or number stands in it;
    ``unread``: free text, which people read for other persons' data before it leaves."""
    theirs: bool = False
    """Whether they may change it themselves."""


@dataclass(frozen=True)
class Record:
    """The part of one row that belongs to one holding."""

    key: systems.Key = field(repr=False)
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Held:
    """One holding and its records, or as many as are shown."""

    holding: Holding
    collection: Collection
    records: tuple[Record, ...]


@dataclass(frozen=True)
class Seen:
    """One system. ``state`` is as ``SystemStatus`` says."""

    system: System
    state: str
    held: tuple[Held, ...] = ()
    more: Mapping[str, int] = field(default_factory=dict)
    """Records beyond those shown, by collection."""
    set_aside: int = 0
    """Records reached that are another person's."""


def look(
    inventory: Inventory,
    connectors: Mapping[str, systems.Connector],
    identifiers: tuple[tuple[str, str], ...],
    today: date,
) -> tuple[Seen, ...]:
    """Ask every system now; one that does not answer is named, and the others are shown."""
    known = [systems.Identifier(kind, value) for kind, value in identifiers]
    found = systems.find(inventory.systems.values(), connectors, known)
    rows: dict[tuple[str, str], list[tuple[systems.FoundRows, Row]]] = {}
    states = {key: found.systems[key].state for key in inventory.systems}
    for key, state in states.items():
        if state != "searched":
            continue
        try:
            for part in found.of(key):
                rows[key, part.collection.name] = list(_latest(connectors[key], part))
        except systems.SystemFailure:
            states[key] = "unreachable"
    read = ((place[0], part.collection, row, row) for place, given in rows.items() for part, row in given)
    others = frozenset(third_party.strangers(inventory, identifiers, read, wait=False))
    return tuple(
        _seen(system, states[key], found, rows, others, today) for key, system in inventory.systems.items()
    )


def _seen(
    system: System,
    state: str,
    found: systems.Found,
    rows: Mapping[tuple[str, str], list[tuple[systems.FoundRows, Row]]],
    others: frozenset[tuple[str, str]],
    today: date,
) -> Seen:
    if state != "searched":
        return Seen(system, state)
    held, more = [], {}
    for name, collection in system.collections.items():
        given = rows.get((system.key, name), [])
        if given and (rest := given[0][0].count - len(given)) > 0:
            more[name] = rest
        for holding in collection.holdings:
            records = tuple(
                _record(holding, part, row, others)
                for part, row in given
                if holding in systems.holdings_of(collection, row, today)
            )
            if records:
                held.append(Held(holding, collection, records))
    return Seen(system, state, tuple(held), more, sum(part.set_aside for part in found.of(system.key)))


def _record(
    holding: Holding, part: systems.FoundRows, row: Row, others: frozenset[tuple[str, str]]
) -> Record:
    collection = part.collection
    key = tuple(row[name] for name in collection.primary_key)
    values = []
    ends = [end for name in holding.fields for end in _ends(collection.fields[name], name)]
    for path, end in ends:
        value = systems.picked(collection, row, path)
        withheld = ""
        if end.never_disclose or end.redact:
            if value in (None, "", [], {}):
                continue
            value, withheld = None, NEVER if end.never_disclose else UNREAD
        elif third_party.names_any(value, others):
            value, withheld = None, OTHERS
        theirs = "." not in path and end.self_edit is not None and not withheld and key not in part.shared
        values.append(Value(end, value, withheld, theirs))
    return Record(key, tuple(values))


def _ends(column: Field, path: str) -> Iterator[tuple[str, Field]]:
    """The column, or every described end of the document in it; what is withheld is withheld whole."""
    if not column.inner or column.never_disclose or column.redact:
        yield path, column
        return
    for inner in column.inner:
        yield from _ends(inner, f"{path}.{inner.name}")


def _latest(connector: systems.Connector, part: systems.FoundRows) -> Iterator[tuple[systems.FoundRows, Row]]:
    dated = part.collection.collected_at
    keys = list(part.keys)
    if dated is not None:
        keys.sort(key=lambda key: str(part.marks[key].get(dated) or ""), reverse=True)
    chosen = keys[:MOST_RECORDS]
    read = {
        tuple(row[name] for name in part.collection.primary_key): part.given(row)
        for row in systems.read(connector, part.collection, chosen)
    }
    for key in chosen:
        if key in read:
            yield part, read[key]
