"""Find a person: breadth first along references from verified identifiers, and never on to another person.

The rule. A reference is followed from the row referred to towards the rows
that refer to it (orders of a customer); the other way only where the inventory
declares ``direction: to``. A row so reached is judged by what it says about
whose it is: its identity fields whose kind we know for this person, and its
references to rows that hold identities. A number issued to one person, or such
a reference, outweighs an e-mail address, which outweighs a phone number; the
strongest thing the row says decides. Where none of its values is the
person's, the row is another's: it is set aside, counted, and led on from by
nothing. A row that says nothing belongs to the person whose rows led to it.
What stands in a list or a document, an identifier or a reference, finds rows
as any other; since it may stand beside other people's, it decides only where
the row says nothing else. No other identifier beside it is followed, and of a
row that refers to others there only what names the person is given (by what is
known when the row is met).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any

from requests_app.register.inventory import Collection, Field, System

from .company import Company
from .connectors.base import Connector, Identifier, Key, Match, Row, SystemFailure, SystemRefused
from .documents import keys_at, only_theirs, values_at
from .found import Found, FoundRows, State, SystemStatus
from .graph import Claim, Edge, Graph, Place
from .marks import Mark, mark_of, sharing
from .stored import as_known, in_column

CEILING = 250_000
"""Rows of one collection beyond which a reference is wrong rather than a person busy."""


class Walk:
    """One search for one person. Use it once: drain ``rows()``, then read ``found``."""

    def __init__(
        self,
        systems: Iterable[System],
        connectors: Mapping[str, Connector],
        identifiers: Iterable[Identifier],
        *,
        graph: Graph | None = None,
        ceiling: int = CEILING,
    ) -> None:
        self._systems = {system.key: system for system in systems}
        self._graph = graph or Graph.of(self._systems.values())
        self._connectors = connectors
        self._ceiling = ceiling
        self._verified: dict[str, set[str]] = {}
        for identifier in identifiers:
            self._verified.setdefault(identifier.kind, set()).add(_plain(identifier.kind, identifier.value))
        self._known = {kind: set(values) for kind, values in self._verified.items()}
        self._values: dict[tuple[Place, tuple[str, ...]], dict[tuple[str, ...], Key]] = {}
        self._sent: set[tuple[Edge, tuple[str, ...]]] = set()
        self._rows: dict[Place, FoundRows] = {}
        self._kinds: dict[Place, type[Mark]] = {}
        self._latest: dict[Place, Mark] = {}
        self._aside: dict[Place, dict[Key, Row]] = {}
        self._told_inside: dict[Place, set[Key]] = {}
        self._company = Company(self._graph, self._names_them)
        self._status = {key: SystemStatus("searched") for key in self._systems}
        for key in self._systems:
            connector = connectors.get(key)
            if connector is None:
                self._fail(key, SystemStatus("refused", "no connector given"))
            elif "search" not in connector.operations:
                self._status[key] = SystemStatus("manual")

    @property
    def found(self) -> Found:
        """The result so far; complete once ``rows()`` is exhausted."""
        rows = {
            place: found for place, found in self._rows.items() if self._status[place[0]].state == "searched"
        }
        return Found(MappingProxyType(rows), MappingProxyType(dict(self._status)))

    def rows(self, *, whole: bool = True) -> Iterator[tuple[Collection, Row]]:
        """Each row as it is found, in dependency order: every declared column, or only the deciding ones."""
        for group in self._graph.order:
            again = True
            first = True
            while again:
                again = False
                for place in group:
                    for row in self._visit(place, whole, first):
                        again = True
                        yield self._graph.collections[place], row
                first = False
                again = again and (len(group) > 1 or self._refers_to_itself(group[0]))

    def mark_sharing(self) -> None:
        """Ask who else refers to the rows found, so that erasing them harms nobody; before erasing only.

        What strangers' rows hang on is the person's to blank where it says itself that it is theirs, as a
        customer or a post does; where it says nothing, as an address does, it is the strangers' as well.
        """
        for place, found in list(self._rows.items()):
            for edge in self._graph.outgoing[place]:
                if not edge.upward:
                    strangers = {
                        _text(value, edge.ignore_case)
                        for row in self._aside.get(edge.target, {}).values()
                        for value in _held(row, edge.target_fields, edge.inside)
                    }
                    for key in _keys_holding(found, edge.source_fields, strangers, edge.ignore_case):
                        says = key in self._told_inside.get(place, ())
                        says = says or any(self._said(place, found.marks[key]).values())
                        if not says:
                            found.shared.add(key)
                        elif not edge.inside:  # no database holds a row for what a document says of it
                            found.anchors.add(key)
            for edge in self._graph.incoming[place]:
                if edge.upward and self._status[edge.source[0]].state == "searched":
                    used = self._also_used(edge, found)
                    found.shared |= _keys_holding(found, edge.target_fields, used, edge.ignore_case)
            for key, row in found.marks.items():
                if columns := self._beside_another(place, row):
                    found.joint[key] = columns
                elif named := self._company.of(place, key):
                    found.joint[key] = tuple(named)
                    for path, values in named.items():
                        found.named.setdefault(path, set()).update(values)

    def _visit(self, place: Place, whole: bool, first: bool) -> Iterator[Row]:
        if self._status[place[0]].state != "searched":
            return
        collection = self._graph.collections[place]
        matches = self._matches(place, first)
        aside = self._aside.setdefault(place, {})
        # In a cycle, rows set aside may turn out to be the person's once more is known.
        reclaimed = [] if first else [key for key, row in aside.items() if self._is_theirs(place, row)]
        if not matches and not reclaimed:
            return
        deciding, names = self._graph.deciding[place], self._graph.keys[place]
        inside = self._graph.paths[place]
        opened = (path.partition(".")[0] for path in inside)
        columns = tuple(collection.fields) if whole else tuple(dict.fromkeys((*deciding, *opened)))
        found = self._rows.setdefault(place, FoundRows(collection))
        try:
            connector = self._connectors[place[0]]
            reached = connector.find(collection, matches, columns, self._ceiling + 1) if matches else ()
            counted = self._at_most(place, reached)
            for row in chain(counted, connector.read(collection, reclaimed, columns) if reclaimed else ()):
                key = tuple([row[name] for name in names])
                if key in found.marks:
                    continue
                said = {name: row[name] for name in deciding}
                said |= {path: values_at(collection, row, path) for path in inside}
                if not self._is_theirs(place, said):
                    aside[key] = said
                    continue
                aside.pop(key, None)
                self._keep(place, found, key, row, deciding)
                if inside:
                    self._look_inside(place, key, said)
                    row = only_theirs(collection, row, self._company.of(place, key)) if whole else row
                yield row
            if found.count > self._ceiling:
                raise SystemRefused(place[0], "more rows than one person can have", collection.name)
        except SystemFailure as failure:
            self._fail_by(place[0], failure)
        found.set_aside = len(aside)

    def _at_most(self, place: Place, reached: Iterable[Row]) -> Iterator[Row]:
        """As many rows as may be asked for: beyond them some are cut off, and they may be the person's own."""
        for number, row in enumerate(reached, 1):
            if number > self._ceiling:
                raise SystemRefused(place[0], "a reference reaches too many rows", place[1])
            yield row

    def _matches(self, place: Place, first: bool) -> list[Match]:
        wanted: dict[tuple[tuple[str, ...], bool], dict[Key, None]] = {}
        if first:
            for kind, name, _ in self._graph.identities[place]:
                field = self._graph.collections[place].fields[name]
                for verified in sorted(self._verified.get(kind, ())):
                    if (value := in_column(field, verified)) is not None:
                        wanted.setdefault(((name,), kind == "email"), {})[(value,)] = None
            for kind, path in self._graph.inside[place]:
                for verified in sorted(self._verified.get(kind, ())):
                    wanted.setdefault(((path,), kind == "email"), {})[(verified,)] = None
        for edge in self._graph.incoming[place]:
            for text, value in self._values.get((edge.source, edge.source_fields), {}).items():
                if (edge, text) not in self._sent:
                    self._sent.add((edge, text))
                    wanted.setdefault((edge.target_fields, edge.ignore_case), {})[value] = None
        return [Match(fields, tuple(values), ignore_case) for (fields, ignore_case), values in wanted.items()]

    def _is_theirs(self, place: Place, row: Row) -> bool:
        said = self._said(place, row)
        return any(said.values()) if said else True

    def _said(self, place: Place, row: Row) -> dict[tuple[str, ...], bool]:
        """What the strongest claims of the row answer, by their fields."""
        said: dict[int, dict[tuple[str, ...], bool]] = {}
        for claim in self._graph.claims[place]:
            answer = self._answer(claim, row)
            if answer is not None:
                of_rank = said.setdefault(claim.rank, {})
                of_rank[claim.fields] = of_rank.get(claim.fields, False) or answer
        return said[min(said)] if said else {}

    def _beside_another(self, place: Place, row: Row) -> tuple[str, ...]:
        """The columns that name the person, where the row names another one as strongly and says more than that."""
        said = self._said(place, row)
        if all(said.values()) or not any(said.values()):
            return ()
        collection = self._graph.collections[place]
        more = (f for f in collection.fields.values() if not (f.primary_key or f.references or f.identity))
        return tuple(name for fields, yes in said.items() if yes for name in fields) if any(more) else ()

    def _answer(self, claim: Claim, row: Row) -> bool | None:
        """Whether the claim names the person; ``None`` if it is silent or cannot be judged."""
        held = _held(row, claim.fields, claim.inside)
        edge = claim.owner
        if not held or (edge is not None and self._status[edge.source[0]].state != "searched"):
            return None
        if edge is not None:
            return any(self._is_led(edge, value) for value in held)
        kind = claim.kind or ""
        known = self._known.get(kind)
        return any(_plain(kind, value, claim.field) in known for (value,) in held) if known else None

    def _is_led(self, edge: Edge, value: Key) -> bool:
        """Whether a row of the person's leads along that edge to this value."""
        return _text(value, edge.ignore_case) in self._values.get((edge.source, edge.source_fields), {})

    def _names_them(self, place: Place, path: str, value: str) -> bool:
        """Whether what stands inside a row, at that path, names the person."""
        edges = (e for e in self._graph.incoming[place] if e.target_fields == (path,))
        kinds = (kind for kind, at in self._graph.inside[place] if at == path)
        return any(self._is_led(edge, (value,)) for edge in edges) or any(
            _plain(kind, value) in self._known.get(kind, ()) for kind in kinds
        )

    def _look_inside(self, place: Place, key: Key, said: Row) -> None:
        """Remember of a row that no column says to be the person's what the lists and documents in it say."""
        columns = {name: said[name] for name in self._graph.deciding[place]}
        if any(self._said(place, columns).values()):
            return
        # A list of addresses may as well be other people's, so that it says less of whose the row is.
        links = (c for c in self._graph.claims[place] if c.inside and c.owner)
        hung = any(not e.upward for e in self._graph.outgoing[place])
        if hung and any(self._answer(claim, said) for claim in links):
            self._told_inside.setdefault(place, set()).add(key)
        columns_in = (e for e in self._graph.incoming[place] if not (e.upward or e.inside))
        if not any(
            self._is_led(e, value) for e in columns_in for value in _held(said, e.target_fields, False)
        ):
            self._company.note(place, key, said)

    def _keep(self, place: Place, found: FoundRows, key: Key, row: Row, deciding: Sequence[str]) -> None:
        kind = self._kinds.get(place)
        if kind is None:
            kind = self._kinds[place] = mark_of(deciding)
        mark = sharing(kind, [row[name] for name in deciding], self._latest.get(place))
        found.marks[key] = self._latest[place] = mark
        collection = self._graph.collections[place]
        for edge in self._graph.outgoing[place]:
            for value in keys_at(collection, row, edge.source_fields):
                text = _text(value, edge.ignore_case)
                self._values.setdefault((place, edge.source_fields), {})[text] = value
        fields = collection.fields
        told = [
            (kind, _plain(kind, row[name], fields[name]), issues)
            for kind, name, issues in self._graph.identities[place]
            if row[name] is not None
        ]
        sure = place in self._graph.registers and any(
            value in self._verified.get(kind, ()) for kind, value, _ in told
        )
        for kind, value, issues in told:
            if sure or issues:
                self._known.setdefault(kind, set()).add(value)

    def _also_used(self, edge: Edge, found: FoundRows) -> set[tuple[str, ...]]:
        """Values of the found rows that rows outside the person's also refer to; in doubt, all of them."""
        values = {tuple(row[n] for n in edge.target_fields) for row in found.marks.values()}
        referring = self._graph.collections[edge.source]
        ours = self._rows[edge.source].marks if edge.source in self._rows else {}
        opened = (name.partition(".")[0] if edge.inside else name for name in edge.source_fields)
        columns = tuple(dict.fromkeys((*referring.primary_key, *opened)))
        limit = len(ours) + 500
        used: set[tuple[str, ...]] = set()
        seen = 0
        try:
            match = Match(edge.source_fields, tuple(values), edge.ignore_case)
            for row in self._connectors[edge.source[0]].find(referring, [match], columns, limit):
                seen += 1
                if tuple(row[n] for n in referring.primary_key) not in ours:
                    held = keys_at(referring, row, edge.source_fields)
                    used |= {_text(value, edge.ignore_case) for value in held}
        except SystemFailure as failure:
            self._fail_by(edge.source[0], failure)
        return {_text(value, edge.ignore_case) for value in values} if seen >= limit else used

    def _fail_by(self, system: str, failure: SystemFailure) -> None:
        state: State = "unreachable" if failure.retryable else "refused"
        self._fail(system, SystemStatus(state, str(failure), failure.code, failure.place))

    def _fail(self, system: str, status: SystemStatus) -> None:
        """A system searched in part counts as not searched, and so do those reached only through it."""
        self._status[system] = status
        for edges in self._graph.outgoing.values():
            for edge in edges:
                source, target = edge.source[0], edge.target[0]
                if source == system != target and self._status[target].state == "searched":
                    missed = SystemStatus("incomplete", f"reached through {system}", through=system)
                    self._fail(target, missed)

    def _refers_to_itself(self, place: Place) -> bool:
        return any(edge.source == place for edge in self._graph.incoming[place])


