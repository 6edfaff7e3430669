"""What was given, done and kept, for the requester's own page: the letter's words in layers, system by system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from requests_app import law, lifecycle, restriction
from requests_app.letters.text import Gap, Passage, Quote
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, CaseEvent
from requests_app.response import ledger as ledgers
from requests_app.response import posting, to_read, words
from requests_app.response.done import backups, left_out, not_shown, put_right, said_by_hand, terms
from requests_app.response.grounds import quotes, reasons
from requests_app.response.ledger import Ledger, Line, Searched

DONE, KEPT, OPEN, EMPTY = "done", "kept", "open", "empty"
ORDER = (KEPT, OPEN, DONE, EMPTY)
"""What one looks for first."""
BY_HAND = {"done": DONE, "processor": DONE, "processor_kept": KEPT}
"""How a system stands that others look after, by what they said; whatever else they say, nothing is there."""


@dataclass(frozen=True)
class Row:
    """One kind of information in one system, or one thing that was set there."""

    kind: str
    """``done``, ``kept`` or ``open``; ``label`` says it in words."""
    label: str
    title: str
    said: str = ""


@dataclass(frozen=True)
class Place:
    """One system; ``kind`` is of its rows the one that matters most, or ``empty``."""

    kind: str
    title: str
    said: str
    """How much was found there, or what whoever looks after it says."""
    rows: tuple[Row, ...] = ()
    """Those of one kind together."""


@dataclass(frozen=True)
class Shown:
    """The sums first, then every system, then what holds for all of it."""

    sums: tuple[tuple[str, str], ...]
    places: tuple[Place, ...]
    after: tuple[str, ...]
    quotes: tuple[Quote, ...]
    """The law's own words on what was kept."""


def of(case: Case, language: str, *, theirs: bool, events: Sequence[CaseEvent] = ()) -> Shown | None:
    """What was answered, once it was, or what of it is known by now; nothing where a person answered in words.

    ``theirs``: whether who reads has shown to be whom it is about; without that, only what no proof is asked for.
    ``events``: the case's own, which count what readers left out of the copy.
    Of what was kept on grounds of secrecy no more is said than in the letter.
    """
    answered = case.answered_at is not None and case.state in {State.FULFILLING, State.CLOSED}
    if not answered or case.outcome == Outcome.NOT_IDENTIFIED:
        return None
    try:
        ledger = ledgers.read(case, so_far=case.state == State.FULFILLING, language=language)
        told = ledger.finding is None and (theirs or ledger.proof_free)
        return _shown(ledger, _left_out_by(events)) if told else None
    except LookupError:
        # The inventory or the rulebook no longer knows what was decided on; the letter still tells it.
        return None


def _left_out_by(events: Sequence[CaseEvent]) -> int:
    """By the newest answer: what completes one is a copy of its own."""
    answers = (event for event in reversed(events) if event.name in (lifecycle.ANSWER.name, posting.SO_FAR))
    newest = next(answers, None)
    return newest.references.get(to_read.LEFT_OUT, 0) if newest else 0


def _shown(ledger: Ledger, places_left_out: int) -> Shown:
    places = tuple(filter(None, (_place(ledger, system) for system in ledger.systems)))
    kept = [line for line in ledger.lines if line.kept]
    after = tuple("".join(one) for one in (*_after(ledger), *left_out(places_left_out, ledger.language)))
    return Shown(tuple(_sums(ledger, places)), places, after, quotes(kept, ledger.language))


def _place(ledger: Ledger, system: Searched) -> Place | None:
    """Nothing for a system of which this right asks nothing."""
    rows = tuple(sorted(_rows(ledger, system), key=lambda row: ORDER.index(row.kind)))
    if not rows and not system.outstanding and (ledger.sets or not system.searched):
        return None
    kinds = {row.kind for row in rows}
    kinds |= {OPEN} if system.outstanding else {BY_HAND.get(system.by_hand, EMPTY)}
    kind = next(kind for kind in ORDER if kind in kinds)
    return Place(kind, system.title, _said(ledger, system, rows), rows)


