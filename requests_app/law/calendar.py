"""Working days of one jurisdiction, counted from data that names every day off."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

from .terms import Words

Week = Literal["ordinary", "strict", "court"]
"""Monday to Friday; Monday to Saturday; the days courts sit. Each less the days off that bind it."""

FIRST_YEAR, LAST_YEAR = 2020, 2036
"""Years a calculation may touch. A year without data counts weekends only, and is provisional."""


@dataclass(frozen=True, slots=True)
class DaysOff:
    """A holiday: one day, or a run of days."""

    first: date
    last: date
    words: Words

    def __iter__(self) -> Iterator[date]:
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


def off(first: str, en: str, zh: str, last: str | None = None) -> DaysOff:
    """Shorthand for the data files."""
    return DaysOff(date.fromisoformat(first), date.fromisoformat(last or first), Words(en, zh))


@dataclass(frozen=True, slots=True)
class Year:
    """One year as published, with where it is published."""

    off: tuple[DaysOff, ...]
    citation: str
    make_up: tuple[str, ...] = ()
    """Saturdays and Sundays on which people work, ISO dates."""
    court: tuple[DaysOff, ...] = ()
    """Days courts are shut, where the law rolls a period past them; ``off`` when empty."""
    provisional: bool = False
    confirmed: bool = True


@dataclass(frozen=True, eq=False)
class Calendar:
    """A jurisdiction's days off by year. ``version`` changes whenever a day does."""

    code: str
    version: str
    title: Words
    years: Mapping[int, Year]

    def is_working(self, day: date, week: Week = "ordinary") -> bool:
        """Whether people work on that day."""
        days = self._days(week)
        at = bisect_left(days, self._ordinal(day))
        return at < len(days) and days[at] == day.toordinal()

    def after(self, day: date, count: int, week: Week = "ordinary") -> date:
        """The ``count``-th working day after ``day``, which is not counted itself."""
        days = self._days(week)
        return date.fromordinal(days[bisect_right(days, self._ordinal(day)) + count - 1])

    def on_or_before(self, day: date, week: Week = "ordinary") -> date:
        """The last working day not after ``day``."""
        days = self._days(week)
        return date.fromordinal(days[bisect_right(days, self._ordinal(day)) - 1])

    def on_or_after(self, day: date, week: Week = "ordinary") -> date:
        """The first working day not before ``day``."""
        days = self._days(week)
        return date.fromordinal(days[bisect_left(days, self._ordinal(day))])

    def is_provisional(self, first: date, last: date) -> bool:
        """Whether a year the span touches is unpublished, so the count may change; it touches two at most."""
        return first.year not in self._settled or last.year not in self._settled

    def days_off(self, first: date, last: date) -> tuple[DaysOff, ...]:
        """Holidays that begin or run within the span, in order."""
        return tuple(
            run
            for year in range(first.year, last.year + 1)
            if year in self.years
            for run in self.years[year].off
            if run.first <= last and run.last >= first
        )

    def make_up_days(self, first: date, last: date) -> tuple[date, ...]:
        """Weekend days within the span on which people work."""
        return tuple(day for day in sorted(self._make_up) if first <= day <= last)

    def citation(self, day: date) -> str:
        """Where that year's days are published; empty when they are not."""
        return self.years[day.year].citation if day.year in self.years else ""

    def is_confirmed(self, day: date) -> bool:
        """Whether that year's days have been checked against their publication."""
        return day.year in self.years and self.years[day.year].confirmed

    @staticmethod
    def _ordinal(day: date) -> int:
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(f"no calendar reaches the year {day.year}")
        return day.toordinal()

    def _days(self, week: Week) -> list[int]:
        if week == "ordinary":
            return self._ordinary
        return self._strict if week == "strict" else self._court

    @cached_property
    def _settled(self) -> frozenset[int]:
        return frozenset(year for year, days in self.years.items() if not days.provisional)

    @cached_property
    def _make_up(self) -> frozenset[date]:
        return frozenset(date.fromisoformat(day) for year in self.years.values() for day in year.make_up)

    @cached_property
    def _ordinary(self) -> list[int]:
        return self._count(last_weekday=4, court=False)

    @cached_property
    def _strict(self) -> list[int]:
        return self._count(last_weekday=5, court=False)

    @cached_property
    def _court(self) -> list[int]:
        return self._count(last_weekday=4, court=True)

    def _count(self, *, last_weekday: int, court: bool) -> list[int]:
        shut = {
            day
            for year in self.years.values()
            for run in ((year.court or year.off) if court else year.off)
            for day in run
        }
        # One year of margin on each side, so that a step from the last year still lands.
        day, end = date(FIRST_YEAR - 1, 1, 1), date(LAST_YEAR + 1, 12, 31)
        working = []
        while day <= end:
            if day in self._make_up or (day.weekday() <= last_weekday and day not in shut):
                working.append(day.toordinal())
            day += timedelta(days=1)
        return working
