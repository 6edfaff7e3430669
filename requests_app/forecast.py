"""What the coming weeks ask of a controller: the open cases by their dates, and what is likely to come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Avg, CharField, Count, DateField, F, FloatField, QuerySet, Value
from django.db.models.functions import Cast

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
    """Twelve weeks from this one: what is open, by its date, and what is likely to come; one statement.

    A right of which so many requests came in on average in each of the last eight whole weeks is expected to go on
    so. Such a request falls due as many weeks after the week it comes in as this right's requests had on average
    from receipt to our date, rounded to weeks; so nothing is expected in the weeks before that.
    """
    first = period.today - timedelta(days=period.today.weekday())
    mondays = [first + timedelta(weeks=n) for n in range(WEEKS_AHEAD)]
    due = dict.fromkeys(mondays, 0)
    open_ = _waiting(period).filter(due_on__lt=first + timedelta(weeks=WEEKS_AHEAD)).order_by()
    counted = (
        open_.annotate(kind=Value("", CharField()), on=F("due_on"))
        .values("kind", "on")
        .annotate(n=Count("pk"), days=Value(None, FloatField()))
    )
    lately = Case.objects.asked().filter(
        controller=period.controller, regime=period.regime, fallback_of=None,
        received_on__gte=first - timedelta(weeks=WEEKS_BACK), received_on__lt=first,
    )  # fmt: skip
    taken = Cast(Avg(figures.Days(F("due_on"), F("received_on"))), FloatField())
    rates = (
        lately.order_by()
        .annotate(kind=Cast(F("right"), CharField()), on=Value(None, DateField()))
        .values("kind", "on")
        .annotate(n=Count("pk"), days=taken)
    )
    coming = []
    for one in counted.union(rates, all=True):
        if one["kind"]:
            coming.append((one["n"] / WEEKS_BACK, round(one["days"] / 7)))
        else:
            day = max(one["on"], first)
            due[day - timedelta(days=day.weekday())] += one["n"]
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
