"""Runs in a process of its own, on a file that may mean harm: reads PDFs and pictures, and paints over what is left out.

Started by :mod:`requests_app.response.blackout` with the file on its standard input behind one
line of JSON that says what to do; it answers in the same way. Nothing of the project is
imported here, and nothing is written but the answer. A place on a page is ``[left, top,
right, bottom]`` in ten-thousandths of what is seen of it.
"""

from __future__ import annotations

import ctypes
import io
import json
import math
import resource
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

MOST_PAGES = 60
MOST_PIXELS = 50_000_000
"""Of a picture that is sent; a page is drawn in as many as its size needs."""
MOST_SIGNS = 400_000
DOTS_PER_INCH = 150
LONGEST_SIDE = 2600
"""In pixels: a page larger than A3 is drawn more coarsely."""
SCALE = 10_000
MEMORY_BYTES = 1536 * 1024 * 1024
QUALITY = 82
FAINTEST = 20
"""Of 255: with less between darkest and lightest, nothing can be read there."""
MARGIN = 10
"""In ten-thousandths, around what is painted over besides an eighth of its height: a glyph may reach beyond its box."""

Box = Sequence[int]


class NotPossible(Exception):
    """``locked``, ``broken``, ``kind``, ``many_pages``, ``many_pixels`` or ``long``."""


class Page:
    """One page, or one picture, as it is seen."""

    def __init__(self, image: Any, points: tuple[float, float], signs: list[tuple[str, Box | None]]) -> None:
        self.image, self.points, self.signs = image, points, signs


class Pdf:
    """A PDF's pages, one in memory at a time."""

    def __init__(self, content: bytes) -> None:
        import pypdfium2
        import pypdfium2.raw as raw

        self._raw = raw
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
        signs = list(self._signs(page)) if read else []
        page.close()
        return Page(image, points, signs)

    def text(self, number: int) -> str:
        """The signs of a page alone, which is quicker."""
        page = self._file[number]
        text = "".join(sign for sign, _box in self._signs(page, placed=False))
        page.close()
        return text

    def _signs(self, page: Any, *, placed: bool = True) -> Iterator[tuple[str, Box | None]]:
        raw, text = self._raw, page.get_textpage()
        count, half = text.count_chars(), ""
        if count > MOST_SIGNS:
            raise NotPossible("long")
        place = self._placing(page, text) if placed else None
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
            yield sign, None if made_up or place is None else place(index)
        text.close()

    def _placing(self, page: Any, text: Any) -> Callable[[int], Box]:
        """Gives a sign's place by its number, however the page is turned and cut."""
        raw, finest = self._raw, 1_000_000
        x, y = ctypes.c_int(), ctypes.c_int()

        def seen(across: float, up: float) -> tuple[int, int]:
            raw.FPDF_PageToDevice(page, 0, 0, finest, finest, 0, across, up, ctypes.byref(x), ctypes.byref(y))
            return x.value, y.value

        far = 100.0
        (x0, y0), (xa, ya), (xu, yu) = seen(0, 0), seen(far, 0), seen(0, far)
        one = SCALE / finest
        edges = [ctypes.c_double() for _edge in range(4)]
        given = [ctypes.byref(edge) for edge in edges]

        def place(index: int) -> Box:
            raw.FPDFText_GetCharBox(text, index, *given)
            left, right, bottom, top = (edge.value for edge in edges)
            if left >= right or bottom >= top:
                # A font without outlines of its own: as much as a line is tall.
                left, bottom, right, top = text.get_charbox(index, loose=True)
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


class Picture:
    """A JPEG or PNG: one page without text."""

    count = 1

    def __init__(self, content: bytes) -> None:
        from PIL import Image, ImageOps

        Image.MAX_IMAGE_PIXELS = None  # measured here, before anything is decoded
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

    def page(self, number: int, *, drawn: bool = True, read: bool = True, width: int = 0) -> Page:
        """The picture, at most ``width`` pixels wide where that is said."""
        image = self._image
        if width and image.width > width:
            image = image.resize((width, max(round(image.height * width / image.width), 1)))
        return Page(image.copy() if drawn else None, image.size, [])


