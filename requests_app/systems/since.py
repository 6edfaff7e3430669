"""What came to a person's rows after they were found: looked for once more when they are erased."""

from __future__ import annotations

from collections.abc import Iterable

from .connectors.base import Connector, Key, Match
from .found import Found, FoundRows
from .graph import Edge, Graph, Place
from .walk import CEILING


def came_since(connector: Connector, found: Found, again: Found) -> int:
    """How many rows of one system belong to the person and are not among those that were ``found`` in it.

    ``again`` is another search by the person's identifiers, which may lead
    nowhere by now; so the rows that refer to those found are looked at too.
    """
    system = connector.system
    new: dict[Place, set[Key]] = {}
    for rows in again.of(system.key):
        place = (system.key, rows.collection.name)
        new[place] = set(rows.keys) - _known(found, place)
    graph = Graph.of([system])
    for rows in found.of(system.key):
        for edge in graph.outgoing[system.key, rows.collection.name]:
            if not edge.upward:
                referring = set(_referring(connector, graph, edge, rows)) - _known(found, edge.target)
                new.setdefault(edge.target, set()).update(referring)
    connector.release()
    return sum(map(len, new.values()))


def _referring(connector: Connector, graph: Graph, edge: Edge, rows: FoundRows) -> Iterable[Key]:
    """Keys of the rows that refer to these; not to those on which other people's rows hang as well."""
    own = (row for key, row in rows.marks.items() if key not in rows.anchors and key not in rows.shared)
    values = dict.fromkeys(tuple(row.get(name) for name in edge.source_fields) for row in own)
    wanted = tuple(value for value in values if None not in value)
    if not wanted:
        return
    collection, names = graph.collections[edge.target], graph.keys[edge.target]
    # What stands inside a row decides only where no column does; one that a column decides about is asked for by that.
    stronger = [n for c in graph.claims[edge.target] if edge.inside and not c.inside for n in c.fields]
    match = Match(edge.target_fields, wanted, edge.ignore_case)
    for row in connector.find(collection, [match], tuple(dict.fromkeys((*names, *stronger))), CEILING):
        if all(row[name] is None for name in stronger):
            yield tuple(row[name] for name in names)


def _known(found: Found, place: Place) -> set[Key]:
    return set(found.rows[place].marks) if place in found.rows else set()
