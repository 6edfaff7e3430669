"""Set what a right changes about the use of data: a column on the person's rows, or an entry in a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from requests_app.register.inventory import Collection, Setting, System

from .connectors.base import Connector, Identifier, Key, Match, SystemRefused, Writer
from .found import Found
from .holdings import applies


def standing_against(connector: Connector, found: Found, system: System, today: date) -> dict[str, int]:
    """For each condition of closing an account, how many of the person's rows stand against it."""
    counts: dict[str, int] = {}
    for condition in system.conditions:
        collection = system.collections[condition.collection]
        rows = connector.read(collection, _keys(found, collection), (condition.where.column,))
        counts[condition.key] = sum(applies(condition.where, row, today) for row in rows)
    return counts


@dataclass(frozen=True)
class Settled:
    """What the system says after reading back; only ``ok`` may be called done."""

    system: str
    rows: int
    """The person's rows that hold the value now."""
    entries: int
    """Entries in lists."""
    wrong: tuple[str, ...] = ()
    """Collections in which something is not as it was set."""

    @property
    def ok(self) -> bool:
        """Every row and every entry is as it was set."""
        return not self.wrong

    def to_json(self) -> dict[str, Any]:
        """Plain values, fit to store."""
        return {"rows": self.rows, "entries": self.entries, "wrong": list(self.wrong)}


def put_settings(
    connector: Connector, found: Found, settings: Iterable[Setting], identifiers: Iterable[Identifier]
) -> None:
    """Set them all in one transaction; repeating it changes nothing. ``confirm_settings`` reads back."""
    if "set" not in connector.operations:
        raise SystemRefused(connector.system.key, "does not set anything")
    known = tuple(identifiers)
    with connector.transaction() as writer:
        for setting in settings:
            collection = connector.system.collections[setting.collection]
            if setting.listed_by is None:
                keys = _keys(found, collection)
                if keys:
                    writer.overwrite(collection, keys, setting.values)
            elif setting.unlists:
                writer.delete(collection, list(_entries(connector, collection, setting, known)))
            else:
                _enter(connector, writer, collection, setting, known)


def confirm_settings(
    connector: Connector, found: Found, settings: Iterable[Setting], identifiers: Iterable[Identifier]
) -> Settled:
    """Ask the system itself, in a fresh snapshot, whether every value stands."""
    connector.release()
    known = tuple(identifiers)
    rows = entries = 0
    wrong: list[str] = []
    for setting in settings:
        collection = connector.system.collections[setting.collection]
        if setting.listed_by is None:
            keys = _keys(found, collection)
            stands = sum(
                _holds(row, setting.values) for row in connector.read(collection, keys, tuple(setting.values))
            )
            rows += stands
            missing = len(keys) - stands
        else:
            wanted = list(_values(setting, known))
            there = sum(_is_entered(connector, collection, setting, value) for value in wanted)
            entries += there
            missing = there if setting.unlists else len(wanted) - there
        if missing:
            wrong.append(setting.collection)
    connector.release()
    return Settled(connector.system.key, rows, entries, tuple(dict.fromkeys(wrong)))


def _enter(
    connector: Connector,
    writer: Writer,
    collection: Collection,
    setting: Setting,
    known: Iterable[Identifier],
) -> None:
    for value in _values(setting, known):
        if not _is_entered(connector, collection, setting, value):
            writer.insert(collection, {_column(collection, setting): value, **setting.values})


def _is_entered(connector: Connector, collection: Collection, setting: Setting, value: str) -> bool:
    return any(_rows_of(connector, collection, setting, value))


def _entries(
    connector: Connector, collection: Collection, setting: Setting, known: Iterable[Identifier]
) -> Iterator[Key]:
    """The keys of what the list holds of this person now."""
    for value in _values(setting, known):
        for row in _rows_of(connector, collection, setting, value):
            yield tuple(row[name] for name in collection.primary_key)


def _rows_of(
    connector: Connector, collection: Collection, setting: Setting, value: str
) -> Iterator[Mapping[str, Any]]:
    column = _column(collection, setting)
    match = Match((column,), ((value,),), ignore_case=setting.listed_by == "email")
    wanted = dict.fromkeys((column, *setting.values, *collection.primary_key))
    # A list has few entries for one address: one for each thing that can be refused.
    reached = connector.find(collection, [match], tuple(wanted), 100)
    return (row for row in reached if _holds(row, setting.values))


def _values(setting: Setting, known: Iterable[Identifier]) -> Iterator[str]:
    return (identifier.value for identifier in known if identifier.kind == setting.listed_by)


def _column(collection: Collection, setting: Setting) -> str:
    return next(name for name, field in collection.fields.items() if field.identity == setting.listed_by)


def _keys(found: Found, collection: Collection) -> tuple[Key, ...]:
    rows = found.rows.get((collection.system, collection.name))
    return rows.keys if rows else ()


def _holds(row: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return all(row[name] == value for name, value in values.items())
