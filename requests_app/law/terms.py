"""The words of the law room: bilingual text, reasons and the closed lists everything else names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from . import tongues

Operation = Literal[
    "access", "categories", "delete", "correct", "port", "cancel", "opt_out", "opt_in", "limit",
    "unlimit", "marketing_opt_out", "marketing_opt_in", "withdraw_consent", "consent_again", "restrict", "object", "explain", "automated_decision",
    "complaint", "appeal", "enquiry", "incident",
]  # fmt: skip
IN_WORDS: frozenset[Operation] = frozenset(
    {"complaint", "appeal", "enquiry", "explain", "automated_decision", "incident"}
)
"""Operations answered by a person in their own words: nothing is searched, given or changed in a system."""
Outcome = Literal["granted", "granted_in_part", "refused", "not_identified", "withdrawn"]
Approver = Literal["handler", "privacy_lead", "counsel"]
Scope = Literal["whole", "part"]
Suggestion = Literal["erase", "retain", "give", "withhold", "correct", "restrict", "apply", "undecided"]

DONE: frozenset[Outcome] = frozenset({"granted", "granted_in_part"})
"""Outcomes in which something was done."""
DECIDED: frozenset[Outcome] = DONE | {"refused"}
"""Outcomes in which the request itself was decided."""
NOT_ALL: frozenset[Outcome] = frozenset({"granted_in_part", "refused", "not_identified"})
"""Outcomes that leave something undone."""

HOUSE = "House rule"
"""What a reason cites when the promise is ours and no law asks for it."""


def is_chinese(language: str) -> bool:
    """Whether it is written without spaces and with signs of its own between words."""
    return language.lower().startswith("zh")


@dataclass(frozen=True, slots=True)
class Words:
    """One text in English and in Simplified Chinese; a verbatim quotation may have only its own language."""

    en: str = ""
    zh: str = ""

    def in_(self, language: str) -> str:
        """The text in ``language``, by its catalogue where it is another than these two, else English, else Chinese."""
        if is_chinese(language):
            return self.zh or self.en
        if self.en and language != "en":
            return tongues.say(language, self.en)
        return self.en or self.zh

    def to_json(self) -> dict[str, str]:
        """By language code, leaving out a language that says nothing."""
        return {code: text for code, text in (("en", self.en), ("zh-Hans", self.zh)) if text}

    @classmethod
    def from_json(cls, value: Mapping[str, str]) -> Words:
        """What ``to_json`` wrote."""
        return cls(value.get("en", ""), value.get("zh-Hans", ""))


COLON, SEMICOLON, STOP = Words(": ", "："), Words("; ", "；"), Words(".", "。")
COMMA, LISTING = Words(", ", "，"), Words(", ", "、")
"""Between clauses, and between the items of a list."""
AND = Words(" and ", "以及")


def between_sentences(language: str) -> str:
    """What keeps two sentences apart."""
    return "" if is_chinese(language) else " "


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a calculation, in words a requester understands, with the rule behind it."""

    words: Words
    on: date | None = None
    rule: str = ""
    """A citation, or ``HOUSE``; empty when the step only counts."""
    confirmed: bool = True
    house: bool = False
    step: str = ""
    """What kind of step it is (``receipt``, ``day_one``, ``law_last``, ``due`` …), for a page's layout."""
    through: date | None = None
    """Last day of a run that starts at ``on``."""
    label: Words | None = None
    """Stands where the date would, ``+ 45 days``; ``on`` is then the day it leads to."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; dates as ISO text."""
        return {
            "words": self.words.to_json(),
            "on": self.on.isoformat() if self.on else None,
            "rule": self.rule,
            "confirmed": self.confirmed,
            "house": self.house,
            "step": self.step,
            "through": self.through.isoformat() if self.through else None,
            "label": self.label.to_json() if self.label else None,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Reason:
        """What ``to_json`` wrote."""
        return cls(
            words=Words.from_json(value["words"]),
            on=date.fromisoformat(value["on"]) if value["on"] else None,
            rule=value["rule"],
            confirmed=value["confirmed"],
            house=value["house"],
            step=value["step"],
            through=date.fromisoformat(value["through"]) if value["through"] else None,
            label=Words.from_json(value["label"]) if value["label"] else None,
        )


class Level(StrEnum):
    """How sure we must be of who is asking."""

    NONE = "none"
    REASONABLE = "reasonable"
    HIGH = "high"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Standard:
    """How sure we must be, what earns it, and why."""

    level: Level
    reasons: tuple[Reason, ...]
    data_points: int = 0
    """Data points, matched with what we hold, that earn it without an account."""
    declaration: bool = False
    """Whether a signed declaration under penalty of perjury is kept with it."""
    guardian: bool = False
    """Whether the one who asks must show to be parent, guardian or close relative."""

    @property
    def confirmed(self) -> bool:
        """False while any reason behind it awaits counsel."""
        return all(reason.confirmed for reason in self.reasons)


_DAYS_ZH = "一二三四五六日"


def day_en(day: date) -> str:
    """``Mon 4 January 2027``."""
    return f"{tongues.WEEKDAYS[day.weekday()]} {day.day} {tongues.MONTHS[day.month - 1]} {day.year}"


def day_zh(day: date) -> str:
    """``2027年1月4日（周一）``."""
    return f"{day.year}年{day.month}月{day.day}日（周{_DAYS_ZH[day.weekday()]}）"
