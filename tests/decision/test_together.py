"""A pack that lets two statutes match one request: one clock, the broader right, both letters in one."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from requests_app import journal, law, register, rules
from requests_app.decision import determine
from requests_app.decision.problem import NotAllowed
from requests_app.lifecycle import State
from requests_app.models import Case
from requests_app.response import compose
from tests.build import build_case, found
from tests.stack import ROOT
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db
ALSO = """code = "DELETE"
regime = "ccpa"

[[rights.also]]
regime = "virginia"
code = "VA_DELETE"
"""
BOTH = [["virginia", "2023-01-01", "VA_DELETE"]]


def _pack(where: Path, also: str = ALSO) -> Path:
    packs = where / "packs"
    shutil.copytree(ROOT / "portal" / "controllers", packs)
    toml = packs / "mimap" / "controller.toml"
    text = toml.read_text(encoding="utf-8")
    before = 'code = "DELETE"\nregime = "ccpa"\n'
    regimes = 'regimes = ["ccpa", '
    assert before in text and regimes in text
    text = text.replace(regimes, f'{regimes}"virginia", ').replace(before, also)
    toml.write_text(text, encoding="utf-8")
    return packs


@pytest.fixture
def two_statutes(tmp_path: Path, settings) -> Path:
    settings.PORTAL_VAULT = tmp_path / "vault"
    settings.PORTAL_CONTROLLERS = _pack(tmp_path)
    return settings.PORTAL_CONTROLLERS


def kept(**answers: str) -> dict:
    said = {"DEL8.law": "N.Y. Tax Law § 1135", "DEL8.until": "2029-09-14", **answers}
    return found(3, "retain", exemption="DEL8", until=date(2029, 9, 14), answers=said)


def test_a_pack_that_says_so_is_sound_and_one_that_says_nonsense_is_told(
    two_statutes: Path, tmp_path: Path
) -> None:
    assert register.check_packs(two_statutes) == ()
    for number, (wrong, told) in enumerate([
        (ALSO.replace('code = "VA_DELETE"', 'code = "VA_ACCESS"'), "asks for delete, VA_ACCESS of virginia for access"),
        (ALSO.replace('code = "VA_DELETE"', 'code = "NOTHING"'), "There is no right NOTHING"),
        (ALSO.replace('"virginia"', '"gdpr"'), "not another of the regimes"),
    ]):  # fmt: skip
        (problem,) = register.check_packs(_pack(tmp_path / str(number), wrong))
        assert told in str(problem)


def test_the_case_has_the_earliest_clock_and_names_both_statutes(two_statutes: Path) -> None:
    case = build_case({"customers.identity": found(1, "")}, state=State.ASSESSING)
    assert case.also == BOTH and [m.regime.code for m in rules.matches(case)] == ["ccpa", "virginia"]
    counted = [
        law.reckon(m.regime, m.right_code, case.received_at).respond.due_on for m in rules.matches(case)
    ]
    assert case.due_on == min(counted)
    page = at_desk(hire("Olu", "mimap")).get(reverse("staff:case", args=["mimap", case.reference]))
    assert law.regime("virginia").title.en in page.content.decode()


def test_only_what_both_let_keep_is_kept_and_each_ground_is_tested_by_itself(two_statutes: Path) -> None:
    olu = hire("Olu", "mimap")
    case = build_case({"orders.recent": found(3, "")}, state=State.ASSESSING)
    journal.record(case, "searched", by=journal.PIPELINE, preview_digest="d" * 64)
    (advice,) = determine.advise(case)
    assert {e.code for e in advice.exemptions} == {"DEL2", "DEL8"}
    with pytest.raises(NotAllowed, match="exemption"):
        determine.decide(case, advice.holding, by=olu, choice="retain", exemption="SCOPE", answers={})
    answers = {"DEL8.law": "N.Y. Tax Law § 1135", "DEL8.until": "2029-09-14"}
    determine.decide(case, advice.holding, by=olu, choice="retain", exemption="DEL8", answers=answers)
    assert {field for field, _ in determine.problems(case)} == {
        "orders.recent.VA_LEGAL.law",
        "orders.recent.VA_LEGAL.until",
    }
    page = at_desk(olu).get(reverse("staff:decide", args=["mimap", case.reference])).content.decode()
    assert "orders.recent.VA_LEGAL.law" in page
    both = answers | {"VA_LEGAL.law": "Va. Code § 58.1-102", "VA_LEGAL.until": "2029-09-14"}
    determine.decide(case, advice.holding, by=olu, choice="retain", exemption="DEL8", answers=both)
    determine.propose(case, by=olu)
    assert Case.objects.get(pk=case.pk).state == State.APPROVING


def test_the_letter_carries_what_either_statute_requires(two_statutes: Path) -> None:
    case = build_case({"customers.identity": found(1), "orders.recent": kept()})
    letter, outcome = compose.answer(case, package_until=case.due_on + timedelta(days=9))
    wanted = {
        b.code for m in rules.matches(case) for b in m.regime.required_blocks(m.right_code, outcome.value)
    }
    assert wanted - {"effort_facts", "opt_out_offer"} <= letter.blocks
    alone = {b.code for b in law.regime("ccpa").required_blocks("DELETE", outcome.value)}
    assert wanted - alone
