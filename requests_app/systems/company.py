"""Whom else a row names in its lists and documents: one in which others stand beside the person is not theirs alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .connectors.base import Key, Row
from .graph import Graph, Place

Named = Mapping[str, frozenset[str]]
"""By path, the values there that name the person."""


class Company:
    """Rows that are the person's by nothing but what stands inside them, and name other people there.

    Only a reference tells another person for sure; another address may be one more of the person's own.
    """

    def __init__(self, graph: Graph, names_them: Callable[[Place, str, str], bool]) -> None:
        self._names_them = names_them
        self._links = {
            place: {edge.target_fields[0] for edge in edges if edge.inside and not edge.upward}
            for place, edges in graph.incoming.items()
        }
        self._identities = {place: {path for _, path in inside} for place, inside in graph.inside.items()}
        self._told: dict[Place, dict[Key, dict[str, frozenset[str]]]] = {}

    def note(self, place: Place, key: Key, said: Row) -> None:
        """Remember what such a row says, if it seems to name others; what is known of the person may still grow."""
        told = {path: _texts(said[path]) for path in self._links[place] | self._identities[place]}
        if self._others(place, told):
            self._told.setdefault(place, {})[key] = told

    def of(self, place: Place, key: Key) -> Named:
        """What names the person in a row that names others as well; empty where it names nobody else."""
        told = self._told.get(place, {}).get(key)
        if told is None or not self._others(place, told):
            return {}
        return {
            path: frozenset(value for value in values if self._names_them(place, path, value))
            for path, values in told.items()
        }

    def _others(self, place: Place, told: Mapping[str, frozenset[str]]) -> bool:
        links = self._links[place]
        return not all(self._names_them(place, path, value) for path in links for value in told[path])


def _texts(values: tuple[object, ...]) -> frozenset[str]:
    return frozenset(str(value) for value in values if not isinstance(value, dict | bool))
