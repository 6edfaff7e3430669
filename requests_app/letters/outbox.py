"""One outbox for every letter: queued in the transaction that decided it, sent by the worker, retried."""

from __future__ import annotations

import json
import logging
import secrets
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from identity import sealing, texting
from identity.models import SealingKey
from requests_app import journal, nudges, worklist
from requests_app.letters.outgoing import NOTICES, build_mail
from requests_app.models import Case, Letter

log = logging.getLogger(__name__)
SEND = "requests_app.send_letter"
LOCK_SPACE, EVERY_LETTER = 0x1E77, 0
UNPROVED_PER_DAY = 3
GIVE_UP_AFTER = 128
"""With pauses that double to an hour, about five days (RFC 5321, 4.5.4.1)."""
TAKEN_BACK = "taken_back"
MISTYPED = "mistyped"
"""Trouble of a letter to an address that its requester put right afterwards."""
CODE_ALONE = "code_alone"
"""Kind of a code to an address without a case, under a key of its own that the purge destroys with it."""
NO_MORE_NOTICES = "notices_stopped"
"""The event on a case whose requester wants no more of the letters no law asks for."""
TO_OTHERS = frozenset({"task"})
"""Letters to those who look after a system, which a case of our own motion sends too; it sends no others."""
HOPELESS = (ValueError, sealing.KeyDestroyed, sealing.SealBroken)
"""An address that no header takes, words that are no longer there: trying again changes nothing."""


class NobodyAsked(Exception):
    """A letter about a case of the controller's own motion: there is no requester to send it to."""


@dataclass(frozen=True)
class Words:
    """Subject and plain text of a letter."""

    subject: str
    text: str


def render(kind: str, language: str, context: dict[str, object]) -> Words:
    """``templates/emails/<kind>.txt`` in that language: the first line is the subject."""
    with translation.override(language.lower()):
        whole = render_to_string(f"emails/{kind}.txt", context).strip()
    subject, _, text = whole.partition("\n")
    return Words(" ".join(subject.split()), text.strip())


def queue(
    *,
    case: Case,
    kind: str,
    once: str,
    to: str,
    words: Words,
    unproved: bool = False,
    pdf: bytes | None = None,
    stale_at: datetime | None = None,
    undo_within: timedelta = timedelta(0),
) -> Letter | None:
    """Put a letter into the outbox; ``once`` names it so that a repeated step queues nothing twice.

    To a number (``+86…``) it goes as a text message. After ``stale_at`` it is not sent any more.
    For as long as ``undo_within`` it stays, so that whoever sent it can take it back.

    Raises :class:`NobodyAsked` for a case that has no requester.

    A letter to an address nobody has proved to be theirs is withheld beyond
    three a day: a stranger's form must not fill somebody's mailbox.
    """
    if case.own_motion and kind not in TO_OTHERS:
        raise NobodyAsked(kind)
    now = timezone.now()
    index = sealing.blind(case.controller, "phone" if is_number(to) else "email", to)
    said = {"to": to, "subject": words.subject, "text": words.text}
    if stale_at:
        said["stale_at"] = stale_at.isoformat()
    content = json.dumps(said, ensure_ascii=False)
    try:
        with transaction.atomic():
            unwanted = kind in NOTICES and case.events.filter(name=NO_MORE_NOTICES).exists()
            status = Letter.Status.WITHHELD if unwanted else _status(index, now, unproved=unproved)
            letter = Letter.objects.create(
                case=case,
                controller=case.controller,
                kind=kind,
                idempotency_key=f"{case.public_id}:{once}",
                language=case.language,
                key=case.key,
                sealed=sealing.seal(case.key, content.encode(), "letter"),
                sealed_pdf=sealing.seal(case.key, pdf, "letter-pdf") if pdf else None,
                address_index=index,
                unproved=unproved,
                status=status,
                trouble="unsubscribed" if unwanted else "",
                made_at=now,
                next_try_at=now + undo_within if status == Letter.Status.QUEUED else None,
                message_id=f"<{secrets.token_hex(12)}@{settings.MAIL_DOMAIN}>",
            )
    except IntegrityError:
        return None
    if status == Letter.Status.QUEUED:
        nudges.after_commit(SEND, letter, wait_seconds=undo_within.total_seconds())
    return letter


def queue_alone(
    *, controller: str, key: SealingKey, language: str, kind: str, once: str, to: str, words: Words,
    unproved: bool,
) -> Letter | None:  # fmt: skip
    """A letter that belongs to no case, sealed under ``key``; to an e-mail address, capped as :func:`queue` says."""
    now, index = timezone.now(), sealing.blind(controller, "email", to)
    content = json.dumps({"to": to, "subject": words.subject, "text": words.text}, ensure_ascii=False)
    try:
        with transaction.atomic():
            status = _status(index, now, unproved=unproved)
            letter = Letter.objects.create(
                controller=controller,
                kind=kind,
                idempotency_key=once,
                language=language,
                key=key,
                sealed=sealing.seal(key, content.encode(), "letter"),
                address_index=index,
                unproved=unproved,
                status=status,
                made_at=now,
                next_try_at=now if status == Letter.Status.QUEUED else None,
                message_id=f"<{secrets.token_hex(12)}@{settings.MAIL_DOMAIN}>",
            )
    except IntegrityError:
        return None
    if status == Letter.Status.QUEUED:
        nudges.after_commit(SEND, letter)
    return letter


