"""Answer a complaint, an appeal or a question: one person writes, a second agrees, as with every other answer."""

from __future__ import annotations

import hashlib

from django.db import transaction

from identity.models import User
from requests_app import access, finding, journal, lifecycle
from requests_app.decision.problem import NotAllowed
from requests_app.finding import Finding
from requests_app.lifecycle import Outcome
from requests_app.models import Case

OUTCOMES = (Outcome.GRANTED, Outcome.GRANTED_IN_PART, Outcome.REFUSED)
LONGEST = 10_000


def write(case: Case, *, by: User, outcome: str, text: str) -> None:
    """Keep the draft; raises :class:`NotAllowed`. Whoever proposed the answer complained of may not."""
    if case.state != lifecycle.State.ASSESSING or not access.desk(by).may(case, lifecycle.PROPOSE):
        raise NotAllowed([("", "not_your_move")])
    if outcome not in ("", *OUTCOMES):
        raise NotAllowed([("outcome", "bad_choice")])
    if len(text) > LONGEST:
        raise NotAllowed([("text", "too_long")])
    found = Finding(outcome, text.strip())
    if found == finding.read(case):
        return
    with transaction.atomic():
        try:
            journal.keep_still(case)
        except journal.IllegalMove:
            raise NotAllowed([("", "changed")]) from None
        journal.record(
            case, "finding_written", by=journal.staff(by.pk), sealed_finding=finding.seal(case, found)
        )


def problems(case: Case) -> list[tuple[str, str]]:
    """What is still missing before a second person may be asked."""
    found = finding.read(case)
    missing = [("outcome", "bad_choice")] if not found.outcome else []
    return missing if found.text else [*missing, ("text", "no_words")]


def digest(case: Case) -> str:
    """What an approval is bound to."""
    # Read anew: a draft written meanwhile moves no state, so the case at hand may be older.
    kept = Case.objects.values_list("sealed_finding", flat=True).get(pk=case.pk)
    return hashlib.sha256(bytes(kept or b"")).hexdigest()
