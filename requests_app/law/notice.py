"""A newly announced year of a calendar: read strictly from its file, and put in the place of what ships."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from .calendar import FIRST_YEAR, LAST_YEAR, Calendar, DaysOff, Year
from .calendars import CALENDARS
from .terms import Words

_KEYS = {"calendar": str, "year": int, "version": date, "citation": str, "confirmed": bool}
_LONGEST_RUN_DAYS = 20


class UnusableNotice(ValueError):
    """A file that cannot stand for a year; its message says what to mend, and where."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One year as announced. ``version`` is the day its file was made: a later one replaces it."""

    calendar: str
    year: int
    version: str
    days: Year


def read_notice(text: str) -> Notice:
    """The year that the TOML ``text`` announces; :class:`UnusableNotice` with the first thing to mend."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnusableNotice(f"This is not readable TOML: {error}.") from None
    for key, kind in _KEYS.items():
        if type(given.get(key)) is not kind:
            raise UnusableNotice(f"{key} must be given as {_named(kind)}.")
    if unknown := given.keys() - _KEYS.keys() - {"off", "make_up", "court"}:
        raise UnusableNotice(f"There is no key {min(unknown)!r}; take it out or mend its spelling.")
    shipped, year = CALENDARS.get(given["calendar"]), given["year"]
    if shipped is None:
        raise UnusableNotice(f"No calendar {given['calendar']!r}; there are: {', '.join(CALENDARS)}.")
    if not FIRST_YEAR < year < LAST_YEAR:
        raise UnusableNotice(f"year {year} is outside {FIRST_YEAR + 1} to {LAST_YEAR - 1}.")
    if not given["citation"].strip():
        raise UnusableNotice("citation must say where the year is published.")
    off, court = _runs(given, "off", year), _runs(given, "court", year)
    if not off:
        raise UnusableNotice("No day off is listed; add at least one [[off]].")
    if not court and any(days.court for days in shipped.years.values()):
        raise UnusableNotice(f"{shipped.code} also needs [[court]]: the days its courts are shut.")
    days = Year(
        off=off,
        citation=given["citation"].strip(),
        make_up=_made_up(given, year, off),
        court=court,
        confirmed=given["confirmed"],
    )
    return Notice(shipped.code, year, given["version"].isoformat(), days)


def with_notices(notices: Iterable[Notice]) -> Mapping[str, Calendar]:
    """Every calendar, each year from its newest notice, unless what ships is settled and as new.

    A calendar that a notice changed says so in its version: ``2026-11-21+2027.2026-11-25``.
    """
    newest: dict[tuple[str, int], Notice] = {}
    for notice in sorted(notices, key=lambda notice: notice.version):
        if not superseded(notice):
            newest[notice.calendar, notice.year] = notice
    found = dict(CALENDARS)
    for (code, year), notice in sorted(newest.items()):
        calendar = found[code]
        version = f"{calendar.version}+{year}.{notice.version}"
        found[code] = replace(calendar, version=version, years={**calendar.years, year: notice.days})
    return found


def superseded(notice: Notice) -> bool:
    """Whether the release itself has that year settled, from the same day or later."""
    shipped = CALENDARS[notice.calendar]
    days = shipped.years.get(notice.year)
    return days is not None and not days.provisional and shipped.version >= notice.version


def _runs(given: Mapping[str, Any], key: str, year: int) -> tuple[DaysOff, ...]:
    listed = given.get(key, [])
    if not isinstance(listed, list) or not all(isinstance(run, dict) for run in listed):
        raise UnusableNotice(f"{key} must be written as [[{key}]] blocks.")
    runs: list[DaysOff] = []
    for number, run in enumerate(listed, 1):
        place = f"[[{key}]] number {number}"
        if unknown := run.keys() - {"first", "last", "en", "zh"}:
            raise UnusableNotice(f"{place}: there is no key {min(unknown)!r}.")
        first, last = run.get("first"), run.get("last", run.get("first"))
        if type(first) is not date or type(last) is not date:
            raise UnusableNotice(f"{place}: first and last must be days like {year}-10-01, without quotes.")
        if first.year != year or last.year != year:
            raise UnusableNotice(f"{place}: {first} to {last} does not lie within {year}.")
        if not 0 <= (last - first).days < _LONGEST_RUN_DAYS:
            raise UnusableNotice(f"{place}: {first} to {last} is no run of 1 to {_LONGEST_RUN_DAYS} days.")
        if runs and first <= runs[-1].last:
            raise UnusableNotice(f"{place}: {first} must come after {runs[-1].last}, the run before it.")
        runs.append(DaysOff(first, last, _words(run, place)))
    return tuple(runs)


def _words(run: Mapping[str, Any], place: str) -> Words:
    en, zh = run.get("en"), run.get("zh")
    if not isinstance(en, str) or not en.strip() or not isinstance(zh, str) or not zh.strip():
        raise UnusableNotice(f"{place}: its name is needed in both languages, en and zh.")
    return Words(en.strip(), zh.strip())


def _made_up(given: Mapping[str, Any], year: int, off: tuple[DaysOff, ...]) -> tuple[str, ...]:
    listed = given.get("make_up", [])
    if not isinstance(listed, list) or any(type(day) is not date for day in listed):
        raise UnusableNotice(f"make_up must be a list of days like {year}-10-10, without quotes.")
    for number, day in enumerate(listed):
        if day.year != year:
            raise UnusableNotice(f"make_up: {day} does not lie within {year}.")
        if day.weekday() < 5:
            raise UnusableNotice(f"make_up: {day} is no Saturday or Sunday; people work on it anyway.")
        if any(run.first <= day <= run.last for run in off):
            raise UnusableNotice(f"make_up: {day} is also listed as a day off.")
        if day in listed[:number]:
            raise UnusableNotice(f"make_up: {day} is listed twice.")
    return tuple(day.isoformat() for day in listed)


def _named(kind: type) -> str:
    return {
        str: "text in quotes",
        int: "a whole number",
        date: "a day like 2026-11-25, without quotes",
        bool: "true or false (whether counsel has checked the days)",
    }[kind]
