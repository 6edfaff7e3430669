"""A letter as a tagged PDF: nothing in it is read as markup, and nothing is fetched from anywhere."""

from __future__ import annotations

import json
import tempfile
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from requests_app import law
from requests_app.law import Words
from requests_app.letters import rare_hanzi
from requests_app.letters.text import LetterText, Passage, from_right

HERE = Path(__file__).resolve().parent
LAYOUT = HERE / "letter.typ"
REPORT = HERE / "report.typ"
FONTS = HERE / "fonts"
ACCESSIBLE = "ua-1"
PAPER = {"en": "us-letter", "zh-Hans": "a4"}

_PROBE = (
    b'#set text(font: ("Noto Sans SC", "Libertinus Serif"))\n#set document(title: "-")\n#sys.inputs.letter'
)
_COLUMNS = (Words("Date", "日期"), Words("What happened", "说明"), Words("Rule", "依据"))
_UNPRINTABLE = Words(
    "Signs that our typeface lacks are printed as their Unicode numbers: {signs}.",
    "本函字体未收录的字以其Unicode编码表示：{signs}。",
)


@dataclass(frozen=True)
class Annexed:
    """One part of what is printed behind a letter: records of a kind, each a heading and its fields."""

    title: str
    about: tuple[str, ...]
    records: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True)
class Posted:
    """What a letter that goes by post has besides: the lines in the envelope's window, and its annex."""

    address: tuple[str, ...]
    annex: tuple[Annexed, ...] = ()
    annex_heading: str = ""


Page = dict[str, Any]
"""What one letter is set from, as the layout reads it: plain values, fit for JSON."""


def render(letter: LetterText, *, paper: str = "", posted: Posted | None = None) -> bytes:
    """The letter as PDF/UA-1; ``paper`` is typst's name, by default the one usual where the language is.

    A Hanzi that the letter's typeface lacks comes from a larger one. A sign that no shipped font has is printed as its
    Unicode number: no letter fails over a name.
    ``posted`` puts a page in front whose address a window envelope shows.
    """
    return typeset(lay_out(letter, paper=paper, posted=posted))


def lay_out(letter: LetterText, *, paper: str = "", posted: Posted | None = None) -> Page:
    """The same as values, for a letter that may have to be set again."""
    values = _values(letter, paper)
    if posted is not None:
        values |= _cleaned(
            {
                "address": list(posted.address),
                "annex_heading": posted.annex_heading,
                "annex": [
                    {
                        "title": part.title,
                        "about": list(part.about),
                        "records": [
                            {"title": title, "fields": [list(field) for field in fields]}
                            for title, fields in part.records
                        ],
                    }
                    for part in posted.annex
                ],
            }
        )
    return values


def typeset(page: Page) -> bytes:
    """PDF/UA-1."""
    return _compile(LAYOUT, page)


def address_of(page: Page) -> tuple[str, ...]:
    """The lines in the envelope's window."""
    return tuple(page["address"])


def readdressed(page: Page, address: tuple[str, ...]) -> Page:
    """The same letter with other lines in the window."""
    return page | {"address": _cleaned(list(address))}


@dataclass(frozen=True)
class Printed:
    """One table on paper; the first column is text, the others are numbers."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def report(
    *, title: str, sender: str, language: str, brand: str, opening: tuple[str, ...], tables: tuple[Printed, ...]
) -> bytes:  # fmt: skip
    """Tables under a title as PDF/UA-1, with the same care for signs as a letter's."""
    return _compile(
        REPORT,
        _cleaned(
            {
                "language": language,
                "paper": PAPER.get(language, "a4"),
                "brand": brand,
                "title": title,
                "sender_name": sender,
                "opening": list(opening),
                "tables": [
                    {
                        "title": table.title,
                        "columns": list(table.columns),
                        "rows": [list(row) for row in table.rows],
                        "note": table.note,
                    }
                    for table in tables
                ],
                "unprintable": "",
            }
        ),
    )


