"""What erasing will do to each row, settled before the first write: delete, blank some columns, or keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from requests_app.register.inventory import Collection, Holding

from .connectors.base import CONTACT_KINDS, ColumnFacts, Connector, Key, SystemRefused
from .documents import Reshape, is_ruled_inside
from .found import Found, FoundRows
from .graph import erasing_order, loosened
from .holdings import holdings_of
from .ledger import Entry, Ledger
from .marks import Mark
from .masks import Unmaskable, neutral, unlike_any

Decision = Literal["erase", "retain"]
Reason = Literal[
    "masked_not_null", "link_kept", "kept_for_reference", "kept_shared", "kept_joint", "key_kept"
]
Held = dict[tuple[str, str], set[Any]]
"""Values of (collection, field) to which a row that stays refers."""


@dataclass(frozen=True)
class Note:
    """Why a row or column could not be treated as its rule says; for the letter and the file."""

    collection: str
    reason: Reason
    field: str = ""


@dataclass(frozen=True)
class Step:
    """One treatment of some rows of one collection."""

    collection: Collection
    action: Literal["delete", "blank", "keep"]
    keys: tuple[Key, ...] = field(repr=False)
    values: Mapping[str, Any] = field(default_factory=dict)
    """Columns to overwrite; ``None`` empties, a ``Reshape`` says what becomes of a document."""
    erased: tuple[str, ...] = ()
    """Holdings that these rows lose altogether."""
    masked: tuple[str, ...] = ()
    """Holdings of which a neutral value stays."""
    retained: tuple[str, ...] = ()
    """Holdings left as they are in these rows."""

    def entries(self, changed: int) -> Iterable[Entry]:
        """This step's share of the ledger when ``changed`` of its rows were written."""
        rows = len(self.keys)
        yield from (Entry(key, found=rows, erased=changed) for key in self.erased)
        yield from (Entry(key, found=rows, masked=changed) for key in self.masked)
        yield from (Entry(key, found=rows, retained=rows) for key in self.retained)


@dataclass(frozen=True)
class Plan:
    """All steps in one system, each collection after those whose rows refer to it."""

    system: str
    steps: tuple[Step, ...]
    notes: tuple[Note, ...] = ()

    @property
    def ledger(self) -> Ledger:
        """What erasing will come to if it is carried out."""
        return Ledger.of(entry for step in self.steps for entry in step.entries(len(step.keys)))

    @property
    def writes(self) -> tuple[Step, ...]:
        """The steps that change something."""
        return tuple(step for step in self.steps if step.action != "keep")


def make_plan(connector: Connector, found: Found, decisions: Mapping[str, Decision], *, today: date) -> Plan:
    """The plan for one system. A holding nobody decided is retained.

    Reads what the system says about its columns, so that a column which cannot
    be emptied or masked stops us here: ``SystemRefused``, nothing written.
    """
    system = connector.system
    held: Held = {}
    # In a circle a collection is planned before one that refers to it: look again until nothing more is held.
    while True:
        before = _size(held)
        planner = _Planner(connector, decisions, today, held)
        for name in erasing_order(system):
            rows = found.rows.get((system.key, name))
            if rows is not None and rows.marks:
                planner.add(rows)
        if not loosened(system) or _size(held) == before:
            break
    return Plan(system.key, tuple(planner.steps), tuple(planner.notes))


