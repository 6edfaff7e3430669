"""The sections of an answer, each fulfilling the blocks that the statute requires of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from requests_app import law
from requests_app.letters import links
from requests_app.letters.text import Gap, Passage, Section, passage
from requests_app.lifecycle import Outcome
from requests_app.response import words
from requests_app.response.categories import six_lists
from requests_app.response.grounds import basis, effort
from requests_app.response.ledger import ROUTES, Ledger, Line

ELSEWHERE = frozenset({"outside_routes", "authority", "court", "attorney_general"})
"""Blocks that the controller's own list of outside routes spells out."""


HANDS_OVER = frozenset({"access", "port", "explain"})
"""Operations whose answer is a copy, or words in its place."""


def sections(ledger: Ledger, package_until: date | None) -> Iterator[Section]:
    """All sections in reading order."""
    if ledger.outcome is Outcome.NOT_IDENTIFIED:
        yield _not_identified(ledger)
    else:
        yield from _undecided(ledger)
        yield from _what_was_done(ledger, package_until)
        yield from (part for part in (basis(ledger), effort(ledger)) if part)
        yield from _still_to_come(ledger)
        yield from _what_else(ledger)
    yield from _stop_sale(ledger)
    yield from _if_you_disagree(ledger)


def _what_was_done(ledger: Ledger, package_until: date | None) -> Iterator[Section]:
    if ledger.outcome is Outcome.NOT_FOUND:
        yield _where_we_looked(ledger, frozenset({"done"}))
    elif ledger.sets and ledger.settled:
        yield _settled(ledger)
    elif ledger.erases:
        yield _erased(ledger)
    elif ledger.right.operation == "correct":
        yield _corrected(ledger)
    elif ledger.right.operation == "categories":
        if lists := six_lists(ledger):
            yield from lists
        else:
            yield _nothing_given(ledger)
    elif not any(line.granted for line in ledger.lines):
        yield _nothing_given(ledger) if ledger.right.operation in HANDS_OVER else _nothing_done(ledger)
    elif ledger.right.operation not in HANDS_OVER:
        yield _acted(ledger)
    else:
        yield _copy(ledger, package_until)
        yield _where_we_looked(ledger, frozenset({"done"}))


def _acted(ledger: Ledger) -> Section:
    """Restricted or stopped: nothing is handed over and nothing erased."""
    language = ledger.language
    said = words.ACTED.get(ledger.right.operation, words.DONE_AS_ASKED)
    bullets = tuple((line.title,) for line in ledger.lines if line.granted and not line.outstanding)
    return Section(
        words.WHAT_WE_DID.in_(language), ((said.in_(language),),), bullets, blocks=frozenset({"done"})
    )


def _nothing_done(ledger: Ledger) -> Section:
    language = ledger.language
    said = words.SUMMARY[Outcome.REFUSED.value].in_(language)
    return Section(words.WHAT_WE_DID.in_(language), ((said,),), blocks=frozenset({"done"}))


def _erased(ledger: Ledger) -> Section:
    language = ledger.language
    gone = [line for line in ledger.lines if line.granted and not line.outstanding]
    blocks = frozenset({"done"})
    if gone:
        bullets = tuple(_listed(line.title, words.done(line, language), language) for line in gone)
        return Section(words.WHAT_WE_DELETED.in_(language), bullets=bullets, blocks=blocks)
    said = words.NOT_YET_DELETED if any(line.granted for line in ledger.lines) else words.NOTHING_DELETED
    return Section(words.WHAT_WE_DID.in_(language), ((said.in_(language),),), blocks=blocks)


def _settled(ledger: Ledger) -> Section:
    """What holds from now on, the same whether or not anything was held about the person."""
    done = tuple((one.title,) for one in ledger.settled if not one.outstanding)
    said = () if done else ((words.NOT_YET_DONE.in_(ledger.language),),)
    return Section(words.WHAT_WE_DID.in_(ledger.language), said, done, blocks=frozenset({"done"}))


def _corrected(ledger: Ledger) -> Section:
    """Which information was put right, annotated or deleted; its value stands in no letter."""
    language, controller = ledger.language, ledger.controller
    done = []
    for line in ledger.lines:
        if line.granted and not line.outstanding:
            collection = controller.inventory.systems[line.holding.system].collections[
                line.holding.collection
            ]
            column = collection.fields.get(line.answers.get("correct.field", ""))
            title = controller.text(column.title, language) if column else line.title
            how = words.CORRECTED.get(line.answers.get("correct.how", ""), words.CORRECTED["corrected"])
            done.append(_listed(title, words.times(how, line.corrected, language), language))
    said = () if done else ((words.NOTHING_CORRECTED.in_(language),),)
    heading = words.WHAT_WE_CORRECTED if done else words.WHAT_WE_DID
    return Section(heading.in_(language), said, tuple(done), blocks=frozenset({"done"}))


