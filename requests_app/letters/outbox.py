"""One outbox for every letter: queued in the transaction that decided it, sent by the worker, retried."""

from __future__ import annotations

import json
import logging
import secrets
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from identity import sealing, texting
from requests_app import register, worklist
from requests_app.letters.addresses import case_address
from requests_app.models import Case, Letter

log = logging.getLogger(__name__)
SEND = "requests_app.send_letter"
LOCK_SPACE, EVERY_LETTER = 0x1E77, 0
UNPROVED_PER_DAY = 3
GIVE_UP_AFTER = 40
"""With pauses that double to an hour, about a day and a half."""
HOPELESS = (ValueError, sealing.KeyDestroyed, sealing.SealBroken)
"""An address that no header takes, words that are no longer there: trying again changes nothing."""


@dataclass(frozen=True)
class Words:
    """Subject and plain text of a letter."""

    subject: str
    text: str


def render(kind: str, language: str, context: dict[str, object]) -> Words:
    """``templates/emails/<kind>.<language>.txt``: the first line is the subject."""
    whole = render_to_string(f"emails/{kind}.{language}.txt", context).strip()
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
) -> Letter | None:
    """Put a letter into the outbox; ``once`` names it so that a repeated step queues nothing twice.

    To a number (``+86…``) it goes as a text message. After ``stale_at`` it is not sent any more.

    A letter to an address nobody has proved to be theirs is withheld beyond
    three a day: a stranger's form must not fill somebody's mailbox.
    """
    now = timezone.now()
    index = sealing.blind(case.controller, "phone" if is_number(to) else "email", to)
    said = {"to": to, "subject": words.subject, "text": words.text}
    if stale_at:
        said["stale_at"] = stale_at.isoformat()
    content = json.dumps(said, ensure_ascii=False)
    try:
        with transaction.atomic():
            status = _status(index, now) if unproved else Letter.Status.QUEUED
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
                made_at=now,
                next_try_at=now if status == Letter.Status.QUEUED else None,
                message_id=f"<{secrets.token_hex(12)}@{settings.MAIL_DOMAIN}>",
            )
    except IntegrityError:
        return None
    if status == Letter.Status.QUEUED:
        transaction.on_commit(lambda: current_app.send_task(SEND, [letter.pk]), robust=True)
    return letter


def is_number(to: str) -> bool:
    """Whether a letter to this goes to a mobile phone: no e-mail address lacks the @."""
    return to.startswith("+") and "@" not in to


def leaves(letter: Letter | None) -> bool:
    """Whether this letter goes out: it was queued just now, and not withheld."""
    return letter is not None and letter.status == Letter.Status.QUEUED


def _status(index: str, now: datetime) -> Letter.Status:
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


def send(pk: int) -> bool:
    """Send one letter if nobody else is; a refusal or a dead server means another try later."""
    with worklist.alone(LOCK_SPACE, pk) as mine:
        letter = Letter.objects.select_related("case", "key").get(pk=pk)
        if not mine or letter.status != Letter.Status.QUEUED:
            return False
        # Noted before anything can go wrong: the next try is due later even if we die, or fail as nobody foresaw.
        letter.attempts += 1
        pause = min(timedelta(seconds=30) * 2 ** min(letter.attempts - 1, 7), timedelta(hours=1))
        letter.next_try_at = timezone.now() + pause
        if letter.attempts > GIVE_UP_AFTER:
            letter.status, letter.next_try_at = Letter.Status.FAILED, None
        letter.save(update_fields=["attempts", "next_try_at", "status"])
        if letter.status == Letter.Status.FAILED:
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


def _send(letter: Letter) -> None:
    content = read(letter)
    if content.get("stale_at", "") and datetime.fromisoformat(content["stale_at"]) <= timezone.now():
        raise texting.NotTexted("stale", final=True)
    if not is_number(content["to"]):
        _mail(letter).send()
        return
    texting.provider().send(
        to=content["to"], text=content["text"], language=letter.language, kind=letter.kind,
        once=letter.message_id,
    )  # fmt: skip


def _mail(letter: Letter) -> EmailMultiAlternatives:
    controller = register.controller(letter.controller)
    content = read(letter)
    name = controller.text(controller.name, letter.language)
    mail = EmailMultiAlternatives(
        subject=content["subject"],
        body=content["text"],
        # The pack may give the address with a name of its own; a header takes one.
        from_email=formataddr((name, parseaddr(controller.mail_from)[1])),
        to=[content["to"]],
        reply_to=[case_address(letter.case)],
        headers={
            "Message-ID": letter.message_id,
            # RFC 3834: marks our mail so that no automatic reply answers it.
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    html = render_to_string(
        "emails/frame.html",
        {
            "name": name,
            "language": letter.language,
            "paragraphs": content["text"].split("\n\n"),
            "brand": controller.brand.brand,
        },
    )
    mail.attach_alternative(html, "text/html")
    return mail
