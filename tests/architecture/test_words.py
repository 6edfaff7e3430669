"""Whatever a page says in English it can say in Chinese: no word of the code is missing from the catalogues."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator

from tests.stack import ROOT

CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "later": 1, "_later": 1, "ngettext": 1, "ngettext_lazy": 1,
         "pgettext": 2, "pgettext_lazy": 2, "npgettext": 2, "npgettext_lazy": 2}  # fmt: skip
"""Functions that look a text up, and how many of their first arguments name it: two where a context comes first."""
TRANSLATE = re.compile(r'\{% translate "([^"]*)"(?: as \w+)?(?: context "([^"]*)")?')
BLOCK = re.compile(r"\{% blocktranslate([^%]*)%\}(.*?)\{% (?:plural|endblocktranslate) %\}", re.S)
BETWEEN = "\x04"
"""Stands between a context and a text in a compiled catalogue."""


def test_every_word_of_a_page_stands_in_a_chinese_catalogue() -> None:
    known = {key[0] if isinstance(key, tuple) else key for one in _catalogues() for key in one}
    said = {text for text in (*_in_code(), *_in_templates()) if text.strip()}
    assert len(said) > 1500
    assert not sorted(said - known)


def test_no_two_catalogues_say_the_same_words_otherwise() -> None:
    """The first one read would win on every page, whatever the other says: a context keeps them apart."""
    said: dict[object, set[str]] = {}
    for one in _catalogues():
        for key, told in one.items():
            said.setdefault(key, set()).add(told)
    assert not {key: told for key, told in said.items() if key and len(told) > 1}


def _catalogues() -> list[dict[object, str]]:
    found = []
    for compiled in ROOT.glob("portal/*/locale/zh_Hans/LC_MESSAGES/django.mo"):
        with compiled.open("rb") as file:
            found.append(gettext.GNUTranslations(file)._catalog)
    return found


def _in_code() -> Iterator[str]:
    # What the settings name are languages, which are Django's own words.
    for path in {*ROOT.glob("portal/**/*.py")} - {ROOT / "portal" / "settings.py"}:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                named = node.args[: CALLS[node.func.id]]
                if all(isinstance(one, ast.Constant) for one in named):
                    yield BETWEEN.join(one.value for one in named)


def _in_templates() -> Iterator[str]:
    for path in (*ROOT.glob("templates/**/*.html"), *ROOT.glob("templates/**/*.txt")):
        text = path.read_text(encoding="utf-8")
        for found, context in TRANSLATE.findall(text):
            yield BETWEEN.join((context, found)) if context else found
        for options, found in BLOCK.findall(text):
            told = re.sub(r"\{\{ *(\w+) *\}\}", r"%(\1)s", found)
            told = " ".join(told.split()) if "trimmed" in options else told
            context = re.search(r'context "([^"]*)"', options)
            yield BETWEEN.join((context[1], told)) if context else told
