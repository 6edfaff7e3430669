"""Who may act for a consumer: 11 CCR 7063, 7026(j), 7027(j), 7221(j) and 7070.

Not formalised: when a business is "reasonably" sure that a permission was signed by the consumer.
Nobody is named by the statute to act for a consumer who has died, so no such path is offered here.
"""

from ..acting import SAME_PERSON, Age, Ask, Authority, Capacity, Limit, Relation, must, table
from ..terms import HOUSE, Words

# 11 CCR 7063: know, delete and correct. The rulebook does not say whether it reaches the automated rights.
VERIFIED = frozenset({"KNOW_CAT", "KNOW_PCS", "DELETE", "CORRECT"})
AUTOMATED = frozenset({"ADMT_ACCESS", "ADMT_APPEAL"})
# 11 CCR 7026(j), 7027(j), 7221(j): the signed permission and nothing else.
STOPPED = frozenset({"OPT_OUT", "LIMIT", "ADMT_OPT_OUT"})
# Nothing is proved by whoever complains, so nothing is asked of one who complains for another.
COMPLAINED = frozenset({"NON_RETALIATION"})

PERMISSION = Ask(
    "permission",
    Words(
        "The permission to ask, signed by the person you act for.",
        "您所代理的人签名的授权许可。",
    ),
    "11 CCR § 7063",
)
_TO_STOP = Ask("permission", PERMISSION.words, "11 CCR §§ 7026(j), 7027(j), 7221(j)")
POWER = Ask(
    "power_of_attorney",
    Words("The power of attorney under the Probate Code.", "依《遗嘱认证法典》出具的授权书。"),
    "11 CCR § 7063",
)

PERMISSION_CHECKS = (
    must("agent", "signed", "Is it signed by the person it speaks for?", "是否由被代理人本人签名？"),
    must("agent", "names", "Does it name the one who asks as agent?", "是否写明由请求人代理？"),
    must("agent", "covers", "Does it cover what is asked here?", "是否包括本次请求的事项？"),
)
POWER_CHECKS = (
    must("attorney", "made", "Is it a power of attorney as the law asks?", "是否为符合法律要求的授权书？"),
    must("attorney", "names", "Does it name the one who asks?", "是否写明请求人？"),
    must("attorney", "in_force", "Is it in force today?", "目前是否有效？"),
    must("attorney", "same", *SAME_PERSON),
)

NEVER_AGAIN = Limit(
    Words(
        "The person you act for is never made to send the request again.",
        "不会要求您所代理的人重新提交请求。",
    ),
    "11 CCR § 7063",
)
NO_POWER = Limit(
    Words("A power of attorney is never required.", "不会要求您另行提供授权书（power of attorney）。"),
    "11 CCR § 7063",
)
NOT_ASKED = Limit(
    Words(
        "The person you act for is not asked to confirm, and proves nothing.",
        "您所代理的人无需确认，也无需证明身份。",
    ),
    "11 CCR §§ 7026(j), 7027(j), 7221(j)",
)

# 11 CCR 7070(a)(2): methods reasonably calculated to show that the adult is the parent or guardian.
_FORM = "parent_form"
PARENT_METHODS = (
    Ask(
        _FORM,
        Words(
            "A consent form that you signed under penalty of perjury.",
            "您签署的同意书，如作虚假陈述须承担伪证责任。",
        ),
        "11 CCR § 7070(a)(2)",
    ),
    *(
        Ask(key, Words(en, zh), "11 CCR § 7070(a)(2)", instead_of=_FORM, how="in_person")
        for key, en, zh in (
            ("parent_card", "A payment by card in your own name.", "以您本人名下的银行卡支付。"),
            (
                "parent_call",
                "A call to our trained staff, free of charge.",
                "免费致电我们受过培训的工作人员。",
            ),
            ("parent_video", "A video call with our trained staff.", "与我们受过培训的工作人员视频通话。"),
            (
                "parent_visit",
                "A meeting in person with our trained staff.",
                "与我们受过培训的工作人员当面核实。",
            ),
        )
    ),
    Ask(
        "parent_id",
        Words(
            "A government identity document, deleted as soon as it was checked.",
            "政府签发的身份证件，核对后立即删除。",
        ),
        "11 CCR § 7070(a)(2)",
        instead_of=_FORM,
        last_resort=True,
    ),
)
GUARDIAN_CHECKS = (
    must("guardian", "adult", "Is the one who asks an adult?", "请求人是否为成年人？"),
    must("guardian", "child", "Does it name this child?", "是否写明这名儿童？"),
    must(
        "guardian",
        "shown",
        "Was one of the methods listed carried out in full?",
        "所列方式之一是否已完整完成？",
    ),
    must("guardian", "same", *SAME_PERSON),
)
_ALONE = Words(
    "From 13 on, young people ask for themselves. Let them send it, or act with their signed permission.",
    "年满13周岁的未成年人由本人提出请求。请由其本人提交，或凭其签名的许可代理。",
)

