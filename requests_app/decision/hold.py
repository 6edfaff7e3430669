"""A legal hold on one person: a duty not to erase, placed by staff, renewed, reviewed and lifted by those who approve."""

from __future__ import annotations

import hmac
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from identity import sealing
from identity.models import User
from requests_app import access, journal, law, permits, register, worklist
from requests_app.decision.problem import NotAllowed
from requests_app.models import Case, LegalHold, Matter, Work

REASON_LENGTH = 200
PURPOSE = "hold"


def in_force(case: Case) -> list[LegalHold]:
    """The holds on a case, as :func:`binding` finds them."""
    return list(binding(case))


def binding(case: Case) -> QuerySet[LegalHold]:
    """The holds on this case's person, and those on what was found for it, or is asked of others, oldest first."""
    found = case.holdings.filter(found__gt=0)
    covers = Q(subject_index=case.subject_index, system="") if case.subject_index else Q(pk__in=())
    right = law.regime(case.regime, case.received_on).right(case.right)
    if right.erases or right.operation == "correct":
        systems = register.controller(case.controller).inventory.systems.values()
        asked = Q(system__in=[system.key for system in systems if system.is_asked])
        whole = Q(holding_key="", system__in=found.values("system"))
        covers |= Q(subject_index="") & (Q(holding_key__in=found.values("holding_key")) | whole | asked)
    held = LegalHold.objects.in_force(worklist.today_of(case)).filter(covers, controller=case.controller)
    bound = held.exclude(subject_index="", system="").order_by("placed_at", "pk")
    return bound.select_related("owner", "key", "matter__key")


def reason_of(hold: LegalHold) -> str:
    """Why it was placed, in the words of whoever placed it; of a matter its name with it."""
    if hold.matter is not None:
        return f"{name_of(hold.matter)}: {why(hold.matter)}"
    return sealing.unseal(hold.key, hold.sealed_reason, PURPOSE).decode()


def name_of(matter: Matter) -> str:
    """What staff call it."""
    return sealing.unseal(matter.key, matter.sealed_name, PURPOSE).decode()


def why(matter: Matter) -> str:
    """Its reason, in the words of whoever placed it."""
    return sealing.unseal(matter.key, matter.sealed_reason, PURPOSE).decode()


def enforcement_days(case: Case) -> int:
    """How long a law enforcement direction binds under this case's rules; 0 where they know none."""
    windows = law.regime(case.regime, case.received_on).windows_for(case.right)
    return next((window.days for window in windows if window.code == "enforcement_hold"), 0)


def place(
    case: Case, *, by: User, reason: str, review_on: date | None = None, kind: str = LegalHold.Kind.DUTY
) -> LegalHold:
    """Nothing about this person is erased from now on, in any case of this controller.

    A law enforcement direction names no day of its own: it lapses after the
    statute's days, and is looked at again on its last.
    """
    today, lapses_on = worklist.today_of(case), None
    if kind == LegalHold.Kind.ENFORCEMENT and (days := enforcement_days(case)):
        review_on = lapses_on = today + timedelta(days=days)
    wrong = [("reason", "reason")] if not reason.strip() else []
    wrong += [("review_on", "past")] if review_on is None or review_on <= today else []
    if kind not in LegalHold.Kind.values or (kind == LegalHold.Kind.ENFORCEMENT and lapses_on is None):
        wrong += [("kind", "kind")]
    if not _may(by, permits.HOLD, case):
        wrong = [("", "not_your_move")]
    if not case.subject_index:
        wrong = [("", "nobody_to_hold")]
    if wrong or review_on is None:
        raise NotAllowed(wrong)
    with transaction.atomic():
        worklist.take_turns_on_person(case)
        key = sealing.new_key()
        hold = LegalHold.objects.create(
            controller=case.controller,
            subject_index=case.subject_index,
            kind=kind,
            key=key,
            sealed_reason=sealing.seal(key, reason.strip()[:REASON_LENGTH].encode(), PURPOSE),
            owner=by,
            placed_at=timezone.now(),
            review_on=review_on,
            lapses_on=lapses_on,
        )
        # What a processor was asked to erase is taken back at once, while it has not begun.
        for work in Work.objects.filter(
            case__controller=case.controller, case__subject_index=case.subject_index,
            operation=Work.Operation.DELETE, errand__isnull=False,
        ).exclude(status=Work.Status.CONFIRMED):  # fmt: skip
            worklist.try_again_now(work)
        journal.record(case, "hold_placed", by=journal.staff(by.pk),
                       references={"hold": hold.pk, "kind": kind, "review_on": review_on.isoformat()})  # fmt: skip
    return hold


def renew(case: Case, hold: LegalHold, *, by: User) -> None:
    """A law enforcement direction was renewed: it binds for the statute's days once more, from today."""
    if not _may(by, permits.LIFT_HOLD, case):
        raise NotAllowed([("", "not_your_move")])
    days = enforcement_days(case)
    if hold.kind != LegalHold.Kind.ENFORCEMENT or not days:
        raise NotAllowed([("kind", "kind")])
    until = worklist.today_of(case) + timedelta(days=days)
    with transaction.atomic():
        worklist.take_turns_on_person(case)
        renewed = LegalHold.objects.in_force(worklist.today_of(case)).filter(
            pk=hold.pk, controller=case.controller, subject_index=case.subject_index
        )
        if renewed.update(review_on=until, lapses_on=until):
            journal.record(case, "hold_renewed", by=journal.staff(by.pk),
                           references={"hold": hold.pk, "review_on": until.isoformat()})  # fmt: skip


def review(hold: LegalHold, *, by: User, review_on: date | None) -> None:
    """Somebody looked at it and it still stands; it is looked at again on another day."""
    desk, today = access.desk(by), worklist.today_at(hold.controller)
    own = sealing.blind(hold.controller, "email", by.email)
    if not desk.may_do(permits.LIFT_HOLD, hold.controller) or hmac.compare_digest(own, hold.subject_index):
        raise NotAllowed([("", "not_your_move")])
    if review_on is None or review_on <= today:
        raise NotAllowed([("review_on", "past")])
    with transaction.atomic():
        standing = LegalHold.objects.in_force(today).filter(pk=hold.pk, matter=None, lapses_on=None)
        case = Case.objects.filter(controller=hold.controller, subject_index=hold.subject_index).latest("pk")
        if standing.update(review_on=review_on):
            journal.record(case, "hold_reviewed", by=journal.staff(by.pk),
                           references={"hold": hold.pk, "review_on": review_on.isoformat()})  # fmt: skip


def lift(case: Case, hold: LegalHold, *, by: User) -> None:
    """End a hold on this case's person; what it stopped is tried again at once."""
    if not _may(by, permits.LIFT_HOLD, case):
        raise NotAllowed([("", "not_your_move")])
    with transaction.atomic():
        lifted = LegalHold.objects.filter(
            pk=hold.pk,
            controller=case.controller,
            subject_index=case.subject_index,
            matter=None,
            lifted_at=None,
        ).update(lifted_at=timezone.now())
        if not lifted:
            return
        journal.record(case, "hold_lifted", by=journal.staff(by.pk), references={"hold": hold.pk})
        for work in case.works.filter(status=Work.Status.FAILED, trouble="legal_hold"):
            worklist.try_again_now(work)
        worklist.catch_up()


def _may(user: User, act: permits.Act, case: Case) -> bool:
    desk = access.desk(user)
    return desk.may_do(act, case.controller) and not desk.is_about(case)
