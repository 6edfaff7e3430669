"""Grounds under the GDPR, none confirmed against a text yet, and what its letters must say."""

from ..facts import ask_law, ask_text, ask_until, attach
from ..regime import Block, Exemption, index_exemptions
from ..terms import DECIDED, HOUSE, NOT_ALL, Approver, Words

_ERASE = frozenset({"GDPR_ERASE"})
_IDENTIFIED = frozenset({"GDPR_ACCESS", "GDPR_RECTIFY", "GDPR_ERASE", "GDPR_RESTRICT", "GDPR_PORT"})
_ALL = _IDENTIFIED | {"GDPR_OBJECT", "GDPR_ADM"}


def _erasure(code: str, letter: str, approver: Approver, title: Words, said: Words) -> Exemption:
    """Art. 17(3): as far as processing is necessary for one of five ends."""
    return Exemption(
        code,
        f"GDPR art. 17(3)({letter})",
        title,
        _ERASE,
        "part",
        (ask_law(code, "Which law or right?", "哪部法律或哪项权利？"), ask_until(code)),
        (),
        approver,
        said,
        confirmed=False,
        effect="retains",
    )


EXEMPTIONS = index_exemptions(
    # Art. 12(5): strict, and the controller bears the burden (CJEU C-526/24); a first request can be abusive.
    Exemption(
        "GDPR_EXCESS",
        "GDPR art. 12(5)",
        Words("Manifestly unfounded or excessive", "明显无理或过度"),
        _ALL,
        "whole",
        (
            ask_text(
                "GDPR_EXCESS",
                "history",
                "What shows it? Dates, requests, intent.",
                "有何依据？列明日期、请求和意图。",
            ),
        ),
        (attach("GDPR_EXCESS", "requests", "The evidence", "证据"),),
        "counsel",
        Words(
            "The request is manifestly unfounded or excessive, for the reasons given.",
            "基于所述理由，该请求明显无理或过度。",
        ),
        confirmed=False,
    ),
    Exemption(
        "GDPR_OTHERS",
        "GDPR arts. 15(4), 20(4)",
        Words("Rights and freedoms of others", "他人的权利和自由"),
        frozenset({"GDPR_ACCESS", "GDPR_PORT"}),
        "part",
        (ask_text("GDPR_OTHERS", "fields", "Which parts concern someone else?", "哪些部分涉及他人？"),),
        (),
        "privacy_lead",
        Words("Parts that concern other people are left out.", "涉及他人的部分已略去。"),
        confirmed=False,
    ),
    Exemption(
        "GDPR_UNKNOWN",
        "GDPR art. 11(2)",
        Words("We cannot tell whose data they are", "无法确定数据属于谁"),
        _IDENTIFIED,
        "part",
        (ask_text("GDPR_UNKNOWN", "how", "Why can they not be tied to a person?", "为什么无法对应到个人？"),),
        (),
        "privacy_lead",
        Words("We cannot tell which of these data are yours.", "我们无法确定其中哪些数据属于您。"),
        confirmed=False,
    ),
    _erasure(
        "GDPR_SPEECH",
        "a",
        "counsel",
        Words("Freedom of expression and information", "表达和信息自由"),
        Words("These data serve freedom of expression and information.", "这些数据涉及表达和信息自由。"),
    ),
    _erasure(
        "GDPR_LEGAL",
        "b",
        "privacy_lead",
        Words("Legal obligation or public task", "法律义务或公共任务"),
        Words("A law obliges us to keep these data.", "法律要求我们保留这些数据。"),
    ),
    _erasure(
        "GDPR_HEALTH",
        "c",
        "counsel",
        Words("Public health", "公共卫生"),
        Words("These data are needed for public health.", "公共卫生需要这些数据。"),
    ),
    _erasure(
        "GDPR_ARCHIVE",
        "d",
        "counsel",
        Words("Archiving, research or statistics", "存档、研究或统计"),
        Words("Erasing would defeat archiving, research or statistics.", "删除会妨碍存档、研究或统计。"),
    ),
    _erasure(
        "GDPR_CLAIMS",
        "e",
        "counsel",
        Words("Legal claims", "法律主张"),
        Words("We need these data for a legal claim.", "我们因法律主张需要这些数据。"),
    ),
)

BLOCKS = (
    Block(
        "done",
        Words("This is what we did, and what we did not do.", "以下是我们做了什么，以及没有做什么。"),
        "GDPR art. 12(3)-(4)",
        filled=True,
        outcomes=DECIDED,
    ),
    Block(
        "basis",
        Words("These are our reasons for what we did not do.", "以下是没有照办部分的理由。"),
        "GDPR art. 12(4)",
        filled=True,
    ),
    Block(
        "rest_done",
        Words("Everything else is erased, and recipients were told.", "其余数据均已删除，并已通知接收方。"),
        "GDPR arts. 17, 19",
        confirmed=False,
        operations=frozenset({"delete"}),
        outcomes=frozenset({"granted_in_part"}),
    ),
    Block(
        "rest_given",
        Words("Everything else is in your copy.", "其余内容均在您的副本中。"),
        "GDPR art. 15(3)-(4)",
        confirmed=False,
        operations=frozenset({"access", "port"}),
        outcomes=frozenset({"granted_in_part"}),
    ),
    Block(
        "not_identified",
        Words(
            "We cannot tell which data are yours. You may send what helps us find them.",
            "我们无法确定哪些数据属于您，您可以提供有助于查找的信息。",
        ),
        "GDPR art. 11(2)",
        outcomes=frozenset({"not_identified"}),
    ),
    Block(
        "authority",
        Words("You may complain to a data protection authority.", "您可以向数据保护监管机构投诉。"),
        "GDPR art. 12(4)",
        outcomes=NOT_ALL,
    ),
    Block(
        "court",
        Words("You may go to court.", "您可以向法院起诉。"),
        "GDPR art. 12(4)",
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
