"""What the engine would determine for a holding, and following it where nothing is left to a person."""

from __future__ import annotations

from dataclasses import dataclass

from identity.models import User
from requests_app.decision.advice import Advice, advise
from requests_app.decision.determine import Choice, decide
from requests_app.models import Case

CHOICES = {
    "erase": Choice.GRANT,
    "give": Choice.GRANT,
    "apply": Choice.GRANT,
    "retain": Choice.RETAIN,
    "withhold": Choice.WITHHOLD,
}


@dataclass(frozen=True)
class Suggestion:
    """A choice and the exemption it would rest on."""

    choice: str
    exemption: str


def suggestion(advice: Advice) -> Suggestion | None:
    """The engine's advice, or ``None`` where it has none."""
    choice = CHOICES.get(advice.assessment.suggestion)
    if choice is None:
        return None
    if choice is Choice.GRANT:
        return Suggestion(choice, "")
    grounds = advice.assessment.grounds
    return Suggestion(choice, grounds[0].exemption.code) if grounds else None


def undecided(advice: list[Advice]) -> list[Advice]:
    """Holdings with rows that nobody has decided."""
    return [a for a in advice if a.holding.found and not (a.determination and a.determination.choice)]


def settled(advice: list[Advice]) -> list[Advice]:
    """Undecided holdings whose suggestion leaves no question open."""
    return [a for a in undecided(advice) if suggestion(a) is not None and not a.assessment.open_questions]


def follow(case: Case, *, by: User) -> int:
    """Decide as suggested wherever nothing is open; a holding that somebody decided is left alone."""
    chosen = settled(advise(case))
    for advice in chosen:
        found = suggestion(advice)
        if found is not None:
            decide(
                case, advice.holding, by=by, choice=found.choice, exemption=found.exemption,
                answers=advice.answers,
            )  # fmt: skip
    return len(chosen)
