"""Before a copy leaves: does it name somebody else we know, or carry what nobody sees? Asserted on what goes out."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from requests_app import subject, systems
from requests_app.models import Case
from requests_app.register.inventory import Collection, Field, Inventory
from requests_app.response.blackout import concealed_in
from requests_app.response.ledger import Ledger
from requests_app.response.naming import KINDS, forms_of, is_text, plain, values_in, values_in_file
from requests_app.response.rows import Row, Source, files_by_hand
from requests_app.systems import Connector, Graph

CLEARED = "third_party_cleared"
MOST_VALUES, MOST_ROWS = 5000, 20_000
"""Different addresses and numbers in one person's data beyond which a person must look anyway."""
Place = tuple[str, str, str]
"""System, collection and path; of a file that people sent, ``by-hand`` and its ending."""


@dataclass(frozen=True)
class Finding:
    """A place in the copy where another person's address or number stands; counted, never quoted."""

    system: str
    collection: str
    field: str
    kind: str
    values: int


@dataclass(frozen=True)
class Concealed:
    """What a file that somebody sent carries and does not show, by :data:`requests_app.response.concealed.KINDS`."""

    system: str
    kind: str
    times: int


@dataclass(frozen=True)
class Scan:
    """What somebody has to look at before a copy leaves; all of it empty where nobody has."""

    named: tuple[Finding, ...]
    concealed: tuple[Concealed, ...]
    digest: str
    """Of whom it names and what is concealed: whoever lets it leave lets exactly this."""

    def __bool__(self) -> bool:
        return bool(self.named or self.concealed)


def scan(ledger: Ledger, sources: Mapping[str, Source], *, wait: bool = True) -> Scan:
    """Where the copy names other people on record, and what its files carry unseen.

    With ``wait``, raises ``SystemFailure`` when a system cannot be asked whose a
    value is; without, what could not be asked there counts as somebody's.
    """
    read = ((key, *given) for key, source in sources.items() for given in source.beside_whole())
    proved = subject.read(ledger.case).proved
    places = strangers(ledger.controller.inventory, proved, read, files=_in_files(ledger), wait=wait)
    known = sorted(places)
    counts: dict[tuple[str, str, str, str], int] = {}
    for kind, value in known:
        for place in places[kind, value]:
            counts[*place, kind] = counts.get((*place, kind), 0) + 1
    findings = tuple(Finding(*place, n) for place, n in sorted(counts.items()))
    concealed = tuple(_concealed(ledger))
    bound = [*known, *((one.system, one.kind, one.times) for one in concealed)]
    return Scan(findings, concealed, hashlib.sha256(json.dumps(bound).encode()).hexdigest())


def strangers(
    inventory: Inventory,
    proved: Iterable[tuple[str, str]],
    rows: Iterable[tuple[str, Collection, Row, Row]],
    *,
    files: Iterable[tuple[Place, str, str]] = (),
    wait: bool = True,
) -> dict[tuple[str, str], set[Place]]:
    """Other people's addresses and numbers that stand in these rows of one person, by kind and value, and where.

    Each row comes with its system, and twice: as it is given, and whole.
    With ``wait``, raises ``SystemFailure`` as :func:`scan` does.
    """
    theirs = _Theirs.of(inventory, proved)
    seen: dict[str, dict[str, set[Place]]] = {kind: {} for kind in KINDS}
    for key, collection, row, whole in rows:
        named = theirs.learn(key, collection, row, whole)
        for name, kind, value in named:
            seen[kind].setdefault(value, set()).add((key, collection.name, name))
        for name in row:
            if _kind(collection.fields[name]):
                continue
            for path, part in _ends(collection, row, name):
                for kind, value in values_in(part):
                    seen[kind].setdefault(value, set()).add((key, collection.name, path))
    for place, kind, value in files:
        seen[kind].setdefault(value, set()).add(place)
    others = {
        kind: {value: places for value, places in values.items() if not theirs.has(kind, value)}
        for kind, values in seen.items()
    }
    return {(kind, value): others[kind][value] for kind, value in _on_record(inventory, others, theirs, wait)}