def paint(image: Any, boxes: Iterable[Box]) -> None:
    """Black, on the pixels themselves."""
    from PIL import ImageDraw

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
    """The places of signs from ``start`` to ``end``, one for each line they stand in."""
    found: list[list[int]] = []
    for sign, box in signs[start:end]:
        if box is None or sign.isspace():
            continue
        last = found[-1] if found else None
        tall = max(box[3] - box[1], last[3] - last[1] if last else 0)
        if last and min(last[3], box[3]) > max(last[1], box[1]) and -3 * tall < box[0] - last[2] < 3 * tall:
            found[-1] = [
                min(last[0], box[0]),
                min(last[1], box[1]),
                max(last[2], box[2]),
                max(last[3], box[3]),
            ]
        else:
            found.append(list(box))
    return [_widened(box, MARGIN + (box[3] - box[1]) // 8) for box in found]


def _widened(box: Box, by: int) -> list[int]:
    left, top, right, bottom = box
    return [max(left - by, 0), max(top - by, 0), min(right + by, SCALE), min(bottom + by, SCALE)]


def _covers(box: Box, sign: Box) -> bool:
    """Whether at least a quarter of a sign is painted over."""
    across = min(box[2], sign[2]) - max(box[0], sign[0])
    down = min(box[3], sign[3]) - max(box[1], sign[1])
    size = max(sign[2] - sign[0], 1) * max(sign[3] - sign[1], 1)
    return across >= 0 and down >= 0 and max(across, 1) * max(down, 1) * 4 >= size


def left_standing(page: Page, marks: Sequence[tuple[str, Sequence[Box]]]) -> list[list[str]]:
    """The text in turns: ``["text", ""]`` stays, ``["", ground]`` is a gap; what cannot be seen is in neither.

    White on white, under a bar, too small for a pixel: a text nobody sees is no part of what is shown.
    """
    grey = page.image.convert("L")
    turns: list[list[str]] = []
    named, ground_before, seen_before = set(), "", True
    for sign, box in page.signs:
        if box is not None and not sign.isspace():
            hit = next(
                (n for n, (_g, boxes) in enumerate(marks) if any(_covers(b, box) for b in boxes)), None
            )
            ground_before = "" if hit is None else marks[hit][0]
            if hit is not None:
                named.add(hit)
            left, top, right, bottom = _pixels(box, grey)
            inside = 0 <= left <= right < grey.width and 0 <= top <= bottom < grey.height
            darkest, lightest = (
                grey.crop((left, top, right + 1, bottom + 1)).getextrema() if inside else (0, 0)
            )
            seen_before = lightest - darkest >= FAINTEST
        # A space goes with the sign before it.
        if ground_before:
            if not turns or turns[-1][1] != ground_before:
                turns.append(["", ground_before])
        elif seen_before:
            if not turns or turns[-1][1]:
                turns.append(["", ""])
            turns[-1][0] += sign
    return turns + [["", ground] for n, (ground, _boxes) in enumerate(marks) if n not in named]


def assembled(pages: Iterable[Page]) -> bytes:
    """A PDF of pictures alone, each as large on paper as the page it was."""
    import pypdfium2

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
    from PIL import Image

    bare, written = Image.new("RGB", image.size), io.BytesIO()
    bare.paste(image)
    bare.save(written, kind, **({"quality": QUALITY} if kind == "JPEG" else {}))
    return written.getvalue()


def opened(content: bytes) -> Pdf | Picture:
    """By what the content shows, never by a name."""
    if content[:5] == b"%PDF-":
        return Pdf(content)
    if content[:3] == b"\xff\xd8\xff" or content[:8] == b"\x89PNG\r\n\x1a\n":
        return Picture(content)
    raise NotPossible("kind")


def answer(asked: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """What is asked of the file: ``read``, ``look``, ``places``, ``show`` or ``make``."""
    file = opened(content)
    wanted = asked.get("page")
    if wanted is not None and not 0 <= wanted < file.count:
        raise NotPossible("no_page")
    if asked["do"] == "read":
        return {"count": file.count, "texts": [file.text(number) for number in range(file.count)]}, b""
    if asked["do"] == "look":
        page = file.page(wanted or 0, drawn=False)
        under = [
            "".join(sign for sign, box in page.signs if box and any(_covers(b, box) for b in boxes))
            for boxes in asked["boxes"]
        ]
        text = "".join(sign for sign, _box in page.signs)
        return {
            "count": file.count,
            "text": text,
            "under": under,
            "ratio": page.points[1] / page.points[0],
        }, b""
    if asked["do"] == "places":
        spans = {int(number): these for number, these in asked["spans"].items()}
        return {
            "places": {
                str(n): [
                    lines_of(_by_text(file.page(n, drawn=False).signs), start, end) for start, end in these
                ]
                for n, these in spans.items()
            }
        }, b""
    if asked["do"] == "show":
        page = file.page(wanted or 0, read=False, width=int(asked.get("width", 0)))
        paint(page.image, asked["boxes"])
        return {}, encoded(page.image, "PNG" if isinstance(file, Picture) and file.kind == "PNG" else "JPEG")
    texts: list[list[list[str]]] = []

    def painted() -> Iterator[Page]:
        for number in range(file.count):
            page = file.page(number)
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


def _by_text(signs: Sequence[tuple[str, Box | None]]) -> list[tuple[str, Box | None]]:
    """One entry for each character of the text, also where a sign is several."""
    return [(one, box) for sign, box in signs for one in sign]


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
    except NotPossible as refusal:
        told, made = {"why": str(refusal)}, b""
    except Exception:
        # What goes wrong in a file is the file's; its words are never printed.
        told, made = {"why": "broken"}, b""
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + made)


if __name__ == "__main__":
    main(int(sys.argv[1]))
