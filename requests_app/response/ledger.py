"""What a letter is composed from: every holding of a case with what was found, decided and done."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from identity import sealing
from requests_app import finding as findings
from requests_app import law, register, rules, subject, worklist
from requests_app.finding import Finding
from requests_app.letters.routes import ROUTES
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Determination, Reading, Work
from requests_app.register.inventory import SETTING_OPERATIONS, Holding, System

PACKAGED = frozenset({"access", "port"})
"""Operations whose answer is files."""
GRANT = Determination.Choice.GRANT
KEPT = frozenset({Determination.Choice.WITHHOLD, Determination.Choice.RETAIN})
SEARCH, ACCESS, DELETE = Work.Operation.SEARCH, Work.Operation.ACCESS, Work.Operation.DELETE
SET, CORRECT = Work.Operation.SET, Work.Operation.CORRECT
CONFIRMED = Work.Status.CONFIRMED
SILENT = frozenset({"CN_CONF", "CN_POLICY_1", "CN_POLICY_2", "CN_POLICY_3"})
"""Grounds of secrecy: the letter says that a part is not given and must not tell why (PIPL art. 18(1))."""


class LeftRegister(LookupError):
    """Something was decided about data that the inventory describes no longer. ``holding`` is its key."""

    def __init__(self, holding: str) -> None:
        super().__init__(f"No longer described: {holding}")
        self.holding = holding


@dataclass(frozen=True)
class Line:
    """One holding of one case."""

    holding: Holding
    title: str
    category: str
    found: int
    oldest_on: date | None
    newest_on: date | None
    choice: str
    exemption: law.Exemption | None
    until: date | None
    answers: Mapping[str, str]
    tested: tuple[law.Exemption, ...] = ()
    """What every other matching statute calls the ground, tested by itself."""
    erased: int = 0
    """In all rounds of the case together, as the two beside it."""
    masked: int = 0
    left: int = 0
    """Rows of an erased holding that stay because they are another person's too."""
    corrected: int = 0
    outstanding: bool = False

    @property
    def silent(self) -> bool:
        """Whether nothing may be said of it but that it is not given."""
        return self.exemption is not None and self.exemption.code in SILENT

    @property
    def granted(self) -> bool:
        """Whether it was decided to do what was asked, with something there to do it to."""
        return self.found > 0 and self.choice == GRANT

    @property
    def was_erased(self) -> bool:
        """Whether any of it is gone by now, be it by an earlier approval than the newest."""
        return bool(self.erased or self.masked)

    @property
    def kept(self) -> bool:
        """Whether it was decided not to do what was asked."""
        return self.found > 0 and self.choice in KEPT


@dataclass(frozen=True)
class Searched:
    """One system: what was found there, and whether it still owes us an answer."""

    system: System
    title: str
    found: int
    searched: bool
    outstanding: bool
    by_hand: str = ""
    """What the person or processor who looks after it said, a key of ``words.BY_HAND``; empty where a connector did it."""
    left: tuple[str, ...] = ()
    """Keys of the holdings that a processor was told to leave."""
    held: tuple[str, ...] = ()
    """Keys of those that whoever looks after it says are held, asked for categories."""


@dataclass(frozen=True)
class Settled:
    """One thing that the right changed about the use of data, in the words of the inventory."""

    system: str
    title: str
    outstanding: bool


