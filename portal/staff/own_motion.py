"""Opening a case of the controller's own motion, and leaving one off that was opened by mistake."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from portal.look.days import page_language
from portal.staff import casefile, closing, own_motion_words, reading, words
from portal.staff.doors import Place, page, refused, staff_page, to_case
from requests_app import law, permits
from requests_app.decision.problem import NotAllowed
from requests_app.decision.set_aside import set_aside as leave_off
from requests_app.intake import own_motion
from requests_app.law.own_motion import DAYS
from requests_app.lifecycle import SET_ASIDE
from requests_app.models import Case

PROBLEMS = {
    "not_yours": later("This step needs another role."),
    "cause": later("Choose what gave rise to it."),
    "bad_date": later("Give the date as year-month-day, 2027-01-31."),
    "future": later("The day it was found cannot lie ahead."),
    "kind": later("Choose how the systems know the person."),
    "email": later("Enter an e-mail address like name@example.org."),
    "phone": later("Enter a mobile number, like +86 138 0000 0000."),
    "value": later("Enter what the systems know the person by."),
    "silent": later(
        "A system does not answer, so it cannot be seen whose number this is. Try again later, or give the e-mail address."
    ),
    "several": later("Several addresses are on record: give the e-mail address."),
    "own": later("This is about yourself: a colleague opens it."),
    "right": later("Choose what is to be done."),
    "basis": later("This ground does not fit what was found and what is to be done. Choose another."),
    "reason": later("Say in words why it is done."),
    "due_on": later("Our day lies after today and within a year."),
}
FIELDS = ("cause", "found_on", "kind", "value", "right", "basis", "reason", "due_on")
ANCHORS = {"basis": "id_basis_0", "cause": "id_cause_0", "right": "id_right_0"}


@staff_page("GET", "POST", act=permits.OPEN_OF_OWN_MOTION)
def open_case(request: HttpRequest, place: Place) -> HttpResponse:
    """The form; what it opens has no requester and is written to nobody."""
    if request.method != "POST":
        return _render(request, place, {}, [])
    typed = {name: request.POST.get(name, "").strip() for name in FIELDS}
    due_on = reading.day(typed["due_on"]) if typed["due_on"] else None
    if typed["due_on"] and due_on is None:
        return _render(request, place, typed, [("due_on", "bad_date")])
    finding = own_motion.Finding(
        number=request.POST.get("number", "")[:40] or secrets.token_urlsafe(12),
        cause=typed["cause"],
        found_on=reading.day(typed["found_on"]),
        kind=typed["kind"],
        value=typed["value"],
        right=typed["right"],
        basis=typed["basis"],
        reason=typed["reason"],
        due_on=due_on,
    )
    try:
        case, new = own_motion.open_case(place.controller, finding, by=place.desk.user)
    except own_motion.NotOpened as refusal:
        return _render(request, place, typed, refusal.problems)
    if new:
        messages.success(request, _("Opened. The systems are searched; nobody is written to."))
    else:
        messages.warning(request, _("This form opened a case already; nothing new was opened."))
    return redirect(place.url("case", case.reference))


@staff_page("POST", act=permits.of_move(SET_ASIDE))
def set_aside(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """It was mistaken, or another case does it: nothing is done, and the journal says why."""
    try:
        leave_off(case, by=place.desk.user, reason=request.POST.get("reason", ""))
    except NotAllowed as refusal:
        if refusal.problems != [("reason", "reason")]:
            return refused(request, place)
        problem = {"text": _("Choose why nothing is done."), "href": "#id_set_aside"}
        return casefile.render_file(request, place, case, problems=[problem])
    messages.success(request, closing.SOON)
    return to_case(place, case)


def _render(
    request: HttpRequest, place: Place, typed: dict[str, str], found: list[tuple[str, str]]
) -> HttpResponse:
    errors = {field: str(PROBLEMS[key]) for field, key in found}
    problems = [
        {"text": str(PROBLEMS[key]), "href": f"#{ANCHORS.get(field, f'id_{field}')}"} for field, key in found
    ]
    today = place.today
    given = {
        "found_on": today.isoformat(),
        "due_on": (today + timedelta(days=DAYS)).isoformat(),
        "kind": "email",
    } | typed

    def field(name: str, kind: str, label: str, hint: str = "", **more: object) -> dict[str, object]:
        known: dict[str, object] = {"name": name, "kind": kind, "label": label, "hint": hint}
        return known | {"value": given.get(name, ""), "errors": errors.get(name, "")} | more

    context = {
        "problems": problems,
        "number": request.POST.get("number", "")[:40] or secrets.token_urlsafe(12),
        "fields": [
            field("cause", "radio", _("What gave rise to it?"), choices=list(own_motion_words.CAUSES.items())),
            field("found_on", "text", _("On which day was it found?"), _("Year-month-day."), inputmode="numeric"),
            field(
                "kind", "select", _("How do the systems know the person?"),
                choices=[(one, own_motion_words.KINDS.get(one, one)) for one in own_motion.kinds(place.controller)],
            ),
            field(
                "value", "text", _("The address or number, as it stands in the systems"),
                _("It is searched for and sealed with the case. Nobody is written to."),
                maxlength=own_motion.LONGEST_VALUE, autocomplete="off", spellcheck="false",
            ),
            field("right", "radio", _("What is to be done?"), choices=_doings(place)),
            field("basis", "radio", _("What does it rest on?"), choices=_grounds(place)),
            field(
                "reason", "textarea", _("Why, in words"),
                _("What was found, where and how. The second person decides by it; name nobody."),
                rows=5, maxlength=own_motion.LONGEST,
            ),
            field(
                "due_on", "text", _("By which day do we mean to be done?"),
                _("No law names one, so the day is ours. Year-month-day."), inputmode="numeric",
            ),
        ],
    }  # fmt: skip
    return page(request, place, "own_motion", context, status=400 if found else 200)


def _doings(place: Place) -> list[dict[str, object]]:
    lang = page_language()
    found = []
    for right in own_motion.offered(place.controller):
        regime = law.regime(right.regime)
        exemptions = _("Exemptions by %(law)s") % {"law": regime.title.in_(lang)}
        doing = words.granting(regime.right(right.code))
        found.append({"value": right.code, "label": doing, "hint": exemptions})
    return found


def _grounds(place: Place) -> list[dict[str, object]]:
    lang = page_language()
    found: list[dict[str, object]] = [
        {
            "value": own_motion.OUR_DECISION,
            "keep": True,
            "label": _("Our own decision"),
            "hint": _("For the reason you give below."),
        }
    ]
    for one in law.own_motions(place.controller.regimes):
        fits = _list([str(own_motion_words.CAUSES[cause]) for cause in law.CAUSES if cause in one.causes])
        open_ = _("to be confirmed by counsel") if not one.confirmed else ""
        hint = " · ".join(part for part in (law.cite_in(one.citation, lang), open_, fits) if part)
        found.append({"value": one.code, "label": one.words.in_(lang), "hint": hint})
    return found


def _list(parts: list[str]) -> str:
    return " / ".join(parts)
