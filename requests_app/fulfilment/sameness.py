"""Whether a row that came back is the one that was erased: keyed hashes beside its key, never what it said.

A key proves nothing. A restore turns sequences back, SQLite gives a number out
again, an address is signed up anew: the row under that key may be another's.
Before the first write each row's e-mail address, number and whole content are
hashed under the index key. Later a row is the same one if the row it belongs
to is; else if its address is, or where it has none its number; else if it says
the same to the letter, and enough for that not to be chance.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from identity import sealing
from requests_app import systems
from requests_app.fulfilment.checkpoint import plain
from requests_app.register.inventory import Collection
from requests_app.systems.connectors.base import CONTACT_KINDS
from requests_app.systems.graph import Edge

TELLING = 8
"""Letters of a value from which on two rows hardly share it by chance: our own measure."""
_LENGTH = 32

Name = tuple[str, tuple[str, ...]]
"""A row: its collection, and its key as text, since a system may give a number back in another type."""
Proofs = dict[str, list[dict[str, Any]]]
"""By collection: key, ``whole``, the contacts by kind, ``collected``."""


def name_of(collection: str, key: Iterable[Any]) -> Name:
    """The row, comparable wherever it was written down."""
    return collection, tuple(str(part) for part in key)


def mark_of(controller: str, collection: str, key: Iterable[Any]) -> str:
    """The row as a keyed hash: the same in every round of a case, and no number of anybody's."""
    return _hash(controller, f"key:{collection}", json.dumps(name_of(collection, key)[1]))


def proofs_of(
    controller: str, connector: systems.Connector, found: systems.Found, only: Iterable[str] | None = None
) -> Proofs:
    """What will show, after these rows are gone, that they are back; ``only`` these collections and the people's own."""
    chosen = None if only is None else set(only)
    proofs: Proofs = {}
    for rows in found.of(connector.system.key):
        collection = rows.collection
        if not rows.marks or (chosen is not None and collection.name not in chosen | _people(connector)):
            continue
        proofs[collection.name] = list(each_proof(controller, connector, rows))
    return proofs


def each_proof(
    controller: str, connector: systems.Connector, rows: systems.FoundRows
) -> Iterator[dict[str, Any]]:
    """The same for the rows of one collection, as they are read."""
    collection = rows.collection
    for row in systems.read(connector, collection, rows.keys):
        key = [plain(row[part]) for part in collection.primary_key]
        yield {"k": key} | _proof(controller, collection, row)


def _people(connector: systems.Connector) -> set[str]:
    return {name for name, c in connector.system.collections.items() if any(_contacts(c))}


def _proof(controller: str, collection: Collection, row: systems.Row) -> dict[str, Any]:
    proof: dict[str, Any] = {"w": _whole(controller, collection, row)}
    if contacts := _contact_hashes(controller, collection, row):
        proof["c"] = contacts
    if collected := _collected(controller, collection, row):
        proof["d"] = collected
    if _is_telling(collection, row):
        proof["t"] = 1
    return proof


def _whole(controller: str, collection: Collection, row: systems.Row) -> str:
    said = json.dumps({name: row[name] for name in collection.fields}, sort_keys=True, default=_text)
    return _hash(controller, f"row:{collection.system}:{collection.name}", said)


def _is_telling(collection: Collection, row: systems.Row) -> bool:
    own = (n for n, f in collection.fields.items() if not (f.primary_key or f.references or f.identity))
    return any(len(_text(row[name])) >= TELLING for name in own if row[name] is not None)


def _contacts(collection: Collection) -> Iterator[tuple[str, str]]:
    """Kind and name of each address and number; one that is the key would only prove the key."""
    for name, described in collection.fields.items():
        if described.identity in CONTACT_KINDS and not described.primary_key:
            yield described.identity, name


def _contact_hashes(controller: str, collection: Collection, row: systems.Row) -> dict[str, list[str]]:
    hashes: dict[str, list[str]] = {}
    for kind, name in _contacts(collection):
        if row[name] not in (None, ""):
            hashes.setdefault(kind, []).append(_hash(controller, kind, str(row[name])))
    return hashes