@dataclass
class _Theirs:
    """What is surely the person's: what they proved, and what a register of people says beside it."""

    registers: frozenset[tuple[str, str]]
    proved: frozenset[tuple[str, str]] = field(repr=False)
    forms: dict[str, set[str]] = field(repr=False)
    rows: dict[tuple[str, str], set[tuple[str, ...]]] = field(default_factory=dict, repr=False)
    """Keys of their rows in which an address or a number stands that is not surely theirs."""

    @classmethod
    def of(cls, inventory: Inventory, proved: Iterable[tuple[str, str]]) -> _Theirs:
        known = frozenset((kind, plain(kind, value)) for kind, value in proved)
        forms: dict[str, set[str]] = {kind: set() for kind in KINDS}
        for kind, value in known:
            forms.setdefault(kind, set()).update(forms_of(kind, value))
        return cls(Graph.of(inventory.systems.values()).registers, known, forms)

    def has(self, kind: str, value: str) -> bool:
        """Whether it is surely the person's, or nobody's since something was erased."""
        known = self.forms[kind]
        nobody = value.endswith(f"@{systems.MAIL_DOMAIN}")
        return value in known or nobody or not known.isdisjoint(forms_of(kind, value))

    def learn(self, system: str, collection: Collection, row: Row, whole: Row) -> list[tuple[str, str, str]]:
        """Column, kind and value of every address and number the row has a column for, unless a register says
        that they are the person's. An order may be theirs and name somebody else as its contact."""
        if (system, collection.name) in self.registers and self._names_them(collection, whole):
            for _name, kind, value in _contacts(collection, whole):
                self.forms[kind].update(forms_of(kind, value))
            return []
        held = _contacts(collection, row)
        key = tuple(str(whole.get(name)) for name in collection.primary_key)
        if all(name in whole for name in collection.primary_key) and any(
            not self.has(kind, value) for _name, kind, value in held
        ):
            self.rows.setdefault((system, collection.name), set()).add(key)
        return held

    def _names_them(self, collection: Collection, row: Row) -> bool:
        return any(
            (column.identity, plain(column.identity, str(row[name]))) in self.proved
            for name, column in collection.fields.items()
            if column.identity and row.get(name) is not None
        )


def names_any(value: object, others: Iterable[tuple[str, str]]) -> bool:
    """Whether the value holds one of those addresses or numbers."""
    known = set(others)
    if not isinstance(value, str | dict | list):
        return not known.isdisjoint((kind, plain(kind, str(value))) for kind in KINDS)
    whole = {(kind, plain(kind, value)) for kind in KINDS} if isinstance(value, str) else set()
    return not known.isdisjoint(whole) or any(found in known for found in values_in(value))


def is_cleared(case: Case, digest: str) -> bool:
    """Whether a member of staff looked at exactly these people and lets them stand."""
    events = case.events.filter(name=CLEARED)
    return any(event.references.get("digest") == digest for event in events)


def _on_record(
    inventory: Inventory, strangers: Mapping[str, Mapping[str, object]], theirs: _Theirs, wait: bool
) -> list[tuple[str, str]]:
    """Those values that some system holds as somebody's address or number, in a row that is not the person's."""
    if not any(strangers.values()):
        return []
    known: set[tuple[str, str]] = set()
    with systems.connect_all(inventory.systems.values(), os.environ) as connectors:
        for kind, values in strangers.items():
            asked = sorted(values)[:MOST_VALUES]
            # What is not asked for counts as somebody's: a person looks, and nothing of it is shown unseen.
            known |= {(kind, value) for value in values.keys() - set(asked)}
            try:
                known |= {(kind, value) for value in _held(inventory, connectors, kind, asked, theirs)}
            except systems.SystemFailure as failure:
                if wait and failure.retryable:
                    raise
                known |= {(kind, value) for value in asked}
    return sorted(known)


def _held(
    inventory: Inventory, connectors: Mapping[str, Connector], kind: str, values: list[str], theirs: _Theirs
) -> Iterator[str]:
    written: dict[str, set[str]] = {}
    for value in values:
        for form in forms_of(kind, value):
            written.setdefault(form, set()).add(value)
    for system in inventory.systems.values():
        connector = connectors[system.key]
        if not values or "search" not in connector.operations:
            continue
        for collection in system.collections.values():
            own = theirs.rows.get((system.key, collection.name), set())
            for name, column in collection.fields.items():
                if _kind(column) != kind:
                    continue
                match = systems.Match((name,), tuple((form,) for form in written), kind == "email")
                columns, seen = tuple(dict.fromkeys((name, *collection.primary_key))), 0
                for row in connector.find(collection, [match], columns, MOST_ROWS):
                    seen += 1
                    if tuple(str(row[part]) for part in collection.primary_key) not in own:
                        for form in forms_of(kind, str(row[name])):
                            yield from written.get(form, ())
                if seen >= MOST_ROWS:
                    yield from values  # which of them were cut off nobody knows


def _kind(column: Field) -> str | None:
    """``email`` or ``phone`` where the column is for one: people are found or compared by it."""
    return next((kind for kind in (column.identity, column.match) if kind in KINDS), None)


def _contacts(collection: Collection, row: Row) -> list[tuple[str, str, str]]:
    return [
        (name, kind, written)
        for name, value in row.items()
        if name in collection.fields
        and (kind := _kind(collection.fields[name]))
        and value is not None
        and (written := plain(kind, str(value)))
    ]


def _in_files(ledger: Ledger) -> Iterator[tuple[Place, str, str]]:
    """What people sent for systems that no connector reads, where it is text as it leaves."""
    for path, parts in files_by_hand(ledger):
        _data, system, name = path.split("/")
        for kind, value in values_in_file(name, parts):
            yield (system, "by-hand", name.rpartition(".")[2]), kind, value


def _concealed(ledger: Ledger) -> Iterator[Concealed]:
    """Of files that are no text; what was painted over leaves as pixels, and carries nothing."""
    for path, parts in files_by_hand(ledger):
        _data, system, name = path.split("/")
        if not is_text(name):
            for kind, times in sorted(concealed_in(b"".join(parts)).items()):
                yield Concealed(system, kind, times)


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
