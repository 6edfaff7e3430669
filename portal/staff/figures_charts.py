"""The charts of a year: how requests were answered, in how many days, and what the next weeks ask for."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from portal.look import bars
from portal.look.days import in_words
from portal.look.tables import number
from portal.staff.figures_year import Year
from requests_app import owed
from requests_app.figures import Row

WEEKS = 52


def shares(year: Year) -> list[bars.Bar]:
    """How requests were answered, each right a bar of its own, so that none flattens the others."""
    return [
        bars.bar(
            year.right(row.key),
            [("whole", row.whole), ("part", row.part), ("refused", row.refused)],
            _("%(share)s in whole · %(n)s answered")
            % {"share": bars.share(row.whole, row.decided), "n": number(row.decided)},
        )
        for row in year.rows
        if row.decided
    ]


def scale(year: Year) -> bars.Scale | None:
    """Days to an answer."""
    rows = [
        (year.right(row.key), row.median, row.longest, limit, _span(row, limit))
        for row in year.rows
        if row.median is not None and row.longest is not None
        for limit in [_limit(year, row.key)]
    ]
    return bars.scale(rows) if rows else None


def weeks(year: Year) -> list[bars.Bar]:
    """What the next weeks ask for, all on one scale; empty where nothing is open or expected."""
    full = max((week.due + week.expected for week in year.weeks), default=0.0)
    return [
        bars.bar(
            in_words(week.monday, "short"),
            [("whole", week.due), ("part", week.expected)],
            _("%(due)s open · %(expected)s expected")
            % {"due": number(week.due), "expected": number(week.expected, places=1)},
            full,
        )
        for week in year.weeks
    ]


def _span(row: Row, limit: int | None) -> str:
    told = _("median %(median)s, longest %(longest)s") % {
        "median": number(row.median, places=1),
        "longest": number(row.longest),
    }
    return told if limit is None else _("%(told)s, limit %(limit)s") % {"told": told, "limit": number(limit)}


def _limit(year: Year, code: str) -> int | None:
    """In calendar days; of working days and months the fewest that they came to in the year, so that whatever lies
    before the mark was in time.
    """
    known = year.regime.rights.get(code)
    if known is None or known.respond.count == "calendar_days":
        return known.respond.number if known else None
    first = datetime(year.period.year, 1, 1, 12, tzinfo=ZoneInfo(year.regime.zone))
    days = [
        (owes.respond.last_on - owes.received_on).days
        for week in range(WEEKS)
        for owes in [owed.dates(year.regime, code, first + timedelta(weeks=week), under=year.calendars)]
        if owes.respond.last_on is not None
    ]
    return min(days, default=None)
