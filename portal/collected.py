"""Every text of the portal that a catalogue has to know, and where it stands: pages, mails, letters and the law."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from portal.catalogue import Text
from requests_app.law import tongues

ROOT = Path(__file__).resolve().parent.parent
CALLS = {"gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2,
         "pgettext": 2, "pgettext_lazy": 2, "npgettext": 3, "npgettext_lazy": 3}  # fmt: skip
"""Functions that look a text up, and how many of their first arguments name it: context first, plural last."""
_TRANSLATE = re.compile(r'\{% translate "([^"]*)"(?: as \w+)?(?: context "([^"]*)")?')
_IN_A_TAG = re.compile(r'_\("([^"]*)"\)')
_BLOCK = re.compile(r"\{% blocktranslate([^%]*)%\}(.*?)\{% endblocktranslate %\}", re.S)
_PLURAL = "{% plural %}"
_HANZI = re.compile(r"[\u4e00-\u9fff]")
_LETTERS = re.compile(r"[A-Za-z]")

Found = Iterator[tuple[Text, str]]


def of_pages() -> Found:
    """What pages and mails look up in a catalogue, Chinese too."""
    for path in sorted((ROOT / "portal").rglob("*.py")):
        if "django.utils.translation" in (source := path.read_text(encoding="utf-8")):
            yield from _in_module(path, source)
    for path in sorted(p for p in (ROOT / "templates").rglob("*") if p.suffix in {".html", ".txt"}):
        yield from _in_template(path)


def beside_chinese() -> Found:
    """What stands in the code in English and Chinese: in another language it is looked up by the English."""
    for text in tongues.OWN:
        yield Text(text), "requests_app/law/tongues.py"
    for path in sorted((ROOT / "requests_app").rglob("*.toml")):
        for english in _in_tables(tomllib.loads(path.read_text(encoding="utf-8"))):
            yield Text(english), str(path.relative_to(ROOT))
    for room in ("portal", "requests_app"):
        for path in sorted((ROOT / room).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(source)) if _HANZI.search(source) else ():
                for english in _pairs(node):
                    if _LETTERS.search(re.sub(r"\{\w+\}", "", english)):
                        yield Text(english), _place(path, getattr(node, "lineno", 0))


def _in_tables(found: object) -> Iterator[str]:
    """English texts of a data file that have their Chinese under the next key."""
    if not isinstance(found, dict):
        return
    if isinstance(found.get("en"), str) and "zh-Hans" in found:
        yield found["en"]
    for child in found.values():
        yield from _in_tables(child)


def everything() -> dict[Text, str]:
    """All of it, each text once, with the first place it stands at."""
    found: dict[Text, str] = {}
    for text, place in (*of_pages(), *beside_chinese()):
        if text.english.strip():
            found.setdefault(text, place)
    return found


def _in_module(path: Path, source: str) -> Found:
    nodes = list(ast.walk(ast.parse(source)))
    # A module gives the functions shorter names: ``from django.utils.translation import gettext as _``.
    called = {
        alias.asname or alias.name: alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in CALLS
    }
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in called:
            name = called[node.func.id]
            named = [one.value for one in node.args[: CALLS[name]] if isinstance(one, ast.Constant)]
            if len(named) == CALLS[name]:
                yield _called(name, named), _place(path, node.lineno)


def _called(name: str, named: list[str]) -> Text:
    context = named.pop(0) if "pgettext" in name else ""
    return Text(named[0], context, named[1] if len(named) > 1 else "")


def _in_template(path: Path) -> Found:
    whole = path.read_text(encoding="utf-8")
    for found in _TRANSLATE.finditer(whole):
        yield Text(found[1], found[2] or ""), _place(path, _line(whole, found))
    for found in _IN_A_TAG.finditer(whole):
        yield Text(found[1]), _place(path, _line(whole, found))
    for found in _BLOCK.finditer(whole):
        said = re.sub(r"\{\{ *(\w+) *\}\}", r"%(\1)s", found[2])
        forms = [" ".join(f.split()) if "trimmed" in found[1] else f for f in said.split(_PLURAL)]
        context = re.search(r'context "([^"]*)"', found[1])
        text = Text(forms[0], context[1] if context else "", forms[1] if len(forms) > 1 else "")
        yield text, _place(path, _line(whole, found))


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


def _line(whole: str, found: re.Match[str]) -> int:
    return whole.count("\n", 0, found.start()) + 1


def _place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"
