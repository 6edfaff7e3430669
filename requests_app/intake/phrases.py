"""Reads the lists of phrases, one for each language, into patterns; the lists themselves are the rules."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

HERE = Path(__file__).parent
LISTS = (HERE / "phrases.en.toml", HERE / "phrases.zh.toml")
BESIDE_A_CATALOGUE = "phrases.toml"
"""A further language may bring its own list; whatever it leaves out, only the others know."""
_ONE_WORD = r"(?:[\w'/&-]+[\s,:;()\"/]+)"
"""A word and what divides it from the next."""


@dataclass(frozen=True)
class Phrases:
    """What asks for one thing."""

    what: str
    sure: tuple[re.Pattern[str], ...]
    maybe: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class Rules:
    """All languages together: letters mix them."""

    rights: tuple[Phrases, ...]
    negated: re.Pattern[str]
    """Ends where a phrase begins."""
    only_asks_how: re.Pattern[str]
    is_past: re.Pattern[str]
    trouble: re.Pattern[str]
    of_oneself: re.Pattern[str]
    contests: re.Pattern[str]
    not_personal: re.Pattern[str]
    more: re.Pattern[str]
    """Beside the name of a part: more than that part is asked for."""
    joins: re.Pattern[str]
    """In the sentence that names a part: something else is named with it."""
    keeps: re.Pattern[str]
    """Beside the name of a part: that part, or all but it, may be meant to go on."""
    doubts: dict[str, re.Pattern[str]]
    common: dict[str, re.Pattern[str]]
    """By language beyond English and Chinese, the words its letters are full of."""


@cache
def rules() -> Rules:
    """Read once per process."""
    further = {
        code: _book(path)
        for code, compiled in settings.CATALOGUES.items()
        if (path := compiled.parent.parent / BESIDE_A_CATALOGUE).is_file()
    }
    books = [*(_book(path) for path in LISTS), *further.values()]
    names = dict.fromkeys(what for book in books for what in book.get("rights", {}))
    return Rules(
        rights=tuple(
            Phrases(what, _patterns(books, what, "sure"), _patterns(books, what, "maybe")) for what in names
        ),
        negated=re.compile(f"(?:{_either(books, 'before', 'negated')})$"),
        only_asks_how=re.compile(_either(books, "beside", "only_asks_how")),
        is_past=re.compile(_either(books, "beside", "is_past")),
        trouble=re.compile(_either(books, "beside", "trouble")),
        of_oneself=re.compile(_either(books, "beside", "of_oneself")),
        contests=re.compile(_either(books, "beside", "contests")),
        not_personal=re.compile(_either(books, "inside", "not_personal")),
        more=re.compile(_either(books, "parts", "more")),
        joins=re.compile(_either(books, "parts", "joins")),
        keeps=re.compile(_either(books, "parts", "keeps")),
        doubts={name: re.compile(_either(books, "doubts", name)) for name in books[0]["doubts"]},
        common={
            code: re.compile(book["common"]["words"]) for code, book in further.items() if "common" in book
        },
    )


def _book(path: Path) -> dict[str, dict]:
    book = tomllib.loads(path.read_text(encoding="utf-8"))
    lists = book.pop("lists", {})

    def spelt_out(value: object) -> object:
        if isinstance(value, str):
            return _expand(value, lists)
        if isinstance(value, list):
            return [spelt_out(item) for item in value]
        return {key: spelt_out(item) for key, item in value.items()}

    return spelt_out(book)


def _expand(phrase: str, lists: dict[str, str]) -> str:
    phrase = re.sub(r"<~(\d+)>", lambda gap: f"{_ONE_WORD}{{0,{gap[1]}}}?", phrase)
    return re.sub(r"<([a-z_]+)>", lambda named: lists[named[1]], phrase)


def _patterns(books: list[dict[str, dict]], what: str, kind: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(phrase) for book in books for phrase in book.get("rights", {}).get(what, {}).get(kind, ())
    )


def _either(books: list[dict[str, dict]], table: str, name: str) -> str:
    return "|".join(f"(?:{book[table][name]})" for book in books if name in book.get(table, {}))
