"""The process that draws a file: what stands beside it, what it refuses and why, and when it is ended."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest

from requests_app.response import blackout, bounds, drawing
from requests_app.response.blackout import NotPossible
from tests.response.papers import LINES, layered, pdf


def _line(words: str, y: int, more: str = "", size: float = 12) -> str:
    return f"0 g BT {more} /F1 {size} Tf 60 {y} Td ({words}) Tj ET 0 Tr "


def test_text_that_something_drawn_later_covers_does_not_stand_beside_the_file() -> None:
    drawn = (
        "0.8 1 0.8 rg 50 750 300 30 re f " + _line("onground", 760)
        + _line("underpicture", 700) + "q 120 0 0 20 55 695 cm /I1 Do Q "
        + _line("undershape", 650) + "q 1 0.9 0 rg 55 645 40 30 re f 0 0 1 rg 58 648 9 4 re f Q "
        + _line("framed", 600) + "q 55 595 120 20 re S Q "
        + _line("struck", 550) + "q 12 w 55 556 m 130 556 l S Q "
        + "q 2 0 0 2 50 440 cm /X1 Do Q "
        + _line("plain", 400) + "1 1 1 rg BT /F1 12 Tf 60 400 Td (ghosts) Tj ET "
        + "0 0 0 rg 50 345 200 20 re f 1 g BT /F1 12 Tf 60 350 Td (lightill) Tj ET "
        + _line("specksize", 300, size=1) + _line("unseen", 250, "3 Tr") + _line("over the picture", 200)
        + "q 30 0 0 20 55 150 cm /I1 Do Q " + _line("afterpicture", 155)
    )  # fmt: skip
    paper = layered(drawn)
    told, _made = drawing.answer({"do": "make", "marks": {}}, paper)
    beside = "".join(text for text, _ground in told["texts"][0])
    for words in (
        "onground",
        "framed",
        "informseen",
        "plain",
        "lightill",
        "over the picture",
        "afterpicture",
    ):
        assert words in beside, (words, beside)
    for words in ("underpicture", "undersh", "struck", "informhid", "ghosts", "specksize", "unseen"):
        assert words not in beside, (words, beside)
    # Whoever reads the file to black it out is told all of it.
    told, _none = drawing.answer({"do": "read"}, paper)
    assert all(words in told["texts"][0] for words in ("underpicture", "informhid", "unseen"))


def _flood() -> bytes:
    """A PNG of a few bytes that says it is 50,000 pixels wide and high."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + head
        + struct.pack(">I", zlib.crc32(head))
        + b"\0\0\0\x0aIDAT"
        + b"\0" * 14
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"what they sent", "kind"),
        (b"", "kind"),
        (b"<svg onload='x'/>", "kind"),
        (b"%PDF-1.7 and no more", "broken"),
        (pdf(LINES, password="x"), "locked"),
        (pdf(*[("a",)] * 61), "many_pages"),
        (b"\xff\xd8\xff no picture", "broken"),
        (_flood(), "many_pixels"),
        (b"%PDF" + b"0" * bounds.MOST_BYTES, "large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_drawn_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(NotPossible) as refusal:
        blackout._ask(content, do="read")
    assert refusal.value.why == why


def test_what_grew_too_large_or_says_too_much_is_not_handed_over(monkeypatch) -> None:
    def asked(do: str, **more: object) -> tuple[str, int]:
        given = json.dumps({"do": do, **more}).encode() + b"\n" + pdf(LINES, LINES)
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(given)))
        monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=(out := io.BytesIO())))
        monkeypatch.setattr(drawing.resource, "setrlimit", lambda *_limit: None)
        drawing.main(1)
        head, _line, made = out.getvalue().partition(b"\n")
        return json.loads(head).get("why", ""), len(made)

    assert asked("make", marks={})[0] == ""
    monkeypatch.setattr(drawing, "MOST_MADE_BYTES", 100)
    assert asked("make", marks={}) == ("large", 0)
    monkeypatch.setattr(drawing, "MOST_SIGNS_IN_ALL", 200)
    assert asked("make", marks={}) == asked("read") == ("long", 0)


def test_a_process_that_takes_too_long_is_ended_with_all_it_started(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(blackout, "SECONDS_TO_WAIT", 2)
    note = tmp_path / "pid"
    told = f"sleep 60 & echo $! > {note}; wait"
    with pytest.raises(subprocess.TimeoutExpired):
        blackout._run(["/bin/sh", "-c", told], b"")
    stat = Path(f"/proc/{note.read_text().strip()}/stat")
    until = time.monotonic() + 5
    while stat.exists() and stat.read_text().split()[2] != "Z" and time.monotonic() < until:
        time.sleep(0.05)
    assert not stat.exists() or stat.read_text().split()[2] == "Z"
