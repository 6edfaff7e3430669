"""Last calendar year's requests as the statute wants them published, and no smaller numbers than it asks for."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from portal.look.days import in_words, page_language
from portal.look.tables import Cell, Table, number
from portal.public.doors import of_controller
from portal.public.page import page, publishes_figures
from requests_app import figures, law, worklist

KEPT = timedelta(hours=1)
"""Strangers may ask for this page as often as they like; the cases are counted once in this time."""


@require_safe
@of_controller
def published(request: HttpRequest) -> HttpResponse:
    """Only under a statute that wants figures; totals by kind of request, as it lists them."""
    controller = request.controller
    if not publishes_figures(controller):
        raise Http404
    code = next(code for code in controller.regimes if code in law.METRICS)
    year = worklist.today_at(controller.slug).year - 1
    counted_at, rows = _counted(controller.slug, code, year)
    return page(
        request,
        "figures",
        {
            "title": _("Requests in %(year)s") % {"year": year},
            "table": _table(code, rows),
            "rule": law.METRICS[code].citation,
            "statute": law.regime(code).title,
            "year": year,
            "open": sum(row.open for row in rows),
            "received": sum(row.received for row in rows),
            "counted": in_words(counted_at, "plain"),
        },
    )


def _counted(slug: str, code: str, year: int) -> tuple[datetime, list[figures.Row]]:
    name = f"figures:{slug}:{code}:{year}"
    found = cache.get(name)
    if found is None:
        found = (timezone.now(), figures.published(figures.Period(slug, code, year, date(year, 12, 31))))
        cache.set(name, found, KEPT.total_seconds())
    return found


def _table(code: str, rows: list[figures.Row]) -> Table:
    lines = {metric.code: metric for metric in law.METRICS[code].rows}
    cells = tuple(
        (
            Cell(lines[row.key].title.in_(page_language())),
            *(Cell(number(n)) for n in (row.received, row.complied, row.refused)),
            Cell(number(row.median, places=1) if lines[row.key].days else "–"),
        )
        for row in rows
    )
    columns = (
        _("Requests"), pgettext("how many", "Received"), _("Complied with in whole or in part"), _("Denied"), _("Median days to our answer"),
    )  # fmt: skip
    return Table("published", _("Requests and how they ended"), columns, cells)
