"""Does any system hold this identifier, and exactly how is it written there?"""

from __future__ import annotations

from collections.abc import Mapping

from requests_app.register.inventory import Inventory

from .connectors.base import Connector, Match

MOST_FORMS = 3


def lookup(
    inventory: Inventory, connectors: Mapping[str, Connector], kind: str, value: str
) -> tuple[str, ...]:
    """The forms in which the identity fields of that kind hold the value: ``()`` when none does.

    Raises ``SystemUnreachable`` rather than call an address unknown because nobody answered.
    """
    forms: dict[str, None] = {}
    for system in inventory.systems.values():
        connector = connectors[system.key]
        if "search" not in connector.operations:
            continue
        for collection in system.collections.values():
            for field in collection.fields.values():
                if field.identity != kind:
                    continue
                match = Match((field.name,), ((value,),), ignore_case=kind == "email")
                for row in connector.find(collection, [match], (field.name,), MOST_FORMS):
                    if row[field.name]:
                        forms[str(row[field.name])] = None
    return tuple(forms)[:MOST_FORMS]


def beside(
    inventory: Inventory, connectors: Mapping[str, Connector], known: tuple[str, str], kind: str
) -> tuple[str, ...]:
    """Identifiers of one kind that stand in the same rows as a known one: the address on record of an account.

    Raises ``SystemUnreachable``.
    """
    forms: dict[str, None] = {}
    for collection in inventory.collections():
        connector = connectors[collection.system]
        by_kind = {field.identity: field.name for field in collection.fields.values() if field.identity}
        if "search" not in connector.operations or not {known[0], kind} <= by_kind.keys():
            continue
        match = Match((by_kind[known[0]],), ((known[1],),), ignore_case=known[0] == "email")
        for row in connector.find(collection, [match], (by_kind[kind],), MOST_FORMS):
            if row[by_kind[kind]]:
                forms[str(row[by_kind[kind]])] = None
    return tuple(forms)[:MOST_FORMS]
