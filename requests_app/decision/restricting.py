"""Why data is kept and not used, and until when: written beside the determinations and approved with them."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from identity.models import User
from requests_app import access, journal, lifecycle, restriction, worklist
from requests_app.decision.problem import NotAllowed
from requests_app.models import Case
from requests_app.restriction import LONGEST, Terms

FIELD = "restriction"


def write(case: Case, *, by: User, reason: str, condition: str = "", ends_on: date | None = None) -> None:
    """Save the terms as far as they go; what is malformed is refused, what is missing may come."""
    if case.state != lifecycle.State.ASSESSING or not access.desk(by).may(case, lifecycle.PROPOSE):
        raise NotAllowed([("", "not_your_move")])
    wrong = [
        (f"{FIELD}.{name}", "too_long_terms")
        for name, text in (("reason", reason), ("condition", condition))
        if len(text.strip()) > LONGEST
    ]
    if ends_on is not None and ends_on <= worklist.today_of(case):
        wrong.append((f"{FIELD}.ends_on", "end_past"))
    if wrong:
        raise NotAllowed(wrong)
    with transaction.atomic():
        try:
            journal.keep_still(case)
        except journal.IllegalMove:
            raise NotAllowed([("", "changed")]) from None
        restriction.write(case, Terms(reason, condition, ends_on), by=by)


def problems(case: Case) -> list[tuple[str, str]]:
    """What the terms still lack: nothing is restricted without a reason that the letter can give."""
    if not restriction.is_one(case) or restriction.read(case).reason:
        return []
    return [(f"{FIELD}.reason", "why_restricted")]


def bound(case: Case) -> list[str]:
    """What an approval is bound to of them; nothing for every other right."""
    if not restriction.is_one(case):
        return []
    terms = restriction.read(case)
    return [terms.reason, terms.condition, str(terms.ends_on)]