def _nothing_given(ledger: Ledger) -> Section:
    language = ledger.language
    return Section(
        words.WHAT_WE_DID.in_(language), ((words.NOTHING_GIVEN.in_(language),),), blocks=frozenset({"done"})
    )


def _copy(ledger: Ledger, package_until: date | None) -> Section:
    language = ledger.language
    given = [line for line in ledger.lines if line.granted and not line.outstanding]
    ready = passage(
        words.READY.in_(language),
        day=words.day(package_until, language) if package_until else Gap(words.GAP_UNTIL.in_(language)),
        link=links.case_link(ledger.case),
    )
    bullets = tuple(_listed(line.title, words.extent(line, language), language) for line in given)
    hidden = not_shown(ledger, given)
    return Section(
        words.YOUR_COPY.in_(language),
        (ready if given else (words.NOT_YET_GIVEN.in_(language),),),
        bullets,
        after=(hidden,) if hidden else (),
        blocks=frozenset({"copy"}),
    )


def not_shown(ledger: Ledger, given: list[Line]) -> Passage | None:
    """Names the kinds of data that are held and may never be handed over, and the rule (11 CCR 7024(d))."""
    language, inventory = ledger.language, ledger.controller.inventory
    titles: dict[str, None] = {}
    for line in given:
        fields = inventory.systems[line.holding.system].collections[line.holding.collection].fields
        for name in line.holding.fields:
            if fields[name].never_disclose:
                titles[ledger.controller.text(fields[name].title, language)] = None
    if not titles:
        return None
    return passage(
        words.NOT_SHOWN.in_(language),
        kinds=("; " if language == "en" else "；").join(titles),
        reason=never_reason(ledger.regime, language),
    )


def never_reason(regime: law.Regime, language: str) -> str:
    """Why some kinds of data are named and not shown."""
    never = regime.exemptions.get("NEVER")
    if never is None:
        return words.NOT_SHOWN_HOUSE.in_(language)
    cited = "".join(passage(words.CITED.in_(language), citation=law.cite_in(never.citation, language)))
    return never.letter.in_(language) + cited


def _where_we_looked(ledger: Ledger, blocks: frozenset[str]) -> Section:
    language = ledger.language
    bullets = tuple(
        _listed(
            system.title,
            words.BY_HAND[system.by_hand].in_(language)
            if system.by_hand
            else words.times(words.RECORDS, system.found, language)
            if system.found
            else words.NOTHING.in_(language),
            language,
        )
        for system in ledger.systems
        if system.searched
    )
    return Section(
        words.WHERE_WE_LOOKED.in_(language), ((words.LOOKED.in_(language),),), bullets, blocks=blocks
    )


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
        comma = ", " if language == "en" else "、"
        bullets.append(_listed(system.title, comma.join(titles), language) if titles else (system.title,))
    if ledger.recipients_open:
        bullets.append((words.RECIPIENTS_OPEN.in_(language),))
    yield Section(
        words.STILL_TO_COME.in_(language), ((words.STILL_TO_COME_TEXT.in_(language),),), tuple(bullets)
    )


SAID_ELSEWHERE = ROUTES | {
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
    if block.code == "record_kept" and not any(line.granted for line in ledger.lines):
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
    wanted = [block for block in ledger.blocks if block.code in ROUTES]
    if not wanted:
        return
    listed = bool(controller.outside_routes)
    paragraphs = tuple(
        (block.words.in_(language),) for block in wanted if not (listed and block.code in ELSEWHERE)
    )
    bullets = []
    for route in controller.outside_routes:
        title, detail = controller.text(route.title, language), controller.text(route.detail, language)
        cited = (
            passage(words.CITED.in_(language), citation=law.cite_in(route.citation, language))
            if route.citation
            else ()
        )
        bullets.append((*passage(words.ROUTE.in_(language), title=title, detail=detail), *cited))
    yield Section(
        words.IF_YOU_DISAGREE.in_(language),
        paragraphs,
        tuple(bullets),
        blocks=frozenset(block.code for block in wanted),
    )


def _listed(title: str, items: str, language: str) -> Passage:
    return passage(words.LISTED.in_(language), category=title, items=items)
