"""What the pipeline and the requester do while a case is being verified."""

from __future__ import annotations

import json
import os

from django.db import transaction
from django.utils import timezone

from identity import sealing
from identity.flows import email_code
from requests_app import journal, law, lifecycle, register, subject, systems
from requests_app.letters import mails, outbox
from requests_app.models import Case, Letter
from requests_app.systems.lookup import lookup
from requests_app.verification import acting, need, needs, representative, standard

PURPOSE = "verify"


def begin(case: Case) -> None:
    """RECEIVED: set the standard, and ask for proof unless none may be asked."""
    needed = standard.standard_of(case, register.controller(case.controller), has_account=False)
    if acting.acts(case):
        acting.claim(case)
        opens = bool(needs.outstanding(case))
        move = lifecycle.ASK_PROOF if opens else lifecycle.NEED_NO_PROOF
        waits_for = acting.WAITS if opens else ""
        if not opens:
            _acknowledge(case)
    elif needed.level is law.Level.NONE:
        _acknowledge(case)
        move, waits_for = lifecycle.NEED_NO_PROOF, ""
    else:
        move, waits_for = lifecycle.ASK_PROOF, "code"
    journal.advance(
        case,
        move,
        by=journal.PIPELINE,
        references={"standard": needed.level},
        standard=needed.level,
        waits_for=waits_for,
    )


def challenge(case: Case) -> None:
    """VERIFYING: acknowledge, with a code if a connected system holds the address; sister cases share both.

    An unknown address gets a code too, one that is never sent and never fits:
    whoever tries to guess learns nothing from the answers, not even their kind.
    Raises ``SystemFailure``, so that the step is tried again when a system
    is down; the receipt is acknowledged without waiting for it.
    """
    if acting.acts(case):
        if case.state == lifecycle.State.VERIFYING:
            representative.challenge(case, lambda: _acknowledge(case))
        return
    lead = _lead(case)
    if lead.pk != case.pk or case.state != lifecycle.State.VERIFYING:
        return
    told = subject.read(case)
    if not told.email:
        return
    inventory = register.controller(case.controller).inventory
    try:
        with systems.connect_all(inventory.systems.values(), os.environ) as connectors:
            found = lookup(inventory, connectors, "email", told.email)
    except systems.SystemFailure as failure:
        _acknowledge(case)
        if case.waits_for != f"system:{failure.system}":
            journal.record(
                case,
                "system_unreachable",
                by=journal.PIPELINE,
                references={"system": failure.system},
                waits_for=f"system:{failure.system}",
            )
        raise
    issued = email_code.begin(
        matter=matter_of(case),
        purpose=PURPOSE,
        address_index=sealing.blind(case.controller, "email", told.email),
        now=timezone.now(),
    )
    if issued is None:
        journal.record(case, "code_refused", by=journal.PIPELINE, reason="too_many")
        return
    with transaction.atomic():
        try:
            journal.keep_still(case)
        except journal.IllegalMove:
            # An earlier code was typed meanwhile: what it proved must not be written over.
            return
        case.refresh_from_db(fields=["sealed_subject"])
        told = subject.read(case)
        # Only an address as the system holds it proves anything, whatever was typed.
        told.candidates = [("email", address) for address in found]
        if found:
            _send_code(case, found, issued.code)
        else:
            _acknowledge(case, unknown=True)
        journal.record(
            case, "code_sent", by=journal.PIPELINE, waits_for="code", sealed_subject=subject.seal(case, told)
        )


def _send_code(case: Case, addresses: tuple[str, ...], code: str) -> None:
    first = not _was_acknowledged(case)
    left = False
    for position, address in enumerate(addresses):
        words = mails.acknowledgement(_sisters(case), code=code) if first else mails.code(case, code)
        kind = "acknowledgement" if first else "code"
        once = f"{kind}-{case.chain_length}-{position}"
        letter = outbox.queue(case=case, kind=kind, once=once, to=address, words=words, unproved=True)
        left = left or outbox.leaves(letter)
    if first and left:
        _note_acknowledged(case)


