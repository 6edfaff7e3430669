"""What the calendar does to a case whose systems are still at work: on our date its answer is called for as it stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from requests_app import journal, law, lifecycle
from requests_app.fulfilment.steps import SISTER
from requests_app.models import Case

CALLED = "answer_due"
AGAIN = (lifecycle.APPROVE.name, "doubt_settled", "post_address_set", "post_letter_renewed")
"""What happened since then calls for it once more: decided anew, or free to go out where it was not."""
AT_ONCE = 200


def watch(now: datetime) -> None:
    """Call for the answer of every case whose date has come, once for each approval and whenever its way is free again."""
    # A day ahead everywhere on earth; each is then judged in its own zone.
    horizon = (now + timedelta(days=1)).date()
    working = Case.objects.asked().filter(state=lifecycle.State.FULFILLING, answered_at=None).due_by(horizon)
    for case in working.by_due_date()[:AT_ONCE]:
        if _is_due(case, now) and not _was_called(case):
            journal.record(case, CALLED, by=journal.PIPELINE, follow=True)


def _is_due(case: Case, now: datetime) -> bool:
    today = now.astimezone(ZoneInfo(law.regime(case.regime, case.received_on).zone)).date()
    # On its own day a case stops waiting for its sister and starts; it gets that day to finish.
    return today > case.due_on if case.waits_for == SISTER else today >= case.due_on


def _was_called(case: Case) -> bool:
    last = case.events.filter(name__in=[CALLED, *AGAIN]).order_by("-number").first()
    return last is not None and last.name == CALLED
