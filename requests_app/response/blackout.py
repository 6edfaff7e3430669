"""Files in which a person paints over what is left out: PDFs and pictures, read and drawn in a process of its own.

What is marked is a place on a page; a sentence of a PDF is marked by the places of its
signs. What leaves is drawn anew from the pixels of each page, so that no text below
the black, no note, no attachment and nothing the file said about itself goes along.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from identity import vault
from identity.models import User
from requests_app.law import Words
from requests_app.models import Case, Reading
from requests_app.response import readings, redaction
from requests_app.response.bounds import (
    AT_ONCE,
    MOST_BYTES,
    MOST_MADE_BYTES,
    SCALE,
    SECONDS_FOR_A_TURN,
    SECONDS_OF_WORK,
    SECONDS_TO_WAIT,
)
from requests_app.response.redaction import NotRead, Piece
from requests_app.response.rows import MADE_PURPOSE

WHOLE_PAGE = (0, 0, SCALE, SCALE)
COLUMNS, ROWS_ON_A4 = 8, 32
"""Cells laid over a page, to be ticked: wide and low, as lines of text are."""
_TURNS = threading.BoundedSemaphore(AT_ONCE)
_DRAW = (
    "import sys; sys.path.append(sys.argv[2]); "
    "from requests_app.response import drawing; drawing.main(int(sys.argv[1]))"
)
_PROJECT = Path(__file__).resolve().parents[2]
_BESIDE = Words(
    "About {name}: it is made of pictures of the pages, so that nothing below the black can be read. "
    "No text can be chosen in it and it cannot be read aloud; what can be read in it as text therefore follows here, "
    "and where something is left out it says why.",
    "关于{name}：该文件由各页的图像组成，涂黑之处之下的内容无从读取。其中的文字无法选取，也无法朗读；"
    "因此可读取的文字列于下方，略去之处均注明理由。",
)  # fmt: skip
_PAGE = Words("Page {n}", "第{n}页")
_NO_TEXT = Words("(no text that a program can read)", "（没有可由程序读取的文字）")


class NotPossible(Exception):
    """The file can leave whole or not at all.

    ``why`` is ``kind``, ``locked``, ``broken``, ``many_pages``, ``many_pixels``, ``long``, ``large``, ``slow`` or ``busy``.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Sheet:
    """One page of a file as a reader marks it."""

    number: int
    """Counted from 0."""
    count: int
    text: str
    ratio: float
    """Height by width."""
    under: tuple[str, ...]
    """What each mark on this page covers, where it is text."""

    @property
    def rows(self) -> int:
        """How many rows of cells lie over it."""
        return _rows_over(self.ratio)

    @property
    def pieces(self) -> list[Piece]:
        """Its sentences and lines."""
        return redaction.pieces(self.text)


def look(case: Case, reading: Reading, number: int, *, by: User) -> Sheet:
    """A page to be read and marked. Raises :class:`NotPossible`, or :class:`NotRead`: ``not_there`` beyond the last."""
    content, _ending = redaction.file_of(case, reading, by=by)
    marked = [boxes for page, boxes, *_rest in reading.boxes if page == number]
    told, _none = _ask(content, do="look", page=number, boxes=marked)
    return Sheet(number, told["count"], told["text"], float(told["ratio"]), tuple(told["under"]))


def picture(case: Case, reading: Reading, number: int, width: int, *, by: User) -> bytes:
    """A page as it will leave, JPEG or PNG: once it was read, from the very file that will."""
    if reading.made:
        redaction.refuse_unless_reader(case, by)
        content = b"".join(vault.read(case.key, reading.made["path"], MADE_PURPOSE))
        return _ask(content, MOST_MADE_BYTES, do="show", page=number, boxes=[], width=width)[1]
    content, _ending = redaction.file_of(case, reading, by=by)
    boxes = [box for page, boxes, *_rest in reading.boxes if page == number for box in boxes]
    return _ask(content, do="show", page=number, boxes=boxes, width=width)[1]


