"""Grounds against a Californian correction, 11 CCR 7023: the totality of circumstances, judged by people."""

from ..facts import ask_text, attach
from ..regime import Exemption
from ..terms import Words

CORRECTION: tuple[Exemption, ...] = (
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
)
