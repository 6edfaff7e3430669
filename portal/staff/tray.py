"""Held mail: what could not be sorted by rule is read by a person, as text, and becomes cases or is set aside."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from identity import sealing
from portal.staff import papers, queue, views, words
from portal.staff.doors import Place, page, staff_page
from requests_app import access, journal, law
from requests_app.intake import held, mime
from requests_app.models import Submission, Tray

SET_ASIDE = {
    "spam": later("Advertising or spam"),
    "service": later("A question for customer service"),
    "not_ours": later("Meant for somebody else"),
    "double": later("The same as another mail"),
}
WHY = {
    "unread": later("It is just being read"),
    "unreadable": later("It could not be read"),
    "too_big": later("It is too big"),
    "too_deep": later("Its parts are nested too deep"),
    "too_many_parts": later("It has too many parts"),
    "too_many_lines": later("It has too many lines"),
    "too_many_headers": later("It has too many headers"),
    "no_sender": later("It names no sender"),
    "several_senders": later("It names several senders"),
    "own_address": later("It comes from one of our own addresses"),
    "case_gone": later("It answers a case that is destroyed"),
    "case_closed": later("It answers a case that is closed"),
    "other_sender": later("It answers a case, but from another address"),
    "message_id_used_before": later("Another mail came under the same number"),
    "nothing_asked": later("No request was recognised"),
    "brought_back": later("Brought back by staff"),
    "auto_generated": later("A program sent it"),
    "list": later("It came by a mailing list"),
    "asks": later("It may ask for something staff must judge"),
    "also": later("It asks for something more"),
}


@staff_page()
def tray(request: HttpRequest, place: Place) -> HttpResponse:
    """Held submissions, the oldest first: their clocks have started."""
    waiting = access.mail_for(place.desk, place.slug).filter(tray=Tray.HELD)
    if (after := request.GET.get("after", "")).isdigit():
        waiting = waiting.filter(pk__gt=int(after))
    found = list(waiting.select_related("joined").order_by("pk")[: queue.PAGE + 1])
    rows = [
        {
            "url": place.url("submission", one.public_id),
            "received_at": one.received_at,
            "via": words.CHANNELS.get(one.channel, one.channel),
            "why": why(one.reason),
            "joined": one.joined.reference if one.joined else "",
            "joined_url": place.url("case", one.joined.reference) if one.joined else "",
        }
        for one in found[: queue.PAGE]
    ]
    onward = f"?after={found[queue.PAGE - 1].pk}" if len(found) > queue.PAGE else None
    return page(
        request, place, "tray", {"rows": rows, "next_url": onward, "views": views.groups(place, "tray")}
    )


@staff_page(works=True)
def submission(request: HttpRequest, place: Place, mail: Submission) -> HttpResponse:
    """One of them, as text."""
    return _render(request, place, mail)


@staff_page("POST", works=True)
def open_as(request: HttpRequest, place: Place, mail: Submission) -> HttpResponse:
    """It is a request: one case for each right chosen, counted from the day it came."""
    offered = {right.code for right in place.controller.rights}
    chosen = tuple(code for code in request.POST.getlist("rights") if code in offered)
    if not chosen:
        problem = {"text": _("Choose what it asks for."), "href": "#id_rights_0"}
        return _render(request, place, mail, [problem])
    sender = request.POST.get("sender", "").strip()[:254]
    if not (sender or _suggested(mail)[1]) or (sender and not _is_address(sender)):
        problem = {
            "text": f"{_('The requester’s e-mail address')}: {_('The mail itself names none, or more than one.')}",
            "href": "#id_sender",
        }
        return _render(request, place, mail, [problem])
    opened = held.open_held(mail, chosen, sender=sender)
    if not opened.repeated:
        for case in opened.cases:
            journal.record(case, "sorted_by_staff", by=journal.staff(place.desk.user.pk))
    first = next(iter(opened.cases), None)
    if first is None:
        raise Http404
    messages.success(request, _("Opened. The clock runs from the day it came."))
    return redirect(place.url("case", first.reference))


@staff_page("POST", works=True)
def set_aside(request: HttpRequest, place: Place, mail: Submission) -> HttpResponse:
    """It asks for nothing; it can be brought back."""
    reason = request.POST.get("reason", "")
    if reason not in SET_ASIDE:
        problem = {"text": _("Choose why it is not a request."), "href": "#id_reason"}
        return _render(request, place, mail, [problem])
    held.set_aside(mail, reason)
    return redirect(place.url("submission", mail.public_id))


@staff_page("POST", works=True)
def bring_back(request: HttpRequest, place: Place, mail: Submission) -> HttpResponse:
    """Undo."""
    held.bring_back(mail)
    return redirect(place.url("submission", mail.public_id))


def _is_address(typed: str) -> bool:
    try:
        validate_email(typed)
    except ValidationError:
        return False
    return True


def why(reason: str) -> str:
    """A reason kept by the mail room, in words."""
    whole, _colon, detail = reason.partition(":")
    if whole == "staff":
        return str(SET_ASIDE.get(detail, detail))
    return str(WHY.get(whole) or WHY.get(detail) or _("A person must read it"))


def _render(
    request: HttpRequest, place: Place, found: Submission, problems: list[dict[str, object]] | None = None
) -> HttpResponse:
    lang = words.page_language()
    suggested, sender = _suggested(found)
    context = {
        "problems": problems or [],
        "submission": found,
        "why": why(found.reason),
        "received_at": found.received_at,
        "parts": papers.parts_of(found),
        "waits": found.tray == Tray.HELD,
        "aside": found.tray == Tray.IGNORED and found.reason.startswith("staff:"),
        "cases": access.cases_for(place.desk, place.slug).filter(submission=found).order_by("pk"),
        "rights_field": {
            "name": "rights",
            "kind": "checkboxes",
            "label": _("What does it ask for?"),
            "hint": _("Suggested by its words: %(rights)s") % {"rights": suggested} if suggested else "",
            "choices": [
                (right.code, law.regime(right.regime, found.received_at.date()).right(right.code).title.in_(lang))
                for right in place.controller.rights
            ],
        },
        "sender_field": None
        if sender
        else {
            "name": "sender", "kind": "email", "label": _("The requester’s e-mail address"), "required": False,
            "hint": _("The mail itself names none, or more than one."),
        },
        "reason_field": {
            "name": "reason", "kind": "select", "label": _("Why is it not a request?"),
            "choices": list(SET_ASIDE.items()),
        },
    }  # fmt: skip
    return page(request, place, "submission", context, status=400 if problems else 200)


def _suggested(found: Submission) -> tuple[str, str]:
    """Titles of what its words seem to ask for, and its one sender."""
    try:
        letter, verdict = held.read_again(found)
    except (mime.UnreadableMail, sealing.KeyDestroyed, sealing.SealBroken):
        return "", ""
    lang, titles = words.page_language(), []
    for code in (*verdict.rights, *verdict.others):
        for regime in law.REGIMES:
            if code in regime.rights:
                titles.append(regime.right(code).title.in_(lang))
                break
    return ", ".join(dict.fromkeys(titles)), letter.sender
