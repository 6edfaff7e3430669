"""What the law allows for one holding: grounds, and the questions only a person can answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from .citations import cite_in
from .count import add_months
from .facts import HoldingFacts, Question, RetentionFacts
from .regime import Exemption, Regime
from .terms import Suggestion, Words, day_en, day_zh
from .windows import Full

Facts = Mapping[str, object | None]


@dataclass(frozen=True)
class Ground:
    """An exemption that seems to apply, until when, and why it came up."""

    exemption: Exemption
    until: date | None
    why: Words
    confirmed: bool = True
    """False while the exemption, or the retention the inventory declares, awaits counsel."""
    offered: bool = False
    """Comes up, and asks nothing until a person chooses it."""


@dataclass(frozen=True)
class Assessment:
    """Advice on one holding. While questions are open, the suggestion is the inventory's alone."""

    grounds: tuple[Ground, ...]
    open_questions: tuple[Question, ...]
    suggestion: Suggestion


def assess(
    regime: Regime,
    right_code: str,
    holding: HoldingFacts,
    facts: Facts,
    *,
    claimed: Iterable[str] = (),
    on: date | None = None,
    full: Iterable[Full] = (),
) -> Assessment:
    """Grounds and open questions for one holding under one right.

    ``facts`` are answers by question key; a missing key or ``None`` means nobody has answered.
    ``claimed`` are exemptions a person wants to use beyond those the inventory suggests.
    ``on``, when given, drops a declared retention that has run out by that day.
    ``full`` are the windows this request finds used up: each offers its ground and changes no advice.
    """
    right = regime.right(right_code)
    operation = right.operation
    if right.erases:
        found = _erasure(regime, right_code, holding, facts, on)
    elif operation in ("access", "port", "categories"):
        found = _disclosure(regime, right_code, holding)
    elif operation == "correct":
        found = Assessment((), (), "correct")
    elif operation in ("restrict", "object"):
        found = Assessment((), (), "restrict")
    elif operation == "explain":
        found = Assessment((), (), "give")
    else:
        found = Assessment((), (), "apply")
    offers = {one.window.ground: one for one in full if one.window.ground in regime.exemptions}
    chosen = tuple(dict.fromkeys(claimed))
    already = {ground.exemption.code for ground in found.grounds}
    for code in chosen:
        if code not in already:
            found = _claim(regime, right_code, code, facts, found, offers.get(code))
    for code, offer in offers.items():
        if code not in chosen:
            exemption = regime.exemption(code)
            ground = Ground(exemption, None, offer.why, exemption.confirmed, offered=True)
            found = replace(found, grounds=(*found.grounds, ground))
    return found


def _erasure(
    regime: Regime, right_code: str, holding: HoldingFacts, facts: Facts, on: date | None
) -> Assessment:
    if holding.rows == 0:
        return Assessment((), (), "erase")
    grounds: list[Ground] = []
    questions: list[Question] = []
    suggestion: Suggestion = "erase"

    scope = regime.exemptions.get("SCOPE")
    if scope and right_code in scope.rights and holding.collected_from_person is not True:
        suggestion = _source(scope, holding, facts, grounds, questions)
    if holding.retention:
        kept = _retained(regime, right_code, holding, holding.retention, facts, on, questions)
        if kept:
            grounds.append(kept)
            # Kept by law, wherever it came from.
            suggestion = "retain"
    if suggestion == "erase" and holding.erase == "keep":
        # Erasing would leave it as it is, and no law is declared that keeps it.
        suggestion = "undecided"
    return Assessment(tuple(grounds), tuple(questions), suggestion)


def _source(
    scope: Exemption, holding: HoldingFacts, facts: Facts, grounds: list[Ground], questions: list[Question]
) -> Suggestion:
    """Whether the data came from the person: the inventory suggests, staff answer."""
    asked, origin = scope.facts
    answer = facts.get(asked.key)
    declared = "no" if holding.collected_from_person is False else None
    if answer is None:
        questions.append(replace(asked, suggested=declared))
    if (answer or declared) not in ("no", "mixed"):
        return "undecided" if answer is None else "erase"
    if facts.get(origin.key) in (None, ""):
        questions.append(origin)
    said = (
        Words(
            "Staff answered that not all of it came from the person.",
            "经办人确认，这些信息并非全部由本人提供。",
        )
        if answer
        else Words(
            "The inventory says it did not come from the person.", "清单载明，这些信息不是由本人提供的。"
        )
    )
    grounds.append(Ground(scope, None, said, scope.confirmed))
    # Mixed: what came from the person still has to go, so erasing stays the advice.
    return "erase" if answer == "mixed" else "retain"


