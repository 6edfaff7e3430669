"""An answer that is to go to another address: both addresses prove themselves, then days pass, and the old one is told.

The way in is a signed-in page and two codes; whatever a mail says about where
to send things changes nothing.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from identity.flows.email_code import Answer
from requests_app import doubts, journal, lifecycle, subject
from requests_app.journal import By
from requests_app.models import Case, Doubt
from requests_app.verification import codes, suspicion

log = logging.getLogger(__name__)
PRESENT, NEW = "move_present", "move_new"
COOLING = timedelta(hours=72)
"""In which whoever reads the old address can still say no: our own rule."""
MOVABLE = frozenset({lifecycle.State.VERIFYING, lifecycle.State.ASSESSING, lifecycle.State.APPROVING})


class NotMovable(Exception):
    """Nothing was proved yet, the answer is on its way, or a change is waiting already."""


def may_move(case: Case) -> bool:
    """Whether the answer may be redirected now: an address on record was proved and nothing has left."""
    return (
        case.state in MOVABLE
        and doubts.applies(case)
        and bool(subject.read(case).on_record)
        and not case.doubts.filter(kind=Doubt.Kind.ADDRESS_CHANGE, closed_at=None).exists()
    )


def begin(case: Case, new: str) -> None:
    """Send a code to each address; raises :class:`NotMovable`."""
    if not may_move(case):
        raise NotMovable
    told = subject.read(case)
    told.moving_to = new
    with transaction.atomic():
        journal.record(
            case, "address_change_asked", by=journal.REQUESTER, sealed_subject=subject.seal(case, told)
        )
        for purpose, to in ((PRESENT, told.delivered_to[0]), (NEW, new)):
            issued = codes.issue(case, matter=case.matter, purpose=purpose, to=to)
            if issued is not None:
                once = f"{purpose}-{issued.expires_at.timestamp():.6f}"
                codes.send(case, issued, to=to, once=once, proved=purpose == PRESENT)


def answer(case: Case, present: str, new: str) -> Answer:
    """Judge both codes; when both are right the days begin to run and nothing is released before their end."""
    told = subject.read(case)
    if not told.moving_to or not may_move(case):
        return Answer.WRONG
    one = codes.judge(matter=case.matter, purpose=PRESENT, to=told.delivered_to[0], code=present)
    other = codes.judge(matter=case.matter, purpose=NEW, to=told.moving_to, code=new)
    if one is not Answer.RIGHT or other is not Answer.RIGHT:
        suspicion.note_wrong_code(case, "address_change")
        return Answer.WRONG
    until = timezone.now() + COOLING
    with transaction.atomic():
        doubts.raise_doubt(
            case, Doubt.Kind.ADDRESS_CHANGE, by=journal.REQUESTER,
            references={"until": until.date().isoformat(), "until_at": until.isoformat()},
        )  # fmt: skip
        suspicion.tell_record(case, once=f"moving-{case.chain_length}")
    return Answer.RIGHT


def take_back(case: Case) -> None:
    """Keep the old address; whoever can open the case's page may say so at any time."""
    told = subject.read(case)
    told.moving_to = ""
    with transaction.atomic():
        doubts.withdraw(case, Doubt.Kind.ADDRESS_CHANGE, by=journal.REQUESTER, reason="taken_back")
        journal.record(case, "address_kept", by=journal.REQUESTER, sealed_subject=subject.seal(case, told))


def complete_due(now: datetime) -> None:
    """Where the days have passed and nobody objected, the new address counts."""
    waiting = Doubt.objects.filter(kind=Doubt.Kind.ADDRESS_CHANGE, closed_at=None, settled_by=None)
    for doubt in waiting.filter(raised_at__lte=now - COOLING).select_related("case__key")[:200]:
        try:
            _complete(doubt.case)
        except Exception:
            log.exception("a change of address was not completed, case %s", doubt.case_id)


def _complete(case: Case) -> None:
    with transaction.atomic():
        count(case, by=journal.PIPELINE)
        doubts.withdraw(case, Doubt.Kind.ADDRESS_CHANGE, by=journal.PIPELINE, reason="cooled_off")


def count(case: Case, *, by: By) -> None:
    """From now on the answer goes to the new address: the days have passed, or staff made sure of it before."""
    told = subject.read(case)
    if case.state in lifecycle.OPEN and told.moving_to:
        told.answer_to, told.moving_to = told.moving_to, ""
        journal.record(case, "address_changed", by=by, sealed_subject=subject.seal(case, told))


def hours() -> int:
    """How long the days last, in hours, for a page."""
    return int(COOLING.total_seconds() // 3600)


def masked_new(case: Case) -> str:
    """The new address as a page may show it."""
    return subject.masked(subject.read(case).moving_to)
