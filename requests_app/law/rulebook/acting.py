"""Who may act for whom: what each path may ask at most, what is checked, and who is answered."""

from __future__ import annotations

from collections.abc import Iterator

from ..acting import Ask, Authority, Capacity
from ..regime import Regime
from ..terms import Words
from . import words as said
from .exemptions import asked
from .page import Entry, Line


def acting(regime: Regime) -> Iterator[Entry]:
    """An entry for each way of standing before the controller and the rights it is for."""
    for capacity in regime.capacities.values():
        for number, grant in enumerate(capacity.grants, 1):
            yield Entry(
                capacity.code,
                f"acting-{capacity.code}-{number}",
                capacity.title,
                capacity.plain,
                grant.citation,
                grant.confirmed and regime.confirmed,
                regime.effective_on,
                tuple(_of_grant(capacity, grant)),
            )


def _of_grant(capacity: Capacity, grant: Authority) -> Iterator[Line]:
    rights = sorted(grant.rights)
    yield Line(
        Words("For", "适用于"),
        Words(", ".join(rights), ", ".join(rights)),
        links=tuple(f"right-{code}" for code in rights),
    )
    if not grant.asks:
        yield Line(Words("To be shown", "须出示"), said.NONE_THERE)
    for ask in grant.asks:
        yield Line(Words("To be shown", "须出示"), _shown(grant, ask), ask.citation, ask.confirmed)
    for question in grant.checks:
        yield Line(Words("Checked", "审核"), asked(question))
    for limit in grant.never:
        yield Line(Words("Never asked", "不得要求"), limit.words, limit.citation)
    for age in capacity.ages:
        own = age.acts_alone or Words("somebody else may act", "可由他人代为行使")
        yield Line(
            Words("Age", "年龄"),
            Words(f"{age.words.en}: {own.en}", f"{age.words.zh}：{own.zh}"),
            age.citation,
        )
    yield Line(Words("The person acted for", "本人"), said.PERSONS_PART[grant.person])
    yield Line(Words("Answer to", "答复对象"), said.SIDES[grant.answer_to])


def _shown(grant: Authority, ask: Ask) -> Words:
    if ask.last_resort:
        return Words(
            f"{ask.words.en} (last resort, after a doubt on record)",
            f"{ask.words.zh}（最后手段，须先记录疑点）",
        )
    if ask.instead_of:
        other = grant.ask(ask.instead_of).words
        return Words(f"{ask.words.en} (instead of: {other.en})", f"{ask.words.zh}（可代替：{other.zh}）")
    return ask.words