def paint(
    case: Case, reading: Reading, number: int, *, by: User, ground: str, numbers: Iterable[int] = (),
    passages: Iterable[str] = (), cells: Iterable[int] = (), areas: Iterable[tuple[int, ...]] = (), whole: bool = False,
) -> None:  # fmt: skip
    """Mark on one page sentences by number, cells, areas or all of it; and passages wherever the file has them.

    Raises :class:`NotRead` as texts do, and :class:`NotPossible`.
    """
    if ground not in readings.GROUNDS:
        raise NotRead("ground")
    numbers, passages, areas = list(numbers), list(passages), list(areas)
    content, _ending = redaction.file_of(case, reading, by=by)
    told, _none = _ask(content, do="read", page=number)
    texts, ratio = told["texts"], float(told["ratio"])
    spans: dict[int, list[tuple[int, int]]] = {}
    known = {piece.number: piece for piece in redaction.pieces(texts[number])}
    if not known.keys() >= set(numbers):
        raise NotRead("not_there")
    chosen = [known[one] for one in numbers]
    spans[number] = [(piece.start, piece.start + len(piece.text.rstrip())) for piece in chosen]
    for passage in passages:
        # A line may end in the middle of it.
        form = re.compile(r"\s+".join(re.escape(word) for word in passage.split()))
        found = {n: [m.span() for m in form.finditer(text)] for n, text in enumerate(texts)}
        if not passage.split() or not any(found.values()):
            raise NotRead("not_there")
        for n, these in found.items():
            spans.setdefault(n, []).extend(these)
    marks: list[tuple[int, list[list[int]]]] = []
    if any(spans.values()):
        told, _none = _ask(content, do="places", spans={n: these for n, these in spans.items() if these})
        marks += [(int(n), boxes) for n, each in told["places"].items() for boxes in each if boxes]
    drawn = [list(WHOLE_PAGE)] if whole else [list(area) for area in areas]
    drawn += _cells(cells, _rows_over(ratio))
    if not all(0 <= a < c <= SCALE and 0 <= b < d <= SCALE for a, b, c, d in drawn):
        raise NotRead("not_there")
    if drawn:
        marks.append((number, drawn))
    redaction.paint_over(case, reading, [(n, boxes, ground, by.pk) for n, boxes in marks], by=by)


def _rows_over(ratio: float) -> int:
    """How many rows of cells lie over a page of this height by width."""
    return min(max(round(ROWS_ON_A4 * ratio / 1.414), 4), 64)


