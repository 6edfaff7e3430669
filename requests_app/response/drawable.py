"""PDFs and pictures as pages that are seen: opened, measured and read, in the process of :mod:`requests_app.response.drawing` alone.

A place on a page is ``[left, top, right, bottom]`` in ten-thousandths of what is seen of it.
The libraries that read strangers' files are loaded by this module, and so in that process only.
"""

from __future__ import annotations

import ctypes
import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pypdfium2
import pypdfium2.raw as raw
from PIL import Image, ImageOps

from requests_app.response.bounds import (
    DOTS_PER_INCH,
    LONGEST_SIDE,
    MOST_PAGES,
    MOST_PIXELS,
    MOST_SIGNS,
    SCALE,
)
from requests_app.response.covered import SMALLEST_POINTS, Layers

Image.MAX_IMAGE_PIXELS = None
"""Measured here instead, before anything is decoded."""
Box = Sequence[int]


class NotPossible(Exception):
    """``locked``, ``broken``, ``kind``, ``many_pages``, ``many_pixels`` or ``long``."""


class Page:
    """One page, or one picture, as it is seen."""

    def __init__(
        self, image: Any, points: tuple[float, float], signs: list[tuple[str, Box | None]],
        unseen: frozenset[int] = frozenset(), shades: Mapping[int, int] | None = None,
    ) -> None:  # fmt: skip
        self.image, self.points, self.signs, self.unseen = image, points, signs, unseen
        self.shades = shades or {}
        """How light signs are drawn, by number, where that is known."""


class Pdf:
    """A PDF's pages, one in memory at a time."""

    def __init__(self, content: bytes) -> None:
        try:
            self._file = pypdfium2.PdfDocument(content)
            self.count = len(self._file)
            self._file.init_forms()
        except pypdfium2.PdfiumError as error:
            locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
            raise NotPossible("locked" if locked else "broken") from None
        if not self.count:
            raise NotPossible("broken")
        if self.count > MOST_PAGES:
            raise NotPossible("many_pages")

    def page(self, number: int, *, drawn: bool = True, read: bool = True, width: int = 0) -> Page:
        """What is seen of a page at 150 dots per inch or ``width`` pixels, and its signs with their places."""
        page = self._file[number]
        points = page.get_size()
        if not all(1 <= side < 100_000 for side in points):
            raise NotPossible("broken")
        scale = width / points[0] if width else DOTS_PER_INCH / 72
        scale = min(scale, LONGEST_SIDE / max(points))
        image = page.render(scale=scale).to_pil().convert("RGB") if drawn else None
        unseen: set[int] = set()
        shades: dict[int, int] = {}
        layers = Layers(page, _frame(page)) if drawn and read else None
        signs = list(self._signs(page, layers=layers, unseen=unseen, shades=shades)) if read else []
        page.close()
        return Page(image, points, signs, frozenset(unseen), shades)

    def text(self, number: int) -> str:
        """The signs of a page alone, which is quicker."""
        page = self._file[number]
        text = "".join(sign for sign, _box in self._signs(page, placed=False))
        page.close()
        return text

    def lines(self, number: int) -> list[tuple[str, Box | None]]:
        """The characters of a page, each with as much of its line as a sign may fill."""
        page = self._file[number]
        # One entry for each character of the text, also where a sign is several.
        signs = [(one, box) for sign, box in self._signs(page, full=True) for one in sign]
        page.close()
        return signs

    def _signs(
        self, page: Any, *, placed: bool = True, full: bool = False, layers: Layers | None = None,
        unseen: set[int] | None = None, shades: dict[int, int] | None = None,
    ) -> Iterator[tuple[str, Box | None]]:  # fmt: skip
        """Each sign with its place; where ``layers`` are given, ``unseen`` and ``shades`` are told of those drawn."""
        text = page.get_textpage()
        count, half, given = text.count_chars(), "", 0
        if count > MOST_SIGNS:
            raise NotPossible("long")
        place = self._placing(page, text, full) if placed else None
        for index in range(count):
            code, made_up = raw.FPDFText_GetUnicode(text, index), raw.FPDFText_IsGenerated(text, index) == 1
            if code == 13 and made_up:
                continue
            if 0xD800 <= code < 0xDC00:
                half = chr(code)
                continue
            sign = "\n" if code in (10, 13) else "-" if code == 2 else chr(code) if code >= 32 else "\ufffd"
            if 0xDC00 <= code < 0xE000:
                sign = (half + sign).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            half = ""
            box = None if made_up or place is None else place(index)
            if layers and unseen is not None and shades is not None and not made_up:
                drawn = raw.FPDFText_GetTextObject(text, index)
                shade = layers.shade(drawn) if drawn else None
                if shade == -1 or layers.hides(drawn, box) or _is_tiny(text, index):
                    unseen.add(given)
                elif shade is not None:
                    shades[given] = shade
            given += 1
            yield sign, box
        text.close()

    def _placing(self, page: Any, text: Any, full: bool) -> Callable[[int], Box]:
        """Gives a sign's place by its number."""
        frame = _frame(page)
        edges = [ctypes.c_double() for _edge in range(4)]
        given = [ctypes.byref(edge) for edge in edges]

        def place(index: int) -> Box:
            raw.FPDFText_GetCharBox(text, index, *given)
            left, right, bottom, top = (edge.value for edge in edges)
            # Also of a font without outlines of its own: as much as a line is tall.
            if full or left >= right or bottom >= top:
                a, b, c, d = text.get_charbox(index, loose=True)
                left, bottom, right, top = min(a, left), min(b, bottom), max(c, right), max(d, top)
            return frame(left, bottom, right, top)

        return place


