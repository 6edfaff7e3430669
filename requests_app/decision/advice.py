"""What the law advises for each holding of a case, with what it still asks: read alone, nothing is decided here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from identity import sealing
from requests_app import law, register, rules, windows
from requests_app.decision import contested
from requests_app.models import Case, Determination, Holding
from requests_app.register.inventory import Holding as Declared

ANSWERS = "answers"
"""What typed answers are sealed as."""


@dataclass(frozen=True)
class Advice:
    """One holding as the decide page shows it."""

    holding: Holding
    declared: Declared
    determination: Determination | None
    answers: dict[str, str]
    facts: dict[str, object]
    """The answers as the law reads them: a yes is ``True``."""
    assessment: law.Assessment
    exemptions: tuple[law.Exemption, ...]
    """Those a person may use here."""
    tested: tuple[law.Exemption, ...] = ()
    """The exemption in use, and what every other matching regime calls it."""
    granting: tuple[law.Question, ...] = ()
    """What must be answered to grant: of a correction, which value and what is right."""


def advise(
    case: Case, holdings: Iterable[Holding] | None = None, full: tuple[law.Full, ...] | None = None
) -> list[Advice]:
    """Every holding with what the law allows and what is still open; two queries.

    ``holdings`` with their determinations, and the windows that are ``full``, where a page has read them anyway.
    """
    controller = register.controller(case.controller)
    regime = law.narrowed(rules.matches(case))
    declared = {holding.key: holding for holding in controller.inventory.holdings()}
    full, usable = windows.used_up(case) if full is None else full, rules.exemptions(case)
    codes = {exemption.code for exemption in usable}
    corrects = regime.right(case.right).operation == "correct"
    advice = []
    if holdings is None:
        holdings = case.holdings.select_related("determination").order_by("pk")
    for holding in holdings:
        kept = declared.get(holding.holding_key)
        if kept is None:
            continue
        determination = getattr(holding, "determination", None)
        answers = answers_to(case, determination)
        facts = facts_from(case, answers)
        chosen = determination.exemption if determination else ""
        claimed = [chosen] if chosen in codes else []
        assessment = law.assess(
            regime, case.right, facts_of(controller, kept, holding), facts, claimed=claimed, full=full
        )
        tested = rules.tested(case, chosen) if claimed else ()
        asked = contested.questions(case, kept) if corrects and holding.found else ()
        if asked and not claimed:
            waiting = set(contested.missing(asked, answers))
            still_open = (*assessment.open_questions, *(q for q in asked if q.key in waiting))
            assessment = replace(assessment, open_questions=still_open)
        advice.append(Advice(holding, kept, determination, answers, facts, assessment, usable, tested, asked))
    return advice


def left_register(case: Case) -> list[Holding]:
    """What was found and the inventory describes no longer: nobody can decide on it or answer of it."""
    declared = {holding.key for holding in register.controller(case.controller).inventory.holdings()}
    return [holding for holding in case.holdings.order_by("pk") if holding.holding_key not in declared]


def facts_from(case: Case, answers: dict[str, str]) -> dict[str, object]:
    """Typed answers as facts; only a yes-or-no question turns into a truth value."""
    asked, truth = rules.questions(case), {"yes": True, "no": False}
    return {
        key: truth.get(value, value) if key in asked and asked[key].kind == "yes_no" else value
        for key, value in answers.items()
    }


def facts_of(controller: register.Controller, declared: Declared, holding: Holding) -> law.HoldingFacts:
    """What the inventory and the search say about a holding, as the law's own values."""
    fields = controller.inventory.systems[declared.system].collections[declared.collection].fields
    never = tuple(
        dict.fromkeys(
            part.never_disclose
            for name in declared.fields
            for _path, part in fields[name].parts(name)
            if part.never_disclose is not None
        )
    )
    kept = declared.retention
    return law.HoldingFacts(
        key=declared.key,
        category=declared.category,
        erase=declared.erase,
        collected_from_person=declared.collected_from_person,
        sensitive=declared.sensitive,
        retention=law.RetentionFacts(kept.exemption, kept.citation, kept.months, kept.confirmed) if kept else None,
        rows=holding.found,
        newest_on=holding.newest_on,
        oldest_on=holding.oldest_on,
        never_disclose=never,
        only_never_disclose=bool(never) and all(
            fields[name].never_disclose or fields[name].primary_key for name in declared.fields
        ),
    )  # fmt: skip


def answers_to(case: Case, determination: Determination | None) -> dict[str, str]:
    """What staff answered so far to the statute's questions about one holding."""
    if determination is None or determination.sealed_answers is None:
        return {}
    return json.loads(sealing.unseal(case.key, determination.sealed_answers, ANSWERS))
