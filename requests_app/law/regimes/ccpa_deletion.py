"""Grounds for keeping what a Californian asked to delete: Civ. Code 1798.105(a) and (d), 11 CCR 7022.

What is kept serves its ground alone, the rest goes, and the letter says which (11 CCR 7022(f)).
"""

from ..facts import Choice, Question, ask_text, ask_until, ask_yes, attach
from ..regime import Exemption
from ..terms import Words

_DELETE = frozenset({"DELETE"})

DELETION: tuple[Exemption, ...] = (
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
    # The record of who asked for what outlasts the deletion that it protects.
    Exemption(
        "RECORD",
        "Cal. Civ. Code § 1798.105(c)(2)",
        Words("Record kept so that a refusal is followed", "为遵守您的拒绝而保存的记录"),
        _DELETE,
        "part",
        (
            ask_text(
                "RECORD",
                "list",
                "Which list is it, who sees it, and is it used for nothing else?",
                "是哪份名单，谁能查看，是否不作他用？",
            ),
        ),
        (),
        "handler",
        Words(
            "We keep the record of what you refused, so that we go on following it. We use it for nothing else.",
            "我们保留您所拒绝事项的记录，以便继续遵守；我们不作他用。",
        ),
        effect="retains",
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
