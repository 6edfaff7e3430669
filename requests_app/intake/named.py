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


def parts_of(controller: Controller, rights: Iterable[str]) -> tuple[Part, ...]:
    """What of each of these rights may be asked for alone, in their order; a right without that part is asked for whole."""
    found: dict[str, Part] = {}
    for operation in _operations(controller, rights):
        for part in controller.inventory.parts_of(operation):
            found.setdefault(part.code, part)
    return tuple(found.values())


def is_answered(controller: Controller, rights: Iterable[str], answer: str) -> bool:
    """Whether it is said which part is asked for, or that it is the whole, wherever that must be said."""
    parts = parts_of(controller, rights)
    return not parts or answer == subject.WHOLE or any(part.code == answer for part in parts)


def chosen(controller: Controller, rights: Iterable[str], answer: str) -> dict[str, str]:
    """What to keep with the cases of an answer; nothing for the whole."""
    return {subject.PART: answer} if any(p.code == answer for p in parts_of(controller, rights)) else {}


def is_unsure(controller: Controller, rights: Iterable[str], text: str) -> bool:
    """Whether it names a part and may want to keep it, or to keep all but it: neither part nor whole is then plain."""
    sentences = _sentences(text)
    kept = any(rules().keeps.search(sentence) for sentence in sentences)
    return kept and bool(_named(controller, rights, sentences))


def _sentences(text: str) -> list[str]:
    """Lines of one paragraph are one text, wherever they are wrapped."""
    return [" ".join(one.split()) for one in _SENTENCE.split(text.lower())]


def _named(controller: Controller, rights: Iterable[str], sentences: list[str]) -> list[Part]:
    parts = [part for one in _operations(controller, rights) for part in controller.inventory.parts_of(one)]
    return [part for part in parts if any(_names(sentence, part) for sentence in sentences)]


def _operations(controller: Controller, rights: Iterable[str]) -> Iterable[str]:
    offered = {right.code: right.regime for right in controller.rights}
    return dict.fromkeys(
        law.regime(offered[code]).right(code).operation for code in rights if code in offered
    )


def _names(sentence: str, part: Part) -> bool:
    return any(name in sentence for name in part.named)


def _says_more(sentence: str, part: Part) -> bool:
    if rules().more.search(sentence) or rules().keeps.search(sentence):
        return True
    return _names(sentence, part) and bool(rules().joins.search(sentence))
