"""A letter that the post brought back: when and why, and its way to another address."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.look.days import in_words
from portal.staff import head, letter_words, posting, reading
from portal.staff.doors import Place, page, staff_page
from portal.staff.post_words import FIELDS, PROBLEMS, WHY_RETURNED
from requests_app import journal
from requests_app.letters import brought_back, by_post
from requests_app.letters.post_address import NotPosted
from requests_app.models import Case, Letter


@staff_page("GET", "POST", works=True, asked=True)
def show(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """The post brought it back: when, why, and a picture of it."""
    found = by_post.one_of(case, number)
    if found is None or found.status != Letter.Status.SENT:
        raise Http404
    if request.method != "POST":
        return _render_return(request, place, case, found, {}, [])
    typed = {name: request.POST.get(name, "").strip() for name in ("returned_on", "reason")}
    picture = posting.file_of(request, "scan")
    said = brought_back.Return(reading.day(typed["returned_on"]), typed["reason"], picture)
    try:
        problems = posting.scanned(picture, "scan")
        if not problems:
            brought_back.come_back(case, found, said, by=place.desk.user)
    except NotPosted as refusal:
        problems = refusal.problems
    except journal.IllegalMove:
        problems = [("", "changed")]
    if problems:
        return _render_return(request, place, case, found, typed, problems)
    messages.success(
        request,
        _("Noted. The letter stays on record as posted; nothing need be posted again.")
        if by_post.moot([found])
        else _("Noted. The letter stays on record as posted; now the address has to be corrected."),
    )
    return redirect(place.url("post", case.reference))


@staff_page("POST", works=True, asked=True)
def again(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """A letter that came back is laid ready once more, to the address of now."""
    found = by_post.one_of(case, number)
    if found is None:
        raise Http404
    try:
        brought_back.again(case, found, by=place.desk.user)
    except NotPosted as refusal:
        return posting.render_post(request, place, case, refusal.problems)
    messages.success(request, _("It lies ready to be posted again."))
    return redirect(place.url("post", case.reference))


def _render_return(
    request: HttpRequest,
    place: Place,
    case: Case,
    letter: Letter,
    typed: dict[str, str],
    found: posting.Found,
) -> HttpResponse:
    errors = {field: str(PROBLEMS[key]) for field, key in found}
    said = {"returned_on": place.today.isoformat(), "reason": ""} | typed
    context = head.head(request, place, case, _("A letter came back")) | {
        "problems": [
            {"text": str(PROBLEMS[key]), "href": FIELDS.get(field, "#returned")} for field, key in found
        ],
        "letter": letter,
        "kind": letter_words.kind_words(letter),
        "day": in_words(by_post.posted_on(letter) or place.today, "long"),
        "is_answer": letter.kind == by_post.KIND,
        "moot": bool(by_post.moot([letter])),
        "scan_error": errors.get("scan", ""),
        "date_field": {
            "name": "returned_on", "kind": "text", "label": _("On which day did it come back?"),
            "hint": _("Year-month-day."), "inputmode": "numeric", "value": said["returned_on"],
            "errors": errors.get("returned_on", ""),
        },
        "reason_field": {
            "name": "reason", "kind": "select", "label": _("What does the post say?"),
            "choices": list(WHY_RETURNED.items()), "value": said["reason"], "errors": errors.get("reason", ""),
        },
    }  # fmt: skip
    return page(request, place, "post_returned", context, status=400 if found else 200)
