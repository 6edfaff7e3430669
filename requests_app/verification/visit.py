"""Coming back to a case: a code to the address told opens its page, a fresh one to the address proved opens its files."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from django.utils import timezone

from identity import sealing
from identity.flows import email_code, mandate
from requests_app import access, journal, law, subject
from requests_app.letters import mails, outbox
from requests_app.models import Case
from requests_app.verification import representative

FOLLOW = "follow"
FOLLOW_ACTING = "follow_acting"
DOWNLOAD = "download"


@dataclass(frozen=True)
class Waiting:
    """A code was asked for. ``reference`` is empty when no case fits; nothing else tells the two apart."""

    matter: str
    reference: str
    acting: bool = False
    """Whether the code went to one who acts for another, and not to the person it is about."""


def ask(controller: str, reference: str, email: str) -> Waiting:
    """Somebody names a reference and an address: if they belong together, the address gets a code."""
    index = sealing.blind(controller, "email", email)
    try:
        case = access.case_by_reference(controller, reference)
    except access.NoSuchCase:
        case = None
    if case is not None and hmac.compare_digest(case.subject_index, index):
        return ask_for(case)
    if case is not None and hmac.compare_digest(_holder_index(case), index):
        return ask_for(case, acting=True)
    # A matter of its own, always the same for the same words, so that tries run out as they would for a real one.
    decoy = sealing.blind(controller, "decoy", f"{reference}|{index}")
    matter = f"decoy:{decoy[:60]}"
    # Not counted against the address named: guessing at references must not lock its owner out.
    email_code.begin(matter=matter, purpose=FOLLOW, address_index=decoy, now=timezone.now())
    return Waiting(matter, "")


def ask_for(case: Case, *, acting: bool = False) -> Waiting:
    """Send a code to the address the requester told us, whether or not any system knows it.

    Where somebody acts for another, each has an address, and codes of their own.
    """
    told = subject.read(case)
    if acting:
        _send(case, FOLLOW_ACTING, told.writes_from, proved=False)
    else:
        _send(case, FOLLOW, told.email, proved=_is_proved(told))
    return Waiting(case.matter, case.reference, acting)


def answer(controller: str, waiting: Waiting, code: str) -> tuple[email_code.Answer, Case | None]:
    """Judge the code typed; the case comes with the right answer only."""
    purpose = FOLLOW_ACTING if waiting.acting else FOLLOW
    outcome = email_code.answer(matter=waiting.matter, purpose=purpose, code=code, now=timezone.now())
    if outcome is not email_code.Answer.RIGHT:
        return outcome, None
    case = access.case_by_reference(controller, waiting.reference)
    if waiting.acting:
        representative.own_address_proved(case)
    return outcome, case


def ask_for_files(case: Case) -> None:
    """Files need a code of their own, sent to the address that was proved, not to the one that was typed."""
    told = subject.read(case)
    if _send(case, DOWNLOAD, address_of_files(told), proved=_is_proved(told)):
        journal.record(case, "download_code_sent", by=journal.REQUESTER)


def answer_for_files(case: Case, code: str) -> email_code.Answer:
    """Judge it."""
    return email_code.answer(matter=case.matter, purpose=DOWNLOAD, code=code, now=timezone.now())


def _send(case: Case, purpose: str, address: str, *, proved: bool) -> bool:
    issued = email_code.begin(
        matter=case.matter,
        purpose=purpose,
        address_index=sealing.blind(case.controller, "email", address),
        now=timezone.now(),
    )
    if issued is None or not address:
        return False
    letter = outbox.queue(
        case=case, kind="code", once=f"{purpose}-{issued.expires_at.timestamp():.6f}", to=address,
        words=mails.code(case, issued.code), unproved=not proved,
    )  # fmt: skip
    return outbox.leaves(letter)


def _is_proved(told: subject.Subject) -> bool:
    return any(kind == "email" and value.casefold() == told.email.casefold() for kind, value in told.proved)


def address_of_files(told: subject.Subject) -> str:
    """The address that was proved, as the system holds it; the one told where nothing had to be proved."""
    return told.answer_to or next((value for kind, value in told.proved if kind == "email"), told.email)


def _holder_index(case: Case) -> str:
    held = mandate.of(case.authority_matter) if case.capacity != law.SELF else None
    return held.holder_index if held else ""
