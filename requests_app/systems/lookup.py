"""Does any system hold this identifier, and exactly how is it written there?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from requests_app.register.inventory import Collection, Field, Inventory

from .connectors.base import Connector, Match
from .points import forms
from .stored import as_known, in_column

MOST_FORMS = 3


def lookup(
    inventory: Inventory, connectors: Mapping[str, Connector], kind: str, value: str
) -> tuple[str, ...]:
    """The forms in which the identity fields of that kind hold the value, a declared form turned back: ``()`` if none does.

    Raises ``SystemUnreachable`` rather than call an address unknown because nobody answered.
    """
    found: dict[str, None] = {}
    for connector, collection, field in _fields(inventory, connectors, kind):
        for row in connector.find(collection, [_match(field, kind, value)], (field.name,), MOST_FORMS):
            if row[field.name]:
                found[as_known(field, row[field.name])] = None
    return tuple(found)[:MOST_FORMS]


def changed_on(
    inventory: Inventory, connectors: Mapping[str, Connector], kind: str, value: str, zone: ZoneInfo
) -> date | None:
    """The latest day there on which an account's address of that kind became this one, where a system says so."""
    days = []
    for connector, collection, field in _fields(inventory, connectors, kind):
        if field.changed_at is None:
            continue
        for row in connector.find(collection, [_match(field, kind, value)], (field.changed_at,), MOST_FORMS):
            moment = row[field.changed_at]
            if isinstance(moment, datetime):
                moment = moment.astimezone(zone).date()
            if isinstance(moment, date):
                days.append(moment)
    return max(days, default=None)


def _fields(
    inventory: Inventory, connectors: Mapping[str, Connector], kind: str
) -> Iterator[tuple[Connector, Collection, Field]]:
    for system in inventory.systems.values():
        connector = connectors[system.key]
        if "search" not in connector.operations:
            continue
        for collection in system.collections.values():
            for field in collection.fields.values():
                if field.identity == kind:
                    yield connector, collection, field


def _match(field: Field, kind: str, value: str) -> Match:
    if field.stored_as is not None:
        ways: tuple[str, ...] = tuple(filter(None, [in_column(field, value)]))
    else:
        ways = forms("phone", value) if kind == "phone" else (value,)
    return Match((field.name,), tuple((way,) for way in ways), ignore_case=kind == "email")


def beside(
    inventory: Inventory, connectors: Mapping[str, Connector], known: tuple[str, str], kind: str
) -> tuple[str, ...]:
    """Identifiers of one kind that stand in the same rows as a known one: the address on record of an account.

    Raises ``SystemUnreachable``.
    """
    found: dict[str, None] = {}
    for connector, collection, field in _fields(inventory, connectors, known[0]):
        for other in collection.fields.values():
            if other.identity != kind:
                continue
            match = _match(field, *known)
            for row in connector.find(collection, [match], (other.name,), MOST_FORMS):
                if row[other.name]:
                    found[as_known(other, row[other.name])] = None
    return tuple(found)[:MOST_FORMS]
