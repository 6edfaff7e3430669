"""The queue of one controller: by the day we must answer, fifty at a time, found by the index alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from identity import sealing
from portal.look.clock import Clock
from portal.look.days import in_words, moment_in_words
from portal.staff import (
    alerts,
    assigning,
    filters,
    kept_views,
    lost,
    own_motion_words,
    own_notes,
    progress,
    reading,
    views,
    words,
)
from portal.staff.bulk_words import ACTS, CAP, CLOSINGS, TELLINGS
from portal.staff.doors import Place, home_of, no_access, page, staff_page
from requests_app import access, law, permits, register, subject
from requests_app.letters.more_time import REASONS
from requests_app.models import Case

PAGE = 50
SHOWN = ("assignee", "key", "after", "submission")
"""What a line shows of a case's neighbours, read along with it."""


@staff_page()
def home(request: HttpRequest, desk: access.Desk) -> HttpResponse:
    """Straight to the first controller they serve."""
    known = {controller.slug for controller in register.controllers()}
    for slug in desk.controllers:
        own = getattr(request, "controller", None)
        if slug in known and (own is None or own.slug == slug):
            return redirect(f"staff:{home_of(desk, slug)}", slug)
    return no_access(request)


@staff_page()
def queue(request: HttpRequest, place: Place) -> HttpResponse:
    """Open cases by date, in the view that the address names."""
    view = views.BY_KEY.get(request.GET.get("view", ""), views.BY_KEY["open"])
    people = assigning.colleagues(place)
    chosen = filters.read(request.GET, place, people)
    cases = access.cases_for(place.desk, place.slug).open().filter(views.condition(view.key, place))
    cases = cases.filter(filters.condition(chosen, place))
    found = _part(request, cases, "due_on")
    narrowed = {
        "fields": filters.fields(place, chosen, people),
        "people": people,
        "query": filters.query(view.key, chosen),
        "chosen": chosen,
    }
    return _list(request, place, view.key, str(view.title), found, narrowed)


@staff_page()
def closed(request: HttpRequest, place: Place) -> HttpResponse:
    """Answered cases, the latest first."""
    cases = access.cases_for(place.desk, place.slug).exclude(closed_at=None)
    return _list(request, place, "closed", _("Closed"), _part(request, cases, "-closed_at"))


@staff_page()
def to_tell(request: HttpRequest, place: Place) -> HttpResponse:
    """Opt-outs that were carried out and answered, of which third parties are still to be told, by our date."""
    found = _part(request, views.to_tell(place), "due_on")
    return _list(request, place, "to_tell", _("Third parties to tell"), found)


def _part(request: HttpRequest, cases: QuerySet[Case], by: str) -> reading.Part:
    return reading.part_of(cases.select_related(*SHOWN), by, request.GET.get("after", ""), PAGE)


@staff_page("GET", "POST")
def search(request: HttpRequest, place: Place) -> HttpResponse:
    """By reference, exact e-mail address or number, or words of one's own notes; by POST, so that none lands in a log.

    Who may not read papers is not told which cases belong to an address.
    """
    asked = request.POST.get("q", "").strip()[:320]
    found: list[Case] = []
    reads, known = place.may_do(permits.READ_PAPERS), subject.identifier(place.controller, asked)
    if known and reads:
        cases = access.cases_for(place.desk, place.slug).select_related(*SHOWN).order_by("-received_at")
        index = sealing.blind(place.slug, *known)
        # Of this person, and what they asked for others: each by its own index.
        found = list(cases.filter(subject_index=index)[:PAGE])
        brought = {"submission__controller": place.slug, "submission__sender_index": index}
        found += cases.filter(**brought).exclude(subject_index=index)[: PAGE - len(found)]
    # Digits alone may be a number, a reference, or words of a note.
    if asked and not found and "@" not in asked and not asked.startswith("+"):
        try:
            case = access.case_for(place.desk, place.slug, access.signs_in(asked))
        except access.NoSuchCase:
            found = own_notes.found(place, asked, PAGE) if reads else []
        else:
            return redirect(place.url("case", case.reference))
    return _list(request, place, "search", _("Search"), reading.Part(found, ""))


