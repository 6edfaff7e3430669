"""The next thirty working days: how many answers each day asks for, and what has not been kept."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse

from portal.look.days import page_language
from portal.staff.doors import Place, page, staff_page
from requests_app import access, law, owed
from requests_app.models import UNVERIFIED

WORKING_DAYS = 30
COUNT_TO = 5000
"""So many open cases are counted, those due first; the page says when there are more."""


@staff_page()
def board(request: HttpRequest, place: Place) -> HttpResponse:
    """A line for today, each working day, and each day off on which something is due all the same."""
    calendar = owed.calendars()[law.regime(place.controller.regimes[0]).calendar]
    last = calendar.after(place.today, WORKING_DAYS)
    mine = access.cases_for(place.desk, place.slug)
    due = mine.due_by(last).filter(~UNVERIFIED, answered_at=None).by_due_date()
    counted = {
        one["due_on"]: one
        for one in access.first_of(due, COUNT_TO)
        .values("due_on")
        .annotate(
            n=Count("pk"),
            unsettled=Count("pk", filter=Q(provisional=True)),
            nobodys=Count("pk", filter=Q(assignee=None)),
        )
    }
    most = max((one["n"] for day, one in counted.items() if day >= place.today), default=0)
    rows = []
    for offset in range((last - place.today).days + 1):
        day = place.today + timedelta(days=offset)
        one = counted.get(day, {"n": 0, "unsettled": 0, "nobodys": 0})
        works = calendar.is_working(day)
        if works or one["n"] or not offset:
            rows.append(
                {
                    "day": day,
                    "n": one["n"],
                    "nobodys": one["nobodys"],
                    "width": f"{100 * one['n'] / most:.2f}%" if most else "0%",
                    "works": works,
                    "provisional": bool(one["unsettled"]) or calendar.is_provisional(day, day),
                    "url": f"{place.url('queue')}?view=open&after={day}.0",
                    "today": day == place.today,
                }
            )
    context = {
        "rows": rows,
        "late": sum(one["n"] for day, one in counted.items() if day < place.today),
        "late_url": f"{place.url('queue')}?view=late",
        "more": sum(one["n"] for one in counted.values()) >= COUNT_TO,
        "count_to": COUNT_TO,
        "calendar": calendar.title.in_(page_language()),
    }
    return page(request, place, "board", context)
