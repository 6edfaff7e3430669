"""Worked examples that a lawyer writes and anyone can read: what is expected, and what the rulebook answers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from .assess import Assessment, assess
from .clock import reckon
from .facts import HoldingFacts, RetentionFacts
from .regime import Regime
from .regimes import regime
from .terms import Words, day_en, day_zh

_CLOCK_KEYS = {"name", "zh", "right", "received", "extended", "expect"}
_ADVICE_KEYS = {
    "name", "zh", "right", "holding", "retention", "facts", "claimed", "on",
    "suggestion", "grounds", "questions", "suggested", "until", "missing", "approver", "not_allowed",
}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """One thing an example expects, beside what the rulebook answers; both as plain values."""

    what: str
    expected: Any
    found: Any

    @property
    def holds(self) -> bool:
        """Whether they are the same."""
        return bool(self.expected == self.found)


@dataclass(frozen=True, eq=False)
class Example:
    """One dated example of a regime: a deadline (``clock``) or advice on one holding (``advice``)."""

    regime: str
    kind: str
    words: Words
    right: str
    given: Mapping[str, Any]

    @property
    def exemptions(self) -> frozenset[str]:
        """Codes it speaks of: claimed by staff, or expected as grounds."""
        return frozenset((*self.given.get("claimed", ()), *self.given.get("grounds", ())))

    def situation(self) -> Words:
        """What is given, in a line."""
        if self.kind == "clock":
            day = _received(regime(self.regime), self.given["received"])
            longer = ("; the extension was taken", "；已延长") if self.given.get("extended") else ("", "")
            clock = f" {day:%H:%M} UTC" if isinstance(self.given["received"], datetime) else ""
            return Words(
                f"{self.right}, received {day_en(day.date())}{clock}{longer[0]}",
                f"{self.right}，收到日期：{day_zh(day.date())}{clock}{longer[1]}",
            )
        return _facts_told(self.right, self.given)

    def checks(self) -> tuple[Check, ...]:
        """Everything it expects, computed now, on the calendars of this release."""
        return _clock(self) if self.kind == "clock" else _advice(self)

    @property
    def holds(self) -> bool:
        """Whether the rulebook still answers as expected."""
        return all(check.holds for check in self.checks())


def read_examples(folder: Path) -> tuple[Example, ...]:
    """Every example in ``<folder>/<regime>.toml``; ``ValueError`` names the file and the example to mend."""
    found: list[Example] = []
    for path in sorted(folder.glob("*.toml")):
        listed = tomllib.loads(path.read_text(encoding="utf-8"))
        for kind, keys in (("clock", _CLOCK_KEYS), ("advice", _ADVICE_KEYS)):
            for given in listed.get(kind, []):
                unknown = given.keys() - keys
                if unknown or "name" not in given or given.get("right") not in regime(path.stem).rights:
                    what = (
                        f"no key {min(unknown)!r}" if unknown else "it needs a name and a right of the regime"
                    )
                    raise ValueError(f"{path.name}, example {given.get('name', '?')!r}: {what}")
                words = Words(given["name"], given.get("zh", ""))
                found.append(Example(path.stem, kind, words, given["right"], given))
    return tuple(found)


def _received(law: Regime, given: date | datetime) -> datetime:
    return given if isinstance(given, datetime) else datetime.combine(given, time(12), ZoneInfo(law.zone))


def _clock(example: Example) -> tuple[Check, ...]:
    law, given = regime(example.regime), example.given
    received = _received(law, given["received"])
    found = reckon(law, example.right, received, extended=given.get("extended", False))
    checks = []
    for path, expected in given["expect"].items():
        deadline, name = path.split(".")
        due = getattr(found, deadline)
        checks.append(Check(path, expected, getattr(due, name) if due else None))
    return tuple(checks)


def _advice(example: Example) -> tuple[Check, ...]:
    law, given = regime(example.regime), example.given
    offered = {exemption.code for exemption in law.exemptions_for(example.right)}
    if not offered.issuperset(given.get("claimed", ())):
        # The server refuses a ground that is none against this right.
        return (Check("not_allowed", given.get("not_allowed", False), True),)
    found = _assessed(example)
    checks = [
        Check("not_allowed", given.get("not_allowed", False), False),
        Check("suggestion", given.get("suggestion"), found.suggestion),
        Check("grounds", given.get("grounds"), [ground.exemption.code for ground in found.grounds]),
        Check("questions", given.get("questions"), [question.key for question in found.open_questions]),
    ]
    if "suggested" in given:
        prefilled = {q.key: q.suggested for q in found.open_questions if q.suggested}
        checks.append(Check("suggested", given["suggested"], prefilled))
    last = found.grounds[-1] if found.grounds else None
    if "until" in given:
        checks.append(Check("until", given["until"], last.until if last else None))
    if "missing" in given:
        missing = last.exemption.missing(given.get("facts", {})) if last else ()
        checks.append(Check("missing", given["missing"], [piece.key for piece in missing]))
    if "approver" in given:
        checks.append(Check("approver", given["approver"], last.exemption.approver if last else None))
    return tuple(checks)


def _assessed(example: Example) -> Assessment:
    given = example.given
    declared = dict(given["holding"])
    declared["never_disclose"] = tuple(declared.get("never_disclose", ()))
    retention = RetentionFacts(**given["retention"]) if "retention" in given else None
    return assess(
        regime(example.regime),
        example.right,
        HoldingFacts("a.holding", "D", retention=retention, **declared),
        given.get("facts", {}),
        claimed=given.get("claimed", ()),
        on=given.get("on"),
    )


def _facts_told(right: str, given: Mapping[str, Any]) -> Words:
    """What is known of a holding and what staff said, as two sentences would tell it."""
    en, zh = [], []
    for name, value in given["holding"].items():
        english, chinese = _HOLDING[name]
        en.append(english.format(_plain(value, "en")))
        zh.append(chinese.format(_plain(value, "zh")))
    if kept := given.get("retention"):
        en.append(f"the inventory keeps it {kept['months']} months ({kept['citation']})")
        zh.append(f"清单规定保存{kept['months']}个月（{kept['citation']}）")
    for code in given.get("claimed", ()):
        en.append(f"staff claim {code}")
        zh.append(f"经办人主张{code}")
    for key, answer in given.get("facts", {}).items():
        en.append(f"{key}: {_plain(answer, 'en')}")
        zh.append(f"{key}：{_plain(answer, 'zh')}")
    if "on" in given:
        en.append(f"looked at on {day_en(given['on'])}")
        zh.append(f"审查日期：{day_zh(given['on'])}")
    return Words(f"{right}; {'; '.join(en)}", f"{right}；{'；'.join(zh)}")


def _plain(value: object, language: str) -> str:
    if isinstance(value, bool):
        return {"en": ("no", "yes"), "zh": ("否", "是")}[language][value]
    if isinstance(value, date):
        return day_en(value) if language == "en" else day_zh(value)
    if isinstance(value, list):
        return (", " if language == "en" else "、").join(map(str, value))
    return str(value)


_HOLDING = {
    "rows": ("{} records", "{}条记录"),
    "collected_from_person": ("given by the person: {}", "由本人提供：{}"),
    "newest_on": ("the newest of {}", "最近一条：{}"),
    "erase": ("on erasure: {}", "删除方式：{}"),
    "never_disclose": ("contains {}", "含有{}"),
    "only_never_disclose": ("nothing else: {}", "别无其他内容：{}"),
    "sensitive": ("sensitive: {}", "敏感：{}"),
}
"""Facts of a holding an example may give, told in both languages."""
