"""How the rulebook says a duty, a role, a standard and a kind of source, in both languages."""

from __future__ import annotations

from ..regime import Duty, Exemption, Window
from ..terms import HOUSE, Level, Words

OUTCOMES = {
    "granted": Words("granted", "准许"),
    "granted_in_part": Words("granted in part", "部分准许"),
    "refused": Words("refused", "拒绝"),
    "not_identified": Words("not identified", "身份未确认"),
    "withdrawn": Words("withdrawn", "撤回"),
}
APPROVERS = {
    "handler": Words("Handler", "经办人"),
    "privacy_lead": Words("Privacy lead", "隐私负责人"),
    "counsel": Words("Counsel", "法律顾问"),
}
LEVELS = {
    Level.NONE: Words("No proof may be asked", "不得要求证明身份"),
    Level.REASONABLE: Words("Reasonable", "合理"),
    Level.HIGH: Words("Reasonably high", "较高"),
    Level.ACCOUNT: Words("Account sign-in", "登录账号"),
}
EFFECTS = {
    "withholds": Words("withholds what it covers", "不提供所涉内容"),
    "retains": Words("keeps what it covers", "保留所涉内容"),
    "delays": Words("delays, and refuses nothing", "只推迟，不拒绝"),
    "blocked": Words("never usable here", "不得使用"),
}
PERSONS_PART = {
    "confirms": Words("says yes with a code of their own", "须以其本人收到的验证码确认"),
    "is_told": Words("is told, where an address is on record", "如有留存地址，则予以告知"),
    "is_left_alone": Words("is asked nothing", "无须作任何表示"),
}
SIDES = {
    "representative": Words("whoever acts", "代为行使的人"),
    "person": Words("the person", "本人"),
}
KINDS = {
    "yes_no": Words("yes or no", "是或否"),
    "text": Words("in words", "文字说明"),
    "date": Words("a day", "日期"),
    "choice": Words("a choice", "选择"),
    "citation": Words("a law", "法律条文"),
}
YES, NO = Words("yes", "是"), Words("no", "否")
NONE_OWED = Words("Not owed", "无须")
NONE_THERE = Words("None", "无")

_IMPLEMENTING = (
    "Network Data Regulations",
    "Minors’ Network Protection Regulations",
    "MIIT Order",
    "App Violation Identification Measures",
    "11 CCR",
)


def source_of(citation: str) -> Words:
    """What kind of rule a citation is: a recommended standard or our own promise is no statute, and says so."""
    kinds = [_kind(part.strip()) for part in citation.split(";")]
    en, zh = list(dict.fromkeys(kind.en for kind in kinds)), list(dict.fromkeys(kind.zh for kind in kinds))
    return Words(" + ".join(en), "、".join(zh))


def _kind(part: str) -> Words:
    if part == HOUSE or part.startswith("Privacy policy"):
        return Words("our own rule", "我们的承诺")
    if part.startswith("GB/T"):
        return Words("recommended standard, no law", "推荐性标准，并非法律")
    if part.startswith(_IMPLEMENTING):
        return Words("implementing rule", "配套规定")
    return Words("statute", "法律")


def period(duty: Duty) -> Words:
    """How long, counted how."""
    number = duty.number
    match duty.count:
        case "at_once":
            return Words("at once", "立即")
        case "calendar_days":
            return Words(f"{number} calendar days after receipt", f"收到后{number}个自然日")
        case "months":
            return Words(f"{number} month{'s' * (number > 1)} after receipt", f"收到后{number}个月")
        case "business_days":
            return Words(
                f"{number} business days after receipt; Saturdays counted and not, we keep the earlier",
                f"收到后{number}个工作日（周六计与不计两种算法，取较早者）",
            )
        case "working_days":
            said = f"{number} working day{'s' * (number > 1)} after receipt, make-up days counted"
            said_zh = f"收到后{number}个工作日，含调休上班日"
            if duty.outer_days is None:
                return Words(said, said_zh)
            return Words(
                f"{said}; never later than day {duty.outer_days}",
                f"{said_zh}；无论如何不超过第{duty.outer_days}天",
            )


def longer(duty: Duty, first: Duty) -> Words:
    """The one extension, and the notice it needs."""
    added = duty.number - first.number
    unit, unit_zh = ("months", "个月") if duty.count == "months" else ("days", "天")
    return Words(
        f"once, {added} {unit} more, {duty.number} {unit} in all; "
        "written notice with the reason within the first period",
        f"一次，延长{added}{unit_zh}，合计{duty.number}{unit_zh}；须在首个期限内书面说明理由",
    )


def length(window: Window) -> Words:
    """How often in how long; empty where the words say it all."""
    if window.months:
        often = Words(f"{window.times} in {window.months} months", f"{window.months}个月内{window.times}次")
        return often if window.times > 1 else Words(f"{window.months} months", f"{window.months}个月")
    return Words(f"{window.days} days", f"{window.days}天") if window.days else Words()


def reach(exemption: Exemption) -> Words:
    """Whole or part, what it does, and whether a person must judge."""
    whole = exemption.scope == "whole"
    effect = EFFECTS[exemption.effect]
    en = [
        "can defeat the whole request" if whole else "only the part it covers",
        effect.en,
        "by itself" if exemption.automatic else "never by itself",
    ]
    zh = [
        "可针对整项请求" if whole else "仅限所涉部分",
        effect.zh,
        "自动适用" if exemption.automatic else "不得自动适用",
    ]
    if exemption.restricts:
        en.append("what is kept is only stored and protected")
        zh.append("保留部分仅存储并采取安全保护措施")
    return Words("; ".join(en), "；".join(zh))


CHECKED = {
    "acknowledge": Words("acknowledgement", "确认收到"),
    "respond": Words("answer", "答复"),
    "extension": Words("after an extension", "延长后"),
    "statutory": Words("law’s last day", "法律规定的最后一天"),
    "rolled": Words("moved to a working day", "顺延后"),
    "sla": Words("the day we work to", "我们的期限"),
    "outer": Words("outer limit", "最长期限"),
    "ordinary": Words("business days, Monday to Friday", "工作日（周一至周五）"),
    "strict": Words("business days, Saturdays too", "工作日（含周六）"),
    "safe": Words("last working day within the outer limit", "最长期限内最后一个工作日"),
    "due_on": Words("the day we work to", "我们的期限"),
    "last_on": Words("last day", "最后一天"),
    "provisional": Words("provisional", "暂定"),
    "not_allowed": Words("the server refuses this ground", "系统拒绝使用该理由"),
    "suggestion": Words("advice", "建议"),
    "grounds": Words("grounds", "理由"),
    "questions": Words("still to be answered", "尚待回答"),
    "suggested": Words("suggested answers", "预填答案"),
    "until": Words("until", "到期日"),
    "missing": Words("still needed before use", "使用前仍需"),
    "approver": Words("approved by", "批准人"),
}
"""What an example checks, by the name it has in the file."""


def checked(what: str) -> Words:
    """``respond.sla`` as words."""
    parts = [CHECKED[part] for part in what.split(".")]
    return Words(": ".join(part.en for part in parts), "：".join(part.zh for part in parts))
