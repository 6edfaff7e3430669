"""Whom else a row names in its lists and documents: one in which others stand beside the person is not theirs alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from .connectors.base import Key, Row
from .found import FoundRows
from .graph import Edge, Graph, Place
from .marks import Mark

Named = Mapping[str, frozenset[str]]
"""By path, the values there that name the person."""
Text = tuple[str, ...]
Says = Callable[[Place, Key], bool]
"""Whether a row that was found says by itself that it is the person's."""
IsLed = Callable[[Edge, Mark], bool]
"""Whether a row of the person's leads along that edge to this one."""


class Company:
    """Rows that are the person's by nothing but what stands inside them, and name other people there.

    Only a reference tells another person for sure; another address may be one more of the person's own.
    """

    def __init__(self, graph: Graph, names_them: Callable[[Place, str, str], bool]) -> None:
        self._graph = graph
        self._names_them = names_them
        self._links = {
            place: {edge.target_fields[0] for edge in edges if edge.inside and not edge.upward}
            for place, edges in graph.incoming.items()
        }
        owners = {claim.owner for claims in graph.claims.values() for claim in claims}
        self._silent = {
            place: any(e.inside and not e.upward and e not in owners for e in edges)
            for place, edges in graph.incoming.items()
        }
        """Whether a list there leads to the row without saying whose it is, as a list of teams does."""
        self._identities = {place: {path for _, path in inside} for place, inside in graph.inside.items()}
        self._told: dict[Place, dict[Key, dict[str, frozenset[str]]]] = {}

    def note(self, place: Place, key: Key, said: Row) -> None:
        """Remember what such a row says, if it seems to name others; what is known of the person may still grow."""
        told = {path: _texts(said[path]) for path in self._graph.paths[place]}
        if (self._silent[place] and self._told) or self._others(place, told):
            self._told.setdefault(place, {})[key] = told

    def of(self, place: Place, key: Key) -> Named:
        """What names the person in a row that names others as well; empty where it names nobody else."""
        told = self._told.get(place, {}).get(key)
        if told is None or not self._others(place, told):
            return {}
        return {
            path: frozenset(value for value in values if self._names_them(place, path, value))
            for path, values in told.items()
            if path in self._links[place] | self._identities[place]
        }

    def share(self, rows: Mapping[Place, FoundRows], says: Says, is_led: IsLed) -> None:
        """What is reached from such rows is others' as well, unless it says or hangs on what says that it is the person's.

        A team's files are not one member's to erase because nobody is named in them.
        """
        leading: dict[Edge, set[Text]] = {}
        grows = True
        while grows:  # once more where rows lead on in a circle
            grows = False
            for place, found in rows.items():
                grows |= self._share_in(place, found, leading, says, is_led)

    def _share_in(
        self, place: Place, found: FoundRows, leading: dict[Edge, set[Text]], says: Says, is_led: IsLed
    ) -> bool:
        """The same in one collection; whether more became others' as well by it."""
        ways = [edge for edge in self._graph.incoming[place] if edge in leading]
        columns = [edge for edge in self._graph.incoming[place] if not (edge.upward or edge.inside)]
        before = len(found.shared)
        shared = {key for key, names in found.joint.items() if not found.named.keys().isdisjoint(names)}
        for key, mark in found.marks.items() if ways else ():
            reached = [edge for edge in ways if self._leads(leading, edge, place, key, mark)]
            own = any(is_led(edge, mark) for edge in columns if edge not in reached)
            if reached and not own and not says(place, key):
                shared.add(key)
                found.shared.add(key)
        for edge in self._graph.outgoing[place]:
            inside = edge.inside and edge.upward
            for key in shared:
                texts = self._texts(edge, edge.source_fields, inside, place, key, found.marks[key])
                leading.setdefault(edge, set()).update(texts)
        return len(found.shared) > before

    def _leads(
        self, leading: Mapping[Edge, set[Text]], edge: Edge, place: Place, key: Key, mark: Mark
    ) -> bool:
        inside = edge.inside and not edge.upward
        return not leading[edge].isdisjoint(self._texts(edge, edge.target_fields, inside, place, key, mark))

    def _texts(
        self, edge: Edge, fields: tuple[str, ...], inside: bool, place: Place, key: Key, mark: Mark
    ) -> Iterator[Text]:
        """What the row holds there: of a path inside, if it was remembered."""
        if inside:
            told = self._told.get(place, {}).get(key, {})
            return (edge.text((value,)) for value in told.get(fields[0], ()))
        value = tuple(mark.get(name) for name in fields)
        return iter(() if None in value else (edge.text(value),))

    def _others(self, place: Place, told: Mapping[str, frozenset[str]]) -> bool:
        links = self._links[place]
        return not all(self._names_them(place, path, value) for path in links for value in told[path])


def _texts(values: tuple[object, ...]) -> frozenset[str]:
    return frozenset(str(value) for value in values if not isinstance(value, dict | bool))