def _collected(controller: str, collection: Collection, row: systems.Row) -> str:
    moment = row.get(collection.collected_at) if collection.collected_at else None
    return _hash(controller, "collected", _text(moment)) if moment is not None else ""


def _hash(controller: str, kind: str, value: str) -> str:
    return sealing.blind(controller, kind, value)[:_LENGTH]


def _text(value: Any) -> str:
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return str(value)


@dataclass
class Judge:
    """Says of rows that are there now which of them are those of the ledger. Reads each once."""

    controller: str
    connector: systems.Connector
    proofs: Mapping[Name, Mapping[str, Any]] = field(repr=False)
    rows: dict[Name, systems.Row] = field(default_factory=dict, repr=False)
    """What is there now under the keys of the ledger."""
    same: set[Name] = field(default_factory=set, repr=False)

    def judge(self, keys: Mapping[str, Iterable[systems.Key]]) -> set[Name]:
        """Those of these rows that are shown to be the same; also reads the rows kept as witnesses."""
        collections = self.connector.system.collections
        for name, wanted in keys.items():
            for row in systems.read(self.connector, collections[name], wanted):
                self.rows[name_of(name, (row[part] for part in collections[name].primary_key))] = row
        owners, hung = self._links()
        before = -1
        while before < len(self.same):
            before = len(self.same)
            for name in self.rows:
                if name not in self.same and self._is_same(name, owners.get(name, ()), hung.get(name, ())):
                    self.same.add(name)
        return self.same

    def _is_same(self, name: Name, owners: Iterable[Name], hung: Iterable[Name]) -> bool:
        if any(owner in self.same for owner in owners):
            return True
        proof = self.proofs.get(name)
        if proof is None or any(owners):
            # What it belongs to is there and is another's, or is not shown to be theirs.
            return False
        collection, row = self.connector.system.collections[name[0]], self.rows[name]
        if proof.get("d", "") != _collected(self.controller, collection, row):
            return False
        now, then = _contact_hashes(self.controller, collection, row), proof.get("c", {})
        for kind in CONTACT_KINDS:
            if kind in now and kind in then:
                return not set(now[kind]).isdisjoint(then[kind])
        if proof["w"] != _whole(self.controller, collection, row):
            return False
        return bool(proof.get("t")) or any(child in self.same for child in hung)

    def _links(self) -> tuple[dict[Name, list[Name]], dict[Name, list[Name]]]:
        """For each row the rows it belongs to, and those that lead up to it."""
        graph = systems.Graph.of([self.connector.system])
        owners: dict[Name, list[Name]] = {}
        hung: dict[Name, list[Name]] = {}
        for edges in graph.outgoing.values():
            for edge in edges:
                if edge.source == edge.target or is_contact(edge, graph):
                    continue
                source, target = graph.collections[edge.source], graph.collections[edge.target]
                at_source: dict[tuple[str, ...], list[Name]] = {}
                for name, row in self._of(source.name):
                    for values in _values(source, row, edge.source_fields):
                        at_source.setdefault(values, []).append(name)
                for name, row in self._of(target.name):
                    for values in _values(target, row, edge.target_fields):
                        for other in at_source.get(values, ()):
                            (hung if edge.upward else owners).setdefault(name, []).append(other)
        return owners, hung

    def _of(self, collection: str) -> Iterator[tuple[Name, systems.Row]]:
        return ((name, row) for name, row in self.rows.items() if name[0] == collection)


def is_contact(edge: Edge, graph: systems.Graph) -> bool:
    """Whether it joins addresses or numbers, which change hands, rather than rows."""
    parts = (graph.collections[edge.target].part(name) for name in edge.target_fields)
    return any(kind in CONTACT_KINDS for part in parts for kind in (part.identity, part.holds))


def _values(collection: Collection, row: systems.Row, fields: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(str(part) for part in value) for value in systems.keys_at(collection, row, fields))


def by_name(proofs: Proofs, typed: Any) -> dict[Name, Mapping[str, Any]]:
    """The proofs of an entry, by row."""
    return {
        name_of(collection, (typed(part) for part in proof["k"])): proof
        for collection, those in proofs.items()
        for proof in those
    }
