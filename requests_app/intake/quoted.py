"""Cuts a mail's text down to the writer's own new words: no quotation, no signature, in English and Chinese.

Line by line with bounded patterns; the general reply parsers take minutes over a page of empty lines.
"""

from __future__ import annotations

import re

MAX_SIGNS = 20_000
_STARTS_QUOTE = re.compile(
    r"""
    -{2,}\s*(?:original\s+(?:message|e-?mail)|forwarded\s+message|原始邮件|原邮件|转发邮件|转发的邮件)\s*-{0,}
    | -{2,}\s*(?:begin\ forwarded\ message)
    | (?:begin\ forwarded\ message|原始邮件|原始郵件|以下是转发的邮件)\s*[:：]?
    | _{20,}
    | on\b.{1,200}\bwrote\s*[:：]
    | 在?.{0,200}(?:写道|寫道|的邮件中写道)\s*[:：]
    | (?:于|於).{1,200}(?:写道|寫道)\s*[:：]
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HEADER = re.compile(
    r"\**(from|sent|date|to|cc|subject|发件人|發件人|寄件者|发送时间|發送時間|发送日期|日期|时间|收件人|抄送|主题|主題)"
    r"\**\s*[:：]",
    re.IGNORECASE,
)
_FROM = {"from", "发件人", "發件人", "寄件者"}
_SIGNATURE = re.compile(
    r"--|—{2,}|-{3,}|sent from my\b.{0,60}|get outlook for\b.{0,60}|sent via\b.{0,60}"
    r"|发自我的.{0,40}|從我的.{0,40}傳送|来自我的.{0,40}|发自.{0,20}(?:邮箱|手机).{0,20}",
    re.IGNORECASE,
)


def own_words(text: str) -> str:
    """What the writer wrote now; empty when all of it is quotation."""
    lines = text[:MAX_SIGNS].split("\n")
    kept: list[str] = []
    for number, line in enumerate(lines):
        bare = line.strip()
        if _quote_starts(bare, lines, number) or _SIGNATURE.fullmatch(bare):
            break
        if not bare.startswith((">", "＞", "|>")):
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _quote_starts(bare: str, lines: list[str], number: int) -> bool:
    if not bare or len(bare) > 400:
        return False
    if _STARTS_QUOTE.fullmatch(bare):
        return True
    # Mail programs break "On … wrote:" over two lines.
    following = [line.strip() for line in lines[number + 1 : number + 6]]
    if (
        bare.lower().startswith("on ")
        and following
        and _STARTS_QUOTE.fullmatch(f"{bare} {following[0]}"[:400])
    ):
        return True
    header = _HEADER.match(bare)
    if header is None or header[1].lower() not in _FROM:
        return False
    # A sender's line alone may be the writer's own; with another header under it, it is a quoted mail.
    return any(_HEADER.match(line) for line in following)
