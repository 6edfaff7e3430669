"""Rights about automated decisions, 11 CCR 7200 to 7222: binding from 1 January 2027 (7200(b))."""

from datetime import date

from ..regime import Duty, Right, Unverified
from ..terms import Words
from .ccpa_duties import ANSWER, CONFIRM
from .ccpa_standards import ACCOUNT, HIGH, NONE, REASONABLE

_BINDING_FROM = date(2027, 1, 1)
# 11 CCR 7221(n): at most 15 business days.
_STOP = Duty("business_days", 15, "11 CCR § 7221(n)")

AUTOMATED: tuple[Right, ...] = (
    Right(
        "ADMT_ACCESS",
        Words("Learn how an automated decision was made", "了解自动化决策如何作出"),
        Words(
            "Ask how we used automated technology in an important decision about you, and what came of it.",
            "了解我们在涉及您的重大决定中如何使用自动化技术，以及结果如何。",
        ),
        "11 CCR § 7222",
        "explain",
        ANSWER,
        HIGH,
        standard_with_account=ACCOUNT,
        acknowledge=CONFIRM,
        in_force_from=_BINDING_FROM,
        switch="automated_decisions",
        on_unverified=Unverified(
            Words(
                "We could not make sure enough who is asking, so we cannot describe a decision "
                "about one person.",
                "我们对请求人身份的确认还不足以说明针对个人的决定。",
            ),
            "11 CCR § 7060",
            confirmed=False,
        ),
    ),
    Right(
        "ADMT_OPT_OUT",
        Words("Refuse automated decisions", "拒绝自动化决策"),
        Words(
            "Tell us not to use automated technology for important decisions about you. No proof is needed.",
            "要求我们不使用自动化技术作出涉及您的重大决定。无需证明身份。",
        ),
        "11 CCR § 7221",
        # No column of a system says which decisions a machine makes: a person stops it, and answers.
        "automated_decision",
        _STOP,
        NONE,
        in_force_from=_BINDING_FROM,
        switch="automated_decisions",
    ),
    Right(
        "ADMT_APPEAL",
        Words("Appeal an automated decision to a person", "就自动化决策要求人工复核"),
        Words(
            "Ask a person with the power to change it to look again at an important automated "
            "decision about you.",
            "要求有权更改决定的人员重新审查涉及您的重大自动化决定。",
        ),
        "11 CCR § 7221(b)(1)",
        "appeal",
        ANSWER,
        REASONABLE,
        standard_with_account=ACCOUNT,
        acknowledge=CONFIRM,
        in_force_from=_BINDING_FROM,
        switch="automated_decisions",
    ),
)
