"""What staff write on a case: a reply that leaves the house, a note that never does."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from identity.flows import mandate
from identity.models import User
from requests_app import journal, subject
from requests_app.letters import conversation, mails, outbox
from requests_app.models import Case, Letter, Message

LONGEST = 10_000


class NoAddress(Exception):
    """The requester has given no e-mail address, so a reply cannot leave by mail."""


def write_note(case: Case, *, by: User, text: str) -> Message:
    """Kept for staff, sealed; the journal says that there is one, not what it says."""
    with transaction.atomic():
        note = conversation.add(
            case, Message.Kind.NOTE, text=text[:LONGEST], written_at=timezone.now(), by_ref=str(by.pk)
        )
        journal.record(case, "note_written", by=journal.staff(by.pk), references={"message": note.pk})
    return note


def reply(case: Case, *, by: User, text: str, once: str) -> Letter | None:
    """Queue it to the proved address, else to the one given; ``once`` makes a form sent twice one reply.

    The letter says whether it leaves: one too many to an unproved address is withheld.
    Whoever acts for another is the one who is written to, proved once they typed a code of their own.
    """
    told = subject.read(case)
    to, proved = told.delivered_to
    if told.representative:
        held = mandate.of(case.authority_matter)
        to, proved = told.writes_from, bool(held and held.holder_proved_at)
    if not to or outbox.is_number(to):
        raise NoAddress
    with transaction.atomic():
        # The case before the address, in the order in which the pipeline takes both.
        Case.objects.select_for_update().get(pk=case.pk)
        letter = outbox.queue(
            case=case, kind="message_reply", once=f"reply-{once}", to=to,
            words=mails.message_reply(case, text[:LONGEST]), unproved=not proved,
        )  # fmt: skip
        if letter is None:
            return None
        message = conversation.add(
            case, Message.Kind.REPLY, text=text[:LONGEST], written_at=timezone.now(), by_ref=str(by.pk)
        )
        journal.record(
            case, "reply_written", by=journal.staff(by.pk),
            references={"message": message.pk, "letter": letter.pk},
        )  # fmt: skip
    return letter
