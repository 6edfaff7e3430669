"""Drafts of replies: kinds that fit where a case stands, words to begin with, and what no writer may leave out.

The kinds lie as data in ``replies/``, one file each. What stands under ``before`` and ``after`` is locked: it is written
anew from the case whenever the reply is shown or sent. What a person writes between is never read as a template.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from requests_app import law, register
from requests_app.law import Level, Words
from requests_app.letters.locked import BLOCKS, Standing
from requests_app.letters.text import day_in
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case
from requests_app.register import Controller, Replies

FOLDER = Path(__file__).resolve().parent / "replies"
TERMS = "terms"
"""The file that is no kind: what each statute calls the things that drafts speak of."""
EVERY, UNDRAFTED = "all", "own_words"
"""What a pack calls every kind at once, and replies without a draft, in which nothing is locked."""
PLACES = frozenset({"data", "right", "reference", "received", "sender"})
"""What a draft may name in braces; a pack's too."""


@dataclass(frozen=True)
class Kind:
    """One kind of reply."""

    code: str
    order: int
    title: Words
    hint: Words | None
    states: frozenset[State]
    outcomes: frozenset[Outcome]
    """Of closed cases; empty: of whatever outcome."""
    when: tuple[str, ...]
    """Names in :data:`CONDITIONS`, all of which must hold."""
    before: tuple[str, ...]
    after: tuple[str, ...]
    """Names in :data:`BLOCKS`."""
    draft: Mapping[str, str]
    """By language."""
    by_regime: Mapping[str, Mapping[str, str]]
    """The same where a statute wants other words."""
    unfinished: bool
    """Whether the draft is a beginning only: it does not leave as it is."""


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind that ships, in the order in which they are offered."""
    read = (_read(file) for file in FOLDER.glob("*.toml") if file.stem != TERMS)
    return {kind.code: kind for kind in sorted(read, key=lambda kind: kind.order)}


def offered(standing: Standing) -> tuple[Kind, ...]:
    """Those that fit where the case stands; what does not is refused as well as not shown."""
    return tuple(kind for kind in kinds().values() if fits(kind, standing))


def fits(kind: Kind, standing: Standing) -> bool:
    """Whether a reply of this kind may be written now."""
    case = standing.case
    return (
        not case.own_motion
        and case.state in kind.states
        and (not kind.outcomes or case.outcome in kind.outcomes)
        and all(CONDITIONS[name](standing) for name in kind.when)
    )


def begin(kind: Kind, case: Case) -> str:
    """The words to begin with, in the requester's language: the company's own where its pack has some."""
    controller, language = register.controller(case.controller), case.language
    regime = law.regime(case.regime, case.received_on)
    known = {
        "right": regime.right(case.right).title.in_(language),
        "reference": case.spaced_reference,
        "received": day_in(case.received_on, language),
    }
    return words_of(kind, controller, case.regime, language, known)


def words_of(kind: Kind, controller: Controller, regime: str, language: str, known: Mapping[str, str]) -> str:
    """The same for any case: ``known`` says what stands in its right, reference and day of receipt."""
    ships = kind.by_regime.get(regime, kind.draft)
    own = controller.replies.drafts.get(kind.code, {}).get(language)
    draft = own or Words.from_json(ships).in_(language)
    terms = {name: words.in_(language) for name, words in _terms(regime).items()}
    known = terms | {"sender": controller.text(controller.legal_name, language)} | known
    for name in PLACES:
        draft = draft.replace(f"{{{name}}}", known[name])
    return draft.strip()


def locked(kind: Kind | None, standing: Standing) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The paragraphs before and after what a person writes; none of words of their own."""
    if kind is None:
        return (), ()
    before, after = (
        tuple(said for name in names if (said := BLOCKS[name](standing)))
        for names in (kind.before, kind.after)
    )
    return before, after


def whole(kind: Kind | None, standing: Standing, written: str) -> str:
    """The message as it leaves; what a person wrote stands in it as they wrote it."""
    before, after = locked(kind, standing)
    return "\n\n".join((*before, written.strip(), *after))


def mistakes(replies: Replies) -> list[tuple[str, str]]:
    """What is wrong in a pack's replies, and what to do about it."""
    known = {*kinds(), EVERY, UNDRAFTED}
    found = [
        (f"There is no kind of reply {code!r}.", f"There are: {', '.join(sorted(known))}.")
        for code in sorted((replies.drafts.keys() | replies.second_person) - known)
    ]
    for code, draft in replies.drafts.items():
        for language, text in draft.items():
            names = (rest.partition("}")[0] for rest in text.split("{")[1:])
            found += [
                (
                    f"The draft of {code} in {language} names {{{name}}}, which nothing fills.",
                    f"Use {', '.join(sorted(PLACES))}.",
                )
                for name in names
                if name not in PLACES
            ]
    return found


CONDITIONS: Mapping[str, Callable[[Standing], bool]] = {
    "unanswered": lambda standing: standing.case.answered_at is None,
    "has_a_standard": lambda standing: _right(standing.case).standard.level is not Level.NONE,
    "lacks_proof": lambda standing: bool(standing.lacks),
    "extended": lambda standing: standing.case.extended and standing.answer_ahead,
    "late": lambda standing: standing.today > standing.case.due_on,
}
"""What must hold of a case besides its state, by name."""


def _right(case: Case) -> law.Right:
    return law.regime(case.regime, case.received_on).right(case.right)


def _read(file: Path) -> Kind:
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    return Kind(
        code=file.stem,
        order=told["order"],
        title=_words(told["title"]),
        hint=_words(told["hint"]) if "hint" in told else None,
        states=frozenset(State(state) for state in told["states"]),
        outcomes=frozenset(Outcome(outcome) for outcome in told.get("outcomes", ())),
        when=tuple(told.get("when", ())),
        before=tuple(told["before"]),
        after=tuple(told["after"]),
        draft=told["draft"],
        by_regime=told.get("regimes", {}),
        unfinished=told.get("unfinished", False),
    )


@cache
def _terms(regime: str) -> Mapping[str, Words]:
    told = tomllib.loads((FOLDER / f"{TERMS}.toml").read_text(encoding="utf-8"))
    return {name: _words(words) for name, words in (told["default"] | told.get(regime, {})).items()}


def _words(told: Mapping[str, str]) -> Words:
    return Words(told["en"], told["zh-Hans"])


def second_person_for(controller: Controller, code: str) -> bool:
    """Whether the company wants a second person to release replies of this kind."""
    return bool(controller.replies.second_person & {EVERY, code or UNDRAFTED})