def hold_back(letter: Letter) -> bool:
    """Take a letter out of the outbox before it leaves; ``False`` when it is leaving or has left."""
    with worklist.alone(LOCK_SPACE, letter.pk) as mine:
        if not mine:
            return False
        waiting = Letter.objects.filter(
            pk=letter.pk, status=Letter.Status.QUEUED, attempts=0, next_try_at__gt=timezone.now()
        )
        return bool(waiting.update(status=Letter.Status.WITHHELD, trouble=TAKEN_BACK, next_try_at=None))


def is_number(to: str) -> bool:
    """Whether a letter to this goes to a mobile phone: no e-mail address lacks the @."""
    return to.startswith("+") and "@" not in to


def leaves(letter: Letter | None) -> bool:
    """Whether this letter goes out: it was queued just now, and not withheld."""
    return letter is not None and letter.status == Letter.Status.QUEUED


def stop_notices(letter: Letter) -> bool:
    """The requester wants no more notices on this letter's case; ``False`` when that was said before."""
    case = letter.case
    if case is None or letter.kind not in NOTICES:
        return False
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        if case.events.filter(name=NO_MORE_NOTICES).exists():
            return False
        journal.record(case, NO_MORE_NOTICES, by=journal.REQUESTER)
    return True


def _status(index: str, now: datetime, *, unproved: bool) -> Letter.Status:
    if not unproved:
        return Letter.Status.QUEUED
    # Two forms at the same moment are counted one after the other.
    worklist.take_turns("unproved", index)
    recent = Letter.objects.filter(address_index=index, unproved=True, made_at__gt=now - timedelta(days=1))
    many = recent.exclude(status=Letter.Status.WITHHELD).count() >= UNPROVED_PER_DAY
    return Letter.Status.WITHHELD if many else Letter.Status.QUEUED


def read(letter: Letter) -> dict[str, str]:
    """``to``, ``subject``, ``text``."""
    return json.loads(sealing.unseal(letter.key, letter.sealed, "letter"))


def read_pdf(letter: Letter) -> bytes:
    """The PDF that went with it; raises ``LookupError`` when there is none."""
    if letter.sealed_pdf is None:
        raise LookupError("This letter has no PDF.")
    return sealing.unseal(letter.key, letter.sealed_pdf, "letter-pdf")


def send_waiting() -> int:
    """Send every letter whose time has come, at most two hundred at once; one that cannot be is no bar to others."""
    sent = 0
    with worklist.alone(LOCK_SPACE, EVERY_LETTER) as mine:
        due = Letter.objects.filter(status=Letter.Status.QUEUED, next_try_at__lte=timezone.now())
        for pk in due.order_by("next_try_at").values_list("pk", flat=True)[:200] if mine else ():
            try:
                sent += send(pk)
            except Exception:
                log.exception("a letter could not be sent, letter %s", pk)
    return sent


def send(pk: int, case: Case | None = None) -> bool:
    """Send one letter if nobody else is; a refusal or a dead server means another try later.

    ``case`` is the letter's, where it has just been read.
    """
    with worklist.alone(LOCK_SPACE, pk) as mine:
        letter = Letter.objects.select_related("key", *(() if case else ("case",))).get(pk=pk)
        if case:
            letter.case = case
        if not mine or letter.status != Letter.Status.QUEUED or _may_be_undone(letter):
            return False
        # Noted before anything can go wrong: the next try is due later even if we die, or fail as nobody foresaw.
        letter.attempts += 1
        pause = min(timedelta(seconds=30) * 2 ** min(letter.attempts - 1, 7), timedelta(hours=1))
        letter.next_try_at = timezone.now() + pause
        if letter.attempts > GIVE_UP_AFTER:
            letter.status, letter.next_try_at = Letter.Status.FAILED, None
        # Asked again under the row's lock: somebody may be taking it back at this very moment.
        still = Letter.objects.filter(pk=pk, status=Letter.Status.QUEUED, attempts=letter.attempts - 1)
        claimed = still.update(attempts=letter.attempts, next_try_at=letter.next_try_at, status=letter.status)
        if not claimed or letter.status == Letter.Status.FAILED:
            return False
        try:
            _send(letter)
        except (smtplib.SMTPException, OSError, *HOPELESS) as error:
            letter.trouble = type(error).__name__
            if letter.attempts >= GIVE_UP_AFTER or _is_final(error):
                letter.status, letter.next_try_at = Letter.Status.FAILED, None
            letter.save(update_fields=["trouble", "next_try_at", "status"])
            return False
        letter.status, letter.sent_at, letter.next_try_at, letter.trouble = (
            Letter.Status.SENT, timezone.now(), None, ""
        )  # fmt: skip
        letter.save(update_fields=["attempts", "status", "sent_at", "next_try_at", "trouble"])
    return True


def _is_final(error: Exception) -> bool:
    """A refusal for good (5yz); a refusal for now (4yz), as of a greylist, is tried again (RFC 5321, 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _reply in error.recipients.values())
    return isinstance(error, HOPELESS) or (isinstance(error, texting.NotTexted) and error.final)


def _may_be_undone(letter: Letter) -> bool:
    return letter.attempts == 0 and letter.next_try_at is not None and letter.next_try_at > timezone.now()


def _send(letter: Letter) -> None:
    content = read(letter)
    if content.get("stale_at", "") and datetime.fromisoformat(content["stale_at"]) <= timezone.now():
        raise texting.NotTexted("stale", final=True)
    if not is_number(content["to"]):
        build_mail(letter, content).send()
        return
    texting.provider().send(
        to=content["to"], text=content["text"], language=letter.language, kind=letter.kind,
        once=letter.message_id,
    )  # fmt: skip
