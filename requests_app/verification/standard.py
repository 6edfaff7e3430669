"""How sure must we be? Weighed from what is at stake, each weight with its reason (11 CCR 7060(c)(3))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from requests_app import law
from requests_app.law import HOUSE, Reason, Words
from requests_app.models import Case, Channel
from requests_app.register import Controller

HIGH_FROM = 3
"""Weights that add up to this make what is asked for sensitive."""
_SOUGHT_BY_FRAUD = ("user.financial", "user.payment", "user.government_id", "user.authorization")
_HARM = {
    "access": Words("A copy in the wrong hands could do harm.", "副本落入他人之手可能造成损害。"),
    "port": Words("What is handed over cannot be called back.", "信息一经移交便无法收回。"),
    "delete": Words("What is deleted cannot be brought back.", "删除后无法恢复。"),
    "cancel": Words("A closed account cannot be brought back.", "账号注销后无法恢复。"),
    "correct": Words(
        "A wrong correction could open the way to an account.", "错误的更正可能使账号被他人控制。"
    ),
}


@dataclass(frozen=True)
class Factor:
    """One thing that was weighed: ``code``, its weight (0 raises nothing) and why, for every reader."""

    code: str
    weight: int
    reason: Reason


def factors(case: Case, controller: Controller) -> tuple[Factor, ...]:
    """What was weighed for this case, before anything is searched."""
    return tuple(_weighed(case, controller))


def standard_of(case: Case, controller: Controller, *, has_account: bool) -> law.Standard:
    """The standard for this case, before anything is searched."""
    regime = law.regime(case.regime, case.received_on)
    weight = sum(factor.weight for factor in factors(case, controller))
    sensitivity = "high" if weight >= HIGH_FROM else "low"
    return law.standard_for(regime, case.right, sensitivity=sensitivity, has_account=has_account)


def _weighed(case: Case, controller: Controller) -> Iterator[Factor]:
    regime = law.regime(case.regime, case.received_on)
    operation = regime.right(case.right).operation
    holdings = list(controller.inventory.holdings())
    fields = [f for c in controller.inventory.collections() for _path, f in c.parts()]

    def because(words: Words) -> Reason:
        if regime.code == "ccpa":
            return Reason(words, rule="11 CCR § 7060(c)(3)")
        return Reason(words, rule=HOUSE, house=True)

    if any(holding.sensitive for holding in holdings):
        yield Factor("sensitivity", 3, because(_SENSITIVE))
    if operation in _HARM:
        yield Factor("harm", 1, because(_HARM[operation]))
    if any(field.category.startswith(_SOUGHT_BY_FRAUD) for field in fields):
        yield Factor("fraud", 0 if operation == "categories" else 1, because(_SOUGHT))
    yield Factor("spoofing", 0, because(_SPOOFED))
    if case.channel in (Channel.POST, Channel.PHONE, Channel.IN_PERSON):
        yield Factor("channel", 1, because(_CHANNEL))


_SENSITIVE = Words("Among what we hold are sensitive details.", "我们保存的信息中包含敏感信息。")
_SOUGHT = Words(
    "We hold payment, sign-in or identity details, which fraudsters look for.",
    "我们保存支付、登录或证件信息，容易成为欺诈者的目标。",
)
_SPOOFED = Words(
    "Anybody can write in any name from any address, so neither proves anything; a code that arrives does.",
    "任何人都可以冒用姓名或邮箱来信，因此二者均不能证明身份；只有送达的验证码可以。",
)
_CHANNEL = Words(
    "A letter or a call shows less of the one who asks than a signed-in page.",
    "与登录后的页面相比，信件或电话更难确认请求人。",
)
