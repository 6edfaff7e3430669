"""Whether what stands inside columns, in lists and documents, can be walked by the connector that holds it."""

from __future__ import annotations

from collections.abc import Iterator

from .inventory import Collection, Field, Inventory, System

Found = Iterator[tuple[str, str]]

_COLUMNS_ONLY = {
    "primary_key": "is a key",
    "match": "is matched",
    "changed_at": "has `changed_at`",
    "dispute": "holds notes of disputes",
}
"""What only a whole column can be."""


def check_nested(system: System, collection: Collection, inventory: Inventory) -> Found:
    """What is described inside columns and cannot be found, given or erased there."""
    for path, field in collection.parts():
        place = f"{collection.name}.{path}"
        if "." in field.name and field is not collection.fields.get(field.name):
            yield (
                f"{place} has a dot in its name, so nothing leads to it.",
                "Leave it to the field that holds it.",
            )
        if "." in path or field.is_document:
            yield from _columns_only(place, field, "." in path)
        names = [inner.name for inner in field.inner]
        for twice in sorted({name for name in names if names.count(name) > 1}):
            yield f"{place} describes {twice} twice.", "Keep one of them."
        if field.editable and _is_among_several(collection, path):
            yield (
                f"{place} may be corrected, but stands in a list, where it is not one value.",
                "Take `editable` away: such a correction is made by hand.",
            )
    yield from _references(collection, inventory)
    if system.connector == "http":
        yield from _not_called(system, collection)


def _references(collection: Collection, inventory: Inventory) -> Found:
    """References from which no value can be read, or none that finds a row by itself."""
    for path, field in collection.parts():
        if field.references and (field.inner or field.data_type.startswith("object")):
            yield (
                f"{collection.name}.{path} refers to another field, but is an object, which has no value to follow.",
                "Take `references` away, or give them to the part that holds the value.",
            )
    for path, reference in collection.references_inside():
        target = inventory.target_of(collection.system, reference)
        key = target.primary_key if target else ()
        if len(key) > 1 and reference.field in key:
            yield (
                f"{collection.name}.{path} refers to a part of a key, {reference.collection}.{reference.field}, but "
                "is inside a document, where nothing says which values belong together.",
                "Take `references` away, or keep all parts of that key in columns of their own.",
            )


def _not_called(system: System, collection: Collection) -> Found:
    identities = [(path, "is an identity", "identity") for _kind, path in collection.identities_inside()]
    references = [
        (path, "refers to another field", "references") for path, _ in collection.references_inside()
    ]
    for path, words, key in identities + references:
        if f"find_by_{path}" not in _calls(system, collection):
            yield (
                f"{collection.name}.{path} {words}, but {system.key} cannot be searched by it.",
                f"Describe its call `find_by_{path}`, or take `{key}` away and name this in a manual system.",
            )


def _columns_only(place: str, field: Field, nested: bool) -> Found:
    where = "inside a document" if nested else "a list or a document"
    for key, words in _COLUMNS_ONLY.items():
        if getattr(field, key):
            yield (
                f"{place} {words}, but is {where}, where no walk can follow it.",
                f"Take `{key}` away, or keep the value in a column of its own.",
            )


def _is_among_several(collection: Collection, path: str) -> bool:
    names = path.split(".")
    ways = (".".join(names[:count]) for count in range(1, len(names) + 1))
    return any(collection.part(way).is_list for way in ways)


def _calls(system: System, collection: Collection) -> frozenset[str]:
    described = system.http.collections if system.http else {}
    return frozenset(described.get(collection.name, {}))
