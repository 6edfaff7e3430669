"""What is known of a holding, and the questions whose answers only a person can give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from .terms import Words

EraseRule = Literal["delete", "null", "mask", "keep"]


@dataclass(frozen=True, slots=True)
class RetentionFacts:
    """What the inventory declares about keeping a holding: a suggestion, until staff confirm it."""

    exemption: str
    citation: str
    months: int
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class HoldingFacts:
    """One data category in one system, as declared and as found. ``None`` means nobody knows."""

    key: str
    category: str
    erase: EraseRule = "delete"
    collected_from_person: bool | None = None
    sensitive: bool = False
    retention: RetentionFacts | None = None
    rows: int | None = None
    """Rows found; ``None`` until the system was searched."""
    newest_on: date | None = None
    """Latest date in the column the retention counts from."""
    oldest_on: date | None = None
    never_disclose: tuple[str, ...] = ()
    """Kinds of data among its fields that may never be handed over (``bank_account``, ``password`` …)."""
    only_never_disclose: bool = False
    """Whether nothing else is in it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a choice."""

    value: str
    words: Words


@dataclass(frozen=True, slots=True)
class Question:
    """A fact the law turns on. Its ``key`` names the answer in the facts of a determination."""

    key: str
    words: Words
    kind: Literal["yes_no", "text", "date", "choice", "citation"]
    choices: tuple[Choice, ...] = ()
    statute: Words | None = None
    """The law's own words, verbatim, in the language they are in."""
    citation: str = ""
    must_be: bool | None = None
    """The only answer with which the exemption that asks can be used."""
    suggested: str | date | None = None
    """What the inventory would answer; a person still has to."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something to attach before an exemption may be used."""

    key: str
    words: Words


def ask_law(
    code: str, en: str = "Which law requires it?", zh: str = "哪部法律、哪一条要求这样做？"
) -> Question:
    """The citation an exemption rests on."""
    return Question(f"{code}.law", Words(en, zh), "citation")


def ask_until(code: str, en: str = "Until when?", zh: str = "到哪一天为止？") -> Question:
    """The day an exemption stops holding."""
    return Question(f"{code}.until", Words(en, zh), "date")


def ask_text(code: str, key: str, en: str, zh: str) -> Question:
    """A fact in the writer's own words."""
    return Question(f"{code}.{key}", Words(en, zh), "text")


def ask_yes(code: str, key: str, en: str, zh: str, *, must_be: bool | None = None) -> Question:
    """A fact that is so or is not."""
    return Question(f"{code}.{key}", Words(en, zh), "yes_no", must_be=must_be)


def attach(code: str, key: str, en: str, zh: str) -> Evidence:
    """A document or reference to keep with the determination."""
    return Evidence(f"{code}.{key}", Words(en, zh))
