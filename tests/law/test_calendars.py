"""What a calendar's days do to a deadline, and a year that is not published yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from requests_app import law
from requests_app.law.calendar import Calendar, DaysOff

CN, CA = law.CALENDARS["cn"], law.CALENDARS["us_ca"]


def test_that_a_year_without_its_notice_is_provisional() -> None:
    assert CN.is_provisional(date(2026, 12, 31), date(2027, 1, 1))
    assert not CN.is_provisional(date(2025, 1, 1), date(2026, 12, 31))


def test_of_a_calendar_that_forgets_31_march() -> None:
    """The acknowledgement of 23 March 2026 would come a day early on paper: 6 April, not 7."""
    without = tuple(run for run in CA.years[2026].off if run.first != date(2026, 3, 31))
    assert _acknowledged(_with_2026(without)).ordinary == date(2026, 4, 6)
    assert _acknowledged(CA).ordinary == date(2026, 4, 7)


def test_of_a_calendar_that_adds_the_day_after_thanksgiving() -> None:
    added = (
        *CA.years[2026].off,
        replace(CA.years[2026].off[0], first=date(2026, 11, 27), last=date(2026, 11, 27)),
    )
    received = datetime(2026, 11, 16, 12, tzinfo=ZoneInfo("America/Los_Angeles"))
    respond = law.reckon(
        law.regime("ccpa"), "OPT_OUT", received, calendars={"us_ca": _with_2026(added)}
    ).respond
    assert respond.ordinary == date(2026, 12, 9)


def test_of_publishing_the_year_a_deadline_was_waiting_for() -> None:
    received = datetime(2026, 12, 14, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    before = law.reckon(law.regime("pipl"), "CN_COPY", received)
    published = replace(
        CN, version="2026-12-20", years={**CN.years, 2027: replace(CN.years[2027], provisional=False)}
    )
    after = law.reckon(law.regime("pipl"), "CN_COPY", received, calendars={"cn": published})
    assert (before.provisional, after.provisional) == (True, False)
    assert any(reason.step == "provisional" for reason in before.respond.reasons)
    assert after.calendar == "cn@2026-12-20"


def test_of_a_year_no_calendar_reaches() -> None:
    with pytest.raises(ValueError, match="no calendar reaches"):
        CN.after(date(2099, 1, 1), 1)


def _with_2026(off: tuple[DaysOff, ...]) -> Calendar:
    return replace(CA, years={**CA.years, 2026: replace(CA.years[2026], off=off)})


def _acknowledged(calendar: Calendar) -> law.Due:
    received = datetime(2026, 3, 23, 12, tzinfo=ZoneInfo("America/Los_Angeles"))
    found = law.reckon(law.regime("ccpa"), "DELETE", received, calendars={"us_ca": calendar}).acknowledge
    assert found is not None
    return found
