"""Where a live database and the inventory say different things about the same tables."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, inspect, types
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from requests_app.register.inventory import Collection, Reference, System

from .connectors import sql_native, sql_text
from .connectors.base import Match
from .connectors.sql_engine import failure_of, shared_schema
from .connectors.sql_indexes import indexes_of, is_large, is_larger
from .connectors.sql_inside import SMALL, can_look_into
from .connectors.sql_mariadb import Tells, tells
from .connectors.sql_schema import Schema
from .graph import Graph
from .points import LOCATING

Found = Iterator[tuple[str, str]]


def drift(system: System, address: str) -> list[tuple[str, str]]:
    """What is different and what to do about it; asks for structure only, never for a row.

    Raises ``SystemFailure`` when the database does not answer.
    """
    failure = None
    try:
        known = shared_schema(system, address)
        with known.engine.connect() as connection, warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # an index on an expression that cannot be reflected
            return list(_system(system, known, connection, inspect(connection)))
    except SQLAlchemyError as error:
        failure = failure_of(error, system.key, "")
    raise failure


def _system(system: System, known: Schema, connection: Connection, live: Inspector) -> Found:
    schemas: dict[str | None, list[str]] = {}
    for name in system.collections:
        schema, _dot, short = name.rpartition(".")
        schemas.setdefault(schema or None, []).append(short)
    for schema, described in schemas.items():
        tables = set(live.get_table_names(schema)) | set(live.get_view_names(schema))
        for unknown in sorted(tables - set(described) - system.about_nobody):
            yield (
                f"The table {unknown} of {system.key} is not in the inventory.",
                "Describe it, or name it under `about_nobody` if it holds nothing about a person.",
            )
        for short in described:
            name = f"{schema}.{short}" if schema else short
            collection = system.collections[name]
            if short not in tables:
                yield f"{name} is described, but {system.key} has no such table.", "Remove or rename it."
                continue
            columns = {column["name"]: column for column in live.get_columns(short, schema)}
            yield from _columns(collection, columns)
            yield from _inside(system, collection, columns, live.dialect.name)
            if columns.keys() >= collection.fields.keys() and collection.primary_key:
                yield from _inside_indexes(system, collection, known, connection)
            yield from _keys(collection, live, short, schema)
            yield from _references(system, collection, live, short, schema)
            more = tells(connection, schema, short) if live.dialect.name == "mariadb" else None
            yield from _indexes(system, collection, connection, short, schema, more)
            if more and not more.rolls_back:
                yield (
                    f"{name} is in an engine that cannot roll back; nothing will be written to it.",
                    "Move it to InnoDB: ALTER TABLE … ENGINE = InnoDB.",
                )


def _columns(collection: Collection, columns: dict[str, Any]) -> Found:
    for unknown in [name for name in columns if name not in collection.fields]:
        yield (
            f"{collection.name} has the column {unknown}, which the inventory does not know.",
            "Describe it: nobody decides about it, and it is neither given nor erased.",
        )
    for field in collection.fields.values():
        column = columns.get(field.name)
        if column is None:
            yield (
                f"{collection.name}.{field.name} is described, but the table has no such column.",
                "Remove or rename it.",
            )
            continue
        for holding in collection.holdings:
            rule = field.erase or holding.erase
            if (
                field.name in holding.fields
                and rule == "null"
                and not column["nullable"]
                and not field.primary_key
            ):
                yield (
                    f"{collection.name}.{field.name} is erased by `null`, but the column may not be empty.",
                    "Erase it by `mask`, or let the column be empty.",
                )
                break


def _inside(system: System, collection: Collection, columns: dict[str, Any], dialect: str) -> Found:
    """Lists and documents that this database cannot be searched by: the whole search would be refused."""
    for path, _ignore_case in _looked_up_inside(system, collection):
        column = columns.get(path.partition(".")[0])
        able = dialect == "sqlite" or (
            dialect == "postgresql"
            and column is not None
            and isinstance(column["type"], types.JSON | types.ARRAY | types.String)
        )
        if column is not None and not able:
            yield (
                f"{collection.name}.{path} is looked up, but {system.key} cannot be searched inside that column.",
                "Keep it as jsonb or an array, or take `identity` or `references` away and name this in a manual system.",
            )


def _inside_indexes(system: System, collection: Collection, known: Schema, connection: Connection) -> Found:
    """Lists and documents are looked up by an index as well; JSON that is kept as text by nothing else."""
    table = known.table(connection, collection)
    for path, ignore_case in _looked_up_inside(system, collection):
        if not can_look_into(table, path):
            continue
        place, match = f"{collection.name}.{path}", Match((path,), (), ignore_case)
        if sql_native.is_native(table, path):
            if sql_native.is_served(connection, table, match):
                continue
            if index := sql_native.index_for(collection.name, table, match):
                yield (
                    f"{place} is looked up inside its column without an index.",
                    f"Create it, until then a search in a large table is refused: {index};",
                )
            elif is_large(connection, table.clause):
                yield (
                    f"{place} is looked up in a list on which no index can be made.",
                    "Keep it as jsonb, or as a list of citext: until then each search is refused.",
                )
        elif not sql_text.has_index(collection, table, path):
            if table.arrays or is_larger(connection, table.clause, SMALL):
                yield (
                    f"{place} is looked up in text on which no index can be made.",
                    "Keep it in a table of its own, or take `identity` or `references` away and name this in a "
                    "manual system.",
                )
        elif not sql_text.is_served(connection, collection, table, path):
            yield (
                f"{place} is looked up in text without an index.",
                f"Create it, until then each search is refused: {sql_text.index_for(collection, table, path)};",
            )


def _keys(collection: Collection, live: Inspector, short: str, schema: str | None) -> Found:
    declared = set(collection.primary_key)
    there = set(live.get_pk_constraint(short, schema)["constrained_columns"])
    if there and declared != there:
        yield (
            f"{collection.name} has the key {', '.join(sorted(there))}, not {', '.join(sorted(declared))}.",
            "Mark exactly these columns with `primary_key: true`.",
        )


def _references(
    system: System, collection: Collection, live: Inspector, short: str, schema: str | None
) -> Found:
    for key in live.get_foreign_keys(short, schema):
        target = (
            f"{key['referred_schema']}.{key['referred_table']}"
            if key["referred_schema"]
            else key["referred_table"]
        )
        if target not in system.collections:
            continue
        for name, other in zip(key["constrained_columns"], key["referred_columns"], strict=True):
            field = collection.fields.get(name)
            cascades = str(key.get("options", {}).get("ondelete", "")).upper() == "CASCADE"
            if field is None or cascades:
                continue
            if not any((r.collection, r.field) == (target, other) for r in field.references):
                yield (
                    f"{collection.name}.{name} refers to {target}.{other} in the database, not in the inventory.",
                    "Declare the reference: without it rows are not found, or erased in an order the database refuses.",
                )


def _indexes(
    system: System, collection: Collection, connection: Connection, short: str, schema: str | None,
    tells: Tells | None,
) -> Found:  # fmt: skip
    """Every column by which rows are looked up needs an index that begins with it."""
    known = indexes_of(connection, schema, [short]).get(short)
    if known is None:  # a view has none of its own
        return
    loose = tells.ignores_case if tells else {}
    dialect = connection.dialect.name
    for fields, ignore_case in sorted(_looked_up(system, collection)):
        if collection.is_inside(fields[0]) or known.serve(Match(fields, (), ignore_case), dialect, loose):
            continue
        name = f"{collection.name}.{fields[0]}"
        if ignore_case and dialect != "mariadb":
            yield (
                f"{name} has no index on lower({fields[0]}).",
                "Create one: a search in a small table reads all of it, one in a large table is refused.",
            )
        elif ignore_case and fields[0] in known.leading:
            yield (
                f"{name} minds the case of letters, so its index cannot be used.",
                "Give it a collation that ends in _ci: until then a search in a large table is refused.",
            )
        else:
            yield (
                f"{name} is looked up without an index.",
                "Create one that begins with this column: a search in a small table reads all of it, "
                "one in a large table is refused.",
            )


def _looked_up(system: System, collection: Collection) -> set[tuple[tuple[str, ...], bool]]:
    """The columns of each lookup, and whether it ignores case: walking, sharing, and what a person may be told by."""
    asked: set[tuple[tuple[str, ...], bool]] = set()
    place = (system.key, collection.name)
    with suppress(ValueError):  # a reference to nowhere is another mistake, and told as such
        graph = Graph.of([system])
        asked |= {(edge.target_fields, edge.ignore_case) for edge in graph.incoming[place]}
        # Who else refers to the same is asked before erasing.
        asked |= {(edge.source_fields, edge.ignore_case) for edge in graph.outgoing[place] if edge.upward}
    for field in collection.fields.values():
        kind = field.identity or (field.match if field.match in LOCATING else None)
        if kind:
            asked.add(((field.name,), kind == "email"))
        # One that leads into another system is looked up by as well.
        elif any(not _is_here(system, reference) for reference in field.links):
            asked.add(((field.name,), False))
    return asked


def _looked_up_inside(system: System, collection: Collection) -> list[tuple[str, bool]]:
    """The same of paths into lists and documents."""
    asked = {(path, kind == "email") for kind, path in collection.identities_inside()}
    looked_up = _looked_up(system, collection)
    asked |= {(fields[0], ignores) for fields, ignores in looked_up if collection.is_inside(fields[0])}
    known = {path for path, _ignore_case in asked}
    asked |= {(path, False) for path, _reference in collection.references_inside() if path not in known}
    return sorted(asked)


def _is_here(system: System, reference: Reference) -> bool:
    return reference.collection in system.collections
