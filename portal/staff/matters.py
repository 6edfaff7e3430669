"""The legal holds of a controller: matters that cover several people or kinds of data, and holds on one person."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.staff import matter_words, reading, views
from portal.staff.doors import Place, page, staff_page
from portal.staff.matter_words import PROBLEMS, SHOWS, Row
from requests_app import access, permits
from requests_app.decision import hold, matter
from requests_app.decision.problem import NotAllowed
from requests_app.models import LegalHold, Matter

PAGE = 50
TYPED = ("name", "reason", "citation", "review_on", "people")


@staff_page()
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Those in force by the day on which they are looked at again, those lifted the latest first; fifty at a time."""
    asked = request.GET.get("show", "")
    return _list(request, place, asked if asked in SHOWS else "matters")


def _list(request: HttpRequest, place: Place, shown: str, problem: str = "", about: int = 0) -> HttpResponse:
    """``about`` is the hold of whose day ``problem`` says what is wrong with it."""
    rows, onward = {"people": _on_one, "lifted": _lifted}.get(shown, _standing)(
        place, request.GET.get("after", "")
    )
    places = {row["number"]: f"id_review_{row['number']}" for row in rows}
    for row in rows if shown == "people" else ():
        wrong = bool(problem) and row["number"] == about
        typed = request.POST.get("review_on", "") if wrong else ""
        error = str(PROBLEMS[problem]) if wrong else ""
        row["day_field"] = matter_words.day_field(typed, error, at=places[row["number"]])
        row["wrong"] = wrong
    context = {
        "shown": shown,
        "shows": [(f"?show={key}", title, key == shown) for key, title in SHOWS.items()],
        "rows": rows,
        "next_url": f"?{urlencode({'show': shown, 'after': onward})}" if onward else "",
        "problems": [{"text": str(PROBLEMS[problem]), "href": f"#{places.get(about, 'list')}"}]
        if problem
        else [],
        "may_place": place.may_do(permits.HOLD),
        "may_review": place.may_do(permits.LIFT_HOLD),
        "views": views.groups(place, "holds"),
    }
    return page(request, place, "holds", context, status=400 if problem else 200)


def _standing(place: Place, after: str) -> reading.Part:
    found = access.matters_for(place.desk, place.slug).filter(lifted_at=None)
    return _lines(place, reading.part_of(found.select_related("owner", "key"), "review_on", after, PAGE))


def _lifted(place: Place, after: str) -> reading.Part:
    found = access.matters_for(place.desk, place.slug).exclude(lifted_at=None)
    return _lines(place, reading.part_of(found.select_related("owner", "key"), "-lifted_at", after, PAGE))


def _lines(place: Place, listed: reading.Part) -> reading.Part:
    covered = LegalHold.objects.filter(matter__in=listed.rows).values("matter").order_by()
    people, kinds = Count("pk", filter=Q(system="")), Count("pk", filter=~Q(system=""))
    # Of one that was lifted, all that it ever covered; of one in force, what it covers now.
    now = Q(lifted_at=None) | Q(matter__lifted_at__isnull=False)
    numbers = {one["matter"]: one for one in covered.filter(now).annotate(people=people, kinds=kinds)}
    rows = [matter_words.line(place, one, numbers.get(one.pk, {})) for one in listed.rows]
    return reading.Part(rows, listed.onward)


def _on_one(place: Place, after: str) -> reading.Part:
    """Each with the newest case of that person, where it is lifted."""
    found = access.holds_for(place.desk, place.slug).in_force(place.today).filter(matter=None)
    listed = reading.part_of(found.select_related("owner", "key"), "review_on", after, PAGE)
    cases = access.cases_for(place.desk, place.slug)
    theirs = cases.filter(subject_index__in={one.subject_index for one in listed.rows}).order_by(
        "subject_index", "-pk"
    )
    newest = {case.subject_index: case for case in theirs.distinct("subject_index")}
    rows = [_one_row(place, one, newest.get(one.subject_index)) for one in listed.rows]
    return reading.Part(rows, listed.onward)


def _one_row(place: Place, one: LegalHold, case: object) -> Row:
    return {
        "number": one.pk,
        "name": matter_words.reason(place, one),
        "case": case,
        "url": f"{place.url('case', case.reference)}#hold" if case else "",
        "owner": one.owner,
        "review_on": one.review_on,
        "lapses": one.lapses_on is not None,
        "late": one.review_on <= place.today,
    }


