"""Whether rows can go in an order that no foreign key forbids, and systems in one that still finds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from .inventory import Collection, Inventory, System

Found = Iterator[tuple[str, str]]
Waits = Mapping[str, Mapping[str, str]]
"""What must go first, by what waits for it, and why."""


def check_order(inventory: Inventory) -> Found:
    """Every circle in which each waits for the next, named from its first member around to it again."""
    for system in inventory.systems.values():
        waits = _rows_wait(system)
        for circle in _circles(waits):
            why = [waits[one][other] for one, other in pairwise(circle)]
            yield (
                f"{why[0]}: no order of erasing fits {' → '.join(circle)}, since {'; '.join(why)}.",
                "Take away the `erase_after` that the references contradict."
                if any("erase_after" in said for said in why)
                else "Give one of these links `erase: null`: where it may be empty it is emptied before the rows go.",
            )
    leads = _systems_lead(inventory)
    for circle in _circles(leads):
        why = [leads[one][other] for one, other in pairwise(circle)]
        yield (
            f"{why[0]}: {' → '.join(circle)} are found through each other, since {'; '.join(why)}.",
            "Whichever is erased first takes away what finds the next: give the rows so found an `identity` of "
            "their own, or take one reference away.",
        )


def _rows_wait(system: System) -> Waits:
    waits: dict[str, dict[str, str]] = {name: {} for name in system.collections}
    for name, collection in system.collections.items():
        for first in collection.after:
            if first in waits:
                waits[name][first] = f"{name} comes after {first} by `erase_after`"
        for field in collection.fields.values():
            for reference in field.links:
                target = system.collections.get(reference.collection)
                if target is None or target is collection or field.erase == "null":
                    continue
                if _goes(collection) and _goes(target):
                    waits[target.name].setdefault(name, f"{name}.{field.name} refers to {target.name}")
    return waits


def _goes(collection: Collection) -> bool:
    """Whether whole rows of it are ever taken away."""
    return any(holding.erase == "delete" for holding in collection.holdings)


def _systems_lead(inventory: Inventory) -> Waits:
    """Which system finds rows of which other that nothing else finds."""
    leads: dict[str, dict[str, str]] = {key: {} for key in inventory.systems}
    for collection in inventory.collections():
        for path, field in collection.parts():
            for reference in field.references:
                other = inventory.target_of(collection.system, reference)
                if other is None or other.system == collection.system:
                    continue
                upward = reference.direction == "to"
                source, target = (collection, other) if upward else (other, collection)
                known = any(f.identity for f in target.fields.values()) or any(target.identities_inside())
                if not known:
                    said = f"{collection.name}.{path} refers to {other.system}.{other.name}"
                    leads[source.system].setdefault(target.system, said)
    return leads


def _circles(waits: Waits) -> Iterator[tuple[str, ...]]:
    """A shortest circle through each member that is in none named before; its first member closes it."""
    named: set[str] = set()
    for start in waits:
        if start in named:
            continue
        ways: dict[str, tuple[str, ...]] = {start: (start,)}
        frontier = [start]
        while frontier:
            here = frontier.pop(0)
            if start in waits[here]:
                named.update(ways[here])
                yield (*ways[here], start)
                break
            for other in waits[here]:
                if other not in ways:
                    ways[other] = (*ways[here], other)
                    frontier.append(other)
