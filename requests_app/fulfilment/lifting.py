"""A restriction comes to its end: staff are told, a person lifts it, the requester hears of it, the systems set it back."""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from identity.models import Duty, Role, User
from requests_app import access, journal, permits, register, restriction, systems, worklist
from requests_app.fulfilment import execute, tasks_by_hand
from requests_app.letters import by_post, correspond, mails, on_paper, outbox
from requests_app.lifecycle import State
from requests_app.models import Case, Letter, Restriction, Task, Work
from requests_app.register.inventory import LIFTS

log = logging.getLogger(__name__)
OVER, ASKED, LIFTED = "restriction_over", "restriction_lift_asked", "restriction_lifted"
STUCK, UNTOLD = "restriction_lift_stuck", "restriction_untold"
"""Not every system has set it back; and the letter before it never left, so that it stands again."""
ERASED = "erased"
REASONS = ("ended", "condition", "asked", "mistaken", ERASED)
"""Why it is lifted, by code; of what is erased nothing is used again, and nobody is told that it is."""
KIND = "restriction_lifted"
AT_ONCE = 100
DAYS_TO_REMIND = 7
"""Our own rule: whoever let the day of an end pass, or a system that sets nothing back, is told again after so many."""
LEAVING = (Letter.Status.QUEUED, Letter.Status.TO_POST)


class NotLifted(Exception):
    """``why`` is ``not_your_move``, ``reason``, ``not_standing``, ``underway``, ``no_address`` or ``withheld``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotToldYet(Exception):
    """The letter has not left: nothing is used again before."""


def lift(case: Case, *, by: User, reason: str, told: bool = False) -> str:
    """Write to the requester; once that letter has left, the systems set it back. Raises :class:`NotLifted`.

    ``told``: whoever lifts it says that the requester was told another way, or cannot be.
    Gives how they hear of it: ``mail``, ``post``, ``told``, ``nobody``, ``elsewhere`` or ``erased``.
    """
    desk = access.desk(by)
    if not desk.may_do(permits.LIFT_RESTRICTION, case.controller) or desk.is_about(case):
        raise NotLifted("not_your_move")
    if reason not in REASONS:
        raise NotLifted("reason")
    with transaction.atomic():
        worklist.take_turns_on_person(case)
        case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        if (
            reason != ERASED
            and not restriction.stands_elsewhere(case)
            and restriction.is_being_set_elsewhere(case)
        ):
            raise NotLifted("underway")
        standing = Restriction.objects.filter(
            case=case, begun_at__isnull=False, lift_asked_at=None, lifted_at=None
        )
        again = worklist.today_of(case) + timedelta(days=DAYS_TO_REMIND)
        if case.state != State.CLOSED or not standing.update(lift_asked_at=timezone.now(), look_on=again):
            raise NotLifted("not_standing")
        # Where nothing is used again nobody is told that it is; of our own motion nobody asked.
        way = ERASED if reason == ERASED else "elsewhere" if restriction.stands_elsewhere(case) else ""
        way = way or ("nobody" if case.own_motion else "told" if told else "")
        letter = None if way else _tell_requester(case)
        references = {"letter": letter.pk} if letter else {"told": way}
        # What waits to be posted is not asked for until somebody has posted it.
        journal.record(case, ASKED, by=journal.staff(by.pk), reason=reason, references=references,
                       follow=letter is not None and not letter.by_post)  # fmt: skip
        if letter:
            return "post" if letter.by_post else "mail"
        if way == ERASED:
            Restriction.objects.filter(case=case).update(lifted_at=timezone.now())
        elif way == "elsewhere":
            _finish(case)
        else:
            _hand_out(case)
        return way


def go_on(case: Case) -> None:
    """Have the systems set it back if the letter has left; safe to run twice. Raises :class:`NotToldYet`."""
    with transaction.atomic():
        worklist.take_turns_on_person(case)
        case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        asked = Restriction.objects.filter(case=case, lift_asked_at__isnull=False, lifted_at=None)
        event = case.events.filter(name=ASKED).order_by("number").last()
        if event is None or not asked.exists():
            return
        if lifts := _lifts(case):
            _lay_down_if_overtaken(case, lifts)
            return
        number = event.references.get("letter", 0)
        # One that came back may have been laid ready anew.
        letters = (
            case.letters.filter(kind=KIND, pk__gte=number).order_by("pk") if number else case.letters.none()
        )
        states = set(letters.values_list("status", flat=True))
        if states and Letter.Status.SENT not in states:
            if states & set(LEAVING):
                raise NotToldYet
            # It never leaves: so nothing ends, and staff hear of it at once.
            asked.update(lift_asked_at=None, look_on=worklist.today_of(case))
            # Sent after all, it would say what is not so.
            letters.update(status=Letter.Status.WITHHELD, trouble=UNTOLD, next_try_at=None)
            journal.record(case, UNTOLD, by=journal.PIPELINE, references={"letter": number})
            return
        if restriction.stands_elsewhere(case):
            _finish(case)
        elif not restriction.is_being_set_elsewhere(case):
            _hand_out(case)


def _lay_down_if_overtaken(case: Case, lifts: list[Work]) -> None:
    """What a person was to set back is to stay by now: nobody need do it. A connector's work looks for itself."""
    if not restriction.stands_elsewhere(case):
        return
    for work in lifts:
        if work.status != Work.Status.CONFIRMED and work.next_try_at is None and not work.attempts:
            worklist.confirm(work, {"overtaken": True})
    _finish_if_all_done(case)