@dataclass(frozen=True)
class Ledger:
    """Everything a letter needs, read once."""

    case: Case
    controller: register.Controller
    regime: law.Regime
    right: law.Right
    language: str
    """In which it is told: the letter's, or that of whoever reads it on a page."""
    lines: tuple[Line, ...]
    systems: tuple[Searched, ...]
    final: bool
    """Whether the systems have been told; before that a letter shows what would be said."""
    recipients_open: bool = False
    """Whether nobody has said yet that those who received the data were told."""
    also: tuple[law.Match, ...] = ()
    """Every statute that governs the case, its own first."""
    settled: tuple[Settled, ...] = ()
    finding: Finding | None = None
    """What a person found, of a request that is answered in words; ``None`` for every other."""
    works: tuple[Work, ...] = ()
    """All that systems and people were asked to do for the case, without what is sealed."""

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """What readers have said by now of the texts and files of the case."""
        return tuple(self.case.readings.all())

    def latest(self, operation: str) -> list[Work]:
        """The newest round of one operation, in system order."""
        return worklist.newest(self.works, operation)

    @property
    def zone(self) -> ZoneInfo:
        """The controller's, in which its days begin."""
        return ZoneInfo(self.controller.zone)

    @property
    def erases(self) -> bool:
        """Whether the right is to have something erased."""
        return self.right.erases

    @property
    def sets(self) -> bool:
        """Whether the right changes how data is used, and not the data."""
        return self.right.operation in SETTING_OPERATIONS

    @property
    def at_once(self) -> bool:
        """Whether nobody was searched for or weighed: it was simply done."""
        return self.sets and self.right.at_once

    @property
    def proof_free(self) -> bool:
        """Whether the law asks no proof of who asks; then nothing personal stands in the answer."""
        return self.at_once or self.case.standard == law.Level.NONE

    @property
    def outstanding(self) -> tuple[Searched, ...]:
        """Systems that have not answered."""
        return tuple(system for system in self.systems if system.outstanding)

    @property
    def unfinished(self) -> bool:
        """Whether the answer has to name something that is still to come."""
        return self.final and (bool(self.outstanding) or self.recipients_open)

    @property
    def outcome(self) -> Outcome:
        """What the determinations amount to, unless nobody was identified."""
        if self.case.outcome == Outcome.NOT_IDENTIFIED:
            return Outcome.NOT_IDENTIFIED
        if self.finding is not None:
            # Until somebody has written it, a preview shows the frame of the plainest answer.
            return Outcome(self.finding.outcome or Outcome.GRANTED)
        if self.at_once and not self.lines:
            return Outcome.GRANTED
        found = [line for line in self.lines if line.found or line.was_erased]
        if not found and any(
            system.by_hand in {"done", "processor", "processor_kept"} for system in self.systems
        ):
            return Outcome.GRANTED
        if not found:
            return Outcome.NOT_FOUND
        if not any(line.granted or line.was_erased for line in found):
            return Outcome.REFUSED
        whole = all((line.granted or not line.found) and not line.left for line in found)
        return Outcome.GRANTED if whole else Outcome.GRANTED_IN_PART

    @property
    def told_by_hand(self) -> Iterator[Line]:
        """What somebody who looks after a system said is held there, of the kinds that the inventory names for it."""
        for searched in self.systems:
            for collection in searched.system.collections.values():
                for holding in (one for one in collection.holdings if one.key in searched.held):
                    title = self.controller.text(holding.title, self.language)
                    category = _category(self.controller, searched.system, holding, self.language)
                    yield Line(holding, title, category, 0, None, None, "", None, None, {})

    @property
    def grounds(self) -> list[str]:
        """Codes of the exemptions under which something found was withheld or kept."""
        return sorted({line.exemption.code for line in self.lines if line.found and line.exemption})

    @property
    def blocks(self) -> tuple[law.Block, ...]:
        """The blocks that this letter must carry."""
        outcome = self.outcome
        if outcome is not Outcome.NOT_FOUND:
            return tuple(b for b in law.required_blocks(self.also, outcome.value) if self._called_for(b))
        # No statute has a letter for "nothing found": whoever doubts it gets the routes of a refusal.
        wanted = {"done", "record_kept", *ROUTES}
        return tuple(b for b in law.required_blocks(self.also, "refused") if b.code in wanted)

    def _called_for(self, block: law.Block) -> bool:
        """Some blocks have a condition of their own that outcome and operation do not express."""
        if block.code == "effort_facts":
            return any(effort_of(line) for line in self.lines if line.kept)
        if block.code == "dispute_noted":
            return any(line.corrected for line in self.lines if line.kept)
        if block.code == "opt_out_offer":
            return bool(self.controller.switches.get("sells_or_shares"))
        return True


def effort_of(line: Line) -> law.Question | None:
    """The question of an exemption whose answer is the facts of a disproportionate effort."""
    asked = line.exemption.facts if line.exemption else ()
    return next((question for question in asked if question.key.endswith(".effort")), None)


