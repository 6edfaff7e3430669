"""Every text of the portal that a catalogue has to know, and where it stands: pages, mails, letters and the law."""

from __future__ import annotations

import ast
import io
import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

from portal.catalogue import Texts, texts
from requests_app.law import tongues

ROOT = Path(__file__).resolve().parent.parent
CALLS = {
    f"{name}{ending}": given for name, given in DEFAULT_KEYWORDS.items() for ending in ("", "_lazy", "_noop")
}
"""Functions that look a text up, and which of their arguments name it."""
_SHORTER = re.compile(r"\b(\w*gettext\w*) as (\w+)")
_HANZI = re.compile(r"[\u4e00-\u9fff]")
_LETTERS = re.compile(r"[A-Za-z]")

Found = Iterator[tuple[str, Path, int | None]]


def of_pages() -> Texts:
    """What pages and mails look up in a catalogue, Chinese too."""
    return texts(_of_pages())


def everything() -> Texts:
    """All that a language beyond English and Chinese has to know."""
    found = _of_pages()
    for english, path, line in beside_chinese():
        found.add(english, locations=[(str(path.relative_to(ROOT)), line)])
    return texts(found)


def beside_chinese() -> Found:
    """What stands in the code in English and Chinese: in another language it is looked up by the English."""
    for text in tongues.OWN:
        yield text, ROOT / "requests_app" / "law" / "tongues.py", None
    for path in sorted((ROOT / "requests_app").rglob("*.toml")):
        for english in _in_tables(tomllib.loads(path.read_text(encoding="utf-8"))):
            yield english, path, None
    for room in ("portal", "requests_app"):
        for path in sorted((ROOT / room).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(source)) if _HANZI.search(source) else ():
                for english in _pairs(node):
                    if _LETTERS.search(re.sub(r"\{\w+\}", "", english)):
                        yield english, path, getattr(node, "lineno", None)


def _of_pages() -> Catalog:
    found = Catalog()
    for path in sorted((ROOT / "portal").rglob("*.py")):
        if "django.utils.translation" in (source := path.read_text(encoding="utf-8")):
            # A module gives the functions shorter names: ``from django.utils.translation import gettext as _``.
            calls = CALLS | {name: CALLS[whole] for whole, name in _SHORTER.findall(source)}
            for line, piece in ((1, source), *_in_braces(source)):
                _take(found, path, piece, calls, line)
    for path in sorted(p for p in (ROOT / "templates").rglob("*") if p.suffix in {".html", ".txt"}):
        # What Django makes of a template is no Python: its lines are pushed in as those of the template are.
        lines = templatize(path.read_text(encoding="utf-8"), origin=str(path)).splitlines()
        _take(found, path, "\n".join(line.lstrip() for line in lines), CALLS)
    return found


def _in_braces(source: str) -> Iterator[tuple[int, str]]:
    """What stands in the braces of a text, with its line: until Python 3.12 such a text is one piece to a reader."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FormattedValue):
            yield node.lineno, ast.unparse(node.value)


def _take(found: Catalog, path: Path, source: str, calls: dict[str, tuple | None], first: int = 1) -> None:
    for line, text, _comments, context in extract("python", io.BytesIO(source.encode()), calls):
        if (text if isinstance(text, str) else text[0]).strip():
            place = (str(path.relative_to(ROOT)), first + line - 1)
            found.add(text, locations=[place], context=context)


def _in_tables(found: object) -> Iterator[str]:
    """English texts of a data file that have their Chinese under the next key."""
    if not isinstance(found, dict):
        return
    if isinstance(found.get("en"), str) and "zh-Hans" in found:
        yield found["en"]
    for child in found.values():
        yield from _in_tables(child)


def _pairs(node: ast.AST) -> Iterator[str]:
    """English texts that have their Chinese right after them, as arguments, in a row, or by the names en and zh."""
    row: list[ast.expr] = []
    if isinstance(node, ast.Call):
        row = list(node.args)
        by_name = {keyword.arg: keyword.value for keyword in node.keywords}
        if {"en", "zh"} <= by_name.keys():
            yield from _both(by_name["en"], by_name["zh"])
    elif isinstance(node, ast.Tuple | ast.List):
        row = node.elts
    for first, second in pairwise(row):
        yield from _both(first, second)


def _both(first: ast.expr, second: ast.expr) -> Iterator[str]:
    if isinstance(first, ast.IfExp) and isinstance(second, ast.IfExp):
        yield from _both(first.body, second.body)
        yield from _both(first.orelse, second.orelse)
        return
    english, chinese = _text(first), _text(second)
    if english and chinese and _HANZI.search(chinese) and not _HANZI.search(english):
        yield english


def _text(node: ast.expr) -> str:
    """A text as it stands, its values as numbered places."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        said, places = "", 0
        for part in node.values:
            if isinstance(part, ast.Constant):
                said += str(part.value)
            else:
                places += 1
                said += f"{{{places}}}"
        return said
    return ""
