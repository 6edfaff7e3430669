"""Our calendars against two packages that others keep, with every deviation stated.

Beside the law's own tests, not among them: importing these packages takes longer than all the law's tests do,
which promise to be done within three seconds.
"""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped]
import pytest
from holidays import country_holidays

from requests_app import law
from requests_app.law.calendar import Calendar

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


def test_californian_holidays_are_among_the_packages() -> None:
    """Ours are a subset. Theirs adds state days on which offices work, and federal moves of a Saturday."""
    package = country_holidays("US", subdiv="CA", years=range(2024, 2029))
    assert _off(CA) <= set(package)
    worked = {"Susan B. Anthony Day", "Diwali", "Day After Thanksgiving"}
    weekend = {date(2024, 3, 31), date(2027, 7, 4), date(2028, 11, 11)}
    for day in set(package) - _off(CA):
        assert package[day] in worked or package[day].endswith("(observed)") or day in weekend, day


def test_federal_holidays_are_the_packages_but_for_weekends() -> None:
    package = country_holidays("US", years=range(2024, 2029))
    assert _off(FEDERAL) <= set(package)
    assert all(day.weekday() >= 5 for day in set(package) - _off(FEDERAL))
