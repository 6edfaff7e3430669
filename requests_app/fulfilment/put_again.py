"""Set again, after a restore, what a person chose: the newest choice alone, and never a weaker one over a stricter."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from identity import sealing
from requests_app import systems
from requests_app.fulfilment.suppression import Entry
from requests_app.register.inventory import LOOSENING_OPERATIONS, Inventory, Setting
from requests_app.systems.connectors.base import CONTACT_KINDS

Place = tuple[str, ...]
"""What a setting decides: a column of the person's rows, or one kind of entry in a list."""


class Overtaken:
    """Which choices of the ledger a later one of the same person has replaced, in the same place."""

    def __init__(self, entries: Iterable[Entry], inventory_of: Callable[[str], Inventory]) -> None:
        self._newest: dict[tuple[str, str, str, Place], int] = {}
        self._number: dict[str, int] = {}
        for number, entry in enumerate(entries):
            if entry.kind != "set":
                continue
            self._number[entry.digest] = number
            try:
                content = entry.content()
                settings = _settings(inventory_of(entry.controller), entry, content)
            except (LookupError, sealing.SealBroken):
                continue
            for person in _people(entry, content):
                for setting in settings:
                    for place in _places(setting):
                        self._newest[(entry.controller, entry.system, person, place)] = number

    def left_of(self, entry: Entry, content: dict[str, Any], setting: Setting) -> Setting | None:
        """What of this setting no later choice decides; ``None`` if they decide all of it."""
        number, people = self._number.get(entry.digest, -1), list(_people(entry, content))

        def stands(place: Place) -> bool:
            newest = (self._newest.get((entry.controller, entry.system, one, place), -1) for one in people)
            return max(newest, default=-1) <= number

        if setting.listed_by is not None:
            return setting if all(map(stands, _places(setting))) else None
        values = {name: value for name, value in setting.values.items() if stands((setting.collection, name))}
        return replace(setting, values=values) if values else None


def put(
    entry: Entry, content: dict[str, Any], inventory: Inventory, overtaken: Overtaken, *, kept: bool = False
) -> tuple[int, list[tuple[str, str, int]]]:
    """Set again what does not stand. Gives whether anything was set, and what was left: where, why, how many.

    Raises ``SystemFailure``, also where the person could not be searched for
    in this system or in one that leads to it: nobody knows then what stands.
    """
    system = inventory.systems[entry.system]
    left = (overtaken.left_of(entry, content, setting) for setting in _settings(inventory, entry, content))
    chosen = [setting for setting in left if setting is not None]
    if not chosen:
        return 0, []
    known = [systems.Identifier(kind, value) for kind, value in content["identifiers"]]
    with systems.connect_all(inventory.systems.values(), os.environ) as connectors:
        found = _find(inventory, connectors, known, system.key)
        others = list(_of_others(connectors, found, known))
        if others:
            # The number was given to somebody else: what is theirs is found by address alone.
            known = [one for one in known if one.kind in CONTACT_KINDS]
            found = _find(inventory, connectors, known, system.key)
        unlike = [(collection, "not_shown", count) for collection, count in Counter(others).items()]
        connector = connectors[system.key]
        settled = systems.confirm_settings(connector, found, chosen, known)
        if settled.ok:
            return 0, unlike
        if content["operation"].partition(".")[0] in LOOSENING_OPERATIONS:
            return 0, unlike + [(collection, "stricter", 1) for collection in settled.wrong]
        if kept:
            return 0, unlike + [(collection, "since", 1) for collection in settled.wrong]
        systems.put_settings(connector, found, chosen, known)
        if not systems.confirm_settings(connector, found, chosen, known).ok:
            raise systems.SystemRefused(system.key, "said yes, but nothing changed")
    return 1, unlike


def _find(
    inventory: Inventory,
    connectors: Mapping[str, systems.Connector],
    known: Iterable[systems.Identifier],
    system: str,
) -> systems.Found:
    found = systems.find(inventory.systems.values(), connectors, known, for_erasing=False)
    if (failure := found.why_not_searched(system)) is not None:
        raise failure
    return found


def _of_others(
    connectors: Mapping[str, systems.Connector], found: systems.Found, known: Iterable[systems.Identifier]
) -> Iterator[str]:
    """The collection of each row that was found by its number and bears an address that is not theirs."""
    ours: dict[str, set[str]] = {}
    for one in known:
        ours.setdefault(one.kind, set()).add(one.value.strip().lower())
    for (system, _), rows in found.rows.items():
        collection = rows.collection
        issued = {collection.fields[name].identity for name in collection.primary_key} - {
            None,
            *CONTACT_KINDS,
        }
        contacts = {n: f.identity for n, f in collection.fields.items() if f.identity in CONTACT_KINDS}
        asked = {name: kind for name, kind in contacts.items() if kind in ours}
        if not (issued & set(ours) and asked and rows.marks):
            continue
        for row in connectors[system].read(collection, rows.keys, tuple(asked)):
            said = {name: str(value).strip().lower() for name, value in row.items() if value}
            if said and not any(value in ours[str(asked[name])] for name, value in said.items()):
                yield collection.name


def _settings(inventory: Inventory, entry: Entry, content: dict[str, Any]) -> tuple[Setting, ...]:
    return inventory.systems[entry.system].settings_for(content["operation"])


def _people(entry: Entry, content: dict[str, Any]) -> Iterator[str]:
    """The person by every name they were known by: a later choice may have come in under another."""
    if entry.subject_index:
        yield entry.subject_index
    for kind, value in content["identifiers"]:
        yield sealing.blind(entry.controller, kind, value)


def _places(setting: Setting) -> Iterator[Place]:
    if setting.listed_by is None:
        yield from ((setting.collection, name) for name in setting.values)
    else:
        yield (setting.collection, "", *(f"{name}={value}" for name, value in sorted(setting.values.items())))
