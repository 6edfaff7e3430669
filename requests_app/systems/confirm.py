"""Read back after erasing: gone is gone, blank is blank, and what was to stay is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .connectors.base import Connector, Key, Row
from .documents import NoDocument, Reshape
from .ledger import Entry, Ledger
from .plan import Plan, Step


@dataclass(frozen=True)
class Leftover:
    """Rows of one collection that are not as the plan says; counted, never shown."""

    collection: str
    holdings: tuple[str, ...]
    wrong: Literal["still_there", "not_blank", "missing"]
    count: int


@dataclass(frozen=True)
class Confirmation:
    """The only ground on which erasing may be called done."""

    system: str
    checked: int
    leftovers: tuple[Leftover, ...] = ()

    @property
    def ok(self) -> bool:
        """Every row is as the plan says."""
        return not self.leftovers

    def to_json(self) -> dict[str, Any]:
        """Plain values, fit to store."""
        return {
            "system": self.system,
            "ok": self.ok,
            "checked": self.checked,
            "leftovers": [{**vars(item), "holdings": list(item.holdings)} for item in self.leftovers],
        }


def confirm(connector: Connector, plan: Plan) -> Confirmation:
    """Ask the system itself, in a fresh snapshot, about every row of the plan."""
    connector.release()
    leftovers: list[Leftover] = []
    checked = 0
    for step in plan.steps:
        checked += len(step.keys)
        leftovers += _check(connector, step)
    connector.release()
    return Confirmation(connector.system.key, checked, tuple(leftovers))


def undone(connector: Connector, step: Step) -> tuple[Key, ...]:
    """Keys of the rows that are there and not as the step says; those of a row that is gone are not among them."""
    names = tuple(dict.fromkeys((*step.collection.primary_key, *step.values)))
    return tuple(
        tuple(row[name] for name in step.collection.primary_key)
        for row in connector.read(step.collection, step.keys, names)
        if step.action == "delete" or not _is_as_planned(row, step.values)
    )


def is_begun(connector: Connector, plan: Plan) -> bool:
    """Whether a plan was carried out; where each write is final by itself, whether any of it was.

    Elsewhere it is all or nothing, so that one row which is not as planned is taken to say that nothing was written.
    A trigger of the system's own may belie that: whoever saw the writing succeed remembers it, and need not ask.
    """
    connector.release()
    done = undone = 0
    for step in plan.writes:
        names = tuple(dict.fromkeys((*step.collection.primary_key, *step.values)))
        rows = list(connector.read(step.collection, step.keys, names))
        if step.action == "delete":
            undone += len(rows)
            done += len(set(step.keys)) - len(rows)
            continue
        there = sum(_is_as_planned(row, step.values) for row in rows)
        done, undone = done + there, undone + len(rows) - there
    connector.release()
    return not undone if connector.all_or_nothing else done > 0


def standing(connector: Connector, plan: Plan) -> Ledger:
    """What of the plan stands already, as rows do that an earlier plan emptied and a later search met again."""
    entries: list[Entry] = []
    for step in plan.writes:
        if step.action == "delete":
            continue
        names = tuple(dict.fromkeys((*step.collection.primary_key, *step.values)))
        lost = {h.key: h.fields for h in step.collection.holdings if h.key in step.erased + step.masked}
        wanted = {key: {n: v for n, v in step.values.items() if n in fields} for key, fields in lost.items()}
        done = dict.fromkeys(wanted, 0)
        for row in connector.read(step.collection, step.keys, names):
            for key, values in wanted.items():
                done[key] += _is_as_planned(row, values)
        entries += [Entry(key, erased=done[key]) for key in step.erased]
        entries += [Entry(key, masked=done[key]) for key in step.masked]
    return Ledger.of(entries)


def _check(connector: Connector, step: Step) -> list[Leftover]:
    names = tuple(dict.fromkeys((*step.collection.primary_key, *step.values)))
    there = wrong = 0
    for row in connector.read(step.collection, step.keys, names):
        there += 1
        wrong += not _is_as_planned(row, step.values)
    lost = step.erased + step.masked
    missing = len(step.keys) - there
    left: list[Leftover] = []
    if step.action == "delete":
        return [Leftover(step.collection.name, lost, "still_there", there)] if there else []
    if wrong:
        left.append(Leftover(step.collection.name, lost, "not_blank", wrong))
    if missing > 0:
        left.append(Leftover(step.collection.name, step.retained or lost, "missing", missing))
    return left


def _is_as_planned(row: Row, values: Mapping[str, Any]) -> bool:
    return all(_is_done(row[name], value) for name, value in values.items())


def _is_done(there: Any, wanted: Any) -> bool:
    if not isinstance(wanted, Reshape):
        return _same(there, wanted)
    try:
        return not wanted.changes(there)
    except NoDocument:
        return False


def _same(there: Any, wanted: Any) -> bool:
    """Equal, but for the blanks with which a CHAR column pads."""
    if isinstance(there, str) and isinstance(wanted, str):
        return there.rstrip() == wanted.rstrip()
    return bool(there == wanted) and (there is None) == (wanted is None)
