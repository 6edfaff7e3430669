"""What a controller does with nobody asking: what it rests on, and by when it means to be done.

No law here gives a number of days for it: the PIPL says that the controller deletes of its own motion, the
policies say "promptly". The date is therefore always our own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from .reckoning import Due, Reckoning
from .regime import Regime
from .terms import HOUSE, Operation, Reason, Words

CHILD, RETENTION, BREACH, OTHER = "child", "retention", "breach", "other"
CAUSES = (CHILD, RETENTION, BREACH, OTHER)
"""What may give rise to it: a closed list."""
OPERATIONS: frozenset[Operation] = frozenset({"delete", "correct", "restrict"})
"""What a controller may do to a person's data of its own motion; nothing is given to anybody."""
DAYS = 30
"""Until when we mean to be done, if nobody sets another day: our own rule."""


@dataclass(frozen=True)
class OwnMotion:
    """A ground in law, or a promise of ours, on which a controller acts with nobody asking."""

    code: str
    causes: frozenset[str]
    operations: frozenset[Operation]
    words: Words
    citation: str
    confirmed: bool = True
    house: bool = False


_DELETE: frozenset[Operation] = frozenset({"delete"})

OWN_MOTION: Mapping[str, tuple[OwnMotion, ...]] = {
    "pipl": (
        OwnMotion(
            "PIPL_47_EXPIRED", frozenset({RETENTION}), _DELETE,
            Words(
                "The retention period has expired, so the controller deletes of its own motion.",
                "保存期限已届满，个人信息处理者应当主动删除。",
            ),
            "PIPL art. 47",
        ),
        OwnMotion(
            "PIPL_47_NO_NEED", frozenset({RETENTION, OTHER}), _DELETE,
            Words(
                "The purpose is met or cannot be met, or the information is no longer needed for it.",
                "处理目的已实现、无法实现，或者为实现处理目的不再必要。",
            ),
            "PIPL art. 47",
        ),
        OwnMotion(
            "PIPL_47_UNLAWFUL", frozenset({BREACH, OTHER}), _DELETE,
            Words(
                "The information is handled against the law or against an agreement.",
                "个人信息的处理违反法律、行政法规或者违反约定。",
            ),
            "PIPL art. 47",
        ),
        # That a missing consent of the guardian makes it a case of article 47 is our reading.
        OwnMotion(
            "PIPL_47_CHILD", frozenset({CHILD}), _DELETE,
            Words(
                "A child under 14, and no guardian consented: what is handled unlawfully is deleted.",
                "不满十四周岁的未成年人，且未取得监护人同意：违法处理的个人信息应予删除。",
            ),
            "PIPL arts. 31, 47", confirmed=False,
        ),
        OwnMotion(
            "CN_POLICY_CHILD", frozenset({CHILD}), _DELETE,
            Words(
                "A child’s information without a parent’s consent that can be proved: our policy promises to delete it "
                "as soon as possible.",
                "未事先取得可证实的父母同意而收集的儿童信息：我们的政策承诺设法尽快删除。",
            ),
            "Privacy policy, How We Handle Children’s Personal Information（隐私政策“我们如何处理儿童的个人信息”部分）",
            house=True,
        ),
    ),
    "us_policy": (
        OwnMotion(
            "POLICY_CHILD", frozenset({CHILD}), _DELETE,
            Words(
                "Someone under 18: our policy promises to delete what we find promptly.",
                "未满18周岁者的信息：我们的政策承诺一经发现即尽快删除。",
            ),
            "Privacy policy, Children’s Privacy（隐私政策“儿童隐私”部分）", house=True,
        ),
    ),
}  # fmt: skip
"""By regime; where none fits it is the controller's own decision, with its reason."""


def own_motions(regimes: Iterable[str], cause: str = "", operation: str = "") -> tuple[OwnMotion, ...]:
    """Every ground of these regimes, or those that fit what gave rise to it and what is to be done."""
    return tuple(
        ground
        for regime in regimes
        for ground in OWN_MOTION.get(regime, ())
        if (not cause or cause in ground.causes) and (not operation or operation in ground.operations)
    )


def own_date(regime: Regime, right: str, opened_at: datetime, due_on: date) -> Reckoning:
    """The one date of such a case, in the shape of every other case's dates."""
    opened_on = opened_at.astimezone(ZoneInfo(regime.zone)).date()
    reasons = (
        Reason(
            Words("We opened it of our own motion: nobody asked.", "我们主动立案，无人提出请求。"),
            on=opened_on,
            step="receipt",
        ),
        Reason(
            Words(
                "No law names a day for this. By this day we mean to be done.",
                "法律未规定期限。我们计划在这一天之前完成。",
            ),
            on=due_on,
            rule=HOUSE,
            house=True,
            step="due",
        ),
    )
    return Reckoning(
        regime=regime.code,
        version=regime.version,
        right=right,
        calendar="",
        received_at=opened_at,
        received_on=opened_on,
        extended=False,
        acknowledge=None,
        respond=Due(
            due_on=due_on, last_on=due_on, provisional=False, confirmed=True, tell=partial(tuple, reasons)
        ),
        extension=None,
        extension_notice_by=None,
    )
