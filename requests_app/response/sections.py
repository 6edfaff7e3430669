"""The sections of an answer, each fulfilling the blocks that the statute requires of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from requests_app import law
from requests_app.letters import links, routes
from requests_app.letters.text import Gap, Section, passage
from requests_app.lifecycle import Outcome
from requests_app.response import words
from requests_app.response.done import listed, what_was_done
from requests_app.response.grounds import basis, effort
from requests_app.response.ledger import Ledger


def sections(ledger: Ledger, package_until: date | None) -> Iterator[Section]:
    """All sections in reading order."""
    if ledger.outcome is Outcome.NOT_IDENTIFIED:
        yield _not_identified(ledger)
    else:
        yield from _undecided(ledger)
        yield from what_was_done(ledger, package_until)
        yield from (part for part in (basis(ledger), effort(ledger)) if part)
        yield from _still_to_come(ledger)
        yield from _what_else(ledger)
    yield from _stop_sale(ledger)
    yield from _if_you_disagree(ledger)


def _undecided(ledger: Ledger) -> Iterator[Section]:
    language = ledger.language
    gaps = [
        "".join(passage(words.GAP_UNDECIDED.in_(language), title=line.title))
        for line in ledger.lines
        if line.found and not line.choice
    ]
    if not ledger.final:
        gaps += [
            "".join(passage(words.GAP_UNSEARCHED.in_(language), system=system.title))
            for system in ledger.systems
            if not system.searched
        ]
    if gaps:
        yield Section("", tuple((Gap(gap),) for gap in gaps))


def _still_to_come(ledger: Ledger) -> Iterator[Section]:
    if not ledger.unfinished:
        return
    language = ledger.language
    bullets = []
    for system in ledger.outstanding:
        titles = [
            line.title
            for line in ledger.lines
            if line.outstanding and line.holding.system == system.system.key
        ]
        comma = law.LISTING.in_(language)
        bullets.append(listed(system.title, comma.join(titles), language) if titles else (system.title,))
    if ledger.recipients_open:
        bullets.append((words.RECIPIENTS_OPEN.in_(language),))
    yield Section(
        words.STILL_TO_COME.in_(language), ((words.STILL_TO_COME_TEXT.in_(language),),), tuple(bullets)
    )


SAID_ELSEWHERE = routes.ROUTES | {
    "done",
    "copy",
    "six_lists",
    "basis",
    "effort_facts",
    "not_identified",
    "opt_out_offer",
}


def _what_else(ledger: Ledger) -> Iterator[Section]:
    """Blocks that are one sentence of the law room's, in its order."""
    found, codes = [], set()
    for block in ledger.blocks:
        if block.code not in SAID_ELSEWHERE and not block.filled:
            found.append((_sentence(ledger, block),))
            codes.add(block.code)
    if found:
        yield Section(words.WHAT_ELSE.in_(ledger.language), tuple(found), blocks=frozenset(codes))


UNFINISHED = {
    "rest_done": words.REST_BUT_OUTSTANDING,
    "rest_given": words.REST_GIVEN_BUT,
    "others_told": words.OTHERS_BEING_TOLD,
}
"""Blocks whose sentence would be untrue while something is still to come, and what is true instead."""


def _sentence(ledger: Ledger, block: law.Block) -> str:
    language = ledger.language
    if ledger.unfinished and (instead := UNFINISHED.get(block.code)):
        # What a letter says is done must be done on the day it is written.
        heading = words.STILL_TO_COME.in_(language)
        if ledger.outstanding or block.code == "others_told":
            return "".join(passage(instead.in_(language), heading=heading))
    if block.code == "record_kept" and not any(line.granted or line.was_erased for line in ledger.lines):
        return words.RECORD_KEPT.in_(language)
    return block.words.in_(language)


def _not_identified(ledger: Ledger) -> Section:
    language, right = ledger.language, ledger.right
    required = {block.code: block for block in ledger.blocks}
    said = right.on_unverified.words if right.on_unverified else None
    if said is None and "not_identified" in required:
        said = required["not_identified"].words
    paragraphs = [(said.in_(language),)] if said else []
    # Where a second statute matches, it has its own words for it.
    others = [block for block in ledger.blocks if block.code == "not_identified"][1:]
    paragraphs += [(block.words.in_(language),) for block in others]
    capacity = ledger.regime.capacity(ledger.case.capacity)
    if capacity.for_another:
        paragraphs.insert(0, passage(words.NO_AUTHORITY.in_(language), named=capacity.named.in_(language)))
    codes = {"not_identified"} & required.keys()
    if "record_kept" in required:
        paragraphs.append((words.RECORD_KEPT.in_(language),))
        codes.add("record_kept")
    if "policy_pointer" in required:
        paragraphs.append(passage(words.POLICY.in_(language), home=links.home(ledger.case)))
        codes.add("policy_pointer")
    return Section(words.NOT_IDENTIFIED.in_(language), tuple(paragraphs), blocks=frozenset(codes))


def _stop_sale(ledger: Ledger) -> Iterator[Section]:
    block = next((block for block in ledger.blocks if block.code == "opt_out_offer"), None)
    if block:
        language = ledger.language
        how = passage(words.STOP_SALE_HOW.in_(language), home=links.home(ledger.case))
        yield Section(
            words.STOP_SALE.in_(language), ((block.words.in_(language),), how), blocks=frozenset({block.code})
        )


def _if_you_disagree(ledger: Ledger) -> Iterator[Section]:
    language, controller = ledger.language, ledger.controller
    wanted = [block for block in ledger.blocks if block.code in routes.ROUTES]
    if not wanted:
        return
    yield Section(
        words.IF_YOU_DISAGREE.in_(language),
        tuple((line,) for line in routes.inside(controller, wanted, language)),
        tuple((line,) for line in routes.outside(controller, language)),
        blocks=frozenset(block.code for block in wanted),
    )
