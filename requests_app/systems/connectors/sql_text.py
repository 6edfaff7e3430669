"""JSON kept in columns of plain text: how a value in it is looked up by an index, and whether there is one.

What is looked up is the same expression, letter for letter, that the index is made on. It reads
text that is no JSON as a mark of its own, so that such rows are found along with those looked
for: nobody knows whom they are about. A blank text says nothing.
"""

from __future__ import annotations

import json
import re
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, bindparam, cast, literal_column
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH

from requests_app.register.inventory import Collection

from . import sql_explain
from .sql_schema import Table

MARK = "\0"
"""What text that is no JSON reads as on SQLite: no value that is looked for can contain it."""
_ORDINARY = re.compile(r"[\w -]+")
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,40})(\.\d{1,40})?", re.ASCII)
_POSTGRESQL = (
    "(CASE WHEN {text} IS NOT JSON WITH UNIQUE KEYS THEN '{{\"unreadable\": true}}'::jsonb"
    " ELSE lower(jsonb_path_query_array({text}::jsonb, '{way}')::text)::jsonb END)"
)
_SQLITE = (
    "(CASE WHEN coalesce(trim({column}, char(32, 9, 10, 13)), '') = '' THEN NULL"
    " WHEN json_valid({column}) THEN lower(CAST(json_extract({column}, '{way}') AS TEXT)) ELSE char(0) END)"
)


def is_kept_as_text(table: Table, path: str) -> bool:
    """Whether that column of PostgreSQL or SQLite is text that holds JSON; SQLite has no other."""
    return table.dialect == "sqlite" or (table.arrays and table.kinds[path.partition(".")[0]] == "text")


def has_index(collection: Collection, table: Table, path: str) -> bool:
    """Whether an index can be made on what stands at that path."""
    return bool(_expression(collection, table, path))


def index_for(collection: Collection, table: Table, path: str) -> str:
    """The statement that makes the index."""
    expression = _expression(collection, table, path)
    if table.arrays:
        return f"CREATE INDEX ON {collection.name} USING gin ({expression})"
    name = f"ix_{collection.name}_{path}".replace(".", "_")
    return f"CREATE INDEX {name} ON {collection.name} ({expression})"


def condition(collection: Collection, table: Table, path: str, parameter: str) -> ColumnElement[bool]:
    """Rows in which a value there may be one of the parameter's, and rows that cannot be read."""
    expression = _expression(collection, table, path)
    if table.arrays:
        wanted: ColumnElement[Any] = cast(bindparam(parameter, type_=Text), JSONPATH)
        return literal_column(expression, JSONB).op("@?", is_comparison=True)(wanted)
    return literal_column(expression, Text).in_(bindparam(parameter, expanding=True))


def sent(table: Table, lowered: list[str]) -> str | list[str]:
    """The parameter: values in lower case as text, also where they may stand as numbers."""
    if not table.arrays:
        return [*lowered, MARK]
    return f"$[*] ? ({' || '.join(filter(None, (compared(lowered), '@.unreadable == true')))})"


def compared(texts: list[str]) -> str:
    """As PostgreSQL asks in a path whether a value is one of these, as text or as a number."""
    told = [json.dumps(text) for text in texts] + [text for text in texts if _NUMBER.fullmatch(text)]
    return " || ".join(f"@ == {one}" for one in told)


def is_served(connection: Connection, collection: Collection, table: Table, path: str) -> bool:
    """Whether an index leads to what stands at that path; asked of the database anew each time."""
    if not has_index(collection, table, path):
        return False
    some = {"value": sent(table, ["x"])}
    searched = condition(collection, table, path, "value")
    return bool(sql_explain.by_an_index(connection, table, searched, some))


def _expression(collection: Collection, table: Table, path: str) -> str:
    """Of the value there, in lower case; empty where no index can be made on it."""
    name, *below = path.split(".")
    ways = (".".join([name, *below[:count]]) for count in range(len(below) + 1))
    column = '"' + name.replace('"', '""') + '"'
    if not all(_ORDINARY.fullmatch(part) for part in below):
        return ""
    if table.arrays:
        # Lists may lie within lists, at any depth between the names.
        way = "$" + "".join(f'.**."{part}"' for part in below) + ".**"
        return _POSTGRESQL.format(text=f"NULLIF(BTRIM({column}, E' \\t\\n\\r'), '')", way=way)
    if any(collection.part(one).is_list for one in ways):
        return ""
    return _SQLITE.format(column=column, way="$" + "".join(f'."{part}"' for part in below))
