"""Addresses and numbers by which people can be named, wherever they stand in a text and however they are written."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator

from requests_app import systems

KINDS = ("email", "phone")
TEXT_ENDINGS = frozenset(
    {
        "csv", "eml", "htm", "html", "ics", "json", "jsonl", "log", "md", "ndjson", "tsv", "txt", "vcf", "xml",
        "yaml", "yml",
    }
)  # fmt: skip
"""Files that are read as text; in any other only people can find a name."""
FEWEST_DIGITS, MOST_DIGITS = 9, 15
_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_GROUPS = re.compile(r"\+?\d+")
_BETWEEN = re.compile(r"[ ().\-/\u00a0\u2010-\u2015\uff08\uff09\uff0d]{1,3}")
_OVERLAP = 400
"""Signs of a file read twice, so that nothing is cut in half: an address has at most 320."""


def values_in(value: object) -> Iterator[tuple[str, str]]:
    """Kind and plain form of whatever looks like an address or a number."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    for found in _EMAIL.findall(text):
        yield "email", plain("email", found)
    for number in _numbers(text):
        yield "phone", plain("phone", number)


def values_in_file(name: str, parts: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """As ``values_in``, of a file piece by piece; nothing where it is not text."""
    if not is_text(name):
        return
    rest, decoder = "", None
    for part in parts:
        if decoder is None:
            wide = part[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
            decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8")("replace")
        text = rest + decoder.decode(part)
        yield from values_in(text)
        rest = text[-_OVERLAP:]


def is_text(name: str) -> bool:
    """Whether a file of that name, or with that ending, is read as text."""
    return name.rpartition(".")[2].lower() in TEXT_ENDINGS


def plain(kind: str, value: str) -> str:
    """One spelling of what is the same; a country code stays as it is, there or not."""
    if kind == "email":
        return value.strip().strip(".'").lower()
    if kind != "phone":
        return value.strip()
    digits = "".join(str(int(sign)) for sign in value if sign.isdecimal())
    return f"+{digits}" if value.strip().startswith("+") else digits


def forms_of(kind: str, value: str) -> tuple[str, ...]:
    """The ways in which a system may have written it; two that have one in common are the same."""
    return systems.forms("phone", value) if kind == "phone" else (plain(kind, value),)


def _numbers(text: str) -> Iterator[str]:
    """Each row of digit groups long enough to be a number that is called: ``(415) 555-0101`` after ``12345`` too."""
    groups = list(_GROUPS.finditer(text))
    for at, first in enumerate(groups):
        end, digits = first.start(), 0
        for group in groups[at:]:
            near = end == first.start() or _BETWEEN.fullmatch(text, end, group.start())
            digits += len(group.group().lstrip("+"))
            if not near or digits > MOST_DIGITS or (group is not first and group.group()[0] == "+"):
                break
            end = group.end()
            if digits >= FEWEST_DIGITS:
                yield text[first.start() : end]
