"""An exemption with what must be known, attached and approved before it is used; limits and letter blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from ..facts import Evidence, Question
from ..regime import Block, Exemption, Regime, Window
from ..terms import HOUSE, Outcome, Words
from . import words as said
from .page import Entry, Line, Tested, tested


def exemptions(regime: Regime, examples: Tested) -> Iterator[Entry]:
    for exemption in regime.exemptions.values():
        told = tested(examples, exemption=exemption.code)
        yield Entry(
            exemption.code,
            f"exemption-{exemption.code}",
            exemption.title,
            said.reach(exemption),
            exemption.citation,
            exemption.confirmed and regime.confirmed,
            regime.effective_on,
            tuple(_of_exemption(exemption)),
            told,
            missing_examples=bool(examples) and not told,
        )


def _of_exemption(exemption: Exemption) -> Iterator[Line]:
    rights = sorted(exemption.rights)
    yield Line(
        Words("Against", "适用于"),
        Words(", ".join(rights), ", ".join(rights)),
        links=tuple(f"right-{code}" for code in rights),
    )
    for question in exemption.facts:
        yield Line(Words("Fact", "事实"), asked(question), question.citation, statute=question.statute)
    for piece in exemption.evidence:
        yield Line(Words("Evidence", "证据"), _attached(piece))
    if exemption.effect == "blocked":
        yield Line(Words("Approved by", "批准人"), said.EFFECTS["blocked"])
    else:
        who = said.APPROVERS[exemption.approver]
        two = Words(f"{who.en}, and a second approver", f"{who.zh}，另需一人批准")
        yield Line(Words("Approved by", "批准人"), two if exemption.two_approvers else who)
    yield Line(Words("The letter says", "函件写明"), exemption.letter)


def asked(question: Question) -> Words:
    """A question with the kind of answer it takes."""
    kind = said.KINDS[question.kind]
    if question.must_be is not None:
        only = said.YES if question.must_be else said.NO
        kind = Words(f"must be {only.en}", f"必须为“{only.zh}”")
    if question.choices:
        kind = Words(
            " / ".join(choice.words.en for choice in question.choices),
            "／".join(choice.words.zh for choice in question.choices),
        )
    return Words(f"{question.words.en} ({kind.en})", f"{question.words.zh}（{kind.zh}）")


def _attached(piece: Evidence) -> Words:
    return piece.words


def windows(regime: Regime) -> Iterator[Entry]:
    for window in regime.windows:
        yield _entry(regime, window, f"window-{window.code}", said.length(window), sorted(window.rights))


def blocks(regime: Regime) -> Iterator[Entry]:
    for block in regime.blocks:
        outcomes = [said.OUTCOMES[name] for name in get_args(Outcome) if name in block.outcomes]
        ledger = Words("; followed by the case’s own ledger or facts", "；其后附本案明细或事实")
        plain = Words(
            ", ".join(word.en for word in outcomes) + (ledger.en if block.filled else ""),
            "、".join(word.zh for word in outcomes) + (ledger.zh if block.filled else ""),
        )
        rights = [
            code
            for code, right in regime.rights.items()
            if block.operations is None or right.operation in block.operations
        ]
        yield _entry(regime, block, f"block-{block.code}", plain, rights if block.operations else [])


def _entry(regime: Regime, rule: Block | Window, anchor: str, plain: Words, rights: list[str]) -> Entry:
    of = Line(
        Words("Of", "涉及"),
        Words(", ".join(rights), ", ".join(rights)) if rights else Words("every right", "所有权利"),
        links=tuple(f"right-{code}" for code in rights),
    )
    return Entry(
        rule.code,
        anchor,
        rule.words,
        plain,
        rule.citation or HOUSE,
        rule.confirmed and regime.confirmed,
        regime.effective_on,
        (of,),
    )
