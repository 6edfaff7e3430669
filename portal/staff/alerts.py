"""What must not wait until somebody looks for it: dates that have come or are about to."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.staff import views
from portal.staff.doors import Place
from requests_app import access
from requests_app.letters import by_post

Row = dict[str, object]


def rows(place: Place) -> list[Row]:
    """A line for each kind of alarm there is, the worst first: two bounded queries."""
    tomorrow = place.today + timedelta(days=1)
    first = access.cases_for(place.desk, place.slug).due_by(tomorrow).by_due_date().values("pk")
    near = (
        access.cases_for(place.desk, place.slug)
        .filter(~views.UNVERIFIED, pk__in=first[: views.COUNT_TO], answered_at=None)
        .aggregate(
            alarms=Count("pk", filter=views.ALARM),
            over=Count("pk", filter=~views.ALARM & Q(due_on__lt=place.today)),
            soon=Count("pk", filter=~views.ALARM & Q(due_on__gte=place.today)),
        )
    )
    found = []
    if near["alarms"]:
        # Somebody believes that their information is no longer secure: no right with a clock, but nothing waits less.
        text = ngettext(
            "%(n)s report that information is no longer secure",
            "%(n)s reports that information is no longer secure",
            near["alarms"],
        )
        found.append(_alert(text, near["alarms"], f"{place.url('queue')}?view=security", "failed"))
    if near["over"]:
        text = ngettext("%(n)s case is past our date", "%(n)s cases are past our date", near["over"])
        found.append(_alert(text, near["over"], f"{place.url('queue')}?view=late", "failed"))
    if near["soon"]:
        text = ngettext(
            "%(n)s case must be answered by tomorrow",
            "%(n)s cases must be answered by tomorrow",
            near["soon"],
        )
        found.append(_alert(text, near["soon"], f"{place.url('queue')}?view=soon", "waiting"))
    paper = by_post.to_post(place.slug).filter(case__in=access.cases_for(place.desk, place.slug))
    due = paper.filter(kind__in=by_post.HAVE_A_DAY, leave_by__lte=tomorrow).order_by()
    if n := due.values("pk")[: views.COUNT_TO].count():
        text = ngettext(
            "%(n)s letter must be posted by tomorrow", "%(n)s letters must be posted by tomorrow", n
        )
        found.append(_alert(text, n, place.url("to_post"), "waiting"))
    return found


def _alert(text: str, n: int, url: str, state: str) -> Row:
    said = text % {"n": f"{n}{'+' if n >= views.COUNT_TO else ''}"}
    return {"title": said, "state": state, "url": url, "link": _("See")}
