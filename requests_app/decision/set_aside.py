"""Leaving off what was opened of our own motion: found mistaken, or somebody else's case does it."""

from __future__ import annotations

from django.db import transaction

from identity.models import User
from requests_app import access, journal, lifecycle
from requests_app.decision.problem import NotAllowed
from requests_app.lifecycle import Outcome
from requests_app.models import Case

REASONS = frozenset({"mistaken", "other_person", "another_case", "nothing_to_do"})
"""Why nothing is done, by code."""


def set_aside(case: Case, *, by: User, reason: str) -> None:
    """Close it undone, with its reason on the journal. Raises :class:`NotAllowed`."""
    if not access.desk(by).may(case, lifecycle.SET_ASIDE):
        raise NotAllowed([("", "not_your_move")])
    if reason not in REASONS:
        raise NotAllowed([("reason", "reason")])
    with transaction.atomic():
        case.approvals.filter(void=False).update(void=True)
        try:
            journal.advance(
                case, lifecycle.SET_ASIDE, by=journal.staff(by.pk), reason=reason,
                outcome=Outcome.WITHDRAWN, waits_for="",
            )  # fmt: skip
        except journal.IllegalMove:
            raise NotAllowed([("", "changed")]) from None
