"""Carry an entry of the suppression ledger out again in a system that a backup was restored into.

Only what is shown to be the same: a row under the same key may be another's
by now (``sameness``). What is not shown is counted and left for a person.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction

from requests_app import holds, systems, worklist
from requests_app.fulfilment import besides, correct, put_again, sameness
from requests_app.fulfilment.checkpoint import typed
from requests_app.fulfilment.suppression import Entry
from requests_app.register.inventory import Collection, Inventory


@dataclass(frozen=True)
class Left:
    """Rows of one collection that were left as they are, and why; counted, never shown."""

    collection: str
    why: str
    """``not_shown``, ``besides``, ``emptied``, ``stricter``, or ``since``: in a system that nobody restored."""
    count: int


@dataclass(frozen=True)
class Outcome:
    """What became of one entry."""

    state: str
    """``again``, ``still`` (nothing had come back), ``held``, ``open`` (a person has to look) or ``unknown``."""
    left: tuple[Left, ...] = ()
    trouble: str = ""
    """Why it could not be carried out: names of systems and collections, never a value."""


def replay(
    entry: Entry, inventory: Inventory, overtaken: put_again.Overtaken, *, kept: bool = False
) -> Outcome:
    """Carry an entry out again; raises ``SystemFailure``, and ``KeyError`` for a collection that is no more.

    ``kept``: the system was not restored, so what does not stand there was
    changed since. It is counted and left alone.
    """
    content = entry.content()
    system = inventory.systems[entry.system]
    if entry.kind == "set":
        changed, counts = put_again.put(entry, content, inventory, overtaken, kept=kept)
        return _outcome(changed, tuple(Left(*one) for one in counts))
    with systems.connect(system, os.environ) as connector:
        try:
            with transaction.atomic():
                # A hold placed from here on waits until the rows are gone, and says so by its date.
                worklist.take_turns_to_erase(entry.controller, entry.subject_index)
                if kept:
                    changed, left = 0, _since(connector, entry, content)
                elif entry.kind == "correct":
                    changed, counts = correct.replay(
                        connector, entry, content, lambda: _refuse_if_held(entry)
                    )
                    left = tuple(Left(name, "not_shown", n) for name, n in counts.items())
                else:
                    changed, left = _erase(connector, entry, content)
        except systems.HoldPlaced:
            return Outcome("held")
    return _outcome(changed, left)


def _outcome(changed: int, left: tuple[Left, ...]) -> Outcome:
    # That a choice which allows is not put over one which forbids is said, and settles it.
    waits = any(one.why != "stricter" for one in left)
    return Outcome("open" if waits else "again" if changed else "still", left)


def _refuse_if_held(entry: Entry) -> None:
    # What came back may be of any kind, so a hold on any of it stops all of the entry.
    held = holds.binding(
        entry.controller, worklist.today_at(entry.controller), person=entry.subject_index, system=entry.system,
        holdings=holds.EVERYTHING,
    )  # fmt: skip
    if held.exists():
        raise systems.HoldPlaced


def _erase(
    connector: systems.Connector, entry: Entry, content: dict[str, Any]
) -> tuple[int, tuple[Left, ...]]:
    collections = connector.system.collections
    steps = [_step(collections, step) for step in content["steps"]]
    back = [(step, systems.undone(connector, step)) for step in steps]
    if not any(keys for _, keys in back):
        return 0, ()
    _refuse_if_held(entry)
    named = _named(steps, content)
    again, left = _shown_same(connector, entry, content, back, named)
    kept = {name: _keys(those) for name, those in content.get("kept", {}).items()}
    decided = dict(content.get("decisions", {}))
    if again and decided:
        known = {name: [*named.get(name, ()), *kept.get(name, ())] for name in {**named, **kept}}
        again, more = besides.add(connector, again, known, decided, date.fromisoformat(content["today"]))
        left += [Left(name, why, count) for (name, why), count in more.items()]
    if not again:
        return 0, tuple(left)
    # What was kept is not touched, and must not go along where the system itself deletes what refers to a row.
    staying = [
        systems.Step(collections[name], "keep", tuple(keys))
        for name, keys in kept.items()
        if name in collections
    ]
    plan = systems.Plan(connector.system.key, (*staying, *again))
    changed = systems.erase(connector, plan, guard=lambda: _refuse_if_held(entry)).changed
    if any(one.wrong != "missing" for one in systems.confirm(connector, plan).leftovers):
        raise systems.SystemRefused(connector.system.key, "said yes, but the rows are still there")
    return changed, tuple(left)


def _named(steps: Iterable[systems.Step], content: dict[str, Any]) -> dict[str, list[systems.Key]]:
    """By collection, the rows that the entry changed or has a proof of."""
    named: dict[str, list[systems.Key]] = {}
    for step in steps:
        named.setdefault(step.collection.name, []).extend(step.keys)
    for name, those in content.get("proofs", {}).items():
        named.setdefault(name, []).extend(_keys(proof["k"] for proof in those))
    return named


def _shown_same(
    connector: systems.Connector,
    entry: Entry,
    content: dict[str, Any],
    back: Iterable[tuple[systems.Step, tuple[systems.Key, ...]]],
    named: Mapping[str, Iterable[systems.Key]],
) -> tuple[list[systems.Step], list[Left]]:
    """The steps, with those of the rows that came back which are shown to be the ones of then; and the others."""
    proofs = sameness.by_name(content.get("proofs", {}), typed)
    same = sameness.Judge(entry.controller, connector, proofs).judge(named)
    again, unlike = [], Counter[str]()
    for step, keys in back:
        name = step.collection.name
        mine = tuple(key for key in keys if sameness.name_of(name, key) in same)
        unlike[name] += len(keys) - len(mine)
        if mine:
            again.append(replace(step, keys=mine))
    return again, [Left(name, "not_shown", count) for name, count in unlike.items() if count]


def _since(connector: systems.Connector, entry: Entry, content: dict[str, Any]) -> tuple[Left, ...]:
    collections = connector.system.collections
    if entry.kind == "correct":
        counts = correct.turned_back(connector, content)
    else:
        steps = [_step(collections, step) for step in content["steps"]]
        counts = Counter({step.collection.name: 0 for step in steps})
        for step in steps:
            counts[step.collection.name] += len(systems.undone(connector, step))
    return tuple(Left(name, "since", count) for name, count in counts.items() if count)


def _keys(written: Iterable[Iterable[Any]]) -> list[systems.Key]:
    return [tuple(typed(part) for part in key) for key in written]


def _step(collections: Mapping[str, Collection], step: Mapping[str, Any]) -> systems.Step:
    collection = collections[step["collection"]]
    values = {name: _value(collection, name, kept) for name, kept in step["values"].items()}
    return systems.Step(collection, step["action"], tuple(_keys(step["keys"])), values)


def _value(collection: Collection, name: str, kept: Any) -> Any:
    if isinstance(kept, dict) and kept.get("t") == "reshape":
        return systems.Reshape(collection.fields[name], **kept["v"])
    return typed(kept)
