"""Those who received the data: each is told, by when it should answer is noted, and so is what it answered."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from identity.models import User
from requests_app import journal, law, register, worklist
from requests_app.fulfilment import execute, rounds
from requests_app.lifecycle import State
from requests_app.models import Case, Work
from requests_app.register.inventory import Wording

DAYS_TO_ANSWER = 30
"""Our own rule: no statute named here gives a recipient a date."""
DONE, NOTHING, REFUSED = "done", "nothing", "refused"
ANSWERS = (DONE, NOTHING, REFUSED)
NOBODY = "nobody"
"""That nothing was sold or shared between an opt-out and its being carried out, so that nobody is to be told."""
RECEIVERS_TOLD, NOBODY_RECEIVED = "receivers_told", "nobody_received"


TOLD_AFTER = {Work.Operation.DELETE, Work.Operation.CORRECT}


def open_each(case: Case, work: Work) -> None:
    """Once it is done here, and not while it can still be undone, each of those who received the data is to be told."""
    round_ = work.round
    told_of = work.operation == Work.Operation.SET and holds_nothing_up(case)
    if not (told_of or work.operation in TOLD_AFTER):
        return
    opened = case.works.filter(operation=Work.Operation.NOTIFY, round=round_)
    known = set(opened.values_list("system", flat=True))
    if known and not told_of:
        return
    whom = third_parties(case, work) if told_of else execute.recipients(case)
    if not whom:
        return
    each = {_key(one): {"whom": dict(one)} for one in whom}
    new = {key: result for key, result in each.items() if key not in known}
    worklist.by_hand_each(case, Work.Operation.NOTIFY, new, round_=round_)


def _key(whom: Wording) -> str:
    return "recipient:" + hashlib.sha256(json.dumps(dict(whom), sort_keys=True).encode()).hexdigest()[:12]


def holds_nothing_up(case: Case) -> bool:
    """Whether third parties are told of an opt-out: the requester is answered at once, and learns nothing of it.

    Nobody showed who they are, so whether anybody is known here may show neither in the answer nor on their page.
    """
    return bool(law.regime(case.regime, case.received_on).right(case.right).tells_receivers)


def third_parties(case: Case, work: Work) -> list[Wording]:
    """Whom this system's data is sold to or shared with, as the pack says; nobody where it knows nobody."""
    controller = register.controller(case.controller)
    if not controller.switches.get("sells_or_shares") or work.result.get("rows") == 0:
        return []
    shared = controller.switches.get("shared_holdings", ())
    named = {
        tuple(sorted(holding.recipients.items())): holding.recipients
        for holding in controller.inventory.holdings()
        if holding.key in shared
        and holding.system == work.system
        and holding.tell_recipients
        and holding.recipients.get("en", "").strip()
    }
    return list(named.values())


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
        apart = holds_nothing_up(case)
        if not now or case.state == State.ARCHIVED or (case.state != State.FULFILLING and not apart):
            return False
        due_on = (worklist.today_of(case) + timedelta(days=DAYS_TO_ANSWER)).isoformat()
        for work in now:
            worklist.confirm(work, work.result | {"by": by.pk, "due_on": due_on})
        if apart:
            journal.record(case, RECEIVERS_TOLD, by=journal.staff(by.pk), references={"told": len(now)})
            return True
        name = "recipients_told" if len(now) == len(waiting) else "recipient_told"
        # Of an earlier approval it is noted, and holds nothing up.
        current = now[0].round == rounds.round_of(case)
        changes = {"waits_for": "systems"} if name == "recipients_told" and current else {}
        journal.record(case, name, by=journal.staff(by.pk), references={"told": len(now)}, **changes)
        rounds.finish_if_all_done(case, now[0].round)
    return True


def nobody_received(case: Case, *, by: User) -> bool:
    """A person says that nothing was sold or shared between an opt-out and its being carried out; False if none waits."""
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        waiting = case.works.filter(operation=Work.Operation.NOTIFY).exclude(status=Work.Status.CONFIRMED)
        if not holds_nothing_up(case) or case.state == State.ARCHIVED or not waiting:
            return False
        for work in waiting:
            worklist.confirm(work, work.result | {"by": by.pk, "answer": NOBODY})
        journal.record(case, NOBODY_RECEIVED, by=journal.staff(by.pk))
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
