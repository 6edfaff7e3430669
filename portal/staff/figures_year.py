"""One year under one statute, read once, and what its figures are called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import pgettext_lazy

from identity.models import User
from portal.look.days import in_words, page_language
from portal.look.tables import Cell, number
from portal.staff import reading, words
from portal.staff.doors import Place
from portal.staff.own_motion_words import CAUSES
from requests_app import figures, forecast, law, owed
from requests_app.figures import Row

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
REASONS = {
    figures.NOT_IDENTIFIED: later("Identity was not shown"),
    figures.OTHER: later("Another ground"),
}
CALIFORNIA = "ccpa"


@dataclass(frozen=True)
class Year:
    """What is shown of one year, read once; the rarer tables ask for the rest."""

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
    def tallied(self) -> dict[str, list[Row]]:
        """The year by each of what the page shows, read at once."""
        wanted = ["right", "channel", "cause", "line"]
        wanted += ["lives"] if self.asks_where else []
        wanted += ["handler"] if self.handlers else []
        return figures.tallied(self.period, wanted)

    @cached_property
    def rows(self) -> list[Row]:
        """By right, in the order of the statute."""
        order = list(self.regime.rights)
        return sorted(
            self.tallied["right"], key=lambda row: order.index(row.key) if row.key in order else len(order)
        )

    @property
    def own_motion(self) -> list[Row]:
        """What was opened with nobody asking, by what gave rise to it; no request, and in no other table."""
        return self.tallied["cause"]

    @cached_property
    def weeks(self) -> list[forecast.Week]:
        """What the coming weeks ask for; an earlier year has none."""
        if self.period.year != self.period.today.year:
            return []
        found = forecast.weeks(self.period)
        return found if any(week.due or week.expected for week in found) else []

    @cached_property
    def calendars(self) -> owed.Calendars:
        """Those that working days are counted on."""
        return owed.calendars()

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

    def reason(self, code: str) -> str:
        """Why a request was refused: an exemption with its citation, or what else it was."""
        if code in REASONS:
            return str(REASONS[code])
        known = self.regime.exemptions.get(code)
        if known is None:
            return code
        return f"{known.title.in_(page_language())} ({law.cite_in(known.citation, page_language())})"


def described(year: Year, wanted: dict[str, str]) -> str:
    """What was pressed, in words."""
    named: dict[str, Iterable[str]] = {
        "right": [year.right(wanted.get("right", ""))],
        "channel": [str(words.CHANNELS.get(wanted.get("channel", ""), ""))],
        "lives": [str(year.places.get(wanted.get("lives", ""), ""))],
        "due": [_due(wanted.get("due", ""))],
        "handler": [names_of([wanted.get("handler", "")]).get(wanted.get("handler", ""), _("Nobody"))],
        "result": [str(RESULTS.get(wanted.get("result", ""), ""))],
        "timing": [str(TIMES.get(wanted.get("timing", ""), ""))],
        "cause": [str(CAUSES.get(wanted.get("cause", ""), ""))],
        "ground": [year.reason(wanted.get("ground", ""))],
    }
    parts = [year.title, *(text for name, texts in named.items() if name in wanted for text in texts if text)]
    return " · ".join(parts)


def names_of(numbers: Iterable[str]) -> dict[str, str]:
    """Of those who handle cases, by number, also of whoever has left."""
    wanted = [int(one) for one in numbers if one.isdecimal()]
    return {str(user.pk): str(user) for user in User.objects.filter(pk__in=wanted)} if wanted else {}


def _due(text: str) -> str:
    day = reading.day(text)
    return _("due in the week from %(day)s") % {"day": in_words(day, "plain")} if day else ""
