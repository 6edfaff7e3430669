"""A citation as a reader of that language writes it: 《个人信息保护法》第四十五条 for PIPL art. 45."""

from __future__ import annotations

import re

from .terms import HOUSE, Words, is_chinese

_OURS = Words("House rule", "我们的承诺")
_LAWS = {
    "PIPL": "《个人信息保护法》",
    "PRC Civil Code": "《民法典》",
    "Network Data Regulations": "《网络数据安全管理条例》",
    "Minors’ Network Protection Regulations": "《未成年人网络保护条例》",
    "E-Commerce Law": "《电子商务法》",
    "Measures on National Holidays": "《全国年节及纪念日放假办法》",
    "MIIT Order 24": "工业和信息化部令第24号",
    "App Violation Identification Measures": "《App违法违规收集使用个人信息行为认定方法》",
}
_AMERICAN = {
    "Cal. Civ. Code": "《加州民法典》",
    "Cal. Gov. Code": "《加州政府法典》",
    "Cal. Code Civ. Proc.": "《加州民事诉讼法典》",
    "Va. Code": "《弗吉尼亚州法典》",
    "11 CCR": "《加州法规汇编》第11编",
    "5 U.S.C.": "《美国法典》第5编",
    "CAN-SPAM Act": "《反垃圾邮件法》（CAN-SPAM Act）",
}
"""Laws whose sections keep their own numbers: 《加州民法典》第1798.105(a)条."""
_POLICY = re.compile(r"Privacy policy(?:, (.+))?")
_AMERICAN_CITED = re.compile(r"(.+?)(?: §§? (\S.*))?$")
_CITED = re.compile(r"(?P<law>.+?) arts?\. (?P<articles>[\d(][\d(), -]*)$")
_ARTICLE = re.compile(r"(\d+)((?:\(\d+\))*)(?:-(?:(\d+)|\((\d+)\)))?")
_NOTICE = re.compile(r"State Council holiday notice for (\d{4})")
_SECTION = re.compile(r"(.+?) § (\S.*)$")
_BOTH = (
    re.compile(r"(?P<zh>[^(]*[\u4e00-\u9fff][^(]*?) \((?P<en>[A-Za-z][^()]*)\)"),
    re.compile(r"(?P<en>[A-Za-z][^（]*?)（(?P<zh>[^）]*[\u4e00-\u9fff][^）]*)）"),
)
"""A pack may cite in one language and give the other in brackets behind it."""
_DIGITS = "零一二三四五六七八九"


def cite_in(citation: str, language: str) -> str:
    """The citation in ``language``; a law that has no name in it keeps its own form."""
    if citation == HOUSE:
        return _OURS.in_(language)
    chinese = is_chinese(language)
    if both := next(filter(None, (pattern.fullmatch(citation) for pattern in _BOTH)), None):
        return both["zh" if chinese else "en"]
    if not chinese:
        return citation
    return "；".join(_in_chinese(part.strip()) for part in citation.split(";"))


def _in_chinese(part: str) -> str:
    if part == HOUSE:
        return _OURS.zh
    if notice := _NOTICE.fullmatch(part):
        return f"国务院{notice[1]}年放假安排"
    cited = _CITED.fullmatch(part)
    if cited and cited["law"] in _LAWS:
        articles = "、".join(_article(article.strip()) for article in cited["articles"].split(","))
        return _LAWS[cited["law"]] + articles
    if policy := _POLICY.fullmatch(part):
        return f"《隐私政策》“{policy[1]}”部分" if policy[1] else "《隐私政策》"
    american = _AMERICAN_CITED.fullmatch(part)
    if american and american[1] in _AMERICAN:
        sections = (american[2] or "").replace(", ", "、")
        return _AMERICAN[american[1]] + (f"第{sections}条" if sections else "")
    section = _SECTION.fullmatch(part)
    if section and (section[1] in _LAWS or section[1].startswith("GB/T")):
        ending = "条" if re.fullmatch(r"[\d.]+", section[2]) else ""
        return f"{_LAWS.get(section[1], section[1])} 第{section[2]}{ending}"
    return part


def _article(text: str) -> str:
    found = _ARTICLE.fullmatch(text)
    if not found:
        return text
    number, parts, last_article, last_part = found.groups()
    said = f"第{_number(int(number))}条"
    units = ("款", "项")
    inner = re.findall(r"\d+", parts)
    for unit, inside in zip(units, inner, strict=False):
        said += f"第{_number(int(inside))}{unit}"
    if last_article:
        said += f"{_to(number, last_article)}第{_number(int(last_article))}条"
    if last_part:
        said += f"{_to(inner[-1], last_part)}第{_number(int(last_part))}{units[len(inner) - 1]}"
    return said


def _to(first: str, last: str) -> str:
    return "、" if int(last) == int(first) + 1 else "至"


def _number(value: int) -> str:
    """Chinese numerals, as statutes number their articles."""
    said, zero = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // power % 10
        if digit:
            said += ("零" if zero else "") + _DIGITS[digit] + unit
            zero = False
        elif said:
            zero = True
    return said.removeprefix("一") if said.startswith("一十") else said
