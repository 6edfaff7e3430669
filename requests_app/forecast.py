"""What the coming weeks ask of a controller: the open cases by their dates, and what is likely to come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Avg, Count, F, QuerySet

from requests_app import figures
from requests_app.models import Case

WEEKS_AHEAD, WEEKS_BACK = 12, 8


@dataclass(frozen=True)
class Week:
    """What one week asks for, by our own dates."""

    monday: date
    due: int
    """Open cases due in it; in the first week also what is past its date."""
    expected: float
    """Requests that have not come in yet and will be due in it, if they come as they did lately."""


def weeks(period: figures.Period) -> list[Week]:
    """Twelve weeks from this one: what is open, by its date, and what is likely to come; two statements.

    A right of which so many requests came in on average in each of the last eight whole weeks is expected to go on
    so. Such a request falls due as many weeks after the week it comes in as this right's requests had on average
    from receipt to our date, rounded to weeks; so nothing is expected in the weeks before that.
    """
    first = period.today - timedelta(days=period.today.weekday())
    mondays = [first + timedelta(weeks=n) for n in range(WEEKS_AHEAD)]
    due = dict.fromkeys(mondays, 0)
    counted = (
        _waiting(period)
        .filter(due_on__lt=first + timedelta(weeks=WEEKS_AHEAD))
        .values("due_on")
        .annotate(n=Count("pk"))
    )
    for one in counted.order_by("due_on"):
        day = max(one["due_on"], first)
        due[day - timedelta(days=day.weekday())] += one["n"]
    lately = Case.objects.asked().filter(
        controller=period.controller, regime=period.regime, fallback_of=None,
        received_on__gte=first - timedelta(weeks=WEEKS_BACK), received_on__lt=first,
    )  # fmt: skip
    rates = (
        lately.order_by()
        .values("right")
        .annotate(n=Count("pk"), days=Avg(figures.Days(F("due_on"), F("received_on"))))
    )
    coming = [(one["n"] / WEEKS_BACK, round(float(one["days"]) / 7)) for one in rates]
    return [
        Week(monday, due[monday], sum(each for each, lag in coming if number >= lag))
        for number, monday in enumerate(mondays)
    ]


def due_in_week(period: figures.Period, monday: date) -> QuerySet[Case]:
    """The open cases that :func:`weeks` counts in a week."""
    first = period.today - timedelta(days=period.today.weekday())
    until = _waiting(period).filter(due_on__lt=monday + timedelta(weeks=1))
    return until if monday <= first else until.filter(due_on__gte=monday)


def _waiting(period: figures.Period) -> QuerySet[Case]:
    return (
        Case.objects.open()
        .asked()
        .filter(controller=period.controller, regime=period.regime, answered_at=None)
    )
