"""Carry an entry of the suppression ledger out again in a system that a backup was restored into."""

from __future__ import annotations

import os
from typing import Any

from requests_app import systems, worklist
from requests_app.fulfilment import correct
from requests_app.fulfilment.checkpoint import typed
from requests_app.fulfilment.suppression import Entry
from requests_app.models import LegalHold
from requests_app.register.inventory import Collection, System


def replay(entry: Entry, system: System) -> str:
    """Carry an entry out again: ``again``, ``still`` (nothing had come back) or ``held``; raises ``SystemFailure``."""
    held = LegalHold.objects.in_force(worklist.today_at(entry.controller)).filter(
        controller=entry.controller, subject_index=entry.subject_index
    )
    if entry.kind != "set" and held.exists():
        return "held"
    with systems.connect(system, os.environ) as connector:
        changed = _REPLAYS[entry.kind](connector, entry.content())
    return "again" if changed else "still"


def _erase(connector: systems.Connector, content: dict[str, Any]) -> int:
    collections = connector.system.collections
    steps = tuple(
        systems.Step(
            collections[step["collection"]],
            step["action"],
            tuple(tuple(typed(part) for part in key) for key in step["keys"]),
            {name: _value(collections[step["collection"]], name, v) for name, v in step["values"].items()},
        )
        for step in content["steps"]
    )
    plan = systems.Plan(connector.system.key, steps)
    changed = systems.erase(connector, plan, guard=lambda: None).changed
    left = [left for left in systems.confirm(connector, plan).leftovers if left.wrong != "missing"]
    if left:
        raise systems.SystemRefused(connector.system.key, "said yes, but the rows are still there")
    return changed


def _value(collection: Collection, name: str, kept: Any) -> Any:
    if isinstance(kept, dict) and kept.get("t") == "reshape":
        return systems.Reshape(collection.fields[name], **kept["v"])
    return typed(kept)


def _set(connector: systems.Connector, content: dict[str, Any]) -> int:
    system = connector.system
    chosen = system.settings_for(content["operation"])
    known = [systems.Identifier(kind, value) for kind, value in content["identifiers"]]
    found = systems.find([system], {system.key: connector}, known, for_erasing=False)
    stood = systems.confirm_settings(connector, found, chosen, known).ok
    if not stood:
        systems.put_settings(connector, found, chosen, known)
        if not systems.confirm_settings(connector, found, chosen, known).ok:
            raise systems.SystemRefused(system.key, "said yes, but nothing changed")
    return not stood


_REPLAYS = {"erase": _erase, "correct": correct.replay, "set": _set}
