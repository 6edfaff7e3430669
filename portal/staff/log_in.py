"""Writing down what came by post, by phone or in person."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from portal.front import LANGUAGE_NAMES
from portal.staff import reading, which_part, words
from portal.staff.doors import Place, page, staff_page
from portal.staff.late_words import LOGGED_LATE
from requests_app import law, permits, subject
from requests_app.intake import logged

PROBLEMS = {
    "not_yours": later("This step needs another role."),
    "channel": later("Choose how it came."),
    "bad_date": later("Give the date as year-month-day, 2027-01-31."),
    "future": later("The day it came cannot lie ahead."),
    "too_old": later("It cannot have come more than a year ago."),
    "late_reason": later("Choose why it is written down only now."),
    "rights": later("Choose what it asks for."),
    "part": which_part.NOT_CHOSEN,
    "language": later("Choose the language to answer in."),
    "text": later("Write down what was said, or what the letter says."),
    "own": later("Your own request is written down by a colleague."),
    "email": later("Enter an e-mail address like name@example.org, or leave it empty."),
    "postal": later("To answer by post, enter the postal address."),
    "postal_lines": later("At most five lines of 44 letters or 22 Hanzi fit the envelope’s window."),
    "scan_size": later("At most ten scans of 10 MB each."),
    "scan_type": later("Attach scans as PDF, PNG, JPEG or TIFF."),
    "scan_virus": later("The virus scanner found something in a scan."),
    "scan_down": later("The virus scanner does not answer. Try again later."),
}


@staff_page("GET", "POST", works=True)
def write_down(request: HttpRequest, place: Place) -> HttpResponse:
    """The form; what it opens counts from the day it came."""
    if request.method != "POST":
        return _render(request, place, {}, [])
    typed = {
        name: request.POST.get(name, "").strip()
        for name in (
            "channel",
            "received_on",
            "late_reason",
            "part",
            "language",
            "name",
            "email",
            "postal",
            "answer_by",
            "text",
        )
    }
    slip = logged.Slip(
        number=request.POST.get("number", "")[:40] or secrets.token_urlsafe(12),
        channel=typed["channel"],
        received_on=reading.day(typed["received_on"]),
        language=typed["language"],
        rights=tuple(request.POST.getlist("rights")),
        text=typed["text"],
        name=typed["name"][:200],
        email=typed["email"][:254],
        postal=typed["postal"][:500],
        answer_by_post=typed["answer_by"] == "post",
        late_reason=typed["late_reason"],
        part=typed["part"],
        # One more than may be, so that too many are refused and never cut off.
        scans=tuple(
            file.read(logged.LARGEST_SCAN + 1)
            for file in request.FILES.getlist("scans")[: logged.MOST_SCANS + 1]
        ),
    )
    if typed["email"] and not subject.is_address(typed["email"]):
        return _render(request, place, typed, [("email", "email")])
    try:
        opened = logged.log(place.controller, slip, by=place.desk.user)
    except logged.NotLogged as refusal:
        return _render(request, place, typed, refusal.problems)
    messages.success(request, _("Opened. The clock runs from the day it came."))
    return redirect(place.url("case", opened.cases[0].reference))


def _render(
    request: HttpRequest, place: Place, typed: dict[str, str], found: list[tuple[str, str]]
) -> HttpResponse:
    lang = words.page_language()
    errors = {field: str(PROBLEMS[key]) for field, key in found}
    problems = [
        {"text": str(PROBLEMS[key]), "href": f"#{ANCHORS.get(field, f'id_{field}')}"} for field, key in found
    ]
    given = {"received_on": place.today.isoformat(), "language": place.controller.languages[0]} | typed
    chosen = request.POST.getlist("rights")

    def field(name: str, kind: str, label: str, hint: str = "", **more: object) -> dict[str, object]:
        known: dict[str, object] = {"name": name, "kind": kind, "label": label, "hint": hint}
        return known | {"value": given.get(name, ""), "errors": errors.get(name, "")} | more

    rights = [
        (right.code, law.regime(right.regime, place.today).right(right.code).title.in_(lang))
        for right in place.controller.rights
    ]
    ways = [(str(code), words.CHANNELS[code]) for code in logged.CHANNELS]
    tongues = [(code, LANGUAGE_NAMES.get(code, code)) for code in place.controller.languages]
    context = {
        "problems": problems,
        "opens_own_motion": place.may_do(permits.OPEN_OF_OWN_MOTION),
        "number": request.POST.get("number", "")[:40] or secrets.token_urlsafe(12),
        "channel_field": field("channel", "select", _("How did it come?"), choices=ways),
        "received_field": field(
            "received_on", "text", _("On which day did it come?"),
            _("Year-month-day. The clock runs from this day."), inputmode="numeric",
        ),
        "late_field": field(
            "late_reason", "select", _("If it came before today: why is it written down only now?"),
            choices=list(LOGGED_LATE.items()), required=False,
        ),
        "rights_field": field("rights", "checkboxes", _("What does it ask for?"), choices=rights, value=chosen),
        "part_field": which_part.field(place, given.get("part", ""), errors.get("part", "")),
        "language_field": field("language", "select", _("Language to answer in"), choices=tongues),
        "name_field": field("name", "text", _("Name"), required=False, maxlength=200),
        "email_field": field(
            "email", "email", _("E-mail address, if one was given"), required=False, maxlength=254,
        ),
        "postal_field": field(
            "postal", "textarea", _("Postal address, if one was given"),
            _("Without the name, as it stands on an envelope, at most five lines."),
            required=False, rows=3, maxlength=500,
        ),
        "answer_by_field": field(
            "answer_by", "select", _("How to answer"),
            choices=[
                {"value": "", "label": _("By e-mail, or by post where none was given"), "keep": True},
                {"value": "post", "label": _("As a letter")},
            ], required=False,
        ),
        "text_field": field(
            "text", "textarea", _("What was said or written"),
            _("In the person’s own words, as far as you can."), rows=6, maxlength=logged.LONGEST,
        ),
        "scans_error": errors.get("scans", ""),
    }  # fmt: skip
    return page(request, place, "log_in", context, status=400 if found else 200)


ANCHORS = {"rights": "id_rights_0", "part": "id_part_0"}
