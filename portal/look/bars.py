"""Bars and dots to scale, told apart by solid, hatch and outline; a table with the same numbers stands under each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEPS = (1, 2, 5, 10, 15, 30, 60, 90, 180, 365, 730, 1825)
"""Days between two lines of a scale."""
LINES = 4


@dataclass(frozen=True)
class Piece:
    """One part of a bar: how it is drawn, where it begins and how wide it is, in percent as SVG writes it."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True)
class Bar:
    """One bar beside its label, with its numbers in words."""

    label: str
    pieces: tuple[Piece, ...]
    words: str


@dataclass(frozen=True)
class Stem:
    """One line of days: a dot at the median, a cross at the longest, a bar at the law's limit."""

    label: str
    median: str
    longest: str
    limit: str
    words: str


@dataclass(frozen=True)
class Scale:
    """Stems under one scale, with the days written above it."""

    marks: tuple[tuple[str, int], ...]
    stems: tuple[Stem, ...]


def bar(label: str, parts: Iterable[tuple[str, float]], words: str, full: float | None = None) -> Bar:
    """``parts``: kind and number, in the order they are drawn; they fill the bar, or their share of ``full``."""
    parts = list(parts)
    whole = sum(number for _kind, number in parts) if full is None else full
    pieces, at = [], 0.0
    for kind, number in parts:
        if number:
            width = 100 * number / whole
            pieces.append(Piece(kind, _percent(at), _percent(width)))
            at += width
    return Bar(label, tuple(pieces), words)


def scale(rows: Sequence[tuple[str, float, int, int | None, str]]) -> Scale:
    """``rows``: label, median, longest and limit in days (``None`` where the law sets none in days), words."""
    far = max((max(median, longest, limit or 0) for _l, median, longest, limit, _w in rows), default=1)
    step = next((step for step in STEPS if step * LINES >= far), math.ceil(far / LINES))
    end = step * LINES * 1.02

    def at(day: float | None) -> str:
        return "" if day is None else _percent(100 * day / end)

    return Scale(
        tuple((at(step * n), step * n) for n in range(LINES + 1)),
        tuple(Stem(label, at(median), at(longest), at(limit), words) for label, median, longest, limit, words in rows),
    )  # fmt: skip


def share(part: int, whole: int) -> str:
    """A share in percent, cut and not rounded, so that only all of them are 100 %."""
    if not whole:
        return "–"
    tenths = 1000 * part // whole
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}%"


def _percent(value: float) -> str:
    return f"{value:.2f}%"
