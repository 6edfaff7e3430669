"""Why something was not done: for each holding the ground, its law, its facts and its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from requests_app import law
from requests_app.letters.text import Gap, Quote, Section, passage
from requests_app.response import words
from requests_app.response.done import listed
from requests_app.response.ledger import Ledger, Line, effort_of

NOT_PRINTED = frozenset({"LAW.case"})
"""Facts that staff need and a letter does not: the number of somebody's proceedings."""


def basis(ledger: Ledger) -> Section | None:
    """The section with one bullet for each holding that was not given or not erased."""
    language = ledger.language
    kept = [line for line in ledger.lines if line.kept]
    shared = [line for line in ledger.lines if line.granted and line.left]
    if not kept and not shared:
        return None
    bullets = [tuple(_spaced(_titled(line, language), language)) for line in kept]
    bullets += [listed(line.title, words.times(words.LEFT, line.left, language), language) for line in shared]
    heading = words.WHAT_WE_KEEP if ledger.erases else words.WHAT_IS_WITHHELD
    said = {block.code for block in ledger.blocks}
    plain = (
        ledger.erases and any(line.kept for line in ledger.lines) and not said & {"rest_done", "storage_only"}
    )
    after = ((words.FOR_NOTHING_ELSE.in_(language),),) if plain else ()
    return Section(
        heading.in_(language), (), tuple(bullets), quotes(kept, language), after, frozenset({"basis"})
    )


def effort(ledger: Ledger) -> Section | None:
    """The facts, not a formula, where we say that something would take disproportionate effort."""
    language = ledger.language
    found = []
    for line in ledger.lines:
        question = effort_of(line) if line.kept else None
        if question:
            fact = line.answers.get(question.key) or _unanswered(question, language)
            found.append(listed(line.title, fact, language))
    if not found:
        return None
    return Section(words.EFFORT.in_(language), (), tuple(found), blocks=frozenset({"effort_facts"}))


def _titled(line: Line, language: str) -> Iterator[str]:
    first, *others = reasons(line, language)
    yield f"{line.title}{law.COLON.in_(language)}{first}"
    yield from others


def reasons(line: Line, language: str) -> Iterator[str]:
    """How much was not given or not erased, and why, sentence by sentence; one that lacks something is a gap."""
    exemption = line.exemption
    if exemption is not None and line.silent:
        yield exemption.letter.in_(language)
        if not exemption.confirmed and not _law_named(line):
            yield Gap(words.GAP_UNCONFIRMED.in_(language))
        return
    yield f"{words.extent(line, language)}{law.STOP.in_(language)}"
    if exemption is None:
        yield Gap(words.GAP_NO_GROUND.in_(language))
        return
    yield exemption.letter.in_(language)
    for question in exemption.facts:
        yield from _fact(line, question, language)
    named = _law_named(line)
    if exemption.confirmed:
        yield _filled(words.GROUND, language, citation=law.cite_in(exemption.citation, language))
        for other in line.tested:
            if other.confirmed:
                yield _filled(words.GROUND, language, citation=law.cite_in(other.citation, language))
    elif not named:
        # Never cite as certain what counsel has not confirmed.
        yield Gap(words.GAP_UNCONFIRMED.in_(language))


def _fact(line: Line, question: law.Question, language: str) -> Iterator[str]:
    answer = line.answers.get(question.key)
    if question.kind == "date":
        until = line.until or _day(answer)
        yield (
            _filled(words.UNTIL, language, day=words.day(until, language))
            if until
            else Gap(words.GAP_UNTIL.in_(language))
        )
    elif answer in (None, ""):
        yield (
            Gap(words.GAP_LAW.in_(language))
            if question.kind == "citation"
            else _unanswered(question, language)
        )
    elif question.kind == "citation":
        # Staff may have named it in their own language.
        yield _filled(words.THE_LAW, language, law=law.cite_in(str(answer), language))
    elif question.kind == "text" and question.key not in NOT_PRINTED and not question.key.endswith(".effort"):
        yield _sentence(str(answer), language)


def _law_named(line: Line) -> str:
    asked = line.exemption.facts if line.exemption else ()
    return next((line.answers.get(q.key) or "" for q in asked if q.kind == "citation"), "")


def _unanswered(question: law.Question, language: str) -> Gap:
    return Gap(_filled(words.GAP_FACT, language, question=question.words.in_(language)))


def quotes(lines: list[Line], language: str) -> tuple[Quote, ...]:
    """The law's own words on the grounds of these, each once; none of a ground that counsel has not confirmed."""
    return tuple(dict.fromkeys(_quotes(lines, language)))


def _quotes(lines: list[Line], language: str) -> Iterator[Quote]:
    for line in lines:
        if line.exemption is None or line.silent or not line.exemption.confirmed:
            continue
        for question in line.exemption.facts:
            if question.statute:
                yield Quote(question.statute.in_(language), law.cite_in(question.citation, language))


def _filled(form: law.Words, language: str, **values: str) -> str:
    return "".join(passage(form.in_(language), **values))


def _sentence(text: str, language: str) -> str:
    text = " ".join(text.split())
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "。", "！", "？")) else text + (law.STOP.in_(language))


def _spaced(pieces: Iterator[str], language: str) -> Iterator[str]:
    for number, piece in enumerate(pieces):
        if number and not law.is_chinese(language):
            yield " "
        yield piece


def _day(answer: object) -> date | None:
    try:
        return date.fromisoformat(str(answer))
    except ValueError:
        return None
