"""Reads the two lists of phrases (English, Chinese) into patterns; the lists themselves are the rules."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LISTS = ("phrases.en.toml", "phrases.zh.toml")
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
    """Both languages together: letters mix them."""

    rights: tuple[Phrases, ...]
    negated: re.Pattern[str]
    """Ends where a phrase begins."""
    only_asks_how: re.Pattern[str]
    is_past: re.Pattern[str]
    trouble: re.Pattern[str]
    not_personal: re.Pattern[str]
    more: re.Pattern[str]
    """Beside the name of a part: more than that part is asked for."""
    joins: re.Pattern[str]
    """In the sentence that names a part: something else is named with it."""
    keeps: re.Pattern[str]
    """Beside the name of a part: that part, or all but it, may be meant to go on."""
    doubts: dict[str, re.Pattern[str]]


@cache
def rules() -> Rules:
    """Read once per process."""
    books = [_book(name) for name in LISTS]
    names = dict.fromkeys(what for book in books for what in book["rights"])
    return Rules(
        rights=tuple(
            Phrases(what, _patterns(books, what, "sure"), _patterns(books, what, "maybe")) for what in names
        ),
        negated=re.compile(f"(?:{_either(books, 'before', 'negated')})$"),
        only_asks_how=re.compile(_either(books, "beside", "only_asks_how")),
        is_past=re.compile(_either(books, "beside", "is_past")),
        trouble=re.compile(_either(books, "beside", "trouble")),
        not_personal=re.compile(_either(books, "inside", "not_personal")),
        more=re.compile(_either(books, "parts", "more")),
        joins=re.compile(_either(books, "parts", "joins")),
        keeps=re.compile(_either(books, "parts", "keeps")),
        doubts={name: re.compile(_either(books, "doubts", name)) for name in books[0]["doubts"]},
    )


def _book(name: str) -> dict[str, dict]:
    book = tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))
    lists = book.pop("lists")

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
        re.compile(phrase) for book in books for phrase in book["rights"].get(what, {}).get(kind, ())
    )


def _either(books: list[dict[str, dict]], table: str, name: str) -> str:
    return "|".join(f"(?:{book[table][name]})" for book in books)
