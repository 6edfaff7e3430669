"""What the calendar does to a case nobody has proved to be theirs: remind, then answer on the day itself."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from requests_app import journal, law, lifecycle, subject
from requests_app.letters import mails, outbox
from requests_app.models import Case

log = logging.getLogger(__name__)
REMIND_BEFORE = timedelta(days=10)
AT_ONCE = 200


def watch(now: datetime) -> None:
    """Remind ten days before our date; on it, say that identity was not shown. Nothing silently expires."""
    # A day ahead everywhere on earth, so that no zone's case is missed; each is then judged in its own.
    horizon = (now + REMIND_BEFORE + timedelta(days=1)).date()
    verifying = Case.objects.filter(state=lifecycle.State.VERIFYING).due_by(horizon).by_due_date()
    waiting = verifying.filter(Q(reminded_at=None) | Q(due_on__lte=(now + timedelta(days=1)).date()))
    for case in waiting.select_related("key", "submission")[:AT_ONCE]:
        try:
            _look_after(case, now)
        except journal.IllegalMove:
            # The requester was quicker.
            continue
        except Exception:
            # One case's trouble must not let the dates of all others pass.
            log.exception("a case could not be looked after, case %s", case.pk)


def _look_after(case: Case, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(law.regime(case.regime, case.received_on).zone)).date()
    if today >= case.due_on:
        journal.advance(
            case, lifecycle.NOT_IDENTIFIED, by=journal.PIPELINE, reason="no_proof_by_due_date",
            outcome=lifecycle.Outcome.NOT_IDENTIFIED, waits_for="",
        )  # fmt: skip
    elif case.reminded_at is None and today >= case.due_on - REMIND_BEFORE:
        _remind(case, now)


def _remind(case: Case, now: datetime) -> None:
    told = subject.read(case)
    if told.writes_from:
        outbox.queue(case=case, kind="reminder", once="reminder", to=told.writes_from,
                     words=mails.reminder(case), unproved=True)  # fmt: skip
    journal.record(case, "reminded", by=journal.PIPELINE, reminded_at=now)
