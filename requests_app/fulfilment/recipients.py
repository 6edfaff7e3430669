"""Those who received the data: each is told, by when it should answer is noted, and so is what it answered."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from identity.models import User
from requests_app import journal, worklist
from requests_app.fulfilment import execute, rounds
from requests_app.lifecycle import State
from requests_app.models import Case, Work

DAYS_TO_ANSWER = 30
"""Our own rule: no statute named here gives a recipient a date."""
DONE, NOTHING, REFUSED = "done", "nothing", "refused"
ANSWERS = (DONE, NOTHING, REFUSED)


TOLD_AFTER = {Work.Operation.DELETE, Work.Operation.CORRECT}


def open_each(case: Case, work: Work) -> None:
    """Once it is done here, and not while it can still be undone, each of those who received the data is to be told."""
    round_ = work.round
    opened = case.works.filter(operation=Work.Operation.NOTIFY, round=round_)
    if work.operation not in TOLD_AFTER or opened.exists():
        return
    for whom in execute.recipients(case):
        key = hashlib.sha256(json.dumps(dict(whom), sort_keys=True).encode()).hexdigest()[:12]
        work = worklist.by_hand(case, Work.Operation.NOTIFY, f"recipient:{key}", round_=round_)
        work.result = {"whom": dict(whom)}
        work.save(update_fields=["result"])


def told(case: Case, *, by: User, only: int | None = None) -> bool:
    """A person says that one recipient, or every one, was told; False when nobody was waiting for that.

    The answer to the requester waits until all were told, not until all have answered.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        waiting = [
            work
            for work in worklist.latest_round(case, Work.Operation.NOTIFY)
            if work.status != Work.Status.CONFIRMED
        ]
        now = [work for work in waiting if only in (None, work.pk)]
        if case.state != State.FULFILLING or not now:
            return False
        due_on = (worklist.today_of(case) + timedelta(days=DAYS_TO_ANSWER)).isoformat()
        for work in now:
            worklist.confirm(work, work.result | {"by": by.pk, "due_on": due_on})
        name = "recipients_told" if len(now) == len(waiting) else "recipient_told"
        # Of an earlier approval it is noted, and holds nothing up.
        current = now[0].round == rounds.round_of(case)
        changes = {"waits_for": "systems"} if name == "recipients_told" and current else {}
        journal.record(case, name, by=journal.staff(by.pk), references={"told": len(now)}, **changes)
        rounds.finish_if_all_done(case, now[0].round)
    return True


def answered(case: Case, number: int, answer: str, *, by: User) -> bool:
    """What a recipient that was told has answered; a later answer replaces an earlier one. False: not told, or over."""
    if answer not in ANSWERS:
        return False
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        work = (
            Work.objects.select_for_update()
            .filter(case=case, pk=number, operation=Work.Operation.NOTIFY, status=Work.Status.CONFIRMED)
            .first()
        )
        if work is None or case.state == State.ARCHIVED or work.result.get("answer") == answer:
            return False
        work.result |= {"answer": answer, "answered_at": timezone.now().isoformat()}
        work.save(update_fields=["result"])
        journal.record(case, "recipient_answered", by=journal.staff(by.pk), reason=answer,
                       references={"recipient": work.pk})  # fmt: skip
    return True


def is_late(work: Work, today: date) -> bool:
    """Whether a recipient that was told let its day pass."""
    due_on = str(work.result.get("due_on", ""))
    return bool(due_on) and not work.result.get("answer") and date.fromisoformat(due_on) < today
