"""California Consumer Privacy Act and its regulations, text effective 1 January 2026.

Cited: Cal. Civ. Code 1798.100 ff. and 11 CCR 7000 ff. Not formalised: what is "reasonable" proof in one case,
the totality of circumstances of a correction (11 CCR 7023(b)), whether a tool sells or shares.
"""

from ..regime import Duty, Pause, Records, Regime, Right, Unverified, index
from ..terms import Words
from .ccpa_acting import CAPACITIES, RELATIONS
from .ccpa_automated import AUTOMATED
from .ccpa_duties import ANSWER, CONFIRM
from .ccpa_exemptions import EXEMPTIONS
from .ccpa_letters import BLOCKS
from .ccpa_look_back import LOOK_BACK
from .ccpa_standards import ACCOUNT, HIGH, NONE, PARENT, REASONABLE
from .ccpa_windows import WINDOWS

# 11 CCR 7026(f), 7027(g): as soon as feasible, at most 15 business days.
_STOP_SALE = Duty("business_days", 15, "11 CCR § 7026(f)")
# Of a limit (7027) and of a restriction no notice to third parties is confirmed here.
_RECEIVERS = "11 CCR § 7026(f)(2)"
_STOP_USE = Duty("business_days", 15, "11 CCR § 7027(g)")

# The law sets no period for undoing an opt-out or for a complaint: our own.
_OWN_15 = Duty("business_days", 15, "House rule", house=True)
_OWN_10 = Duty("business_days", 10, "House rule", house=True)
_OWN_45 = Duty("calendar_days", 45, "House rule", house=True)

# Civ. Code 1798.99.86: data brokers read the state's deletion list at least every 45 days.
_DROP = Duty("calendar_days", 45, "Cal. Civ. Code § 1798.99.86", confirmed=False)

