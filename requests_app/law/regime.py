"""The shape of a statute: rights with their duties, exemptions, letter blocks, windows and records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from .acting import Capacity, Relation, table
from .facts import Evidence, Question, ask_law
from .look_back import Span
from .terms import IN_WORDS, Approver, Operation, Outcome, Scope, Standard, Words

Count = Literal["calendar_days", "business_days", "working_days", "months", "at_once"]


@dataclass(frozen=True, eq=False)
class Duty:
    """What is owed by when, counted one way from receipt."""

    count: Count
    number: int
    citation: str
    confirmed: bool = True
    house: bool = False
    outer_days: int | None = None
    """Calendar days never to be passed, where a regime gives no number in law."""
    outer_citation: str = ""
    extension: Duty | None = None
    """The longer period, counted from receipt, that one notice with its reason buys."""


@dataclass(frozen=True)
class Unverified:
    """What follows when nobody could show who is asking."""

    words: Words
    citation: str
    fallback: str | None = None
    """Code of the right to assess instead, with the same receipt."""
    offer: tuple[str, ...] = ()
    """Codes of rights to offer, which need no proof."""
    cure_first: bool = False
    """Whether they are asked once more, and told what is missing, before anything is refused."""
    confirmed: bool = True


@dataclass(frozen=True, eq=False)
class Right:
    """What a person may ask for, and what is owed when they do."""

    code: str
    title: Words
    plain: Words
    """One sentence for the person who asks."""
    basis: str
    operation: Operation
    respond: Duty
    standard: Standard
    standard_if_sensitive: Standard | None = None
    standard_with_account: Standard | None = None
    acknowledge: Duty | None = None
    confirmed: bool = True
    house: bool = False
    """Granted by the controller's own policy, not by this statute."""
    at_once: bool = False
    """Takes effect here without waiting for a person; the period is for the other systems."""
    on_unverified: Unverified | None = None
    in_force_from: date | None = None
    """Later than the regime's own date: before it the right is offered by choice."""
    switch: str | None = None
    """Name of the controller's switch without which the right does not arise."""
    spans: tuple[Span, ...] = ()
    """How far back one may choose to ask; empty where the law knows no such choice."""
    undoes: str = ""
    """Code of the right that this one takes back; only whoever showed that it is theirs may."""
    tells_receivers: str = ""
    """Citation by which third parties that got the data between request and compliance are told; none elsewhere."""
    asks_twice: bool = False
    """Whether the choice must be confirmed separately before it counts."""

    @property
    def in_words(self) -> bool:
        """Whether the answer is a person's own words."""
        return self.operation in IN_WORDS

    @property
    def erases(self) -> bool:
        """Whether it is to have something erased."""
        return self.operation in {"delete", "cancel"}

    def span(self, code: str) -> Span | None:
        """The choice with that code; ``None`` for none of them."""
        return next((span for span in self.spans if span.code == code), None)


@dataclass(frozen=True, eq=False)
class Exemption:
    """A ground the law allows for not doing all that was asked, and what must be known to use it."""

    code: str
    citation: str
    title: Words
    rights: frozenset[str]
    scope: Scope
    facts: tuple[Question, ...]
    evidence: tuple[Evidence, ...]
    approver: Approver
    letter: Words
    confirmed: bool = True
    two_approvers: bool = False
    automatic: bool = False
    """Applies without a person's judgement once its fact is on the record."""
    claimed_only: bool = False
    """Never suggested, whatever an inventory declares: a person must reach for it."""
    restricts: bool = False
    """What is kept is not merely kept: all processing but storage and protection stops."""
    effect: Literal["withholds", "retains", "delays", "blocked"] = "withholds"
    """``blocked``: named so that nobody reaches for it, and never usable."""

    def missing(
        self, facts: Mapping[str, object | None], evidence: frozenset[str] = frozenset()
    ) -> tuple[Question | Evidence, ...]:
        """What still has to be answered or attached before it may be used."""
        return self.unanswered(facts) + tuple(piece for piece in self.evidence if piece.key not in evidence)

    def unanswered(self, facts: Mapping[str, object | None]) -> tuple[Question, ...]:
        """The questions nobody has answered."""
        return tuple(question for question in self.facts if facts.get(question.key) in (None, ""))

    def defeated_by(self, facts: Mapping[str, object | None]) -> tuple[Question, ...]:
        """The questions whose answer rules this exemption out."""
        return tuple(
            question
            for question in self.facts
            if question.must_be is not None
            and facts.get(question.key) is not None
            and facts[question.key] is not question.must_be
        )


@dataclass(frozen=True)
class Block:
    """A paragraph that a letter must carry."""

    code: str
    words: Words
    citation: str
    filled: bool = False
    """Whether the case's own ledger or facts follow the sentence."""
    confirmed: bool = True
    house: bool = False
    operations: frozenset[Operation] | None = None
    """Of which operations; ``None`` is all."""
    outcomes: frozenset[Outcome] = frozenset({"granted_in_part", "refused"})


