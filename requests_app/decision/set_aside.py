"""Leaving off what was opened of our own motion: found mistaken, or somebody else's case does it."""

from __future__ import annotations

from identity.models import User
from requests_app import access, journal, lifecycle, undoing
from requests_app.decision.problem import NotAllowed
from requests_app.journal import By
from requests_app.lifecycle import Outcome
from requests_app.models import Case

REASONS = frozenset({"mistaken", "other_person", "another_case", "nothing_to_do"})
"""Why nothing is done, by code."""


def set_aside(case: Case, *, by: User, reason: str) -> None:
    """Close it undone, with its reason on the journal, once that cannot be taken back. Raises :class:`NotAllowed`."""
    if not access.desk(by).may(case, lifecycle.SET_ASIDE):
        raise NotAllowed([("", "not_your_move")])
    if reason not in REASONS:
        raise NotAllowed([("reason", "reason")])
    try:
        undoing.close_later(case, "set_aside", by=by, reason=reason)
    except journal.IllegalMove:
        raise NotAllowed([("", "changed")]) from None


def was_set_aside(case: Case, by: By, reason: str) -> None:
    """The seconds to take it back are over."""
    case.approvals.filter(void=False).update(void=True)
    journal.advance(case, lifecycle.SET_ASIDE, by=by, reason=reason, outcome=Outcome.WITHDRAWN, waits_for="")
