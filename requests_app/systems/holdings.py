"""Which holdings a row belongs to on a given day, and how old its date makes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from requests_app import law
from requests_app.register.inventory import Collection, Holding, RowCondition

from .connectors.base import Row


def holdings_of(collection: Collection, row: Row, today: date) -> tuple[Holding, ...]:
    """The holdings whose row condition this row meets."""
    return tuple(holding for holding in collection.holdings if applies(holding.where, row, today))


def applies(where: RowCondition | None, row: Row, today: date) -> bool:
    """Whether the row meets the condition. A row without a date counts as young: keeping it can be undone."""
    if where is None:
        return True
    value = row.get(where.column)
    if where.operator == "equals":
        return value == where.value
    if where.operator == "not_equals":
        return value != where.value
    dated = as_date(value)
    young = dated is None or dated > law.months_on(today, -int(where.value))
    return young if where.operator == "younger_than_months" else not young


def columns_asked(collection: Collection) -> Iterator[str]:
    """Columns that decide a row's holdings and their age."""
    for holding in collection.holdings:
        if holding.where is not None:
            yield holding.where.column
        if holding.retention is not None and holding.retention.counted_from in collection.fields:
            yield holding.retention.counted_from
    if collection.collected_at is not None:
        yield collection.collected_at


def as_date(value: Any) -> date | None:
    """The calendar day of a date, a moment or an ISO text; ``None`` for anything else."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return None
    return None
