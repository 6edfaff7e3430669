"""The rulebook hangs together: versions, citations, questions, blocks and both languages."""

from __future__ import annotations

import ast
import dataclasses
import sys
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any, get_args

import pytest

from requests_app import law
from requests_app.law.calendar import DaysOff
from requests_app.law.own_motion import OPERATIONS
from requests_app.law.regime import Block, Exemption, Window

ROOT = Path(law.__file__).parent
REGIMES = [pytest.param(regime, id=f"{regime.code}-{regime.version}") for regime in law.REGIMES]
LATEST = date(9999, 12, 31)


def test_of_versions_that_never_overlap() -> None:
    for one, other in combinations(law.REGIMES, 2):
        if one.code == other.code:
            first, second = sorted((one, other), key=lambda regime: regime.effective_on)
            assert (first.ends_on or LATEST) < second.effective_on


def test_of_a_day_before_the_law_and_of_a_pinned_version() -> None:
    with pytest.raises(KeyError):
        law.regime("ccpa", date(2025, 12, 31))
    with pytest.raises(KeyError):
        law.regime("atlantis")
    for regime in law.REGIMES:
        assert law.regime(regime.code, date.fromisoformat(regime.version)) is regime


@pytest.mark.parametrize("regime", REGIMES)
def test_that_every_rule_cites(regime: law.Regime) -> None:
    for right in regime.rights.values():
        assert right.basis
        duties = [right.respond, right.acknowledge, right.respond.extension]
        for duty in (duty for duty in duties if duty):
            assert duty.citation, right.code
            assert duty.house == (duty.citation == law.HOUSE), right.code
            assert (duty.outer_days is None) == (duty.outer_citation == ""), right.code
        assert right.standard.reasons
    rules: list[Exemption | Block | Window] = [*regime.exemptions.values(), *regime.blocks, *regime.windows]
    for rule in rules:
        assert rule.citation, rule.code
    assert regime.records.content_months <= regime.records.log_months
    assert regime.calendar in law.CALENDARS


@pytest.mark.parametrize("regime", REGIMES)
def test_that_everything_said_is_said_in_both_languages(regime: law.Regime) -> None:
    for words in _words(regime):
        assert words.en
        assert words.zh, words.en
        assert any("\u4e00" <= letter <= "\u9fff" for letter in words.zh), words.zh


@pytest.mark.parametrize("regime", REGIMES)
def test_that_every_exemption_speaks_of_rights_that_exist_and_asks_its_own_facts(regime: law.Regime) -> None:
    for exemption in regime.exemptions.values():
        assert exemption.rights <= set(regime.rights), exemption.code
        keys = [piece.key for piece in exemption.missing({})]
        assert len(keys) == len(set(keys)), exemption.code
        assert all(key.startswith(f"{exemption.code}.") for key in keys), exemption.code
        if not exemption.automatic and exemption.effect != "blocked":
            assert exemption.facts, f"{exemption.code} could be used without a fact"
    assert regime.keeps_by_law in regime.exemptions
    for question in (question for exemption in regime.exemptions.values() for question in exemption.facts):
        assert (question.kind == "choice") == bool(question.choices), question.key
        assert question.must_be is None or question.kind == "yes_no", question.key


@pytest.mark.parametrize("regime", REGIMES)
def test_that_a_fallback_and_an_offer_lead_to_rights_that_exist(regime: law.Regime) -> None:
    for right in regime.rights.values():
        if right.on_unverified:
            named = {right.on_unverified.fallback, *right.on_unverified.offer} - {None}
            assert named <= set(regime.rights), right.code
        if right.standard.level is law.Level.NONE and not right.on_unverified:
            assert right.standard_with_account is right.standard_if_sensitive is None
    for window in regime.windows:
        assert window.rights <= set(regime.rights), window.code


@pytest.mark.parametrize("regime", REGIMES)
def test_that_every_outcome_of_every_right_has_something_to_say(regime: law.Regime) -> None:
    for code in regime.rights:
        for outcome in get_args(law.Outcome):
            blocks = regime.required_blocks(code, outcome)
            assert blocks, (code, outcome)
            assert len({block.code for block in blocks}) == len(blocks)
        refused = {block.code for block in regime.required_blocks(code, "refused")}
        assert {"done", "basis"} <= refused


def test_of_what_only_some_letters_must_carry() -> None:
    ccpa, pipl = law.regime("ccpa"), law.regime("pipl")
    assert "opt_out_offer" in _codes(ccpa, "DELETE", "refused")
    assert "statement" in _codes(ccpa, "CORRECT", "refused")
    assert "six_lists" in _codes(ccpa, "KNOW_CAT", "granted")
    assert "storage_only" in _codes(pipl, "CN_DELETE", "granted_in_part")
    assert {"authority", "court"} <= _codes(pipl, "CN_ACCESS", "refused")
    assert "attorney_general" in _codes(law.regime("virginia"), "VA_ACCESS", "refused")
    assert {"authority", "court"} <= _codes(law.regime("gdpr"), "GDPR_ERASE", "refused")
    assert "court" not in _codes(pipl, "CN_ACCESS", "granted")


def test_of_what_awaits_counsel_and_never_shows_as_certain() -> None:
    ccpa, pipl = law.regime("ccpa"), law.regime("pipl")
    assert not law.regime("virginia").confirmed
    assert not pipl.right("CN_COPY").respond.confirmed
    assert not pipl.right("CN_CANCEL").respond.confirmed
    assert not ccpa.right("DROP").confirmed
    longer = ccpa.right("DELETE").respond.extension
    assert longer is not None
    assert not longer.confirmed
    assert all(not e.confirmed for code, e in pipl.exemptions.items() if code.startswith("CN_POLICY_"))
    assert all(not e.confirmed for code in ("gdpr", "virginia") for e in law.regime(code).exemptions.values())


