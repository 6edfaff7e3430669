"""A legal hold: a duty not to erase a person's data, placed by staff and lifted by those who approve."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from identity.models import User
from requests_app import access, journal, permits, worklist
from requests_app.decision.determine import NotAllowed
from requests_app.models import Case, LegalHold, Work

REASON_LENGTH = 200


def in_force(case: Case) -> list[LegalHold]:
    """The holds on this case's person, oldest first."""
    if not case.subject_index:
        return []
    held = LegalHold.objects.filter(
        controller=case.controller, subject_index=case.subject_index, lifted_at=None
    )
    return list(held.select_related("owner").order_by("placed_at"))


def place(case: Case, *, by: User, reason: str, review_on: date) -> LegalHold:
    """Nothing about this person is erased from now on, in any case of this controller."""
    wrong = [("reason", "reason")] if not reason.strip() else []
    wrong += [("review_on", "past")] if review_on <= worklist.today_of(case) else []
    desk = access.desk(by)
    if not desk.may_do(permits.HOLD, case.controller) or desk.is_about(case):
        wrong = [("", "not_your_move")]
    if not case.subject_index:
        wrong = [("", "nobody_to_hold")]
    if wrong:
        raise NotAllowed(wrong)
    with transaction.atomic():
        worklist.take_turns_on_person(case)
        hold = LegalHold.objects.create(
            controller=case.controller,
            subject_index=case.subject_index,
            reason=reason.strip()[:REASON_LENGTH],
            owner=by,
            placed_at=timezone.now(),
            review_on=review_on,
        )
        journal.record(case, "hold_placed", by=journal.staff(by.pk),
                       references={"hold": hold.pk, "review_on": review_on.isoformat()})  # fmt: skip
    return hold


def lift(case: Case, hold: LegalHold, *, by: User) -> None:
    """End a hold on this case's person; what it stopped is tried again at once."""
    desk = access.desk(by)
    if not desk.may_do(permits.LIFT_HOLD, case.controller) or desk.is_about(case):
        raise NotAllowed([("", "not_your_move")])
    with transaction.atomic():
        lifted = LegalHold.objects.filter(
            pk=hold.pk, controller=case.controller, subject_index=case.subject_index, lifted_at=None
        ).update(lifted_at=timezone.now())
        if not lifted:
            return
        journal.record(case, "hold_lifted", by=journal.staff(by.pk), references={"hold": hold.pk})
        for work in case.works.filter(status=Work.Status.FAILED, trouble="legal_hold"):
            worklist.try_again_now(work)
