"""Kinds of columns the sample tables share."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, Table, func

Moment = partial(DateTime, timezone=True)
Filled = partial(Column, nullable=False)


def key(name: str) -> Column[int]:
    """A primary key whose numbers the sample gives out itself."""
    return Column(name, Integer, primary_key=True, autoincrement=False)


def of(target: str, kind: Any = Integer, *, nullable: bool = False) -> Column:
    """An indexed reference, named after the column it points at."""
    name = target.partition(".")[2]
    return Column(name, kind, ForeignKey(target), index=True, nullable=nullable)


def index_email(table: Table) -> Index:
    """Addresses are looked up without regard to letter case."""
    return Index(f"ix_{table.name}_email_lower", func.lower(table.c.email))
