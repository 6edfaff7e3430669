"""Virginia Consumer Data Protection Act, in force since 1 January 2023: every detail awaits counsel."""

from ..regime import Duty, Pause, Records, Regime, Right, Unverified, index
from ..terms import HOUSE, Level, Reason, Standard, Words
from .virginia_exemptions import BLOCKS, EXEMPTIONS, WINDOWS

_ACT = "Va. Code § 59.1-577"

# 45 days, once 45 more; an appeal within 60 (all K).
_ANSWER = Duty(
    "calendar_days",
    45,
    _ACT,
    confirmed=False,
    extension=Duty("calendar_days", 90, _ACT, confirmed=False),
)
_APPEAL = Duty("calendar_days", 60, _ACT, confirmed=False)


def _standard(level: Level, en: str, zh: str, *, points: int = 0) -> Standard:
    reason = Reason(Words(en, zh), rule=_ACT, confirmed=False)
    return Standard(level, (reason,), data_points=points)


NONE = Standard(
    Level.NONE,
    (Reason(Words("No proof is needed.", "无需证明身份。"), rule=HOUSE, house=True),),
)
REASONABLE = _standard(
    Level.REASONABLE,
    "We match two things you tell us with what we hold.",
    "我们用您提供的两项信息与已有记录核对。",
    points=2,
)
HIGH = _standard(
    Level.HIGH,
    "What you ask for leaves our hands, so we match three things you tell us.",
    "您请求的内容将对外提供，因此我们核对三项信息。",
    points=3,
)
ACCOUNT = _standard(
    Level.ACCOUNT,
    "You have an account: sign in, and confirm once more before anything is shown or changed.",
    "您有账号：请登录，并在展示或更改内容前再确认一次。",
)

_UNVERIFIED = Unverified(
    Words("We could not make sure who is asking.", "我们未能确认请求人的身份。"),
    _ACT,
    offer=("VA_OPT_OUT",),
    confirmed=False,
)

RIGHTS = index(
    Right(
        "VA_ACCESS",
        Words("See and confirm your data", "查看并确认您的数据"),
        Words(
            "Have us confirm whether we handle your data, and see them.",
            "确认我们是否处理您的数据，并查看内容。",
        ),
        _ACT,
        "access",
        _ANSWER,
        HIGH,
        standard_with_account=ACCOUNT,
        confirmed=False,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "VA_CORRECT",
        Words("Correct your data", "更正您的数据"),
        Words(
            "Have wrong data about you put right.",
            "更正不准确的数据。",
        ),
        _ACT,
        "correct",
        _ANSWER,
        REASONABLE,
        standard_with_account=ACCOUNT,
        confirmed=False,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "VA_DELETE",
        Words("Delete your data", "删除您的数据"),
        Words(
            "Have data that you gave us, or that we got about you, deleted.",
            "删除您提供的或我们取得的有关您的数据。",
        ),
        _ACT,
        "delete",
        _ANSWER,
        REASONABLE,
        standard_with_account=ACCOUNT,
        confirmed=False,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "VA_PORT",
        Words("Take your data elsewhere", "数据可携"),
        Words(
            "Get a copy of the data you gave us in a portable form.",
            "以便于转移的格式获取您提供的数据副本。",
        ),
        _ACT,
        "port",
        _ANSWER,
        HIGH,
        standard_with_account=ACCOUNT,
        confirmed=False,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "VA_OPT_OUT",
        Words("Opt out of targeted advertising, sale and profiling", "拒绝定向广告、出售和画像"),
        Words(
            "Tell us to stop targeted advertising, selling your data and profiling you.",
            "要求我们停止定向广告、出售数据和画像。",
        ),
        _ACT,
        "opt_out",
        _ANSWER,
        NONE,
        confirmed=False,
        at_once=True,
    ),
    Right(
        "VA_APPEAL",
        Words("Appeal", "申诉"),
        Words(
            "Ask us to look again at a request we refused.",
            "就我们拒绝的请求要求重新审查。",
        ),
        _ACT,
        "appeal",
        _APPEAL,
        NONE,
        confirmed=False,
    ),
)

VIRGINIA = Regime(
    code="virginia",
    version="2023-01-01",
    title=Words("Virginia Consumer Data Protection Act", "《弗吉尼亚州消费者数据保护法》"),
    zone="America/New_York",
    zone_title=Words("Eastern time", "东部时间"),
    calendar="us_federal",
    rights=RIGHTS,
    exemptions=EXEMPTIONS,
    blocks=BLOCKS,
    windows=WINDOWS,
    records=Records(
        24,
        36,
        HOUSE,
        Words(
            "We keep a record of the request for 24 months, and the bare log for 36.",
            "请求记录保存24个月，不含内容的日志保存36个月。",
        ),
        house=True,
    ),
    receipt_citation=HOUSE,
    pause=Pause(Words("None. We use none.", "没有，我们不暂停。"), HOUSE),
    keeps_by_law="VA_LEGAL",
    confirmed=False,
)