@dataclass(frozen=True)
class Window:
    """A limit on how often, or a hold for how long."""

    code: str
    rights: frozenset[str]
    words: Words
    citation: str
    months: int = 0
    days: int = 0
    times: int = 1
    confirmed: bool = True
    counts: frozenset[Outcome] = frozenset()
    """Outcomes of an earlier request that count; empty where earlier requests do not matter."""
    ground: str = ""
    """Code of the exemption that comes up, for a person to judge, once the window is full."""


@dataclass(frozen=True)
class Records:
    """How long proof of a closed case stays."""

    content_months: int
    log_months: int
    citation: str
    words: Words
    confirmed: bool = True
    house: bool = False
    """Whether any part of it is longer than the law asks, by our own rule."""


@dataclass(frozen=True)
class Pause:
    """What a regime says of stopping the clock."""

    words: Words
    citation: str
    confirmed: bool = True


@dataclass(frozen=True, eq=False)
class Regime:
    """One statute as in force from one day on."""

    code: str
    version: str
    """The day this text takes effect, ISO; pinned to a case at receipt."""
    title: Words
    zone: str
    zone_title: Words
    calendar: str
    rights: Mapping[str, Right]
    exemptions: Mapping[str, Exemption]
    blocks: tuple[Block, ...]
    records: Records
    receipt_citation: str
    """Why the day of receipt is not counted."""
    receipt_confirmed: bool = True
    pause: Pause | None = None
    roll_citation: str = ""
    """Why a last day that is a day off would move; empty where nobody has said so."""
    roll_confirmed: bool = True
    keeps_by_law: str = ""
    """Code of the exemption that a retention declared in the inventory becomes, if not known here."""
    windows: tuple[Window, ...] = ()
    capacities: Mapping[str, Capacity] = field(default_factory=table)
    """Who may act; where a statute file names nobody else, each person for themselves."""
    relations: tuple[Relation, ...] = ()
    """How people come to be in the systems; empty where nobody is asked."""
    ends_on: date | None = None
    confirmed: bool = True

    @property
    def effective_on(self) -> date:
        """First day this text is in force."""
        return date.fromisoformat(self.version)

    def in_force(self, on: date) -> bool:
        """Whether this text governs that day."""
        return self.effective_on <= on and (self.ends_on is None or on <= self.ends_on)

    def right(self, code: str) -> Right:
        """The right with that code; ``KeyError`` if this regime gives none."""
        return self.rights[code]

    def exemption(self, code: str) -> Exemption:
        """The exemption with that code; ``KeyError`` if this regime allows none."""
        return self.exemptions[code]

    def capacity(self, code: str) -> Capacity:
        """The capacity with that code; ``KeyError`` if this regime knows none."""
        return self.capacities[code]

    def capacities_for(self, right_codes: Iterable[str]) -> tuple[Capacity, ...]:
        """The ways in which somebody may ask for all of these rights at once, oneself first."""
        wanted = tuple(right_codes)
        return tuple(
            capacity
            for capacity in self.capacities.values()
            if not capacity.for_another or all(capacity.authority(code) for code in wanted)
        )

    def relation(self, code: str) -> Relation | None:
        """How somebody came to be in the systems, if they said so."""
        return next((relation for relation in self.relations if relation.code == code), None)

    def exemptions_for(self, right_code: str) -> tuple[Exemption, ...]:
        """Every exemption a person may consider for that right."""
        return tuple(e for e in self.exemptions.values() if right_code in e.rights and e.effect != "blocked")

    def required_blocks(self, right_code: str, outcome: Outcome) -> tuple[Block, ...]:
        """The paragraphs a letter about that right and outcome must carry, in order."""
        operation = self.right(right_code).operation
        return tuple(
            block
            for block in self.blocks
            if outcome in block.outcomes and (block.operations is None or operation in block.operations)
        )

    def windows_for(self, right_code: str) -> tuple[Window, ...]:
        """The limits and holds that touch that right."""
        return tuple(window for window in self.windows if right_code in window.rights)


def index(*rights: Right) -> dict[str, Right]:
    """Rights by code; a code given twice is a mistake in the file."""
    found = {right.code: right for right in rights}
    if len(found) != len(rights):
        raise ValueError("two rights share a code")
    return found


def index_exemptions(*exemptions: Exemption) -> dict[str, Exemption]:
    """Exemptions by code; a code given twice is a mistake in the file.

    One that counsel has not confirmed cannot be cited as certain, so whoever
    uses it names the law it rests on: the letter cites that.
    """
    found = {exemption.code: _with_law(exemption) for exemption in exemptions}
    if len(found) != len(exemptions):
        raise ValueError("two exemptions share a code")
    return found


def _with_law(exemption: Exemption) -> Exemption:
    names = any(question.kind == "citation" for question in exemption.facts)
    if exemption.confirmed or exemption.effect == "blocked" or names:
        return exemption
    law = ask_law(exemption.code, "Which law does it rest on here?", "本案依据哪部法律、哪一条？")
    return replace(exemption, facts=(*exemption.facts, law))
