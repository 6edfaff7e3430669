"""Every regime, right and outcome, in both languages: the letter that composes carries all that is required.

And a Chinese one is punctuated as Chinese.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from requests_app import finding, law
from requests_app.finding import Finding
from requests_app.lifecycle import Outcome
from requests_app.models import Case
from requests_app.register.inventory import SETTING_OPERATIONS
from requests_app.response import compose
from requests_app.response import ledger as ledgers
from tests.build import build_case, found

pytestmark = pytest.mark.django_db
COMBINATIONS = [
    pytest.param(regime.code, right, id=f"{regime.code}-{right}")
    for regime in law.REGIMES
    for right in regime.rights
]
GRANTED = {"customers.identity": found(1)}
UNSAID = {("ADMT_ACCESS", Outcome.GRANTED), ("ADMT_ACCESS", Outcome.GRANTED_IN_PART)}
"""Behind a switch no pack sets: nobody has described the decision, so the letter must not go out."""
LANGUAGES = ("en", "zh-Hans")
HALF_WIDTH = re.compile("[\u4e00-\u9fff][,;:.?!]")
"""Punctuation of another script behind a Hanzi."""


def refused_under(regime: law.Regime, right: str) -> dict[str, Any] | None:
    """One holding kept on a ground that this right knows, every question of it answered; ``None`` if it knows none."""
    usable = [e for e in regime.exemptions_for(right) if e.effect != "delays" and e.facts]
    exemption = next((e for e in usable if any(q.key.endswith(".effort") for q in e.facts)), None) or next(
        (e for e in usable if e.confirmed), next(iter(usable), None)
    )
    if exemption is None:
        return None
    said = {
        "yes_no": "yes",
        "date": "2029-09-14",
        "citation": "Tax Law § 1135",
        "text": "9,000 tapes, 40 days of work",
    }
    answers = {q.key: said.get(q.kind) or q.choices[0].value for q in exemption.facts}
    until = date(2029, 9, 14) if any(q.kind == "date" for q in exemption.facts) else None
    return found(2, "withhold", exemption=exemption.code, until=until, answers=answers)


@pytest.mark.parametrize(("code", "right"), COMBINATIONS)
def test_a_letter_carries_every_required_block(code: str, right: str) -> None:
    regime = law.regime(code)
    refused = refused_under(regime, right)
    known = regime.right(right)
    # What is simply done is done for whoever is unknown too.
    simply_done = known.at_once and known.operation in SETTING_OPERATIONS
    cases: list[tuple[Outcome, dict[str, Any] | None]] = [
        (Outcome.GRANTED, GRANTED),
        (Outcome.GRANTED if simply_done else Outcome.NOT_FOUND, {}),
        (Outcome.NOT_IDENTIFIED, None),
    ]
    if refused:
        cases += [
            (Outcome.REFUSED, {"orders.recent": refused}),
            (Outcome.GRANTED_IN_PART, GRANTED | {"orders.recent": refused}),
        ]
    if known.in_words:
        decided = (Outcome.GRANTED, Outcome.GRANTED_IN_PART, Outcome.REFUSED)
        cases = [*((outcome, {}) for outcome in decided), (Outcome.NOT_IDENTIFIED, None)]
    for expected, held in cases:
        case = build_case(held, not_identified=held is None)
        if known.in_words and held is not None:
            written = finding.seal(case, Finding(expected, "We asked the carrier.\nIt has nothing."))
            Case.objects.filter(pk=case.pk).update(sealed_finding=written)
        for language in LANGUAGES:
            Case.objects.filter(pk=case.pk).update(
                regime=code, regime_version=regime.version, right=right, language=language
            )
            seen = Case.objects.select_related("key").get(pk=case.pk)
            if (right, expected) in UNSAID:
                with pytest.raises(compose.LetterIncomplete, match="automated_decision"):
                    compose.answer(seen, package_until=date(2026, 12, 20))
                continue
            letter, outcome = compose.answer(seen, package_until=date(2026, 12, 20))
            assert outcome == expected
            assert not compose.missing(letter, ledgers.read(seen).blocks), (expected, language)
            if language == "zh-Hans":
                assert not HALF_WIDTH.search(letter.plain()), letter.plain()
            if known.in_words and held is not None:
                assert "It has nothing." in letter.plain()
            elif refused and "effort" in str(refused["answers"]) and expected is Outcome.REFUSED:
                assert "9,000 tapes" in letter.plain()
