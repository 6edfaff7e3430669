"""Which systems are reached through the rows of which: erase those first, while they can be found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from requests_app.register.inventory import System

from .graph import Graph


def led_to(systems: Iterable[System]) -> Mapping[str, frozenset[str]]:
    """By system, the others that a walk reaches through its rows, at once or by way of still others."""
    chosen = tuple(systems)
    led: dict[str, set[str]] = {system.key: set() for system in chosen}
    if len(chosen) > 1:
        for edges in Graph.of(chosen).outgoing.values():
            for edge in edges:
                led[edge.source[0]].add(edge.target[0])
    for by_way_of in led:
        for reached in led.values():
            if by_way_of in reached:
                reached |= led[by_way_of]
    return {key: frozenset(reached - {key}) for key, reached in led.items()}
