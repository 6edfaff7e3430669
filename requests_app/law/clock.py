"""From a receipt to its deadlines: pure arithmetic on a duty, a day and a calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from .calendar import Calendar
from .calendars import CALENDARS
from .count import count
from .explain import tell
from .reckoning import Due, Reckoning
from .regime import Duty, Regime
from .telling import Kind, Telling


def reckon(
    regime: Regime,
    right_code: str,
    received_at: datetime,
    *,
    extended: bool = False,
    calendars: Mapping[str, Calendar] | None = None,
) -> Reckoning:
    """Every deadline of that right for something received at that moment.

    ``extended`` says that the one extension has been taken: ``respond`` is then the later period.
    Whether the notice went out in time is the caller's to check, against ``extension_notice_by``.
    """
    if received_at.tzinfo is None:
        raise ValueError("a receipt needs its time zone")
    right = regime.right(right_code)
    calendar = (CALENDARS if calendars is None else calendars)[regime.calendar]
    local = received_at.astimezone(ZoneInfo(regime.zone))
    received_on = local.date()
    longer = right.respond.extension
    if extended and longer is None:
        raise ValueError(f"{regime.code} {right_code} knows no extension")

    def due(duty: Duty, kind: Kind) -> Due:
        telling = Telling(regime, right, duty, kind, local, calendar)
        return count(duty, received_on, calendar).told_by(partial(tell, telling))

    first = due(right.respond, "respond")
    later = due(longer, "extension") if longer else None
    return Reckoning(
        regime=regime.code,
        version=regime.version,
        right=right_code,
        calendar=f"{calendar.code}@{calendar.version}",
        received_at=received_at,
        received_on=received_on,
        extended=extended,
        acknowledge=due(right.acknowledge, "acknowledge") if right.acknowledge else None,
        respond=later if extended and later else first,
        extension=None if extended else later,
        extension_notice_by=first.due_on if longer else None,
    )
