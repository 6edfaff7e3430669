"""Two statutes for one request: whichever ends first, whatever both allow, everything that either must say."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest

from requests_app import law
from requests_app.law.together import ALIKE, PROHIBITIONS
from tests.law.raw import FILES

CASES = [
    pytest.param(example, id=f"{code}-{example['name']}")
    for code, file in FILES.items()
    for example in file.get("together", [])
]
PAIRS = [
    (law.Match(one, a), law.Match(other, b))
    for one, other in itertools.permutations(law.REGIMES, 2)
    for a, b in itertools.product(one.rights, other.rights)
    if one.right(a).operation == other.right(b).operation
]


def matches_of(example: dict[str, Any]) -> list[law.Match]:
    return [law.Match(law.regime(code), right) for code, right in example["rights"]]


@pytest.mark.parametrize("example", CASES)
def test_of_two_statutes(example: dict[str, Any]) -> None:
    matches = matches_of(example)
    received = datetime.combine(example["received"], datetime.min.time(), UTC).replace(hour=20)
    clock = law.earliest([law.reckon(m.regime, m.right_code, received) for m in matches])
    assert (clock.regime, clock.respond.due_on) == (example["clock"], example["due_on"])
    assert {e.code for e in law.exemptions_for(matches)} == set(example["usable"])
    alike = {code: [e.code for e in law.counterparts(matches, code) or ()] for code in example["usable"]}
    assert alike == {code: example["tested"].get(code, []) for code in example["usable"]}
    blocks = {block.code for block in law.required_blocks(matches, "refused")}
    assert set(example["blocks"]) <= blocks


@pytest.mark.parametrize("pair", PAIRS, ids=lambda m: "-".join(x.right_code for x in m))
def test_that_the_broader_right_and_every_required_block_win(pair: tuple[law.Match, law.Match]) -> None:
    one, other = pair
    usable = {e.code for e in law.exemptions_for(pair)}
    assert usable <= {e.code for e in one.regime.exemptions_for(one.right_code)}
    back = {e.code for e in law.exemptions_for((other, one))}
    for code in usable - PROHIBITIONS:
        (same,) = law.counterparts(pair, code)
        # The same withholding seen from either side, and never one that a statute blocks.
        assert same.code in back and same.effect != "blocked"
    for outcome in get_args(law.Outcome):
        codes = [block.code for block in law.required_blocks(pair, outcome)]
        for match in pair:
            assert {b.code for b in match.regime.required_blocks(match.right_code, outcome)} <= set(codes)


def test_that_the_table_names_grounds_that_exist_and_none_twice() -> None:
    seen: set[tuple[str, str]] = set()
    for row in ALIKE:
        for regime, code in row.items():
            assert code in law.regime(regime).exemptions and (regime, code) not in seen
            seen.add((regime, code))


def test_that_a_ground_of_one_statute_alone_is_no_advice() -> None:
    both = [law.Match(law.regime("ccpa"), "DELETE"), law.Match(law.regime("virginia"), "VA_DELETE")]
    bought = law.HoldingFacts("a", "D", rows=3, collected_from_person=False)
    # Not collected from the person: California lets it be kept, Virginia does not.
    assert law.assess(law.regime("ccpa"), "DELETE", bought, {}).suggestion == "retain"
    found = law.assess(law.narrowed(both), "DELETE", bought, {})
    assert (found.suggestion, found.grounds, found.open_questions) == ("erase", (), ())
    taxed = law.HoldingFacts("a", "D", rows=3, newest_on=date(2026, 9, 14), retention=law.RetentionFacts("DEL8", "Tax Law § 1135", 36))  # fmt: skip
    assert law.assess(law.narrowed(both), "DELETE", taxed, {}).suggestion == "retain"
