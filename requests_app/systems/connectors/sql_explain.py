"""How the database would carry a statement out, asked without carrying it out."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from sqlalchemy import ClauseElement, Connection, bindparam, func, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import Executable

from .sql_schema import Table

_NEW = count()


class _Plan(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, statement: Any) -> None:
        self.statement = statement


@compiles(_Plan)
def _explained(plan: _Plan, compiler: Any, **more: Any) -> str:
    # SQLite's driver would give again the plan of a statement it knows, from before an index was made or dropped.
    words = f"EXPLAIN QUERY PLAN /* {next(_NEW)} */" if compiler.dialect.name == "sqlite" else "EXPLAIN"
    return f"{words} {compiler.process(plan.statement, **more)}"


def by_an_index(
    connection: Connection, table: Table, condition: ClauseElement, values: Mapping[str, Any]
) -> str:
    """What PostgreSQL or SQLite says of looking rows up by it; empty where it would read all of them."""
    statement = _Plan(select(literal_column("1")).select_from(table.clause).where(condition))
    if not table.arrays:
        # And only by reading does SQLite itself learn of it.
        connection.execute(select(literal_column("1")).select_from(table.clause).limit(1)).all()
        told = [str(row[-1]) for row in connection.execute(statement, values)]
        return "" if any(line.startswith("SCAN") for line in told) else " ".join(told)
    # A small table it would read whole although there is an index.
    settings = select(func.set_config("enable_seqscan", bindparam("set"), True))
    connection.execute(settings, {"set": "off"})
    plan = " ".join(connection.execute(statement, values).scalars())
    connection.execute(settings, {"set": "on"})
    return "" if "Seq Scan" in plan else plan
