"""A right with every duty, proof, failure rule, limit, exemption and letter block that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from ..regime import Duty, Regime, Right
from ..terms import Outcome, Standard, Words, day_en, day_zh
from . import words as said
from .page import Entry, Line, Tested, tested


def rights(regime: Regime, examples: Tested) -> Iterator[Entry]:
    for right in regime.rights.values():
        told = tested(examples, right=right.code)
        yield Entry(
            right.code,
            f"right-{right.code}",
            right.title,
            right.plain,
            right.basis,
            right.confirmed and regime.confirmed,
            right.in_force_from or regime.effective_on,
            tuple(_of_right(regime, right)),
            told,
            missing_examples=bool(examples) and not told,
        )


def _of_right(regime: Regime, right: Right) -> Iterator[Line]:
    if right.in_force_from:
        day = right.in_force_from
        yield Line(
            Words("Binding", "生效"),
            Words(f"from {day_en(day)}; before that by choice", f"自{day_zh(day)}起；此前可自愿适用"),
            right.basis,
            right.confirmed,
        )
    if right.switch:
        yield Line(
            Words("Arises only if", "适用前提"),
            Words(
                f"the controller’s switch “{right.switch}” is on",
                f"控制者启用了“{right.switch}”",
            ),
        )
    yield from _duty(Words("Acknowledge", "确认收到"), right.acknowledge)
    yield from _duty(Words("Answer", "答复"), right.respond)
    if further := right.respond.extension:
        yield Line(
            Words("Extension", "延长"),
            said.longer(further, right.respond),
            further.citation,
            further.confirmed,
        )
    else:
        yield Line(Words("Extension", "延长"), said.NONE_THERE)
    if right.at_once:
        yield Line(
            Words("Takes effect", "生效方式"),
            Words(
                "here at once, without waiting for a person; the period is for the other systems",
                "在本系统立即生效，无需人工处理；上述期限适用于其他系统",
            ),
        )
    for span in right.spans:
        yield Line(Words("May reach back", "可追溯范围"), span.words, span.citation)
    yield from _standard(Words("Proof", "身份核实"), right.standard)
    if right.standard_if_sensitive:
        yield from _standard(
            Words("Proof, if sensitive", "身份核实（敏感信息）"), right.standard_if_sensitive
        )
    if right.standard_with_account:
        yield from _standard(
            Words("Proof, with an account", "身份核实（有账号）"), right.standard_with_account
        )
    if failed := right.on_unverified:
        links = tuple(f"right-{code}" for code in (failed.fallback, *failed.offer) if code)
        yield Line(
            Words("If nobody can show who asks", "身份无法确认时"),
            failed.words,
            failed.citation,
            failed.confirmed,
            links,
        )
    for window in regime.windows_for(right.code):
        yield Line(Words("Limit", "限制"), window.words, window.citation, window.confirmed)
    grounds = regime.exemptions_for(right.code)
    codes = ", ".join(exemption.code for exemption in grounds)
    yield Line(
        Words("Exemptions a person may consider", "可考虑的例外"),
        Words(codes, codes) if grounds else said.NONE_THERE,
        links=tuple(f"exemption-{exemption.code}" for exemption in grounds),
    )
    for outcome in get_args(Outcome):
        blocks = regime.required_blocks(right.code, outcome)
        named = ", ".join(block.code for block in blocks)
        word = said.OUTCOMES[outcome]
        yield Line(
            Words(f"Letter, {word.en}", f"函件（{word.zh}）"),
            Words(named, named),
            links=tuple(f"block-{block.code}" for block in blocks),
        )


def _duty(term: Words, duty: Duty | None) -> Iterator[Line]:
    if duty is None:
        yield Line(term, said.NONE_OWED)
        return
    # An outer limit that rests on another rule is cited beside it, so that a standard never hides in a statute.
    cited = "; ".join(filter(None, (duty.citation, duty.outer_citation)))
    yield Line(term, said.period(duty), cited, duty.confirmed)


def _standard(term: Words, standard: Standard) -> Iterator[Line]:
    level = said.LEVELS[standard.level]
    for number, reason in enumerate(standard.reasons):
        words = Words(f"{level.en}. {reason.words.en}", f"{level.zh}。{reason.words.zh}")
        yield Line(
            term if number == 0 else Words(), words if number == 0 else reason.words,
            reason.rule, reason.confirmed,
        )  # fmt: skip
