"""Compare facts a requester told us with what the systems hold, without ever saying which of them fitted.

A fact counts once for each collection it comes from: the order number and the
invoice number stand on one paper, so together they prove no more than one.
Facts that fit two people prove nothing. Every fact is looked up before any is
judged, whoever is asking.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from requests_app.register.inventory import Collection, Field, Inventory, MatchKind, System

from .connectors.base import CONTACT_KINDS, Connector, Identifier, Match, Row
from .stored import as_known, in_column
from .walk import find

LOCATING: frozenset[MatchKind] = frozenset({"email", "phone", "number"})
"""Kinds of fact that few people share, so that a record can be looked for by them."""
MOST_OWNERS = 3
MOST_ROWS = 400
DEEPEST = 4
COUNTRY_CODES = ("1", "86")
Told = Mapping[str, str]
"""Facts by path, ``orders.order_no``."""


@dataclass(frozen=True)
class Matched:
    """How many facts fitted one person, and by what that person is known in the systems."""

    count: int = 0
    identifiers: tuple[Identifier, ...] = field(default=(), repr=False)

    def on_record(self, kind: str) -> tuple[str, ...]:
        """Addresses or numbers of that kind, as the systems write them."""
        return tuple(i.value for i in self.identifiers if i.kind == kind)


def match_points(
    inventory: Inventory,
    connectors: Mapping[str, Connector],
    told: Told,
    *,
    known: Iterable[Identifier] = (),
    wanted: int,
) -> Matched:
    """The one person whom at least ``wanted`` facts fit, or nobody at all.

    ``known`` are identifiers already proved; then only that person is compared.
    Raises ``SystemFailure`` rather than call a fact wrong because nobody answered.
    """
    places = {f"{c.name}.{f.name}": (c, f) for c, f in inventory.matchable()}
    facts = {path: told[path] for path in places if told.get(path, "").strip()}
    known = tuple(known)
    owners = [known] if known else [(one,) for one in _owners(inventory, connectors, places, facts)]
    fitting = []
    for owner in owners[:MOST_OWNERS]:
        count, identifiers = _compare(inventory, connectors, places, facts, owner)
        if count >= wanted:
            fitting.append(Matched(count, identifiers))
    return fitting[0] if len(fitting) == 1 and len(owners) <= MOST_OWNERS else Matched()


def same(kind: MatchKind, told: str, held: Any) -> bool:
    """Whether two ways of writing mean the same thing."""
    one, other = _plain(kind, told), _plain(kind, held)
    if kind == "phone":
        return len(one) >= 7 and bool(set(_phones(one)) & set(_phones(other)))
    if kind == "postal_code" and len(one) == 9 and len(other) == 5 and one.isdigit():
        one = one[:5]
    return bool(one) and one == other


def forms(kind: MatchKind, told: str) -> tuple[str, ...]:
    """The ways in which a system may have written it down; a few, for a search by equality."""
    exact = unicodedata.normalize("NFKC", told).strip()
    plain = _plain(kind, told)
    if kind == "phone":
        found = [exact, *_phones(plain), *(f"+{one}" for one in _phones(plain))]
    elif kind == "number":
        found = [exact, exact.upper(), plain]
        if parts := re.fullmatch(r"([A-Z]+)(\d+)", plain):
            found.append("-".join(parts.groups()))
    else:
        found = [exact]
    return tuple(dict.fromkeys(one for one in found if one))


def _in_forms(field: Field, told: str) -> tuple[str, ...]:
    """The same for one column, which may say in which form it holds numbers."""
    ways = forms(field.match or "text", told)
    declared = (in_column(field, way) for way in ways) if field.stored_as is not None else ()
    return tuple(dict.fromkeys([*ways, *filter(None, declared)]))


def _owners(
    inventory: Inventory,
    connectors: Mapping[str, Connector],
    places: Mapping[str, tuple[Collection, Field]],
    facts: Told,
) -> list[Identifier]:
    """Numbers issued to the people whose rows hold one of the facts."""
    found: dict[Identifier, None] = {}
    for path, value in facts.items():
        collection, wanted = places[path]
        connector = connectors[collection.system]
        if wanted.match not in LOCATING or "search" not in connector.operations:
            continue
        system = inventory.systems[collection.system]
        values = tuple((form,) for form in _in_forms(wanted, value))
        match = Match((wanted.name,), values, ignore_case=wanted.match == "email")
        for row in connector.find(collection, [match], _leading(collection), MOST_OWNERS + 1):
            for owner in _owner(system, connector, collection, row, DEEPEST):
                found[owner] = None
    return list(found)


def _owner(
    system: System, connector: Connector, collection: Collection, row: Row, deeper: int
) -> Iterator[Identifier]:
    """The number of the person a row belongs to, up along its references."""
    issued = [f for f in collection.fields.values() if f.identity and f.identity not in CONTACT_KINDS]
    own = [Identifier(f.identity or "", str(row[f.name])) for f in issued if row.get(f.name) is not None]
    if own or not deeper:
        yield from own
        return
    for held in collection.fields.values():
        # What stands in a list may name several people, and so proves nothing of one.
        for reference in held.links:
            if reference.direction == "to" or row.get(held.name) is None:
                continue
            target = system.collections[reference.collection]
            match = Match((reference.field,), ((row[held.name],),))
            for above in connector.find(target, [match], _leading(target), 2):
                yield from _owner(system, connector, target, above, deeper - 1)


def _leading(collection: Collection) -> tuple[str, ...]:
    return tuple(f.name for f in collection.fields.values() if f.primary_key or f.identity or f.links)


def _compare(
    inventory: Inventory,
    connectors: Mapping[str, Connector],
    places: Mapping[str, tuple[Collection, Field]],
    facts: Told,
    owner: tuple[Identifier, ...],
) -> tuple[int, tuple[Identifier, ...]]:
    """In how many collections of this person a fact fits, and every address of theirs on record."""
    walked = find(inventory.systems.values(), connectors, owner, for_erasing=False)
    identifiers = dict.fromkeys(owner)
    fitted: set[tuple[str, str]] = set()
    for (system, name), rows in walked.rows.items():
        collection = inventory.systems[system].collections[name]
        asked = {f.name: (f, facts[p]) for p, (c, f) in places.items() if c is collection and p in facts}
        registers = any(f.identity and f.identity not in CONTACT_KINDS for f in collection.fields.values())
        contacts = [f for f in collection.fields.values() if f.identity in CONTACT_KINDS and registers]
        columns = tuple(dict.fromkeys([*asked, *(f.name for f in contacts)]))
        if not columns:
            continue
        for row in connectors[system].read(collection, rows.keys[:MOST_ROWS], columns):
            for held, value in asked.values():
                if (
                    held.match is not None
                    and row[held.name] is not None
                    and same(held.match, value, row[held.name])
                ):
                    fitted.add((system, name))
            for contact in contacts:
                if row[contact.name]:
                    identifiers[Identifier(contact.identity or "", as_known(contact, row[contact.name]))] = (
                        None
                    )
    for connector in connectors.values():
        connector.release()
    return len(fitted), tuple(identifiers)


def _plain(kind: MatchKind, value: Any) -> str:
    if kind == "date":
        return _day(value)
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if kind == "email":
        return text.casefold()
    if kind == "phone":
        return "".join(sign for sign in text if sign.isdigit()).removeprefix("00")
    return "".join(sign for sign in text.upper() if sign.isalnum())


def _phones(digits: str) -> tuple[str, ...]:
    """The digits with and without a country code, as people leave it out."""
    bare = [
        digits.removeprefix(code) for code in COUNTRY_CODES if digits.startswith(code) and len(digits) > 10
    ]
    with_code = [code + one for one in (digits, *bare) if len(one) in (10, 11) for code in COUNTRY_CODES]
    return tuple(dict.fromkeys((digits, *bare, *with_code)))


def _day(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", str(value)))
    with suppress(ValueError):
        return date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}").isoformat()
    return ""
