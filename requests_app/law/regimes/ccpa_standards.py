"""How sure a business must be under the CCPA: 11 CCR 7060 to 7063 and 7070."""

from ..terms import Level, Reason, Standard, Words

# 11 CCR 7060(b), 7026(d), 7027(e), 7221(f): opt-outs are never verified, not even by a click in a mail.
NONE = Standard(
    Level.NONE,
    (
        Reason(
            Words(
                "No proof is needed. We ask only what we need to find the record.",
                "无需证明身份，我们只询问查找记录所需的内容。",
            ),
            rule="11 CCR § 7060(b)",
        ),
    ),
)

# 11 CCR 7062(b): may be at least two reliable data points matched with what we hold.
REASONABLE = Standard(
    Level.REASONABLE,
    (
        Reason(
            Words(
                "We match two things you tell us with what we hold.", "我们用您提供的两项信息与已有记录核对。"
            ),
            rule="11 CCR § 7062(b)",
        ),
    ),
    data_points=2,
)

# 11 CCR 7062(c): may be at least three, with a declaration signed under penalty of perjury, which we keep.
HIGH = Standard(
    Level.HIGH,
    (
        Reason(
            Words(
                "What you ask for could do harm in the wrong hands, so we match three things you tell us.",
                "您请求的内容若落入他人之手可能造成损害，因此我们核对三项信息。",
            ),
            rule="11 CCR § 7062(c)",
        ),
        Reason(
            Words(
                "You sign that you are the person concerned, under penalty of perjury. We keep "
                "that declaration.",
                "您需签署声明，确认本人身份，如作虚假声明须承担伪证责任。我们会保存该声明。",
            ),
            rule="11 CCR § 7062(c)",
        ),
    ),
    data_points=3,
    declaration=True,
)

# 11 CCR 7061: the existing login, with re-authentication before disclosing, deleting or correcting.
ACCOUNT = Standard(
    Level.ACCOUNT,
    (
        Reason(
            Words(
                "You have an account: sign in, and confirm once more before anything is shown or changed.",
                "您有账号：请登录，并在展示或更改内容前再确认一次。",
            ),
            rule="11 CCR § 7061",
        ),
    ),
)

# 11 CCR 7070(a)(2): a method reasonably calculated to show that the adult is the parent or guardian.
PARENT = Standard(
    Level.HIGH,
    (
        Reason(
            Words(
                "For a child under 13 we make sure that the one who asks is the parent or guardian.",
                "对未满13周岁的儿童，我们需确认请求人是其家长或监护人。",
            ),
            rule="11 CCR § 7070(a)(2)",
        ),
    ),
    declaration=True,
    guardian=True,
)
