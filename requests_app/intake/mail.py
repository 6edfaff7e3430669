"""The mail way in: kept first, then read, then joined to its case, opened as new ones, or held."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from identity import sealing
from requests_app import journal
from requests_app.intake import envelope as outside
from requests_app.intake import mime, threads
from requests_app.intake.envelope import Envelope
from requests_app.intake.held import verdict_on
from requests_app.intake.open_case import Arrival, fingerprint, keep, open_from, subject_index
from requests_app.intake.quoted import own_words
from requests_app.intake.sort import UNCLEAR, Verdict, language_for
from requests_app.letters import conversation
from requests_app.lifecycle import OPEN, State
from requests_app.models import Case, Channel, Message, Submission, Tray
from requests_app.register import Controller

log = logging.getLogger(__name__)

Result = Literal["opened", "threaded", "held", "duplicate", "ignored", "rejected"]
STRONGEST_FIRST: tuple[Result, ...] = ("opened", "threaded", "held", "duplicate", "ignored", "rejected")
UNREAD = "unread"
"""Kept, and not looked at yet: the process died in between, or is still at it."""


@dataclass(frozen=True)
class Receipt:
    """What became of a mail; the reason is a word from this room, never a quotation."""

    result: Result
    cases: tuple[str, ...] = ()
    """References."""
    reason: str = ""


@dataclass(frozen=True)
class Delivery:
    """One mail on its way to one controller."""

    controller: Controller
    raw: bytes
    received_at: datetime
    addresses: tuple[str, ...]
    return_path: str | None
    envelope: Envelope
    cut_off: bool = False

    def arrival(self, key: str, *, language: str = "", **told: object) -> Arrival:
        """What ``open_case`` asks for."""
        return Arrival(
            controller=self.controller,
            channel=Channel.EMAIL,
            received_at=self.received_at,
            language=language or self.controller.languages[0],
            verbatim=self.raw,
            arrival_key=key,
            **told,  # type: ignore[arg-type]
        )


@dataclass
class Finding:
    """Where a submission goes, and what the columns beside its sealed content say."""

    result: Result
    tray: Tray
    reason: str = ""
    cases: tuple[Case, ...] = ()
    joined: Case | None = None
    language: str = ""
    sender: str = ""
    more: dict[str, object] = field(default_factory=dict)


def receive(
    raw: bytes,
    *,
    received_at: datetime,
    recipients: Sequence[str] | None = None,
    return_path: str | None = None,
    cut_off: bool = False,
) -> Receipt:
    """Take one mail. Raises only when the database cannot be reached; then nothing is lost by trying again.

    ``recipients`` and ``return_path`` are the envelope's, where there was one.
    ``cut_off`` says that ``raw`` is only the beginning of a mail too big to take.
    """
    if len(raw) > settings.MAX_MAIL_BYTES:
        return Receipt("rejected", reason="too_big")
    envelope = outside.look_at(raw)
    addresses = tuple(dict.fromkeys([*(recipients or []), *envelope.addressed_to]))
    known = [threads.controller_of(address) for address in (recipients or addresses)]
    controllers = {controller.slug: controller for controller in known if controller}
    if not controllers:
        return Receipt("rejected", reason="unknown_recipient")
    receipts = [
        _receive(Delivery(controller, raw, received_at, addresses, return_path, envelope, cut_off))
        for controller in controllers.values()
    ]
    strongest = min(receipts, key=lambda receipt: STRONGEST_FIRST.index(receipt.result))
    cases = tuple(reference for receipt in receipts for reference in receipt.cases)
    return Receipt(strongest.result, cases, strongest.reason)


def accepts(address: str) -> bool:
    """Whether mail to this address would be taken."""
    return threads.controller_of(address) is not None


def _receive(delivery: Delivery) -> Receipt:
    message_id = delivery.envelope.message_id
    marks = ("message-id", message_id) if message_id else ("raw", _digest(delivery.raw))
    submission, _ = keep(
        delivery.arrival(fingerprint("email", delivery.controller.slug, *marks)), Tray.HELD, UNREAD
    )
    receipt = _settle_once(submission, delivery)
    if receipt is not None:
        return receipt
    if _is_the_same(submission, delivery):
        return Receipt("duplicate", _references_of(submission), "message_id" if message_id else "raw")
    # Another mail under a Message-ID that was used before: kept by its own bytes, and a person looks.
    key = fingerprint("email", delivery.controller.slug, "raw", _digest(delivery.raw))
    _, new = keep(delivery.arrival(key), Tray.HELD, "message_id_used_before")
    return Receipt("held", (), "message_id_used_before") if new else Receipt("duplicate", (), "raw")


def _settle_once(submission: Submission, delivery: Delivery) -> Receipt | None:
    """Read a mail that nobody has read yet; ``None`` when somebody has."""
    with transaction.atomic():
        locked = Submission.objects.select_for_update().get(pk=submission.pk)
        if locked.reason != UNREAD:
            return None
        try:
            with transaction.atomic():
                finding = _find(locked, delivery)
        except mime.UnreadableMail as trouble:
            finding = Finding("held", Tray.HELD, str(trouble))
        except (OperationalError, InterfaceError):
            raise
        except Exception as trouble:
            # Whatever a stranger's bytes can provoke, the mail is kept and the next one is taken.
            log.error("A mail was kept but could not be read: %s", type(trouble).__name__)
            finding = Finding("held", Tray.HELD, "unreadable")
        Submission.objects.filter(pk=locked.pk).update(
            tray=finding.tray,
            reason=finding.reason[:60],
            language=finding.language or locked.language,
            sender_index=subject_index(locked.controller, finding.sender),
            joined=finding.joined,
        )
    return Receipt(finding.result, tuple(case.reference for case in finding.cases), finding.reason[:60])


def _find(submission: Submission, delivery: Delivery) -> Finding:
    if why := outside.answered_by_no_one(delivery.envelope, delivery.return_path):
        return Finding("ignored", Tray.IGNORED, why)
    if delivery.cut_off:
        return Finding("held", Tray.HELD, "too_big")
    mail = mime.read(delivery.raw)
    words = own_words(mail.text)
    verdict = verdict_on(delivery.controller, mail, delivery.received_at)
    language = language_for(delivery.controller, words or mail.text or mail.subject)
    held = Finding("held", Tray.HELD, language=language, sender=mail.sender)
    if machine := outside.sent_by_machine(delivery.envelope):
        if verdict.rights or set(verdict.others) - {UNCLEAR}:
            held.reason = f"{machine}:asks"
            return held
        return Finding("ignored", Tray.IGNORED, machine, language=language, sender=mail.sender)
    if not mail.sender:
        held.reason = "no_sender" if mail.senders < 2 else "several_senders"
        return held
    thread = threads.named_case(delivery.controller, delivery.addresses, delivery.envelope)
    if thread is not None:
        return _join(thread, submission, delivery, mail, verdict, held)
    if accepts(mail.sender) or mail.sender.lower().endswith("@" + settings.MAIL_DOMAIN.lower()):
        # A case whose requester is ourselves would write to itself for ever.
        held.reason = "own_address"
        return held
    if not verdict.rights:
        held.reason = _why_held(verdict)
        return held
    return _open(submission, delivery, mail, verdict, held)


def _join(
    thread: threads.Thread,
    submission: Submission,
    delivery: Delivery,
    mail: mime.Mail,
    verdict: Verdict,
    held: Finding,
) -> Finding:
    case = thread.case
    if case is None or case.state == State.ARCHIVED:
        held.reason = "case_gone"
        return held
    if not threads.is_from_its_requester(case, mail.sender):
        held.reason = "other_sender"
        return held
    message = conversation.add(
        case,
        Message.Kind.FROM_REQUESTER,
        subject=mail.subject,
        text=mail.text,
        written_at=delivery.received_at,
    )
    references = {
        "message": message.pk,
        "submission": submission.public_id,
        "attachments": len(mail.attachments),
    }
    journal.record(case, "message_received", by=journal.REQUESTER, references=references)
    finding = Finding("threaded", Tray.THREADED, cases=(case,), joined=case, language=held.language)
    finding.sender = mail.sender
    known = set(case.submission.cases.values_list("right", flat=True)) | {case.right}
    new = [right for right in verdict.rights if right not in known]
    if State(case.state) not in OPEN:
        finding.tray, finding.reason = Tray.HELD, "case_closed"
    elif new:
        # A further right asked for in a reply has its own clock: a person opens it.
        finding.tray, finding.reason = Tray.HELD, "also:" + ",".join(new)
    return finding


def _open(
    submission: Submission, delivery: Delivery, mail: mime.Mail, verdict: Verdict, held: Finding
) -> Finding:
    words = "\n".join(f"{right}: {verdict.words[right]}" for right in verdict.rights)
    arrival = delivery.arrival(
        submission.arrival_key,
        language=held.language,
        name=mail.name,
        email=mail.sender,
        rights=verdict.rights,
        details={"mail_subject": mail.subject, "mail_words": words},
    )
    opened = open_from(submission, arrival)
    finding = Finding("opened", Tray.OPENED, cases=opened.cases, language=held.language, sender=mail.sender)
    if verdict.others:
        finding.tray, finding.reason = Tray.HELD, "also:" + ",".join(verdict.others)
    return finding


def _why_held(verdict: Verdict) -> str:
    if verdict.doubts:
        return ",".join(verdict.doubts)
    return "asks:" + ",".join(verdict.others) if verdict.others else "nothing_asked"


def _is_the_same(submission: Submission, delivery: Delivery) -> bool:
    try:
        kept = sealing.unseal(submission.key, submission.sealed, "submission")
        return kept == delivery.raw or mime.read(kept) == mime.read(delivery.raw)
    except (sealing.KeyDestroyed, sealing.SealBroken, mime.UnreadableMail):
        return False
    except Exception as trouble:
        log.error("Two mails with one Message-ID could not be compared: %s", type(trouble).__name__)
        return False


def _references_of(submission: Submission) -> tuple[str, ...]:
    cases = tuple(submission.cases.order_by("pk").values_list("reference", flat=True))
    joined = Submission.objects.select_related("joined").get(pk=submission.pk).joined
    return cases or ((joined.reference,) if joined else ())


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
