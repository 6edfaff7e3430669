"""A restriction comes to its end: staff are told, a person lifts it, the requester hears of it, the systems set it back."""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from identity.models import Duty, Role, User
from requests_app import access, journal, permits, register, restriction, subject, systems, worklist
from requests_app.fulfilment import execute, tasks_by_hand
from requests_app.letters import by_post, mails, on_paper, outbox
from requests_app.lifecycle import State
from requests_app.models import Case, Restriction, Work
from requests_app.register.inventory import LIFTS

log = logging.getLogger(__name__)
OVER, ASKED, LIFTED = "restriction_over", "restriction_lift_asked", "restriction_lifted"
REASONS = ("ended", "condition", "asked", "mistaken")
"""Why it is lifted, by code."""
KIND = "restriction_lifted"
AT_ONCE = 100
DAYS_TO_REMIND = 7
"""Our own rule: whoever let the day of an end pass is told again after so many days."""


class NotLifted(Exception):
    """``why`` is ``not_your_move``, ``reason`` or ``not_standing``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def lift(case: Case, *, by: User, reason: str) -> None:
    """Tell the requester, then have every system that set it set it back. Raises :class:`NotLifted`."""
    if not access.desk(by).may_do(permits.LIFT_RESTRICTION, case.controller):
        raise NotLifted("not_your_move")
    if reason not in REASONS:
        raise NotLifted("reason")
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        standing = Restriction.objects.filter(
            case=case, begun_at__isnull=False, lift_asked_at=None, lifted_at=None
        )
        if case.state in {State.ARCHIVED, State.FULFILLING} or not standing.update(
            lift_asked_at=timezone.now()
        ):
            raise NotLifted("not_standing")
        journal.record(case, ASKED, by=journal.staff(by.pk), reason=reason)
        worklist.take_turns_on_person(case)
        if _stands_elsewhere(case):
            # Nothing is used again, so nobody is told that it is.
            _finish_if_all_done(case)
            return
        # Whoever asked for it hears of it before anything is used again.
        _tell_requester(case)
        inventory = register.controller(case.controller).inventory
        last = worklist.latest_round(case, Work.Operation.SET)
        round_ = last[0].round
        chosen = [work.system for work in last if inventory.systems[work.system].settings_for(LIFTS)]
        machines = [
            key for key in chosen if not tasks_by_hand.by_hand(inventory.systems[key], Work.Operation.SET)
        ]
        for key in (work.system for work in last if work.system not in machines):
            worklist.by_hand(case, Work.Operation.LIFT, key, round_=round_)
        worklist.open_round(case, Work.Operation.LIFT, machines, round_=round_, now=timezone.now())
        _finish_if_all_done(case)


def do_lift(work: Work) -> None:
    """Set it back in one system, and read it back."""
    case = Case.objects.select_related("key").get(pk=work.case_id)
    asked = Restriction.objects.filter(case=case, lift_asked_at__isnull=False, lifted_at=None).exists()
    if not asked or _stands_elsewhere(case):
        # Decided anew meanwhile, here or in another case of this person: it stays as it is.
        worklist.confirm(work, {"overtaken": True})
        if asked:
            _finish_if_all_done(case)
        return
    worklist.begin(work)
    try:
        result = execute.put_settings(case, work, LIFTS)
    except systems.SystemFailure as failure:
        final = not failure.retryable
        worklist.fail(work, f"{'refused' if final else 'unreachable'}: {failure.reason}"[:60], final=final)
        if work.attempts == 1 or final:
            journal.record(case, "system_failed", by=journal.PIPELINE,
                           references={"system": work.system, "reason": failure.reason})  # fmt: skip
        return
    _done(case, work, result, by=journal.PIPELINE, rows=result["rows"])


def done_by_hand(work: Work, *, by: User) -> bool:
    """A person without a connector has set it back; False where that was known."""
    if work.operation != Work.Operation.LIFT or work.status == Work.Status.CONFIRMED:
        return False
    _done(work.case, work, {"by_hand": "done", "checked": 0}, by=journal.staff(by.pk), rows=0)
    return True


def watch(now: datetime) -> None:
    """Tell whoever may lift it that the day has come on which a restriction ends or is looked at; and again later."""
    # A day ahead everywhere on earth; each is then judged in its own zone.
    horizon = (now + timedelta(days=1)).date()
    due = Restriction.objects.filter(begun_at__isnull=False, look_on__lte=horizon, lift_asked_at=None)
    for row in due.select_related("case").order_by("look_on")[:AT_ONCE]:
        case = row.case
        today = worklist.today_of(case)
        if row.look_on is None or row.look_on > today or not _tell_staff(case, row):
            continue
        again = today + timedelta(days=DAYS_TO_REMIND if row.ends_on else restriction.DAYS_TO_LOOK)
        with transaction.atomic():
            if Restriction.objects.filter(pk=row.pk, look_on=row.look_on).update(told_at=now, look_on=again):
                journal.record(case, OVER, by=journal.PIPELINE,
                               references={"look_on": row.look_on.isoformat()})  # fmt: skip


def _stands_elsewhere(case: Case) -> bool:
    """Whether another case of this person keeps the same data from being used, or is about to."""
    others = Restriction.objects.filter(
        Q(begun_at__isnull=False) | Q(case__state=State.FULFILLING),
        case__controller=case.controller, case__subject_index=case.subject_index, lift_asked_at=None,
    ).exclude(case=case)  # fmt: skip
    return bool(case.subject_index) and others.exists()


def _done(case: Case, work: Work, result: dict[str, object], *, by: journal.By, rows: object) -> None:
    with transaction.atomic():
        # Systems that confirm at the same moment take turns here, so that the last one sees all of them.
        case = Case.objects.select_for_update().get(pk=case.pk)
        worklist.confirm(work, result)
        journal.record(case, "system_confirmed", by=by,
                       references={"system": work.system, "operation": work.operation, "rows": rows})  # fmt: skip
        _finish_if_all_done(case)


def _finish_if_all_done(case: Case) -> None:
    lifts = case.works.filter(operation=Work.Operation.LIFT)
    if lifts.exclude(status=Work.Status.CONFIRMED).exists():
        return
    Restriction.objects.filter(case=case).update(lifted_at=timezone.now())
    journal.record(case, LIFTED, by=journal.PIPELINE)


def _tell_requester(case: Case) -> None:
    """By the way the answer went; of our own motion nobody asked, and nobody is written to."""
    if case.own_motion:
        return
    told, letter = subject.read(case), on_paper.restriction_lifted(case)
    once = f"{KIND}:{case.chain_length}"
    if told.post_to:
        by_post.lay_notice_ready(case, kind=KIND, once=once, letter=letter)
        return
    proved = next((value for kind, value in told.proved if kind == "email"), "")
    if proved or told.email:
        outbox.queue(
            case=case, kind=KIND, once=once, to=proved or told.email,
            words=mails.restriction_lifted(case, letter), unproved=not proved,
        )  # fmt: skip


def _tell_staff(case: Case, row: Restriction) -> bool:
    """One mail to whoever may lift it and to whoever has the case: the reference, the day, nothing about anybody."""
    controller = register.controller(case.controller)
    duties = Duty.objects.filter(
        controller=case.controller, role__in=(Role.PRIVACY_LEAD, Role.COUNSEL), user__is_active=True
    )
    wanted = User.objects.filter(pk__in=[*duties.values_list("user", flat=True), case.assignee_id or 0])
    addresses = sorted(set(wanted.values_list("email", flat=True)))
    if not addresses:
        return True
    words = mails.restriction_over(case, row.look_on or worklist.today_of(case), ends=row.ends_on is not None)
    try:
        EmailMessage(
            words.subject, words.text, controller.mail_from, [], bcc=addresses,
            headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
        ).send()  # fmt: skip
    except (smtplib.SMTPException, OSError):
        # Nothing was noted, so the next round tries again.
        log.warning("staff could not be told of a restriction, case %s", case.pk)
        return False
    return True
