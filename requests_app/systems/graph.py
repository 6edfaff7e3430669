"""How collections lead to one another: the edges a walk follows, and the order in which rows may go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from requests_app.register.inventory import Collection, Field, Reference, System

from .connectors.base import CONTACT_KINDS, Key
from .holdings import columns_asked

Place = tuple[str, str]
"""System key and collection name."""

Node = TypeVar("Node")


@dataclass(frozen=True)
class Edge:
    """Values of ``source_fields`` in rows already found find rows by ``target_fields``."""

    source: Place
    source_fields: tuple[str, ...]
    target: Place
    target_fields: tuple[str, ...]
    upward: bool = False
    """From a row to the one it refers to, because the inventory declares ``direction: to``."""
    ignore_case: bool = False
    inside: bool = False
    """Whoever refers does so in a list or a document: its one field is a path, and each value there counts."""

    def text(self, value: Key) -> tuple[str, ...]:
        """Comparable across systems, one of which may keep a number as text."""
        return tuple(str(part).lower() if self.ignore_case else str(part) for part in value)


@dataclass(frozen=True)
class Claim:
    """What a row says about whose it is: an identity field, or a reference to a row that has one."""

    rank: int
    """0 an issued number or a reference to an identified row, 1 e-mail, 2 phone, 3 inside: the lowest decides."""
    fields: tuple[str, ...]
    kind: str | None = None
    owner: Edge | None = None
    field: Field | None = None
    """That of the column, where it holds an identifier by itself."""
    inside: bool = False
    """Stands in a list or a document, which may name several people: it speaks where nothing else does."""


@dataclass(frozen=True)
class Graph:
    """Built once from the inventory; holds no data."""

    collections: Mapping[Place, Collection]
    incoming: Mapping[Place, tuple[Edge, ...]]
    outgoing: Mapping[Place, tuple[Edge, ...]]
    claims: Mapping[Place, tuple[Claim, ...]]
    registers: frozenset[Place]
    """Collections whose rows are people: they hold an identity and depend on no other that does."""
    keys: Mapping[Place, tuple[str, ...]]
    identities: Mapping[Place, tuple[tuple[str, str, bool], ...]]
    """Kind and name of each identity field, and whether its collection issues that number."""
    inside: Mapping[Place, tuple[tuple[str, str], ...]]
    """Kind and path of each identifier in a list or a document: it finds a row, and teaches nothing new."""
    paths: Mapping[Place, tuple[str, ...]]
    """Whatever else is read inside lists and documents to walk: these identifiers, and references either way."""
    deciding: Mapping[Place, tuple[str, ...]]
    """Columns a walk needs even when no one asked for the row: key, links, identities, dates, conditions."""
    order: tuple[tuple[Place, ...], ...]
    """Groups in dependency order; a group of several, or one that refers to itself, is walked until quiet."""

    @classmethod
    def of(cls, systems: Iterable[System]) -> Graph:
        """The graph of these systems; ``ValueError`` where a reference leads nowhere."""
        chosen = tuple(systems)
        collections = {(s.key, name): c for s in chosen for name, c in s.collections.items()}
        known = {s.key for s in chosen}
        edges = [edge for place in collections for edge in _references(place, collections, known)]
        edges += list(_issued(collections, edges))
        edges = [_caseless(edge, collections) for edge in edges]
        incoming = {place: tuple(e for e in edges if e.target == place) for place in collections}
        outgoing = {place: tuple(e for e in edges if e.source == place) for place in collections}
        identified = {place for place, c in collections.items() if any(f.identity for f in c.fields.values())}
        claims = {place: tuple(_claims(c, incoming[place], identified)) for place, c in collections.items()}
        registers = frozenset(
            place
            for place in identified
            if not any(c.owner and c.owner.source != place for c in claims[place] if not c.inside)
        )
        # People first, so that what their rows teach is known when dependents are judged.
        people_first = sorted(
            collections, key=lambda place: (place not in registers, place not in identified)
        )
        order = in_order(people_first, lambda place: [e.source for e in incoming[place]])
        return cls(
            collections,
            incoming,
            outgoing,
            claims,
            registers,
            keys={place: c.primary_key for place, c in collections.items()},
            identities={place: tuple(_identities(c)) for place, c in collections.items()},
            inside={place: tuple(c.identities_inside()) for place, c in collections.items()},
            paths={place: _paths(c, incoming[place], outgoing[place]) for place, c in collections.items()},
            deciding={
                place: _deciding(c, incoming[place], outgoing[place]) for place, c in collections.items()
            },
            order=order,
        )


def erasing_order(system: System) -> tuple[str, ...]:
    """Names of the system's collections, each after those that refer to it and those it must wait for.

    Where collections refer to each other in a circle, the links that may be emptied do not count. What
    refers from inside a document never does: no database holds it fast, so nothing waits for it.
    """
    order: list[str] = []
    for group in _circles(system):
        waits = _waits(system, group, loose=len(group) > 1)
        order += [name for part in in_order(group, waits.__getitem__) for name in part]
    return tuple(order)


def loosened(system: System) -> Mapping[str, tuple[str, ...]]:
    """By collection, the links to be emptied before its rows go, because a circle of references leads back."""
    found: dict[str, tuple[str, ...]] = {}
    for group in _circles(system):
        for name in group if len(group) > 1 else ():
            fields = system.collections[name].fields.values()
            found[name] = tuple(
                f.name for f in fields if f.erase == "null" and any(r.collection in group for r in f.links)
            )
    return found


def _circles(system: System) -> tuple[tuple[str, ...], ...]:
    names = tuple(system.collections)
    return in_order(names, _waits(system, names, loose=False).__getitem__)


def _waits(system: System, names: Iterable[str], *, loose: bool) -> Mapping[str, list[str]]:
    """What of these must go before each of these; ``loose``: links that are emptied first hold nothing up."""
    among = set(names)
    waits = {name: [n for n in system.collections[name].after if n in among] for name in among}
    for name in names:
        for field in system.collections[name].fields.values():
            for reference in field.links:
                held = reference.collection in among and not (loose and field.erase == "null")
                if held and reference.collection != name:
                    waits[reference.collection].append(name)
    return waits


def systems_in_erasing_order(systems: Iterable[System]) -> tuple[str, ...]:
    """Keys of the systems, each after those found through it: erase the leaves while they can be found."""
    chosen = tuple(systems)
    graph = Graph.of(chosen)
    leads_to: dict[str, list[str]] = {s.key: [] for s in chosen}
    for edges in graph.outgoing.values():
        for edge in edges:
            if edge.target[0] != edge.source[0]:
                leads_to[edge.source[0]].append(edge.target[0])
    return tuple(key for group in in_order(list(leads_to), lambda key: leads_to[key]) for key in group)


def in_order(nodes: Iterable[Node], needs: Callable[[Node], Iterable[Node]]) -> tuple[tuple[Node, ...], ...]:
    """Groups so that what a node needs comes no later than the node; only a cycle shares a group (Tarjan)."""
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    groups: list[tuple[Node, ...]] = []

    def visit(node: Node) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in needs(node):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            at = stack.index(node)
            groups.append(tuple(stack[at:]))
            del stack[at:]

    for node in nodes:
        if node not in index:
            visit(node)
    return tuple(groups)


def _references(place: Place, collections: Mapping[Place, Collection], known: set[str]) -> Iterator[Edge]:
    """Declared references; several to parts of one composite key are one edge, else alternatives."""
    collection = collections[place]
    composite: dict[tuple[Place, bool], list[dict[str, str]]] = {}
    for path, field in collection.parts():
        inside = collection.is_inside(path)
        for reference in field.references:
            other = _resolve(place, reference, collections, known)
            if other is None:
                continue
            key = collections[other].primary_key
            upward = reference.direction == "to"
            if len(key) == 1 or reference.field not in key:
                yield _edge(place, (path,), other, (reference.field,), upward, inside)
                continue
            if inside:
                raise ValueError(f"{'.'.join(place)}.{path} refers to a part of a key from inside a document")
            groups = composite.setdefault((other, upward), [])
            group = next((g for g in groups if reference.field not in g), None)
            if group is None:
                groups.append(group := {})
            group[reference.field] = path
    for (other, upward), groups in composite.items():
        for group in groups:
            yield _edge(place, tuple(group.values()), other, tuple(group), upward, False)


def _resolve(
    place: Place, reference: Reference, collections: Mapping[Place, Collection], known: set[str]
) -> Place | None:
    """A collection of the same system, else ``system.collection``; none if that system is not walked."""
    candidates = [(place[0], reference.collection)]
    system, dot, name = reference.collection.partition(".")
    if dot:
        candidates.append((system, name))
    for candidate in candidates:
        if candidate in collections and reference.field in collections[candidate].fields:
            return candidate
    if dot and system not in known:
        return None
    raise ValueError(
        f"{'.'.join(place)} refers to {reference.collection}.{reference.field}, which is not declared"
    )


def _edge(
    place: Place,
    fields: tuple[str, ...],
    other: Place,
    other_fields: tuple[str, ...],
    upward: bool,
    inside: bool,
) -> Edge:
    if upward:
        return Edge(place, fields, other, other_fields, upward=True, inside=inside)
    return Edge(other, other_fields, place, fields, inside=inside)


def _issued(collections: Mapping[Place, Collection], declared: Iterable[Edge]) -> Iterator[Edge]:
    """A one-column key that is an identity issues that number: every other field of the kind refers to it."""
    pairs = {(e.source, e.source_fields, e.target, e.target_fields) for e in declared}
    for place, collection in collections.items():
        issuer = collection.fields[collection.primary_key[0]] if len(collection.primary_key) == 1 else None
        if issuer is None or issuer.identity is None or issuer.identity in CONTACT_KINDS:
            continue
        for other, holder in collections.items():
            for field in holder.fields.values():
                edge = Edge(place, (issuer.name,), other, (field.name,))
                pair = (edge.source, edge.source_fields, edge.target, edge.target_fields)
                if field.identity == issuer.identity and pair not in pairs and pair[:2] != pair[2:]:
                    yield edge


def _caseless(edge: Edge, collections: Mapping[Place, Collection]) -> Edge:
    """The edge, told to ignore case where it joins e-mail addresses."""
    if len(edge.target_fields) > 1:
        return edge
    aim = collections[edge.target].part(edge.target_fields[0])
    return replace(edge, ignore_case=True) if "email" in (aim.identity, aim.holds) else edge


def _claims(collection: Collection, incoming: Iterable[Edge], identified: set[Place]) -> Iterator[Claim]:
    for field in collection.fields.values():
        if field.identity:
            yield Claim(_rank(field.identity), (field.name,), kind=field.identity, field=field)
    for kind, path in collection.identities_inside():
        yield Claim(len(CONTACT_KINDS) + 1, (path,), kind=kind, inside=True)
    for edge in incoming:
        if edge.source in identified and not edge.upward and edge.source != edge.target:
            # An address that refers to another collection's address is still only an address.
            ranks = [_rank(collection.part(name).identity) for name in edge.target_fields]
            rank = len(CONTACT_KINDS) + 1 if edge.inside else max(ranks)
            yield Claim(rank, edge.target_fields, owner=edge, inside=edge.inside)


def _identities(collection: Collection) -> Iterator[tuple[str, str, bool]]:
    for name, field in collection.fields.items():
        if field.identity:
            yield field.identity, name, collection.primary_key == (name,)


def _paths(collection: Collection, incoming: Iterable[Edge], outgoing: Iterable[Edge]) -> tuple[str, ...]:
    paths = [path for _, path in collection.identities_inside()]
    paths += [e.target_fields[0] for e in incoming if e.inside and not e.upward]
    paths += [e.source_fields[0] for e in outgoing if e.inside and e.upward]
    return tuple(dict.fromkeys(paths))


def _deciding(collection: Collection, incoming: Iterable[Edge], outgoing: Iterable[Edge]) -> tuple[str, ...]:
    links = {n for e in outgoing for n in e.source_fields} | {n for e in incoming for n in e.target_fields}
    links |= {n for n, f in collection.fields.items() if f.identity or f.references}
    # What stands in a list is read with the row and not carried along.
    wanted = {n for n in links if n in collection.fields and not collection.fields[n].is_list}
    wanted |= {*collection.primary_key, *columns_asked(collection)}
    return tuple(n for n in collection.fields if n in wanted)


def _rank(kind: str | None) -> int:
    return CONTACT_KINDS.index(kind) + 1 if kind in CONTACT_KINDS else 0