def read(case: Case, *, so_far: bool = False, language: str = "") -> Ledger:
    """Read a case that is being decided, or that waits for its answer; ``so_far`` is its day come while systems work.

    In the letter's language if no other is named. Raises :class:`LeftRegister`.
    """
    controller, language = register.controller(case.controller), language or case.language
    regime = law.regime(case.regime, date.fromisoformat(case.regime_version))
    right = regime.right(case.right)
    if right.in_words:
        return Ledger(
            case, controller, regime, right, language, (), (), case.state in (State.RESPONDING, State.CLOSED),
            also=rules.matches(case), finding=findings.read(case),
        )  # fmt: skip
    final = so_far or case.state in (State.RESPONDING, State.CLOSED)
    works = tuple(case.works.defer("sealed").order_by("pk"))
    search = {work.system: work for work in worklist.newest(works, SEARCH)}
    carried = {work.system: work for work in worklist.newest(works, _operation(right))} if final else {}
    done_so_far = _done(works) if final else {}
    by_hand = right.operation == "categories"

    lines = []
    for row in case.holdings.select_related("determination"):
        try:
            holding = controller.inventory.holding(row.holding_key)
        except KeyError:
            raise LeftRegister(row.holding_key) from None
        system = controller.inventory.systems[holding.system]
        decided = getattr(row, "determination", None) or Determination(holding=row)
        done = carried.get(row.system)
        granted = row.found > 0 and decided.choice == GRANT
        result, total = _result(done, row.holding_key), done_so_far.get(row.holding_key, {})
        lines.append(
            Line(
                holding=holding,
                title=controller.text(holding.title, language),
                category=_category(controller, system, holding, language),
                found=row.found,
                oldest_on=row.oldest_on,
                newest_on=row.newest_on,
                choice=decided.choice,
                exemption=regime.exemption(decided.exemption) if decided.exemption else None,
                tested=rules.tested(case, decided.exemption)[1:] if decided.exemption else (),
                until=decided.until,
                answers=_answers(case, decided),
                erased=total.get("erased", 0),
                masked=total.get("masked", 0),
                left=result.get("retained", 0) if granted else 0,
                corrected=total.get("corrected", 0),
                outstanding=final and granted and not by_hand and not _confirmed(done),
            )
        )
    asked = subject.operation_of(case)
    settled = tuple(
        Settled(key, controller.text(setting.title, language), final and not _confirmed(carried.get(key)))
        for key, system in controller.inventory.systems.items()
        for setting in system.settings_for(asked)
        if right.at_once or any(line.granted and line.holding.system == key for line in lines)
    )
    by_settings = right.at_once and right.operation in SETTING_OPERATIONS
    systems = tuple(
        Searched(system, title, 0, True, any(one.outstanding for one in settled if one.system == key))
        if by_settings and not lines
        else _by_hand(system, title, carried.get(key), final and _is_put_to(system, right, asked))
        if system.is_asked
        else _searched(system, title, search.get(key), lines)
        for key, system in controller.inventory.systems.items()
        for title in [controller.text(system.title, language)]
    )
    # Third parties hear of an opt-out beside its answer, which says nothing of whether anybody is known here.
    told = worklist.newest(works, Work.Operation.NOTIFY) if final and not right.tells_receivers else []
    return Ledger(
        case, controller, regime, right, language, tuple(lines), systems, final,
        recipients_open=not all(_confirmed(work) for work in told), also=rules.matches(case), settled=settled,
        works=works,
    )  # fmt: skip


def _operation(right: law.Right) -> str:
    """The work that tells what became of each holding."""
    if right.operation in SETTING_OPERATIONS:
        return SET
    if right.operation == "correct":
        return CORRECT
    return DELETE if right.erases else ACCESS


def _searched(system: System, title: str, work: Work | None, lines: list[Line]) -> Searched:
    here = [line for line in lines if line.holding.system == system.key]
    # A case without search work was searched if anything is recorded of it: the rows are written together.
    searched = _confirmed(work) if work else bool(here)
    outstanding = not searched or any(line.outstanding for line in here)
    return Searched(system, title, sum(line.found for line in here), searched, outstanding)


def _is_put_to(system: System, right: law.Right, asked: str) -> bool:
    """Whether the right asks anything of a system that nobody can search; of one that is not asked nothing is to come."""
    if right.operation in SETTING_OPERATIONS:
        return bool(system.settings_for(asked))
    return right.erases or right.operation in {"access", "port", "correct", "categories"}


def _by_hand(system: System, title: str, work: Work | None, expected: bool) -> Searched:
    confirmed = _confirmed(work)
    result = work.result if work is not None and confirmed else {}
    left, held = (tuple(str(key) for key in result.get(name, ())) for name in ("kept", "held"))
    return Searched(
        system, title, 0, confirmed, expected and not confirmed, str(result.get("by_hand", "")), left, held
    )


def _confirmed(work: Work | None) -> bool:
    return work is not None and work.status == CONFIRMED


def _result(work: Work | None, key: str) -> dict[str, int]:
    if work is None or work.operation not in (DELETE, CORRECT) or work.status != CONFIRMED:
        return {}
    return work.result.get("holdings", {}).get(key, {})


def _done(works: Iterable[Work]) -> dict[str, dict[str, int]]:
    """By holding, what all rounds did: an approval that was overtaken in one system was carried out in others.

    Each counts what it was the first to erase or to mask, so those add up. A row may be corrected once more by the
    next round: it is known by its mark.
    """
    total: dict[str, dict[str, int]] = {}
    corrected: dict[str, set[str]] = {}
    for work in works:
        for key in work.result.get("holdings", {}):
            told, sums = _result(work, key), total.setdefault(key, {})
            for name in ("erased", "masked"):
                sums[name] = sums.get(name, 0) + told.get(name, 0)
            marks = corrected.setdefault(key, set())
            marks.update(work.result.get("rows", {}).get(key, ()) if told else ())
            # Before the marks were kept there was a number alone.
            sums["corrected"] = max(len(marks), sums.get("corrected", 0), told.get("corrected", 0))
    return total


def _answers(case: Case, decided: Determination) -> dict[str, str]:
    if decided.sealed_answers is None:
        return {}
    return json.loads(sealing.unseal(case.key, decided.sealed_answers, "answers"))


def _category(controller: register.Controller, system: System, holding: Holding, language: str) -> str:
    wording = system.categories.get(holding.category)
    return controller.text(wording, language) if wording else holding.category
