"""A file's pages as a reader marks them, and as they will leave: sentences to tick, cells over the picture, pictures."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as later

from identity import sealing
from portal.look.days import page_language
from portal.staff import reveal
from portal.staff.doors import Place, refused, staff_page
from requests_app import permits
from requests_app.models import Case, Reading
from requests_app.response import blackout, redaction
from requests_app.response.blackout import NotPossible
from requests_app.response.bounds import MOST_PAGES
from requests_app.response.readings import GROUNDS, is_whole
from requests_app.response.redaction import NotRead

WIDTH = 1100
"""Of a page's picture, in pixels."""
GONE = (FileNotFoundError, sealing.KeyDestroyed, sealing.SealBroken)
NOT_POSSIBLE = {
    "kind": later("This is no PDF, JPEG or PNG, so nothing can be blacked out in it: it leaves whole or not at all."),
    "locked": later("A password protects this file: it leaves whole or not at all. Ask for it without the password."),
    "broken": later("This file cannot be read here: it leaves whole or not at all. Ask for it again, or for a scan."),
    "many_pages": later("This file has more than %(pages)s pages: it leaves whole or not at all. Ask for it in parts."),
    "many_pixels": later("This picture is too large to be drawn: it leaves whole or not at all. Ask for a smaller one."),
    "long": later("There is too much text in this file: it leaves whole or not at all."),
    "large": later("This file is too large to be drawn: it leaves whole or not at all. Ask for it in parts."),
    "slow": later("This file takes too long to be drawn: it leaves whole or not at all. Ask for it in parts."),
    "busy": later("Other files are being drawn just now. Wait a moment and try again."),
}  # fmt: skip


def why_not(refusal: NotPossible) -> str:
    """Why nothing can be blacked out in a file, in words."""
    return str(NOT_POSSIBLE[refusal.why]) % {"pages": MOST_PAGES}


@staff_page(act=permits.READ_TEXTS)
def picture(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """A page as it will leave, as far as it is marked; a reason must have been given."""
    reading = case.readings.filter(pk=number, collection="").first()
    if reading is None:
        raise Http404
    if not reveal.is_shown(request, case):
        return refused(request, place)
    try:
        drawn = blackout.picture(case, reading, sheet_of(request), WIDTH, by=place.desk.user)
        redaction.note_opened(case, [reading], by=place.desk.user)
    except NotPossible as refusal:
        if refusal.why == "busy":
            return HttpResponse(why_not(refusal), status=503, headers={"Retry-After": "10"})
        raise Http404 from None
    except (NotRead, *GONE):
        raise Http404 from None
    kind = "image/png" if drawn.startswith(b"\x89PNG") else "image/jpeg"
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(drawn, content_type=kind, headers=headers)


def paint(request: HttpRequest, place: Place, case: Case, reading: Reading) -> None:
    """Mark what was ticked and typed; raises as :func:`blackout.paint` does."""
    blackout.paint(
        case, reading, sheet_of(request), by=place.desk.user, ground=request.POST.get("ground", ""),
        numbers=_numbers(request, "piece"), cells=_numbers(request, "cell"),
        passages=[line for line in request.POST.get("passages", "").splitlines() if line.strip()],
        areas=_areas(request), whole="whole" in request.POST,
    )  # fmt: skip


def sheet_of(request: HttpRequest) -> int:
    """The page that is looked at, counted from 0."""
    told = request.POST.get("page") or request.GET.get("page", "")
    return int(told) - 1 if told.isascii() and told.isdigit() and 0 < len(told) < 5 and int(told) else 0


def _numbers(request: HttpRequest, name: str) -> list[int]:
    return [
        int(one) for one in request.POST.getlist(name) if one.isascii() and one.isdigit() and len(one) < 9
    ]


def _areas(request: HttpRequest) -> list[tuple[int, ...]]:
    """Drawn by hand: left, top, right and bottom; what is anything else marks nothing that exists."""
    found = []
    for told in request.POST.getlist("area"):
        sides = told.split(",")
        plain = len(sides) == 4 and all(side.isascii() and side.isdigit() and len(side) < 6 for side in sides)
        found.append(tuple(map(int, sides)) if plain else (0, 0, 0, 0))
    return found


def context(request: HttpRequest, place: Place, case: Case, reading: Reading) -> dict[str, object]:
    """What the page of a file shows besides what the page of a text does."""
    number = sheet_of(request)
    found: dict[str, object] = {"sheet_number": number + 1, "whole_file": is_whole(reading)}
    try:
        redaction.refuse_unless_reader(case, place.desk.user)
    except NotRead:
        # The answer is out, or the case went elsewhere: its pages are not shown any more.
        return found | {"over": True}
    if reading.made:
        redaction.note_opened(case, [reading], by=place.desk.user)
        pages = int(reading.made["pages"])
        found |= {"pages": _pages(place, case, reading, pages), "made": True, "beside": beside(case, reading)}
        return found | {"picture": _picture(place, case, reading, min(number, pages - 1))}
    try:
        sheet = blackout.look(case, reading, number, by=place.desk.user)
    except NotRead:
        raise Http404 from None
    except NotPossible as refusal:
        return found | {"impossible": why_not(refusal)}
    except GONE:
        return found | {"impossible": why_not(NotPossible("broken"))}
    redaction.note_opened(case, [reading], by=place.desk.user)
    here = [(n, mark) for n, mark in enumerate(reading.boxes) if mark[0] == number]
    return found | {
        "pages": _pages(place, case, reading, sheet.count),
        "picture": _picture(place, case, reading, number),
        "height": round(WIDTH * sheet.ratio),
        "pieces": [piece for piece in sheet.pieces if piece.text.strip()],
        "painted": [
            {
                "number": f"{n}-{redaction.sign_of(mark)}",
                "text": " ".join(under.split()),
                "ground": GROUNDS[mark[2]].in_(page_language()),
            }
            for (n, mark), under in zip(here, sheet.under, strict=True)
        ],
        "elsewhere": len(reading.boxes) - len(here),
        "cells": [
            {"number": n, "row": n // blackout.COLUMNS + 1, "column": n % blackout.COLUMNS + 1}
            for n in range(sheet.rows * blackout.COLUMNS)
        ],
    }


def made_for(place: Place, case: Case, readings: Iterable[Reading]) -> dict[int, dict[str, object]]:
    """For the second look: of each that has a file to leave instead, every page of that and the text beside it.

    Noted, as the text is read here.
    """
    made = [reading for reading in readings if reading.made]
    if made:
        redaction.note_opened(case, made, by=place.desk.user)
    return {
        reading.pk: {
            "pictures": [_picture(place, case, reading, n) for n in range(int(reading.made["pages"]))],
            "beside": beside(case, reading),
        }
        for reading in made
    }


def beside(case: Case, reading: Reading) -> str:
    """The text that lies beside the file which leaves."""
    try:
        return blackout.text_of(case, reading)
    except GONE:
        return ""


def _picture(place: Place, case: Case, reading: Reading, number: int) -> str:
    return f"{place.url('text_picture', case.reference, reading.pk)}?page={number + 1}"


def _pages(place: Place, case: Case, reading: Reading, count: int) -> list[dict[str, object]]:
    marked = {mark[0] for mark in reading.boxes}
    here = place.url("text", case.reference, reading.pk)
    return [{"n": n + 1, "url": f"{here}?page={n + 1}", "marked": n in marked} for n in range(count)]
