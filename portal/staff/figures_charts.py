"""The charts of a year: how requests were answered, in how many days, and what the next weeks ask for."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.look import bars
from portal.look.days import in_words
from portal.look.tables import number
from portal.staff.figures_year import Year
from requests_app.figures import Row


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
        (year.right(row.key), row.median, row.longest, _limit(year, row.key), _span(row))
        for row in year.rows
        if row.median is not None and row.longest is not None
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


def _span(row: Row) -> str:
    return _("median %(median)s, longest %(longest)s") % {
        "median": number(row.median, places=1),
        "longest": number(row.longest),
    }


def _limit(year: Year, code: str) -> int | None:
    """In calendar days, where the law counts so; working days have no place on a scale of days."""
    known = year.regime.rights.get(code)
    return known.respond.number if known and known.respond.count == "calendar_days" else None
