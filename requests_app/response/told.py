"""An answer that no letter can carry, as no address is known: a person gives it by word of mouth, or can reach nobody."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from identity import vault
from identity.models import User
from requests_app import access, doubts, journal, lifecycle
from requests_app.letters import correspond
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case
from requests_app.response import ledger as ledgers
from requests_app.response import rows
from requests_app.response.steps import NO_ADDRESS

BY_PHONE, IN_PERSON, NOBODY = "phone", "in_person", "nobody"
WAYS = frozenset({BY_PHONE, IN_PERSON, NOBODY})
"""How it was given; the last where whoever asked cannot be reached at all, so that nobody was answered."""


class NotTold(Exception):
    """The server refused. ``why`` is ``not_your_move``, ``way``, ``words``, ``doubt`` or ``changed``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def lacks_address(case: Case) -> bool:
    """Whether the answer stands and has nowhere to go."""
    return case.state == State.RESPONDING and case.waits_for == f"letter_lacks:{NO_ADDRESS}"


def close(case: Case, *, by: User, way: str, words: str) -> None:
    """Close it with its outcome; ``words`` say what was said, or how they were looked for. Raises :class:`NotTold`."""
    if not access.desk(by).may(case, lifecycle.TELL) or not lacks_address(case):
        raise NotTold("not_your_move")
    if way not in WAYS:
        raise NotTold("way")
    if not words.strip():
        raise NotTold("words")
    try:
        ledger = ledgers.read(case)
    except ledgers.LeftRegister:
        raise NotTold("changed") from None
    personal = not ledger.proof_free and ledger.outcome is not Outcome.NOT_IDENTIFIED
    if personal and way != NOBODY and doubts.block_release(case):
        raise NotTold("doubt")
    answered = {} if way == NOBODY else {"answered_at": case.answered_at or timezone.now()}
    with transaction.atomic():
        try:
            journal.advance(
                case, lifecycle.TELL, by=journal.staff(by.pk), reason=way, outcome=ledger.outcome,
                grounds=ledger.grounds, waits_for="", **answered,
            )  # fmt: skip
        except journal.IllegalMove:
            raise NotTold("changed") from None
        correspond.write_note(case, by=by, text=words.strip())
    for work in rows.confirmed(ledger.latest(ledgers.ACCESS)):
        vault.remove(work.result["path"])
