"""The tables and charts of a year: what each counts, and what stands behind each number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import pgettext, pgettext_lazy

from identity.models import User
from portal.look import bars
from portal.look.days import in_words, page_language
from portal.look.duties import in_time
from portal.look.tables import Cell, Table, number
from portal.staff import late_words, reading, words
from portal.staff.doors import Place
from portal.staff.own_motion_words import CAUSES
from requests_app import figures, law
from requests_app.figures import Row
from requests_app.models import OwnLook

NOTES = (
    later("An answer that nothing is held counts as answered in whole."),
    later(
        "A request turned into a lesser one because nobody was identified counts once, as answered in part."
    ),
    later("Days run from receipt to the first answer in substance, both in the statute’s own time zone."),
)
RESULTS = {
    "whole": later("In whole"),
    "part": later("In part"),
    "refused": later("Refused"),
    "dropped": later("Withdrawn or duplicate"),
    "open": pgettext_lazy("a case", "Still open"),
}
TIMES = {
    "in_time": later("In time"),
    "extended": later("In time after an extension"),
    "late": later("Late"),
    "overdue": later("Overdue now"),
}
CALIFORNIA = "ccpa"
QUARTERS = (1, 2, 3, 4)
LOOKS = {
    OwnLook.Did.SAW.value: later("Saw what is held"),
    OwnLook.Did.CHANGED.value: later("Changed something"),
}
REASONS = {
    figures.NOT_IDENTIFIED: later("Identity was not shown"),
    figures.OTHER: later("Another ground"),
}


@dataclass(frozen=True)
class Year:
    """What is shown of one year, read once; :func:`others` asks for the rest."""

    place: Place
    period: figures.Period
    known: list[int]
    handlers: bool
    """Whether this person may see how much each colleague answered."""

    @property
    def regime(self) -> law.Regime:
        """The statute."""
        return self.period.rules

    @property
    def title(self) -> str:
        """The statute's name."""
        return self.regime.title.in_(page_language())

    @cached_property
    def rows(self) -> list[Row]:
        """By right, in the order of the statute."""
        order = list(self.regime.rights)
        found = figures.rows(self.period, "right")
        return sorted(found, key=lambda row: order.index(row.key) if row.key in order else len(order))

    @cached_property
    def own_motion(self) -> list[Row]:
        """What was opened with nobody asking, by what gave rise to it; no request, and in no other table."""
        return figures.rows(self.period, "cause")

    @cached_property
    def weeks(self) -> list[figures.Week]:
        """What the coming weeks ask for; an earlier year has none."""
        if self.period.year != self.period.today.year:
            return []
        found = figures.forecast(self.period)
        return found if any(week.due or week.expected for week in found) else []

    @property
    def asks_where(self) -> bool:
        """Whether people are asked where they live, as that decides which statute applies."""
        return CALIFORNIA in self.place.controller.regimes

    @property
    def places(self) -> dict[str, str]:
        """Where people may say they live, by what a case keeps; nothing is asked but under one statute."""
        return {
            "yes": _("California"),
            "no": _("Elsewhere"),
            "unknown": _("They do not know"),
            "": _("Not asked, or not said"),
        }

    def right(self, code: str) -> str:
        """A right's title."""
        known = self.regime.rights.get(code)
        return known.title.in_(page_language()) if known else code

    def cell(self, value: int, **wanted: str) -> Cell:
        """A number and the cases behind it; nothing stands behind none."""
        if not value:
            return Cell("0")
        query = urlencode({"year": self.period.year, "regime": self.period.regime, **wanted})
        return Cell(number(value), f"{self.place.url('figures_cases')}?{query}")


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
    ) % {"back": figures.LOOKED_BACK_WEEKS}
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
        _ended_by(year, "channel", _("By channel"), words.CHANNELS),
        *(
            [_ended_by(year, "lives", _("By where people say they live"), year.places)]
            if year.asks_where
            else []
        ),
        _looks(year),
    ]
    if year.handlers:
        found.append(_by_handler(year))
    return [*found, _published(year), _of_own_motion(year)]


def every(year: Year) -> list[Table]:
    """All tables, for a file."""
    return [ended(year), days(year), load(year), *others(year)]


