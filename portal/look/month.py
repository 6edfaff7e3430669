"""The days between receipt and our date as weeks, so that a working-day count can be followed by finger."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Day:
    """One square: its date and what it counts as."""

    on: date
    kind: str
    """start, off, make-up, due, counted or outside."""
    count: int | None
    names_month: bool


def weeks(
    received_on: date,
    due_on: date,
    is_working: Callable[[date], bool],
    make_up_days: Collection[date] = (),
) -> list[list[Day]]:
    """Whole weeks from the receipt's Monday to our date's Sunday; working days after receipt are numbered."""
    day = received_on - timedelta(days=received_on.weekday())
    end = due_on + timedelta(days=6 - due_on.weekday())
    rows: list[list[Day]] = []
    count = 0
    while day <= end:
        if day.weekday() == 0:
            rows.append([])
        number = None
        if day == received_on:
            kind = "start"
        elif not received_on < day <= due_on:
            kind = "outside"
        elif not is_working(day):
            kind = "off"
        else:
            count += 1
            number = count
            kind = "due" if day == due_on else "make-up" if day in make_up_days else "counted"
        rows[-1].append(Day(day, kind, number, names_month=day == received_on or day.day == 1))
        day += timedelta(days=1)
    return rows
