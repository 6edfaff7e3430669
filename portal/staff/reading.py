"""What was typed or stands in an address, read: a day, where a list goes on; nothing where it is none."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import DateTimeField, F, Field, Func, Model, QuerySet, TextField, Value
from django.db.models.lookups import GreaterThan, LessThan


def day(text: str) -> date | None:
    """Year-month-day of this millennium: a day at either end of the calendar has no day before or after it."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if 2000 <= found.year < 3000 else None


class Part(NamedTuple):
    """What stands on one page of a list, and the mark in the address of the next; empty on the last."""

    rows: list[Any]
    onward: str


def part_of(found: QuerySet, by: str, mark: str, most: int) -> Part:
    """The rows of a list that come after the last one of the page before; a mark that is none begins at the first.

    ``by`` is the column it stands in order of, the latest first with ``-`` before it; equals go by number. The
    comparison is one that an index starts from, so the last page of a long list costs what the first does.
    """
    column, backwards = by.removeprefix("-"), by.startswith("-")
    numbered = column == "pk"
    field = None if numbered else _field(found, column)
    order = (by,) if numbered else (by, "-pk" if backwards else "pk")
    if (last := _read(field, mark)) is not None:
        compare = LessThan if backwards else GreaterThan
        columns, values = (F("pk"),) if numbered else (F(column), F("pk")), map(Value, last)
        found = found.filter(compare(_Row(*columns), _Row(*values)))
    rows = list(found.order_by(*order)[: most + 1])
    return Part(rows[:most], _mark(rows[most - 1], column, field) if len(rows) > most else "")


class _Row(Func):
    function = "ROW"
    output_field = TextField()


def _field(found: QuerySet, column: str) -> Field:
    computed = found.query.annotations.get(column)
    return computed.output_field if computed is not None else found.model._meta.get_field(column)


def _mark(last: Model, column: str, field: Field | None) -> str:
    """``815``; by day ``2026-11-22.815``; by moment ``2026-11-22T10:00:00+00:00~815``."""
    if field is None:
        return str(last.pk)
    value = getattr(last, column)
    between = "~" if isinstance(field, DateTimeField) else "."
    return f"{value.isoformat()}{between}{last.pk}"


def _read(field: Field | None, mark: str) -> tuple[Any, ...] | None:
    if field is None:
        number = _number(mark)
        return None if number is None else (number,)
    if not isinstance(field, DateTimeField):
        first, _dot, number = mark.partition(".")
        found: date | None = day(first)
    else:
        first, _wave, number = mark.rpartition("~")
        found = _moment(first)
    last = _number(number)
    return None if found is None or last is None else (found, last)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo and 2000 <= found.year < 3000 else None


def _number(text: str) -> int | None:
    # The database's own keys have no more digits.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
