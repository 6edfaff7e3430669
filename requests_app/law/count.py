"""How each kind of period is counted: a duty, a day of receipt and a calendar give the dates."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from .calendar import Calendar
from .reckoning import Due
from .regime import Duty

_SATURDAY = 5


def add_months(day: date, months: int) -> date:
    """The same day number so many months on, else that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (following - timedelta(days=1)).day))


def count(duty: Duty, received_on: date, calendar: Calendar) -> Due:
    """The deadline of one duty, without words."""
    return _counted(duty, received_on, calendar)


# Receipts crowd on few days, and a sweep recomputes them all: the same day is counted once.
@lru_cache(maxsize=8192)
def _counted(duty: Duty, received_on: date, calendar: Calendar) -> Due:
    match duty.count:
        case "calendar_days":
            return _calendar_days(duty, received_on, calendar)
        case "business_days":
            return _business_days(duty, received_on, calendar)
        case "working_days":
            return _working_days(duty, received_on, calendar)
        case "months":
            return _months(duty, received_on, calendar)
        case "at_once":
            return Due(
                due_on=received_on,
                last_on=received_on,
                provisional=False,
                confirmed=duty.confirmed,
            )


def _calendar_days(duty: Duty, received_on: date, calendar: Calendar) -> Due:
    """Excludes the day of receipt; we finish a day early, for the inclusive reading, on a working day."""
    statutory = received_on + timedelta(days=duty.number)
    sla = calendar.on_or_before(statutory - timedelta(days=1))
    rolled = calendar.on_or_after(statutory, "court")
    return Due(
        due_on=sla,
        last_on=statutory,
        statutory=statutory,
        rolled=rolled,
        sla=sla,
        provisional=calendar.is_provisional(sla, rolled),
        confirmed=duty.confirmed,
    )


def _business_days(duty: Duty, received_on: date, calendar: Calendar) -> Due:
    """Two readings of a business day; we keep the earlier, and finish on Friday if it is a Saturday."""
    ordinary = calendar.after(received_on, duty.number)
    strict = calendar.after(received_on, duty.number, "strict")
    sla = calendar.on_or_before(strict) if strict.weekday() == _SATURDAY else strict
    return Due(
        due_on=sla,
        last_on=ordinary,
        statutory=None if duty.house else ordinary,
        ordinary=ordinary,
        strict=strict,
        sla=sla,
        provisional=calendar.is_provisional(received_on, ordinary),
        confirmed=duty.confirmed,
    )


def _working_days(duty: Duty, received_on: date, calendar: Calendar) -> Due:
    """Working days with make-up days; never past the last working day of the outer limit, if there is one."""
    nth = calendar.after(received_on, duty.number)
    if duty.outer_days is None:
        return Due(
            due_on=nth,
            last_on=nth,
            sla=nth,
            provisional=calendar.is_provisional(received_on, nth),
            confirmed=duty.confirmed,
        )
    outer = received_on + timedelta(days=duty.outer_days)
    safe = calendar.on_or_before(outer)
    sla = min(nth, safe)
    rolled = calendar.on_or_after(outer)
    return Due(
        due_on=sla,
        last_on=outer,
        sla=sla,
        outer=outer,
        rolled=rolled,
        safe=safe,
        provisional=calendar.is_provisional(received_on, max(nth, rolled)),
        confirmed=duty.confirmed,
    )


def _months(duty: Duty, received_on: date, calendar: Calendar) -> Due:
    """The same day number, else month-end; we finish on the last working day not after it."""
    statutory = add_months(received_on, duty.number)
    sla = calendar.on_or_before(statutory)
    rolled = calendar.on_or_after(statutory)
    return Due(
        due_on=sla,
        last_on=statutory,
        statutory=statutory,
        rolled=rolled,
        sla=sla,
        provisional=calendar.is_provisional(sla, rolled),
        confirmed=duty.confirmed,
    )
