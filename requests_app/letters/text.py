"""A letter as plain values, before it becomes a mail, a PDF or a page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format

from requests_app import law
from requests_app.law import Reason, Reckoning, Words, cite_in

_DEAR, _HELLO = Words("Dear {name},", "{name}，您好："), Words("Hello,", "您好：")
_YOUR_REQUEST = Words("Your request {reference}", "您的请求编号：{reference}")
_SPAN = Words("{first} to {last}", "{first}至{last}")
_CITED = Words(" ({citation})", "（{citation}）")


class Gap(str):
    """Stands where words are still missing; a letter that has one is never sent."""

    __slots__ = ()
    missing = True


Passage = tuple[str, ...]
"""One paragraph or bullet in pieces, so that a page can mark the gaps among them."""


@dataclass(frozen=True)
class Quote:
    """The law's own words."""

    text: str
    citation: str


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it, in the order of its fields."""

    heading: str
    paragraphs: tuple[Passage, ...] = ()
    bullets: tuple[Passage, ...] = ()
    quotes: tuple[Quote, ...] = ()
    after: tuple[Passage, ...] = ()
    blocks: frozenset[str] = frozenset()
    """Codes of the required blocks that this section fulfils."""

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.paragraphs or self.bullets or self.quotes or self.after)


@dataclass(frozen=True)
class CountedRow:
    """One step of how the dates were counted."""

    day: str
    words: str
    rule: str
    total: bool = False


@dataclass(frozen=True)
class LetterText:
    """Everything a letter says, in one language."""

    language: str
    written_on: date
    reference: str
    name: str
    """Whom it greets; empty while nobody has proved to be that person."""
    title: str
    opening: tuple[Passage, ...]
    sections: tuple[Section, ...]
    closing: tuple[Passage, ...]
    sender: tuple[str, ...]
    counted: tuple[CountedRow, ...] = ()
    counted_heading: str = ""
    brand: str = "#1b1c1e"

    @property
    def dated(self) -> str:
        """The date as the letter shows it."""
        return day_in(self.written_on, self.language)

    @property
    def greeting(self) -> str:
        """The first line to the person."""
        greeting = _DEAR if self.name else _HELLO
        return greeting.in_(self.language).replace("{name}", self.name)

    @property
    def reference_line(self) -> str:
        """Names the case."""
        return _YOUR_REQUEST.in_(self.language).replace("{reference}", self.reference)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is still missing, in reading order."""
        return tuple(piece for passage in self._passages() for piece in passage if isinstance(piece, Gap))

    @property
    def blocks(self) -> frozenset[str]:
        """Codes of the required blocks that it carries."""
        said = (section.blocks for section in self.sections if not section.empty)
        return frozenset().union(*said)

    @property
    def digest(self) -> str:
        """SHA-256 of its plain text."""
        return hashlib.sha256(self.plain().encode()).hexdigest()

    def plain(self) -> str:
        """As plain text for a mail: blank lines between paragraphs."""
        parts = [f"{self.dated}\n{self.reference_line}", self.title, self.greeting]
        parts += [_joined(passage) for passage in self.opening]
        for section in self.sections:
            parts += _plain_section(section, self.language)
        if self.counted:
            rows = "\n".join(plain_row(row, self.language) for row in self.counted)
            parts.append(f"{self.counted_heading}\n{rows}")
        parts += [_joined(passage) for passage in self.closing]
        parts.append("\n".join(self.sender))
        return "\n\n".join(part for part in parts if part)

    def _passages(self) -> Iterator[Passage]:
        yield from self.opening
        for section in self.sections:
            yield from (*section.paragraphs, *section.bullets, *section.after)
        yield from self.closing


def from_right(language: str) -> bool:
    """Whether it is written from right to left."""
    return language.split("-")[0] in settings.LANGUAGES_BIDI


def passage(template: str, **values: str) -> Passage:
    """``{name}`` in our own sentence becomes a piece of its own, so that a :class:`Gap` stays one.

    Values are never read as templates: braces in them are printed.
    """
    pieces: list[str] = []
    rest = template
    while "{" in rest:
        before, _, rest = rest.partition("{")
        name, _, rest = rest.partition("}")
        pieces += [before, values[name]]
    pieces.append(rest)
    return tuple(piece for piece in pieces if piece)


def day_in(day: date, language: str) -> str:
    """``4 January 2027`` or ``2027年1月4日``; in another language as its formats write it."""
    if language == "en":
        return f"{day.day} {day:%B} {day.year}"
    if law.is_chinese(language):
        return f"{day.year}年{day.month}月{day.day}日"
    with translation.override(language.lower()):
        return date_format(day, "DATE_FORMAT")


def span_in(first: date, last: date, language: str) -> str:
    """``3 February 2024 to 14 September 2026``; what the two days share is said once."""
    if first == last:
        return day_in(first, language)
    start, end = day_in(first, language), day_in(last, language)
    if law.is_chinese(language):
        end = end.removeprefix(f"{first.year}年")
    elif language == "en" and first.year == last.year:
        start = f"{first.day} {first:%B}"
    return _SPAN.in_(language).replace("{first}", start).replace("{last}", end)


def counted_rows(reckoning: Reckoning, language: str) -> tuple[CountedRow, ...]:
    """How the answer's date was counted, as stored with the case.

    A rule that counsel has not confirmed is not cited: its words stay, as cautious as they are.
    """
    return tuple(_counted(reason, language) for reason in reckoning.respond.reasons)


def _counted(reason: Reason, language: str) -> CountedRow:
    if reason.label:
        day = reason.label.in_(language)
    elif reason.on and reason.through:
        day = span_in(reason.on, reason.through, language)
    else:
        day = day_in(reason.on, language) if reason.on else ""
    rule = cite_in(reason.rule, language) if reason.confirmed else ""
    return CountedRow(day, reason.words.in_(language), rule, total=reason.step == "due")


def _joined(passage: Passage) -> str:
    return "".join(passage)


def _plain_section(section: Section, language: str) -> Iterator[str]:
    heading, paragraphs = section.heading, [_joined(passage) for passage in section.paragraphs]
    bullets = "\n".join(f"- {_joined(passage)}" for passage in section.bullets)
    quotes = [f"“{quote.text}”{cited(quote.citation, language)}" for quote in section.quotes]
    body = [*paragraphs, bullets, *quotes, *(_joined(passage) for passage in section.after)]
    first, *others = [part for part in body if part] or [""]
    # A heading stays in one paragraph with what it heads, as mail has no other way to bind them.
    yield f"{heading}\n{first}".strip()
    yield from others


def plain_row(row: CountedRow, language: str) -> str:
    """One step of the counting as one line."""
    colon = law.COLON.in_(language)
    said = row.words + (cited(row.rule, language) if row.rule else "")
    return f"{row.day}{colon}{said}" if row.day else said


def cited(citation: str, language: str) -> str:
    """A provision as it stands behind what it is quoted for."""
    return _CITED.in_(language).replace("{citation}", citation)
