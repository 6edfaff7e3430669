"""What the pipeline and the requester do while a case is being verified."""

from __future__ import annotations

import os
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from identity.flows.email_code import Answer, Issued
from requests_app import doubts, journal, law, lifecycle, register, subject, systems
from requests_app.letters import by_post, mails, on_paper, outbox, post_address
from requests_app.models import Case, Letter
from requests_app.systems.lookup import lookup
from requests_app.verification import (
    acting,
    codes,
    failing,
    need,
    needs,
    representative,
    sisters,
    standard,
    suspicion,
)

PURPOSE = "verify"
MOST_ASKED = 40
"""Requests for another code on one case; more say nothing new, and the limits on codes hold anyway."""
NOBODY_TOLD = "nobody_told"
"""No address is known, so nobody could be told that we have it: said to staff once, until something changes."""
ADDRESS_KNOWN = (post_address.ADDRESS_SET, lifecycle.SETTLE_IDENTITY.name)
"""What may make an address known: staff set one, or one on record was shown to be theirs."""
BY_HAND = lifecycle.BY_HAND
"""What a case waits for that no code can reach: staff compare what was written with what is on record."""
METHOD_OF = {"email": need.EMAIL_CODE, "phone": need.SMS_CODE}


def begin(case: Case) -> None:
    """RECEIVED: set the standard, and ask for proof unless none may be asked; where nobody asked there is nobody to verify."""
    if case.own_motion:
        none = law.Level.NONE
        journal.advance(case, lifecycle.TAKE_UP, by=journal.PIPELINE, standard=none, waits_for="")
        return
    needed = standard.standard_of(case, register.controller(case.controller), has_account=False)
    if acting.acts(case):
        acting.claim(case)
        opens = bool(needs.outstanding(case))
        move = lifecycle.ASK_PROOF if opens else lifecycle.NEED_NO_PROOF
        waits_for = acting.waits_for(case) if opens else ""
        if not opens:
            _acknowledge(case)
    elif needed.level is law.Level.NONE:
        _acknowledge(case)
        move, waits_for = lifecycle.NEED_NO_PROOF, ""
    else:
        move = lifecycle.ASK_PROOF
        waits_for = "code" if subject.read(case).reached_at else BY_HAND
    with transaction.atomic():
        journal.advance(
            case,
            move,
            by=journal.PIPELINE,
            references={"standard": needed.level},
            standard=needed.level,
            waits_for=waits_for,
        )
        if subject.read(case).post_to:
            # Nobody has compared it with what is on record; a code cannot be sent there.
            doubts.raise_doubt(case, doubts.Kind.POSTAL, by=journal.PIPELINE)


def challenge(case: Case) -> None:
    """VERIFYING: acknowledge, with a code if a connected system holds the address; sister cases share both.

    An unknown address gets a code too, one that is never sent and never fits:
    whoever tries to guess learns nothing from the answers, not even their kind.
    Where the address is unknown and the number given is not, the code goes there
    as a text. Raises ``SystemFailure``, so that the step is tried again when a
    system is down; the receipt is acknowledged without waiting for it.
    """
    if acting.acts(case):
        if case.state == lifecycle.State.VERIFYING:
            representative.challenge(case, lambda: _acknowledge(case))
        return
    lead = sisters.lead_of(case)
    if case.state != lifecycle.State.VERIFYING:
        return
    if lead.pk != case.pk:
        _acknowledge_apart(case)
        return
    if not needs.outstanding(case):
        _acknowledge_apart(case)
        # What was shown for the case it continues, or what a doubt was settled with, is enough for this right.
        sisters.earn(case, [], [], by=journal.PIPELINE, only=True)
        return
    if not any(needs.may_ask(case, method) for method in need.CODES):
        _acknowledge_apart(case)
        _ask_for_the_rest(case)
        return
    told = subject.read(case)
    if not told.reached_at:
        _acknowledge(case)
        return
    inventory = register.controller(case.controller).inventory
    try:
        with systems.connect_all(inventory.systems.values(), os.environ) as connectors:
            kind, found = "", ()
            for kind, value in (("email", told.email), ("phone", told.phone)):
                if value and not found:
                    found = lookup(inventory, connectors, kind, value)
                    suspicion.look_at(case, connectors, kind, value, found)
                if found:
                    break
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
    to = found[0] if found else told.reached_at
    issued = codes.issue(case, matter=matter_of(case), purpose=PURPOSE, to=to, nobody=not found)
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
        told.candidates = [(kind, address) for address in found]
        if found:
            _send_code(case, found, issued)
        else:
            _acknowledge(case, unknown=True)
        journal.record(
            case, "code_sent", by=journal.PIPELINE, waits_for="code", sealed_subject=subject.seal(case, told)
        )


def _ask_for_the_rest(case: Case) -> None:
    """A code is not what is missing: say what is."""
    if failing.ask_once_more(case, by=journal.PIPELINE, once=f"proof-{case.chain_length}"):
        journal.record(case, "told_what_is_missing", by=journal.PIPELINE, waits_for="proof")


