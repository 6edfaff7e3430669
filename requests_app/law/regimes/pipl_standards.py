"""How sure a handler makes itself under the PIPL: house rules, after GB/T 35273 8.5 (unconfirmed)."""

from ..terms import HOUSE, Level, Reason, Standard, Words

_ASK_LITTLE = Reason(
    Words(
        "We ask for no more than you gave when you registered, and destroy it after checking.",
        "我们要求的信息不超过您注册时提供的范围，核实后即销毁。",
    ),
    rule="GB/T 35273-2020 § 8.5",
    confirmed=False,
)

NONE = Standard(
    Level.NONE,
    (Reason(Words("No proof is needed.", "无需证明身份。"), rule=HOUSE, house=True),),
)

REASONABLE = Standard(
    Level.REASONABLE,
    (
        Reason(
            Words(
                "We match two things you tell us with what we hold.", "我们用您提供的两项信息与已有记录核对。"
            ),
            rule=HOUSE,
            house=True,
        ),
        _ASK_LITTLE,
    ),
    data_points=2,
)

HIGH = Standard(
    Level.HIGH,
    (
        Reason(
            Words(
                "What you ask for leaves our hands or cannot be undone, so we match three "
                "things you tell us.",
                "您请求的内容将对外提供或无法恢复，因此我们核对三项信息。",
            ),
            rule=HOUSE,
            house=True,
        ),
        _ASK_LITTLE,
    ),
    data_points=3,
)

ACCOUNT = Standard(
    Level.ACCOUNT,
    (
        Reason(
            Words("Sign in to your account with a code we send you.", "登录账号，并输入我们发送的验证码。"),
            rule=HOUSE,
            house=True,
        ),
    ),
)

STEP_UP = Standard(
    Level.ACCOUNT,
    (
        Reason(
            Words(
                "Sign in to your account, and confirm once more before anything leaves or is closed.",
                "登录账号，并在交付或注销前再确认一次。",
            ),
            rule=HOUSE,
            house=True,
        ),
    ),
)

# PIPL arts. 31 and 49: who may act for a child, or for the interest of a relative.
RELATIVE = Standard(
    Level.HIGH,
    (
        Reason(
            Words(
                "We make sure of the one who asks, and of the family tie or guardianship.",
                "我们需确认请求人的身份，以及亲属或监护关系。",
            ),
            rule="PIPL arts. 31, 49",
        ),
        _ASK_LITTLE,
    ),
    data_points=2,
    guardian=True,
)
