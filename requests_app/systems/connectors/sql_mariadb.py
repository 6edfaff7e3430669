"""What MariaDB does in its own way: words compare loosely, tables may not roll back, limits have other names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, collate, func, text

SETTINGS = (
    "SET SESSION innodb_snapshot_isolation = ON, max_statement_time = {statement},"
    " innodb_lock_wait_timeout = {lock}, idle_transaction_timeout = {idle}, time_zone = '+00:00',"
    " sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')"
)
"""Without the first a row that changed since it was read would be overwritten unseen; a server too old to
know it (before 10.6.18 and 10.11.8) is refused. Without the last, text too long would be cut in silence."""
REFUSED = frozenset({1044, 1045, 1049, 1142, 1143, 1193, 1227, 1370})
"""Codes by which the server says no, though the driver files them with lost connections."""
_EXACT = "utf8mb4_nopad_bin"
_COLLATIONS = text(
    "SELECT column_name, collation_name FROM information_schema.columns"
    " WHERE table_schema = COALESCE(:schema, DATABASE()) AND table_name = :name"
)
_ENGINE = text(
    "SELECT engine FROM information_schema.tables"
    " WHERE table_schema = COALESCE(:schema, DATABASE()) AND table_name = :name"
)


@dataclass(frozen=True)
class Tells:
    """What the server says about one table beyond its columns' types."""

    ignores_case: Mapping[str, bool] = field(default_factory=dict)
    """Every column of words, and whether its collation takes ``A`` for ``a`` (and often ``á``)."""
    rolls_back: bool = True


def tells(connection: Connection, schema: str | None, name: str) -> Tells:
    """Ask for collations and for the engine; nothing of a row."""
    values = {"schema": schema, "name": name}
    collations = connection.execute(_COLLATIONS, values)
    loose = {column: collation.endswith("_ci") for column, collation in collations if collation}
    engine = connection.execute(_ENGINE, values)
    return Tells(loose, engine.scalar() in ("InnoDB", None))  # a view has none of its own


def limits(connect: int, statement: int, lock: int, idle: int) -> dict[str, Any]:
    """Arguments of a connection; all in seconds."""
    return {
        "connect_timeout": connect,
        "read_timeout": statement + connect,
        "write_timeout": statement + connect,
        "charset": "utf8mb4",
        "init_command": SETTINGS.format(statement=statement, lock=lock, idle=idle),
    }


def exactly(words: ColumnElement[Any]) -> ColumnElement[Any]:
    """Letter by letter: by itself the server takes ``dana``, ``Dána`` and ``DANA `` for one person."""
    return collate(func.convert(words.op("USING")(text("utf8mb4"))), _EXACT)
