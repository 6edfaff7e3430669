"""The tables of a year: what each counts, and what stands behind each number."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import pgettext

from portal.look.days import in_words, page_language
from portal.look.duties import in_time
from portal.look.tables import Cell, Table, number
from portal.staff import late_words, words
from portal.staff.figures_year import RESULTS, TIMES, Year, names_of
from portal.staff.own_motion_words import CAUSES
from requests_app import figures, forecast, law
from requests_app.figures import Row
from requests_app.models import OwnLook

NOTES = (
    later("An answer that nothing is held counts as answered in whole."),
    later(
        "A request turned into a lesser one because nobody was identified counts once, as answered in part."
    ),
    later("Days run from receipt to the first answer in substance, both in the statute’s own time zone."),
)
QUARTERS = (1, 2, 3, 4)
LOOKS = {
    OwnLook.Did.SAW.value: later("Saw what is held"),
    OwnLook.Did.CHANGED.value: later("Changed something"),
}


def ended(year: Year) -> Table:
    """How requests ended."""
    rows = tuple(
        (
            Cell(year.right(row.key)),
            year.cell(row.received, right=row.key),
            *(year.cell(getattr(row, name), right=row.key, result=name) for name in RESULTS),
        )
        for row in year.rows
    )
    columns = (_("Right"), pgettext("how many", "Received"), *(str(title) for title in RESULTS.values()))
    return Table("ended", _("How requests were answered"), columns, rows)


def days(year: Year) -> Table:
    """Days to an answer."""
    rows = tuple(
        (Cell(year.right(row.key)), *_day_cells(row), Cell(_duty(year, row.key))) for row in year.rows
    )
    columns = (_("Right"), _("Median"), _("Mean"), _("Longest"), _("Limit without extension"))
    return Table("days", _("Days to an answer"), columns, rows)


def load(year: Year) -> Table:
    """The same in numbers, and how it is counted."""
    rows = tuple(
        (
            Cell(in_words(week.monday, "plain")),
            year.cell(week.due, due=week.monday.isoformat()),
            Cell(number(week.expected, places=1)),
            Cell(number(week.due + week.expected, places=1)),
        )
        for week in year.weeks
    )
    columns = (_("Week from Monday"), _("Open and due"), _("Expected besides"), _("Together"))
    note = _(
        "Open: cases without an answer, by our date; what is past its date stands in the first week. Expected: each right’s requests of the last %(back)s whole weeks, as many each week, due as long after receipt as they were."
    ) % {"back": forecast.WEEKS_BACK}
    return Table("load", _("What the next weeks ask for"), columns, rows, note)


def _looks(year: Year) -> Table:
    counted = figures.own_looks(year.period)
    rows = tuple(
        (
            Cell(str(title)),
            *(Cell(number(counted.get((did, quarter), 0))) for quarter in QUARTERS),
            Cell(number(sum(counted.get((did, quarter), 0) for quarter in QUARTERS))),
        )
        for did, title in LOOKS.items()
        if counted
    )
    columns = (
        _("By themselves"), *(_("Quarter %(n)s") % {"n": quarter} for quarter in QUARTERS), _("Year"),
    )  # fmt: skip
    note = _("Of the whole company, whatever the statute; such looks are on record for 24 months.")
    return Table("looks", _("Own data seen and changed without a request"), columns, rows, note)


def others(year: Year) -> list[Table]:
    """In time or late, why not, by channel, place and handler, what people did alone, and what the statute wants published."""
    found = [
        _timely(year),
        _late(year),
        _reasons(year),
        _by_channel(year),
        *([_by_place(year)] if year.asks_where else []),
        _looks(year),
    ]
    if year.handlers:
        found.append(_by_handler(year))
    return [*found, _published(year), _of_own_motion(year)]


def every(year: Year) -> list[Table]:
    """All tables, for a file."""
    return [ended(year), days(year), load(year), *others(year)]


def _timely(year: Year) -> Table:
    rows = tuple(
        (
            Cell(year.right(row.key)),
            *(year.cell(getattr(row, name), right=row.key, timing=name) for name in TIMES),
        )
        for row in year.rows
    )
    columns = (_("Right"), *(str(title) for title in TIMES.values()))
    return Table("timely", _("In time or late"), columns, rows)


def _late(year: Year) -> Table:
    rows = tuple(
        (Cell(str(late_words.LATE_REASONS.get(code, code))), Cell(number(n)))
        for code, n in figures.late_reasons(year.period).items()
    )
    return Table("late", _("Why late, as staff said"), (_("Reason"), _("Requests")), rows)


def _reasons(year: Year) -> Table:
    rows = tuple(
        (Cell(year.reason(code)), year.cell(n, ground=code))
        for code, n in figures.reasons(year.period).items()
    )
    note = _("A request may rest on several grounds, so these do not add up.")
    return Table("reasons", _("Why not, or not all"), (_("Ground"), _("Requests")), rows, note)


def _ended_by(year: Year, by: str, title: str, names: Mapping[str, object]) -> Table:
    rows = tuple(
        (
            Cell(str(names.get(row.key) or row.key or _("Nobody"))),
            year.cell(row.received, **{by: row.key}),
            *(year.cell(getattr(row, name), result=name, **{by: row.key}) for name in RESULTS),
            year.cell(row.late, timing="late", **{by: row.key}),
            Cell(number(row.median, places=1)),
        )
        for row in year.tallied[by]
    )
    columns = (
        title,
        pgettext("how many", "Received"),
        *(str(one) for one in RESULTS.values()),
        _("Late"),
        _("Median days"),
    )
    return Table(by, title, columns, rows)


def _by_channel(year: Year) -> Table:
    return _ended_by(year, "channel", _("By channel"), words.CHANNELS)


def _by_place(year: Year) -> Table:
    return _ended_by(year, "lives", _("By where people say they live"), year.places)


def _by_handler(year: Year) -> Table:
    names = names_of(row.key for row in year.tallied["handler"])
    return _ended_by(year, "handler", _("By handler"), names)


def _published(year: Year) -> Table:
    lines = {metric.code: metric for metric in getattr(law.METRICS.get(year.period.regime), "rows", ())}
    rows = tuple(
        (
            Cell(lines[row.key].title.in_(page_language())),
            *(Cell(number(n)) for n in (row.received, row.complied, row.refused)),
            *(Cell(number(n, places=1) if lines[row.key].days else "–") for n in (row.median, row.mean)),
        )
        for row in year.tallied["line"]
    )
    columns = (
        _("Requests"), pgettext("how many", "Received"), _("Complied with in whole or in part"), _("Denied"), _("Median days"), _("Mean days"),
    )  # fmt: skip
    return Table("published", _("As the law wants it published"), columns, rows)


def _of_own_motion(year: Year) -> Table:
    ends = RESULTS | {"refused": _("Nothing done: an exemption"), "dropped": _("Set aside")}
    rows = tuple(
        (
            Cell(str(CAUSES.get(row.key, row.key))),
            year.cell(row.received, cause=row.key),
            *(year.cell(getattr(row, name), cause=row.key, result=name) for name in ends),
        )
        for row in year.own_motion
    )
    columns = (_("What gave rise to it"), _("Opened"), *(str(title) for title in ends.values()))
    note = _("Nobody asked for these. They are no requests, and no other table here counts them.")
    return Table("own_motion", _("Cases of our own motion"), columns, rows, note)


def _day_cells(row: Row) -> tuple[Cell, ...]:
    return (
        Cell(number(row.median, places=1)),
        Cell(number(row.mean, places=1)),
        Cell(number(row.longest)),
    )


def _duty(year: Year, code: str) -> str:
    known = year.regime.rights.get(code)
    return in_time(known.respond) if known else "–"