def _retained(
    regime: Regime,
    right_code: str,
    holding: HoldingFacts,
    declared: RetentionFacts,
    facts: Facts,
    on: date | None,
    questions: list[Question],
) -> Ground | None:
    exemption = regime.exemptions.get(declared.exemption)
    if exemption is None or right_code not in exemption.rights or exemption.claimed_only:
        exemption = regime.exemptions.get(regime.keeps_by_law)
    if exemption is None:
        return None
    suggested = add_months(holding.newest_on, declared.months) if holding.newest_on else None
    until = _day(facts.get(f"{exemption.code}.until")) or suggested
    if on and until and until <= on:
        return None
    # A citation names a section: "to be named by counsel" is not one to put into anybody's mouth.
    cited = declared.citation if any(letter.isdigit() for letter in declared.citation) else None
    prefilled = {"citation": cited, "date": suggested}
    questions.extend(
        replace(question, suggested=prefilled.get(question.kind)) for question in exemption.unanswered(facts)
    )
    confirmed = exemption.confirmed and declared.confirmed
    return Ground(exemption, until, _why_retained(holding, declared), confirmed)


def _why_retained(holding: HoldingFacts, declared: RetentionFacts) -> Words:
    en, zh = cite_in(declared.citation, "en"), cite_in(declared.citation, "zh")
    if holding.newest_on is None:
        return Words(
            f"The inventory keeps it for {declared.months} months ({en}); its newest date is not known.",
            f"清单规定保存{declared.months}个月（{zh}），但最近一条的日期未知。",
        )
    return Words(
        f"The inventory keeps it for {declared.months} months ({en}), "
        f"counted from its newest entry, {day_en(holding.newest_on)}.",
        f"清单规定保存{declared.months}个月（{zh}），自最近一条的日期{day_zh(holding.newest_on)}起算。",
    )


def _disclosure(regime: Regime, right_code: str, holding: HoldingFacts) -> Assessment:
    never = regime.exemptions.get("NEVER")
    if never is None or right_code not in never.rights or not holding.never_disclose:
        return Assessment((), (), "give")
    kinds = ", ".join(kind.replace("_", " ") for kind in holding.never_disclose)
    why = Words(f"It contains what may never be handed over: {kinds}.", f"其中含有不得交付的内容：{kinds}。")
    return Assessment(
        (Ground(never, None, why, never.confirmed),),
        (),
        "withhold" if holding.only_never_disclose else "give",
    )


def _claim(
    regime: Regime, right_code: str, code: str, facts: Facts, so_far: Assessment, offer: Full | None
) -> Assessment:
    exemption = regime.exemption(code)
    if exemption not in regime.exemptions_for(right_code):
        raise ValueError(f"{code} is no ground against {right_code}")
    if exemption.defeated_by(facts):
        return so_far
    why = offer.why if offer else Words("Chosen by staff.", "由经办人选择。")
    asked = {question.key for question in so_far.open_questions}
    unanswered = tuple(
        replace(question, suggested=offer.listed) if offer and question.key == f"{code}.earlier" else question
        for question in exemption.unanswered(facts)
        if question.key not in asked
    )
    return Assessment(
        (*so_far.grounds, Ground(exemption, _day(facts.get(f"{code}.until")), why, exemption.confirmed)),
        (*so_far.open_questions, *unanswered),
        so_far.suggestion if exemption.effect == "delays" else _against(so_far.suggestion),
    )


def _against(suggestion: Suggestion) -> Suggestion:
    """What an exemption that a person chose turns the advice into."""
    turned: dict[Suggestion, Suggestion] = {"erase": "retain", "give": "withhold"}
    return turned.get(
        suggestion, "undecided" if suggestion in ("correct", "apply", "restrict") else suggestion
    )


def _day(answer: object | None) -> date | None:
    if isinstance(answer, str) and answer:
        return date.fromisoformat(answer)
    return answer if isinstance(answer, date) else None
