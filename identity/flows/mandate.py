"""A claim to act for another: begun, shown, checked line by line, confirmed or denied by the person, settled.

Everything given and returned is a plain value; the caller knows which matter, which law and whose address.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from identity.models import Mandate

Status = Mandate.Status


class NotAccepted(Exception):
    """The mandate may not be accepted. ``failed`` are keys of the checklist; ``why`` is ``checks`` or ``denied``."""

    def __init__(self, why: str, failed: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.why, self.failed = why, failed


def begin(*, matter: str, capacity: str, holder_index: str, person_index: str, now: datetime) -> Mandate:
    """Note the claim; a second time changes nothing."""
    made, _ = Mandate.objects.get_or_create(
        matter=matter,
        defaults={
            "capacity": capacity, "holder_index": holder_index, "person_index": person_index, "claimed_at": now,
        },
    )  # fmt: skip
    return made


def of(matter: str) -> Mandate | None:
    """The claim of that matter, if anybody acts for another in it."""
    return Mandate.objects.filter(matter=matter).first()


def show(matter: str, key: str) -> bool:
    """Something was shown; a doubt about what was shown before is open to be looked at again. False once it is over."""
    with transaction.atomic():
        mandate = Mandate.objects.select_for_update().filter(matter=matter).first()
        if mandate is None or mandate.status in (Status.DENIED, Status.ACCEPTED):
            return False
        mandate.shown = list(dict.fromkeys([*mandate.shown, key]))
        mandate.status = Status.CLAIMED
        mandate.save(update_fields=["shown", "status"])
    return True


def check(answers: Mapping[str, bool | None], expected: Mapping[str, bool]) -> tuple[str, ...]:
    """Keys of the checklist that are unanswered, or answered so that the mandate cannot be accepted."""
    return tuple(key for key, must_be in expected.items() if answers.get(key) is not must_be)


def accept(
    matter: str, *, answers: Mapping[str, bool | None], expected: Mapping[str, bool], answer_to_holder: bool, by_ref: str,
    now: datetime,
) -> Mandate:  # fmt: skip
    """Every line of the checklist holds; raises :class:`NotAccepted` otherwise, and whenever the person denied it."""
    with transaction.atomic():
        mandate = Mandate.objects.select_for_update().get(matter=matter)
        if mandate.status == Status.DENIED:
            raise NotAccepted("denied")
        if failed := check(answers, expected):
            raise NotAccepted("checks", failed)
        mandate.status, mandate.reason = Status.ACCEPTED, ""
        mandate.checks = {key: answers[key] for key in expected}
        mandate.answer_to_holder = answer_to_holder
        mandate.by_ref, mandate.decided_at = by_ref, now
        mandate.save()
    return mandate


def doubt(
    matter: str, *, answers: Mapping[str, bool | None], reason: str, by_ref: str, now: datetime
) -> Mandate:
    """What was shown does not do, for a reason; what was shown counts no longer."""
    with transaction.atomic():
        mandate = Mandate.objects.select_for_update().get(matter=matter)
        if mandate.status == Status.DENIED:
            raise NotAccepted("denied")
        mandate.status, mandate.reason, mandate.shown = Status.DOUBTED, reason, []
        mandate.checks = {key: value for key, value in answers.items() if value is not None}
        mandate.answer_to_holder = False
        mandate.by_ref, mandate.decided_at = by_ref, now
        mandate.save()
    return mandate


def confirm(matter: str, *, now: datetime) -> bool:
    """The person acted for says that it is so. False when they denied it before."""
    kept = Mandate.objects.filter(matter=matter).exclude(status=Status.DENIED)
    return bool(kept.filter(confirmed_at=None).update(confirmed_at=now) or kept.exists())


def deny(matter: str, *, now: datetime) -> bool:
    """The person acted for says that it is not so: final, whatever was shown or accepted."""
    known = Mandate.objects.filter(matter=matter)
    return bool(known.update(status=Status.DENIED, confirmed_at=None, answer_to_holder=False, decided_at=now))


def forget(matter: str) -> None:
    """The matter and all below it are over and destroyed: not even the hashes of who acted for whom stay."""
    Mandate.objects.filter(matter__startswith=f"{matter}:").update(holder_index="", person_index="")


def holder_proved(matter: str, *, now: datetime) -> None:
    """The one who acts typed a code sent to their own address."""
    Mandate.objects.filter(matter=matter, holder_proved_at=None).update(holder_proved_at=now)
