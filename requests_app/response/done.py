"""What was done, system by system and holding by holding: handed over, erased, put right, set, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from requests_app import law, restriction, subject
from requests_app.finding import Finding
from requests_app.letters import links
from requests_app.letters.text import Gap, Passage, Section, cited, day_in, passage
from requests_app.lifecycle import Outcome
from requests_app.response import to_read, words
from requests_app.response.categories import six_lists
from requests_app.response.ledger import Ledger, Line, Searched

HANDS_OVER = frozenset({"access", "port", "explain"})
"""Operations whose answer is a copy, or words in its place."""


def what_was_done(ledger: Ledger, package_until: date | None) -> Iterator[Section]:
    """The sections that tell what came of the request."""
    if ledger.finding is not None:
        yield _in_words(ledger, ledger.finding)
    elif ledger.outcome is Outcome.NOT_FOUND:
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


def _in_words(ledger: Ledger, finding: Finding) -> Section:
    """What a person wrote, paragraph by paragraph; it says what was done and, where something was not, why."""
    said: tuple[Passage, ...] = tuple((part.strip(),) for part in finding.text.split("\n") if part.strip())
    if not finding.outcome or not said:
        said = (*said, (Gap(words.GAP_ANSWER.in_(ledger.language)),))
    heading = words.OUR_ANSWER.in_(ledger.language)
    return Section(heading, said, blocks=frozenset({"done", "basis"}))


def _acted(ledger: Ledger) -> Section:
    """Restricted or stopped: nothing is handed over and nothing erased."""
    language = ledger.language
    said = words.ACTED.get(ledger.right.operation, words.DONE_AS_ASKED)
    bullets = tuple((line.title,) for line in ledger.lines if line.granted and not line.outstanding)
    return Section(
        words.WHAT_WE_DID.in_(language), ((said.in_(language),),), bullets,
        after=tuple(terms(ledger)) if bullets and restriction.is_one(ledger.case) else (),
        blocks=frozenset({"done"}),
    )  # fmt: skip


def _nothing_done(ledger: Ledger) -> Section:
    language = ledger.language
    said = words.SUMMARY[Outcome.REFUSED.value].in_(language)
    return Section(words.WHAT_WE_DID.in_(language), ((said,),), blocks=frozenset({"done"}))


def _erased(ledger: Ledger) -> Section:
    language = ledger.language
    gone = [line for line in ledger.lines if line.was_erased or (line.granted and not line.outstanding)]
    blocks = frozenset({"done"})
    # What a processor was told to keep is said here too: no holding of ours stands for it.
    left = tuple(
        listed(system.title, said_by_hand(ledger, system), language)
        for system in ledger.systems
        if system.left
    )
    if gone:
        bullets = tuple(listed(line.title, words.done(line, language), language) for line in gone)
        return Section(
            words.WHAT_WE_DELETED.in_(language), bullets=bullets + left, after=backups(ledger), blocks=blocks
        )
    said = words.NOT_YET_DELETED if any(line.granted for line in ledger.lines) else words.NOTHING_DELETED
    return Section(words.WHAT_WE_DID.in_(language), ((said.in_(language),),), left, blocks=blocks)


def backups(ledger: Ledger) -> tuple[Passage, ...]:
    """When the copies in backups are gone, where the controller says how long it keeps them."""
    days = ledger.controller.switches.get("backups_overwritten_after_days")
    if not days:
        return ()
    return (passage(words.BACKUPS.in_(ledger.language), n=str(days)),)


def _settled(ledger: Ledger) -> Section:
    """What holds from now on, the same whether or not anything was held about the person."""
    done = tuple((one.title,) for one in ledger.settled if not one.outstanding)
    said = () if done else ((words.NOT_YET_DONE.in_(ledger.language),),)
    after = tuple(terms(ledger)) if done and restriction.is_one(ledger.case) else ()
    return Section(
        words.WHAT_WE_DID.in_(ledger.language), said, done, after=after, blocks=frozenset({"done"})
    )


def terms(ledger: Ledger) -> Iterator[Passage]:
    """Why it is only kept, and what ends that; whoever asked hears of the end first."""
    language, terms = ledger.language, restriction.read(ledger.case)
    if terms.reason:
        yield passage(words.RESTRICTED_WHY.in_(language), reason=terms.reason)
    else:
        yield (Gap(words.GAP_RESTRICTED.in_(language)),)
    if terms.ends_on:
        yield passage(words.RESTRICTED_UNTIL.in_(language), day=day_in(terms.ends_on, language))
    if terms.condition:
        yield passage(words.RESTRICTED_WHEN.in_(language), condition=terms.condition)
    if not (terms.ends_on or terms.condition):
        yield (words.RESTRICTED_OPEN.in_(language),)
    yield (words.RESTRICTED_TOLD.in_(language),)


def _corrected(ledger: Ledger) -> Section:
    """Which information was put right, annotated or deleted; its value stands in no letter."""
    language = ledger.language
    done = [
        listed(*put_right(ledger, line), language)
        for line in ledger.lines
        if line.granted and not line.outstanding
    ]
    said = () if done else ((words.NOTHING_CORRECTED.in_(language),),)
    heading = words.WHAT_WE_CORRECTED if done else words.WHAT_WE_DID
    return Section(heading.in_(language), said, tuple(done), blocks=frozenset({"done"}))


def put_right(ledger: Ledger, line: Line) -> tuple[str, str]:
    """Which information of a holding was corrected, and how."""
    controller, language = ledger.controller, ledger.language
    collection = controller.inventory.systems[line.holding.system].collections[line.holding.collection]
    path = line.answers.get("correct.field", "")
    known = any(path == described for described, _part in collection.parts())
    title = controller.text(collection.part(path).title, language) if known else line.title
    how = words.CORRECTED.get(line.answers.get("correct.how", ""), words.CORRECTED["corrected"])
    return title, words.times(how, line.corrected, language)


def _nothing_given(ledger: Ledger) -> Section:
    language = ledger.language
    return Section(
        words.WHAT_WE_DID.in_(language), ((words.NOTHING_GIVEN.in_(language),),), blocks=frozenset({"done"})
    )


def _copy(ledger: Ledger, package_until: date | None) -> Section:
    language = ledger.language
    given = [line for line in ledger.lines if line.granted and not line.outstanding]
    until = words.day(package_until, language) if package_until else Gap(words.GAP_UNTIL.in_(language))
    told = subject.read(ledger.case)
    if not told.post_to:
        ready = passage(words.READY.in_(language), day=until, link=links.case_link(ledger.case))
    elif told.fetches:
        # A private link is too long to type, and a letter may be opened by others of the house.
        ready = passage(
            words.READY_BY_POST.in_(language), day=until, home=links.find(ledger.case),
            reference=ledger.case.spaced_reference, masked=subject.masked(told.delivered_to[0]),
        )  # fmt: skip
    else:
        ready = passage(words.PRINTED.in_(language))
    bullets = tuple(listed(line.title, words.extent(line, language), language) for line in given)
    hidden = not_shown(ledger, given)
    return Section(
        words.YOUR_COPY.in_(language),
        (ready if given else (words.NOT_YET_GIVEN.in_(language),),),
        bullets,
        after=(*((hidden,) if hidden else ()), *left_out(to_read.left_out_of(ledger), language)),
        blocks=frozenset({"copy"}),
    )


def left_out(count: int, language: str) -> tuple[Passage, ...]:
    """That passages are left out of texts, and where their reasons stand."""
    return (passage(words.LEFT_OUT.in_(language), count=str(count)),) if count else ()


def not_shown(ledger: Ledger, given: list[Line]) -> Passage | None:
    """Names the kinds of data that are held and may never be handed over, and the rule (11 CCR 7024(d))."""
    language, inventory = ledger.language, ledger.controller.inventory
    titles: dict[str, None] = {}
    for line in given:
        fields = inventory.systems[line.holding.system].collections[line.holding.collection].fields
        for name in line.holding.fields:
            for _path, part in fields[name].parts(name):
                if part.never_disclose:
                    titles[ledger.controller.text(part.title, language)] = None
    if not titles:
        return None
    return passage(
        words.NOT_SHOWN.in_(language),
        kinds=law.SEMICOLON.in_(language).join(titles),
        reason=never_reason(ledger.regime, language),
    )


def never_reason(regime: law.Regime, language: str) -> str:
    """Why some kinds of data are named and not shown."""
    never = regime.exemptions.get("NEVER")
    if never is None:
        return words.NOT_SHOWN_HOUSE.in_(language)
    return never.letter.in_(language) + cited(law.cite_in(never.citation, language), language)


def said_by_hand(ledger: Ledger, system: Searched) -> str:
    """What whoever looks after a system says of it, and what they were told to leave."""
    language = ledger.language
    left = (ledger.controller.holding_title(key, language) for key in system.left)
    form = words.BY_HAND[system.by_hand].in_(language)
    return "".join(passage(form, left=law.SEMICOLON.in_(language).join(left)))


def _where_we_looked(ledger: Ledger, blocks: frozenset[str]) -> Section:
    language = ledger.language
    bullets = tuple(
        listed(
            system.title,
            said_by_hand(ledger, system)
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


def listed(title: str, items: str, language: str) -> Passage:
    """One line of a list: what it is, and how much or which."""
    return passage(words.LISTED.in_(language), category=title, items=items)
