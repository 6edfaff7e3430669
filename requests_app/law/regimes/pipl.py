"""Personal Information Protection Law of China, with the Network Data Regulations of 1 January 2025.

The law says "timely" (及时) and names no number: fifteen working days is our promise, thirty days is
practice after a recommended national standard, unconfirmed. Pauses and extensions are not in law.
Not formalised: what is "timely" in one case, what a service really needs, a relative's own lawful interest.
"""

from ..regime import Duty, Pause, Records, Regime, Right, Unverified, index
from ..terms import HOUSE, Words
from .pipl_acting import CAPACITIES, RELATIONS
from .pipl_again import AGAIN
from .pipl_duties import ANSWER, CLOSE, COMPLAIN, CONFIRM, FOLLOW
from .pipl_exemptions import EXEMPTIONS
from .pipl_letters import BLOCKS, WINDOWS
from .pipl_standards import ACCOUNT, HIGH, NONE, REASONABLE, RELATIVE, STEP_UP

_UNVERIFIED = Unverified(
    Words(
        "We could not make sure who is asking. We asked once more, and tell you the reason for refusing.",
        "我们未能确认请求人的身份。我们已请您补充一次，现说明拒绝的理由。",
    ),
    "PIPL art. 50(1)",
    cure_first=True,
)

