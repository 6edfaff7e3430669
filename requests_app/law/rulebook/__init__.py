"""A regime as counsel reads it: one builder for the command and for the staff page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..calendar import Calendar
from ..examples import Example
from ..regime import Regime
from ..terms import Words, day_en, day_zh
from .acting import acting
from .exemptions import blocks, exemptions, windows
from .own_motion import own_motion
from .page import Chapter, Entry, Line, Rulebook, Told, tell
from .rights import rights

__all__ = ["Chapter", "Entry", "Line", "Rulebook", "Told", "build"]


def build(regime: Regime, calendar: Calendar, examples: Iterable[Example] = ()) -> Rulebook:
    """``calendar`` is the one its days are counted by; ``examples`` of other regimes are left out."""
    mine = [(example, tell(example)) for example in examples if example.regime == regime.code]
    return Rulebook(
        regime,
        tuple(_general(regime, calendar)),
        (
            Chapter("rights", Words("Rights and duties", "权利与义务"), tuple(rights(regime, mine))),
            Chapter("acting", Words("Who may act", "代理与代为行使"), tuple(acting(regime))),
            Chapter("own_motion", Words("Of our own motion", "主动处理"), tuple(own_motion(regime))),
            Chapter("exemptions", Words("Exemptions", "例外"), tuple(exemptions(regime, mine))),
            Chapter("windows", Words("Limits and windows", "次数与期间限制"), tuple(windows(regime))),
            Chapter("letters", Words("What letters must say", "函件必须载明的内容"), tuple(blocks(regime))),
        ),
    )


def _general(regime: Regime, calendar: Calendar) -> Iterator[Line]:
    starts, ends = regime.effective_on, regime.ends_on
    until = (f", until {day_en(ends)}", f"，至{day_zh(ends)}") if ends else ("", "")
    yield Line(
        Words("In force", "施行"),
        Words(f"from {day_en(starts)}{until[0]}", f"自{day_zh(starts)}起{until[1]}"),
        confirmed=regime.confirmed,
    )
    open_years = [str(year) for year, days in calendar.years.items() if days.provisional]
    provisional = (
        (f"; provisional: {', '.join(open_years)}", f"；暂定：{'、'.join(open_years)}")
        if open_years
        else ("", "")
    )
    yield Line(
        Words("Days off", "节假日"),
        Words(
            f"{calendar.title.en}, {min(calendar.years)} to {max(calendar.years)} "
            f"({calendar.code}@{calendar.version}){provisional[0]}",
            f"{calendar.title.zh}，{min(calendar.years)}至{max(calendar.years)}年"
            f"（{calendar.code}@{calendar.version}）{provisional[1]}",
        ),
        confirmed=all(days.confirmed for days in calendar.years.values()),
    )  # fmt: skip
    yield Line(
        Words("Day of receipt", "收到当日"),
        Words(f"not counted; {regime.zone_title.en}", f"不计；{regime.zone_title.zh}"),
        regime.receipt_citation,
        regime.receipt_confirmed,
    )
    if regime.roll_citation:
        yield Line(
            Words("A last day that is a day off", "最后一天为休息日"),
            Words("moves to the next working day; we finish before it", "顺延至下一工作日，我们提前完成"),
            regime.roll_citation,
            regime.roll_confirmed,
        )
    if regime.pause:
        yield Line(Words("Pauses", "暂停"), regime.pause.words, regime.pause.citation, regime.pause.confirmed)
    yield Line(
        Words("Records", "记录保存"), regime.records.words, regime.records.citation, regime.records.confirmed
    )