def do_lift(work: Work) -> None:
    """Set it back in one system, and read it back."""
    case = Case.objects.select_related("key").get(pk=work.case_id)
    asked = Restriction.objects.filter(case=case, lift_asked_at__isnull=False, lifted_at=None).exists()
    if not asked or restriction.stands_elsewhere(case):
        # Decided anew meanwhile, here or in another case of this person: it stays as it is.
        worklist.confirm(work, {"overtaken": True})
        if asked:
            _finish_if_all_done(case)
        return
    if not _does_itself(case, work.system):
        # Tried again by mistake: it is a person's.
        worklist.give_to_person(work)
        return
    if restriction.is_being_set_elsewhere(case):
        worklist.postpone(work, worklist.LONGEST_PAUSE)
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


def done_by_hand(case: Case, number: int, *, by: User) -> str:
    """A person without a connector has set it back: ``done``; ``elsewhere`` where it was not to be; else empty.

    What a connector does is not taken from anybody's word.
    """
    with transaction.atomic():
        worklist.take_turns_on_person(case)
        case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        mine = case.works.filter(operation=Work.Operation.LIFT, next_try_at=None, attempts=0)
        work = mine.exclude(status=Work.Status.CONFIRMED).select_for_update().filter(pk=number).first()
        if work is None:
            return ""
        asked = Restriction.objects.filter(case=case, lift_asked_at__isnull=False, lifted_at=None).exists()
        if not asked or restriction.stands_elsewhere(case):
            worklist.confirm(work, {"overtaken": True})
            if asked:
                _finish_if_all_done(case)
            return "elsewhere"
        if restriction.is_being_set_elsewhere(case):
            return "elsewhere"
        _done(case, work, {"by_hand": "done", "checked": 0}, by=journal.staff(by.pk), rows=0)
    return "done"


def task_answered(task: Task, answer: str, *, by: journal.By, note: str = "") -> bool:
    """What whoever looks after a system says of setting it back; False where it was answered or overtaken before."""
    with transaction.atomic():
        worklist.take_turns_on_person(task.work.case)
        task = Task.objects.select_for_update().get(pk=task.pk)
        case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=task.work.case_id)
        work = Work.objects.select_for_update().get(pk=task.work_id)
        if work.status == Work.Status.CONFIRMED or not tasks_by_hand.is_open(case, task):
            return task.answer == answer
        tasks_by_hand.keep_answer(case, task, answer, note)
        if answer == Task.Answer.EXCEPTION:
            worklist.fail(work, "exception", final=True)
            journal.record(case, "task_exception", by=by, references={"system": work.system})
        else:
            _done(case, work, {"by_hand": answer, "checked": 0}, by=by, rows=0)
    return True


def watch(now: datetime) -> None:
    """Tell whoever may lift it that a restriction is to be looked at, or is not lifted in every system; and again later."""
    _go_on_with_all()
    # A day ahead everywhere on earth; each is then judged in its own zone.
    horizon = (now + timedelta(days=1)).date()
    due = Restriction.objects.filter(begun_at__isnull=False, look_on__lte=horizon, lifted_at=None)
    for row in due.select_related("case__submission").order_by("look_on")[:AT_ONCE]:
        case, stuck = row.case, row.lift_asked_at is not None
        today = worklist.today_of(case)
        if row.look_on is None or row.look_on > today or not _tell_staff(case, row, stuck=stuck):
            continue
        soon = stuck or row.ends_on is not None
        again = today + timedelta(days=DAYS_TO_REMIND if soon else restriction.DAYS_TO_LOOK)
        with transaction.atomic():
            if Restriction.objects.filter(pk=row.pk, look_on=row.look_on).update(told_at=now, look_on=again):
                journal.record(case, STUCK if stuck else OVER, by=journal.PIPELINE,
                               references={"look_on": row.look_on.isoformat()})  # fmt: skip


