"""Who may act for a person under the PIPL: a written mandate, a guardian (arts. 31, M34), a close relative (art. 49).

The law lists no papers. What is asked of an agent is practice, unconfirmed; identity documents come last, if at all.
Not formalised: what a relative's own lawful and legitimate interest is in one case.
"""

from ..acting import SAME_PERSON, Age, Ask, Authority, Capacity, Limit, Relation, must, table
from ..terms import HOUSE, Words

VERIFIED = frozenset(
    {"CN_ACCESS", "CN_COPY", "CN_PORT", "CN_CORRECT", "CN_DELETE", "CN_CANCEL", "CN_RESTRICT", "CN_ADM_DEC"}
)
STOPPED = frozenset({"CN_WITHDRAW", "CN_ADM_MKT"})
ASKED = frozenset({"CN_EXPLAIN", "CN_COMPLAINT", "INCIDENT"})
"""Nothing is proved by whoever asks or complains, so nothing is asked of one who does so for another."""
# PIPL art. 49: consult, copy, correct and delete.
OF_THE_DEAD = frozenset({"CN_DECEASED", "CN_ACCESS", "CN_COPY", "CN_CORRECT", "CN_DELETE"})

_WRITTEN = Words(
    "The written mandate (授权委托书), signed by the person you act for.", "委托人签名的书面授权委托书。"
)
_UNREASONABLE = Limit(
    Words("No condition is made that is not needed for this request.", "不设置与本次请求无关的不合理条件。"),
    "Network Data Regulations art. 23",
)
_NO_PHOTO = Limit(
    Words(
        "An identity document is not asked for unless a doubt is on record that nothing else settles.",
        "除非存在已记录在案且无法以其他方式消除的疑问，否则不会要求提供身份证件。",
    ),
    HOUSE,
)


def _documents(whose: str, en: str, zh: str) -> Ask:
    """Both identity documents are practice only, and the last thing to ask."""
    return Ask(
        whose,
        Words(f"A masked copy of {en} identity document.", f"{zh}身份证件的遮挡后复印件。"),
        HOUSE,
        confirmed=False,
        last_resort=True,
    )


_MANDATE_CHECKS = (
    must("agent", "signed", "Is it signed by the person it speaks for?", "是否由委托人本人签名？"),
    must("agent", "names", "Does it name the one who asks as agent?", "是否写明由请求人代理？"),
    must("agent", "covers", "Does it cover what is asked here?", "委托事项是否包括本次请求？"),
)

