"""The log of training: the privacy lead writes it, the auditor reads it, and it shows who works without."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from identity import training
from identity.models import Training, User
from portal.look.days import in_words, moment_in_words
from portal.look.tables import Cell, Table, as_plain_csv
from portal.staff import reading
from portal.staff.doors import Place, page, staff_page
from requests_app import permits

PAGE, MOST_IN_A_FILE = 100, 10_000
PROBLEMS = {
    "about": later("Choose who was trained, among those who handle cases here."),
    "bad_date": later("Give the date as year-month-day, 2027-01-31."),
    "future": later("The day of the training cannot lie ahead."),
    "subject": later("Say on what, in at most 200 letters."),
}
ANCHORS = {"about": "#id_about_0", "trained_on": "#id_trained_on", "subject": "#id_subject"}


@staff_page(act=permits.READ_TRAINING)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Who works without training on record, and every line, a hundred to a page."""
    return _render(request, place)


@staff_page("POST", act=permits.RECORD_TRAINING)
def record(request: HttpRequest, place: Place) -> HttpResponse:
    """One training of one or several people."""
    typed = {name: request.POST.get(name, "").strip() for name in ("trained_on", "subject")}
    about = [
        int(number) for number in request.POST.getlist("about") if number.isdecimal() and len(number) < 16
    ]
    try:
        training.record(
            place.slug, set(about), on=reading.day(typed["trained_on"]), subject=typed["subject"], by=place.desk.user,
            today=place.today,
        )  # fmt: skip
    except training.NotRecorded as refusal:
        return _render(request, place, refusal.problems, typed, about)
    messages.success(request, _("Written into the log of training."))
    return redirect(place.url("training"))


@staff_page("POST", act=permits.RECORD_TRAINING)
def strike(request: HttpRequest, place: Place) -> HttpResponse:
    """A line written by mistake; it stays readable."""
    number = request.POST.get("line", "")
    if not number.isdecimal() or len(number) > 15:
        raise Http404
    if training.strike(place.slug, int(number), by=place.desk.user):
        messages.success(request, _("Struck out; it stays readable."))
    return redirect(place.url("training"))


@staff_page(act=permits.READ_TRAINING)
def as_sheet(request: HttpRequest, place: Place) -> HttpResponse:
    """The log as CSV, at most ten thousand lines."""
    lines = list(training.log_of(place.slug)[:MOST_IN_A_FILE])
    columns = (_("Person"), _("Day"), _("On what"), _("Recorded by"), _("Recorded"), _("Struck out by"))
    rows = tuple(
        tuple(Cell(str(row[key])) for key in ("who", "day", "subject", "by", "at", "struck"))
        for row in _rows(lines, iso=True)
    )
    content = as_plain_csv(Table("training", _("Log of training"), columns, rows))
    headers = {"Content-Disposition": f'attachment; filename="{place.slug}-training.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _render(
    request: HttpRequest,
    place: Place,
    found: list[tuple[str, str]] | None = None,
    typed: dict[str, str] | None = None,
    about: Iterable[int] = (),
) -> HttpResponse:
    kept = reading.part_of(training.log_of(place.slug), "-pk", request.GET.get("before", ""), PAGE)
    people, last, chosen = list(training.handlers(place.slug)), training.last_trained(place.slug), set(about)
    errors = {field: str(PROBLEMS[key]) for field, key in found or []}
    said = {"trained_on": place.today.isoformat(), "subject": ""} | (typed or {})
    context = {
        "problems": [{"text": str(PROBLEMS[key]), "href": ANCHORS[field]} for field, key in found or []],
        "without": [str(person) for person in people if person.pk not in last],
        "people": [
            {"who": str(person), "last": in_words(last[person.pk], "long") if person.pk in last else ""}
            for person in people
        ],
        "rows": _rows(kept.rows),
        "next_url": f"?before={kept.onward}" if kept.onward else "",
        "may_record": place.may_do(permits.RECORD_TRAINING),
        "about_field": {
            "name": "about", "kind": "checkboxes", "label": _("Who was trained?"), "value": [str(n) for n in chosen],
            "choices": [(str(person.pk), str(person)) for person in people], "errors": errors.get("about", ""),
        },
        "date_field": {
            "name": "trained_on", "kind": "text", "label": _("On which day?"), "hint": _("Year-month-day."),
            "inputmode": "numeric", "value": said["trained_on"], "errors": errors.get("trained_on", ""),
        },
        "subject_field": {
            "name": "subject", "kind": "text", "label": _("On what?"), "maxlength": training.LONGEST,
            "hint": _("Such as the CCPA regulations in the version of 2026, and how requests are handled here."),
            "value": said["subject"], "errors": errors.get("subject", ""),
        },
    }  # fmt: skip
    return page(request, place, "training", context, status=400 if found else 200)


def _rows(lines: list[Training], *, iso: bool = False) -> list[dict[str, object]]:
    """Each line with its names, in one query."""
    numbers = {n for line in lines for n in (line.about, line.by, line.struck_by) if n}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=numbers)}
    return [
        {
            "number": line.pk,
            "who": names.get(line.about, _("Staff")),
            "day": line.trained_on.isoformat() if iso else in_words(line.trained_on, "long"),
            "subject": line.subject,
            "by": names.get(line.by, _("Staff")),
            "at": line.recorded_at.isoformat(timespec="seconds")
            if iso
            else moment_in_words(line.recorded_at),
            "struck": names.get(line.struck_by, _("Staff")) if line.struck_by else "",
        }
        for line in lines
    ]
