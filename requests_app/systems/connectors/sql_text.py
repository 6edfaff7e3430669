"""JSON kept in columns of plain text: how a value in it is looked up by an index, and whether there is one.

What is looked up is the same expression, letter for letter, that the index is made on. It reads
text that is no JSON as a mark of its own, so that such rows are found along with those looked
for: nobody knows whom they are about. A blank text says nothing.
"""

from __future__ import annotations

import json
import re
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, bindparam, cast, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ClauseElement, Executable

from requests_app.register.inventory import Collection

from .sql_schema import Table

SMALL = 10_000
"""Rows up to which a table is read to look into lists where the database can make no index on them."""
MARK = "\0"
"""What text that is no JSON reads as on SQLite: no value that is looked for can contain it."""
_NEW = count()
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


class _Plan(Executable, ClauseElement):
    """How the database would carry a statement out."""

    inherit_cache = False

    def __init__(self, statement: Any) -> None:
        self.statement = statement


@compiles(_Plan)
def _explained(plan: _Plan, compiler: Any, **more: Any) -> str:
    # SQLite's driver would give again the plan of a statement it knows, from before an index was made or dropped.
    words = f"EXPLAIN QUERY PLAN /* {next(_NEW)} */" if compiler.dialect.name == "sqlite" else "EXPLAIN"
    return f"{words} {compiler.process(plan.statement, **more)}"


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
    told = [json.dumps(text) for text in lowered] + [text for text in lowered if _NUMBER.fullmatch(text)]
    return f"$[*] ? ({' || '.join([f'@ == {one}' for one in told] + ['@.unreadable == true'])})"


def is_served(connection: Connection, collection: Collection, table: Table, path: str) -> bool:
    """Whether an index leads to what stands at that path; asked of the database anew each time."""
    if not has_index(collection, table, path):
        return False
    some = {"value": sent(table, ["x"])}
    statement = _Plan(
        select(literal_column("1"))
        .select_from(table.clause)
        .where(condition(collection, table, path, "value"))
    )
    if not table.arrays:
        # And only by reading does SQLite itself learn of it.
        connection.execute(select(literal_column("1")).select_from(table.clause).limit(1)).all()
        return not any(str(row[-1]).startswith("SCAN") for row in connection.execute(statement, some))
    # A small table it would read whole although there is an index.
    settings = select(func.set_config("enable_seqscan", bindparam("set"), True))
    connection.execute(settings, {"set": "off"})
    told = " ".join(connection.execute(statement, some).scalars())
    connection.execute(settings, {"set": "on"})
    return "Seq Scan" not in told


def is_small(connection: Connection, table: Table) -> bool:
    """Whether the table holds few enough rows to be read; looks at no more than would be."""
    rows = select(literal(1)).select_from(table.clause).limit(SMALL + 1).subquery()
    return connection.execute(select(func.count()).select_from(rows)).scalar_one() <= SMALL


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