AGENT = Capacity(
    "agent",
    Words("Somebody who gave me a written mandate", "书面委托我的人"),
    Words("You have a mandate (授权委托书) that they signed.", "您持有对方签名的授权委托书。"),
    Words("authorised agent", "受托代理人"),
    (
        Authority(
            VERIFIED,
            HOUSE,
            (
                Ask("permission", _WRITTEN, HOUSE, confirmed=False),
                _documents("agent_id", "your own", "您本人"),
                _documents("person_id", "the other person’s", "委托人"),
            ),
            _MANDATE_CHECKS,
            person="confirms",
            confirmed=False,
            never=(_UNREASONABLE, _NO_PHOTO),
        ),
        Authority(
            STOPPED,
            HOUSE,
            (Ask("permission", _WRITTEN, HOUSE, confirmed=False),),
            _MANDATE_CHECKS,
            answer_to="representative",
            confirmed=False,
            never=(_UNREASONABLE,),
        ),
        Authority(ASKED, HOUSE, answer_to="representative"),
    ),
)
GUARDIAN = Capacity(
    "guardian",
    Words("My child, or a minor whose guardian I am", "我的孩子或者我监护的未成年人"),
    Words("For anybody under 18.", "适用于未满18周岁的未成年人。"),
    Words("parent or guardian", "父母或其他监护人"),
    (
        Authority(
            VERIFIED | {"CN_MINOR"},
            "PIPL art. 31; Minors’ Network Protection Regulations art. 34",
            (
                Ask(
                    "guardianship",
                    Words(
                        "A paper that shows you are the parent or guardian; cover what it says beyond that.",
                        "能够证明您是父母或其他监护人的材料；与此无关的内容请遮挡。",
                    ),
                    "PIPL art. 31",
                ),
                _documents("guardian_id", "your own", "您本人"),
            ),
            (
                must("guardian", "names", "Does it name the one who asks?", "是否写明请求人？"),
                must("guardian", "child", "Does it name this minor?", "是否写明这名未成年人？"),
                must(
                    "guardian",
                    "shows",
                    "Does it show parenthood or guardianship?",
                    "能否证明亲子或监护关系？",
                ),
                must("guardian", "same", *SAME_PERSON),
            ),
            person="is_told",
            answer_to="representative",
            never=(_UNREASONABLE, _NO_PHOTO),
        ),
        Authority(STOPPED, HOUSE, answer_to="representative"),
        Authority(ASKED, HOUSE, answer_to="representative"),
    ),
    (
        Age("under_14", Words("Under 14", "未满14周岁"), "PIPL art. 31"),
        Age("14_to_17", Words("14 to 17", "14至17周岁"), "Minors’ Network Protection Regulations art. 34"),
    ),
)
RELATIVE = Capacity(
    "relative",
    Words("A close relative of mine who has died", "我已去世的近亲属"),
    Words(
        "Spouse, parents, children, brothers and sisters, grandparents, grandchildren.",
        "配偶、父母、子女、兄弟姐妹、祖父母、外祖父母、孙子女、外孙子女。",
    ),
    Words("close relative of a person who has died", "逝者近亲属"),
    (
        Authority(
            OF_THE_DEAD,
            "PIPL art. 49; PRC Civil Code art. 1045",
            (
                Ask("death", Words("Proof of the death.", "死亡证明。"), "PIPL art. 49"),
                Ask(
                    "kinship",
                    Words(
                        "Proof that you are a close relative; cover what it says beyond that.",
                        "近亲属关系证明；与此无关的内容请遮挡。",
                    ),
                    "PIPL art. 49; PRC Civil Code art. 1045",
                ),
                Ask(
                    "interest",
                    Words(
                        "A few lines on your own lawful and legitimate interest.",
                        "简要说明您自身的合法、正当利益。",
                    ),
                    "PIPL art. 49",
                    how="words",
                ),
            ),
            (
                must(
                    "relative", "dead", "Does the proof of death name this person?", "死亡证明是否写明此人？"
                ),
                must(
                    "relative",
                    "close",
                    "Is the one who asks a close relative by article 1045?",
                    "请求人是否属于第一千零四十五条规定的近亲属？",
                ),
                must(
                    "relative",
                    "interest",
                    "Is the interest stated their own, lawful and legitimate?",
                    "所述利益是否为其自身的合法、正当利益？",
                ),
                must("relative", "same", *SAME_PERSON),
                must(
                    "relative",
                    "arranged",
                    "Did the dead person arrange otherwise?",
                    "逝者生前是否另有安排？",
                    be=False,
                ),
            ),
            person="is_told",
            answer_to="representative",
            never=(_UNREASONABLE,),
        ),
    ),
)

CAPACITIES = table(AGENT, GUARDIAN, RELATIVE)

# PIPL art. 45: any individual, whatever brought them into the systems.
_SAME = Words("You have the same rights as a customer.", "您享有与客户相同的权利。")
RELATIONS = (
    Relation("customer", Words("As a customer", "客户")),
    Relation("visitor", Words("As a visitor, to a website or in person", "网站访客或来访者")),
    Relation("applicant", Words("As a job applicant", "应聘者"), _SAME, "PIPL art. 45(1)-(2)"),
    Relation(
        "supplier",
        Words("As a contact at a supplier or partner", "供应商或合作方的联系人"),
        _SAME,
        "PIPL art. 45(1)-(2)",
    ),
    Relation(
        "employee",
        Words("As an employee, now or earlier", "现任或前任员工"),
        _SAME,
        "PIPL art. 45(1)-(2)",
    ),
)
