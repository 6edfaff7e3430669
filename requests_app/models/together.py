"""Rows of several tables in one statement: for a page that shows a little of each of many kinds."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BinaryField, Field, Model, QuerySet
from django.db.models.functions import JSONObject

_PREFIX = "rows_"


def read(beside: QuerySet, kinds: dict[str, QuerySet]) -> dict[str, list[Any]]:
    """The rows of each kind, in its own order, as its query would give them one by one.

    ``beside`` gives the one row at which they are read. What a query defers stays deferred, what it joins
    by ``select_related`` is there; one that was asked for ``values`` gives these.
    """
    columns = {_PREFIX + name: ArraySubquery(_as_json(rows)) for name, rows in kinds.items()}
    found = beside.values(**columns).get()
    return {
        name: [
            _values(rows, row) if rows._fields else _build(rows.model, row, _joined(rows))
            for row in found[_PREFIX + name] or ()
        ]
        for name, rows in kinds.items()
    }


def _as_json(rows: QuerySet) -> QuerySet:
    if rows._fields:
        return rows.values(_row=JSONObject(**{name: name for name in rows._fields}))
    names, defers = rows.query.deferred_loading
    read = [
        field
        for field in rows.model._meta.concrete_fields
        if not names or field.primary_key or (field.name in names) is not defers
    ]
    return rows.values(_row=_json(read, _joined(rows)))


def _joined(rows: QuerySet) -> dict[str, Any]:
    return rows.query.select_related or {}


def _json(fields: list[Field], joined: dict[str, Any], path: str = "") -> JSONObject:
    inner = {field.name: field for field in fields if field.name in joined}
    return JSONObject(
        **{field.attname: path + field.attname for field in fields},
        **{
            f"{name}.": _json(
                list(field.related_model._meta.concrete_fields), joined[name], f"{path}{name}__"
            )
            for name, field in inner.items()
        },
    )


def _values(rows: QuerySet, row: dict[str, Any]) -> dict[str, Any]:
    computed = rows.query.annotations
    fields = {
        name: computed[name].output_field if name in computed else rows.model._meta.get_field(name)
        for name in row
    }
    return {name: _value(fields[name], value) for name, value in row.items()}


def _build(model: type[Model], row: dict[str, Any], joined: dict[str, Any]) -> Any:
    known = [field for field in model._meta.concrete_fields if field.attname in row]
    built = model.from_db(
        None, [field.attname for field in known], [_value(f, row[f.attname]) for f in known]
    )
    for name, further in joined.items():
        field = model._meta.get_field(name)
        there = row[field.attname] is not None
        setattr(built, name, _build(field.related_model, row[f"{name}."], further) if there else None)
    return built


def _value(field: Field, value: Any) -> Any:
    """As its column would give it: moments, numbers of keys and bytes are text in JSON."""
    if isinstance(field, BinaryField) and value is not None:
        return bytes.fromhex(value.removeprefix("\\x"))
    return field.to_python(value)
