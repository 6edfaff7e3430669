"""The notice that an answer takes longer: that it does, why, and until when; complete or not written at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from requests_app import law, register, subject
from requests_app.law import Words
from requests_app.letters.text import LetterText, Section, counted_rows, day_in, passage
from requests_app.models import Case

REASONS = {
    "complex": Words(
        "What you asked for is complex: it takes work in several systems that no machine does.",
        "您的请求较为复杂，需要在多个系统中逐一人工处理。",
    ),
    "many": Words(
        "You asked for several things, or several people asked at the same time, and each is answered with care.",
        "同一时期收到的请求较多，或者您提出了多项请求，我们需要逐项办理。",
    ),
    "system": Words(
        "A system in which we have to look did not answer us in time.",
        "需要查找的某个系统未能及时返回结果。",
    ),
    "others": Words(
        "What we found speaks of other people too, whose information has to be told apart from yours.",
        "查到的内容涉及他人，需要先将他人的信息与您的信息分开。",
    ),
}
"""Why more time is needed, by code; the law asks that the reason is told."""
REQUIRED = ("longer", "reason", "until")
"""What every such notice says: that the period is longer, why, and the new date."""

_TITLE = Words("We need more time for your request", "您的请求需要更多时间办理")
_OPENING = Words(
    "On {day} we received your request: “{right}”. We meant to answer by {before}.",
    "我们于{day}收到您的请求：“{right}”，原定最晚于{before}答复。",
)
_LONGER = Words("It takes longer", "办理期限延长")
_LONGER_TEXT = Words(
    "We make use of the one longer period that the rules allow.", "我们适用规则允许的一次延长。"
)
_BASIS = Words("It is set out in {basis}.", "依据：{basis}。")
_WHY = Words("Why", "延长理由")
_UNTIL = Words("Until when", "新的答复日期")
_UNTIL_TEXT = Words(
    "We answer by {day}. It cannot be made longer a second time.", "我们最晚于{day}答复，且不会再次延长。"
)
_CLOSING = Words(
    "There is nothing for you to do. If anything here is unclear, answer this letter.",
    "您无需任何操作。如有疑问，直接回复本函即可。",
)
_COUNTED = Words("How we counted the days", "日期怎么算")


class NoticeIncomplete(Exception):
    """A part that the notice must have is not there. ``lacks`` is its code in :data:`REQUIRED`."""

    def __init__(self, lacks: str) -> None:
        super().__init__(f"The notice lacks: {lacks}")
        self.lacks = lacks


@dataclass(frozen=True)
class Longer:
    """What the notice tells: the day before and after, how the latter was counted, and the rule."""

    due_before: date
    reckoning: law.Reckoning
    citations: tuple[str, ...]
    """Of the rules that give the time; those that counsel has not confirmed are not among them."""


def compose(case: Case, longer: Longer, *, reason: str, detail: str = "", masked: bool = False) -> LetterText:
    """The whole notice in the requester's language; raises :class:`NoticeIncomplete`.

    ``detail`` is what staff add to the reason, never read as a template. The
    name stands in it only if the address was shown to be theirs.
    """
    letter = _letter(case, longer, reason, detail.strip(), masked)
    for code in REQUIRED:
        if code not in letter.blocks:
            raise NoticeIncomplete(code)
    return letter


def _letter(case: Case, longer: Longer, reason: str, detail: str, masked: bool) -> LetterText:
    language, controller = case.language, register.controller(case.controller)
    regime = law.regime(case.regime, case.received_on)
    told = subject.read(case)
    name = told.written_by if told.representative else told.name
    name = name if told.delivered_to[1] and not told.representative else ""
    why = REASONS[reason].in_(language) if reason in REASONS else ""
    basis = law.AND.in_(language).join(longer.citations)
    sections = (
        Section(
            _LONGER.in_(language),
            (
                (_LONGER_TEXT.in_(language),),
                *((passage(_BASIS.in_(language), basis=basis),) if basis else ()),
            ),
            blocks=frozenset({"longer"}),
        ),
        Section(
            _WHY.in_(language),
            tuple((part,) for part in (why, detail) if part) if why else (),
            blocks=frozenset({"reason"}),
        ),
        Section(
            _UNTIL.in_(language),
            (passage(_UNTIL_TEXT.in_(language), day=day_in(longer.reckoning.respond.due_on, language)),),
            blocks=frozenset({"until"}),
        ),
    )
    opening = passage(
        _OPENING.in_(language),
        day=day_in(case.received_on, language),
        right=regime.right(case.right).title.in_(language),
        before=day_in(longer.due_before, language),
    )
    sender = (
        controller.text(controller.legal_name, language),
        *controller.text(controller.address, language).splitlines(),
    )
    return LetterText(
        language=language,
        written_on=timezone.now().astimezone(ZoneInfo(regime.zone)).date(),
        reference=case.spaced_reference,
        name=f"{name[:1]}***" if masked and name else name,
        title=_TITLE.in_(language),
        opening=(opening,),
        sections=tuple(section for section in sections if not section.empty),
        closing=((_CLOSING.in_(language),),),
        sender=tuple(line for line in sender if line),
        counted=counted_rows(longer.reckoning, language),
        counted_heading=_COUNTED.in_(language),
        brand=controller.brand.brand,
    )
