"""JSON, JSONB and arrays of PostgreSQL: how a value in them is looked up by a GIN index, and whether there is one.

A number or a code is looked up as it is, by an index on the column itself. An e-mail address is looked up
in small letters, by an index on the small letters of what stands at that path: the same expression, letter
for letter. Of an array no such index can be made, unless its elements ignore case by themselves (citext).
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Text,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    literal_column,
    select,
    types,
)
from sqlalchemy.dialects.postgresql import CITEXT, JSONB, JSONPATH

from . import sql_explain, sql_text
from .base import Match
from .sql_schema import Table
from .sql_values import as_kind

_BITS = {types.SmallInteger: 16, types.BigInteger: 64, types.Integer: 32}


def is_native(table: Table, path: str) -> bool:
    """Whether that column is one of PostgreSQL's own lists or documents."""
    name = path.partition(".")[0]
    return table.arrays and (table.kinds[name] == "json" or isinstance(table.c[name].type, ARRAY))


def condition(table: Table, match: Match, parameter: str) -> ColumnElement[bool]:
    """Rows in which some value there may be one of the parameter's."""
    name = match.fields[0].partition(".")[0]
    column = table.c[name]
    if isinstance(column.type, ARRAY):
        if _is_compared_whole(column.type, match):
            return column.op("&&", is_comparison=True)(bindparam(parameter, type_=column.type))
        value = func.lower(cast(func.unnest(column).column_valued("value"), Text))
        return exists(select(literal(1)).where(value == any_(bindparam(parameter, type_=ARRAY(Text)))))
    wanted: ColumnElement[Any] = cast(bindparam(parameter, type_=Text), JSONPATH)
    searched = literal_column(_expression(table, match), JSONB)
    return searched.op("@?", is_comparison=True)(wanted)


def sent(table: Table, match: Match, plain: list[str], lowered: list[str]) -> str | list[Any]:
    """The parameter; empty where nothing of it could stand there."""
    path = match.fields[0]
    kind = table.c[path.partition(".")[0]].type
    if isinstance(kind, ARRAY):
        return _elements(kind, plain) if _is_compared_whole(kind, match) else lowered
    if not (told := sql_text.compared(lowered if match.ignore_case else plain)):
        return ""
    return f"{'$[*]' if match.ignore_case else _way(path)} ? ({told})"


def is_served(connection: Connection, table: Table, match: Match) -> bool:
    """Whether an index leads to what stands at that path."""
    searched, some = condition(table, match, "value"), sent(table, match, ["7"], ["7"])
    if not match.ignore_case and not _is_array(table, match):
        # One of whole paths alone (jsonb_path_ops) would be read from end to end for a value at any depth,
        # and is not asked for a key; the one that serves is.
        searched = literal_column(_expression(table, match), JSONB).op("?", is_comparison=True)(
            bindparam("value", type_=Text)
        )
        some = "x"
    return bool(sql_explain.by_an_index(connection, table, searched, {"value": some}))


def index_for(collection: str, table: Table, match: Match) -> str:
    """The statement that makes the index; empty where none can be made."""
    kind = table.c[match.fields[0].partition(".")[0]].type
    if isinstance(kind, ARRAY):
        if not _is_compared_whole(kind, match):
            return ""
        return f"CREATE INDEX ON {collection} USING gin ({_quoted(match.fields[0])})"
    return f"CREATE INDEX ON {collection} USING gin ({_expression(table, match)})"


def _is_array(table: Table, match: Match) -> bool:
    return isinstance(table.c[match.fields[0].partition(".")[0]].type, ARRAY)


def _is_compared_whole(kind: ARRAY[Any], match: Match) -> bool:
    """Whether its elements are looked up as they stand, by type: an index on the array then serves."""
    element = kind.item_type
    if match.ignore_case:
        return isinstance(element, CITEXT)
    return isinstance(element, types.String | types.Integer | types.Uuid) and not isinstance(
        element, types.Enum
    )


def _elements(kind: ARRAY[Any], plain: list[str]) -> list[Any]:
    element = kind.item_type
    if isinstance(element, types.Integer):
        bits = next(size for of, size in _BITS.items() if isinstance(element, of))
        numbers = (
            int(one) for one in plain if one.removeprefix("-").isascii() and one.removeprefix("-").isdigit()
        )
        return [number for number in numbers if -(2 ** (bits - 1)) <= number < 2 ** (bits - 1)]
    if isinstance(element, types.Uuid):
        return [UUID(one) for one in plain if _is_uuid(one)]
    return plain


def _is_uuid(value: str) -> bool:
    try:
        as_kind(value, "uuid")
    except ValueError:
        return False
    return True


def _expression(table: Table, match: Match) -> str:
    """What is searched: the document, or the small letters of what stands at that path."""
    path = match.fields[0]
    name = path.partition(".")[0]
    column = _quoted(name)
    whole = column if isinstance(table.c[name].type, JSONB) else f"({column}::jsonb)"
    if not match.ignore_case:
        return whole
    way = _way(path).replace("'", "''")
    return f"(lower(jsonb_path_query_array({whole}, '{way}')::text)::jsonb)"


def _way(path: str) -> str:
    """To that path from the column. Lists may lie within lists, at any depth between the names."""
    _name, *below = path.split(".")
    return "$" + "".join(f".**.{json.dumps(part)}" for part in below) + ".**"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
