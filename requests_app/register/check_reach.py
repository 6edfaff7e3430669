"""Whether every reference leads somewhere, and some identity to every collection."""

from __future__ import annotations

from collections.abc import Iterator

from .inventory import Inventory, System

Found = Iterator[tuple[str, str]]


def check_references(system: System, inventory: Inventory) -> Found:
    for collection in system.collections.values():
        for way, field in collection.parts():
            for reference in field.references:
                path = f"{collection.name}.{way}"
                target = inventory.target_of(system.key, reference)
                if target is None:
                    yield (
                        f"{path} references the unknown collection {reference.collection}.",
                        "Correct the reference or describe that collection.",
                    )
                elif reference.field not in target.fields:
                    yield (
                        f"{path} references {reference.collection}.{reference.field}, which is no field.",
                        "Correct the reference.",
                    )
                elif target.is_inside(reference.field):
                    yield (
                        f"{path} references {reference.collection}.{reference.field}, which is a list.",
                        "Let the list refer to the column that holds one value.",
                    )
        for name in collection.after:
            if name not in system.collections:
                yield f"{collection.name} comes after the unknown {name}.", "Correct `erase_after`."


def check_reach(inventory: Inventory) -> Found:
    """Collections no identity leads to, in their own system or from another: their rows would never be found."""
    ways: dict[tuple[str, str], set[tuple[str, str]]] = {
        (collection.system, collection.name): set() for collection in inventory.collections()
    }
    for collection in inventory.collections():
        here = (collection.system, collection.name)
        for _path, field in collection.parts():
            for reference in field.references:
                target = inventory.target_of(collection.system, reference)
                if target is None:
                    continue
                there = (target.system, target.name)
                if reference.direction != "to":
                    ways[there].add(here)
                if reference.direction != "from":
                    ways[here].add(there)
    frontier = [
        (c.system, c.name)
        for c in inventory.collections()
        if any(f.identity is not None for f in c.fields.values()) or any(c.identities_inside())
    ]
    reached = set(frontier)
    while frontier:
        nearer = ways[frontier.pop()] - reached
        reached |= nearer
        frontier.extend(nearer)
    for system, name in ways:
        if (system, name) not in reached and not inventory.systems[system].is_asked:
            leading = [other for (_, other), led in ways.items() if (system, name) in led]
            only = f": only {', '.join(leading)} would lead there" if leading else ""
            yield (
                f"{name} cannot be reached from any identity{only}.",
                "Give one of its fields an `identity`, or a reference to a collection that has one.",
            )
