"""Whether an inventory says enough, and nothing contradictory, about every column of every collection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fideslang.default_taxonomy import DEFAULT_TAXONOMY

from .check_holdings import check_holdings
from .check_nested import check_nested
from .check_order import check_order
from .check_own import check_own
from .check_reach import check_reach, check_references
from .check_stored import check_stored
from .check_system import check_system
from .inventory import (
    CLOSING,
    LIFTS,
    RESTRICTS,
    SETTING_OPERATIONS,
    Collection,
    Inventory,
    System,
    Wording,
)

IDENTITIES = frozenset({"email", "phone", "customer_id"})
NEVER_DISCLOSED = frozenset(
    {
        "social_security",
        "government_id",
        "bank_account",
        "insurance_id",
        "password",
        "security_answer",
        "biometric",
    }
)
"""Kinds of data that 11 CCR 7024(d) forbids to disclose; a letter names the kind instead."""

NO_PROOF = (
    "user.name", "user.unique_id", "user.financial", "user.payment", "user.government_id",
    "user.authorization", "user.biometric", "user.demographic",
)  # fmt: skip
"""Categories no fact may be matched by: anybody can know them, or asking for them is itself a risk (11 CCR 7060(c)(2))."""

_CATEGORIES = frozenset(category.fides_key for category in DEFAULT_TAXONOMY.data_category)
Found = Iterator[tuple[str, str]]


def check_inventory(inventory: Inventory, languages: Sequence[str]) -> Found:
    """What is wrong and what to do about it, in file order."""
    yield from check_reach(inventory)
    yield from check_order(inventory)
    for system in inventory.systems.values():
        yield from check_system(system)
        yield from check_references(system, inventory)
        for collection in system.collections.values():
            yield from _fields(collection)
            yield from check_nested(system, collection, inventory)
            yield from check_stored(system, collection)
            yield from _redacted(collection)
            yield from _proof(collection)
            yield from check_own(collection, system)
            yield from _lasting(collection, inventory)
            yield from check_holdings(collection, system)
        yield from _settings(system)
        yield from _words(system, languages)


def _lasting(collection: Collection, inventory: Inventory) -> Found:
    """An address that is a key stays as long as its row, and a row stays while another refers to it."""
    named = {collection.name, f"{collection.system}.{collection.name}"}
    referred_to = any(
        reference.collection in named
        for other in inventory.collections()
        for field in other.fields.values()
        for reference in field.links
    )
    for name in collection.primary_key:
        if collection.fields[name].identity not in {"email", "phone"}:
            continue
        if referred_to or any(h.erase != "delete" for h in collection.holdings if name in h.fields):
            yield (
                f"{collection.name}.{name} is the key and an address: it stays when its row has to, and counts as kept.",
                "Key the rows by a number, or delete them whole and let no other collection refer to them.",
            )


def _fields(collection: Collection) -> Found:
    if not collection.primary_key:
        yield (
            f"{collection.name} has no primary key.",
            "Mark its key with `primary_key: true`; rows are erased and counted by it.",
        )
    for way, field in collection.parts():
        path = f"{collection.name}.{way}"
        if not field.category:
            if field.inner:
                continue  # what stands in it has one
            yield f"{path} has no data category.", "Add `data_categories` with one fideslang category."
        elif field.category not in _CATEGORIES:
            yield f"{path} has the unknown data category {field.category}.", "Use one of fideslang's."
        if (identity := field.identity or field.holds) is not None and identity not in IDENTITIES:
            yield (
                f"{path} has the unknown identity {identity}.",
                f"Use {', '.join(sorted(IDENTITIES))}.",
            )
        if field.never_disclose is not None and field.never_disclose not in NEVER_DISCLOSED:
            yield (
                f"{path} has the unknown never_disclose kind {field.never_disclose}.",
                f"Use {', '.join(sorted(NEVER_DISCLOSED))}.",
            )


def _redacted(collection: Collection) -> Found:
    """Passages can be left out of text that is given, and of nothing else."""
    for way, field in collection.parts():
        text = field.data_type in ("string", "string[]") and not field.inner
        linked = field.primary_key or field.references or field.identity or field.holds
        if field.redact and (not text or linked or field.never_disclose):
            yield (
                f"{collection.name}.{way} is to be redacted, but is no free text that is given.",
                "Take `redact` away: keys, addresses and what is never disclosed have rules of their own.",
            )


def _proof(collection: Collection) -> Found:
    """What may be compared with what a requester tells us, and when an address says it changed."""
    for field in collection.fields.values():
        path = f"{collection.name}.{field.name}"
        if field.match is not None and (field.category.startswith(NO_PROOF) or field.never_disclose):
            yield (
                f"{path} may not be matched: {field.category} proves nothing or must not be asked for.",
                "Take `match` away.",
            )
        if field.changed_at is None:
            continue
        if field.identity not in ("email", "phone"):
            yield f"{path} has `changed_at` but is no address.", "Only an `email` or `phone` changes hands."
        when = collection.fields.get(field.changed_at)
        if when is None or when.data_type not in ("date", "datetime"):
            yield (
                f"{path} names {field.changed_at}, which is no date column of {collection.name}.",
                "Name the column that says when it changed, and give it `type: datetime`.",
            )


def _settings(system: System) -> Found:
    for condition in system.conditions:
        if condition.where.column not in system.collections[condition.collection].fields:
            yield (
                f"The condition {condition.key} asks for {condition.where.column}, "
                f"which {condition.collection} lacks.",
                "Correct its `where.column`.",
            )
    for key in system.parts:
        if key.count(".") != 1 or not system.settings_for(key) or not system.settings_for(key.split(".")[0]):
            yield (
                f"The part {key} sets nothing, or is a part of nothing.",
                "List under `settings` what it sets, and what the whole sets, as `operation` and `operation.part`.",
            )
    for setting in system.settings:
        collection = system.collections[setting.collection]
        place = f"The setting for {setting.operation} in {setting.collection}"
        whole, dot, _part = setting.operation.partition(".")
        if dot and setting.operation not in system.parts:
            yield f"{place} is a part that nobody can ask for.", "Give it a title under `parts`."
        if whole == RESTRICTS and not system.settings_for(LIFTS):
            yield (
                f"{place} could never be lifted again.",
                f"List under `settings` what sets it back, as `{LIFTS}`.",
            )
        if whole == LIFTS and not system.settings_for(RESTRICTS):
            yield (
                f"{place} would lift what nothing sets.",
                f"List under `settings` what it lifts, as `{RESTRICTS}`, or take it away.",
            )
        if whole not in SETTING_OPERATIONS | {CLOSING, LIFTS}:
            yield (
                f"{place} belongs to no operation that sets anything.",
                f"Use {', '.join(sorted(SETTING_OPERATIONS | {CLOSING, LIFTS}))}.",
            )
        for name in setting.values:
            field = collection.fields.get(name)
            if field is None:
                yield f"{place} names {name}, which {setting.collection} lacks.", "Correct its `set`."
            elif field.primary_key or field.references or field.identity:
                yield f"{place} would change the key {name}.", "Set columns that say how data is used."
        if setting.unlists and setting.listed_by is None:
            yield f"{place} takes people out of a list, but of none.", "Say by what they are `listed_by`."
        if setting.listed_by is not None and not any(
            field.identity == setting.listed_by for field in collection.fields.values()
        ):
            yield (
                f"{place} lists people by {setting.listed_by}, which no field of it holds.",
                "Give that field its `identity`.",
            )
        # One way in is enough: what undoes it takes the entry out again.
        lasting = setting.listed_by is not None and not setting.unlists
        for holding in collection.holdings if lasting else ():
            if holding.erase != "keep":
                yield (
                    f"{place} enters people in a list, but {holding.key} goes with a deletion.",
                    "Erase it by `keep`, with the retention that says why: it is to outlast the rest.",
                )


def _words(system: System, languages: Sequence[str]) -> Found:
    wordings: list[tuple[str, Wording]] = [(system.key, system.title)]
    wordings += [(f"the category {key}", words) for key, words in system.categories.items()]
    wordings += [(f"the condition {c.key}", c.title) for c in system.conditions]
    wordings += [(f"a setting for {s.operation} in {s.collection}", s.title) for s in system.settings]
    wordings += [(f"the part {key}", part.title) for key, part in system.parts.items()]
    for collection in system.collections.values():
        wordings.append((collection.name, collection.title))
        wordings += [(f"{collection.name}.{path}", f.title) for path, f in collection.parts()]
        for holding in collection.holdings:
            wordings += [
                (f"{part} of {holding.key}", words)
                for part, words in (
                    ("title", holding.title),
                    ("source", holding.source),
                    ("purpose", holding.purpose),
                    ("recipients", holding.recipients),
                )
            ]
            if holding.retention is not None:
                wordings.append((f"retention of {holding.key}", holding.retention.words))
    for place, words in wordings:
        missing = [language for language in dict.fromkeys((*languages, "en")) if not words.get(language)]
        if missing:
            yield f"{place} has no words in {', '.join(missing)}.", "Add them."