def _compile(layout: Path, values: dict[str, Any]) -> bytes:
    try:
        return _typst(layout, json.dumps(values, ensure_ascii=False))
    except typst.TypstError:
        # An accessible PDF must not contain a sign without a glyph.
        signs = sorted({sign for text in _texts(values) for sign in text if sign > "~"})
        rare = rare_hanzi.cut(signs)
        missing = _missing("".join(sign for sign in signs if sign not in rare.signs))
        if not (rare.signs or missing):
            raise
    if missing:
        values = _replaced(values, str.maketrans({sign: f"[U+{ord(sign):04X}]" for sign in missing}))
        spelled = law.LISTING.in_(values["language"]).join(f"U+{ord(sign):04X}" for sign in missing)
        values["unprintable"] = _UNPRINTABLE.in_(values["language"]).replace("{signs}", spelled)
    with tempfile.TemporaryDirectory() as folder:
        if rare.font:
            (Path(folder) / "rare.ttf").write_bytes(rare.font)
        fonts = _fonts(*_fonts_of_languages(), folder)
        return _typst(layout, json.dumps(values, ensure_ascii=False), fonts)


def _typst(source: Path | bytes, letter: str, fonts: typst.Fonts | None = None) -> bytes:
    compiler = typst.Compiler(
        source if isinstance(source, bytes) else str(source),
        root=str(HERE),
        font_paths=fonts or _read(_fonts_of_languages()),
        sys_inputs={"letter": letter},
    )
    made = compiler.compile(format="pdf", pdf_standards=ACCESSIBLE)
    if not isinstance(made, bytes):
        raise TypeError("A PDF is one file.")
    return made


@cache
def _read(more: tuple[str, ...]) -> typst.Fonts:
    """The fonts that letters are set in, read once per process: reading them takes a third as long as a letter."""
    return _fonts(*more)


def _fonts(*more: str) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS), *more])


def _fonts_of_languages() -> tuple[str, ...]:
    """Typefaces that lie beside a language's catalogue, for a script that ours do not know."""
    return tuple(str(folder) for folder in sorted(settings.PORTAL_LANGUAGES.glob("*/fonts")))


@lru_cache(maxsize=256)
def _missing(signs: str) -> str:
    """Those signs no shipped font has, found by halving: the compiler only says that there is one."""
    if not signs or _printable(signs):
        return ""
    if len(signs) == 1:
        return signs
    half = len(signs) // 2
    return _missing(signs[:half]) + _missing(signs[half:])


def _printable(signs: str) -> bool:
    try:
        # Spaces keep neighbours from joining into one glyph.
        _typst(_PROBE, " ".join(signs))
    except typst.TypstError:
        return False
    return True


def _values(letter: LetterText, paper: str) -> dict[str, Any]:
    language = letter.language
    values = {
        "language": language,
        "from_right": from_right(language),
        "paper": paper or PAPER.get(language, "a4"),
        "brand": letter.brand,
        "dated": letter.dated,
        "reference_line": letter.reference_line,
        "title": letter.title,
        "greeting": letter.greeting,
        "opening": _flat(letter.opening),
        "sections": [
            {
                "heading": section.heading,
                "paragraphs": _flat(section.paragraphs),
                "bullets": _flat(section.bullets),
                "quotes": [{"text": quote.text, "citation": quote.citation} for quote in section.quotes],
                "after": _flat(section.after),
            }
            for section in letter.sections
        ],
        "closing": _flat(letter.closing),
        "sender": list(letter.sender),
        "sender_name": letter.sender[0] if letter.sender else "",
        "counted_heading": letter.counted_heading,
        "columns": [words.in_(language) for words in _COLUMNS],
        "counted": [
            {"day": row.day, "words": row.words, "rule": row.rule, "total": row.total}
            for row in letter.counted
        ],
        "unprintable": "",
        "address": [],
        "annex_heading": "",
        "annex": [],
    }
    return _cleaned(values)


def _flat(passages: tuple[Passage, ...]) -> list[str]:
    return ["".join(passage) for passage in passages]


def _cleaned(value: Any) -> Any:
    """Control signs out: they have no glyph, and those that turn the direction of writing can deceive."""
    if isinstance(value, str):
        return "".join(
            sign for sign in value if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs", "Cf")
        )
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    return value


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    return []


def _replaced(value: Any, table: dict[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, list):
        return [_replaced(item, table) for item in value]
    if isinstance(value, dict):
        return {key: _replaced(item, table) for key, item in value.items()}
    return value