def _cells(ticked: Iterable[int], rows: int) -> list[list[int]]:
    """The ticked cells, numbered line by line, each run in a row as one area."""
    found: list[list[int]] = []
    by_row: dict[int, list[int]] = {}
    for cell in sorted(set(ticked)):
        if not 0 <= cell < COLUMNS * rows:
            raise NotRead("not_there")
        by_row.setdefault(cell // COLUMNS, []).append(cell % COLUMNS)
    for row, columns in by_row.items():
        breaks = [0, *(n + 1 for n, (a, b) in enumerate(pairwise(columns)) if b != a + 1), len(columns)]
        for start, end in pairwise(breaks):
            first, last = columns[start], columns[end - 1]
            found.append([
                first * SCALE // COLUMNS, row * SCALE // rows,
                -(-(last + 1) * SCALE // COLUMNS), -(-(row + 1) * SCALE // rows),
            ])  # fmt: skip
    return found


def finish(case: Case, reading: Reading, *, by: User) -> None:
    """It was read: what will leave is drawn now, so that the second person sees that and nothing else leaves."""
    if not reading.boxes or readings.is_whole(reading):
        redaction.finish(case, reading, by=by)
        return
    content, _ending = redaction.file_of(case, reading, by=by)
    marks: dict[str, list[tuple[str, list[list[int]]]]] = {}
    for page, boxes, ground, _by in reading.boxes:
        marks.setdefault(str(page), []).append((ground, boxes))
    told, drawn = _ask(content, do="make", marks=marks)
    if len(drawn) > MOST_MADE_BYTES:
        raise NotPossible("large")
    text = _beside(told["texts"], f"by-hand{told['ending']}", case.language)
    file = vault.write(case.key, [drawn], MADE_PURPOSE)
    try:
        beside = vault.write(case.key, [text.encode()], MADE_PURPOSE)
    except BaseException:
        vault.remove(file.path)
        raise
    made = {
        "path": file.path, "digest": file.digest, "ending": told["ending"], "pages": len(told["texts"]),
        "text": beside.path, "text_digest": beside.digest,
    }  # fmt: skip
    try:
        redaction.finish(case, reading, by=by, made=made)
    except BaseException:
        for stored in (file, beside):
            vault.remove(stored.path)
        raise


def text_of(case: Case, reading: Reading) -> str:
    """What will stand beside the file that leaves."""
    return b"".join(vault.read(case.key, reading.made["text"], MADE_PURPOSE)).decode()


def _beside(texts: Iterable[Iterable[tuple[str, str]]], name: str, language: str) -> str:
    parts = [_BESIDE.in_(language).format(name=name)]
    for n, turns in enumerate(texts, 1):
        shown = "".join(readings.named(ground, language) + " " if ground else text for text, ground in turns)
        parts.append(f"{_PAGE.in_(language).format(n=n)}\n\n{shown.strip() or _NO_TEXT.in_(language)}")
    return "\n\n".join(parts) + "\n"


def _ask(content: bytes, most: int = MOST_BYTES, **asked: Any) -> tuple[dict[str, Any], bytes]:
    """Hand the file to a process of its own, which has nothing of ours, and limits."""
    if len(content) > most:
        raise NotPossible("large")
    command = [sys.executable, "-I", "-B", "-c", _DRAW, str(SECONDS_OF_WORK), str(_PROJECT)]
    if not _TURNS.acquire(timeout=SECONDS_FOR_A_TURN):
        # Whoever waited on would keep a thread from everybody else.
        raise NotPossible("busy")
    try:
        code, answer = _run(command, json.dumps(asked).encode() + b"\n" + content)
    except subprocess.TimeoutExpired:
        raise NotPossible("slow") from None
    finally:
        _TURNS.release()
    if code:
        raise NotPossible("slow" if code in (-24, -9) else "broken")
    head, _line, made = answer.partition(b"\n")
    told = json.loads(head)
    if told.get("why") == "no_page":
        raise NotRead("not_there")
    if "why" in told:
        raise NotPossible(told["why"])
    return told, made


def concealed_in(content: bytes) -> dict[str, int]:
    """What a file carries that is not seen, and how often, by :data:`requests_app.response.concealed.KINDS`.

    ``unreadable`` where it could not be told. Raises :class:`NotPossible` where it may be told later (``busy``).
    """
    try:
        told, _none = _ask(content, do="concealed")
    except NotPossible as refusal:
        if refusal.why == "busy":
            raise
        return {"unreadable": 1}
    return dict(told["concealed"])


def _run(command: list[str], given: bytes) -> tuple[int, bytes]:
    """How the process ended and what it wrote; whatever it may have started ends with it when its time is over."""
    pipe = subprocess.PIPE
    # Our own interpreter and line, without a shell: of a stranger's file nothing stands in the command.
    with subprocess.Popen(  # noqa: S603
        command, stdin=pipe, stdout=pipe, stderr=pipe, env={}, cwd="/", start_new_session=True
    ) as drawer:
        try:
            written, _said = drawer.communicate(given, timeout=SECONDS_TO_WAIT)
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(drawer.pid, signal.SIGKILL)
            raise
        return drawer.returncode, written
