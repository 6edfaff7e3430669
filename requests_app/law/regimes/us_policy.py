"""What the controller's own United States policy promises where no statute gives a right.

Version: the day the policy was published. New York has no comprehensive act; a Californian's rights are in
``ccpa``. Every period is a house rule: the Californian promise for everyone.
"""

from ..regime import Duty, Pause, Records, Regime, Right, Unverified, index
from ..terms import HOUSE, Words
from .ccpa_standards import ACCOUNT, HIGH, NONE, REASONABLE
from .us_policy_acting import CAPACITIES, RELATIONS
from .us_policy_exemptions import BLOCKS, EXEMPTIONS

_POLICY = "Privacy policy, Your Rights and Choices"
_CONFIRM = Duty("business_days", 10, HOUSE, house=True)
_ANSWER = Duty("calendar_days", 45, HOUSE, house=True, extension=Duty("calendar_days", 90, HOUSE, house=True))
# CAN-SPAM Act: ten business days (K); we hold other systems to the same.
_STOP_MAIL = Duty("business_days", 10, "CAN-SPAM Act", confirmed=False)
_FOLLOW = Duty("business_days", 15, HOUSE, house=True)
_REPLY = Duty("business_days", 10, HOUSE, house=True)

_UNVERIFIED = Unverified(
    Words(
        "We could not make sure who is asking, so nothing was shown or changed.",
        "我们未能确认请求人的身份，因此没有展示或更改任何信息。",
    ),
    HOUSE,
    offer=("MARKETING_OPT_OUT",),
)

RIGHTS = index(
    Right(
        "US_ACCESS",
        Words("See and get a copy of your information", "查看并获取您的信息副本"),
        Words(
            "See the information we have about you, and get a copy of it.",
            "查看我们掌握的您的信息，并获取副本。",
        ),
        _POLICY,
        "access",
        _ANSWER,
        HIGH,
        standard_with_account=ACCOUNT,
        acknowledge=_CONFIRM,
        house=True,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "US_UPDATE",
        Words("Update your information", "更新您的信息"),
        Words(
            "Ask us to put right or bring up to date information about you.",
            "请我们更正或更新您的信息。",
        ),
        _POLICY,
        "correct",
        _ANSWER,
        REASONABLE,
        standard_if_sensitive=HIGH,
        standard_with_account=ACCOUNT,
        acknowledge=_CONFIRM,
        house=True,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "US_DELETE",
        Words("Delete your information", "删除您的信息"),
        Words(
            "Ask us to delete information about you; only what a law obliges us to keep stays.",
            "请我们删除您的信息，只保留法律要求保存的部分。",
        ),
        _POLICY,
        "delete",
        _ANSWER,
        REASONABLE,
        standard_if_sensitive=HIGH,
        standard_with_account=ACCOUNT,
        acknowledge=_CONFIRM,
        house=True,
        on_unverified=_UNVERIFIED,
    ),
    Right(
        "MARKETING_OPT_OUT",
        Words("Stop marketing messages", "停止营销信息"),
        Words(
            "Stop our promotional messages; notices about your orders and account still come.",
            "停止接收推广信息；有关订单和账号的通知不受影响。",
        ),
        "Privacy policy, Your Rights and Choices; CAN-SPAM Act",
        "marketing_opt_out",
        _STOP_MAIL,
        NONE,
        confirmed=False,
        house=True,
        at_once=True,
    ),
    Right(
        "CONSENT_WITHDRAWAL",
        Words("Take back a consent", "撤回同意"),
        Words(
            "Take back a consent you gave us; it counts from the same day.",
            "撤回您曾给予的同意，当日生效。",
        ),
        "Privacy policy",
        "withdraw_consent",
        _FOLLOW,
        NONE,
        house=True,
        at_once=True,
    ),
    # What was stopped by one press comes back by one: no statute asks for more here.
    Right(
        "MARKETING_AGAIN",
        Words("Receive marketing messages again", "重新接收营销信息"),
        Words(
            "Let us send you promotional messages again; you can stop them at any time.",
            "允许我们再次向您发送推广信息，您可以随时停止。",
        ),
        HOUSE,
        "marketing_opt_in",
        _FOLLOW,
        NONE,
        house=True,
        at_once=True,
        undoes="MARKETING_OPT_OUT",
    ),
    Right(
        "CONSENT_AGAIN",
        Words("Give a consent again", "重新同意"),
        Words(
            "Give again the consent you took back; you can take it back at any time.",
            "重新给予您已撤回的同意，您可以随时再次撤回。",
        ),
        HOUSE,
        "consent_again",
        _FOLLOW,
        NONE,
        house=True,
        at_once=True,
        undoes="CONSENT_WITHDRAWAL",
    ),
    Right(
        "MINOR_REPORT",
        Words("Report a child’s information", "报告未成年人信息"),
        Words(
            "Tell us that we have information about someone under 18, and we delete it.",
            "如发现我们掌握未满18周岁者的信息，请告诉我们，我们会删除。",
        ),
        "Privacy policy, Children’s Privacy",
        "delete",
        _ANSWER,
        REASONABLE,
        acknowledge=_CONFIRM,
        house=True,
    ),
    Right(
        "COMPLAINT",
        Words("Complain", "投诉"),
        Words(
            "Tell us what went wrong with your information or your request.",
            "告诉我们在处理您的信息或请求时出了什么问题。",
        ),
        "House rule",
        "complaint",
        _ANSWER,
        NONE,
        acknowledge=_CONFIRM,
        house=True,
    ),
    Right(
        "APPEAL",
        Words("Ask for a second look", "请求复核"),
        Words(
            "Ask someone who did not decide the first time to look at an answer again.",
            "请未参与原决定的人员重新审查答复。",
        ),
        "House rule",
        "appeal",
        _ANSWER,
        NONE,
        acknowledge=_CONFIRM,
        house=True,
    ),
    Right(
        "ENQUIRY",
        Words("Ask a question", "咨询"),
        Words(
            "Ask how we handle personal information.",
            "了解我们如何处理个人信息。",
        ),
        "11 CCR § 7011(e)(3)(J)",
        "enquiry",
        _REPLY,
        NONE,
        house=True,
    ),
    Right(
        "INCIDENT",
        Words("Report a security problem", "报告安全问题"),
        Words(
            "Tell us at once if you think your information is no longer secure.",
            "如果您认为信息已不安全，请立即告诉我们。",
        ),
        "Privacy policy, Data Security and Storage",
        "incident",
        Duty("at_once", 0, HOUSE, house=True),
        NONE,
        house=True,
    ),
)

US_POLICY = Regime(
    code="us_policy",
    version="2024-10-03",
    title=Words("Our privacy policy, United States", "我们的隐私政策（美国）"),
    # The Californian clock for everyone, in its zone: never later than the writer's own.
    zone="America/Los_Angeles",
    zone_title=Words("Pacific time", "太平洋时间"),
    calendar="us_ca",
    rights=RIGHTS,
    exemptions=EXEMPTIONS,
    blocks=BLOCKS,
    capacities=CAPACITIES,
    relations=RELATIONS,
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
    pause=Pause(
        Words("None. Checking who you are does not stop the clock.", "没有。核实身份不会让时间停下。"), HOUSE
    ),
    keeps_by_law="DEL8",
)
