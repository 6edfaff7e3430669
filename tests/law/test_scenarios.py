"""The dated examples in scenarios/, one file per regime: deadlines and advice a lawyer can check."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from requests_app import law

FILES = sorted((Path(__file__).parent / "scenarios").glob("*.toml"))
EXAMPLES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in FILES}


def _examples(kind: str) -> list[Any]:
    return [
        pytest.param(code, example, id=f"{code}-{example['name']}")
        for code, file in EXAMPLES.items()
        for example in file.get(kind, [])
    ]


@pytest.mark.parametrize(("code", "example"), _examples("clock"))
def test_of_a_deadline(code: str, example: dict[str, Any]) -> None:
    regime, received = law.regime(code), example["received"]
    if not isinstance(received, datetime):
        received = datetime.combine(received, time(12), ZoneInfo(regime.zone))
    reckoning = law.reckon(regime, example["right"], received, extended=example.get("extended", False))
    found = {path: _follow(reckoning, path) for path in example["expect"]}
    assert found == example["expect"]


@pytest.mark.parametrize(("code", "example"), _examples("advice"))
def test_of_advice_on_a_holding(code: str, example: dict[str, Any]) -> None:
    declared = dict(example["holding"])
    declared["never_disclose"] = tuple(declared.get("never_disclose", ()))
    retention = law.RetentionFacts(**example["retention"]) if "retention" in example else None
    assessment = law.assess(
        law.regime(code),
        example["right"],
        law.HoldingFacts("a.holding", "D", retention=retention, **declared),
        example.get("facts", {}),
        claimed=example.get("claimed", ()),
        on=example.get("on"),
    )
    assert assessment.suggestion == example["suggestion"]
    assert [ground.exemption.code for ground in assessment.grounds] == example["grounds"]
    assert [question.key for question in assessment.open_questions] == example["questions"]
    if "suggested" in example:
        prefilled = {question.key: question.suggested for question in assessment.open_questions}
        assert {key: value for key, value in prefilled.items() if value} == example["suggested"]
    if "until" in example:
        assert assessment.grounds[0].until == example["until"]


def test_that_every_right_has_a_dated_example() -> None:
    for regime in law.REGIMES:
        shown = {example["right"] for example in EXAMPLES[regime.code]["clock"]}
        assert shown == set(regime.rights), regime.code


def _follow(reckoning: law.Reckoning, path: str) -> date | bool | None:
    deadline, name = path.split(".")
    found: date | bool | None = getattr(getattr(reckoning, deadline), name)
    return found
