"""Labelled letters, and how well the rules read them: precision and recall per right, the worst confusions named."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from requests_app.intake.sort import UNCLEAR, sort

SAME = {"copy": "access", "see": "access"}
NO_ACCOUNTS = frozenset({"mimap"})
"""Whose statute knows no closing of an account: there it is a deletion."""


@dataclass
class Score:
    """One right: how often the rules were sure and right, sure and wrong, silent, and whether staff were told."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    suggested: int = 0
    """Of those asked, how many were opened by rule or at least shown to a person."""

    @property
    def asked(self) -> int:
        """How many letters ask for it and need no person's judgement."""
        return self.right + self.missed

    def precision(self) -> float:
        """Of what the rules were sure of, how much was asked."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    def recall(self) -> float:
        """Of what was asked, how much the rules were sure of."""
        return self.right / self.asked if self.asked else 1.0


@dataclass
class Reading:
    """How a set of letters was read."""

    letters: int = 0
    by_right: dict[str, Score] = field(default_factory=dict)
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(what was asked, what the rules were sure of), where the two differ."""
    told: int = 0
    asks: int = 0
    """Letters that ask for something, and how many of them nobody would miss: opened, or held with a suggestion."""

    def whole(self) -> Score:
        """All rights together."""
        scores = self.by_right.values()
        return Score(
            *(sum(getattr(s, name) for s in scores) for name in ("right", "wrong", "missed", "suggested"))
        )


def letters(name: str) -> list[dict]:
    """``known`` or ``held_out``."""
    path = Path(__file__).parent / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))["mail"]


def read(mails: list[dict]) -> Reading:
    """Sort each letter and compare."""
    found = Reading(letters=len(mails))
    for mail in mails:
        asked = {_named(what, mail["to"]) for what in mail["asks"]}
        sorting = sort(mail.get("subject", ""), mail["text"])
        sure = {_named(what, mail["to"]) for what in sorting.sure_of()} - {UNCLEAR}
        shown = {_named(what, mail["to"]) for what in sorting.suggested()}
        by_rule = set() if mail.get("a_person_must_look") else asked
        for what in by_rule | sure:
            score = found.by_right.setdefault(what, Score())
            score.right += what in by_rule & sure
            score.wrong += what not in by_rule
            score.missed += what not in sure
            score.suggested += what in by_rule & (sure | shown)
        if asked or mail.get("a_person_must_look"):
            found.asks += 1
            found.told += bool(sure or shown or sorting.doubts)
        if by_rule != sure:
            found.confusions[(_list(by_rule) or "nothing by rule", _list(sure) or "nothing")] += 1
    return found


def _named(what: str, to: str) -> str:
    what = SAME.get(what, what)
    if what in {"delete_account", "cancel"}:
        return "delete" if to in NO_ACCOUNTS else "cancel"
    return what


def _list(rights: set[str]) -> str:
    return " + ".join(sorted(rights))
