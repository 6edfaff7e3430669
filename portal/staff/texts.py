"""Texts and files that people read before a copy leaves: one marks what is left out, another agrees."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from portal.look.days import page_language
from portal.staff import files, head, reveal, words
from portal.staff.doors import Place, page, refused, staff_page
from requests_app import permits
from requests_app.models import Case, Reading
from requests_app.response import blackout, redaction, to_read
from requests_app.response import ledger as ledgers
from requests_app.response.blackout import NotPossible
from requests_app.response.readings import GROUNDS, count_of, named
from requests_app.response.redaction import NotRead

AT_ONCE = 25
"""Texts in a list; the next ones follow when these are read."""
SECOND_LOOKS = 10
"""Texts that a second person sees whole on one page."""
WHY_NOT = {
    "not_yours": later("This step needs another role."),
    "confirmed": later("Two people have confirmed this; it cannot be changed any more."),
    "ground": later("Choose why it is left out."),
    "not_there": later("That passage does not stand in the text. Copy it exactly as it stands there."),
    "same_person": later("You marked some of these; a second person must agree."),
    "changed": later("A colleague changed one of these meanwhile. Look again; nothing was confirmed."),
    "too_many": later(
        "That is more than can be marked in one file. Leave whole pages out, or the whole file."
    ),
    "gone": later("There is nothing to be read here any more."),
}


def counted(case: Case) -> QuerySet:
    """How many there are, and how many wait for whom: one row."""
    counts = case.readings.order_by().values("case").annotate(
        all=Count("pk"),
        unread=Count("pk", filter=(Q(must=True) | ~Q(left_out=[]) | ~Q(boxes=[])) & Q(marked_at=None)),
        second=Count("pk", filter=Q(marked_at__isnull=False, confirmed_at=None)),
        offered=Count("pk", filter=Q(must=False, marked_at=None, left_out=[], boxes=[])),
    )  # fmt: skip
    return counts.values("all", "unread", "second", "offered")


def row(place: Place, case: Case, counts: Mapping[str, int] | None) -> dict[str, object] | None:
    """For the case file, from :func:`counted`; ``None`` where there is nothing to read."""
    if not counts or not counts["all"] or not place.may_do(permits.READ_TEXTS):
        return None
    return {"url": place.url("texts", case.reference), **counts}


@staff_page(act=permits.READ_TEXTS)
def texts(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """What is to be read, what waits for a second look, and how much is done."""
    return _list(request, place, case)


@staff_page("POST", act=permits.CONFIRM_TEXTS)
def confirm(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """The second person agrees with exactly what stood on the page."""
    if not reveal.is_shown(request, case):
        return refused(request, place)
    seen = {
        int(number): mark
        for number, _dot, mark in (one.partition(".") for one in request.POST.getlist("seen"))
        if number.isascii() and number.isdigit() and len(number) < 18
    }
    try:
        redaction.confirm(case, seen, by=place.desk.user)
    except NotRead as refusal:
        return _list(request, place, case, refusal.why)
    told = ngettext("%(n)s text is confirmed.", "%(n)s texts are confirmed.", len(seen))
    messages.success(request, told % {"n": len(seen)})
    return redirect(place.url("texts", case.reference))


@staff_page("GET", "POST", act=permits.READ_TEXTS)
def text(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """One text: its sentences to choose from, what is marked, and what to do next."""
    reading = case.readings.filter(pk=number).first()
    if reading is None:
        raise Http404
    if not reveal.is_shown(request, case):
        return _masked(request, place, case)
    original = _originals(case, [reading]).get(reading.pk, "")
    if request.method != "POST":
        return _text(request, place, case, reading, original)
    try:
        onward = _act(request, place, case, reading, original)
    except NotRead as refusal:
        reading.refresh_from_db()
        return _text(request, place, case, reading, original, str(WHY_NOT[refusal.why]))
    except NotPossible as refusal:
        return _text(request, place, case, reading, original, files.why_not(refusal))
    except files.GONE:
        return _text(request, place, case, reading, original, files.why_not(NotPossible("broken")))
    return redirect(onward)


@staff_page(act=permits.READ_TEXTS)
def file(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """A file that somebody sent, never shown inside our pages; a reason must have been given."""
    reading = case.readings.filter(pk=number, collection="").first()
    if reading is None:
        raise Http404
    if not reveal.is_shown(request, case):
        return refused(request, place)
    try:
        content, ending = redaction.open_file(case, reading, by=place.desk.user)
    except (NotRead, *files.GONE):
        raise Http404 from None
    headers = {
        "Content-Disposition": f'attachment; filename="{case.reference}-{number}{ending}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


def _act(
    request: HttpRequest, place: Place, case: Case, reading: Reading, original: str
) -> str:  # fmt: skip
    """Do what the button says; where to go then."""
    by, act = place.desk.user, request.POST.get("act", "")
    here = place.url("text", case.reference, reading.pk)
    if act == "read":
        blackout.finish(case, reading, by=by)
        following = _to_read(case).filter(pk__gt=reading.pk).first() or _to_read(case).first()
        return (
            place.url("text", case.reference, following.pk)
            if following
            else place.url("texts", case.reference)
        )
    if act == "again":
        redaction.send_back(case, reading, by=by)
    elif act.startswith(("back-", "bare-")):
        number, _dash, sign = act[5:].partition("-")
        if not (number.isascii() and number.isdigit() and len(number) < 7):
            raise NotRead("changed")
        painted = act.startswith("bare-")
        redaction.put_back(case, reading, by=by, number=int(number), sign=sign, painted=painted)
        return f"{here}?page={files.sheet_of(request) + 1}" if painted else here
    elif act == "paint" and not reading.collection:
        files.paint(request, place, case, reading)
        return f"{here}?page={files.sheet_of(request) + 1}"
    else:
        chosen = [
            int(one)
            for one in request.POST.getlist("piece")
            if one.isascii() and one.isdigit() and len(one) < 9
        ]
        lines = [line.strip() for line in request.POST.get("passages", "").splitlines()]
        redaction.leave_out(
            case, reading, original, by=by, ground=request.POST.get("ground", ""), numbers=chosen,
            passages=[line for line in lines if line], whole=not reading.collection,
        )  # fmt: skip
    return here


def _to_read(case: Case) -> QuerySet[Reading]:
    return case.readings.filter(marked_at=None, confirmed_at=None).order_by("-must", "pk")


def _list(request: HttpRequest, place: Place, case: Case, why: str = "") -> HttpResponse:
    if not reveal.is_shown(request, case):
        return _masked(request, place, case)
    by = place.desk.user
    unread = list(_to_read(case)[: AT_ONCE + 1])
    marked = case.readings.exclude(marked_at=None).filter(confirmed_at=None).order_by("pk")
    second = list(marked.select_related("marked_by")[:SECOND_LOOKS])
    originals, made = _originals(case, second), files.made_for(place, case, second)
    context = head.head(request, place, case, _("Texts to read")) | {
        "problems": [{"text": str(WHY_NOT[why]), "href": "#second"}] if why else [],
        "unread": [_line(place, case, reading) for reading in unread[:AT_ONCE]],
        "more": len(unread) > AT_ONCE,
        "second": [
            _line(place, case, reading)
            | {
                "parts": _parts(case, reading, originals.get(reading.pk, "")),
                **made.get(reading.pk, {}),
                "seen": f"{reading.pk}.{redaction.mark_of(reading)}",
                "mine": not redaction.may_confirm(reading, by),
                "who": str(reading.marked_by),
            }
            for reading in second
        ],
        "confirms": place.may_do(permits.CONFIRM_TEXTS)
        and any(redaction.may_confirm(reading, by) for reading in second),
        "done": case.readings.exclude(confirmed_at=None).count(),
    }
    return page(request, place, "texts", context, status=400 if why else 200)


def _text(
    request: HttpRequest, place: Place, case: Case, reading: Reading, original: str, why: str = ""
) -> HttpResponse:
    context = head.head(
        request, place, case, _("Text to read") if reading.collection else _("File to read")
    ) | {
        "problems": [{"text": why, "href": "#id_ground"}] if why else [],
        "row": _line(place, case, reading),
        "back_url": place.url("texts", case.reference),
        "file_url": "" if reading.collection else place.url("text_file", case.reference, reading.pk),
        "parts": _parts(case, reading, original),
        "pieces": [piece for piece in redaction.pieces(original) if piece.text.strip()],
        "marks": [
            {
                "number": f"{number}-{redaction.sign_of(mark)}",
                "text": original[mark[0] : mark[1]],
                "ground": _ground(mark[2]),
            }
            for number, mark in enumerate(reading.left_out)
        ],
        "grounds": [(key, text.in_(page_language())) for key, text in GROUNDS.items()],
        "typed": request.POST.get("passages", "") if why else "",
        "chosen": request.POST.get("ground", "") if why else "",
        "marked": reading.marked_at is not None,
        "confirmed": reading.confirmed_at is not None,
        "gone": bool(reading.collection) and not original,
    }
    if not reading.collection:
        context |= files.context(request, place, case, reading)
    return page(request, place, "text" if reading.collection else "file", context, status=400 if why else 200)


def _masked(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    context = head.head(request, place, case, _("Texts to read")) | {"masked_still": True}
    return page(request, place, "texts", context, status=403)


def _originals(case: Case, readings: list[Reading]) -> dict[int, str]:
    try:
        return to_read.texts_of(ledgers.read(case), readings)
    except files.GONE:
        return {}


def _line(place: Place, case: Case, reading: Reading) -> dict[str, object]:
    """Where it stands, in the words of the inventory."""
    text_, lang = place.controller.text, page_language()
    system = place.controller.inventory.systems.get(reading.system)
    names = [words.system_title(place.controller, reading.system)]
    collection = system.collections.get(reading.collection) if system else None
    if collection is not None:
        names.append(text_(collection.title, lang))
        known = any(path == reading.field for path, _part in collection.parts())
        names.append(text_(collection.part(reading.field).title, lang) if known else reading.field)
    size = ngettext("%(n)s character", "%(n)s characters", reading.length) % {"n": reading.length}
    return {
        "title": " · ".join(names),
        "detail": size if reading.collection else _("A file"),
        "url": place.url("text", case.reference, reading.pk),
        "must": reading.must,
        "file": not reading.collection,
        "left_out": count_of(reading),
    }


def _parts(case: Case, reading: Reading, original: str) -> list[tuple[str, str]]:
    """The text in turns of what stays and what goes: pairs of a passage and what stands instead, empty if it stays."""
    parts, at = [], 0
    for start, end, ground, *_by in reading.left_out:
        parts += [(original[at:start], ""), (original[start:end], named(ground, case.language))]
        at = end
    return [part for part in [*parts, (original[at:], "")] if part[0] or part[1]]


def _ground(ground: str) -> str:
    return GROUNDS[ground].in_(page_language()) if ground in GROUNDS else ground
