"""Whether every column of every row lies in exactly one holding, which can be erased and kept as it says."""

from __future__ import annotations

from collections.abc import Iterator

from .inventory import Collection, Holding, RowCondition, System

_OPPOSITE = {
    "younger_than_months": "older_than_months",
    "older_than_months": "younger_than_months",
    "equals": "not_equals",
    "not_equals": "equals",
}

Found = Iterator[tuple[str, str]]


def check_holdings(collection: Collection, system: System) -> Found:
    """What is wrong with the holdings of a collection, and what to do about it."""
    yield from _cover(collection)
    for holding in collection.holdings:
        yield from _holding(holding, collection, system)


def _cover(collection: Collection) -> Found:
    """Every column in exactly one holding, for every row."""
    for name in collection.fields:
        covering = [h for h in collection.holdings if name in h.fields]
        path = f"{collection.name}.{name}"
        keys = ", ".join(h.key for h in covering)
        if not covering:
            yield f"{path} is in no holding.", "Add it to one, so that somebody decides about it."
        elif len(covering) == 1:
            if covering[0].where is not None:
                yield (
                    f"{path} is only in {keys}, which covers some rows.",
                    "Add a holding with the opposite `where` for the other rows.",
                )
        elif len(covering) > 2 or not _divide(covering[0].where, covering[1].where):
            yield (
                f"{path} is in overlapping holdings: {keys}.",
                "Divide the rows by opposite `where` conditions, or the columns by `fields`.",
            )


def _divide(one: RowCondition | None, other: RowCondition | None) -> bool:
    return (
        one is not None
        and other is not None
        and (one.column, one.value, _OPPOSITE[one.operator]) == (other.column, other.value, other.operator)
    )


def _holding(holding: Holding, collection: Collection, system: System) -> Found:
    for name in holding.fields:
        if name not in collection.fields:
            yield f"{holding.key} names {name}, which {collection.name} lacks.", "Correct its `fields`."
    if holding.where is not None and holding.where.column not in collection.fields:
        yield (
            f"{holding.key} divides rows by {holding.where.column}, which {collection.name} lacks.",
            "Correct `where.column`.",
        )
    if system.categories and holding.category not in system.categories:
        yield (
            f"{holding.key} has the statutory category {holding.category}, which has no name.",
            "Add it to `categories`.",
        )
    yield from _erasure(holding, collection)
    yield from _retention(holding, collection)


def _erasure(holding: Holding, collection: Collection) -> Found:
    if holding.erase == "delete" and set(holding.fields) != set(collection.fields):
        yield (
            f"{holding.key} deletes whole rows but covers only some columns.",
            "Cover all columns, or erase these by `null` or `mask`.",
        )
    if holding.erase in {"null", "mask"}:
        for name in holding.fields:
            field = collection.fields.get(name)
            if field is not None and (field.primary_key or field.links) and field.erase != "keep":
                yield (
                    f"{holding.key} would overwrite the key {collection.name}.{name}.",
                    "Give that field `erase: keep`.",
                )


def _retention(holding: Holding, collection: Collection) -> Found:
    kept = holding.retention
    if kept is None:
        return
    if not kept.citation.strip():
        yield (
            f"{holding.key} is kept without a citation.",
            "Cite the law, or write that counsel will name it and leave `confirmed: false`.",
        )
    if kept.months < 1:
        yield f"{holding.key} is kept for {kept.months} months.", "Give the months the law says."
    if kept.counted_from not in collection.fields:
        yield (
            f"{holding.key} counts from {kept.counted_from}, which {collection.name} lacks.",
            "Name the column whose date starts the period.",
        )
    where = holding.where
    if (
        where is not None
        and where.operator.endswith("_months")
        and (where.operator, where.value, where.column)
        != ("younger_than_months", kept.months, kept.counted_from)
    ):
        yield (
            f"{holding.key} is kept {kept.months} months from {kept.counted_from}, but covers other rows.",
            "Make `where` and `retention` the same period.",
        )
