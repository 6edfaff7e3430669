"""Whether a letter asks for a part of a right alone: one consent of several, by the names the inventory gives it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from requests_app import law, subject
from requests_app.intake.phrases import rules
from requests_app.register import Controller
from requests_app.register.inventory import Part

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|[。！？；]|\n\s*\n")


def details_of(controller: Controller, rights: Iterable[str], text: str) -> dict[str, str]:
    """What to keep with the cases; nothing where the whole is meant, or may be."""
    sentences = _sentences(text)
    parts = _named(controller, rights, sentences)
    # To stop less than was asked would be wrong; what was stopped beyond it is allowed again by one press.
    if len(parts) != 1 or any(_says_more(sentence, parts[0]) for sentence in sentences):
        return {}
    return {subject.PART: parts[0].code}


def is_unsure(controller: Controller, rights: Iterable[str], text: str) -> bool:
    """Whether it names a part and may want to keep it, or to keep all but it: neither part nor whole is then plain."""
    sentences = _sentences(text)
    kept = any(rules().keeps.search(sentence) for sentence in sentences)
    return kept and bool(_named(controller, rights, sentences))


def _sentences(text: str) -> list[str]:
    """Lines of one paragraph are one text, wherever they are wrapped."""
    return [" ".join(one.split()) for one in _SENTENCE.split(text.lower())]


def _named(controller: Controller, rights: Iterable[str], sentences: list[str]) -> list[Part]:
    offered = {right.code: right.regime for right in controller.rights}
    operations = [law.regime(offered[code]).right(code).operation for code in rights if code in offered]
    parts = [part for one in dict.fromkeys(operations) for part in controller.inventory.parts_of(one)]
    return [part for part in parts if any(_names(sentence, part) for sentence in sentences)]


def _names(sentence: str, part: Part) -> bool:
    return any(name in sentence for name in part.named)


def _says_more(sentence: str, part: Part) -> bool:
    if rules().more.search(sentence) or rules().keeps.search(sentence):
        return True
    return _names(sentence, part) and bool(rules().joins.search(sentence))