def _said(ledger: Ledger, system: Searched, rows: tuple[Row, ...]) -> str:
    language = ledger.language
    if system.by_hand:
        return said_by_hand(ledger, system)
    if system.outstanding:
        return words.STILL_TO_COME.in_(language)
    if not rows:
        return words.NOTHING.in_(language)
    told = sum(line.found for line in ledger.lines if _is_here(line, system) and not line.silent)
    return words.times(words.RECORDS, told, language) if told else ""


def _rows(ledger: Ledger, system: Searched) -> Iterator[Row]:
    for one in ledger.settled:
        if one.system == system.system.key:
            yield _row(ledger, OPEN if one.outstanding else DONE, one.title)
    for line in ledger.lines:
        if _is_here(line, system) and line.found:
            yield from _of_line(ledger, line)


def _of_line(ledger: Ledger, line: Line) -> Iterator[Row]:
    language = ledger.language
    if line.kept:
        yield _row(ledger, KEPT, line.title, _joined(reasons(line, language), language))
    elif line.outstanding:
        yield _row(ledger, OPEN, line.title, words.extent(line, language))
    elif ledger.right.operation == "correct" and line.granted:
        yield _row(ledger, DONE, *put_right(ledger, line))
    elif ledger.erases and line.granted:
        if (gone := words.gone(line, language)) or not line.left:
            yield _row(ledger, DONE, line.title, gone or words.extent(line, language))
        if line.left:
            yield _row(ledger, KEPT, line.title, words.times(words.LEFT, line.left, language))
    elif line.granted and not ledger.sets:
        yield _row(ledger, DONE, line.title, words.extent(line, language))


def _row(ledger: Ledger, kind: str, title: str, said: str = "") -> Row:
    return Row(kind, _term(ledger, kind), title, said)


def _is_here(line: Line, system: Searched) -> bool:
    return line.holding.system == system.system.key


def _term(ledger: Ledger, kind: str) -> str:
    operation = "delete" if ledger.erases else ledger.right.operation
    done, kept = words.TERMS["sets" if ledger.sets else operation if operation in words.TERMS else "access"]
    term = {DONE: done, KEPT: kept, OPEN: words.STILL_TO_COME, EMPTY: words.NOTHING_FOUND}[kind]
    return term.in_(ledger.language)


def _sums(ledger: Ledger, places: tuple[Place, ...]) -> Iterator[tuple[str, str]]:
    language, rows = ledger.language, [row for place in places for row in place.rows]
    for kind in (DONE, KEPT):
        if count := sum(row.kind == kind for row in rows):
            counted = words.SETTINGS if ledger.sets and kind == DONE else words.KINDS
            yield _term(ledger, kind), words.times(counted, count, language)
    for kind in (OPEN, EMPTY):
        if count := sum(kind == place.kind or kind in {row.kind for row in place.rows} for place in places):
            yield _term(ledger, kind), words.times(words.SYSTEMS, count, language)
    if count := sum(place.kind == DONE and not place.rows for place in places):
        yield words.DONE_BY_HAND.in_(language), words.times(words.SYSTEMS, count, language)


def _after(ledger: Ledger) -> Iterator[Passage]:
    given = [line for line in ledger.lines if line.granted and not line.outstanding]
    if ledger.erases and given:
        yield from backups(ledger)
    if ledger.right.operation in ledgers.PACKAGED and (hidden := not_shown(ledger, given)):
        yield hidden
    if restriction.is_one(ledger.case) and any(not one.outstanding for one in ledger.settled):
        yield from terms(ledger)


def _joined(sentences: Iterable[str], language: str) -> str:
    # No letter with a gap was ever sent; where one has opened since, it is not read out.
    return law.between_sentences(language).join(one for one in sentences if not isinstance(one, Gap))
