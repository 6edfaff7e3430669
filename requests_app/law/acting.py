"""Who may act for whom, for which rights, and the most that may be asked of them: a table for each regime."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .facts import Question
from .terms import HOUSE, Words

SELF = "self"
Side = Literal["representative", "person"]
PersonsPart = Literal["confirms", "is_told", "is_left_alone"]
"""What the person acted for has to do with it: confirm with a code, only be told, or not even that."""


@dataclass(frozen=True, eq=False)
class Ask:
    """One thing that may be asked of somebody who acts for another."""

    key: str
    words: Words
    """What it is, as the one who must show it reads it."""
    citation: str
    of: Side = "representative"
    confirmed: bool = True
    instead_of: str = ""
    """Key of another ask: showing either is enough."""
    how: Literal["paper", "words", "in_person"] = "paper"
    """A paper to be shown, something to be stated, or an act that staff see for themselves."""
    last_resort: bool = False
    """Asked only after a member of staff has put a doubt on record."""

    @property
    def house(self) -> bool:
        """Whether only a promise of ours names it."""
        return self.citation == HOUSE


@dataclass(frozen=True, eq=False)
class Limit:
    """What must never be asked on this path, and who says so."""

    words: Words
    citation: str


@dataclass(frozen=True, eq=False)
class Authority:
    """What one capacity needs, for some rights: everything here is the most that may be asked."""

    rights: frozenset[str]
    citation: str
    asks: tuple[Ask, ...] = ()
    checks: tuple[Question, ...] = ()
    """What a member of staff answers before accepting what was shown; each has one answer that lets it pass."""
    person: PersonsPart = "is_left_alone"
    answer_to: Side = "person"
    """Who gets the answer unless the mandate itself says otherwise."""
    confirmed: bool = True
    never: tuple[Limit, ...] = ()

    @property
    def required(self) -> tuple[Ask, ...]:
        """What is asked from the start: one of each set of alternatives, and no last resort."""
        return tuple(ask for ask in self.asks if not ask.instead_of and not ask.last_resort)

    def missing(self, shown: Iterable[str]) -> tuple[Ask, ...]:
        """What is required and not among what was shown, by key, alternatives counted."""
        had = set(shown)
        return tuple(ask for ask in self.required if not had & self._ways(ask.key))

    def ask(self, key: str) -> Ask:
        """One thing asked; ``KeyError`` for what this path may not ask."""
        for ask in self.asks:
            if ask.key == key:
                return ask
        raise KeyError(key)

    def _ways(self, key: str) -> set[str]:
        return {key} | {ask.key for ask in self.asks if ask.instead_of == key}


@dataclass(frozen=True, eq=False)
class Age:
    """An age group of the person acted for, and whether somebody else may act for it at all."""

    code: str
    words: Words
    citation: str
    acts_alone: Words | None = None
    """What to do instead, where the law lets young people of this age act for themselves only."""


@dataclass(frozen=True, eq=False)
class Capacity:
    """One way of standing before a controller: oneself, or for another."""

    code: str
    title: Words
    """As the form offers it."""
    plain: Words
    """One sentence under it."""
    named: Words
    """As a letter or a case file calls the one who acts so: ``authorised agent``."""
    grants: tuple[Authority, ...] = ()
    ages: tuple[Age, ...] = ()

    @property
    def for_another(self) -> bool:
        """Whether the one who asks is not the one the information is about."""
        return self.code != SELF

    def authority(self, right_code: str) -> Authority | None:
        """What acting so needs for that right; ``None`` where nobody may act so."""
        return next((grant for grant in self.grants if right_code in grant.rights), None)

    def age(self, code: str) -> Age:
        """The age group with that code; ``KeyError`` if there is none."""
        for age in self.ages:
            if age.code == code:
                return age
        raise KeyError(code)


@dataclass(frozen=True, eq=False)
class Relation:
    """How somebody came to be in the systems. It tells where to look and what to say, and reduces no right."""

    code: str
    title: Words
    says: Words | None = None
    """What somebody who stands so may not know."""
    citation: str = ""
    confirmed: bool = True


MYSELF = Capacity(
    SELF,
    Words("Myself", "我本人"),
    Words("It is about information on me.", "请求涉及我自己的信息。"),
    Words("the person concerned", "本人"),
)


def table(*capacities: Capacity) -> dict[str, Capacity]:
    """Capacities by code, oneself first; a code given twice is a mistake in the file."""
    found = {capacity.code: capacity for capacity in (MYSELF, *capacities)}
    if len(found) != len(capacities) + 1:
        raise ValueError("two capacities share a code")
    return found


# A true paper about one person must not open the records of another, whose address is all it takes to ask.
SAME_PERSON = (
    "Do the records found under the address given belong to the person this is about?",
    "按所提供邮箱查到的记录，是否属于请求所涉及的人？",
)


def must(capacity: str, key: str, en: str, zh: str, *, be: bool = True) -> Question:
    """A line of the checklist, and the only answer with which what was shown can be accepted."""
    return Question(f"{capacity}.{key}", Words(en, zh), "yes_no", must_be=be)
