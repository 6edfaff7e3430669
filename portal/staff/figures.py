"""A year in figures: how requests ended, in how many days, why some were refused; each number leads to its cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.look.days import in_words, page_language
from portal.look.tables import as_csv
from portal.staff import figures_charts as charts
from portal.staff import figures_tables as tables
from portal.staff import own_motion_words, reading, words
from portal.staff.doors import Place, page, staff_page
from portal.staff.figures_year import Year, described
from requests_app import access, figures, forecast, law, permits
from requests_app.letters import pdf
from requests_app.models import Case

PAGE = 50
WANTED = ("right", "channel", "lives", "due", "handler", "result", "timing", "ground", "cause")


@staff_page()
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """One year under one regime; as many statements for a million cases as for one."""
    year = _year(request, place)
    context = {
        "title": _title(year),
        "counted": _counted(year),
        "choices": _choices(year),
        "shares": charts.shares(year),
        "scale": charts.scale(year),
        "ended": tables.ended(year),
        "days": tables.days(year),
        "weeks": charts.weeks(year),
        "load": tables.load(year),
        "rest": [table for table in tables.others(year) if table.rows],
        "csv_url": f"{place.url('figures_csv')}?{_query(year)}",
        "pdf_url": f"{place.url('figures_pdf')}?{_query(year)}",
        "public_url": reverse("public:figures", args=[place.slug]) if year.regime.code in law.METRICS else "",
        "any": bool(year.rows) or bool(year.own_motion),
    }
    return page(request, place, "figures", context)


@staff_page()
def as_sheet(request: HttpRequest, place: Place) -> HttpResponse:
    """The same as CSV."""
    year = _year(request, place)
    about = [[_title(year)], *([line] for line in _opening(year)), []]
    heads = [[_("Table"), _("Line"), _("Figure"), _("Number")]]
    return _file(year, as_csv([*about, *heads], tables.every(year)), "csv", "text/csv; charset=utf-8")


@staff_page()
def as_paper(request: HttpRequest, place: Place) -> HttpResponse:
    """The same as PDF."""
    year = _year(request, place)
    printed = tuple(
        pdf.Printed(
            table.title, table.columns, tuple(tuple(cell.text for cell in row) for row in table.rows), table.note
        )
        for table in tables.every(year)
        if table.rows
    )  # fmt: skip
    document = pdf.report(
        title=_title(year),
        sender=place.controller.text(place.controller.legal_name, page_language()),
        language=page_language(),
        brand=place.controller.brand.brand,
        opening=_opening(year),
        tables=printed,
    )
    return _file(year, document, "pdf", "application/pdf")


@staff_page()
def cases(request: HttpRequest, place: Place) -> HttpResponse:
    """The cases behind one figure, by receipt, fifty at a time; one's own are colleagues' work and not among them."""
    year = _year(request, place)
    # The database takes no NUL, and an address may hold one.
    wanted = {name: request.GET[name][:60].replace("\0", "") for name in WANTED if name in request.GET}
    if not year.handlers:
        wanted.pop("handler", None)
    monday = reading.day(wanted.get("due", ""))
    behind = forecast.due_in_week(year.period, monday) if monday else figures.chosen(year.period, wanted)
    found = access.cases_for(place.desk, place.slug).filter(pk__in=behind.values("pk"))
    listed = reading.part_of(found, "received_on", request.GET.get("after", ""), PAGE)
    onward = urlencode({**wanted, "after": listed.onward}) if listed.onward else ""
    context = {
        "title": _("Cases behind a figure"),
        "which": described(year, wanted),
        "rows": [_row(place, case) for case in listed.rows],
        "next_url": f"?{_query(year)}&{onward}" if onward else "",
        "back_url": f"{place.url('figures')}?{_query(year)}",
        "year_title": _title(year),
    }
    return page(request, place, "figures_cases", context)


def _row(place: Place, case: Case) -> dict[str, object]:
    _regime, right = words.rules_of(case)
    return {
        "reference": case.reference,
        "url": place.url("case", case.reference),
        "right": own_motion_words.title(right) if case.own_motion else right.title,
        "received_on": case.received_on,
        "last_on": case.last_on,
        "answered_at": case.closed_at if case.own_motion else case.answered_at,
        "result": words.OUTCOMES.get(case.outcome, "") if case.outcome else pgettext("a case", "Still open"),
    }


def _year(request: HttpRequest, place: Place) -> Year:
    """The year and regime in the address, or this year under the controller's first."""
    known = figures.years(place.slug, place.today)
    asked = request.GET.get("year", "")
    number = next((year for year in known if str(year) == asked), known[0])
    code = request.GET.get("regime", "")
    code = code if code in place.controller.regimes else place.controller.regimes[0]
    period = figures.Period(place.slug, code, number, place.today)
    return Year(place, period, known, handlers=place.may_do(permits.READ_LOAD))


def _title(year: Year) -> str:
    until = date(year.period.year, 12, 31)
    if year.period.year == year.place.today.year:
        until = year.place.today
    return _("Figures, %(first)s to %(last)s") % {
        "first": in_words(date(year.period.year, 1, 1), "bare"),
        "last": in_words(until, "plain"),
    }


def _counted(year: Year) -> str:
    wanted = law.METRICS.get(year.regime.code)
    if wanted is None:
        return _("Counted from the cases just now, by the day they were received.")
    by = in_words(date(year.period.year + 1, wanted.publish_month, wanted.publish_day), "plain")
    return _(
        "Counted from the cases just now, by the day they were received. %(rule)s asks to publish by %(day)s."
    ) % {"rule": wanted.citation, "day": by}


def _opening(year: Year) -> tuple[str, ...]:
    return (f"{year.title} · {_counted(year)}", *(str(note) for note in tables.NOTES))


def _choices(year: Year) -> list[dict[str, object]]:
    """Other years and regimes, the current ones marked."""
    period = year.period
    found = [
        (_query(replace(year, period=replace(period, year=other))), str(other), other == period.year)
        for other in year.known
    ]
    if len(year.place.controller.regimes) > 1:
        found += [
            (
                _query(replace(year, period=replace(period, regime=code))),
                law.regime(code).title.in_(page_language()),
                code == period.regime,
            )
            for code in year.place.controller.regimes
        ]
    return [{"url": f"?{query}", "title": title, "current": current} for query, title, current in found]


def _query(year: Year) -> str:
    return urlencode({"year": year.period.year, "regime": year.period.regime})


def _file(year: Year, content: bytes, ending: str, kind: str) -> HttpResponse:
    name = f"{year.place.slug}-{year.period.regime}-{year.period.year}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
