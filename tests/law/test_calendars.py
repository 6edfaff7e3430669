"""Our calendars against two that others keep, with every deviation stated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar  # type: ignore[import-untyped]
import pytest
from holidays import country_holidays

from requests_app import law
from requests_app.law.calendar import Calendar, DaysOff

CN, CA, FEDERAL = (law.CALENDARS[code] for code in ("cn", "us_ca", "us_federal"))


def _days(year: int) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(days=n)
        for n in range(366)
        if (date(year, 1, 1) + timedelta(days=n)).year == year
    ]


def _weekdays_off(year: int) -> set[date]:
    return {day for run in CN.years[year].off for day in run if day.weekday() < 5}


def _off(calendar: Calendar) -> set[date]:
    return {day for year in calendar.years.values() for run in year.off for day in run}


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_of_chinese_working_days_as_published(year: int) -> None:
    for day in _days(year):
        assert CN.is_working(day) == chinese_calendar.is_workday(day), day


def test_of_a_chinese_year_not_yet_published() -> None:
    """2027 knows the statutory days alone: none is moved to a weekday, as a notice will move some."""
    package = country_holidays("CN", years=2027)
    theirs = {day for day in package if day.weekday() < 5}
    moved = {"2027-02-09", "2027-02-10", "2027-05-03", "2027-05-04", "2027-10-04", "2027-10-05"}
    different = {day.isoformat() for day in theirs if CN.is_working(day)}
    assert _weekdays_off(2027) <= theirs
    assert different == moved
    assert CN.is_provisional(date(2026, 12, 31), date(2027, 1, 1))
    assert not CN.is_provisional(date(2025, 1, 1), date(2026, 12, 31))


def test_of_californian_holidays() -> None:
    """Ours are a subset. Theirs adds state days on which offices work, and federal moves of a Saturday."""
    package = country_holidays("US", subdiv="CA", years=range(2024, 2029))
    assert _off(CA) <= set(package)
    worked = {"Susan B. Anthony Day", "Diwali", "Day After Thanksgiving"}
    weekend = {date(2024, 3, 31), date(2027, 7, 4), date(2028, 11, 11)}
    for day in set(package) - _off(CA):
        assert package[day] in worked or package[day].endswith("(observed)") or day in weekend, day


def test_of_federal_holidays() -> None:
    package = country_holidays("US", years=range(2024, 2029))
    assert _off(FEDERAL) <= set(package)
    assert all(day.weekday() >= 5 for day in set(package) - _off(FEDERAL))


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