AGENT = Capacity(
    "agent",
    Words("Somebody who gave me their permission", "授权我代理的人"),
    Words(
        "You are an authorised agent and have a permission they signed.",
        "您是受托代理人，持有对方签名的授权许可。",
    ),
    Words("authorised agent", "受托代理人"),
    (
        Authority(
            VERIFIED,
            "11 CCR § 7063",
            (PERMISSION,),
            PERMISSION_CHECKS,
            person="confirms",
            never=(NEVER_AGAIN, NO_POWER),
        ),
        Authority(
            AUTOMATED,
            "11 CCR § 7063",
            (PERMISSION,),
            PERMISSION_CHECKS,
            person="confirms",
            confirmed=False,
            never=(NEVER_AGAIN, NO_POWER),
        ),
        Authority(
            STOPPED,
            "11 CCR §§ 7026(j), 7027(j), 7221(j)",
            (_TO_STOP,),
            PERMISSION_CHECKS,
            answer_to="representative",
            never=(NOT_ASKED,),
        ),
        Authority(COMPLAINED, HOUSE, answer_to="representative"),
    ),
)
ATTORNEY = Capacity(
    "attorney",
    Words("Somebody for whom I hold a power of attorney", "我持有其授权书的人"),
    Words(
        "It was made under the California Probate Code.",
        "该授权书依《加州遗嘱认证法典》作成。",
    ),
    Words("holder of a power of attorney", "授权书持有人"),
    (
        Authority(
            VERIFIED, "11 CCR § 7063", (POWER,), POWER_CHECKS, person="is_told", never=(NEVER_AGAIN,)
        ),
        Authority(
            AUTOMATED, "11 CCR § 7063", (POWER,), POWER_CHECKS, person="is_told", confirmed=False
        ),
        Authority(
            STOPPED, "11 CCR § 7063", (POWER,), POWER_CHECKS, answer_to="representative", confirmed=False
        ),
        Authority(COMPLAINED, HOUSE, answer_to="representative"),
    ),
)  # fmt: skip
GUARDIAN = Capacity(
    "guardian",
    Words("A child whose parent or guardian I am", "我的孩子或者我监护的儿童"),
    Words("For children under 13.", "适用于未满13周岁的儿童。"),
    Words("parent or guardian", "父母或其他监护人"),
    (
        Authority(
            VERIFIED | {"MINOR"},
            "11 CCR § 7070(a)(2), (c)",
            PARENT_METHODS,
            GUARDIAN_CHECKS,
            person="is_told",
            answer_to="representative",
        ),
        # 11 CCR 7060(b): an opt-out is never verified, whoever brings it.
        Authority(STOPPED, "11 CCR § 7060(b)", answer_to="representative"),
        Authority(COMPLAINED, HOUSE, answer_to="representative"),
    ),
    (
        Age("under_13", Words("Under 13", "未满13周岁"), "11 CCR § 7070(a)(2), (c)"),
        Age("13_to_15", Words("13 to 15", "13至15周岁"), "11 CCR §§ 7070-7072", _ALONE),
        Age("16_to_17", Words("16 or 17", "16或17周岁"), HOUSE, _ALONE),
    ),
)

CAPACITIES = table(AGENT, ATTORNEY, GUARDIAN)

_SAME = Words("You have the same rights as a customer.", "您享有与客户相同的权利。")
RELATIONS = (
    Relation("customer", Words("As a customer", "客户")),
    Relation("visitor", Words("As a visitor, to a website or in person", "网站访客或来访者")),
    Relation("applicant", Words("As a job applicant", "应聘者"), _SAME, "Cal. Civ. Code § 1798.145(m)(4)"),
    Relation(
        "supplier", Words("As a contact at a supplier or partner", "供应商或合作方的联系人"), _SAME,
        "Cal. Civ. Code § 1798.145(n)(3)",
    ),
    Relation(
        "employee", Words("As an employee, now or earlier", "现任或前任员工"), _SAME,
        "Cal. Civ. Code § 1798.145(m)(4)", confirmed=False,
    ),
)  # fmt: skip
