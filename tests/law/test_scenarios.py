"""The dated examples in scenarios/, one file per regime: deadlines and advice a lawyer can check."""

from __future__ import annotations

from pathlib import Path

import pytest

from requests_app import law
from requests_app.law.examples import read_examples

FOLDER = Path(__file__).parent / "scenarios"
EXAMPLES = read_examples(FOLDER)


@pytest.mark.parametrize("kind", ["clock", "advice"])
@pytest.mark.parametrize("code", dict.fromkeys(regime.code for regime in law.REGIMES))
def test_of_the_worked_examples(code: str, kind: str) -> None:
    """One test for all of a kind: two hundred of their own would take longer than the examples do."""
    mine = [example for example in EXAMPLES if (example.regime, example.kind) == (code, kind)]
    wrong = {example.words.en: [check for check in example.checks() if not check.holds] for example in mine}
    assert mine
    assert {name: checks for name, checks in wrong.items() if checks} == {}


def test_that_an_example_which_is_wrong_does_not_hold(tmp_path: Path) -> None:
    (tmp_path / "ccpa.toml").write_text(
        '[[clock]]\nname = "a day late"\nright = "DELETE"\nreceived = 2026-03-23\n'
        'expect."respond.statutory" = 2026-05-08\nexpect."acknowledge.ordinary" = 2026-04-07\n'
        '[[advice]]\nname = "nobody may"\nright = "DELETE"\nholding = { rows = 1 }\nclaimed = ["FREQ"]\n'
        'suggestion = "erase"\ngrounds = []\nquestions = []\n',
        encoding="utf-8",
    )
    late, forbidden = read_examples(tmp_path)
    assert [(check.what, check.holds) for check in late.checks()] == [
        ("respond.statutory", False),
        ("acknowledge.ordinary", True),
    ]
    assert not late.holds
    assert not forbidden.holds


@pytest.mark.parametrize(
    ("line", "said"), [("right = 'CN_COPY'", "a right of the regime"), ("colour = 'red'", "no key 'colour'")]
)
def test_that_a_mistyped_example_is_named(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "ccpa.toml").write_text(f"[[clock]]\nname = 'mine'\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=f"ccpa.toml, example 'mine': .*{said}"):
        read_examples(tmp_path)


def test_that_every_right_and_every_exemption_has_an_example() -> None:
    for regime in law.REGIMES:
        mine = [example for example in EXAMPLES if example.regime == regime.code]
        assert {example.right for example in mine if example.kind == "clock"} == set(regime.rights)
        assert set().union(*(example.exemptions for example in mine)) == set(regime.exemptions)


def test_that_an_exemption_is_shown_in_use_or_shown_to_be_refused() -> None:
    """An example in which it is defeated is not enough."""
    for regime in law.REGIMES:
        mine = [example for example in EXAMPLES if example.regime == regime.code]
        used = {code for example in mine for code in example.given.get("grounds", ())}
        refused = {code for e in mine if e.given.get("not_allowed") for code in e.given["claimed"]}
        blocked = {e.code for e in regime.exemptions.values() if e.effect == "blocked"}
        assert (used, refused) == (set(regime.exemptions) - blocked, blocked)


def test_that_every_example_has_its_name_in_both_languages() -> None:
    assert [example.words.en for example in EXAMPLES if not example.words.zh] == []
