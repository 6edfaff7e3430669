"""A language's catalogue as its translator writes it (``django.po``): read, added to and compiled, by the portal alone."""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

BETWEEN = "\x04"
"""Stands between a context and a text in a compiled catalogue."""
PLACES = re.compile(r"%\(\w+\)s|%s|%d|\{\w+\}")
_FIELD = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr)(?:\[\d\])?\s+)?(".*")$')
_HEAD = """\
msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


@dataclass(frozen=True)
class Text:
    """One text as the code says it."""

    english: str
    context: str = ""
    plural: str = ""

    @property
    def key(self) -> str:
        """As a compiled catalogue names it."""
        return f"{self.context}{BETWEEN}{self.english}" if self.context else self.english


@dataclass(frozen=True)
class Entry:
    """One text and what the translator wrote; more than one form where it counts something."""

    text: Text
    told: tuple[str, ...]
    unsure: bool = False
    """Marked ``fuzzy``: not used until somebody has looked."""

    @property
    def done(self) -> bool:
        """Whether it can be used."""
        return all(self.told) and not self.unsure

    @property
    def misplaced(self) -> set[str]:
        """Places for values that the translation has made up, or lost from a text of the law or of a letter."""
        wanted = set(PLACES.findall(self.text.english + self.text.plural))
        used = set(PLACES.findall("".join(self.told)))
        # A page's own sentence may do without a name or a number that stands beside it.
        return (used - wanted) | {place for place in wanted - used if place.startswith("{")}


def read(po: Path) -> list[Entry]:
    """Every entry but the head; ValueError names the line that cannot be read."""
    return [entry for entry in _entries(po) if entry.text.english]


def compile_to(mo: Path, po: Path) -> None:
    """What is done in ``po`` as a file that gettext reads."""
    entries = [entry for entry in _entries(po) if entry.done]
    rows = sorted(
        (
            f"{entry.text.key}\0{entry.text.plural}" if entry.text.plural else entry.text.key,
            "\0".join(entry.told),
        )
        for entry in entries
    )
    pairs = [(key.encode(), told.encode()) for key, told in rows]
    at = 28 + 16 * len(pairs)
    tables: list[list[bytes]] = [[], []]
    texts = b""
    for column, table in enumerate(tables):
        for pair in pairs:
            table.append(struct.pack("<II", len(pair[column]), at + len(texts)))
            texts += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, at)
    mo.write_bytes(head + b"".join(tables[0]) + b"".join(tables[1]) + texts)


def add(po: Path, code: str, texts: Iterable[tuple[Text, str]]) -> None:
    """Put texts, each with where it stands, at the end of a catalogue that may not exist yet."""
    if not po.exists():
        po.parent.mkdir(parents=True, exist_ok=True)
        po.write_text(_HEAD.format(code=code), encoding="utf-8")
    with po.open("a", encoding="utf-8") as file:
        for text, place in texts:
            file.write("\n" + "\n".join(_lines(text, place)) + "\n")


def _lines(text: Text, place: str) -> Iterator[str]:
    yield f"#: {place}"
    if "%(" in text.english:
        yield "#, python-format"
    if text.context:
        yield f"msgctxt {_quoted(text.context)}"
    yield f"msgid {_quoted(text.english)}"
    if text.plural:
        yield f"msgid_plural {_quoted(text.plural)}"
        yield from ('msgstr[0] ""', 'msgstr[1] ""')
    else:
        yield 'msgstr ""'


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _entries(po: Path) -> Iterator[Entry]:
    said: dict[str, str] = {}
    told: list[str] = []
    field, unsure = "", False
    for number, raw in enumerate([*po.read_text(encoding="utf-8").splitlines(), ""], start=1):
        line = raw.strip()
        if line.startswith("#"):
            unsure = unsure or (line.startswith("#,") and "fuzzy" in line)
            continue
        found = _FIELD.match(line)
        if line and not found:
            raise ValueError(f"{po}:{number}: this is no line of a catalogue.")
        if found and (found[1] not in ("msgctxt", "msgid") or not told):
            field = found[1] or field
            if field == "msgstr" and found[1]:
                told.append(ast.literal_eval(found[2]))
            elif field == "msgstr":
                told[-1] += ast.literal_eval(found[2])
            else:
                said[field] = said.get(field, "") * (not found[1]) + ast.literal_eval(found[2])
        elif told:
            text = Text(said.get("msgid", ""), said.get("msgctxt", ""), said.get("msgid_plural", ""))
            yield Entry(text, tuple(told), unsure)
            said, told, unsure = {}, [], False
            if found:
                field = found[1]
                said[field] = ast.literal_eval(found[2])
