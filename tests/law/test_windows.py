"""How often one may ask: the days on which an earlier answer counts, and what a full window changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app import law
from tests.law.raw import examples

HOLDING = law.HoldingFacts("a.holding", "D", rows=3)


@pytest.mark.parametrize(("code", "example"), examples("window"))
def test_of_a_window(code: str, example: dict) -> None:
    regime = law.regime(code)
    earlier = [
        (example["window"], law.Earlier(f"CASE{number}", day))
        for number, day in enumerate(example["answered"])
    ]
    full = law.full(regime, example["right"], earlier, example["received"])
    found = law.assess(regime, example["right"], HOLDING, {}, full=full)
    assert [g.exemption.code for g in found.grounds if g.offered] == example["offered"]
    assert [[one.reference for one in each.earlier] for each in full] == example.get("by", [])
    # Offered to a person and to nobody else: the advice is what it was.
    plain = law.assess(regime, example["right"], HOLDING, {})
    assert (found.suggestion, found.open_questions) == (plain.suggestion, plain.open_questions)


def test_that_the_ground_chosen_brings_the_earlier_references_along() -> None:
    ccpa = law.regime("ccpa")
    earlier = [("know_twice", law.Earlier("AAAABBBB", date(2026, 3, 2))),
               ("know_twice", law.Earlier("CCCCDDDD", date(2026, 8, 9)))]  # fmt: skip
    full = law.full(ccpa, "KNOW_PCS", earlier, date(2026, 11, 21))
    found = law.assess(ccpa, "KNOW_PCS", HOLDING, {}, claimed=["FREQ"], full=full)
    (question,) = found.open_questions
    assert question.suggested == "AAAABBBB (2026-03-02); CCCCDDDD (2026-08-09)"
    assert found.suggestion == "withhold" and "AAAABBBB" in found.grounds[0].why.en


@pytest.mark.parametrize(
    ("right", "window", "outcome", "counted"),
    [
        ("KNOW_PCS", "know_twice", "granted", True),
        ("KNOW_CAT", "know_twice", "granted_in_part", True),
        ("KNOW_PCS", "know_twice", "not_identified", False),
        ("KNOW_PCS", "know_twice", "withdrawn", False),
        ("CORRECT", "know_twice", "granted", False),
        ("CORRECT", "correct_again", "refused", True),
        ("CORRECT", "correct_again", "granted", False),
        ("OPT_OUT", "opt_in_pause", "granted", True),
        ("DELETE", "opt_in_pause", "granted", False),
    ],
)
def test_of_what_counts_later(right: str, window: str, outcome: law.Outcome, counted: bool) -> None:
    found = next(w for w in law.regime("ccpa").windows if w.code == window)
    assert law.counts(found, right, outcome) is counted


@given(st.dates(date(2022, 1, 1), date(2030, 1, 1)), st.integers(0, 800))
def test_that_a_window_ends_once_and_for_all(answered: date, later: int) -> None:
    ccpa = law.regime("ccpa")
    earlier = [("correct_again", law.Earlier("A", answered))]
    received = answered + timedelta(days=later)
    window = next(w for w in ccpa.windows if w.code == "correct_again")
    assert bool(law.full(ccpa, "CORRECT", earlier, received)) is (
        received <= law.lasts_until(window, answered)
    )
