"""Which statutes govern a case: nearly always one, and where two match, what both of them allow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from requests_app import law
from requests_app.models import Case


def matches(case: Case) -> tuple[law.Match, ...]:
    """The case's own regime first, then any other that matches, each in its pinned version."""
    own = law.Match(law.regime(case.regime, case.received_on), case.right)
    others = (law.Match(law.regime(code, date.fromisoformat(v)), right) for code, v, right in case.also)
    return (own, *others)


def exemptions(case: Case) -> tuple[law.Exemption, ...]:
    """Grounds that a person may use on this case: where two regimes match, those that both allow."""
    return law.exemptions_for(matches(case))


def tested(case: Case, code: str) -> tuple[law.Exemption, ...]:
    """A ground in use and what every other matching regime calls it: each with its own facts, evidence, approver."""
    own = law.regime(case.regime, case.received_on).exemption(code)
    return (own, *(law.counterparts(matches(case), code) or ()))


def questions(case: Case) -> Mapping[str, law.Question]:
    """Every question any exemption of the matching regimes may ask, by key."""
    return {
        question.key: question
        for match in matches(case)
        for exemption in match.regime.exemptions.values()
        for question in exemption.facts
    }