RIGHTS = index(
    Right(
        "KNOW_CAT",
        Words("Learn what kinds of information we have", "了解我们收集了哪些类别的信息"),
        Words(
            "Ask which kinds of information we have about you, where they come from, why we use "
            "them and who gets them.",
            "了解我们掌握您哪些类别的信息，从哪里来，为什么使用，提供给了谁。",
        ),
        "Cal. Civ. Code §§ 1798.110(a)(1)-(4), 1798.115; 11 CCR § 7024(j)-(l)",
        "categories",
        ANSWER,
        REASONABLE,
        standard_with_account=ACCOUNT,
        acknowledge=CONFIRM,
        spans=LOOK_BACK,
        # 11 CCR 7024(b): may deny, pointing to the privacy policy.
        on_unverified=Unverified(
            Words(
                "We could not make sure who is asking. Our privacy policy describes our "
                "practices in general.",
                "我们未能确认请求人的身份。隐私政策对我们的一般做法作了说明。",
            ),
            "11 CCR § 7024(b)",
        ),
    ),
    Right(
        "KNOW_PCS",
        Words("Get a copy of your information", "获取您的信息副本"),
        Words(
            "Ask for a copy of the information we have about you, in a form you can read and use elsewhere.",
            "获取我们掌握的您的信息副本，格式便于阅读，也便于在别处使用。",
        ),
        "Cal. Civ. Code § 1798.110(a)(5); 11 CCR § 7024",
        "access",
        ANSWER,
        HIGH,
        standard_with_account=ACCOUNT,
        acknowledge=CONFIRM,
        spans=LOOK_BACK,
        # 11 CCR 7024(a): disclose nothing specific, say so, and treat it as a request for categories.
        on_unverified=Unverified(
            Words(
                "We could not make sure enough who is asking to hand over a copy. "
                "We treat your request as one for the kinds of information we have.",
                "我们对请求人身份的确认还不足以交付副本，因此将按“了解信息类别”的请求处理。",
            ),
            "11 CCR § 7024(a)",
            fallback="KNOW_CAT",
        ),
    ),
    Right(
        "DELETE",
        Words("Delete your information", "删除您的信息"),
        Words(
            "Ask us to delete the information we collected from you, and to tell others who got "
            "it to do the same.",
            "要求我们删除从您那里收集的信息，并通知收到信息的其他方一并删除。",
        ),
        "Cal. Civ. Code § 1798.105(a), (c); 11 CCR § 7022",
        "delete",
        ANSWER,
        REASONABLE,
        standard_if_sensitive=HIGH,
        standard_with_account=ACCOUNT,
        acknowledge=CONFIRM,
        # 11 CCR 7022(a), (g): may deny and say so; offer the opt-out if information is sold or shared.
        on_unverified=Unverified(
            Words(
                "We could not make sure who is asking, so nothing was deleted. "
                "You can still tell us to stop selling or sharing your information; that needs no proof.",
                "我们未能确认请求人的身份，因此没有删除任何信息。您仍可以要求我们停止出售或共享您的信息，无需证明身份。",
            ),
            "11 CCR § 7022(a), (g)",
            offer=("OPT_OUT",),
        ),
    ),
    Right(
        "CORRECT",
        Words("Correct your information", "更正您的信息"),
        Words("Ask us to put right information about you that is wrong.", "要求我们更正不准确的个人信息。"),
        "Cal. Civ. Code § 1798.106; 11 CCR § 7023",
        "correct",
        ANSWER,
        REASONABLE,
        standard_if_sensitive=HIGH,
        standard_with_account=ACCOUNT,
        acknowledge=CONFIRM,
        on_unverified=Unverified(
            Words(
                "We could not make sure who is asking, so nothing was changed.",
                "我们未能确认请求人的身份，因此没有作任何更改。",
            ),
            "11 CCR § 7023(a)",
        ),
    ),
    Right(
        "OPT_OUT",
        Words("Stop selling or sharing your information", "停止出售或共享您的信息"),
        Words(
            "Tell us to stop selling your information, or sharing it for advertising. No proof "
            "of who you are is needed.",
            "要求我们停止出售您的信息，或停止为投放广告而共享。无需证明身份。",
        ),
        "Cal. Civ. Code §§ 1798.120, 1798.135; 11 CCR §§ 7025-7026",
        "opt_out",
        _STOP_SALE,
        NONE,
        at_once=True,
        tells_receivers=_RECEIVERS,
    ),
    Right(
        "GPC",
        Words("Browser signal: do not sell or share", "浏览器信号：请勿出售或共享"),
        Words(
            "Your browser can tell us by itself not to sell or share your information; we follow it at once.",
            "您的浏览器可以自动告知我们不得出售或共享您的信息，我们立即照办。",
        ),
        "11 CCR § 7025(c)",
        "opt_out",
        Duty("at_once", 0, "11 CCR § 7025(c)"),
        NONE,
        at_once=True,
        tells_receivers=_RECEIVERS,
    ),
    Right(
        "LIMIT",
        Words("Limit the use of sensitive information", "限制使用您的敏感信息"),
        Words(
            "Tell us to use sensitive information only for what you asked of us and what the law permits.",
            "要求我们只为您所请求的服务和法律允许的目的使用敏感信息。",
        ),
        "Cal. Civ. Code § 1798.121; 11 CCR § 7027",
        "limit",
        _STOP_USE,
        NONE,
        at_once=True,
    ),
    Right(
        "OPT_IN",
        Words("Undo an earlier opt-out", "撤销之前的停止请求"),
        Words(
            "Allow again what you had told us to stop, in two steps so that it cannot happen by accident.",
            "重新允许您之前要求停止的做法，分两步确认，避免误操作。",
        ),
        "11 CCR § 7028",
        "opt_in",
        _OWN_15,
        NONE,
        at_once=True,
        undoes="OPT_OUT",
        asks_twice=True,
    ),
    Right(
        "UNLIMIT",
        Words("Allow the use of sensitive information again", "重新允许使用敏感信息"),
        Words(
            "Allow again what you had told us to limit, in two steps so that it cannot happen by accident.",
            "重新允许您之前要求限制的使用，分两步确认，避免误操作。",
        ),
        "11 CCR § 7028",
        "unlimit",
        _OWN_15,
        NONE,
        at_once=True,
        undoes="LIMIT",
        asks_twice=True,
    ),
    *AUTOMATED,
    Right(
        "MINOR",
        Words("Children under 16: permission to sell or share", "未满16周岁：出售或共享须经同意"),
        Words(
            "A parent of a child under 13, or a young person of 13 to 15, decides whether we "
            "may sell or share.",
            "未满13周岁由家长决定，13至15周岁由本人决定，我们可否出售或共享其信息。",
        ),
        "Cal. Civ. Code § 1798.120(c); 11 CCR §§ 7070-7072",
        "opt_in",
        _OWN_15,
        PARENT,
    ),
    Right(
        "NON_RETALIATION",
        Words("Complain of being treated worse for asking", "投诉因行使权利受到不利对待"),
        Words(
            "Tell us if you were treated worse because you used a privacy right; applicants and "
            "employees included.",
            "如果您因行使隐私权利受到不利对待，请告诉我们；求职者和员工同样适用。",
        ),
        "Cal. Civ. Code § 1798.125; 11 CCR § 7080",
        "complaint",
        _OWN_45,
        NONE,
        acknowledge=_OWN_10,
    ),
    Right(
        "DROP",
        Words("Deletion through the state’s list", "通过州名单提出的删除"),
        Words(
            "Delete what a data broker holds about people on California’s deletion list.",
            "删除数据经纪商所持有的、列入加州删除名单人员的信息。",
        ),
        "Cal. Civ. Code § 1798.99.86",
        "delete",
        _DROP,
        NONE,
        confirmed=False,
        switch="data_broker",
        on_unverified=Unverified(
            Words(
                "A person we cannot find is treated as opted out.", "无法查找到的人员，按停止出售或共享处理。"
            ),
            "Cal. Civ. Code § 1798.99.86",
            fallback="OPT_OUT",
            confirmed=False,
        ),
    ),
)

CCPA = Regime(
    code="ccpa",
    version="2026-01-01",
    title=Words("California Consumer Privacy Act", "《加州消费者隐私法》"),
    # The law names no zone; California's own gives the same date or an earlier one than further east.
    zone="America/Los_Angeles",
    zone_title=Words("Pacific time", "太平洋时间"),
    calendar="us_ca",
    rights=RIGHTS,
    exemptions=EXEMPTIONS,
    blocks=BLOCKS,
    capacities=CAPACITIES,
    relations=RELATIONS,
    windows=WINDOWS,
    # 11 CCR 7101(a): at least 24 months; start not stated, so we count from closure.
    records=Records(
        24,
        36,
        "11 CCR § 7101(a)",
        Words(
            "We keep a record of the request for at least 24 months, and the bare log for 36.",
            "请求记录至少保存24个月，不含内容的日志保存36个月。",
        ),
        house=True,
    ),
    receipt_citation="Cal. Gov. Code § 6800",
    pause=Pause(
        Words("None. Checking who you are does not stop the clock.", "没有。核实身份不会让时间停下。"),
        "11 CCR § 7021(b)",
    ),
    roll_citation="Cal. Code Civ. Proc. §§ 12a, 135",
    roll_confirmed=False,
    keeps_by_law="DEL8",
)
