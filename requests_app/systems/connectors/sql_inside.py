"""Looking into lists and documents of a relational database: what it narrows down, and what decides afterwards."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    String,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH

from requests_app.register.inventory import Collection

from ..documents import values_to_match
from . import sql_text
from .base import Match, Row
from .sql_schema import Table
from .sql_terms import LIMIT
from .sql_values import as_kind, lower_forms

VALUES = "portal_inside"


def can_look_into(table: Table, path: str) -> bool:
    """PostgreSQL into json, jsonb, arrays and text, SQLite into any column of JSON text; MariaDB not."""
    name = path.partition(".")[0]
    if table.arrays:
        return table.kinds[name] in ("json", "text") or isinstance(table.c[name].type, ARRAY)
    return table.dialect == "sqlite"


def search(collection: Collection, table: Table, columns: Sequence[str], match: Match) -> Select[Any]:
    """Rows in which some value there may be one of the parameter's: never fewer than there are."""
    path = match.fields[0]
    if _is_looked_up(collection, table, path):
        found = sql_text.condition(collection, table, path, VALUES)
    else:
        found = _postgresql(table, match) if table.arrays else _sqlite(table, match)
    return select(*(table.c[name] for name in columns)).where(found).limit(bindparam(LIMIT))


def texts(collection: Collection, table: Table, match: Match) -> str | list[str]:
    """The values to send, as text."""
    plain = [str(value) for (value,) in match.values if _is_storable(value)]
    lowered = sorted({form for text in plain for form in lower_forms(text)})
    if _is_looked_up(collection, table, match.fields[0]):
        return sql_text.sent(table, lowered)
    return lowered if match.ignore_case else plain


def _is_storable(value: Any) -> bool:
    try:
        as_kind(str(value), "text")
    except ValueError:
        return False
    return True


def _is_looked_up(collection: Collection, table: Table, path: str) -> bool:
    """Whether it is text on which an index can be made: then by that index or not at all."""
    return sql_text.is_kept_as_text(table, path) and sql_text.has_index(collection, table, path)


def fits(collection: Collection, row: Row, match: Match) -> bool:
    """Whether a value at exactly that path is one of the match's; one that cannot be read is refused."""
    held = {str(value) for value in values_to_match(collection.system, collection, row, match.fields[0])}
    wanted = {str(value) for (value,) in match.values}
    if match.ignore_case:
        return bool({text.lower() for text in held} & {text.lower() for text in wanted})
    return bool(held & wanted)


def _postgresql(table: Table, match: Match) -> ColumnElement[bool]:
    name, *below = match.fields[0].split(".")
    column = table.c[name]
    if isinstance(column.type, ARRAY):
        value = func.unnest(column).column_valued("value")
        text: ColumnElement[Any] = cast(value, Text)
    else:
        # Lists may lie within lists, at any depth between the names.
        way = "$" + "".join(f".**.{json.dumps(part)}" for part in below) + ".**"
        inside = func.jsonb_path_query(cast(column, JSONB), cast(literal(way, String), JSONPATH))
        value = inside.column_valued("value")
        text = value.op("#>>")(cast(literal("{}", String), ARRAY(Text)))
    if match.ignore_case:
        text = func.lower(text)
    return exists(select(literal(1)).where(text == any_(bindparam(VALUES, type_=ARRAY(Text)))))


def _sqlite(table: Table, match: Match) -> ColumnElement[bool]:
    column = type_coerce(table.c[match.fields[0].partition(".")[0]], String)
    readable = case((func.json_valid(column) == 1, column), else_=literal("null", String))
    tree = func.json_tree(readable).table_valued("atom", name="tree")
    text: ColumnElement[Any] = cast(tree.c.atom, Text)
    if match.ignore_case:
        text = func.lower(text)
    found = exists(select(1).select_from(tree).where(text.in_(bindparam(VALUES, expanding=True))))
    # Text that is no JSON may be about anybody; a blank one is about nobody.
    unread = and_(func.json_valid(column) == 0, func.trim(column, " \t\n\r") != "")
    return or_(found, unread)
