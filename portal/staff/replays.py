"""What a restored backup brought back and nobody may undo unasked: what is open, and the two things a person can do."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from portal.look.days import page_language
from portal.staff import trouble_words, views
from portal.staff.doors import Place, page, staff_page
from requests_app import access, permits
from requests_app.fulfilment import catch_up
from requests_app.models import SubjectRecord

PAGE = 50
LONGEST_REASON = 500
Purpose = SubjectRecord.Purpose
WHY = {
    "not_shown": later("not shown to be the one of then, so perhaps another’s: left alone"),
    "besides": later("came back besides, and nobody decided about it: left"),
    "emptied": later("deleted then, only emptied now, since rows that stay refer to it"),
    "stricter": later("stricter now than this choice: left"),
    "since": later("changed since, in a system that was not restored: left alone"),
}
"""Why rows were left, by :data:`requests_app.fulfilment.replay.Left.why`."""
STANDS = {
    Purpose.REPLAY_AWAY: later("Tried again every hour."),
    Purpose.REPLAY_OPEN: later("Waits for a person."),
    Purpose.REPLAY_KEPT: later("The system was not restored: nothing is written there. Waits for a person."),
}


@staff_page()
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """The oldest first, fifty at a time."""
    found = list(access.replays_for(place.desk, place.slug).order_by("made_at", "pk")[: PAGE + 1])
    named = [record.case_reference for record in found]
    cases = access.cases_for(place.desk, place.slug).filter(reference__in=named)
    known = set(cases.values_list("reference", flat=True))
    context = {
        "rows": [_row(place, record, known) for record in found[:PAGE]],
        "more": len(found) > PAGE,
        "settles": place.may_do(permits.SETTLE_REPLAY),
        "longest": LONGEST_REASON,
        "views": views.groups(place, "replays"),
    }
    return page(request, place, "replays", context)


@staff_page("POST", act=permits.SETTLE_REPLAY)
def act(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """Have it carried out again, or leave what is there as it is, with a reason."""
    record = access.replays_for(place.desk, place.slug).filter(pk=number).first()
    if record is None:
        raise Http404
    reason = request.POST.get("reason", "").strip()
    if request.POST.get("act") == "again":
        if catch_up.try_again(record):
            messages.success(request, _("It is being tried again."))
    elif record.purpose == Purpose.REPLAY_AWAY:
        messages.warning(request, _("It only waits for the system: it is tried again every hour."))
    elif not reason or len(reason) > LONGEST_REASON:
        messages.warning(
            request, _("Say what you found, in at most %(n)s characters.") % {"n": LONGEST_REASON}
        )
    elif catch_up.accept(record.subject_index, by=place.desk.user.email, reason=reason):
        messages.success(request, _("Noted: it stays as it is."))
    return redirect(place.url("replays"))


def _row(place: Place, record: SubjectRecord, known: set[str]) -> dict[str, object]:
    said = record.said or {}
    system = place.controller.inventory.systems.get(str(said.get("system", "")))
    left = [
        _("%(collection)s, %(n)s: %(why)s")
        % {"collection": _collection(place, str(said["system"]), name), "n": count, "why": WHY.get(why, why)}
        for name, why, count in said.get("left", ())
    ]
    trouble = str(said.get("trouble", ""))
    return {
        "since": record.made_at,
        "reference": record.case_reference,
        "case_url": place.url("case", record.case_reference) if record.case_reference in known else "",
        "system": place.controller.text(system.title, page_language()) if system else said.get("system", "–"),
        "left": left + ([trouble_words.of_reason(trouble) or _("It refused")] if trouble else []),
        "stands": STANDS[Purpose(record.purpose)],
        "again": record.purpose != Purpose.REPLAY_KEPT,
        # Nobody has to decide about what only waits for a system to answer.
        "leave": record.purpose != Purpose.REPLAY_AWAY,
        "act_url": place.url("replay_act", record.pk),
    }


def _collection(place: Place, system: str, name: str) -> str:
    known = place.controller.inventory.systems.get(system)
    described = known.collections.get(name) if known else None
    return place.controller.text(described.title, page_language()) if described else name
