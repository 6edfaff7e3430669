"""The mail way in: kept first, then read, then joined to its case, opened as new ones, or held."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from identity import sealing
from requests_app import register
from requests_app.intake import envelope as outside
from requests_app.intake import mime, reading, scan, threads
from requests_app.intake.delivery import Delivery, Finding, Result
from requests_app.intake.open_case import fingerprint, keep, subject_index
from requests_app.models import Channel, Submission, Tray

log = logging.getLogger(__name__)

STRONGEST_FIRST: tuple[Result, ...] = ("opened", "threaded", "held", "duplicate", "ignored", "rejected")
UNREAD = "unread"
"""Kept, and not looked at yet: the process died in between, or is still at it."""
WAITING = (UNREAD, reading.UNSCANNED)
LEFT_ALONE = timedelta(minutes=10)
"""A mail unread for longer was left by a process that died."""
AT_ONCE = 50


@dataclass(frozen=True)
class Receipt:
    """What became of a mail; the reason is a word from this room, never a quotation."""

    result: Result
    cases: tuple[str, ...] = ()
    """References."""
    reason: str = ""


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


def read_waiting(now: datetime) -> int:
    """Read what was kept and not read: a process died over it, or the scanner was down. How many were."""
    reasons = WAITING if scan.answers() else (UNREAD,)
    kept = Submission.objects.filter(reason__in=reasons, channel=Channel.EMAIL, tray=Tray.HELD)
    kept = kept.filter(received_at__lt=now - LEFT_ALONE).select_related("key").order_by("pk")
    return sum(_read_kept(submission) for submission in kept[:AT_ONCE])


def _read_kept(submission: Submission) -> bool:
    try:
        raw = sealing.unseal(submission.key, submission.sealed, "submission")
    except (sealing.KeyDestroyed, sealing.SealBroken):
        return False
    envelope = outside.look_at(raw)
    delivery = Delivery(
        register.controller(submission.controller), raw, submission.received_at,
        tuple(envelope.addressed_to), None, envelope,
    )  # fmt: skip
    receipt = _settle_once(submission, delivery)
    return receipt is not None and receipt.reason not in WAITING


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
        # Without what was sealed: a big mail is in memory once already.
        locked = Submission.objects.select_for_update().defer("sealed").get(pk=submission.pk)
        if locked.reason not in WAITING or locked.tray != Tray.HELD:
            return None
        try:
            with transaction.atomic():
                finding = reading.find(locked, delivery)
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
            sender_proof=finding.proof,
        )
    return Receipt(finding.result, tuple(case.reference for case in finding.cases), finding.reason[:60])


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