RIGHTS = index(
    Right(
        "CN_ACCESS",
        Words("See your information", "查阅您的个人信息"),
        Words(
            "See what personal information we have about you.",
            "查看我们处理了您的哪些个人信息。",
        ),
        "PIPL art. 45(1)-(2); PRC Civil Code art. 1037",
        "access",
        ANSWER,
        REASONABLE,
        standard_if_sensitive=HIGH,
        standard_with_account=ACCOUNT,
        acknowledge=CONFIRM,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "CN_COPY",
        Words("Get a copy of your information", "复制您的个人信息"),
        Words(
            "Get a complete copy of your personal information that you can read and keep.",
            "获取一份完整、看得懂的个人信息副本，可自行保存。",
        ),
        "PIPL art. 45(1)-(2); PRC Civil Code art. 1037",
        "access",
        ANSWER,
        HIGH,
        standard_with_account=STEP_UP,
        acknowledge=CONFIRM,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "CN_PORT",
        Words("Move your information elsewhere", "将个人信息转移给其他方"),
        Words(
            "Have your personal information transferred to another organisation that you name, "
            "if four conditions are met.",
            "在符合四项条件时，将您的个人信息转移至您指定的其他处理者。",
        ),
        "PIPL art. 45(3); Network Data Regulations art. 25",
        "port",
        ANSWER,
        HIGH,
        standard_with_account=STEP_UP,
        acknowledge=CONFIRM,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "CN_CORRECT",
        Words("Correct or complete your information", "更正、补充您的个人信息"),
        Words(
            "Ask us to check and put right information about you that is wrong or incomplete.",
            "发现个人信息不准确或不完整时，请我们核实后更正、补充。",
        ),
        "PIPL art. 46",
        "correct",
        ANSWER,
        REASONABLE,
        standard_if_sensitive=HIGH,
        standard_with_account=ACCOUNT,
        acknowledge=CONFIRM,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "CN_DELETE",
        Words("Delete your information", "删除您的个人信息"),
        Words(
            "Ask us to delete personal information we no longer need or have no right to keep.",
            "请我们删除不再需要或者无权继续保存的个人信息。",
        ),
        "PIPL art. 47",
        "delete",
        ANSWER,
        REASONABLE,
        standard_if_sensitive=HIGH,
        standard_with_account=ACCOUNT,
        acknowledge=CONFIRM,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "CN_CANCEL",
        Words("Close your account", "注销您的账号"),
        Words(
            "Close your account, and have the information in it deleted unless a law requires us to keep it.",
            "注销账号，并删除其中的信息；法律要求保存的除外。",
        ),
        "E-Commerce Law art. 24; Network Data Regulations arts. 23-24",
        "cancel",
        CLOSE,
        HIGH,
        standard_with_account=STEP_UP,
        acknowledge=CONFIRM,
        # Whether the controller is an e-commerce operator at all is open.
        confirmed=False,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "CN_WITHDRAW",
        Words("Withdraw your consent", "撤回同意"),
        Words(
            "Take back a consent you gave us; what needs no consent goes on as before.",
            "撤回您曾给予的同意；不依赖同意的处理不受影响。",
        ),
        "PIPL arts. 15-16",
        "withdraw_consent",
        FOLLOW,
        NONE,
        at_once=True,
    ),
    *AGAIN,
    Right(
        "CN_RESTRICT",
        Words("Restrict or refuse a use", "限制或拒绝处理"),
        Words(
            "Ask us to limit, or to stop, a particular use of your personal information.",
            "要求我们限制或停止对您个人信息的某项处理。",
        ),
        "PIPL art. 44; Network Data Regulations art. 23",
        "restrict",
        ANSWER,
        REASONABLE,
        standard_if_sensitive=HIGH,
        standard_with_account=ACCOUNT,
        acknowledge=CONFIRM,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "CN_ADM_MKT",
        Words("Refuse personalised marketing", "拒绝个性化推送与营销"),
        Words(
            "Stop recommendations and marketing that are based on your personal characteristics.",
            "停止根据您的个人特征进行的推送和营销。",
        ),
        "PIPL art. 24(2)",
        "marketing_opt_out",
        FOLLOW,
        NONE,
        at_once=True,
    ),
    Right(
        "CN_ADM_DEC",
        Words("Question an automated decision", "对自动化决策要求说明或拒绝"),
        Words(
            "Ask us to explain a decision with a major effect on you that a machine made, or "
            "refuse a decision made only that way.",
            "对您权益有重大影响的自动化决定，要求我们说明，或拒绝仅由自动化方式作出的决定。",
        ),
        "PIPL art. 24(3)",
        "automated_decision",
        ANSWER,
        REASONABLE,
        standard_with_account=ACCOUNT,
        acknowledge=CONFIRM,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "CN_EXPLAIN",
        Words("Have our rules explained", "说明处理规则"),
        Words(
            "Ask us to explain, in plain words, how and why we handle personal information.",
            "请我们用清楚易懂的语言解释如何处理个人信息、为什么处理。",
        ),
        "PIPL art. 48; Network Data Regulations art. 21",
        "explain",
        ANSWER,
        NONE,
        acknowledge=CONFIRM,
    ),
    Right(
        "CN_DECEASED",
        Words("Information of a relative who has died", "逝者近亲属的请求"),
        Words(
            "A close relative may see, copy, correct or delete a dead person’s information for "
            "a lawful interest of their own.",
            "近亲属为自身合法、正当的利益，可查阅、复制、更正、删除逝者的相关个人信息，逝者生前另有安排的除外。",
        ),
        "PIPL art. 49; PRC Civil Code art. 1045",
        "access",
        ANSWER,
        RELATIVE,
        acknowledge=CONFIRM,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "CN_MINOR",
        Words("Information of a child or teenager", "未成年人的个人信息"),
        Words(
            "A person under 18, or their guardian, may ask us to delete the young person’s "
            "information; a refusal comes in writing with reasons.",
            "未成年人或其监护人可要求删除未成年人的个人信息；如拒绝，我们会书面说明理由。",
        ),
        "PIPL art. 31; Minors’ Network Protection Regulations art. 34",
        "delete",
        ANSWER,
        RELATIVE,
        acknowledge=CONFIRM,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "CN_COMPLAINT",
        Words("Complain", "投诉"),
        Words(
            "Complain about how we handled your personal information or your request.",
            "对我们处理个人信息或处理您请求的方式提出投诉。",
        ),
        "PIPL arts. 50(2), 65; Network Data Regulations art. 20",
        "complaint",
        COMPLAIN,
        NONE,
        acknowledge=CONFIRM,
    ),
    Right(
        "INCIDENT",
        Words("Report a security problem", "报告安全问题"),
        Words(
            "Tell us at once if you think your information has leaked, been changed or lost.",
            "如果您认为个人信息发生泄露、篡改或丢失，请立即告诉我们。",
        ),
        "PIPL art. 57; Network Data Regulations art. 11",
        "incident",
        Duty("at_once", 0, HOUSE, house=True),
        NONE,
        house=True,
    ),
)

PIPL = Regime(
    code="pipl",
    version="2025-01-01",
    title=Words("Personal Information Protection Law (China)", "《个人信息保护法》"),
    zone="Asia/Shanghai",
    zone_title=Words("Beijing time", "北京时间"),
    calendar="cn",
    rights=RIGHTS,
    exemptions=EXEMPTIONS,
    blocks=BLOCKS,
    capacities=CAPACITIES,
    relations=RELATIONS,
    windows=WINDOWS,
    # PIPL art. 56: impact assessments and records three years. Request log: the limitation period, our rule.
    records=Records(
        36,
        36,
        "PRC Civil Code art. 188",
        Words(
            "We keep the record of a request for three years, as long as a claim may be brought.",
            "请求记录保存三年，与诉讼时效一致。",
        ),
        house=True,
    ),
    receipt_citation="PRC Civil Code art. 201",
    pause=Pause(
        Words("None. The law knows no pause, and we use none.", "没有。法律没有规定暂停，我们也不用。"), ""
    ),
    roll_citation="PRC Civil Code art. 203",
    keeps_by_law="CN_RETAIN",
)
