"""What was measured, as a table that needs no explanation beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

ROUNDS = 5


@dataclass(frozen=True)
class Line:
    """One kind of work beside its floor; each value is printed with its unit."""

    work: str
    ours: str
    floor_name: str = ""
    floor: str = ""
    ratio: str = ""


def interleaved(
    ours: Callable[[int], float], floor: Callable[[int], float], rounds: int = ROUNDS
) -> tuple[float, float]:
    """Medians of both, measured in turns, the first of each turn changing: a machine's mood falls on both."""
    seen: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        order = ((0, ours), (1, floor)) if number % 2 else ((1, floor), (0, ours))
        for place, measure in order:
            seen[place].append(measure(number))
    return median(seen[0]), median(seen[1])


def compared(work: str, unit: str, ours: float, floor_name: str, floor: float) -> Line:
    """Two rates, and which part of the floor is reached."""
    return Line(work, f"{rate(ours)} {unit}", floor_name, f"{rate(floor)} {unit}", f"{ours / floor:.2g}")


def rate(value: float) -> str:
    """Three figures are all that such a measurement can carry."""
    if value >= 100:
        return f"{round(value):,}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def printed(sections: list[tuple[str, list[Line]]]) -> str:
    """Aligned columns, one block for each kind of work."""
    heads = ("work", "ours", "the floor it is held against", "floor", "ours/floor")
    lines = [line for _, block in sections for line in block]
    cells = [(w.work, w.ours, w.floor_name, w.floor, w.ratio) for w in lines]
    widths = [max(len(row[n]) for row in (heads, *cells)) for n in range(len(heads))]
    text = [_row(heads, widths), _row(tuple("-" * width for width in widths), widths)]
    place = iter(cells)
    for title, block in sections:
        text += ["", title, *(_row(next(place), widths) for _ in block)]
    return "\n".join(text)


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    left = {0, 2}
    parts = [
        cell.ljust(width) if n in left else cell.rjust(width)
        for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(parts).rstrip()
