"""Runs in a process of its own, on a file that may mean harm: reads it, and paints over what is left out of PDFs and pictures.

Started by :mod:`requests_app.response.blackout` with the file on its standard input behind one
line of JSON that says what to do; it answers in the same way, and writes nothing else. Of the
project it loads ``drawable``, ``covered``, ``concealed`` and ``bounds`` beside it and no more: no setting, no key, no database.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw, ImageStat

from requests_app.response.bounds import MEMORY_BYTES, MOST_MADE_BYTES, MOST_SIGNS_IN_ALL, SCALE
from requests_app.response.concealed import concealed_in
from requests_app.response.covered import LIGHT, is_lost, overlaps
from requests_app.response.drawable import Box, NotPossible, Page, Picture, opened

QUALITY = 82
FAINTEST = 20
"""Of 255: with less between darkest and lightest, nothing can be read there."""
MARGIN = 10
"""In ten-thousandths, around what is painted over: a glyph may reach beyond its box."""


def paint(image: Any, boxes: Iterable[Box]) -> None:
    """Black, on the pixels themselves."""
    pen = ImageDraw.Draw(image)
    for box in boxes:
        pen.rectangle(_pixels(box, image), fill=(0, 0, 0))


def _pixels(box: Box, image: Any) -> tuple[int, int, int, int]:
    """The pixels that a place touches, the last ones included."""
    left, top, right, bottom = box
    return (
        left * image.width // SCALE,
        top * image.height // SCALE,
        max(-(-right * image.width // SCALE) - 1, left * image.width // SCALE),
        max(-(-bottom * image.height // SCALE) - 1, top * image.height // SCALE),
    )


def lines_of(signs: Sequence[tuple[str, Box | None]], start: int, end: int) -> list[list[int]]:
    """The places of signs from ``start`` to ``end``, one for each line they stand in, whichever way it runs.

    One black bar over all of a line: single ones would keep the outline of what they cover.
    """
    boxes = [box for sign, box in signs[start:end] if box is not None and not sign.isspace()]
    steps = [(_apart(a, b, 0), _apart(a, b, 1)) for a, b in pairwise(boxes)]
    upright = sum(down > across for across, down in steps) * 2 > len(steps)
    along, thick = (1, 0) if upright else (0, 1)
    found: list[list[int]] = []
    for box in boxes:
        last = found[-1] if found else None
        size = max(box[thick + 2] - box[thick], last[thick + 2] - last[thick] if last else 0)
        if last and _apart(last, box, thick) < 0 and _apart(last, box, along) < 3 * size:
            found[-1] = [*map(min, last[:2], box[:2]), *map(max, last[2:], box[2:])]
        else:
            found.append(list(box))
    return [
        [max(a - MARGIN, 0), max(b - MARGIN, 0), min(c + MARGIN, SCALE), min(d + MARGIN, SCALE)]
        for a, b, c, d in found
    ]


def _apart(one: Box, other: Box, way: int) -> int:
    """How far two places lie apart, across (0) or down (1); less than nothing where they overlap."""
    return max(one[way], other[way]) - min(one[way + 2], other[way + 2])


def _under(page: Page, boxes: Sequence[Box]) -> str:
    """What stands there, with a space between what does not follow on."""
    told, before = "", -1
    for n, (sign, box) in enumerate(page.signs):
        if box is not None and any(overlaps(one, box) for one in boxes):
            told, before = told + (" " if told and before != n - 1 else "") + sign, n
    return told


def left_standing(page: Page, marks: Sequence[tuple[str, Sequence[Box]]]) -> list[list[str]]:
    """The text in turns: ``["text", ""]`` stays, ``["", ground]`` is a gap; what cannot be seen is in neither.

    White on white, under a bar, a picture or a filled shape, too small for a pixel, told by a scanner and never drawn:
    a text nobody sees is no part of what is shown, nor could anybody tell that what is black covers all of it.
    """
    grey = page.image.convert("L")
    turns: list[list[str]] = []
    named, ground_before, seen_before = set(), "", True
    for n, (sign, box) in enumerate(page.signs):
        if box is not None and not sign.isspace():
            hit = next(
                (i for i, (_g, boxes) in enumerate(marks) if any(overlaps(b, box) for b in boxes)), None
            )
            ground_before = "" if hit is None else marks[hit][0]
            if hit is not None:
                named.add(hit)
            left, top, right, bottom = _pixels(box, grey)
            inside = 0 <= left <= right < grey.width and 0 <= top <= bottom < grey.height
            cut = grey.crop((left, top, right + 1, bottom + 1)) if inside else None
            darkest, lightest = cut.getextrema() if cut else (0, 0)
            seen_before = lightest - darkest >= FAINTEST and n not in page.unseen
            if cut and seen_before and page.shades.get(n, 0) >= LIGHT:
                seen_before = not is_lost(page.shades[n], _around(grey, left, top, right, bottom))
        # A space goes with the sign before it.
        if ground_before:
            if not turns or turns[-1][1] != ground_before:
                turns.append(["", ground_before])
        elif seen_before:
            if not turns or turns[-1][1]:
                turns.append(["", ""])
            turns[-1][0] += sign
    return turns + [["", ground] for n, (ground, _boxes) in enumerate(marks) if n not in named]


def _around(grey: Any, left: int, top: int, right: int, bottom: int) -> float:
    """How light, of 255, the ground is on which a sign stands: what lies close round its place."""
    near = max((bottom - top) // 3, 3)
    cut = (
        max(left - near, 0),
        max(top - near, 0),
        min(right + 1 + near, grey.width),
        min(bottom + 1 + near, grey.height),
    )
    whole, place = (
        ImageStat.Stat(grey.crop(cut)),
        ImageStat.Stat(grey.crop((left, top, right + 1, bottom + 1))),
    )
    count = whole.count[0] - place.count[0]
    return (whole.sum[0] - place.sum[0]) / count if count else whole.mean[0]


def assembled(pages: Iterable[Page]) -> bytes:
    """A PDF of pictures alone, each as large on paper as the page it was."""
    file = pypdfium2.PdfDocument.new()
    for page in pages:
        picture = pypdfium2.PdfImage.new(file)
        picture.load_jpeg(io.BytesIO(encoded(page.image, "JPEG")), inline=True)
        wide, high = page.points
        picture.set_matrix(pypdfium2.PdfMatrix().scale(wide, high))
        sheet = file.new_page(wide, high)
        sheet.insert_obj(picture)
        sheet.gen_content()
        sheet.close()
    written = io.BytesIO()
    file.save(written)
    return written.getvalue()


def encoded(image: Any, kind: str) -> bytes:
    """The pixels alone: what else a picture said about itself is not written."""
    bare, written = Image.new("RGB", image.size), io.BytesIO()
    bare.paste(image)
    bare.save(written, kind, **({"quality": QUALITY} if kind == "JPEG" else {}))
    return written.getvalue()


def answer(asked: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """What is asked of the file: ``concealed``, ``read``, ``look``, ``places``, ``show`` or ``make``."""
    if asked["do"] == "concealed":
        return {"concealed": concealed_in(content)}, b""
    file = opened(content)
    wanted = asked.get("page")
    if wanted is not None and not 0 <= wanted < file.count:
        raise NotPossible("no_page")
    if asked["do"] == "read":
        read: list[str] = []
        for number in range(file.count):
            read.append(file.text(number))
            _refuse_beyond(sum(map(len, read)))
        page = file.page(wanted or 0, drawn=False, read=False)
        return {"texts": read, "ratio": _ratio(page)}, b""
    if asked["do"] == "look":
        page = file.page(wanted or 0, drawn=False)
        under = [_under(page, boxes) for boxes in asked["boxes"]]
        text = "".join(sign for sign, _box in page.signs)
        return {"count": file.count, "text": text, "under": under, "ratio": _ratio(page)}, b""
    if asked["do"] == "places":
        places = {}
        for number, spans in asked["spans"].items():
            signs = file.lines(int(number))
            places[number] = [lines_of(signs, start, end) for start, end in spans]
        return {"places": places}, b""
    if asked["do"] == "show":
        page = file.page(wanted or 0, read=False, width=int(asked.get("width", 0)))
        paint(page.image, asked["boxes"])
        return {}, encoded(page.image, "PNG" if isinstance(file, Picture) and file.kind == "PNG" else "JPEG")
    texts: list[list[list[str]]] = []

    def painted() -> Iterator[Page]:
        signs = 0
        for number in range(file.count):
            page = file.page(number)
            signs += len(page.signs)
            _refuse_beyond(signs)
            marks = [(ground, boxes) for ground, boxes in asked["marks"].get(str(number), ())]
            texts.append(left_standing(page, marks))
            paint(page.image, [box for _ground, boxes in marks for box in boxes])
            yield page

    if isinstance(file, Picture):
        (page,) = painted()
        made, ending = encoded(page.image, file.kind), ".png" if file.kind == "PNG" else ".jpg"
    else:
        made, ending = assembled(painted()), ".pdf"
    return {"texts": texts, "ending": ending}, made


def _ratio(page: Page) -> float:
    """Height by width."""
    return page.points[1] / page.points[0]


def _refuse_beyond(signs: int) -> None:
    if signs > MOST_SIGNS_IN_ALL:
        raise NotPossible("long")


def main(seconds: int) -> None:
    """Under limits of its own: seconds of the processor, memory, and no file that could be written."""
    for limit, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(limit, (most, most))
    asked = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    try:
        told, made = answer(asked, content)
        if len(made) > MOST_MADE_BYTES:
            raise NotPossible("large")
    except NotPossible as refusal:
        told, made = {"why": str(refusal)}, b""
    except Exception:
        # What goes wrong in a file is the file's; its words are never printed.
        told, made = {"why": "broken"}, b""
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + made)
