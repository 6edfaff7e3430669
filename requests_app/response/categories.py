"""The six lists of a request for categories, from what was found about this one person (11 CCR 7024(k))."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from requests_app import law
from requests_app.letters.text import Gap, Passage, Section, passage
from requests_app.response import words
from requests_app.response.ledger import Ledger, Line

BLOCKS = frozenset({"six_lists", "done"})


def six_lists(ledger: Ledger) -> list[Section]:
    """One section for each list; sold or shared and disclosed stand apart (Civ. Code 1798.130(a)(4))."""
    language = ledger.language
    given = [*(line for line in ledger.lines if line.granted), *ledger.told_by_hand]
    if not given:
        return []

    def said(field: str) -> Callable[[Line], str]:
        return lambda line: ledger.controller.text(getattr(line.holding, field), language)

    kinds = _by_category(given, lambda line: line.title, language)
    sources = [(text,) for text in _once(map(said("source"), given))]
    purposes = _by_category(given, said("purpose"), language)
    others = _by_category(given, said("recipients"), language)
    sold, disclosed = _sold(ledger, given, said("recipients"))
    lists = (kinds, sources, purposes, others, sold, disclosed)
    return [
        Section(heading.in_(language), bullets=tuple(bullets), blocks=BLOCKS)
        for heading, bullets in zip(words.SIX, lists, strict=True)
    ]


def _sold(
    ledger: Ledger, given: list[Line], recipients: Callable[[Line], str]
) -> tuple[list[Passage], list[Passage]]:
    language, switches = ledger.language, ledger.controller.switches
    shared_keys = switches.get("shared_holdings", ())
    if not switches.get("sells_or_shares"):
        shared_keys = ()
    elif not shared_keys:
        return [(Gap(words.GAP_SHARED.in_(language)),)], []
    shared = [line for line in given if line.holding.key in shared_keys]
    disclosed = [line for line in given if line.holding.key not in shared_keys]
    return (
        _by_category(shared, recipients, language) or [(words.NOT_SOLD.in_(language),)],
        _by_category(disclosed, recipients, language) or [(words.NOT_DISCLOSED.in_(language),)],
    )


def _by_category(lines: list[Line], said: Callable[[Line], str], language: str) -> list[Passage]:
    by: dict[str, list[str]] = {}
    for line in lines:
        by.setdefault(line.category, []).append(said(line))
    return [
        passage(words.LISTED.in_(language), category=category, items=_joined(_once(items), language))
        for category, items in by.items()
    ]


def _joined(items: list[str], language: str) -> str:
    sentences = any(item.endswith((".", "。")) for item in items)
    return (law.between_sentences(language) if sentences else law.SEMICOLON.in_(language)).join(items)


def _once(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))