def test_that_rights_without_proof_stay_without_proof() -> None:
    for regime in law.REGIMES:
        for right in regime.rights.values():
            for sensitivity in ("low", "high"):
                for has_account in (True, False):
                    standard = law.standard_for(
                        regime, right.code, sensitivity=sensitivity, has_account=has_account
                    )
                    if right.operation in ("opt_out", "limit", "marketing_opt_out", "withdraw_consent"):
                        assert standard.level is law.Level.NONE


@pytest.mark.parametrize(
    ("regime", "right", "sensitivity", "has_account", "level"),
    [
        ("ccpa", "KNOW_CAT", "high", False, "reasonable"),
        ("ccpa", "KNOW_PCS", "low", False, "high"),
        ("ccpa", "KNOW_PCS", "low", True, "account"),
        ("ccpa", "DELETE", "low", False, "reasonable"),
        ("ccpa", "DELETE", "high", False, "high"),
        ("ccpa", "OPT_OUT", "high", True, "none"),
        ("pipl", "CN_ACCESS", "low", False, "reasonable"),
        ("pipl", "CN_COPY", "low", False, "high"),
        ("pipl", "CN_CANCEL", "low", True, "account"),
    ],
)
def test_of_how_sure_we_must_be(
    regime: str, right: str, sensitivity: str, has_account: bool, level: str
) -> None:
    standard = law.standard_for(law.regime(regime), right, sensitivity=sensitivity, has_account=has_account)
    assert standard.level == level


def test_of_what_follows_when_nobody_could_show_who_asks() -> None:
    ccpa = law.regime("ccpa")
    copy, deletion = ccpa.right("KNOW_PCS").on_unverified, ccpa.right("DELETE").on_unverified
    assert copy is not None
    assert copy.fallback == "KNOW_CAT"
    assert deletion is not None
    assert deletion.offer == ("OPT_OUT",)


def test_of_an_exemption_nobody_may_use_and_one_used_against_the_wrong_right() -> None:
    pipl, holding = law.regime("pipl"), law.HoldingFacts("account", "contact")
    for code in ("CN_STATE", "CN_POLICY_6", "CN_TRUE"):
        with pytest.raises(ValueError, match="no ground"):
            law.assess(pipl, "CN_ACCESS", holding, {}, claimed=[code])


def test_of_what_is_missing_before_an_exemption_may_be_used() -> None:
    exemption = law.regime("ccpa").exemption("DEL5")
    assert [piece.key for piece in exemption.missing({})] == ["DEL5.order", "DEL5.until", "DEL5.order_copy"]
    facts = {"DEL5.order": "Order 7", "DEL5.until": date(2027, 1, 1)}
    assert exemption.missing(facts, frozenset({"DEL5.order_copy"})) == ()
    assert law.regime("ccpa").exemption("LAW").missing({"LAW.reproductive": False})[0].key == "LAW.law"


@pytest.mark.parametrize(
    ("citation", "chinese"),
    [
        ("PRC Civil Code art. 201", "《民法典》第二百零一条"),
        ("PIPL art. 50(2)", "《个人信息保护法》第五十条第二款"),
        ("PIPL arts. 15-16", "《个人信息保护法》第十五条、第十六条"),
        ("PIPL art. 13(1)(2)-(7)", "《个人信息保护法》第十三条第一款第二项至第七项"),
        ("PRC Civil Code art. 1045", "《民法典》第一千零四十五条"),
        ("State Council holiday notice for 2026", "国务院2026年放假安排"),
        ("House rule", "我们的承诺"),
        ("11 CCR § 7021(b)", "《加州法规汇编》第11编第7021(b)条"),
    ],
)
def test_of_a_citation_in_chinese(citation: str, chinese: str) -> None:
    assert law.cite_in(citation, "zh-Hans") == chinese
    assert law.cite_in(citation, "en") == citation


def test_that_the_law_imports_nothing_but_python() -> None:
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert all(name.name.split(".")[0] in sys.stdlib_module_names for name in node.names), path
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                assert (node.module or "").split(".")[0] in sys.stdlib_module_names, path
            elif isinstance(node, ast.Attribute):
                # A clock read here would make a decision impossible to replay.
                assert node.attr not in ("today", "now", "utcnow"), path


def _codes(regime: law.Regime, right: str, outcome: law.Outcome) -> set[str]:
    return {block.code for block in regime.required_blocks(right, outcome)}


def _words(value: Any, name: str = "") -> Iterator[law.Words]:
    """Every text of a regime but verbatim statute, which keeps its own language."""
    if isinstance(value, law.Words):
        if name != "statute":
            yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, DaysOff | type):
        for field in dataclasses.fields(value):
            yield from _words(getattr(value, field.name), field.name)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _words(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _words(inner)


def test_what_a_controller_does_of_its_own_motion_rests_on_something_citable_or_on_its_own_promise() -> None:
    grounds = law.own_motions(law.OWN_MOTION)
    assert len({one.code for one in grounds}) == len(grounds)
    for regime in law.OWN_MOTION:
        for one in law.own_motions([regime]):
            assert one.causes <= set(law.CAUSES) and one.causes and one.operations <= OPERATIONS, one.code
            assert one.citation and one.words.en and one.words.zh
            # A statute is cited in Chinese where it is Chinese; a promise of ours says that it is one.
            assert one.house or law.cite_in(one.citation, "zh-Hans").startswith("《个人信息保护法》"), (
                one.code
            )
    assert not law.own_motions(["pipl"], "child")[0].confirmed and law.own_motions(["ccpa", "gdpr"]) == ()