def find(
    systems: Iterable[System],
    connectors: Mapping[str, Connector],
    identifiers: Iterable[Identifier],
    *,
    graph: Graph | None = None,
    for_erasing: bool = True,
) -> Found:
    """Keys of the person's rows in every system; ``for_erasing`` also asks who shares them."""
    walk = Walk(systems, connectors, identifiers, graph=graph)
    for _ in walk.rows(whole=False):
        pass
    if for_erasing:
        walk.mark_sharing()
    for connector in connectors.values():
        connector.release()
    return walk.found


def _plain(kind: str, value: Any, field: Field | None = None) -> str:
    text = as_known(field, value) if field else str(value).strip()
    return text.lower() if kind == "email" else text


def _text(values: Key, ignore_case: bool) -> tuple[str, ...]:
    """Comparable across systems, one of which may keep a number as text."""
    return tuple(str(value).lower() if ignore_case else str(value) for value in values)


def _held(row: Row | Mark, fields: Sequence[str], inside: bool) -> tuple[Key, ...]:
    """What was told of a row: of columns their value, of a path inside each value there."""
    if inside:
        return tuple((value,) for value in row.get(fields[0], ()))
    value = tuple([row.get(name) for name in fields])
    return () if None in value else (value,)


def _keys_holding(
    found: FoundRows, fields: Sequence[str], values: set[tuple[str, ...]], ignore_case: bool
) -> set[Key]:
    if not values:
        return set()
    held = {key: tuple([row[n] for n in fields]) for key, row in found.marks.items()}
    return {k for k, value in held.items() if None not in value and _text(value, ignore_case) in values}
