"""Grounds under the Virginia act, none confirmed, and what its letters must say."""

from ..facts import ask_law, ask_text, ask_until
from ..regime import Block, Exemption, Window, index_exemptions
from ..terms import DECIDED, DONE, HOUSE, NOT_ALL, Words

_ACT = "Virginia Consumer Data Protection Act"
_VERIFIED = frozenset({"VA_ACCESS", "VA_CORRECT", "VA_DELETE", "VA_PORT"})

EXEMPTIONS = index_exemptions(
    Exemption(
        "VA_AUTH",
        _ACT,
        Words("The request cannot be authenticated", "无法核实请求"),
        _VERIFIED,
        "whole",
        (ask_text("VA_AUTH", "tried", "What was tried?", "已作过哪些尝试？"),),
        (),
        "handler",
        Words("We could not make sure who is asking.", "我们未能确认请求人的身份。"),
        confirmed=False,
    ),
    Exemption(
        "VA_LEGAL",
        _ACT,
        Words("Legal obligation", "法律义务"),
        frozenset({"VA_DELETE"}),
        "part",
        (ask_law("VA_LEGAL"), ask_until("VA_LEGAL")),
        (),
        "privacy_lead",
        Words("A law obliges us to keep this.", "法律要求我们保留这些信息。"),
        confirmed=False,
        effect="retains",
    ),
    Exemption(
        "VA_SECURITY",
        _ACT,
        Words("Security", "安全"),
        frozenset({"VA_DELETE"}),
        "part",
        (
            ask_text(
                "VA_SECURITY",
                "purpose",
                "Which incident or log policy needs it?",
                "哪个事件或日志规定需要它？",
            ),
            ask_until("VA_SECURITY"),
        ),
        (),
        "privacy_lead",
        Words(
            "We need this to keep accounts and systems secure.", "为保障账号和系统安全，我们需保留这些信息。"
        ),
        confirmed=False,
        effect="retains",
    ),
    Exemption(
        "VA_FREQ",
        _ACT,
        Words("More than twice a year", "一年内超过两次"),
        _VERIFIED,
        "whole",
        (ask_text("VA_FREQ", "earlier", "References of the two earlier requests", "之前两次请求的编号"),),
        (),
        "handler",
        Words("Two requests a year are free; this is a further one.", "每年两次免费，本次超出该次数。"),
        confirmed=False,
    ),
)

WINDOWS = (
    Window(
        "free_twice",
        _VERIFIED,
        Words("Two requests in 12 months are free.", "12个月内两次免费。"),
        _ACT,
        months=12,
        times=2,
        confirmed=False,
        counts=DONE,
        ground="VA_FREQ",
    ),
)

BLOCKS = (
    Block(
        "done",
        Words("This is what we did, and what we did not do.", "以下是我们做了什么，以及没有做什么。"),
        _ACT,
        filled=True,
        confirmed=False,
        outcomes=DECIDED,
    ),
    Block(
        "basis",
        Words("These are our reasons for what we did not do.", "以下是没有照办部分的理由。"),
        _ACT,
        filled=True,
        confirmed=False,
    ),
    Block(
        "rest_done",
        Words("Everything else is deleted.", "其余信息均已删除。"),
        _ACT,
        confirmed=False,
        operations=frozenset({"delete"}),
        outcomes=frozenset({"granted_in_part"}),
    ),
    Block(
        "rest_given",
        Words("Everything else is in your copy.", "其余内容均在您的副本中。"),
        _ACT,
        confirmed=False,
        operations=frozenset({"access", "port"}),
        outcomes=frozenset({"granted_in_part"}),
    ),
    Block(
        "not_identified",
        Words("We could not make sure who is asking.", "我们未能确认请求人的身份。"),
        _ACT,
        confirmed=False,
        outcomes=frozenset({"not_identified"}),
    ),
    Block(
        "appeal",
        Words(
            "You may appeal: answer this letter, and we decide within 60 days.",
            "您可以申诉：请回复本函，我们在60天内作出决定。",
        ),
        _ACT,
        confirmed=False,
        outcomes=NOT_ALL,
    ),
    Block(
        "attorney_general",
        Words("You may complain to the Attorney General of Virginia.", "您可以向弗吉尼亚州总检察长投诉。"),
        _ACT,
        confirmed=False,
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
