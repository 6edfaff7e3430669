"""Carry a plan out: leaves first, one transaction for the system, the hold asked again inside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .connectors.base import Connector, SystemRefused, Writer, chunks
from .documents import NoDocument, Reshape, unreadable
from .graph import loosened
from .ledger import Entry, Ledger
from .plan import Note, Plan, Step

AT_ONCE = 500
"""Rows in memory at a time."""


@dataclass(frozen=True)
class Erased:
    """What was written. Not proof: ``confirm`` reads back."""

    system: str
    ledger: Ledger
    """Rows this run changed; a column that was empty before is not counted. ``Plan.ledger`` is the whole."""
    changed: int
    """Rows written; zero on a second run."""
    notes: tuple[Note, ...] = ()


def erase(connector: Connector, plan: Plan, *, guard: Callable[[], None]) -> Erased:
    """Carry out ``plan``; all of it or, on any exception, none of it.

    ``guard`` is called inside the transaction, right before the first write,
    and stops everything by raising (``HoldPlaced``). It may search through the
    same connector, to compare the preview's digest within the transaction.
    Repeating a plan that was carried out succeeds with nothing changed.
    """
    if "delete" not in connector.operations:
        raise SystemRefused(connector.system.key, "does not erase")
    entries: list[Entry] = []
    total = 0
    loose = loosened(connector.system)
    with connector.transaction() as writer:
        before = _staying(connector, plan)
        guard()
        for step in plan.steps:
            links = loose.get(step.collection.name) if step.action == "delete" else None
            if links:
                writer.overwrite(step.collection, step.keys, dict.fromkeys(links))
        for step in plan.steps:
            changed = 0
            if step.action == "delete":
                changed = writer.delete(step.collection, step.keys)
            elif step.action == "blank":
                changed = _overwrite(connector, writer, step)
            total += changed
            entries += step.entries(changed)
        _refuse_if_lost(connector, before)
    return Erased(connector.system.key, Ledger.of(entries), total, plan.notes)


def _overwrite(connector: Connector, writer: Writer, step: Step) -> int:
    """All rows at once, or one by one where each has a document of its own to be rewritten."""
    shapes = {name: value for name, value in step.values.items() if isinstance(value, Reshape)}
    if not shapes:
        return writer.overwrite(step.collection, step.keys, step.values)
    plain = {name: value for name, value in step.values.items() if name not in shapes}
    names = step.collection.primary_key
    changed = 0
    for some in chunks(step.keys, AT_ONCE):
        for row in list(connector.read(step.collection, some, (*names, *shapes))):
            try:
                new = {
                    name: shape.of(row[name]) for name, shape in shapes.items() if shape.changes(row[name])
                }
            except NoDocument as error:
                raise unreadable(connector.system.key, step.collection, str(error)) from None
            if plain | new:
                changed += writer.overwrite(step.collection, [tuple(row[n] for n in names)], plain | new)
    return changed


def _staying(connector: Connector, plan: Plan) -> list[tuple[Step, int]]:
    """Of the rows that are to survive, how many exist now; asked only where something else is deleted."""
    if not any(step.action == "delete" for step in plan.steps):
        return []
    return [(step, _present(connector, step)) for step in plan.steps if step.action != "delete"]


def _refuse_if_lost(connector: Connector, before: list[tuple[Step, int]]) -> None:
    """A cascade in the system may take retained rows along: notice before it is final."""
    for step, count in before:
        if _present(connector, step) != count:
            raise SystemRefused(
                connector.system.key, "deleting would take retained rows along", step.collection.name
            )


def _present(connector: Connector, step: Step) -> int:
    """How many rows with these keys there are."""
    names = step.collection.primary_key
    return sum(
        1 for some in chunks(step.keys, AT_ONCE) for _row in connector.read(step.collection, some, names)
    )
