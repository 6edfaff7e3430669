"""Grounds the CCPA allows, each with what must be known, attached and approved before it is used.

Every use stays as narrow as its ground: the rest is given, and what is withheld serves the ground alone.
Disproportionate effort is not open to a business without adequate request processes (11 CCR 7001(m)).
"""

from ..facts import Choice, Question, ask_law, ask_text, ask_until, ask_yes, attach
from ..regime import Exemption, index_exemptions
from ..terms import Words
from .ccpa_correction import CORRECTION
from .ccpa_deletion import DELETION

_DELETE = frozenset({"DELETE"})
_KNOW = frozenset({"KNOW_CAT", "KNOW_PCS"})
_VERIFIABLE = frozenset({"KNOW_CAT", "KNOW_PCS", "DELETE", "CORRECT", "ADMT_ACCESS", "ADMT_APPEAL"})
_UNVERIFIED = frozenset({"OPT_OUT", "LIMIT", "ADMT_OPT_OUT"})
_ANY = _VERIFIABLE | _UNVERIFIED

EXEMPTIONS = index_exemptions(
    *DELETION,
    *CORRECTION,
    Exemption(
        "LAW",
        "Cal. Civ. Code § 1798.145(a)(1)",
        Words("Other law, subpoena, inquiry, hold or legal claims", "其他法律、传票、调查、保全或诉讼"),
        _ANY,
        "part",
        (
            ask_law("LAW"),
            ask_text("LAW", "case", "Which case or matter number?", "案件或事项编号？"),
            # 1798.145(a)(2): closed for reproductive-care data; the answer must be no.
            ask_yes(
                "LAW",
                "reproductive",
                "Is it about reproductive care?",
                "是否涉及生殖健康医疗？",
                must_be=False,
            ),
            ask_until("LAW"),
        ),
        (attach("LAW", "document", "The document that demands it", "要求保留的文件"),),
        "counsel",
        Words(
            "A law, an authority’s demand or a legal claim requires this.",
            "法律、主管机关要求或诉讼需要如此处理。",
        ),
        effect="retains",
    ),
    Exemption(
        "PRIV",
        "Cal. Civ. Code § 1798.145(b)",
        Words("Evidentiary privilege", "证据特权"),
        _KNOW | {"OPT_OUT", "LIMIT"},
        "part",
        (ask_text("PRIV", "privilege", "Which privilege, over which items?", "哪种特权，涉及哪些内容？"),),
        (attach("PRIV", "log", "The privilege log", "特权登记表"),),
        "counsel",
        Words("This is privileged under California law of evidence.", "依据加州证据法，这些内容受特权保护。"),
    ),
    Exemption(
        "SECT",
        "Cal. Civ. Code § 1798.145(c)-(f)",
        Words("Information under another privacy statute", "受其他专门隐私法规范的信息"),
        _ANY,
        "part",
        (ask_law("SECT", "Which statute covers each field?", "每个字段各适用哪部法律？"),),
        (),
        "counsel",
        Words("Another privacy law governs this information.", "这些信息由另一部隐私法规范。"),
        effect="retains",
    ),
    Exemption(
        "ABUSE",
        "Cal. Civ. Code § 1798.145(h)(3)",
        Words("Manifestly unfounded or excessive", "明显无理或过度"),
        _VERIFIABLE,
        "whole",
        (
            ask_text("ABUSE", "history", "What shows it? Dates and requests.", "有何依据？列明日期和请求。"),
            Question(
                "ABUSE.remedy",
                Words("Refuse, or charge a reasonable fee?", "拒绝，还是收取合理费用？"),
                "choice",
                choices=(
                    Choice("fee", Words("Charge a fee", "收取费用")),
                    Choice("refuse", Words("Refuse", "拒绝")),
                ),
            ),
        ),
        (attach("ABUSE", "requests", "The earlier requests", "此前的请求记录"),),
        "counsel",
        Words(
            "The request is manifestly unfounded or excessive, for the reasons given.",
            "基于所述理由，该请求明显无理或过度。",
        ),
    ),
    Exemption(
        "FREQ",
        "Cal. Civ. Code § 1798.130(b)",
        Words("More than twice in 12 months", "12个月内超过两次"),
        _KNOW,
        "whole",
        (ask_text("FREQ", "earlier", "References of the two earlier requests", "之前两次请求的编号"),),
        (),
        "handler",
        Words(
            "We have answered two such requests of yours in the last 12 months.",
            "过去12个月内我们已答复您的两次此类请求。",
        ),
    ),
    Exemption(
        "REID",
        "Cal. Civ. Code § 1798.145(j); 11 CCR § 7060(g)",
        Words("Not linked to you, and we need not link it", "未与您关联，也无须为此关联"),
        _KNOW | _DELETE,
        "part",
        (ask_text("REID", "how", "Why can it not be tied to a person?", "为什么无法对应到个人？"),),
        (),
        "handler",
        Words(
            "This is not tied to you, and the law does not ask us to tie it.",
            "这些数据未与您关联，法律也不要求我们进行关联。",
        ),
    ),
    Exemption(
        "OTHERS",
        "Cal. Civ. Code § 1798.145(k)",
        Words("Another person’s information or rights", "他人的信息或权利"),
        frozenset({"KNOW_PCS", "DELETE", "CORRECT"}),
        "part",
        (ask_text("OTHERS", "fields", "Which parts concern someone else?", "哪些部分涉及他人？"),),
        (),
        "privacy_lead",
        Words("Parts that concern other people are left out.", "涉及他人的部分已略去。"),
    ),
    Exemption(
        "HH",
        "Cal. Civ. Code § 1798.145(p)",
        Words("Household information", "家庭信息"),
        _KNOW | {"DELETE", "CORRECT"},
        "part",
        (ask_text("HH", "fields", "Which information is the household’s?", "哪些属于家庭共有信息？"),),
        (),
        "handler",
        Words("This belongs to a household and not to one person.", "这些信息属于家庭，而非某一个人。"),
    ),
    Exemption(
        "NOSEARCH",
        "11 CCR § 7024(c)",
        Words("Not kept in a form that can be searched", "未以可检索形式保存"),
        _KNOW,
        "part",
        (
            ask_yes(
                "NOSEARCH",
                "unsearchable",
                "Is it not kept in a searchable or accessible form?",
                "是否未以可检索或可访问形式保存？",
                must_be=True,
            ),
            ask_yes(
                "NOSEARCH",
                "legal_only",
                "Is it kept only for legal or compliance purposes?",
                "是否仅为法律或合规目的保存？",
                must_be=True,
            ),
            ask_yes(
                "NOSEARCH",
                "not_sold",
                "Is it neither sold nor used commercially?",
                "是否既未出售也未作商业使用？",
                must_be=True,
            ),
            ask_text(
                "NOSEARCH",
                "categories",
                "Which kinds of records were not searched?",
                "哪些类别的记录没有检索？",
            ),
        ),
        (),
        "privacy_lead",
        Words(
            "We did not search these records, and tell you which they are.",
            "我们没有检索这些记录，并在此说明其类别。",
        ),
    ),
    Exemption(
        "NEVER",
        "11 CCR § 7024(d)",
        Words("Never handed over", "不得交付的内容"),
        frozenset({"KNOW_PCS", "CORRECT"}),
        "part",
        (),
        (),
        "handler",
        Words(
            "For your safety the law forbids us to hand this over. We hold it, and name its kind. "
            "If you tell us the value, we will tell you whether it matches.",
            "为保护您的安全，法律禁止我们交付此类内容。我们持有该信息并在此说明其种类；您可以提供数值，由我们告知是否一致。",
        ),
        automatic=True,
    ),
    Exemption(
        "SECDATA",
        "Cal. Civ. Code § 1798.130(a)(3)(B)(iii)",
        Words("Generated for security and integrity", "为安全与完整性而生成"),
        frozenset({"KNOW_PCS"}),
        "part",
        (ask_text("SECDATA", "fields", "Which fields?", "哪些字段？"),),
        (),
        "handler",
        Words(
            "This was generated to keep systems secure, and is not part of your copy.",
            "这些数据为保障系统安全而生成，不属于副本内容。",
        ),
    ),
    Exemption(
        "OLD12",
        "11 CCR § 7024(h)",
        Words("Older than 12 months, and out of proportion to retrieve", "超过12个月且调取明显不成比例"),
        _KNOW,
        "part",
        (
            ask_text(
                "OLD12",
                "effort",
                "The facts: what, where, how much effort?",
                "具体事实：内容、位置、所需付出？",
            ),
        ),
        (attach("OLD12", "estimate", "What the effort was estimated from", "估算依据"),),
        "counsel",
        Words(
            "Getting older information would take disproportionate effort, for these reasons.",
            "调取更早的信息需要不成比例的付出，理由如下。",
        ),
    ),
    Exemption(
        "FRAUD",
        "11 CCR §§ 7026(e), 7027(f), 7221(g)",
        Words("Fraudulent request", "欺诈性请求"),
        _UNVERIFIED,
        "whole",
        (ask_text("FRAUD", "belief", "The documented good-faith belief", "有记录的善意判断依据"),),
        (attach("FRAUD", "evidence", "The evidence", "证据"),),
        "counsel",
        Words(
            "We believe in good faith that the request is fraudulent, for these reasons.",
            "我们善意认为该请求具有欺诈性，理由如下。",
        ),
    ),
    Exemption(
        "M7027",
        "11 CCR § 7027(m)",
        Words("Only permitted uses of sensitive information", "敏感信息仅用于允许的目的"),
        frozenset({"LIMIT"}),
        "part",
        (ask_text("M7027", "purpose", "Which of the permitted purposes?", "属于哪项允许的目的？"),),
        (),
        "privacy_lead",
        Words(
            "We use this only for purposes the law permits without limit.",
            "我们只为法律允许的目的使用这些信息。",
        ),
    ),
    Exemption(
        "ADMT",
        "11 CCR §§ 7221(b), 7222(c)",
        Words(
            "Human appeal, permitted tools, trade secrets or security", "人工复核、允许的工具、商业秘密或安全"
        ),
        frozenset({"ADMT_ACCESS", "ADMT_OPT_OUT"}),
        "part",
        (ask_text("ADMT", "test", "Which test is met, and how?", "符合哪项条件，如何符合？"),),
        (),
        "counsel",
        Words(
            "The law allows this for the automated decision described.",
            "对所述自动化决策，法律允许如此处理。",
        ),
    ),
)
