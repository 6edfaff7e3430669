"""Before a copy leaves: does it name somebody else we know? Asserted on what goes out, not on how it was found."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from requests_app import subject, systems
from requests_app.models import Case
from requests_app.register.inventory import Collection, Inventory
from requests_app.response.ledger import Ledger
from requests_app.response.rows import Row, Source
from requests_app.systems import Connector

CLEARED = "third_party_cleared"
MOST_VALUES = 5000
"""Different addresses and numbers in one person's data beyond which a person must look anyway."""
_LOOKS_LIKE: Mapping[str, re.Pattern[str]] = {
    "email": re.compile(r"[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)+"),
    "phone": re.compile(r"\+?\d(?:[ ()-]?\d){8,14}"),
}


@dataclass(frozen=True)
class Finding:
    """A place in the copy where another person's address or number stands; counted, never quoted."""

    system: str
    collection: str
    field: str
    kind: str
    values: int


def scan(
    ledger: Ledger, sources: Mapping[str, Source], *, wait: bool = True
) -> tuple[tuple[Finding, ...], str]:
    """Where the copy names other people on record, and a digest of whom it names.

    With ``wait``, raises ``SystemFailure`` when a system cannot be asked whose a
    value is; without, what could not be asked there counts as somebody's.
    """
    read = ((key, *given) for key, source in sources.items() for given in source.rows())
    places = strangers(ledger.controller.inventory, subject.read(ledger.case).proved, read, wait=wait)
    known = sorted(places)
    counts: dict[tuple[str, str, str, str], int] = {}
    for kind, value in known:
        for place in places[kind, value]:
            counts[*place, kind] = counts.get((*place, kind), 0) + 1
    findings = tuple(Finding(*place, n) for place, n in sorted(counts.items()))
    return findings, hashlib.sha256(json.dumps(sorted(known)).encode()).hexdigest()


def strangers(
    inventory: Inventory,
    proved: Iterable[tuple[str, str]],
    rows: Iterable[tuple[str, Collection, Row]],
    *,
    wait: bool = True,
) -> dict[tuple[str, str], set[tuple[str, str, str]]]:
    """Other people's addresses and numbers that stand in these rows of one person, by kind and value, and where.

    With ``wait``, raises ``SystemFailure`` as :func:`scan` does.
    """
    own: dict[str, set[str]] = {}
    for kind, value in proved:
        own.setdefault(kind, set()).add(_plain(kind, value))
    seen: dict[str, dict[str, set[tuple[str, str, str]]]] = {kind: {} for kind in _LOOKS_LIKE}
    for key, collection, row in rows:
        for name, value in row.items():
            identity = collection.fields[name].identity
            if identity in _LOOKS_LIKE and value is not None:
                # Theirs by the walk's own judgement: a row of another person is never read.
                own.setdefault(identity, set()).add(_plain(identity, str(value)))
                continue
            for path, part in _ends(collection, row, name):
                for kind, found in _values(part):
                    seen[kind].setdefault(found, set()).add((key, collection.name, path))
    others = {
        kind: {value: places for value, places in values.items() if value not in own.get(kind, set())}
        for kind, values in seen.items()
    }
    return {(kind, value): others[kind][value] for kind, value in _on_record(inventory, others, wait)}


def names_any(value: object, others: Iterable[tuple[str, str]]) -> bool:
    """Whether the value holds one of those addresses or numbers."""
    known = set(others)
    return isinstance(value, str | dict | list) and any(found in known for found in _values(value))


def is_cleared(case: Case, digest: str) -> bool:
    """Whether a member of staff looked at exactly these people and lets them stand."""
    events = case.events.filter(name=CLEARED)
    return any(event.references.get("digest") == digest for event in events)


def _on_record(
    inventory: Inventory, strangers: Mapping[str, Mapping[str, object]], wait: bool
) -> list[tuple[str, str]]:
    """Those values that some system holds as somebody's address or number."""
    if not any(strangers.values()):
        return []
    known: set[tuple[str, str]] = set()
    with systems.connect_all(inventory.systems.values(), os.environ) as connectors:
        for kind, values in strangers.items():
            asked = sorted(values)[:MOST_VALUES]
            # What is not asked for counts as somebody's: a person looks, and nothing of it is shown unseen.
            known |= {(kind, value) for value in values.keys() - set(asked)}
            try:
                known |= {(kind, v) for v in _held(inventory, connectors, kind, asked) if v in values}
            except systems.SystemFailure:
                if wait:
                    raise
                known |= {(kind, value) for value in asked}
    return sorted(known)


def _held(
    inventory: Inventory, connectors: Mapping[str, Connector], kind: str, values: list[str]
) -> Iterator[str]:
    for system in inventory.systems.values():
        connector = connectors[system.key]
        if not values or "search" not in connector.operations:
            continue
        for collection in system.collections.values():
            for field in collection.fields.values():
                if field.identity == kind:
                    match = systems.Match((field.name,), tuple((v,) for v in values), kind == "email")
                    for row in connector.find(collection, [match], (field.name,), 4 * MOST_VALUES):
                        yield _plain(kind, str(row[field.name]))


def _ends(collection: Collection, row: Row, name: str) -> Iterator[tuple[str, object]]:
    """Each text of a column with its path; in a document every described end, each list in it whole."""
    column = collection.fields[name]
    ends = [path for path, part in column.parts(name) if not part.inner] if column.is_document else [name]
    for path in ends:
        value = systems.picked(collection, row, path)
        if isinstance(value, str | dict | list):
            yield path, value
    if column.inner and isinstance(row[name], str):
        yield name, row[name]  # no JSON, and given as it stands


def _values(value: object) -> Iterable[tuple[str, str]]:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    for kind, pattern in _LOOKS_LIKE.items():
        for found in pattern.findall(text):
            yield kind, _plain(kind, found)


def _plain(kind: str, value: str) -> str:
    if kind == "email":
        return value.strip().strip(".'").lower()
    digits = "".join(sign for sign in value if sign.isdigit())
    return f"+{digits}" if value.strip().startswith("+") else digits