def _acknowledge(case: Case, *, unknown: bool = False) -> None:
    told = subject.read(case)
    if told.writes_from and not _was_acknowledged(case):
        words = mails.acknowledgement(_sisters(case), unknown=unknown)
        once = f"acknowledgement-{case.chain_length}"
        with transaction.atomic():
            letter = outbox.queue(
                case=case, kind="acknowledgement", once=once, to=told.writes_from, words=words, unproved=True
            )
            if outbox.leaves(letter):
                _note_acknowledged(case)


def _was_acknowledged(case: Case) -> bool:
    """Whether such a letter left for any case of the submission; a withheld one has told nobody anything."""
    letters = Letter.objects.filter(case__submission=case.submission_id, kind="acknowledgement")
    return letters.exclude(status=Letter.Status.WITHHELD).exists()


def _note_acknowledged(case: Case) -> None:
    for sister in _sisters(case):
        if sister.acknowledged_at is None:
            same = case if sister.pk == case.pk else sister
            journal.record(same, "acknowledged", by=journal.PIPELINE, acknowledged_at=timezone.now())


def ask_again(case: Case) -> None:
    """The requester wants another code; it is made by the worker, so that the page answers alike for everyone."""
    lead = _lead(case)
    journal.record(lead, "code_requested", by=journal.REQUESTER, follow=True)


def answer(case: Case, code: str, *, declaration: str = "") -> email_code.Answer:
    """Judge a typed code; the right one settles every sister case whose standard it earns."""
    lead = _lead(case)
    outcome = email_code.answer(matter=matter_of(case), purpose=PURPOSE, code=code, now=timezone.now())
    proved = subject.read(lead).candidates if outcome is email_code.Answer.RIGHT else []
    if outcome is email_code.Answer.RIGHT and not proved:
        outcome = email_code.Answer.WRONG
    if outcome is not email_code.Answer.RIGHT:
        journal.record(lead, "code_wrong", by=journal.REQUESTER, reason=outcome.value)
        return outcome
    for sister in case.submission.cases.filter(state=lifecycle.State.VERIFYING).order_by("pk"):
        _settle(sister, proved, declaration)
    return outcome


def needs_declaration(case: Case) -> bool:
    """Whether any sister case still needs the signed declaration."""
    return any(
        needs.may_ask(sister, need.DECLARATION)
        for sister in case.submission.cases.filter(state=lifecycle.State.VERIFYING)
    )


def matter_of(case: Case) -> str:
    """One verification for all cases of a submission."""
    return case.submission.matter


def _settle(case: Case, proved: list[tuple[str, str]], declaration: str) -> None:
    known = subject.read(case)
    known.proved = proved
    methods = [*case.methods, need.EMAIL_CODE]
    if declaration and needs.may_ask(case, need.DECLARATION):
        methods.append(need.DECLARATION)
        known.declaration = json.dumps(
            {"signed": declaration, "at": timezone.now().isoformat()}, ensure_ascii=False
        )
    sealed = subject.seal(case, known)
    case.methods = methods
    if needs.outstanding(case):
        journal.record(case, "proof_incomplete", by=journal.REQUESTER, methods=methods, sealed_subject=sealed)
        return
    journal.advance(
        case, lifecycle.SETTLE_IDENTITY, by=journal.REQUESTER, references={"methods": methods},
        methods=methods, identified_at=timezone.now(), waits_for="", sealed_subject=sealed,
    )  # fmt: skip


def _sisters(case: Case) -> list[Case]:
    return list(case.submission.cases.select_related("key").order_by("pk"))


def _lead(case: Case) -> Case:
    """The case that keeps the code for all: the first that still waits for proof, lest a sister that moved on bar it."""
    return next((sister for sister in _sisters(case) if _waits_for_proof(sister)), case)


def _waits_for_proof(case: Case) -> bool:
    if case.state not in lifecycle.ASK_PROOF.sources | lifecycle.SETTLE_IDENTITY.sources:
        return False
    needed = standard.standard_of(case, register.controller(case.controller), has_account=False)
    return needed.level is not law.Level.NONE
