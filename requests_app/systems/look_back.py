"""Only what was collected from a day on, for an answer that reaches no further back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import MappingProxyType

from requests_app.register.inventory import Collection

from .connectors.base import Row
from .found import Found
from .holdings import as_date


def is_within(collection: Collection, row: Row, since: date | None) -> bool:
    """Whether a row was collected on that day or later. A row that bears no date counts as within."""
    if since is None or collection.collected_at is None:
        return True
    dated = as_date(row.get(collection.collected_at))
    return dated is None or dated >= since


def within(found: Found, since: date | None) -> Found:
    """Only the rows collected on that day or later, for an answer that reaches no further back; never for erasing."""
    if since is None:
        return found
    rows = {}
    for place, part in found.rows.items():
        marks = {key: row for key, row in part.marks.items() if is_within(part.collection, row, since)}
        rows[place] = replace(part, marks=marks)
    return Found(MappingProxyType(rows), found.systems)
