"""Grounds under the PIPL, and the eight in the controller's policy as far as the law carries them.

The policy's eight copy GB/T 35273 8.7 e) (unconfirmed); most are no exception in the PIPL. None is ever
automatic: each needs the statute behind it named by a person.
"""

from ..facts import ask_law, ask_text, ask_until, ask_yes, attach
from ..regime import Exemption, index_exemptions
from ..terms import Words

_SEE = frozenset({"CN_ACCESS", "CN_COPY", "CN_DECEASED"})
_ERASE = frozenset({"CN_DELETE", "CN_CANCEL", "CN_MINOR"})
_ANY = _SEE | _ERASE | {"CN_PORT", "CN_CORRECT", "CN_RESTRICT"}
_TOLD_NOTHING = Words(
    "We cannot fulfil this part of your request under the law.",
    "依照法律规定，我们无法满足您请求中的这一部分。",
)

EXEMPTIONS = index_exemptions(
    Exemption(
        "CN_CONF",
        "PIPL arts. 18(1), 45(1)",
        Words("A law requires secrecy, or no notice", "法律要求保密或者不需要告知"),
        _SEE,
        "part",
        (
            ask_law("CN_CONF", "Which law or regulation requires secrecy?", "哪部法律、行政法规要求保密？"),
            ask_until("CN_CONF"),
        ),
        (attach("CN_CONF", "document", "What the duty rests on", "义务所依据的文件"),),
        "counsel",
        _TOLD_NOTHING,
    ),
    Exemption(
        "CN_STATE",
        "PIPL art. 35",
        Words("State organs", "国家机关"),
        _SEE,
        "part",
        (),
        (),
        "counsel",
        Words(
            "This ground is for state organs and is not used here.", "该理由仅适用于国家机关，我们不使用。"
        ),
        effect="blocked",
    ),
    Exemption(
        "CN_RETAIN",
        "PIPL art. 47(2); Network Data Regulations art. 24",
        Words(
            "Retention by law still runs, or deletion is technically hard",
            "法定保存期未满，或者删除在技术上难以实现",
        ),
        _ERASE,
        "part",
        (
            ask_law(
                "CN_RETAIN",
                "Which law sets the period, or why is deletion technically hard?",
                "哪部法律规定了保存期，或者技术上为何难以删除？",
            ),
            ask_until("CN_RETAIN"),
        ),
        (),
        "privacy_lead",
        Words(
            "A law sets a period that has not ended. Until then we only store and protect this.",
            "法定保存期限尚未届满。在此之前，我们只存储并采取必要的安全保护措施。",
        ),
        restricts=True,
        effect="retains",
    ),
    Exemption(
        "CN_BASIS",
        "PIPL art. 13(1)(2)-(7)",
        Words("Another basis than consent", "不以同意为依据"),
        frozenset({"CN_WITHDRAW"}),
        "part",
        (
            ask_text(
                "CN_BASIS",
                "basis",
                "Which item of article 13, for which use?",
                "第十三条的哪一项，用于哪种处理？",
            ),
        ),
        (),
        "privacy_lead",
        Words(
            "This use does not rest on your consent, for the reason given.",
            "该处理不以您的同意为依据，理由如所述。",
        ),
    ),
    Exemption(
        "CN_NEED",
        "PIPL art. 16",
        Words("Necessary for the service", "提供服务所必需"),
        frozenset({"CN_WITHDRAW"}),
        "part",
        (
            ask_text(
                "CN_NEED",
                "service",
                "Which service cannot be given without it, and why?",
                "缺少它，哪项服务无法提供，为什么？",
            ),
        ),
        (),
        "privacy_lead",
        Words(
            "The service named needs this; without it the service may end.",
            "所述服务必须使用这些信息，撤回后该服务可能无法继续。",
        ),
    ),
    Exemption(
        "CN_PORTX",
        "PIPL art. 45(3); Network Data Regulations art. 25",
        Words("A condition of transfer is not met", "不符合转移条件"),
        frozenset({"CN_PORT"}),
        "part",
        (
            ask_yes("CN_PORTX", "identity", "Can the identity be verified?", "能否验证请求人的真实身份？"),
            ask_yes(
                "CN_PORTX",
                "basis",
                "Was it given by consent, or collected for a contract?",
                "是否基于同意提供或者基于合同收集？",
            ),
            ask_yes(
                "CN_PORTX", "feasible", "Is the transfer technically feasible?", "转移在技术上是否可行？"
            ),
            ask_yes(
                "CN_PORTX", "harmless", "Does it leave others’ rights unharmed?", "是否不损害他人合法权益？"
            ),
        ),
        (),
        "privacy_lead",
        Words(
            "The law allows a transfer under four conditions; this one is not met.",
            "法律为转移规定了四项条件，其中所述一项不符合。",
        ),
    ),
    Exemption(
        "CN_TRUE",
        "PIPL art. 46",
        Words("Checked, and accurate", "经核实准确"),
        frozenset({"CN_CORRECT"}),
        "part",
        (ask_text("CN_TRUE", "check", "How was it checked, and against what?", "如何核实，与什么核对？"),),
        (attach("CN_TRUE", "proof", "What it was checked against", "核对所用的材料"),),
        "privacy_lead",
        Words(
            "We checked this and it is right. We noted that you dispute it.",
            "经核实该信息准确，我们已注明您的异议。",
        ),
    ),
    Exemption(
        "CN_WILL",
        "PIPL art. 49",
        Words("The deceased arranged otherwise", "逝者生前另有安排"),
        frozenset({"CN_DECEASED"}),
        "part",
        (ask_text("CN_WILL", "arrangement", "What did the deceased arrange?", "逝者作了什么安排？"),),
        (attach("CN_WILL", "document", "The arrangement", "安排的书面材料"),),
        "counsel",
        Words("The person who died arranged otherwise.", "逝者生前对此另有安排。"),
    ),
    # The policy's eight grounds, in its order.
    Exemption(
        "CN_POLICY_1",
        "PIPL arts. 18(1), 45(1); GB/T 35273-2020 § 8.7 e)",
        Words("National security and defence", "国家安全、国防安全"),
        _SEE,
        "part",
        (
            ask_law("CN_POLICY_1", "Which law requires secrecy?", "哪部法律要求保密？"),
            ask_until("CN_POLICY_1"),
        ),
        (attach("CN_POLICY_1", "document", "What the duty rests on", "义务所依据的文件"),),
        "counsel",
        _TOLD_NOTHING,
        confirmed=False,
    ),
    Exemption(
        "CN_POLICY_2",
        "PIPL arts. 18(1), 45(1); GB/T 35273-2020 § 8.7 e)",
        Words("Public safety, health or a major public interest", "公共安全、公共卫生、重大公共利益"),
        _SEE,
        "part",
        (
            ask_law("CN_POLICY_2", "Which law requires secrecy?", "哪部法律要求保密？"),
            ask_until("CN_POLICY_2"),
        ),
        (attach("CN_POLICY_2", "document", "What the duty rests on", "义务所依据的文件"),),
        "counsel",
        _TOLD_NOTHING,
        confirmed=False,
    ),
    Exemption(
        "CN_POLICY_3",
        "PIPL arts. 18(1), 41, 45(1); GB/T 35273-2020 § 8.7 e)",
        Words("Criminal investigation, prosecution, trial or enforcement", "犯罪侦查、起诉、审判和判决执行"),
        _SEE | _ERASE,
        "part",
        (
            ask_law("CN_POLICY_3", "Which authority, under which law?", "哪个机关，依据哪部法律？"),
            # PIPL art. 41: a foreign authority needs the approval of a Chinese one; the answer must be yes.
            ask_yes(
                "CN_POLICY_3", "domestic", "Is it a Chinese authority?", "是否为中国境内机关？", must_be=True
            ),
            ask_until("CN_POLICY_3"),
        ),
        (attach("CN_POLICY_3", "document", "The authority’s written document", "机关的书面文件"),),
        "counsel",
        _TOLD_NOTHING,
        confirmed=False,
        effect="retains",
    ),
    Exemption(
        "CN_POLICY_4",
        "PRC Civil Code art. 132; GB/T 35273-2020 § 8.7 e)",
        Words("Malice, or abuse of the right", "主观恶意或滥用权利"),
        _ANY,
        "whole",
        (
            ask_text(
                "CN_POLICY_4", "history", "What shows it? Dates and requests.", "有何依据？列明日期和请求。"
            ),
            ask_yes(
                "CN_POLICY_4",
                "repeated",
                "Is this at least the second request?",
                "是否至少为第二次请求？",
                must_be=True,
            ),
            ask_yes(
                "CN_POLICY_4",
                "offered",
                "Was narrowing it, or a fee at cost, offered first?",
                "是否已先提出缩小范围或按成本收费？",
                must_be=True,
            ),
        ),
        (attach("CN_POLICY_4", "requests", "Dated evidence", "注明日期的证据"),),
        "counsel",
        Words("The request abuses the right, for the reasons given.", "基于所述理由，该请求构成权利滥用。"),
        confirmed=False,
        two_approvers=True,
    ),
    Exemption(
        "CN_POLICY_5",
        "GB/T 35273-2020 § 8.7 e)",
        Words("Serious harm to you or to others", "严重损害您或他人的合法权益"),
        _ANY,
        "part",
        (
            ask_text("CN_POLICY_5", "harm", "Whose harm, and how serious?", "谁会受到损害，多严重？"),
            ask_yes(
                "CN_POLICY_5",
                "redacted",
                "Was leaving those parts out tried first?",
                "是否已先尝试略去相关部分？",
                must_be=True,
            ),
        ),
        (),
        "privacy_lead",
        Words(
            "Parts that would seriously harm someone are left out.",
            "会严重损害他人或您自身权益的部分已略去。",
        ),
        confirmed=False,
    ),
    # A basis for processing (PIPL art. 13(1)(4)), hardly ever for refusing: named so that nobody reaches for it.
    Exemption(
        "CN_POLICY_6",
        "PIPL art. 13(1)(4); GB/T 35273-2020 § 8.7 e)",
        Words("To protect life or property where consent is hard to get", "为保护生命财产且难以取得同意"),
        _ANY,
        "part",
        (),
        (),
        "counsel",
        Words("This ground is not used to refuse a request.", "我们不以此为由拒绝请求。"),
        confirmed=False,
        effect="blocked",
    ),
    Exemption(
        "CN_POLICY_7",
        "GB/T 35273-2020 § 8.7 e)",
        Words("Trade secrets", "商业秘密"),
        _SEE | {"CN_PORT", "CN_ADM_DEC", "CN_EXPLAIN"},
        "part",
        (
            ask_text(
                "CN_POLICY_7",
                "withheld",
                "Describe what is withheld: logic or third-party terms.",
                "描述未提供的内容：算法逻辑或第三方条款。",
            ),
            ask_yes(
                "CN_POLICY_7",
                "not_own",
                "Does it leave the person’s own data untouched?",
                "是否不涉及本人自己的信息？",
                must_be=True,
            ),
        ),
        (),
        "counsel",
        Words(
            "We left out business secrets, described here; your own information is complete.",
            "我们略去了此处所述的商业秘密，您本人的信息完整无缺。",
        ),
        confirmed=False,
    ),
    Exemption(
        "CN_POLICY_8",
        "PIPL art. 47(2); GB/T 35273-2020 § 8.7 e)",
        Words("A duty under law", "履行法律法规规定的义务"),
        _ERASE,
        "part",
        (
            ask_law("CN_POLICY_8", "Which law, article and period?", "哪部法律、哪一条、期限多长？"),
            ask_until("CN_POLICY_8"),
        ),
        (),
        "privacy_lead",
        Words(
            "A law obliges us to keep this for a period. Until it ends we only store and protect it.",
            "法律要求我们在一定期限内保存。期满之前，我们只存储并采取必要的安全保护措施。",
        ),
        confirmed=False,
        restricts=True,
        effect="retains",
    ),
)
