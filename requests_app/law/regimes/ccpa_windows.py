"""Limits on how often a Californian may ask, and on how long a hold or a pause lasts."""

from ..regime import Window
from ..terms import DONE, Words

_KNOW = frozenset({"KNOW_CAT", "KNOW_PCS"})

WINDOWS = (
    # Civ. Code 1798.130(b). What we show to confirm a correction does not count: 11 CCR 7023(j).
    Window(
        "know_twice",
        _KNOW,
        Words("Two copies or lists in any 12 months.", "任何12个月内两次。"),
        "Cal. Civ. Code § 1798.130(b)",
        months=12,
        times=2,
        counts=DONE,
        ground="FREQ",
    ),
    Window(
        "correct_again",
        frozenset({"CORRECT"}),
        Words(
            "The same correction, refused in the last 6 months, needs something new to be looked at again.",
            "同一更正请求6个月内已被拒绝的，须有新材料才重新审查。",
        ),
        "11 CCR § 7023(g)",
        months=6,
        counts=frozenset({"granted_in_part", "refused"}),
        ground="ACC_AGAIN",
    ),
    Window(
        "opt_in_pause",
        frozenset({"OPT_OUT", "GPC", "LIMIT", "ADMT_OPT_OUT"}),
        Words("For 12 months we do not ask you to allow it again.", "12个月内我们不会请您重新同意。"),
        "11 CCR §§ 7026(k), 7027(l), 7221(k)",
        months=12,
        counts=DONE,
    ),
    Window(
        "enforcement_hold",
        frozenset({"DELETE"}),
        Words(
            "A law enforcement hold lasts 90 days and may be renewed.", "执法机关要求的保全为90天，可续期。"
        ),
        "Cal. Civ. Code § 1798.145(a)(1)(B)",
        days=90,
    ),
    Window(
        "method_review",
        frozenset({"KNOW_CAT", "KNOW_PCS", "DELETE", "CORRECT"}),
        Words(
            "If there is no reasonable way to verify someone, we look for one again every 12 months.",
            "如没有合理的核实方法，我们每12个月重新评估一次。",
        ),
        "11 CCR § 7062(g)",
        months=12,
    ),
    Window(
        "know_default",
        _KNOW,
        Words(
            "A request covers 12 months unless it asks for more, back to 1 January 2022.",
            "请求默认涵盖12个月，也可要求追溯至2022年1月1日。",
        ),
        "11 CCR §§ 7020(e), 7024(h)",
        months=12,
    ),
)