def _list(
    request: HttpRequest,
    place: Place,
    key: str,
    title: str,
    found: reading.Part,
    narrowed: dict[str, object] | None = None,
) -> HttpResponse:
    cases, onward = found
    query = str(narrowed["query"]) if narrowed else filters.query(key, {})
    chosen = bool(narrowed and narrowed["chosen"])
    kept, own = kept_views.group(place, query)
    counts = views.counted(place)
    lines = rows(place, cases)
    if key == "to_tell":
        for line, case in zip(lines, cases, strict=True):
            line["waits_for"], line["waits_what"] = words.telling(case, place)
    shown = ngettext("%(n)s case", "%(n)s cases", len(cases)) % {"n": f"{len(cases)}{'+' if onward else ''}"}
    empty = {
        "search": (
            _("Nothing found"),
            _(
                "Type a reference, an e-mail address or number exactly as it was given, or words of a note of yours."
            ),
        ),
        "mine": (_("No case waits for you"), _("What others must do is under “All open”.")),
        "unverified": (_("Nobody is unverified"), ""),
        "twins": (_("No likely duplicate"), _("No two open cases seem to ask the same for one person.")),
        "closed": (_("Nothing closed yet"), ""),
        "to_tell": (_("No third party is to be told"), ""),
        "late": (_("Nothing is past our date"), ""),
    }.get(key, (_("Nothing here"), _("No open case is in this view.")))
    return page(
        request,
        place,
        "queue",
        {
            "title": title,
            "count_words": f"{shown} · {moment_in_words(place.now)}",
            "alerts": alerts.rows(place, counts),
            "rows": lines,
            "next_url": f"?{query}&{urlencode({'after': onward})}" if onward else None,
            "views": [*views.groups(place, key if not chosen else "", counts), *([kept] if kept else [])],
            "narrowed": narrowed,
            "own_view": own,
            "bulk": _bulk(key, narrowed) if cases and place.works() else None,
            "alarm": lost.alarm(place),
            "by_our_date": key in views.BY_KEY,
            "key_rows": [
                ("j k", _("move")),
                ("x", _("tick")),
                ("/", _("search")),
                ("?", _("keys")),
            ],
            "empty": {"title": empty[0], "text": empty[1]},
        },
    )


def _bulk(key: str, narrowed: dict[str, object] | None) -> dict[str, object] | None:
    """What may be done to several at once; nothing in a list that is neither a view nor of opt-outs."""
    if key == "to_tell":
        return {"acts": list(TELLINGS.items()), "cap": CAP}
    if narrowed is None:
        return None
    return {
        "people": narrowed["people"],
        "cap": CAP,
        "reasons": [(code, told.in_(words.page_language())) for code, told in REASONS.items()],
        "closings": list(CLOSINGS.items()),
        "acts": list(ACTS.items()),
    }


def rows(place: Place, cases: list[Case]) -> list[dict[str, object]]:
    """One line for each case; two queries however many there are."""
    works = progress.works_of(cases)
    return [_row(place, case, works.get(case.pk, ())) for case in cases]


def _row(place: Place, case: Case, works: Iterable[progress.Seen]) -> dict[str, object]:
    _regime, right = words.rules_of(case)
    who, what = words.waiting(case, place) if case.closed_at is None else _result(case)
    return {
        "reference": case.reference,
        "url": place.url("case", case.reference),
        "clock": clock_of(case, place.today),
        "due_on": case.due_on,
        "reasons": law.Reckoning.from_json(case.reckoning).respond.reasons,
        "provisional": case.provisional,
        "right": own_motion_words.title(right) if case.own_motion else words.short(right),
        "initials": _initials(case) if place.may_do(permits.READ_PAPERS) else "",
        "waits_for": who,
        "waits_what": what,
        "systems": progress.states(place.controller, case, works),
        "via": words.CHANNELS.get(case.channel, case.channel),
        # Where letters are written in one language alone, every row would say the same.
        "language": words.IN_SHORT.get(case.language, case.language)
        if len(place.controller.languages) > 1 and not case.own_motion
        else "",
        "assignee": case.assignee.name if case.assignee else "",
        "assignee_initials": case.assignee.initials if case.assignee else "",
    }


def clock_of(case: Case, today: date) -> Clock:
    """The badge; an answered case shows a tick."""
    # What was withdrawn, joined to another or set aside got no answer of its own.
    if case.closed_at and not case.answered_at:
        return Clock("answered", _("Closed %(day)s") % {"day": in_words(case.closed_at)})
    answered = case.answered_at
    return Clock.on(
        today,
        case.due_on,
        case.last_on,
        answered_on=answered.astimezone(ZoneInfo(words.rules_of(case)[0].zone)).date() if answered else None,
        extended=case.extended,
        provisional=case.provisional,
    )


def _result(case: Case) -> tuple[str, str]:
    return str(words.OUTCOMES.get(case.outcome, case.outcome)), ""


def _initials(case: Case) -> str:
    try:
        return words.initials(subject.read(case))
    except (sealing.KeyDestroyed, sealing.SealBroken):
        return _("destroyed")
