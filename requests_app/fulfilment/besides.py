"""Rows that a restore brought back besides those of the plan: gone before the erasure, and so never planned.

They hang on rows that are to be erased again, and would hold these fast. What
the walk judges to be the same person's is treated as was decided then; the
rest stays, is counted, and what it refers to is emptied instead of deleted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from requests_app import systems
from requests_app.fulfilment.sameness import Name, is_contact, name_of
from requests_app.systems import Found, FoundRows
from requests_app.systems.walk import CEILING


def add(
    connector: systems.Connector,
    again: list[systems.Step],
    known: Mapping[str, Iterable[systems.Key]],
    decided: Mapping[str, systems.Decision],
    today: date,
) -> tuple[list[systems.Step], Counter[tuple[str, str]]]:
    """The steps with what hangs on their rows, and how much of that stays, by collection and why.

    ``known`` are all rows that the entry names. Raises ``SystemFailure``.
    """
    system = connector.system
    wanted = {name_of(step.collection.name, key) for step in again for key in step.keys}
    named = {name_of(name, key) for name, keys in known.items() for key in keys}
    found = _search(connector, again)
    reached = _hanging(connector, again, named)
    if not reached:
        return again, Counter()
    theirs = {name_of(rows.collection.name, key) for rows in found.of(system.key) for key in rows.marks}
    planned = wanted | (reached & theirs)
    gone = {name_of(s.collection.name, key) for s in again if s.action == "delete" for key in s.keys}
    left: Counter[tuple[str, str]] = Counter()
    # Rows that were kept then are planned with the rest, so that what they refer to stays; they are not touched.
    plan = systems.make_plan(connector, _only(found, system.key, planned | named), decided, today=today)
    steps: list[systems.Step] = []
    done: set[Name] = set()
    for step in plan.steps:
        name = step.collection.name
        keys = tuple(key for key in step.keys if name_of(name, key) in planned)
        if step.action == "keep":
            left.update((name, "besides") for key in keys)
            if keys:
                steps.append(_with(step, keys))
        elif keys:
            steps.append(_with(step, keys))
            done |= {name_of(name, key) for key in keys}
            if step.action == "blank":
                left.update((name, "emptied") for key in keys if name_of(name, key) in gone)
    unplanned = theirs & wanted
    for step in again:
        name = step.collection.name
        keys = tuple(key for key in step.keys if name_of(name, key) not in done | unplanned)
        if keys:
            steps.append(_with(step, keys))
    order = {name: place for place, name in enumerate(systems.erasing_order(system))}
    return sorted(steps, key=lambda step: order[step.collection.name]), left


def _with(step: systems.Step, keys: tuple[systems.Key, ...]) -> systems.Step:
    return systems.Step(step.collection, step.action, keys, step.values)


def _search(connector: systems.Connector, again: Iterable[systems.Step]) -> Found:
    """Walk from what the rows that came back say of the person: nobody else can still say it."""
    identifiers: dict[systems.Identifier, None] = {}
    for step in again:
        kinds = {name: f.identity for name, f in step.collection.fields.items() if f.identity}
        for row in connector.read(step.collection, step.keys, tuple(kinds)) if kinds else ():
            for name, kind in kinds.items():
                if row[name] not in (None, ""):
                    value = systems.as_known(step.collection.fields[name], row[name])
                    identifiers[systems.Identifier(str(kind), value)] = None
    system = connector.system
    found = systems.find([system], {system.key: connector}, identifiers)
    if (failure := found.why_not_searched(system.key)) is not None:
        raise failure
    return found


def _hanging(connector: systems.Connector, again: Iterable[systems.Step], named: set[Name]) -> set[Name]:
    """What refers, over any number of rows, to the rows that came back, and is not named by the entry."""
    system = connector.system
    graph = systems.Graph.of([system])
    reached: set[Name] = set()
    front = {step.collection.name: list(step.keys) for step in again}
    for step in again:
        front[step.collection.name] = list({*front[step.collection.name], *step.keys})
    while front:
        following: dict[str, list[systems.Key]] = {}
        for name, keys in front.items():
            for edge in graph.outgoing[(system.key, name)]:
                if edge.upward or is_contact(edge, graph):
                    continue
                source, target = graph.collections[edge.source], graph.collections[edge.target]
                values = {
                    tuple(row[part] for part in edge.source_fields)
                    for row in connector.read(source, keys, edge.source_fields)
                }
                match = systems.Match(edge.target_fields, tuple(v for v in values if None not in v))
                if not match.values:
                    continue
                for row in connector.find(target, [match], target.primary_key, CEILING):
                    key = tuple(row[part] for part in target.primary_key)
                    one = name_of(target.name, key)
                    if one not in named | reached:
                        reached.add(one)
                        following.setdefault(target.name, []).append(key)
        front = following
    return reached


def _only(found: Found, system: str, names: set[Name]) -> Found:
    rows = {}
    for one in found.of(system):
        name = one.collection.name
        marks = {key: row for key, row in one.marks.items() if name_of(name, key) in names}
        if marks:
            rows[(system, name)] = FoundRows(
                one.collection,
                marks=marks,
                shared=one.shared & set(marks),
                anchors=one.anchors & set(marks),
                joint={key: names for key, names in one.joint.items() if key in marks},
                named=one.named,
            )
    return Found(rows, found.systems)
