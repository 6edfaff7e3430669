"""Other cases of the same person: what speaks for a duplicate, what joining would do, and taking it apart again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from portal.look.days import in_words
from portal.staff import casefile, head, words
from portal.staff.doors import Place, page, refused, staff_page, to_case
from requests_app import access, permits
from requests_app.decision import duplicates
from requests_app.decision.determine import NotAllowed
from requests_app.decision.duplicates import Plan, Twin
from requests_app.journal import IllegalMove
from requests_app.lifecycle import MARK_DUPLICATE, SUPPLEMENT, UNMARK_DUPLICATE
from requests_app.models import Case

Row = dict[str, object]
WHY_NOT = {
    "other_person": later("The two do not come from the same proved or given address."),
    "other_right": later("The two ask for different things, or under different rules."),
    "too_far": later("One of the two is approved or answered already, or its proof would be lost."),
    "not_your_move": later("This step needs another role."),
    "not_a_duplicate": later("It was not closed as a duplicate."),
    "nothing_to_add_to": later("Only an answer given to somebody identified can be added to."),
    "reason": later("Say what is missing in the answer."),
}


@staff_page()
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


def found(place: Place, case: Case) -> list[Twin]:
    """The latest ten other cases of this person that this desk may read; one query."""
    if not case.subject_index:
        return []
    same = access.cases_for(place.desk, place.slug).filter(subject_index=case.subject_index)
    others = same.exclude(pk=case.pk).select_related("key").order_by("-received_at")
    return duplicates.twins(case, list(others[: duplicates.MOST]))


def evidence(twin: Twin) -> str:
    """What speaks for it and against it, in words."""
    days = ngettext("%(n)s day apart", "%(n)s days apart", twin.days_apart) % {"n": twin.days_apart}
    return " · ".join(
        [
            _("same address by keyed hash"),
            _("same right") if twin.same_right else _("another right"),
            _("the same day") if not twin.days_apart else days,
        ]
    )


def line(place: Place, twin: Twin) -> Row:
    """For the case file's panel."""
    other = twin.case
    state = words.OUTCOMES.get(other.outcome) if other.closed_at else words.STATES.get(other.state)
    return {
        "reference": other.reference,
        "url": place.url("case", other.reference),
        "right": words.rules_of(other)[1].title,
        "received_on": other.received_on,
        "state": str(state or other.state),
        "evidence": evidence(twin),
        "duplicate": twin.suspected and other.closed_at is None,
    }


def _render(request: HttpRequest, place: Place, case: Case, why: str = "") -> HttpResponse:
    rows = []
    may = place.may_do(permits.of_move(MARK_DUPLICATE))
    for twin in found(place, case):
        try:
            told, does = _plan(duplicates.plan(case, twin.case)), may
        except NotAllowed as refusal:
            told, does = [str(WHY_NOT[refusal.problems[0][1]])], False
        rows.append(line(place, twin) | {"plan": told, "may": does})
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
