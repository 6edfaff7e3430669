"""General Data Protection Regulation of the European Union, in force since 25 May 2018.

Not formalised: reasonable doubt about identity (art. 12(6)), whether a request is excessive (art. 12(5)).
The Digital Omnibus is only proposed, and not modelled.
"""

from ..regime import Duty, Pause, Records, Regime, Right, Unverified, index
from ..terms import HOUSE, Level, Reason, Standard, Words
from .gdpr_exemptions import BLOCKS, EXEMPTIONS

# Art. 12(3): one month, and two further months on a notice with reasons within the first.
_ANSWER = Duty("months", 1, "GDPR art. 12(3)", extension=Duty("months", 3, "GDPR art. 12(3)"))

# Art. 12(6): more information only where there is reasonable doubt.
DOUBT = Standard(
    Level.REASONABLE,
    (
        Reason(
            Words(
                "We ask for proof only where we have a reason to doubt who is asking.",
                "只有在有理由怀疑请求人身份时，我们才要求证明。",
            ),
            rule="GDPR art. 12(6)",
        ),
    ),
    data_points=2,
)
ACCOUNT = Standard(
    Level.ACCOUNT,
    (
        Reason(
            Words("You have an account: signing in is enough.", "您有账号：登录即可。"),
            rule=HOUSE,
            house=True,
        ),
    ),
)

# Art. 11(2): where we cannot identify a person, articles 15 to 20 fall away unless they help us.
_UNVERIFIED = Unverified(
    Words(
        "We cannot tell which data are yours. You may send what helps us find them.",
        "我们无法确定哪些数据属于您，您可以提供有助于查找的信息。",
    ),
    "GDPR art. 11(2)",
)

RIGHTS = index(
    Right(
        "GDPR_ACCESS",
        Words("See and get a copy of your data", "查阅并获取数据副本"),
        Words(
            "See the personal data we have about you, and get a copy.",
            "查阅我们掌握的您的个人数据，并获取副本。",
        ),
        "GDPR art. 15",
        "access",
        _ANSWER,
        DOUBT,
        standard_with_account=ACCOUNT,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "GDPR_RECTIFY",
        Words("Correct your data", "更正您的数据"),
        Words(
            "Have wrong data put right and incomplete data completed.",
            "更正不准确的数据，补充不完整的数据。",
        ),
        "GDPR art. 16",
        "correct",
        _ANSWER,
        DOUBT,
        standard_with_account=ACCOUNT,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "GDPR_ERASE",
        Words("Erase your data", "删除您的数据"),
        Words(
            "Have your personal data erased where the law gives that right.",
            "在法律规定的情形下删除您的个人数据。",
        ),
        "GDPR art. 17",
        "delete",
        _ANSWER,
        DOUBT,
        standard_with_account=ACCOUNT,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "GDPR_RESTRICT",
        Words("Restrict processing", "限制处理"),
        Words(
            "Have your data kept but not used, for example while a dispute is settled.",
            "只保存而不使用您的数据，例如在争议解决期间。",
        ),
        "GDPR art. 18",
        "restrict",
        _ANSWER,
        DOUBT,
        standard_with_account=ACCOUNT,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "GDPR_PORT",
        Words("Take your data elsewhere", "数据可携"),
        Words(
            "Get the data you gave us in a machine-readable form, or have it sent to someone else.",
            "以机器可读格式获取您提供的数据，或将其传输给其他方。",
        ),
        "GDPR art. 20",
        "port",
        _ANSWER,
        DOUBT,
        standard_with_account=ACCOUNT,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "GDPR_OBJECT",
        Words("Object to processing", "反对处理"),
        Words(
            "Object to a use of your data; for direct marketing it stops at once.",
            "反对对您数据的某项使用；对于直接营销，我们立即停止。",
        ),
        "GDPR art. 21",
        "object",
        _ANSWER,
        DOUBT,
        standard_with_account=ACCOUNT,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "GDPR_ADM",
        Words("Question an automated decision", "质疑自动化决策"),
        Words(
            "Ask for a person to look at a decision a machine made about you.",
            "要求由人工审查机器作出的涉及您的决定。",
        ),
        "GDPR art. 22",
        "automated_decision",
        _ANSWER,
        DOUBT,
        standard_with_account=ACCOUNT,
        on_unverified=_UNVERIFIED,
    ),
)

GDPR = Regime(
    code="gdpr",
    version="2018-05-25",
    title=Words("General Data Protection Regulation", "《通用数据保护条例》"),
    zone="Europe/Brussels",
    zone_title=Words("Brussels time", "布鲁塞尔时间"),
    calendar="eu",
    rights=RIGHTS,
    exemptions=EXEMPTIONS,
    blocks=BLOCKS,
    records=Records(
        36,
        36,
        HOUSE,
        Words("We keep the record of a request for three years.", "请求记录保存三年。"),
        house=True,
    ),
    receipt_citation="Regulation (EEC, Euratom) 1182/71 art. 3",
    receipt_confirmed=False,
    # A pause while awaiting proof asked for promptly may be allowed (EDPB 01/2022, K): not used.
    pause=Pause(
        Words(
            "None. We use none, also while we wait for proof of who you are.",
            "没有。等待身份证明期间我们也不暂停。",
        ),
        HOUSE,
    ),
    roll_citation="Regulation (EEC, Euratom) 1182/71 art. 3",
    roll_confirmed=False,
    keeps_by_law="GDPR_LEGAL",
)
