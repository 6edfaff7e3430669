"""The answer as a letter: what the determinations amount to, said as the statute requires it to be said."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from requests_app import law, subject
from requests_app.letters.text import Gap, LetterText, Passage, counted_rows, passage
from requests_app.lifecycle import Outcome
from requests_app.models import Case
from requests_app.response import ledger as ledgers
from requests_app.response import words
from requests_app.response.ledger import Ledger
from requests_app.response.sections import sections


class LetterIncomplete(Exception):
    """The letter lacks something and must not be sent. ``lacks`` is a block's code, or ``gap``."""

    def __init__(self, lacks: str) -> None:
        super().__init__(f"The letter lacks: {lacks}")
        self.lacks = lacks


def answer(
    case: Case, *, package_until: date | None = None, ledger: Ledger | None = None
) -> tuple[LetterText, Outcome]:
    """The letter that goes out, complete or not at all; raises :class:`LetterIncomplete`.

    ``ledger`` saves reading the case again, or is what is known on our date while systems are still at work.
    """
    ledger = ledger or ledgers.read(case)
    told = subject.read(case)
    # Whoever was not identified is not greeted by name: the name is what a stranger typed.
    shown = (told.delivered_to[1] or told.post_to) and ledger.outcome is not Outcome.NOT_IDENTIFIED
    name = _addressed(told) if shown else ""
    letter = _letter(ledger, name, package_until)
    check(letter, ledger.blocks)
    return letter, ledger.outcome


def preview(case: Case) -> LetterText:
    """The letter as it stands while the case is being decided: gaps marked, the name masked."""
    ledger, name = ledgers.read(case), _addressed(subject.read(case))
    until = timezone.now().astimezone(ledger.zone).date() + timedelta(days=settings.PACKAGE_DAYS)
    return _letter(ledger, f"{name[:1]}***" if name else "", until)


def missing(letter: LetterText, blocks: tuple[law.Block, ...]) -> list[str]:
    """Codes of the required blocks that it lacks, in the statute's order."""
    return [block.code for block in blocks if block.code not in letter.blocks]


def check(letter: LetterText, blocks: tuple[law.Block, ...]) -> None:
    """Raises :class:`LetterIncomplete` for a block that is not there, or a gap."""
    if letter.gaps:
        raise LetterIncomplete("gap")
    for code in missing(letter, blocks):
        raise LetterIncomplete(code)


def given_as_package(ledger: Ledger) -> bool:
    """Whether the answer hands over files."""
    granted = ledger.outcome in (Outcome.GRANTED, Outcome.GRANTED_IN_PART)
    return granted and ledger.right.operation in ledgers.PACKAGED


def _addressed(told: subject.Subject) -> str:
    """Who opens the letter: the one who acts only where the answer goes to them."""
    return told.written_by if told.answer_to else told.name


def _letter(ledger: Ledger, name: str, package_until: date | None) -> LetterText:
    case, controller, language = ledger.case, ledger.controller, ledger.language
    sender = (
        controller.text(controller.legal_name, language),
        *controller.text(controller.address, language).splitlines(),
    )
    return LetterText(
        language=language,
        written_on=timezone.now().astimezone(ledger.zone).date(),
        reference=case.spaced_reference,
        name=name,
        title=ledger.right.title.in_(language),
        opening=tuple(_opening(ledger)),
        sections=tuple(section for section in sections(ledger, package_until) if not section.empty),
        closing=((words.QUESTIONS.in_(language),),),
        sender=tuple(line for line in sender if line),
        counted=counted_rows(law.Reckoning.from_json(case.reckoning), language),
        counted_heading=words.COUNTED.in_(language),
        brand=controller.brand.brand,
    )


def _received(ledger: Ledger, capacity: law.Capacity) -> law.Words:
    """Whose request it was: the reader's own, one made for the reader, or one the reader made for another."""
    if not capacity.for_another:
        return words.RECEIVED
    told = subject.read(ledger.case)
    to_holder = bool(told.answer_to) or ledger.outcome is Outcome.NOT_IDENTIFIED
    return words.RECEIVED_AS if to_holder else words.RECEIVED_FOR


def _opening(ledger: Ledger) -> list[Passage]:
    case, language, right = ledger.case, ledger.language, ledger.right
    capacity = ledger.regime.capacity(case.capacity)
    received = passage(
        _received(ledger, capacity).in_(language),
        named=capacity.named.in_(language),
        day=words.day(case.received_on, language),
        right=right.title.in_(language),
    )
    if case.answered_at and ledger.final:
        sent = words.day(case.answered_at.astimezone(ledger.zone).date(), language)
        space = () if law.is_chinese(language) else (" ",)
        received = (*received, *space, *passage(words.COMPLETES.in_(language), day=sent))
    bases = [
        law.cite_in(m.right.basis, language) for m in ledger.also if m.right.confirmed and not m.right.house
    ]
    if bases:
        space = () if law.is_chinese(language) else (" ",)
        basis = law.AND.in_(language).join(bases)
        received = (*received, *space, *passage(words.UNDER.in_(language), basis=basis))
    open_yet = ledger.unfinished and ledger.outcome is not Outcome.NOT_IDENTIFIED
    so_far = open_yet and ledger.outcome is Outcome.GRANTED
    summary = words.SO_FAR if so_far else words.SUMMARY[ledger.outcome.value]
    # While anything is undecided the sum of it is too; a preview must not read like a refusal.
    undecided = any(line.found and not line.choice for line in ledger.lines)
    summed_up = Gap(words.GAP_OUTCOME.in_(language)) if undecided else summary.in_(language)
    if ledger.finding is not None:
        by_outcome = words.IN_WORDS.get(right.operation, {})
        said = by_outcome.get(ledger.finding.outcome)
        summed_up = said.in_(language) if said else ""
    paragraphs: list[Passage] = [received, (summed_up,)]
    since = subject.asked_since(case)
    if since is not None and ledger.outcome is not Outcome.NOT_IDENTIFIED:
        paragraphs.append(passage(words.REACHES_BACK.in_(language), day=words.day(since, language)))
    if open_yet:
        heading = words.STILL_TO_COME.in_(language)
        paragraphs.append(passage(words.STILL_OPEN.in_(language), heading=heading))
    return [paragraph for paragraph in paragraphs if any(paragraph)]
