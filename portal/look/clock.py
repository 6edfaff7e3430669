"""A case's clock as people read it: state, words, and its days drawn to scale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .days import in_words

SOON_WITHIN_DAYS = 5
SHAPES = {
    "running": "clock",
    "soon": "warning",
    "paused": "paused",
    "overdue": "stop",
    "answered": "done",
}
CROWDED = 26.0
"""Percent of the rail under which two labels above it would touch."""


@dataclass(frozen=True)
class Clock:
    """Where a case stands in time. Build it with :meth:`on`, so that no answered case is ever overdue."""

    state: str
    words: str

    @property
    def icon(self) -> str:
        """The shape that says the same without colour."""
        return SHAPES[self.state]

    @classmethod
    def on(
        cls,
        today: date,
        due_on: date,
        last_on: date | None = None,
        *,
        answered_on: date | None = None,
        paused: bool = False,
        waiting_for: str = "",
        extended: bool = False,
        provisional: bool = False,
        working_days_left: int | None = None,
    ) -> Clock:
        """The clock on ``today``. ``last_on`` is the law's last day; without one our date is the last.

        ``provisional``: a day off that is not announced yet may still move the dates.
        """
        if answered_on is not None:
            return cls("answered", _("Answered %(day)s") % {"day": in_words(answered_on)})
        if paused:
            return cls("paused", _("Paused – waiting for %(whom)s") % {"whom": waiting_for or _("requester")})
        last = max(last_on or due_on, due_on)
        if today > last:
            late = (today - last).days
            return cls("overdue", ngettext("Overdue %(n)s day", "Overdue %(n)s days", late) % {"n": late})
        if today > due_on:
            left = (last - today).days
            return cls("soon", _law_words(left))
        left = (due_on - today).days
        words = _left_words(left, working_days_left)
        if extended:
            words = _("%(left)s · extended") % {"left": words}
        if provisional:
            words = _("%(left)s · provisional") % {"left": words}
        return cls("soon" if left <= SOON_WITHIN_DAYS else "running", words)


def _left_words(left: int, working: int | None) -> str:
    if left == 0:
        return _("Due today")
    if left == 1:
        return _("Due tomorrow")
    if working is not None:
        return ngettext("%(n)s working day left", "%(n)s working days left", working) % {"n": working}
    return ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}


def _law_words(left: int) -> str:
    if left == 0:
        return _("Today is law’s last day")
    return ngettext("%(n)s day to law’s last", "%(n)s days to law’s last", left) % {"n": left}


@dataclass(frozen=True)
class Mark:
    """One day on the rail: where it stands and which way its label runs."""

    on: date
    at: float
    anchor: str
    day: int

    @property
    def x(self) -> str:
        """Position as an SVG percentage, with a point whatever the language."""
        return f"{self.at:.2f}%"


@dataclass(frozen=True)
class Rail:
    """Receipt (or the day we opened it ourselves), today, our date, the law's last day and the furthest, to scale."""

    received: Mark
    today: Mark
    due: Mark
    last: Mark | None
    outer: Mark | None
    state: str
    raised: bool
    asked: bool = True
    """Whether somebody asked: what nobody asked for was opened, and not received."""

    @classmethod
    def of(
        cls,
        received_on: date,
        today: date,
        due_on: date,
        last_on: date | None = None,
        outer_on: date | None = None,
        *,
        state: str = "soon",
        asked: bool = True,
    ) -> Rail:
        """Lay the days out; a label never leaves the rail and two never stand on each other."""
        far = max(day for day in (today, due_on, last_on, outer_on) if day)
        span = max((far - received_on).days, 1)

        def mark(day: date, *, ends: bool) -> Mark:
            at = 100 * min(max((day - received_on).days, 0), span) / span
            # So wide is a label on a phone: one that ends nearer the start would stand outside the rail.
            anchor = "end" if (ends and at > 22) or at > 70 else "start"
            return Mark(day, at, anchor, (day - received_on).days)

        now, due = mark(today, ends=today <= due_on), mark(due_on, ends=today > due_on)
        facing = now.anchor == "end" and due.anchor == "start"
        if today > due_on:
            facing = now.anchor == "start" and due.anchor == "end"
        return cls(
            received=mark(received_on, ends=False),
            today=now,
            due=due,
            last=mark(last_on, ends=True) if last_on and last_on != due_on else None,
            outer=mark(outer_on, ends=True) if outer_on and outer_on > (last_on or due_on) else None,
            state=state,
            raised=not facing and abs(now.at - due.at) < CROWDED,
            asked=asked,
        )