@staff_page("POST", act=permits.LIFT_HOLD)
def review_one(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """A hold on one person was looked at and still stands."""
    found = (
        access.holds_for(place.desk, place.slug).in_force(place.today).filter(pk=number, matter=None).first()
    )
    if found is None:
        raise Http404
    try:
        hold.review(found, by=place.desk.user, review_on=reading.day(request.POST.get("review_on", "")))
    except NotAllowed as refusal:
        return _list(request, place, "people", refusal.problems[0][1], number)
    messages.success(request, _("Noted: it still stands."))
    return redirect(f"{place.url('holds')}?show=people")


@staff_page("GET", "POST", act=permits.HOLD)
def place_one(request: HttpRequest, place: Place) -> HttpResponse:
    """Name the matter, why, until when it is looked at again, and whom or what it covers."""
    typed = {name: request.POST.get(name, "") for name in TYPED}
    if request.method != "POST":
        return _form(request, place, typed, [])
    try:
        placed = matter.place(
            place.slug, by=place.desk.user, name=typed["name"], reason=typed["reason"], citation=typed["citation"],
            review_on=reading.day(typed["review_on"]), covers=_covers(request, place),
        )  # fmt: skip
    except NotAllowed as refusal:
        return _form(request, place, typed, refusal.problems)
    messages.success(request, _("Placed: nothing it covers is erased from now on."))
    return redirect(place.url("matter", placed.pk))


def _form(
    request: HttpRequest, place: Place, typed: dict[str, str], found: list[tuple[str, str]]
) -> HttpResponse:
    context = _asked(request, place, typed, found) | {"url": place.url("holds")}
    return page(request, place, "matter_place", context, status=400 if found else 200)


@staff_page()
def one(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """One matter: what it covers, the cases of the people it names, and what was done with it."""
    return _render(request, place, _matter(place, number))


@staff_page("POST", act=permits.HOLD)
def widen(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """Cover more."""
    return _act(
        request,
        place,
        number,
        lambda found: matter.widen(found, by=place.desk.user, covers=_covers(request, place)),
    )


@staff_page("POST", act=permits.LIFT_HOLD)
def review(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """It was looked at and still stands."""
    day = reading.day(request.POST.get("review_on", ""))
    return _act(request, place, number, lambda found: matter.review(found, by=place.desk.user, review_on=day))


@staff_page("POST", act=permits.LIFT_HOLD)
def let_go(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """One person or one kind of data is covered no longer."""
    asked = request.POST.get("hold", "")
    covered = access.holds_for(place.desk, place.slug).filter(
        matter=number, pk=int(asked) if asked.isdecimal() and len(asked) < 16 else 0
    )
    if (going := covered.first()) is None:
        raise Http404
    reason = request.POST.get("reason", "")
    return _act(
        request, place, number, lambda found: matter.let_go(found, going, by=place.desk.user, reason=reason)
    )


@staff_page("POST", act=permits.LIFT_HOLD)
def lift(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """It is over."""
    reason = request.POST.get("reason", "")
    return _act(request, place, number, lambda found: matter.lift(found, by=place.desk.user, reason=reason))


def _act(request: HttpRequest, place: Place, number: int, does: Callable[[Matter], object]) -> HttpResponse:
    found = _matter(place, number)
    try:
        does(found)
    except NotAllowed as refusal:
        return _render(request, place, found, refusal.problems)
    messages.success(request, _("Noted."))
    return redirect(place.url("matter", number))


def _matter(place: Place, number: int) -> Matter:
    found = (
        access.matters_for(place.desk, place.slug).filter(pk=number).select_related("owner", "key").first()
    )
    if found is None:
        raise Http404
    return found


def _render(
    request: HttpRequest, place: Place, found: Matter, wrong: list[tuple[str, str]] | None = None
) -> HttpResponse:
    covered = access.holds_for(place.desk, place.slug).filter(matter=found)
    holds, onward = reading.part_of(covered.select_related("key"), "pk", request.GET.get("after", ""), PAGE)
    stopped = access.cases_for(place.desk, place.slug).open()
    cases: dict[str, list[object]] = {}
    for case in stopped.filter(
        subject_index__in=[each.subject_index for each in holds if each.subject_index]
    )[:200]:
        cases.setdefault(case.subject_index, []).append(case)
    rows = [
        {
            "number": each.pk,
            "title": matter_words.covered(place, each),
            "cases": [
                (case.reference, place.url("case", case.reference))
                for case in cases.get(each.subject_index, ())
            ]
            if each.subject_index
            else [],
            "over": each.lifted_at is not None,
        }
        for each in holds
    ]
    standing, errors = found.lifted_at is None, {name: str(PROBLEMS[key]) for name, key in wrong or ()}
    said = request.POST.get("reason", "")
    context = _asked(request, place, {}, wrong or []) | {
        "matter": matter_words.line(place, found, {}),
        "why": matter_words.why(place, found),
        "placed_at": found.placed_at,
        "rows": rows,
        "next_url": f"?after={onward}" if onward else "",
        "events": matter_words.history(place, found),
        "may_widen": standing and place.may_do(permits.HOLD),
        "may_lift": standing and place.may_do(permits.LIFT_HOLD),
        "day_field": matter_words.day_field(request.POST.get("review_on", ""), errors.get("review_on", "")),
        "let_go_field": matter_words.over_field(
            "id_let_go_reason", said if "let_go_reason" in errors else "", errors.get("let_go_reason", "")
        ),
        "lift_field": matter_words.over_field(
            "id_lift_reason", said if "lift_reason" in errors else "", errors.get("lift_reason", ""),
            _("What it stopped is tried again at once."),
        ),
        "url": place.url("holds"),
    }  # fmt: skip
    return page(request, place, "matter", context, status=400 if wrong else 200)


def _asked(
    request: HttpRequest, place: Place, typed: dict[str, str], found: list[tuple[str, str]]
) -> dict[str, object]:
    errors = {name: str(PROBLEMS[key]) for name, key in found}
    return {
        "problems": [{"text": str(PROBLEMS[key]), "href": matter_words.anchor(name)} for name, key in found],
        "fields": matter_words.fields(typed, errors),
        "people_field": matter_words.people_field(request.POST.get("people", ""), errors),
        "kinds_field": matter_words.kinds_field(place, request.POST.getlist("kinds"), errors),
    }


def _covers(request: HttpRequest, place: Place) -> matter.Covered:
    """What was typed and chosen, a person on each line."""
    lines = [line.strip()[:320] for line in request.POST.get("people", "").splitlines()[: matter.MOST + 1]]
    return matter.Covered(
        tuple(matter.named(place.desk, place.controller, line) for line in lines if line),
        tuple(matter_words.kind_in(one) for one in request.POST.getlist("kinds")),
    )