def _send_code(case: Case, addresses: tuple[str, ...], issued: Issued) -> None:
    receipts = sisters.receipts(case)
    first = case in receipts.untold
    left = False
    for position, address in enumerate(addresses):
        if outbox.is_number(address):
            words = mails.text(case, "acknowledgement" if first else "code", code=issued.code)
            stale_at = None if first else issued.expires_at
        else:
            words = (
                mails.acknowledgement(receipts.untold, code=issued.code, beside=receipts.told)
                if first
                else mails.code(case, issued.code)
            )
            stale_at = None
        kind = "acknowledgement" if first else "code"
        once = f"{kind}-{case.chain_length}-{position}"
        letter = outbox.queue(
            case=case, kind=kind, once=once, to=address, words=words, unproved=True, stale_at=stale_at
        )
        left = left or outbox.leaves(letter)
    if first and left:
        _note_acknowledged(case, receipts.untold, timezone.now())


def acknowledge_anew(case: Case) -> None:
    """The way our letters go has changed: what was to say that we have it goes the new way, if it has not gone."""
    if case.state in lifecycle.BEFORE_APPROVAL - {lifecycle.State.RECEIVED} and case.acknowledged_at is None:
        _acknowledge(case)


def acknowledged_by_post(case: Case, letter: Letter) -> None:
    """Somebody posted it: we have told them, on that day."""
    assert letter.sent_at is not None
    _note_acknowledged(case, sisters.open_at(case, letter.made_at), letter.sent_at)


def reminded_by_post(case: Case, letter: Letter) -> None:
    """Likewise: from that day on they have been asked once more."""
    asked_once_more = by_post.read(letter)["known"].get("once") == failing.REMINDER
    if asked_once_more and case.reminded_at is None and case.state == lifecycle.State.VERIFYING:
        journal.record(case, "reminded", by=journal.PIPELINE, reminded_at=letter.sent_at)


def _acknowledge(case: Case, *, unknown: bool = False) -> None:
    """A letter on paper counts on the day somebody posted it, a mail as soon as it leaves."""
    told = subject.read(case)
    once = f"acknowledgement-{case.chain_length}"
    receipts = sisters.receipts(case)
    untold = case in receipts.untold
    if told.post_to:
        if untold:
            words_on_paper = on_paper.acknowledgement(receipts.untold, unknown=unknown, beside=receipts.told)
            by_post.lay_notice_ready(case, kind="acknowledgement", once=once, letter=words_on_paper)
        return
    to, proved = (told.reached_at, False) if told.reached_at else told.delivered_to
    if not to:
        _say_that_nobody_is_told(case)
    elif untold:
        if outbox.is_number(to):
            words = mails.text(case, "acknowledgement")
        else:
            words = mails.acknowledgement(receipts.untold, unknown=unknown, beside=receipts.told)
        with transaction.atomic():
            letter = outbox.queue(
                case=case, kind="acknowledgement", once=once, to=to, words=words, unproved=not proved
            )
            if outbox.leaves(letter):
                _note_acknowledged(case, receipts.untold, timezone.now())


def _acknowledge_apart(case: Case) -> None:
    """What staff parted from a request that had its receipt gets one of its own, whoever else asks for the code."""
    receipts = sisters.receipts(case)
    if receipts.told and case in receipts.untold:
        _acknowledge(case)


def _say_that_nobody_is_told(case: Case) -> None:
    last = case.events.filter(name__in=(NOBODY_TOLD, *ADDRESS_KNOWN)).order_by("-number").first()
    if last is None or last.name != NOBODY_TOLD:
        journal.record(case, NOBODY_TOLD, by=journal.PIPELINE)


def _note_acknowledged(case: Case, named: list[Case], at: datetime) -> None:
    for sister in named:
        if sister.acknowledged_at is None:
            same = case if sister.pk == case.pk else sister
            journal.record(same, "acknowledged", by=journal.PIPELINE, acknowledged_at=at)


def ask_again(case: Case) -> None:
    """The requester wants another code; it is made by the worker, so that the page answers alike for everyone."""
    lead = sisters.lead_of(case)
    if lead.events.filter(name="code_requested").count() < MOST_ASKED:
        journal.record(lead, "code_requested", by=journal.REQUESTER, follow=True)


def answer(case: Case, code: str, *, declaration: str = "") -> Answer:
    """Judge a typed code; the right one credits every sister case, and settles those whose needs it meets."""
    lead = sisters.lead_of(case)
    told = subject.read(lead)
    to = next((value for _, value in told.candidates), told.reached_at)
    outcome = codes.judge(matter=matter_of(case), purpose=PURPOSE, to=to, code=code)
    if outcome is Answer.RIGHT and not told.candidates:
        outcome = Answer.WRONG
    if outcome is not Answer.RIGHT:
        suspicion.note_wrong_code(lead, outcome.value)
        return outcome
    method = METHOD_OF[told.candidates[0][0]]
    credited = sisters.earn(case, [method], told.candidates, by=journal.REQUESTER, signed=declaration)
    for sister in credited:
        suspicion.doubt_new_address(sister)
    return outcome


def needs_declaration(case: Case) -> bool:
    """Whether any sister case still needs the signed declaration."""
    return any(needs.may_ask(sister, need.DECLARATION) for sister in sisters.waiting(case))


matter_of = sisters.matter_of
