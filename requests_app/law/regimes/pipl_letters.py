"""What a letter under the PIPL must say, and the limits on holds and checks."""

from ..regime import Block, Window
from ..terms import DECIDED, DONE, HOUSE, NOT_ALL, Words

BLOCKS = (
    # PIPL art. 50: a convenient way to ask, and an answer.
    Block(
        "done",
        Words("This is what we did, and what we did not do.", "以下是我们做了什么，以及没有做什么。"),
        "PIPL art. 50(1)",
        filled=True,
        outcomes=DECIDED,
    ),
    Block(
        "copy",
        Words(
            "Your information is attached, complete and in a form you can read.",
            "随附您的个人信息，内容完整、便于阅读。",
        ),
        "PIPL art. 45(2)",
        filled=True,
        operations=frozenset({"access", "port"}),
        outcomes=DONE,
    ),
    # PIPL art. 50(1): reasons for refusing; in writing for minors (Minors' Regulations art. 34).
    Block(
        "basis",
        Words(
            "For each thing we did not do, this is the reason and the law it rests on.",
            "对没有做的每一项，说明理由及法律依据。",
        ),
        "PIPL art. 50(1)",
        filled=True,
    ),
    # PIPL art. 47(2).
    Block(
        "storage_only",
        Words(
            "What a law obliges us to keep is stored and protected, and used for nothing else.",
            "依法须继续保存的部分，我们只存储并采取必要的安全保护措施，不作其他处理。",
        ),
        "PIPL art. 47(2)",
        operations=frozenset({"delete", "cancel"}),
        outcomes=frozenset({"granted_in_part", "refused"}),
    ),
    Block(
        "rest_done",
        Words("Everything else is deleted.", "其余信息均已删除。"),
        "PIPL art. 47(1)",
        operations=frozenset({"delete", "cancel"}),
        outcomes=frozenset({"granted_in_part"}),
    ),
    Block(
        "closed",
        Words("Your account is closed.", "您的账号已注销。"),
        "E-Commerce Law art. 24",
        operations=frozenset({"cancel"}),
        outcomes=DONE,
    ),
    # PIPL art. 15(2): what was done before the withdrawal stays lawful; art. 16: no refusal of service.
    Block(
        "consent_stopped",
        Words(
            "We stopped what rested on your consent. What was done before stays lawful.",
            "基于您同意的处理已停止，撤回前的处理活动效力不受影响。",
        ),
        "PIPL arts. 15-16",
        operations=frozenset({"withdraw_consent", "marketing_opt_out"}),
        outcomes=DONE,
    ),
    # Network Data Regulations art. 21: purposes, kinds, recipients and periods as a list.
    Block(
        "rules_listed",
        Words(
            "Our privacy policy lists what we handle, why, for how long and who gets it. "
            "If anything is unclear, ask and we explain it.",
            "隐私政策以清单形式列明我们处理的信息、目的、保存期限和接收方。如有不清楚之处，请提出，我们会解释。",
        ),
        "PIPL art. 48; Network Data Regulations art. 21",
        operations=frozenset({"explain"}),
        outcomes=DONE,
    ),
    Block(
        "dispute_noted",
        Words("We noted beside the entry that you dispute it.", "我们已在相关记录旁注明您的异议。"),
        HOUSE,
        house=True,
        operations=frozenset({"correct"}),
        outcomes=frozenset({"granted_in_part", "refused"}),
    ),
    Block(
        "not_identified",
        Words(
            "We could not make sure who is asking. You may send what is missing and ask again.",
            "我们未能确认请求人的身份。您可以补充所需信息后再次提出。",
        ),
        "PIPL art. 50(1)",
        outcomes=frozenset({"not_identified"}),
    ),
    Block(
        "house_review",
        Words(
            "If you disagree, answer this letter: someone else here will look at it again.",
            "如不同意，请回复本函，我们会由另一人复核。",
        ),
        HOUSE,
        house=True,
        outcomes=NOT_ALL,
    ),
    # PIPL art. 65: complaint or report to the departments with duties of protection.
    Block(
        "authority",
        Words(
            "You may complain or report to the authorities for personal information protection.",
            "您可以向网信部门等履行个人信息保护职责的部门投诉、举报。",
        ),
        "PIPL art. 65",
        outcomes=NOT_ALL,
    ),
    # PIPL art. 50(2): a person refused may sue.
    Block(
        "court",
        Words(
            "If we refuse your request, you may bring a lawsuit in a people’s court.",
            "我们拒绝您的请求的，您可以依法向人民法院提起诉讼。",
        ),
        "PIPL art. 50(2)",
        outcomes=NOT_ALL,
    ),
    Block(
        "withdrawn",
        Words(
            "You took the request back; we stopped, and you may ask again at any time.",
            "您已撤回请求，我们已停止处理，您可以随时再次提出。",
        ),
        HOUSE,
        house=True,
        outcomes=frozenset({"withdrawn"}),
    ),
)

WINDOWS = (
    Window(
        "one_cure",
        frozenset({"CN_ACCESS", "CN_COPY", "CN_PORT", "CN_CORRECT", "CN_DELETE", "CN_CANCEL", "CN_RESTRICT"}),
        Words("We ask once for what is missing before we refuse.", "拒绝之前，我们会请您补充一次。"),
        HOUSE,
    ),
)