def _frame(page: Any) -> Callable[[float, float, float, float], Box]:
    """Gives the place of what is measured in points, however the page is turned and cut."""
    finest = 1_000_000
    x, y = ctypes.c_int(), ctypes.c_int()

    def seen(across: float, up: float) -> tuple[int, int]:
        raw.FPDF_PageToDevice(page, 0, 0, finest, finest, 0, across, up, ctypes.byref(x), ctypes.byref(y))
        return x.value, y.value

    far = 100.0
    (x0, y0), (xa, ya), (xu, yu) = seen(0, 0), seen(far, 0), seen(0, far)
    one = SCALE / finest

    def place(left: float, bottom: float, right: float, top: float) -> Box:
        corners = [
            (x0 + (a * (xa - x0) + u * (xu - x0)) / far, y0 + (a * (ya - y0) + u * (yu - y0)) / far)
            for a, u in ((left, top), (right, bottom))
        ]
        (a, b), (c, d) = corners
        return [
            math.floor(min(a, c) * one), math.floor(min(b, d) * one),
            math.ceil(max(a, c) * one), math.ceil(max(b, d) * one),
        ]  # fmt: skip

    return place


def _is_tiny(text: Any, index: int) -> bool:
    """Whether a sign is drawn too small to be read, however near others stand."""
    room = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(text, index, room):
        return True
    return max(abs(room.right - room.left), abs(room.top - room.bottom)) < SMALLEST_POINTS


class Picture:
    """A JPEG or PNG: one page without text."""

    count = 1

    def __init__(self, content: bytes) -> None:
        try:
            image = Image.open(io.BytesIO(content), formats=["JPEG", "PNG"])
            self.kind = "PNG" if image.format == "PNG" else "JPEG"
            if image.width * image.height > MOST_PIXELS:
                raise NotPossible("many_pixels")
            image = ImageOps.exif_transpose(image)
            if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
                # What a transparent pixel hides would still be in the file.
                image = image.convert("RGBA")
                paper = Image.new("RGB", image.size, "white")
                paper.paste(image, mask=image.getchannel("A"))
                image = paper
            self._image = image.convert("RGB")
        except NotPossible:
            raise
        except Exception:
            raise NotPossible("broken") from None

    def text(self, number: int) -> str:
        """None: what a picture shows is read by people."""
        return ""

    def lines(self, number: int) -> list[tuple[str, Box | None]]:
        """None either."""
        return []

    def page(self, number: int, *, drawn: bool = True, read: bool = True, width: int = 0) -> Page:
        """The picture, at most ``width`` pixels wide where that is said."""
        image = self._image
        if width and image.width > width:
            image = image.resize((width, max(round(image.height * width / image.width), 1)))
        return Page(image.copy() if drawn else None, image.size, [])


def opened(content: bytes) -> Pdf | Picture:
    """By what the content shows, never by a name."""
    if content[:5] == b"%PDF-":
        return Pdf(content)
    if content[:3] == b"\xff\xd8\xff" or content[:8] == b"\x89PNG\r\n\x1a\n":
        return Picture(content)
    raise NotPossible("kind")
