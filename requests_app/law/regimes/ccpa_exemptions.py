"""Grounds the CCPA allows, each with what must be known, attached and approved before it is used.

Every use stays as narrow as its ground: the rest is given or erased, and what is kept serves the ground alone.
Disproportionate effort is not open to a business without adequate request processes (11 CCR 7001(m)).
"""

from ..facts import Choice, Question, ask_law, ask_text, ask_until, ask_yes, attach
from ..regime import Exemption, index_exemptions
from ..terms import Words

_DELETE = frozenset({"DELETE"})
_KNOW = frozenset({"KNOW_CAT", "KNOW_PCS"})
_VERIFIABLE = frozenset({"KNOW_CAT", "KNOW_PCS", "DELETE", "CORRECT", "ADMT_ACCESS", "ADMT_APPEAL"})
_UNVERIFIED = frozenset({"OPT_OUT", "LIMIT", "ADMT_OPT_OUT"})
_ANY = _VERIFIABLE | _UNVERIFIED

EXEMPTIONS = index_exemptions(
    Exemption(
        "DEL1",
        "Cal. Civ. Code § 1798.105(d)(1)",
        Words(
            "Needed to finish a transaction, warranty, service or contract", "完成交易、保修、服务或合同所需"
        ),
        _DELETE,
        "part",
        (
            ask_text("DEL1", "order", "Which order, warranty or contract?", "哪个订单、保修或合同？"),
            ask_until("DEL1", "When will it be finished?", "何时完成？"),
        ),
        (),
        "handler",
        Words(
            "We still need this to finish what you ordered or asked of us.",
            "为完成您订购或请求的事项，我们仍需保留这些信息。",
        ),
        effect="retains",
    ),
    Exemption(
        "DEL2",
        "Cal. Civ. Code § 1798.105(d)(2)",
        Words("Security and integrity", "安全与完整性"),
        _DELETE,
        "part",
        (
            ask_text(
                "DEL2", "purpose", "Which incident or log policy needs it?", "哪个事件或日志规定需要它？"
            ),
            ask_text(
                "DEL2",
                "proportion",
                "Why is it necessary and no more than that?",
                "为什么必要，且没有超出必要？",
            ),
            ask_until("DEL2"),
        ),
        (),
        "privacy_lead",
        Words(
            "We need this to keep accounts and systems secure.", "为保障账号和系统安全，我们需保留这些信息。"
        ),
        effect="retains",
    ),
    Exemption(
        "DEL3",
        "Cal. Civ. Code § 1798.105(d)(3)",
        Words("Repair of something that should work", "修复现有功能的故障"),
        _DELETE,
        "part",
        (
            ask_text("DEL3", "ticket", "Which fault is being repaired?", "正在修复哪个故障？"),
            ask_until("DEL3"),
        ),
        (),
        "privacy_lead",
        Words("We need this to repair a fault.", "为修复故障，我们需暂时保留这些信息。"),
        effect="retains",
    ),
    Exemption(
        "DEL4",
        "Cal. Civ. Code § 1798.105(d)(4)",
        Words("Free speech, or another right provided for by law", "言论自由或法律规定的其他权利"),
        _DELETE,
        "part",
        (ask_text("DEL4", "right", "Whose right is it, and which?", "谁的权利，哪项权利？"),),
        (),
        "counsel",
        Words("Deleting this would take away another person’s right.", "删除会损害他人的权利。"),
        effect="retains",
    ),
    Exemption(
        "DEL5",
        "Cal. Civ. Code § 1798.105(d)(5)",
        Words("California Electronic Communications Privacy Act", "《加州电子通信隐私法》"),
        _DELETE,
        "part",
        (ask_text("DEL5", "order", "Which order?", "哪一份命令？"), ask_until("DEL5")),
        (attach("DEL5", "order_copy", "The order", "命令文件"),),
        "counsel",
        Words(
            "A law on electronic communications obliges us to keep this.",
            "有关电子通信的法律要求我们保留这些信息。",
        ),
        effect="retains",
    ),
    Exemption(
        "DEL6",
        "Cal. Civ. Code § 1798.105(d)(6)",
        Words("Research with informed consent", "经知情同意的研究"),
        _DELETE,
        "part",
        (
            ask_text(
                "DEL6",
                "study",
                "Which study, and why would deleting harm it?",
                "哪项研究，删除为何会妨碍它？",
            ),
            ask_yes(
                "DEL6",
                "ethics",
                "Does it follow the ethics and privacy laws that apply?",
                "是否符合适用的伦理与隐私法律？",
                must_be=True,
            ),
        ),
        (attach("DEL6", "consent", "The informed consent", "知情同意书"),),
        "counsel",
        Words("This is part of research you agreed to.", "这些信息属于您同意参与的研究。"),
        effect="retains",
    ),
    Exemption(
        "DEL7",
        "Cal. Civ. Code § 1798.105(d)(7)",
        Words("Internal uses you would expect", "符合您预期的内部使用"),
        _DELETE,
        "part",
        (
            ask_text("DEL7", "use", "Which internal use, and by whom?", "哪种内部使用，由谁使用？"),
            ask_text("DEL7", "expected", "Why would the person expect it?", "为什么本人会预期到？"),
            ask_until("DEL7"),
        ),
        (),
        "privacy_lead",
        Words(
            "We use this only inside, as you would expect of us.",
            "我们只在内部、按您可以预期的方式使用这些信息。",
        ),
        effect="retains",
    ),
    Exemption(
        "DEL8",
        "Cal. Civ. Code § 1798.105(d)(8)",
        Words("Legal obligation", "法律义务"),
        _DELETE,
        "part",
        (
            Question(
                "DEL8.law",
                Words("Which law requires it?", "哪部法律要求保留？"),
                "citation",
                statute=Words(en="(8) Comply with a legal obligation."),
                citation="Cal. Civ. Code § 1798.105(d)(8)",
            ),
            ask_until("DEL8"),
        ),
        (),
        "privacy_lead",
        Words(
            "A law obliges us to keep this. We use it for nothing else.",
            "法律要求我们保留这些信息，我们不作他用。",
        ),
        effect="retains",
    ),
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
        "NOTIFY3P",
        "11 CCR § 7022(b)(3)",
        Words("Telling every third party is out of proportion", "逐一通知第三方明显不成比例"),
        _DELETE,
        "part",
        (
            ask_text(
                "NOTIFY3P",
                "effort",
                "The facts: which third parties, what effort?",
                "具体事实：哪些第三方，所需付出？",
            ),
        ),
        (attach("NOTIFY3P", "estimate", "What the effort was estimated from", "估算依据"),),
        "counsel",
        Words(
            "We could not tell all third parties, for these reasons.",
            "基于以下理由，我们未能通知所有第三方。",
        ),
    ),
    Exemption(
        "BACKUP",
        "11 CCR §§ 7022(d), 7023(c)",
        Words("Backups and archives, until next used", "备份与归档，直至下次使用"),
        frozenset({"DELETE", "CORRECT"}),
        "part",
        (
            ask_text("BACKUP", "system", "Which backup or archive?", "哪个备份或归档？"),
            ask_until("BACKUP", "When is it overwritten?", "何时被覆盖？"),
        ),
        (),
        "handler",
        Words(
            "Copies in backups go when they are overwritten, and are not used before that.",
            "备份中的副本将在覆盖时清除，此前不会使用。",
        ),
        automatic=True,
        effect="delays",
    ),
    Exemption(
        "ACC",
        "11 CCR § 7023(b)",
        Words("More likely than not accurate", "很可能准确"),
        frozenset({"CORRECT"}),
        "part",
        (
            ask_text("ACC", "ours", "What shows it is right?", "哪些证据表明其准确？"),
            ask_text("ACC", "theirs", "What did the person show?", "本人提供了哪些证据？"),
        ),
        (attach("ACC", "documents", "The documents of both sides", "双方的材料"),),
        "privacy_lead",
        Words(
            "Looking at everything, this is more likely right than wrong, for these reasons.",
            "综合全部情况，该信息更可能准确，理由如下。",
        ),
    ),
    Exemption(
        "ACC_AGAIN",
        "11 CCR § 7023(g)",
        Words("Refused within six months, nothing new", "6个月内已拒绝且无新材料"),
        frozenset({"CORRECT"}),
        "whole",
        (ask_text("ACC_AGAIN", "earlier", "Reference and date of the refusal", "此前拒绝的编号和日期"),),
        (),
        "privacy_lead",
        Words(
            "We refused the same correction within six months and received nothing new.",
            "同一更正请求6个月内已被拒绝，且没有新材料。",
        ),
    ),
    Exemption(
        "ACC_FRAUD",
        "11 CCR § 7023(h)",
        Words("Fraudulent or abusive correction", "欺诈或滥用的更正请求"),
        frozenset({"CORRECT"}),
        "whole",
        (ask_text("ACC_FRAUD", "belief", "The documented belief, with dates", "有记录的依据及日期"),),
        (attach("ACC_FRAUD", "evidence", "The evidence", "证据"),),
        "counsel",
        Words(
            "We believe in good faith that the request is fraudulent or abusive, for these reasons.",
            "我们善意认为该请求具有欺诈性或被滥用，理由如下。",
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
    Exemption(
        "SCOPE",
        "Cal. Civ. Code § 1798.105(a)",
        Words("Not collected from you", "并非从您处收集"),
        _DELETE,
        "part",
        (
            Question(
                "SCOPE.source",
                Words("Did the person give it to us?", "是本人提供的吗？"),
                "choice",
                choices=(
                    Choice("yes", Words("Yes", "是")),
                    Choice("no", Words("No, from someone else", "不是，来自他人")),
                    Choice("mixed", Words("Mixed", "两者都有")),
                ),
                statute=Words(
                    en="…delete any personal information about the consumer "
                    "which the business has collected from the consumer."
                ),
                citation="Cal. Civ. Code § 1798.105(a)",
            ),
            ask_text("SCOPE", "origin", "Where did it come from?", "来自哪里？"),
        ),
        (),
        "privacy_lead",
        Words(
            "We did not collect this from you; it came from the source named.",
            "这些信息不是从您处收集的，来源见所述。",
        ),
        effect="retains",
    ),
)
