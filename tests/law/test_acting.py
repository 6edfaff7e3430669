"""Who may act for whom: the examples of scenarios/acting.toml, and that no path asks more than its table."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from requests_app import law

FILE = tomllib.loads((Path(__file__).parent / "scenarios" / "acting.toml").read_text(encoding="utf-8"))
ASKING = {"opt_out", "opt_in", "limit", "marketing_opt_out", "withdraw_consent", "automated_decision"}


def _examples(kind: str) -> list[Any]:
    return [pytest.param(example, id=f"{example['regime']}-{example['name']}") for example in FILE[kind]]


@pytest.mark.parametrize("example", _examples("acting"))
def test_of_who_may_act_and_what_may_be_asked(example: dict[str, Any]) -> None:
    capacity = law.regime(example["regime"]).capacities.get(example["capacity"])
    grant = capacity.authority(example["right"]) if capacity else None
    if example.get("nobody"):
        assert grant is None
        return
    assert grant is not None
    assert [ask.key for ask in grant.required] == example["asks"]
    assert [ask.key for ask in grant.asks if ask.instead_of and not ask.last_resort] == example.get(
        "may_also", []
    )
    assert [ask.key for ask in grant.asks if ask.last_resort] == example.get("last", [])
    assert (grant.person, grant.answer_to, grant.citation) == (
        example["person"], example["answer_to"], example["cites"],
    )  # fmt: skip
    assert grant.confirmed is example.get("confirmed", True)


@pytest.mark.parametrize("example", _examples("age"))
def test_of_the_age_at_which_young_people_ask_alone(example: dict[str, Any]) -> None:
    age = law.regime(example["regime"]).capacity("guardian").age(example["age"])
    assert (age.acts_alone is not None) is example["alone"]


@pytest.mark.parametrize("regime", law.REGIMES, ids=lambda regime: regime.code)
def test_that_every_path_hangs_together(regime: law.Regime) -> None:
    assert next(iter(regime.capacities)) == law.SELF
    for capacity in regime.capacities.values():
        spoken_of = [code for grant in capacity.grants for code in grant.rights]
        assert len(spoken_of) == len(set(spoken_of)), "one answer for each right"
        for grant in capacity.grants:
            assert grant.rights <= set(regime.rights), capacity.code
            assert grant.citation and all(ask.citation for ask in grant.asks)
            assert all(limit.citation for limit in grant.never)
            keys = {ask.key for ask in grant.asks}
            assert len(keys) == len(grant.asks)
            assert {ask.instead_of for ask in grant.asks} - {""} <= keys
            assert bool(grant.required) == bool(grant.checks), "what is shown is checked, and only that"
            assert all(check.kind == "yes_no" and check.must_be is not None for check in grant.checks)
            assert not grant.missing(ask.key for ask in grant.required)
            assert grant.required == grant.missing(())


def test_that_a_right_without_proof_asks_an_agent_for_the_permission_at_most() -> None:
    """11 CCR 7060(b), 7026(j): the person is never asked, and no identity document ever."""
    for regime in law.REGIMES:
        for capacity in regime.capacities.values():
            for right in regime.rights.values():
                grant = capacity.authority(right.code)
                if grant is None or right.standard.level is not law.Level.NONE:
                    continue
                assert grant.person == "is_left_alone"
                assert len(grant.asks) <= 1
                assert not any(ask.last_resort for ask in grant.asks)
                if right.operation not in ASKING:
                    assert not grant.asks


def test_that_one_of_the_ways_a_parent_may_choose_is_enough_and_the_document_only_as_well() -> None:
    grant = law.regime("ccpa").capacity("guardian").authority("DELETE")
    assert grant is not None
    for key in ("parent_form", "parent_card", "parent_call", "parent_video", "parent_visit", "parent_id"):
        assert not grant.missing([key])
    assert grant.missing(["permission"])
    with pytest.raises(KeyError):
        grant.ask("permission")


def test_of_the_ways_open_for_what_is_asked_together() -> None:
    ccpa, pipl = law.regime("ccpa"), law.regime("pipl")

    def ways(regime: law.Regime, *codes: str) -> list[str]:
        return [capacity.code for capacity in regime.capacities_for(codes)]

    assert ways(ccpa, "KNOW_PCS", "DELETE") == ["self", "agent", "attorney", "guardian"]
    assert ways(ccpa, "GPC") == ["self"]
    assert ways(pipl, "CN_COPY", "CN_DELETE") == ["self", "agent", "guardian", "relative"]
    assert ways(pipl, "CN_COPY", "CN_PORT") == ["self", "agent", "guardian"]
    assert ways(law.regime("virginia"), "VA_ACCESS") == ["self"]


def test_that_what_brought_somebody_into_the_systems_reduces_no_right() -> None:
    """LAW: applicants and business contacts have every right since 2023."""
    for code in ("ccpa", "pipl", "us_policy"):
        regime = law.regime(code)
        assert [r.code for r in regime.relations] == [
            "customer", "visitor", "applicant", "supplier", "employee",
        ]  # fmt: skip
        for relation in regime.relations:
            assert (relation.says is None) == (relation.citation == "")
    assert law.regime("ccpa").relation("nobody") is None
