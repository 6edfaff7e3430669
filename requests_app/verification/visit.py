"""Coming back to a case: a code to the address told opens its page, a fresh one to the address proved opens its files."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from celery import current_app
from django.db import transaction
from django.utils import timezone

from identity import sealing
from identity.flows import mandate
from identity.flows.email_code import Answer
from requests_app import access, journal, law, subject
from requests_app.letters import outbox
from requests_app.models import Case, Knock
from requests_app.verification import codes, representative

FOLLOW = "follow"
FOLLOW_ACTING = "follow_acting"
DOWNLOAD = "download"
SEALED = "knock"
ATTEND = "requests_app.attend_knock"


@dataclass(frozen=True)
class Waiting:
    """A code was asked for, perhaps. Nothing in it tells whether one will come."""

    matter: str
    reference: str
    number: bool = False
    """Whether it comes as a text."""
    acting: bool = False
    """Whether the code went to one who acts for another, by the private link."""


def ask(controller: str, reference: str, address: str) -> Waiting:
    """Somebody names a reference and an address or number; whether they belong together is the worker's to see."""
    told = json.dumps({"reference": reference, "address": address})
    knock = Knock.objects.create(
        controller=controller, sealed=sealing.seal_short(told, SEALED), made_at=timezone.now()
    )
    transaction.on_commit(lambda: current_app.send_task(ATTEND, [knock.pk]), robust=True)
    return Waiting(_matter(controller, reference, address), reference, outbox.is_number(address))


def attend(knock: Knock) -> None:
    """The worker's part: a code where they belong together, else one that is never sent and never fits."""
    if not Knock.objects.filter(pk=knock.pk, attended_at=None).update(attended_at=timezone.now()):
        return
    told = json.loads(sealing.unseal_short(knock.sealed, SEALED))
    reference, address = told["reference"], told["address"]
    matter = _matter(knock.controller, reference, address)
    index = sealing.blind(knock.controller, _kind(address), address)
    try:
        case = access.case_by_reference(knock.controller, reference)
    except access.NoSuchCase:
        case = None
    side = _side_of(case, index) if case is not None else ""
    if case is None or not side:
        # Not counted against the address named: guessing at references must not lock its owner out.
        codes.issue_for_nobody(matter=matter, purpose=FOLLOW, to=address)
    else:
        _send(case, FOLLOW, address, matter=matter, proved=_is_proved(subject.read(case)))


def unattended(*, before: datetime, limit: int = 200) -> list[Knock]:
    """Knocks whose nudge was lost, oldest first."""
    return list(Knock.objects.filter(attended_at=None, made_at__lt=before).order_by("made_at")[:limit])


def ask_for(case: Case, *, acting: bool = False) -> Waiting:
    """By the private link: send a code to the address told, whether or not any system knows it.

    Where somebody acts for another, each has an address, and codes of their own.
    """
    told = subject.read(case)
    to = told.email if told.representative and not acting else told.reached_at
    _send(case, _purpose(acting), to, matter=case.matter, proved=_is_proved(told))
    return Waiting(case.matter, case.reference, outbox.is_number(to), acting)


def answer(controller: str, waiting: Waiting, code: str) -> tuple[Answer, Case | None]:
    """Judge the code typed; the case comes with the right answer only."""
    to = "+" if waiting.number else ""
    outcome = codes.judge(matter=waiting.matter, purpose=_purpose(waiting.acting), to=to, code=code)
    if outcome is not Answer.RIGHT:
        return outcome, None
    case = access.case_by_reference(controller, waiting.reference)
    if is_holders(case, waiting):
        representative.own_address_proved(case)
    return outcome, case


def is_holders(case: Case, waiting: Waiting) -> bool:
    """Whether the code that was asked for went to one who acts for another."""
    if case.capacity == law.SELF:
        return False
    told = subject.read(case)
    # Where both give one address, whoever comes by it is the one who asked, who sees less.
    return waiting.acting or waiting.matter == _matter(case.controller, waiting.reference, told.writes_from)


def opens_answer(told: subject.Subject, *, acting: bool) -> bool:
    """Whether the address whose code opens the page was shown to be of whom the answer is for, and not merely typed."""
    if told.answer_to:
        return acting and told.answer_to.casefold() == told.writes_from.casefold()
    return not acting and _is_on_record(told, told.email or told.phone)


def ask_for_files(case: Case) -> None:
    """Files need a code of their own, sent to the address that was proved, not to the one that was typed."""
    to, proved = subject.read(case).delivered_to
    if _send(case, DOWNLOAD, to, matter=case.matter, proved=proved):
        journal.record(case, "download_code_sent", by=journal.REQUESTER)


def answer_for_files(case: Case, code: str) -> Answer:
    """Judge it."""
    to = subject.read(case).delivered_to[0]
    return codes.judge(matter=case.matter, purpose=DOWNLOAD, to=to, code=code)


def _send(case: Case, purpose: str, to: str, *, matter: str, proved: bool) -> bool:
    issued = codes.issue(case, matter=matter, purpose=purpose, to=to) if to else None
    if issued is None:
        return False
    once = f"{purpose}-{issued.expires_at.timestamp():.6f}"
    return outbox.leaves(codes.send(case, issued, to=to, once=once, proved=proved))


def _matter(controller: str, reference: str, address: str) -> str:
    """Always the same for the same words, so that tries run out however often one asks."""
    return "knock:" + sealing.blind(controller, "knock", f"{reference}|{address.casefold()}")[:60]


def _kind(address: str) -> str:
    return "phone" if outbox.is_number(address) else "email"


def _is_proved(told: subject.Subject) -> bool:
    return _is_on_record(told, told.reached_at)


def _is_on_record(told: subject.Subject, address: str) -> bool:
    return address.casefold() in {value.casefold() for value in told.on_record}


def _purpose(acting: bool) -> str:
    return FOLLOW_ACTING if acting else FOLLOW


def _side_of(case: Case, index: str) -> str:
    """Which of the two an address belongs to; empty for neither."""
    if hmac.compare_digest(case.subject_index, index):
        return "person"
    held = mandate.of(case.authority_matter) if case.capacity != law.SELF else None
    return "holder" if held and hmac.compare_digest(held.holder_index, index) else ""
