"""HTML to plain text, safely: cleaned by a real parser first, quoted blocks marked like quoted lines."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import nh3

MAX_HTML = 500_000
MAX_TAGS = 10_000
"""Beyond this the tree costs more than the words are worth."""
_BLOCKS = {"p", "div", "br", "li", "tr", "blockquote", "hr", "h1", "h2", "h3", "h4", "h5", "h6"}
_QUOTING = re.compile(
    r"gmail_quote|yahoo_quoted|moz-cite|divrplyfwdmsg|appendonsend|ntes_quote|qm_quote|isreplycontent", re.I
)


def to_text(source: str) -> str:
    """The words of a page. Scripts and styles are gone with what is in them; entities are characters."""
    cut = source[:MAX_HTML]
    if cut.count("<") > MAX_TAGS:
        return _flat(cut)
    cleaned = nh3.clean(
        cut,
        tags=_BLOCKS,
        attributes={"div": {"class", "id"}},
        clean_content_tags={"script", "style", "title"},
        link_rel=None,
    )
    reader = _Reader()
    reader.feed(cleaned)
    reader.close()
    return reader.text()


def _flat(source: str) -> str:
    without = re.sub(r"<[^<>]{0,2000}>", " ", source)
    return re.sub(r"[ \t]+", " ", unescape(without))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.open: list[bool] = []
        """For each open quote-able element, whether it is a quotation."""
        self.quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _BLOCKS:
            return
        self._break()
        if tag in {"blockquote", "div"}:
            marks = " ".join(value or "" for _, value in attrs)
            quotation = tag == "blockquote" or bool(_QUOTING.search(marks))
            self.open.append(quotation)
            self.quoted += quotation

    def handle_endtag(self, tag: str) -> None:
        if tag in {"blockquote", "div"} and self.open:
            self.quoted -= self.open.pop()
        if tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        words = re.sub(r"\s+", " ", data)
        if self.lines[-1] in {"", "> "}:
            words = words.lstrip()
        if words:
            if not self.lines[-1] and self.quoted:
                self.lines[-1] = "> "
            self.lines[-1] += words

    def text(self) -> str:
        """Lines as read, never more than one empty one in a row."""
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in self.lines)).strip()

    def _break(self) -> None:
        if self.lines[-1] or len(self.lines) < 2 or self.lines[-2]:
            self.lines.append("")
