"""What the controller does with nobody asking: each ground, and what may give rise to it."""

from __future__ import annotations

from collections.abc import Iterator

from ..own_motion import BREACH, CHILD, OTHER, OWN_MOTION, RETENTION
from ..regime import Regime
from ..terms import Words
from .page import Entry

_CAUSES = {
    CHILD: Words("a child’s data was found", "发现未成年人的信息"),
    RETENTION: Words("a retention period has expired", "保存期限已届满"),
    BREACH: Words("a breach or security report", "数据泄露或安全报告"),
    OTHER: Words("something else", "其他"),
}


def own_motion(regime: Regime) -> Iterator[Entry]:
    """None where the regime names no such duty and the policy makes no such promise."""
    for ground in OWN_MOTION.get(regime.code, ()):
        causes = [words for cause, words in _CAUSES.items() if cause in ground.causes]
        yield Entry(
            ground.code,
            f"own-{ground.code}",
            ground.words,
            Words(
                f"Nobody has to ask. When: {', '.join(words.en for words in causes)}.",
                f"无需任何人提出请求。情形：{'、'.join(words.zh for words in causes)}。",
            ),
            ground.citation,
            ground.confirmed and regime.confirmed,
            regime.effective_on,
        )
