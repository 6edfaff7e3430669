"""What staff write on a case: a reply that leaves the house, a note that never does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from identity.flows import mandate
from identity.models import User
from requests_app import journal, subject, undoing
from requests_app.letters import by_post, conversation, mails, mentions, on_paper, outbox, pdf
from requests_app.models import Case, Letter, Message

LONGEST = 10_000
"""Characters that a person writes in a note or a reply."""
TAKEN_BACK = "letter_taken_back"
UNDONE = frozenset({"message_reply", "more_time"})
"""Letters that a person sends, and can take back for ten seconds; on paper, until they are posted."""


class NoAddress(Exception):
    """The requester has given no e-mail address, so a reply cannot leave by mail."""


def take_back(case: Case, letter: Letter, *, by: User) -> bool:
    """Undo a letter that a person wrote and that has not left; ``False`` when it is too late."""
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        hold_back = by_post.hold_back if letter.by_post else outbox.hold_back
        if letter.kind not in UNDONE or letter.case_id != case.pk or not hold_back(letter):
            return False
        # Whatever waited for it to leave learns that it does not.
        references = {"letter": letter.pk, "kind": letter.kind}
        journal.record(
            case, TAKEN_BACK, by=journal.staff(by.pk), references=references, follow=letter.by_post
        )
    return True


def write_note(case: Case, *, by: User, text: str, tell: Iterable[User] = ()) -> Message:
    """Kept for staff, sealed; the journal says that there is one and which colleagues are told, not what it says."""
    told = mentions.may_be_told(case, tell, by=by)
    with transaction.atomic():
        note = conversation.add(
            case, Message.Kind.NOTE, text=text[:LONGEST], written_at=timezone.now(), by_ref=str(by.pk)
        )
        mentions.keep(note, told)
        references = {"message": note.pk} | ({"mentions": [one.pk for one in told]} if told else {})
        journal.record(case, "note_written", by=journal.staff(by.pk), references=references)
    return note


def recipient(case: Case) -> tuple[str, bool]:
    """Where our letters about a case go, and whether that was shown to be theirs; an empty address if there is none."""
    told = subject.read(case)
    if told.representative:
        held = mandate.of(case.authority_matter)
        return told.writes_from, bool(held and held.holder_proved_at)
    return told.delivered_to


def goes_by_post(case: Case) -> bool:
    """Whether our letters about a case are printed and posted."""
    return bool(subject.read(case).post_to)


def is_reached(case: Case) -> bool:
    """Whether a reply has a way to go: by post, or to an e-mail address."""
    to, _proved = recipient(case)
    return goes_by_post(case) or bool(to and not outbox.is_number(to))


def reply(case: Case, *, by: User, text: str, once: str, released_by: User | None = None) -> Letter | None:
    """Queue it to the proved address, else to the one given; ``once`` makes a form sent twice one reply.

    Where letters go by post it is laid ready for that. The letter says whether it leaves: one too many to an unproved
    address is withheld. Whoever acts for another is the one who is written to, proved once they typed a code of their own.
    """
    (to, proved), on_paper_only = recipient(case), goes_by_post(case)
    if not is_reached(case):
        raise NoAddress
    with transaction.atomic():
        # The case before the address, in the order in which the pipeline takes both.
        Case.objects.select_for_update().get(pk=case.pk)
        if on_paper_only:
            letter = by_post.lay_notice_ready(
                case, kind="message_reply", once=f"reply-{once}", letter=on_paper.reply(case, text)
            )
        else:
            letter = outbox.queue(
                case=case, kind="message_reply", once=f"reply-{once}", to=to,
                words=mails.message_reply(case, text), unproved=not proved, undo_within=undoing.UNDO_WITHIN,
            )  # fmt: skip
        if letter is None:
            return None
        message = conversation.add(
            case, Message.Kind.REPLY, text=text, written_at=timezone.now(), by_ref=str(by.pk)
        )
        references = {"message": message.pk, "letter": letter.pk}
        if released_by is None:
            journal.record(case, "reply_written", by=journal.staff(by.pk), references=references)
        else:
            who = journal.staff(released_by.pk)
            journal.record(case, "reply_released", by=who, references=references | {"to": by.pk})
    return letter


@dataclass(frozen=True)
class Leaving:
    """A reply as it leaves."""

    to: str
    """The mail's address, or the lines in the window of the envelope."""
    by_post: bool
    subject: str
    text: str


def as_it_leaves(case: Case, text: str) -> Leaving:
    """The very words of the mail or the letter; raises :class:`NoAddress`."""
    if not is_reached(case):
        raise NoAddress
    if goes_by_post(case):
        letter = on_paper.reply(case, text)
        return Leaving("\n".join(by_post.addressed(subject.read(case))), True, letter.title, letter.plain())
    words = mails.message_reply(case, text)
    return Leaving(recipient(case)[0], False, words.subject, words.text)


def as_pdf(case: Case, text: str) -> bytes:
    """The letter on paper, with the page whose address the envelope shows."""
    posted = pdf.Posted(by_post.addressed(subject.read(case)))
    return pdf.render(on_paper.reply(case, text), posted=posted)