def described(year: Year, wanted: dict[str, str]) -> str:
    """What was pressed, in words."""
    named: dict[str, Iterable[str]] = {
        "right": [year.right(wanted.get("right", ""))],
        "channel": [str(words.CHANNELS.get(wanted.get("channel", ""), ""))],
        "lives": [str(year.places.get(wanted.get("lives", ""), ""))],
        "due": [_due(wanted.get("due", ""))],
        "handler": [_names([wanted.get("handler", "")]).get(wanted.get("handler", ""), _("Nobody"))],
        "result": [str(RESULTS.get(wanted.get("result", ""), ""))],
        "timing": [str(TIMES.get(wanted.get("timing", ""), ""))],
        "cause": [str(CAUSES.get(wanted.get("cause", ""), ""))],
        "ground": [_reason(year, wanted.get("ground", ""))],
    }
    parts = [year.title, *(text for name, texts in named.items() if name in wanted for text in texts if text)]
    return " · ".join(parts)


def _due(text: str) -> str:
    day = reading.day(text)
    return _("due in the week from %(day)s") % {"day": in_words(day, "plain")} if day else ""


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
        (Cell(_reason(year, code)), year.cell(n, ground=code))
        for code, n in figures.reasons(year.period).items()
    )
    note = _("A request may rest on several grounds, so these do not add up.")
    return Table("reasons", _("Why not, or not all"), (_("Ground"), _("Requests")), rows, note)


def _reason(year: Year, code: str) -> str:
    if code in REASONS:
        return str(REASONS[code])
    known = year.regime.exemptions.get(code)
    if known is None:
        return code
    return f"{known.title.in_(page_language())} ({law.cite_in(known.citation, page_language())})"


def _ended_by(year: Year, by: str, title: str, names: object) -> Table:
    rows = tuple(
        (
            Cell(str(names.get(row.key) or row.key or _("Nobody"))),
            year.cell(row.received, **{by: row.key}),
            *(year.cell(getattr(row, name), result=name, **{by: row.key}) for name in RESULTS),
            year.cell(row.late, timing="late", **{by: row.key}),
            Cell(number(row.median, places=1)),
        )
        for row in figures.rows(year.period, by)
    )
    columns = (
        title,
        pgettext("how many", "Received"),
        *(str(one) for one in RESULTS.values()),
        _("Late"),
        _("Median days"),
    )
    return Table(by, title, columns, rows)


def _by_handler(year: Year) -> Table:
    staff = User.objects.filter(duties__controller=year.place.slug).distinct()
    names = {str(user.pk): str(user) for user in staff[:500]}
    return _ended_by(year, "handler", _("By handler"), names)


def _published(year: Year) -> Table:
    lines = {metric.code: metric for metric in getattr(law.METRICS.get(year.period.regime), "rows", ())}
    rows = tuple(
        (
            Cell(lines[row.key].title.in_(page_language())),
            *(Cell(number(n)) for n in (row.received, row.complied, row.refused)),
            *(Cell(number(n, places=1) if lines[row.key].days else "–") for n in (row.median, row.mean)),
        )
        for row in figures.published(year.period)
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


def _names(numbers: Iterable[str]) -> dict[str, str]:
    wanted = [int(one) for one in numbers if one.isdecimal()]
    return {str(user.pk): str(user) for user in User.objects.filter(pk__in=wanted)} if wanted else {}


def _day_cells(row: Row) -> tuple[Cell, ...]:
    return (
        Cell(number(row.median, places=1)),
        Cell(number(row.mean, places=1)),
        Cell(number(row.longest)),
    )


def _span(row: Row) -> str:
    return _("median %(median)s, longest %(longest)s") % {
        "median": number(row.median, places=1),
        "longest": number(row.longest),
    }


def _limit(year: Year, code: str) -> int | None:
    """In calendar days, where the law counts so; working days have no place on a scale of days."""
    known = year.regime.rights.get(code)
    return known.respond.number if known and known.respond.count == "calendar_days" else None


def _duty(year: Year, code: str) -> str:
    known = year.regime.rights.get(code)
    return in_time(known.respond) if known else "–"
