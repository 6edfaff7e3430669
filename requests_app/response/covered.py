"""What hides a sign on a page although its text is told: what is drawn over it later, and how it is drawn itself.

In doubt it is hidden: what is seen, the picture of the page shows. Loaded in the process of
:mod:`requests_app.response.drawing` alone.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pypdfium2.raw as raw
from PIL import Image, ImageDraw

from requests_app.response.bounds import SCALE

Box = Sequence[int]
Frame = Callable[[float, float, float, float], Box]
"""From left, bottom, right and top in points to a place on what is seen of the page."""
Matrix = tuple[float, float, float, float, float, float]

MOST_OBJECTS = 50_000
"""On one page: with more, nothing is told of its text."""
DEEPEST = 12
"""Of forms within forms; what lies deeper is not looked into and counts as drawn over everything."""
FINE = 1500
"""Squares into which the width and the height of a page are divided."""
SMALLEST_POINTS = 1.5
"""A sign that is neither wider nor taller than this is read by nobody."""
FAINT_ALPHA = 40
LIGHT, HALF_LIGHT = 200, 170
"""Of 255: what is drawn as light as the first is seen only on something darker than the second."""
_PLAIN: Matrix = (1, 0, 0, 1, 0, 0)
_SHOWS_TEXT = frozenset({
    raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_HIGHLIGHT, raw.FPDF_ANNOT_UNDERLINE,
    raw.FPDF_ANNOT_SQUIGGLY, raw.FPDF_ANNOT_STRIKEOUT,
})  # fmt: skip
"""Annotations made to lie over text that is read."""


class Layers:
    """The objects of a page from the lowest to the topmost."""

    def __init__(self, page: Any, frame: Frame) -> None:
        self._frame = frame
        self._order: dict[int, int] = {}
        # Of each place on the page, the number of what was drawn there last.
        self._last = Image.new("I", (FINE, FINE), 0)
        self._pen = ImageDraw.Draw(self._last)
        self._shades: dict[int, int | None] = {}
        self._count = 0
        for drawn, kind, matrix in self._objects(page, _PLAIN, 0):
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self._order[_address(drawn)] = self._count
            elif _covers_all(drawn, kind):
                self._put(_bounds(drawn, matrix))
        self._count += 1
        for place in _annotations(page):
            self._put(place)

    @property
    def beyond(self) -> bool:
        """Whether there are so many that not all were looked at."""
        return self._count > MOST_OBJECTS

    def hides(self, drawn: Any, box: Box | None) -> bool:
        """Whether a sign of that text object is drawn over, as far as a quarter of it; not known, it is."""
        order = self._order.get(_address(drawn)) if drawn else None
        if order is None or self.beyond or box is None:
            return True
        left, top, right, bottom = _squares(box)
        if left >= right or top >= bottom:
            return True
        part = self._last.crop((left, top, right, bottom))
        lowest, highest = part.getextrema()
        if lowest > order or highest <= order:
            return bool(lowest > order)
        places = part.tobytes()
        above = sum(number > order for number in memoryview(places).cast("i"))
        return above * 16 >= len(places)

    def shade(self, drawn: Any) -> int | None:
        """How light a text is drawn, of 255; ``-1`` where it cannot be seen at all, ``None`` where nobody knows."""
        address = _address(drawn)
        if address not in self._shades:
            self._shades[address] = _shade(drawn)
        return self._shades[address]

    def _put(self, bounds: tuple[float, float, float, float] | None) -> None:
        left, top, right, bottom = _squares(self._frame(*bounds) if bounds else (0, 0, SCALE, SCALE))
        if left < right and top < bottom:
            self._pen.rectangle((left, top, right - 1, bottom - 1), fill=self._count)

    def _objects(self, parent: Any, matrix: Matrix, depth: int) -> Iterator[tuple[Any, int, Matrix]]:
        counts, gives = (
            (raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject)
            if depth
            else (raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject)
        )
        for number in range(counts(parent)):
            if self.beyond:
                return
            drawn = gives(parent, number)
            kind = raw.FPDFPageObj_GetType(drawn)
            self._count += 1
            if kind == raw.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
                yield from self._objects(drawn, _times(_matrix(drawn), matrix), depth + 1)
            else:
                yield drawn, kind, matrix


def overlaps(box: Box, sign: Box) -> bool:
    """Whether at least a quarter of a sign lies below that place."""
    across = min(box[2], sign[2]) - max(box[0], sign[0])
    down = min(box[3], sign[3]) - max(box[1], sign[1])
    size = max(sign[2] - sign[0], 1) * max(sign[3] - sign[1], 1)
    return across >= 0 and down >= 0 and max(across, 1) * max(down, 1) * 4 >= size


def _squares(box: Box) -> tuple[int, int, int, int]:
    """Those that a place touches, the last ones left out; none of what lies off the page."""
    left, top, right, bottom = (min(max(side, 0), SCALE) for side in box)
    return left * FINE // SCALE, top * FINE // SCALE, -(-right * FINE // SCALE), -(-bottom * FINE // SCALE)


def is_lost(shade: int, around: float) -> bool:
    """Whether a light text stands on light ground: what is seen at its place is then a neighbour's."""
    return shade >= LIGHT and around > HALF_LIGHT


