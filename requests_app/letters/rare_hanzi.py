"""Hanzi beyond the letters' typeface: the few that a letter needs, cut from a large typeface that lies here in slices."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

SLICES = Path(__file__).resolve().parent / "rare" / "hanazono-2017-09-04.zip"
"""TrueType files named after the first and the last code point they hold, ``20400-207ff.ttf``; see LICENCE.txt there."""
NAMES = {"familyName": "Rare Hanzi", "styleName": "Regular", "psName": "RareHanzi-Regular"}
"""What is cut out no longer is the typeface whose name it had. Without the last the setter does not see it."""
CAPITALS = 0.733
"""How high the letters' typeface is, of an em: lines with a sign of this one stand no further apart."""


@dataclass(frozen=True)
class Cut:
    """A small typeface: the signs it holds, and the TrueType file."""

    signs: str
    font: bytes


NOTHING = Cut("", b"")


def cut(signs: Iterable[str]) -> Cut:
    """Those of the signs that the slices hold; :data:`NOTHING` where they hold none."""
    return _cut("".join(sorted({sign for sign in signs if _slice_of(sign)})))


def _slice_of(sign: str) -> str:
    return next((name for first, last, name in _slices() if first <= ord(sign) <= last), "")


@lru_cache(maxsize=1)
def _slices() -> tuple[tuple[int, int, str], ...]:
    with zipfile.ZipFile(SLICES) as slices:
        names = slices.namelist()
    ends = (name.partition(".")[0].split("-") for name in names)
    return tuple(
        (int(first, 16), int(last, 16), name) for (first, last), name in zip(ends, names, strict=True)
    )


@lru_cache(maxsize=16)
def _cut(signs: str) -> Cut:
    """Kept, for the same name stands in several letters of a case."""
    by_slice: dict[str, list[str]] = {}
    for sign in signs:
        by_slice.setdefault(_slice_of(sign), []).append(sign)
    per_em = 0
    glyphs: dict[str, Glyph] = {}
    widths: dict[str, int] = {}
    with zipfile.ZipFile(SLICES) as slices:
        for name, wanted in by_slice.items():
            font = TTFont(io.BytesIO(slices.read(name)), lazy=True)
            # All slices are drawn in one measure.
            per_em = font["head"].unitsPerEm
            known, shapes = font.getBestCmap(), font.getGlyphSet()
            for sign in wanted:
                if glyph_name := known.get(ord(sign)):
                    # A shape made of other shapes is drawn out: the others stay behind.
                    drawn, pen = DecomposingRecordingPen(shapes), TTGlyphPen(None)
                    shapes[glyph_name].draw(drawn)
                    drawn.replay(pen)
                    glyphs[sign], widths[sign] = pen.glyph(), round(shapes[glyph_name].width)
    return Cut("".join(glyphs), _assembled(per_em, glyphs, widths)) if glyphs else NOTHING


def _assembled(per_em: int, glyphs: dict[str, Glyph], widths: dict[str, int]) -> bytes:
    height, depth = round(per_em * 0.88), -round(per_em * 0.12)
    names = {sign: f"u{ord(sign):X}" for sign in glyphs}
    builder = FontBuilder(per_em, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap({ord(sign): name for sign, name in names.items()})
    builder.setupGlyf({".notdef": Glyph()} | {names[sign]: glyph for sign, glyph in glyphs.items()})
    starts = {sign: builder.font["glyf"][name].xMin for sign, name in names.items()}
    builder.setupHorizontalMetrics(
        {".notdef": (per_em, 0)} | {name: (widths[sign], starts[sign]) for sign, name in names.items()}
    )
    builder.setupHorizontalHeader(ascent=height, descent=depth)
    builder.setupNameTable(NAMES)
    builder.setupOS2(sTypoAscender=height, sTypoDescender=depth, sCapHeight=round(per_em * CAPITALS))
    builder.setupPost()
    file = io.BytesIO()
    builder.save(file)
    return file.getvalue()
