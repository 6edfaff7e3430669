"""Looking into lists and documents of a relational database: what it narrows down, and what decides afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    Text,
    and_,
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

from requests_app.register.inventory import Collection

from ..documents import values_to_match
from . import sql_native, sql_text
from .base import Match, Row
from .sql_indexes import Lookups, is_large, is_larger
from .sql_schema import Table
from .sql_terms import LIMIT
from .sql_values import as_kind, lower_forms

VALUES = "portal_inside"
SMALL = 10_000
"""Rows up to which a table is read to look into lists where the database can make no index on them."""


def can_look_into(table: Table, path: str) -> bool:
    """PostgreSQL into json, jsonb, arrays and text, SQLite into any column of JSON text; MariaDB not."""
    return sql_native.is_native(table, path) or sql_text.is_kept_as_text(table, path)


def lacks(
    connection: Connection, lookups: Lookups, collection: Collection, table: Table, match: Match
) -> str:
    """What there is no index on, so that the table would have to be read whole; empty if there is no such need.

    JSON in text goes by an index or not at all, since a row that cannot be read is refused; where none can be
    made, and in PostgreSQL's own lists and documents, the table may be read if it is small.
    """
    path = match.fields[0]
    if sql_native.is_native(table, path):
        able = lookups.is_known(collection.name, match)
        if not able:
            able = sql_native.is_served(connection, table, match) or not is_large(connection, table.clause)
            if able:
                lookups.note(collection.name, match)
    elif sql_text.has_index(collection, table, path):
        able = sql_text.is_served(connection, collection, table, path)
    else:
        able = not table.arrays and not is_larger(connection, table.clause, SMALL)
    return "" if able else f"{collection.name}.{path}"


def search(collection: Collection, table: Table, columns: Sequence[str], match: Match) -> Select[Any]:
    """Rows in which some value there may be one of the parameter's: never fewer than there are."""
    path = match.fields[0]
    if sql_native.is_native(table, path):
        found = sql_native.condition(table, match, VALUES)
    elif sql_text.has_index(collection, table, path):
        found = sql_text.condition(collection, table, path, VALUES)
    else:
        found = _sqlite(table, match)
    return select(*(table.c[name] for name in columns)).where(found).limit(bindparam(LIMIT))


def texts(collection: Collection, table: Table, match: Match) -> str | list[Any]:
    """The values to send; empty where nothing there could be one of them."""
    plain = [str(value) for (value,) in match.values if _is_storable(value)]
    lowered = sorted({form for text in plain for form in lower_forms(text)})
    if sql_native.is_native(table, match.fields[0]):
        return sql_native.sent(table, match, plain, lowered)
    if sql_text.has_index(collection, table, match.fields[0]):
        return sql_text.sent(table, lowered)
    return lowered if match.ignore_case else plain


def _is_storable(value: Any) -> bool:
    try:
        as_kind(str(value), "text")
    except ValueError:
        return False
    return True


def fits(collection: Collection, row: Row, match: Match) -> bool:
    """Whether a value at exactly that path is one of the match's; one that cannot be read is refused."""
    held = {str(value) for value in values_to_match(collection.system, collection, row, match.fields[0])}
    wanted = {str(value) for (value,) in match.values}
    if match.ignore_case:
        return bool({text.lower() for text in held} & {text.lower() for text in wanted})
    return bool(held & wanted)


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