class _Planner:
    """Goes through collections from the leaves up, remembering what the rows that stay refer to."""

    def __init__(
        self, connector: Connector, decisions: Mapping[str, Decision], today: date, held: Held
    ) -> None:
        self.steps: list[Step] = []
        self.notes: dict[Note, None] = {}
        self._connector = connector
        self._system = connector.system
        self._decisions = decisions
        self._today = today
        self._held = held
        self._shared: dict[tuple[str, str, str], Reshape] = {}
        """Documents that name others as well: one and the same treatment for all such rows of a collection."""

    def add(self, rows: FoundRows) -> None:
        """Plan one collection's rows; those treated alike share a step."""
        collection = rows.collection
        facts = self._connector.columns(collection)
        steps = self._treated(rows, facts)
        # A row that stays may refer to another of its own collection: look again until nothing is added.
        while self._remember_staying(rows, steps) and _refers_to_itself(collection):
            steps = self._treated(rows, facts)
        groups: dict[int, tuple[Step, list[Key]]] = {}
        for key, step in steps.items():
            groups.setdefault(id(step), (step, []))[1].append(key)
        for step, keys in groups.values():
            self.steps.append(
                Step(
                    collection, step.action, tuple(keys), step.values, step.erased, step.masked, step.retained
                )
            )

    def _treated(self, rows: FoundRows, facts: Mapping[str, ColumnFacts]) -> dict[Key, Step]:
        """What becomes of each row; rows treated alike have one and the same step."""
        steps: dict[Key, Step] = {}
        known: dict[tuple[object, ...], Step] = {}
        for key, row in rows.marks.items():
            step = self._treat(rows, key, row, facts)
            values = tuple((name, repr(value)) for name, value in step.values.items())
            alike = (step.action, values, step.retained, step.erased, step.masked)
            steps[key] = known.setdefault(alike, step)
        return steps

    def _treat(self, rows: FoundRows, key: Key, row: Mark, facts: Mapping[str, ColumnFacts]) -> Step:
        collection = rows.collection
        holdings = holdings_of(collection, row, self._today)
        all_keys = tuple(holding.key for holding in holdings)
        losing = [
            h
            for h in holdings
            if self._decisions.get(h.key) == "erase" and (h.erase != "keep" or _reaches_inside(collection, h))
        ]
        if not losing:
            return Step(collection, "keep", (key,), retained=all_keys)
        # Also a row on which others' rows hang: without this person's name it is as much theirs as before.
        if key in rows.joint:
            self.notes[Note(collection.name, "kept_joint")] = None
            return self._part(rows, key, row, holdings, losing, facts)
        if key in rows.shared:
            self.notes[Note(collection.name, "kept_shared")] = None
            return Step(collection, "keep", (key,), retained=all_keys)
        if len(losing) == len(holdings) and all(_deletes(collection, holding) for holding in losing):
            if key not in rows.anchors and not self._referred_to(collection, row):
                return Step(collection, "delete", (key,), erased=all_keys)
            self.notes[Note(collection.name, "kept_for_reference")] = None
        return self._blank(collection, key, row, holdings, losing, facts)

    def _part(
        self,
        rows: FoundRows,
        key: Key,
        row: Mark,
        holdings: Iterable[Holding],
        losing: list[Holding],
        facts: Mapping[str, ColumnFacts],
    ) -> Step:
        """Of a row that is another person's as well, only what names this one goes; the rest counts as kept."""
        collection = rows.collection
        values: dict[str, Any] = {}
        for holding in losing:
            for path in rows.joint[key]:
                name = path.partition(".")[0]
                if name not in holding.fields:
                    continue
                if path in rows.named:
                    values[name] = self._parted(rows, holding, name, facts[name])
                elif _rule(collection, holding, name) != "keep" and not self._is_held(collection, name, row):
                    values |= self._value(collection, name, "null", key, facts[name])
        kept = tuple(holding.key for holding in holdings)
        return Step(collection, "blank" if values else "keep", (key,), values, retained=kept)

    def _parted(self, rows: FoundRows, holding: Holding, name: str, facts: ColumnFacts) -> Reshape:
        """A document that names others as well, without what names this person."""
        rule = _rule(rows.collection, holding, name)
        alike = (rows.collection.name, name, rule)
        if alike not in self._shared:
            only = {path: sorted(rows.named[path]) for path in rows.named if path.partition(".")[0] == name}
            field = rows.collection.fields[name]
            self._shared[alike] = Reshape(field, rule, facts.kind == "text", facts.nullable, only=only)
        return self._shared[alike]

    def _blank(
        self,
        collection: Collection,
        key: Key,
        row: Mark,
        holdings: Iterable[Holding],
        losing: list[Holding],
        facts: Mapping[str, ColumnFacts],
    ) -> Step:
        values: dict[str, Any] = {}
        erased: list[str] = []
        masked: list[str] = []
        retained: list[str] = []
        linked: set[str] = set()
        named: set[str] = set()
        serving = {name for h in holdings if h not in losing for name in h.fields}
        for holding in holdings:
            own: dict[str, Any] = {}
            if holding in losing:
                for name in holding.fields:
                    rule = _rule(collection, holding, name)
                    shape = _shape(collection, name, rule, facts[name], serves=name in serving)
                    if shape is not None:
                        own[name] = shape
                        continue
                    if name in serving and rule == "null":
                        rule = "mask"  # it serves a retained holding too
                    if rule == "keep":
                        if _tells(collection, name) and row.get(name, "?") is not None:
                            self.notes[Note(collection.name, "key_kept", name)] = None
                            named.add(holding.key)
                        continue
                    if not self._is_held(collection, name, row):
                        own |= self._value(collection, name, rule, key, facts[name])
                    if name not in own:
                        linked.add(holding.key)
            something_stays = holding.key in linked or any(value is not None for value in own.values())
            # Whatever else goes, a row under the person's address is not erased.
            (retained if not own or holding.key in named else masked if something_stays else erased).append(
                holding.key
            )
            values |= own
        action: Literal["blank", "keep"] = "blank" if values else "keep"
        return Step(collection, action, (key,), values, tuple(erased), tuple(masked), tuple(retained))

    def _value(
        self, collection: Collection, name: str, rule: str, key: Key, facts: ColumnFacts
    ) -> dict[str, Any]:
        """The column's new value, or nothing where it has to stay."""
        described = collection.fields[name]
        if facts.nullable and (rule == "null" or described.links or facts.kind != "text"):
            return {name: None}
        if described.links:
            self.notes[Note(collection.name, "link_kept", name)] = None
            return {}
        if rule == "null":
            self.notes[Note(collection.name, "masked_not_null", name)] = None
        try:
            if facts.unique:
                place = (self._system.key, collection.name)
                return {name: unlike_any(facts, place, key, identity=described.identity)}
            return {name: neutral(facts, identity=described.identity)}
        except Unmaskable:
            reason = f"no neutral value for column {name}"
        raise SystemRefused(self._system.key, reason, collection.name)

    def _remember_staying(self, rows: FoundRows, steps: Mapping[Key, Step]) -> bool:
        """Note what the rows that stay refer to; whether anything was new."""
        before = _size(self._held)
        for key, step in steps.items():
            if step.action == "delete":
                continue
            row = rows.marks[key]
            for name, described in rows.collection.fields.items():
                if name not in step.values and row.get(name) is not None:
                    for reference in described.links:
                        self._held.setdefault((reference.collection, reference.field), set()).add(row[name])
        return _size(self._held) > before

    def _is_held(self, collection: Collection, name: str, row: Mark) -> bool:
        return name in row and row[name] in self._held.get((collection.name, name), ())

    def _referred_to(self, collection: Collection, row: Mark) -> bool:
        """Whether a row that stays refers to this one, by all parts it has of a composite key."""
        parts = {name for place, name in self._held if place == collection.name}
        composite = set(collection.primary_key) if len(collection.primary_key) > 1 else set()
        key_parts, others = parts & composite, parts - composite
        if key_parts and all(self._is_held(collection, name, row) for name in key_parts):
            return True
        return any(self._is_held(collection, name, row) for name in others)