def _go_on_with_all() -> None:
    """Whatever was asked for and not handed out: a letter may have failed, or been withdrawn, with nobody to say so."""
    asked = Restriction.objects.filter(lift_asked_at__isnull=False, lifted_at=None).order_by("lift_asked_at")
    for row in asked.select_related("case")[:AT_ONCE]:
        try:
            go_on(row.case)
        except NotToldYet:
            continue
        except Exception:
            log.exception("a restriction could not be lifted, case %s", row.case_id)


def _done(case: Case, work: Work, result: dict[str, object], *, by: journal.By, rows: object) -> None:
    with transaction.atomic():
        # Systems that confirm at the same moment take turns here, so that the last one sees all of them.
        case = Case.objects.select_for_update().get(pk=case.pk)
        worklist.confirm(work, result)
        journal.record(case, "system_confirmed", by=by,
                       references={"system": work.system, "operation": work.operation, "rows": rows})  # fmt: skip
        _finish_if_all_done(case)


def _hand_out(case: Case) -> None:
    last = worklist.latest_round(case, Work.Operation.SET)
    machines = [work.system for work in last if _does_itself(case, work.system)]
    for key in (work.system for work in last if work.system not in machines):
        work = worklist.by_hand(case, Work.Operation.LIFT, key, round_=last[0].round)
        system = register.controller(case.controller).inventory.systems.get(key)
        if system is not None and system.owner:
            worklist.give_to_person(work)
            tasks_by_hand.ask_owner(case, work, system)
            journal.record(case, "task_asked", by=journal.PIPELINE, references={"system": key})
    if machines:
        worklist.open_round(case, Work.Operation.LIFT, machines, round_=last[0].round, now=timezone.now())
    if not last:
        _finish(case)


def _does_itself(case: Case, key: str) -> bool:
    """Whether a connector sets it back; else whoever looks after the system is asked, or staff see to it.

    One that left the register meanwhile has neither a connector nor an owner: it is theirs to see to.
    """
    system = register.controller(case.controller).inventory.systems.get(key)
    if system is None:
        return False
    return bool(system.settings_for(LIFTS)) and not tasks_by_hand.by_hand(system, Work.Operation.SET)


def _lifts(case: Case) -> list[Work]:
    """What was handed out to set back what stands now; works of an earlier restriction say nothing about it."""
    last = worklist.latest_round(case, Work.Operation.SET)
    return list(case.works.filter(operation=Work.Operation.LIFT, round=last[0].round)) if last else []


def _finish_if_all_done(case: Case) -> None:
    lifts = _lifts(case)
    if lifts and all(work.status == Work.Status.CONFIRMED for work in lifts):
        _finish(case)


def _finish(case: Case) -> None:
    if Restriction.objects.filter(case=case, lifted_at=None).update(lifted_at=timezone.now()):
        journal.record(case, LIFTED, by=journal.PIPELINE)


def _tell_requester(case: Case) -> Letter:
    """By the way every letter of the case goes. Raises :class:`NotLifted` where none leaves."""
    if not correspond.is_reached(case):
        raise NotLifted("no_address")
    letter, once = on_paper.restriction_lifted(case), f"{KIND}:{case.chain_length}"
    if correspond.goes_by_post(case):
        laid = by_post.lay_notice_ready(case, kind=KIND, once=once, letter=letter)
    else:
        to, proved = correspond.recipient(case)
        laid = outbox.queue(
            case=case, kind=KIND, once=once, to=to, words=mails.restriction_lifted(case, letter),
            unproved=not proved,
        )  # fmt: skip
    if laid is None or laid.status not in LEAVING:
        raise NotLifted("withheld")
    return laid


def _tell_staff(case: Case, row: Restriction, *, stuck: bool) -> bool:
    """One mail to whoever may lift it and to whoever has the case: the reference, the day, nothing about anybody."""
    controller = register.controller(case.controller)
    duties = Duty.objects.filter(controller=case.controller, role__in=(Role.PRIVACY_LEAD, Role.COUNSEL))
    wanted = User.objects.filter(
        pk__in=[*duties.values_list("user", flat=True), case.assignee_id or 0], is_active=True
    )
    addresses = sorted({one.email for one in wanted if not access.desk(one).is_about(case)})
    if not addresses:
        # Nothing was noted, so whoever comes to have that duty is told.
        log.warning("nobody is there to be told of a restriction, case %s", case.pk)
        return False
    day, ends = row.look_on or worklist.today_of(case), row.ends_on is not None
    words = mails.restriction_over(case, day, ends=ends, stuck=stuck)
    try:
        EmailMessage(
            words.subject, words.text, controller.mail_from, [], bcc=addresses,
            headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
        ).send()  # fmt: skip
    except (smtplib.SMTPException, OSError):
        # Likewise: the next round tries again.
        log.warning("staff could not be told of a restriction, case %s", case.pk)
        return False
    return True
