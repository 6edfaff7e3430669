"""Grounds under the United States policy, "required by law" and nothing wider, and what its letters say."""

from ..facts import ask_law, ask_text, ask_until, attach
from ..regime import Block, Exemption, index_exemptions
from ..terms import DECIDED, DONE, HOUSE, NOT_ALL, Words

_POLICY = "Privacy policy, Your Rights and Choices"
_DELETE = frozenset({"US_DELETE", "MINOR_REPORT"})

EXEMPTIONS = index_exemptions(
    Exemption(
        "DEL8",
        _POLICY,
        Words("Legal obligation", "法律义务"),
        _DELETE,
        "part",
        (ask_law("DEL8"), ask_until("DEL8")),
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
        _POLICY,
        Words("An authority’s demand, a hold or a legal claim", "主管机关要求、保全或诉讼"),
        _DELETE | {"US_ACCESS", "US_UPDATE"},
        "part",
        (
            ask_law("LAW"),
            ask_text("LAW", "case", "Which case or matter number?", "案件或事项编号？"),
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
        "NEVER",
        HOUSE,
        Words("Never handed over", "不得交付的内容"),
        frozenset({"US_ACCESS"}),
        "part",
        (),
        (),
        "handler",
        Words(
            "For your safety we do not hand this over. We hold it, and name its kind. "
            "If you tell us the value, we will tell you whether it matches.",
            "为保护您的安全，我们不交付此类内容。我们持有该信息并在此说明其种类；"
            "您可以提供数值，由我们告知是否一致。",
        ),
        automatic=True,
    ),
    Exemption(
        "OTHERS",
        HOUSE,
        Words("Another person’s information", "他人的信息"),
        frozenset({"US_ACCESS"}),
        "part",
        (ask_text("OTHERS", "fields", "Which parts concern someone else?", "哪些部分涉及他人？"),),
        (),
        "privacy_lead",
        Words("Parts that concern other people are left out.", "涉及他人的部分已略去。"),
    ),
)

BLOCKS = (
    Block(
        "done",
        Words("This is what we did, and what we did not do.", "以下是我们做了什么，以及没有做什么。"),
        HOUSE,
        filled=True,
        house=True,
        outcomes=DECIDED,
    ),
    Block(
        "basis",
        Words(
            "For each thing we did not do, this is the ground and what it rests on.",
            "对没有做的每一项，说明理由及依据。",
        ),
        HOUSE,
        filled=True,
        house=True,
    ),
    Block(
        "rest_done",
        Words("Everything else is deleted.", "其余信息均已删除。"),
        HOUSE,
        house=True,
        operations=frozenset({"delete"}),
        outcomes=frozenset({"granted_in_part"}),
    ),
    Block(
        "marketing_stopped",
        Words(
            "You are off our marketing lists. Notices about your orders and account still come.",
            "您已从营销名单中移除，有关订单和账号的通知不受影响。",
        ),
        "CAN-SPAM Act",
        confirmed=False,
        operations=frozenset({"marketing_opt_out"}),
        outcomes=DONE,
    ),
    Block(
        "not_identified",
        Words("We could not make sure who is asking.", "我们未能确认请求人的身份。"),
        HOUSE,
        house=True,
        outcomes=frozenset({"not_identified"}),
    ),
    Block(
        "appeal",
        Words(
            "If you disagree, answer this letter: someone else here will look at it again.",
            "如不同意，请回复本函，我们会由另一人重新审查。",
        ),
        HOUSE,
        house=True,
        outcomes=NOT_ALL,
    ),
    Block(
        "withdrawn",
        Words(
            "You took the request back; we stopped, and you may ask again at any time.",
            "您已撤回请求，我们已停止处理，您可以随时再次提出。",
        ),
        HOUSE,
        house=True,
        outcomes=frozenset({"withdrawn"}),
    ),
)
