"""What the rulebook shows of a regime: chapters of entries, each with its lines and worked examples."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ..examples import Example
from ..regime import Regime
from ..terms import Words, day_en, day_zh
from . import words as said


@dataclass(frozen=True)
class Line:
    """One rule: what it is, what it says, and what it rests on."""

    term: Words
    words: Words
    citation: str = ""
    confirmed: bool = True
    links: tuple[str, ...] = ()
    """Anchors of other entries that it names."""
    statute: Words | None = None
    """The law verbatim, in its own language."""

    @property
    def linked(self) -> tuple[tuple[str, str], ...]:
        """Each anchor with the code that it is named for."""
        return tuple((anchor, anchor.partition("-")[2]) for anchor in self.links)

    @property
    def source(self) -> Words:
        """Statute, implementing rule, recommended standard, or our own rule."""
        return said.source_of(self.citation) if self.citation else Words()


@dataclass(frozen=True)
class Told:
    """A worked example, recomputed now."""

    words: Words
    situation: Words
    holds: bool
    checks: tuple[tuple[Words, Words, Words, bool], ...]
    """What, expected, found, and whether they are the same."""


@dataclass(frozen=True)
class Entry:
    """A right, an exemption, a limit or a letter block with all its rules."""

    code: str
    anchor: str
    title: Words
    plain: Words
    citation: str
    confirmed: bool
    effective_on: date
    lines: tuple[Line, ...] = ()
    examples: tuple[Told, ...] = ()
    missing_examples: bool = False
    """Nothing tests it, though something should."""

    @property
    def source(self) -> Words:
        """What kind of rule it rests on."""
        return said.source_of(self.citation)


@dataclass(frozen=True)
class Chapter:
    """Entries of one kind."""

    key: str
    title: Words
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Rulebook:
    """One regime, whole."""

    regime: Regime
    lines: tuple[Line, ...]
    chapters: tuple[Chapter, ...]

    @property
    def examples(self) -> tuple[Told, ...]:
        """Every example of every entry; one that tests two entries is there twice."""
        return tuple(
            told for chapter in self.chapters for entry in chapter.entries for told in entry.examples
        )


Tested = list[tuple[Example, Told]]


def tested(examples: Tested, *, right: str = "", exemption: str = "") -> tuple[Told, ...]:
    """The examples that test that exemption, or that right where they name no exemption."""
    return tuple(
        told
        for example, told in examples
        if (
            exemption in example.exemptions
            if exemption
            else example.right == right and not example.exemptions
        )
    )


def tell(example: Example) -> Told:
    """An example with each of its expectations held against today's answer."""
    checks = example.checks()
    return Told(
        example.words,
        example.situation(),
        all(check.holds for check in checks),
        tuple(
            (said.checked(check.what), _value(check.expected), _value(check.found), check.holds)
            for check in checks
        ),
    )


def _value(value: Any) -> Words:
    if isinstance(value, bool):
        return said.YES if value else said.NO
    if isinstance(value, date):
        return Words(day_en(value), day_zh(value))
    if isinstance(value, dict):
        pairs = [(key, _value(inner)) for key, inner in value.items()]
        return Words(
            ", ".join(f"{key}: {word.en}" for key, word in pairs),
            "，".join(f"{key}：{word.zh}" for key, word in pairs),
        )
    if isinstance(value, list):
        text = ", ".join(map(str, value))
        return Words(text, text) if text else said.NONE_THERE
    return Words(str(value), str(value)) if value is not None else Words("–", "–")