def _size(held: Held) -> int:
    return sum(map(len, held.values()))


def _refers_to_itself(collection: Collection) -> bool:
    return any(r.collection == collection.name for f in collection.fields.values() for r in f.links)


def _rule(collection: Collection, holding: Holding, name: str) -> str:
    """The field's own rule, else the holding's; a deleted column of a row that stays is emptied."""
    if name in collection.primary_key:
        return "keep"
    rule = collection.fields[name].erase or holding.erase
    return "null" if rule == "delete" else rule


def _tells(collection: Collection, name: str) -> bool:
    """Whether the column alone says who it is, as no number that was issued does."""
    described = collection.fields[name]
    return described.identity in CONTACT_KINDS or described.sensitive or bool(described.never_disclose)


def _deletes(collection: Collection, holding: Holding) -> bool:
    """Whether the row may go: not if a column that is no key is declared to stay."""
    if holding.erase != "delete":
        return False
    fields = (collection.fields[name] for name in holding.fields)
    stays = (f for f in fields if not f.primary_key and not f.links)
    return not any(part.erase == "keep" for f in stays for _, part in f.parts(f.name))


def _reaches_inside(collection: Collection, holding: Holding) -> bool:
    """Whether some part of a document in it is erased although the holding as such is not."""
    return any(is_ruled_inside(collection.fields[name]) for name in holding.fields)


def _shape(
    collection: Collection, name: str, rule: str, facts: ColumnFacts, *, serves: bool
) -> Reshape | None:
    """How the document in a column is rewritten; ``None`` where the column is treated as a whole."""
    described = collection.fields[name]
    if not described.is_document or facts.kind not in ("json", "text"):
        return None
    if not is_ruled_inside(described) and (rule == "keep" or (rule == "null" and not serves)):
        return None
    return Reshape(described, rule, facts.kind == "text", facts.nullable, serves)
