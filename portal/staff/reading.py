"""What was typed or stands in an address, read: a day, an e-mail address, where a list goes on; nothing where it is none."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F, Func, TextField, Value
from django.db.models.lookups import GreaterThan, LessThan


def day(text: str) -> date | None:
    """Year-month-day of this millennium: a day at either end of the calendar has no day before or after it."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if 2000 <= found.year < 3000 else None


def is_address(text: str) -> bool:
    """Whether it has the form of an e-mail address."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


class _Row(Func):
    function = "ROW"
    output_field = TextField()


def beyond(column: str, value: date, number: int) -> GreaterThan:
    """Rows after this one by a column and then by number, as one comparison that an index starts from."""
    return GreaterThan(_Row(F(column), F("pk")), _Row(Value(value), Value(number)))


def before(column: str, value: datetime, number: int) -> LessThan:
    """Rows before it, for a list that begins with the latest."""
    return LessThan(_Row(F(column), F("pk")), _Row(Value(value), Value(number)))


def day_and_number(text: str) -> tuple[date, int] | None:
    """Where a list by day goes on: ``2026-11-22.815``."""
    first, _dot, number = text.partition(".")
    found, last = day(first), _number(number)
    return (found, last) if found and last is not None else None


def moment_and_number(text: str) -> tuple[datetime, int] | None:
    """Where a list by moment goes on: ``2026-11-22T10:00:00+00:00~815``."""
    moment, _mark, number = text.rpartition("~")
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return None
    last = _number(number)
    return (found, last) if found.tzinfo and last is not None else None


def _number(text: str) -> int | None:
    # The database's own keys have no more digits.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
