"""A kept mail read again for staff: what it says, what it seems to ask for, its cases opened by hand."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from identity import sealing
from requests_app import register
from requests_app.intake import mime
from requests_app.intake.open_case import Arrival, Opened, open_from
from requests_app.intake.quoted import own_words
from requests_app.intake.sort import Verdict, decide, sort
from requests_app.models import Channel, Submission, Tray
from requests_app.register import Controller


def verdict_on(controller: Controller, mail: mime.Mail, received_at: datetime) -> Verdict:
    """What the writer's own words ask for; what is only quoted is never more than a suggestion."""
    words = own_words(mail.text)
    if words or not (mail.text or mail.forwarded):
        return decide(controller, sort(mail.subject, words), received_at.date())
    # A mail forwarded without a word may hold somebody's request, which a person must see.
    everything = f"{mail.text}\n\n{mail.forwarded}".replace(">", " ")
    quoted = decide(controller, sort(mail.subject, everything), received_at.date())
    return Verdict((), {}, (*quoted.rights, *quoted.others), quoted.doubts)


def read_again(submission: Submission) -> tuple[mime.Mail, Verdict]:
    """A kept mail and what its words suggest, for staff; raises ``UnreadableMail`` or ``KeyDestroyed``."""
    controller = register.controller(submission.controller)
    mail = mime.read(sealing.unseal(submission.key, submission.sealed, "submission"))
    return mail, verdict_on(controller, mail, submission.received_at)


def open_held(submission: Submission, rights: tuple[str, ...], *, sender: str = "") -> Opened:
    """Staff found a held mail to be a request: its cases start from the day it came.

    ``sender`` is the requester's address where the mail itself names none or several.
    """
    raw = sealing.unseal(submission.key, submission.sealed, "submission")
    try:
        mail = mime.read(raw)
    except mime.UnreadableMail:
        mail = mime.Mail(sender="", senders=0, name="", subject="", text="", attachments=())
    arrival = Arrival(
        controller=register.controller(submission.controller),
        channel=Channel.EMAIL,
        received_at=submission.received_at,
        language=submission.language,
        verbatim=raw,
        arrival_key=submission.arrival_key,
        name=mail.name,
        email=mail.sender or sender,
        rights=rights,
    )
    with transaction.atomic():
        locked = Submission.objects.select_for_update().get(pk=submission.pk)
        had = set(locked.cases.values_list("right", flat=True))
        if had & set(rights):
            return Opened(locked, tuple(locked.cases.order_by("pk")), {}, repeated=True)
        opened = open_from(locked, arrival)
        Submission.objects.filter(pk=locked.pk).update(tray=Tray.OPENED, reason="")
    return opened


def set_aside(submission: Submission, reason: str) -> bool:
    """Staff found that it asks for nothing; it stays sealed and can be brought back. False if already handled."""
    held = Submission.objects.filter(pk=submission.pk, tray=Tray.HELD)
    return bool(held.update(tray=Tray.IGNORED, reason=f"staff:{reason}"[:60]))


def bring_back(submission: Submission) -> bool:
    """Undo :func:`set_aside`, and only that."""
    aside = Submission.objects.filter(pk=submission.pk, tray=Tray.IGNORED, reason__startswith="staff:")
    return bool(aside.update(tray=Tray.HELD, reason="brought_back"))