def _covers_all(drawn: Any, kind: int) -> bool:
    """Whether what lies below an object is hidden: all but the outline of a shape, unless that is one thick line."""
    if kind != raw.FPDF_PAGEOBJ_PATH:
        return True
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(drawn, fill, stroke) or fill.value != raw.FPDF_FILLMODE_NONE:
        return True
    bounds, width = _bounds(drawn, _PLAIN), ctypes.c_float()
    if not stroke.value or bounds is None:
        return bool(stroke.value)
    raw.FPDFPageObj_GetStrokeWidth(drawn, width)
    return min(bounds[2] - bounds[0], bounds[3] - bounds[1]) <= 2 * width.value


def _shade(drawn: Any) -> int | None:
    mode = raw.FPDFTextObj_GetTextRenderMode(drawn)
    if mode in (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP):
        return -1
    if mode not in (raw.FPDF_TEXTRENDERMODE_FILL, raw.FPDF_TEXTRENDERMODE_FILL_CLIP):
        return None
    red, green, blue, alpha = (ctypes.c_uint() for _part in range(4))
    if not raw.FPDFPageObj_GetFillColor(drawn, red, green, blue, alpha):
        return None
    if alpha.value < FAINT_ALPHA:
        return -1
    return (red.value * 299 + green.value * 587 + blue.value * 114) // 1000


def _annotations(page: Any) -> Iterator[tuple[float, float, float, float]]:
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        note, place = raw.FPDFPage_GetAnnot(page, number), raw.FS_RECTF()
        if not note:
            continue
        shown = not raw.FPDFAnnot_GetFlags(note) & raw.FPDF_ANNOT_FLAG_HIDDEN
        if shown and raw.FPDFAnnot_GetSubtype(note) not in _SHOWS_TEXT and raw.FPDFAnnot_GetRect(note, place):
            yield place.left, min(place.bottom, place.top), place.right, max(place.bottom, place.top)
        raw.FPDFPage_CloseAnnot(note)


def _address(drawn: Any) -> int:
    return ctypes.cast(drawn, ctypes.c_void_p).value or 0


def _bounds(drawn: Any, matrix: Matrix) -> tuple[float, float, float, float] | None:
    """Left, bottom, right and top on the page; ``None`` where nobody can say."""
    left, bottom, right, top = (ctypes.c_float() for _side in range(4))
    if not raw.FPDFPageObj_GetBounds(drawn, left, bottom, right, top):
        return None
    a, b, c, d, e, f = matrix
    corners = [
        (a * x + c * y + e, b * x + d * y + f)
        for x in (left.value, right.value)
        for y in (bottom.value, top.value)
    ]
    across, up = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(up), max(across), max(up)


def _matrix(drawn: Any) -> Matrix:
    told = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(drawn, told):
        return _PLAIN
    return told.a, told.b, told.c, told.d, told.e, told.f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    """First the inner one, then the outer."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (
        a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m,
    )  # fmt: skip
