"""Grounds the PIPL allows, each with what must be known, attached and approved before it is used."""

from ..facts import Choice, Question, ask_law, ask_text, ask_until, attach
from ..regime import Exemption, index_exemptions
from ..terms import Words
from .pipl_policy_grounds import ERASE, POLICY_GROUNDS, SEE, TOLD_NOTHING

EXEMPTIONS = index_exemptions(
    Exemption(
        "CN_CONF",
        "PIPL arts. 18(1), 45(1)",
        Words("A law requires secrecy, or no notice", "法律要求保密或者不需要告知"),
        SEE,
        "part",
        (
            ask_law("CN_CONF", "Which law or regulation requires secrecy?", "哪部法律、行政法规要求保密？"),
            ask_until("CN_CONF"),
        ),
        (attach("CN_CONF", "document", "What the duty rests on", "义务所依据的文件"),),
        "counsel",
        TOLD_NOTHING,
    ),
    Exemption(
        "CN_STATE",
        "PIPL art. 35",
        Words("State organs", "国家机关"),
        SEE,
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
        ERASE,
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
            Question(
                "CN_PORTX.failed",
                Words("Which of the four conditions is not met?", "四项条件中哪一项不符合？"),
                "choice",
                choices=(
                    Choice("identity", Words("The identity can be verified", "能够验证请求人的真实身份")),
                    Choice(
                        "basis", Words("Given by consent, or for a contract", "基于同意提供或者基于合同收集")
                    ),
                    Choice("feasible", Words("Technically feasible", "技术上可行")),
                    Choice("harmless", Words("No harm to others", "不损害他人合法权益")),
                ),
                citation="Network Data Regulations art. 25",
            ),
            ask_text("CN_PORTX", "why", "Why is it not met?", "为什么不符合？"),
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
    *POLICY_GROUNDS,
)
