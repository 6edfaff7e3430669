"""What no writer of a reply may leave out or change: paragraphs written anew from the case each time they are shown or sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings

from requests_app import law, register, rules
from requests_app.law import Words
from requests_app.letters import links
from requests_app.letters.routes import OUTSIDE, ROUTES, inside, outside
from requests_app.letters.text import day_in
from requests_app.lifecycle import Outcome
from requests_app.models import Case


@dataclass(frozen=True)
class Standing:
    """Where a case stands when somebody writes on it."""

    case: Case
    today: date
    """Where the controller's staff read the clock."""
    lacks: tuple[Words, ...] = ()
    """What the requester has still to show."""

    @property
    def answer_ahead(self) -> bool:
        """Whether an answer is owed and its day is not over."""
        return (
            self.case.answered_at is None and self.case.closed_at is None and self.today <= self.case.due_on
        )


def _about(standing: Standing) -> str:
    case, language = standing.case, standing.case.language
    right = law.regime(case.regime, case.received_on).right(case.right).title.in_(language)
    said = _ABOUT.in_(language).replace("{day}", day_in(case.received_on, language))
    return said.replace("{reference}", case.spaced_reference).replace("{right}", right)


def _dated(words: Words) -> Callable[[Standing], str]:
    """Words that hold only while the answer is ahead, with its day."""

    def said(standing: Standing) -> str:
        case = standing.case
        day = day_in(case.due_on, case.language)
        return words.in_(case.language).replace("{day}", day) if standing.answer_ahead else ""

    return said


def _plain(words: Words) -> Callable[[Standing], str]:
    return lambda standing: words.in_(standing.case.language)


def _lacking(standing: Standing) -> str:
    language = standing.case.language
    return "\n".join((_LACKING.in_(language), *(f"- {one.in_(language)}" for one in standing.lacks)))


def _late_since(standing: Standing) -> str:
    case = standing.case
    return _LATE_SINCE.in_(case.language).replace("{day}", day_in(case.due_on, case.language))


def _withdrawn_on(standing: Standing) -> str:
    case = standing.case
    if case.closed_at is None:
        return ""
    zone = ZoneInfo(law.regime(case.regime, case.received_on).zone)
    day = day_in(case.closed_at.astimezone(zone).date(), case.language)
    return _WITHDRAWN_ON.in_(case.language).replace("{day}", day)


def _ask_again(standing: Standing) -> str:
    case = standing.case
    return _ASK_AGAIN.in_(case.language).replace("{home}", links.home(case))


def _policy(standing: Standing) -> str:
    case = standing.case
    policy = register.controller(case.controller).policy(case.language)
    where = f"{settings.PORTAL_ORIGIN}/{case.controller}/policy/{policy.published_on.isoformat()}/"
    said = _POLICY.in_(case.language).replace("{day}", day_in(policy.published_on, case.language))
    return said.replace("{where}", where)


def _routes(codes: frozenset[str], outcome: str = "") -> Callable[[Standing], str]:
    """What can be done against us, as the case's statutes have an answer of this ``outcome`` say it; else its own."""

    def said(standing: Standing) -> str:
        case, language = standing.case, standing.case.language
        controller = register.controller(case.controller)
        blocks = {
            block.code: block
            for match in rules.matches(case)
            for block in match.regime.required_blocks(match.right_code, outcome or case.outcome)
            if block.code in codes
        }
        if not blocks:
            return ""
        lines = inside(controller, blocks.values(), language)
        if blocks.keys() & OUTSIDE and (elsewhere := outside(controller, language)):
            lines += [_ELSEWHERE.in_(language), *(f"- {line}" for line in elsewhere)]
        return "\n".join(lines)

    return said


_ABOUT = Words(
    "This is about your request “{right}”, received on {day}. Its reference is {reference}.",
    "关于您于{day}提出的请求“{right}”，编号{reference}。",
)
_ANSWER_BY = Words("We answer your request by {day}.", "我们最晚于{day}答复您的请求。")
_REST_BY = Words(
    "Everything else you asked for we answer by {day}.", "您请求的其余内容，我们最晚于{day}答复。"
)
_DATE_STANDS = Words(
    "This question does not move that date, and you need not answer it: without an answer we go on with what we have.",
    "本次询问不影响上述日期，您也可以不回答：如未收到回复，我们按现有信息继续办理。",
)
_NO_DOCUMENT = Words(
    "Please send no copy of an identity document by mail.", "请不要通过邮件发送身份证件的复印件或照片。"
)
_LACKING = Words("What is still missing:", "尚缺：")
_IF_NOT_SHOWN = Words(
    "If we cannot make sure by then that it is you who asks, we have to say so. You may ask again at any time.",
    "如果届时仍无法确认提出请求的是您本人，我们只能如实告知。您可以随时再次提出。",
)
_LONGER_UNTIL = Words(
    "As we told you in our notice, we answer by {day}. That day is not moved again.",
    "如此前的通知所述，我们最晚于{day}答复，且不会再次延期。",
)
_LATE_SINCE = Words(
    "We meant to answer by {day}. That day is over, and you have no answer yet.",
    "我们原定最晚于{day}答复。该日期已过，您尚未收到答复。",
)
_UNTIL_WITHDRAWN = Words(
    "Until you do that, nothing changes and we go on with your request.",
    "在您撤回之前，一切照旧，我们继续办理您的请求。",
)
_WITHDRAWN_ON = Words("You took it back on {day}.", "您已于{day}撤回该请求。")
_ASK_AGAIN = Words("You may ask again at any time: {home}", "您可以随时再次提出：{home}")
_POLICY = Words("Our privacy policy, published on {day}: {where}", "我们的隐私政策（{day}公布）：{where}")
_ELSEWHERE = Words("You may also turn to:", "您也可以通过以下途径提出：")

BLOCKS: Mapping[str, Callable[[Standing], str]] = {
    "about": _about,
    "answer_by": _dated(_ANSWER_BY),
    "rest_by": _dated(_REST_BY),
    "date_stands": _dated(_DATE_STANDS),
    "no_document": _plain(_NO_DOCUMENT),
    "lacking": _lacking,
    "if_not_shown": _dated(_IF_NOT_SHOWN),
    "longer_until": _dated(_LONGER_UNTIL),
    "late_since": _late_since,
    "until_withdrawn": _plain(_UNTIL_WITHDRAWN),
    "withdrawn_on": _withdrawn_on,
    "ask_again": _ask_again,
    "policy": _policy,
    "outside_routes": _routes(OUTSIDE, Outcome.REFUSED),
    "routes_of_refused": _routes(ROUTES, Outcome.REFUSED),
    "routes_of_outcome": _routes(ROUTES),
}
"""What is locked, by name; empty where it does not hold."""
