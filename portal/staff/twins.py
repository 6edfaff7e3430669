"""Other cases of the same person: what speaks for a duplicate, what joining would do, and taking it apart again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.look.days import in_words
from portal.staff import casefile, head, twin_rows
from portal.staff.doors import Place, page, refused, staff_page, to_case
from portal.staff.twin_rows import WHY_NOT
from requests_app import access, permits
from requests_app.decision import duplicates
from requests_app.decision.determine import NotAllowed
from requests_app.decision.duplicates import Plan
from requests_app.journal import IllegalMove
from requests_app.lifecycle import MARK_DUPLICATE, SUPPLEMENT, UNMARK_DUPLICATE
from requests_app.models import Case


@staff_page(asked=True)
def twins(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """The cases, each with the evidence and with what joining it would do."""
    return _render(request, place, case)


@staff_page("POST", act=permits.of_move(MARK_DUPLICATE))
def join(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """Join this case and another."""
    try:
        other = access.case_for(place.desk, place.slug, request.POST.get("other", ""))
        done = duplicates.merge(case, other, by=place.desk.user)
    except access.NoSuchCase:
        return _render(request, place, case, "other_person")
    except NotAllowed as refusal:
        return _render(request, place, case, refusal.problems[0][1])
    except IllegalMove:
        return _render(request, place, case, "too_far")
    told = _("%(closed)s is closed as a duplicate; %(kept)s goes on.")
    messages.success(
        request, told % {"closed": done.closed.spaced_reference, "kept": done.kept.spaced_reference}
    )
    return redirect(place.url("case", done.kept.reference))


@staff_page("POST", act=permits.of_move(MARK_DUPLICATE))
def part(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """The two look alike and are not one request."""
    try:
        other = access.case_for(place.desk, place.slug, request.POST.get("other", ""))
        duplicates.part(case, other, by=place.desk.user)
    except access.NoSuchCase:
        return _render(request, place, case, "other_person")
    except NotAllowed as refusal:
        return _render(request, place, case, refusal.problems[0][1])
    messages.success(request, _("Noted: they are not shown as likely duplicates of each other any more."))
    return redirect(place.url("twins", case.reference))


@staff_page("POST", act=permits.of_move(UNMARK_DUPLICATE))
def take_apart(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """It was no duplicate after all."""
    try:
        duplicates.unmerge(case, by=place.desk.user)
    except (NotAllowed, IllegalMove):
        return refused(request, place)
    messages.success(request, _("Taken apart: each has its own clock and messages again."))
    return to_case(place, case)


@staff_page("POST", act=permits.of_move(SUPPLEMENT))
def supplement(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """Something is missing in the answer: the same case goes on."""
    try:
        duplicates.reopen(case, by=place.desk.user, reason=request.POST.get("supplement", ""))
    except NotAllowed as refusal:
        key = refusal.problems[0][1]
        if key == "not_your_move":
            return refused(request, place)
        problem = {"text": str(WHY_NOT[key]), "href": "#id_supplement"}
        return casefile.render_file(request, place, case, problems=[problem])
    except IllegalMove:
        return refused(request, place)
    messages.success(request, _("It is open again; the systems are searched anew."))
    return to_case(place, case)


def _render(request: HttpRequest, place: Place, case: Case, why: str = "") -> HttpResponse:
    rows = []
    may = place.may_do(permits.of_move(MARK_DUPLICATE))
    for twin in twin_rows.found(place, case):
        try:
            told, does = _plan(duplicates.plan(case, twin.case)), may
        except NotAllowed as refusal:
            told, does = [str(WHY_NOT[refusal.problems[0][1]])], False
        rows.append(twin_rows.line(place, twin) | {"plan": told, "may": does, "may_part": may})
    context = head.head(request, place, case, _("Duplicates")) | {
        "problems": [{"text": str(WHY_NOT[why]), "href": "#twins"}] if why else [],
        "rows": rows,
    }
    return page(request, place, "twins", context, status=400 if why else 200)


def _plan(plan: Plan) -> list[str]:
    """The dry run, in sentences."""
    told = [
        _("%(kept)s goes on; %(closed)s is closed as a duplicate.")
        % {"kept": plan.kept.spaced_reference, "closed": plan.closed.spaced_reference},
        ngettext("%(n)s message comes over.", "%(n)s messages come over.", plan.messages)
        % {"n": plan.messages},
    ]
    if plan.clock_from is not None:
        told.append(
            _("The clock is counted from the earlier receipt, %(day)s.")
            % {"day": in_words(plan.clock_from, "plain")}
        )
    told.append(_("The requester is told. It can be taken apart again."))
    return told
