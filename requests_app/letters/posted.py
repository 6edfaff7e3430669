"""What became of a letter on paper: printed, marked as posted with ten seconds to undo, and counted.

The law counts the day on which we hand it over; that this is the day of posting is our own rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from identity import evidence, sealing, vault
from identity.models import User
from requests_app import journal, law, undoing
from requests_app.letters import by_post, outbox
from requests_app.letters.post_address import NotPosted, refuse_unless_theirs
from requests_app.models import Case, Letter, Paper

TAKEN, MARKED, UNMARKED = "letter_printed", "marked_posted", "posting_undone"
LONGEST_CARRIER, LONGEST_NUMBER = 60, 60
Problem = tuple[str, str]


@dataclass(frozen=True)
class Posting:
    """What a member of staff says about it; the carrier and its number may be empty, and the proof where none is needed."""

    posted_on: date | None
    carrier: str
    number: str
    proof: bytes
    """A scan or picture: the receipt, the franked envelope, the post book."""


def take(case: Case, letter: Letter, *, by: User, against: Sequence[Problem]) -> bytes:
    """The PDF to print, on the journal. Raises :class:`NotPosted`; ``against`` is what speaks against it."""
    refuse_unless_theirs(case, by)
    if against:
        raise NotPosted(list(against))
    content = outbox.read_pdf(letter)
    references = {"letter": letter.pk, "kind": letter.kind}
    journal.record(case, TAKEN, by=journal.staff(by.pk), references=references)
    return content


def must_be_proved(letter: Letter, leave_by: date | None, said: Posting, today: date) -> bool:
    """Whether a proof must be attached: for an answer, and for whatever is said after its last day to have left in time.

    No statute asks for one: of every other letter a named person's word on the journal is enough. But nobody is to
    mend a missed day by a word alone. Our own rule.
    """
    if letter.kind == by_post.KIND:
        return True
    return leave_by is not None and said.posted_on is not None and said.posted_on <= leave_by < today


def mark(case: Case, letter: Letter, said: Posting, *, by: User, against: Sequence[Problem]) -> None:
    """Somebody posted it; after ten seconds that counts. Raises :class:`NotPosted`.

    ``against`` is what speaks against posting it, besides what speaks against what is said.
    """
    refuse_unless_theirs(case, by)
    if found := [*_problems(case, letter, said), *against]:
        raise NotPosted(found)
    posting = {"posted_on": said.posted_on.isoformat(), "carrier": said.carrier, "number": said.number}
    references = {"letter": letter.pk, "kind": letter.kind, "posted_on": posting["posted_on"]}

    def write(paper: Paper | None) -> None:
        locked = _locked(case, letter)
        if locked is None or by_post.is_marked(locked):
            raise NotPosted([("", "changed")])
        known = {"paper": paper.pk} if paper else {}
        by_post.note_posting(case, locked, posting | known)
        Letter.objects.filter(pk=locked.pk).update(next_try_at=timezone.now() + undoing.UNDO_WITHIN)
        event = journal.record(
            case, MARKED, by=journal.staff(by.pk), follow=True,
            references=references | ({"proof": paper.digest} if paper else {}),
        )  # fmt: skip
        undoing.follow_once_it_counts(event)

    with_paper(case, said.proof, Paper.POSTED, "proof", by, write)


def take_back(case: Case, letter: Letter, *, by: User) -> bool:
    """It was not posted after all; ``False`` when the seconds are over. Raises :class:`NotPosted`."""
    refuse_unless_theirs(case, by)
    with transaction.atomic():
        locked = _locked(case, letter)
        if locked is None or locked.next_try_at is None or locked.next_try_at <= timezone.now():
            return False
        proof = case.papers.filter(pk=by_post.read(locked)["posting"].get("paper")).first()
        by_post.note_posting(case, locked, {})
        Letter.objects.filter(pk=locked.pk).update(next_try_at=None)
        if proof is not None:
            proof.delete()
        references = {"letter": locked.pk, "kind": locked.kind}
        journal.record(case, UNMARKED, by=journal.staff(by.pk), references=references)
    if proof is not None:
        vault.remove(proof.path)
    return True


def count(case: Case, given: Mapping[str, Callable[[Case, Letter], None]]) -> None:
    """What was marked as posted counts, and ``given`` says by the letter's kind what follows from that.

    Safe to run twice. Raises :class:`undoing.StillUndoable` while one of them can still be taken back.
    """
    marked = [letter for letter in by_post.all_laid_ready(case) if letter.next_try_at is not None]
    for letter in marked:
        if letter.next_try_at > timezone.now():
            continue
        with transaction.atomic():
            fresh = Case.objects.select_for_update(of=("self",)).select_related("key", "submission")
            fresh_case = fresh.get(pk=case.pk)
            locked = _locked(fresh_case, letter)
            if locked is not None and locked.next_try_at is not None:
                _count(fresh_case, locked, given)
    if any(letter.next_try_at > timezone.now() for letter in marked):
        raise undoing.StillUndoable


def was_printed(case: Case, letter: Letter) -> bool:
    """Whether somebody took it to print it as it is now."""
    taken = case.events.filter(name=TAKEN, at__gte=letter.made_at, references__letter=letter.pk)
    return taken.exists()


def moment(case: Case, on: date) -> datetime:
    """Only the date is known; noon lies on it where the statute's clock hangs, and nothing happens in the future."""
    zone = ZoneInfo(law.regime(case.regime, case.received_on).zone)
    return min(datetime.combine(on, time(12), zone), timezone.now())


def _count(case: Case, letter: Letter, given: Mapping[str, Callable[[Case, Letter], None]]) -> None:
    on = by_post.posted_on(letter)
    assert on is not None
    letter.status, letter.sent_at, letter.next_try_at = Letter.Status.SENT, moment(case, on), None
    letter.save(update_fields=["status", "sent_at", "next_try_at"])
    if letter.kind != by_post.REPLY:
        # Another of the same is on its way: of the one that came back nothing is left to do.
        back = case.letters.filter(by_post=True, kind=letter.kind, bounced_at__isnull=False, seen_at=None)
        back.update(seen_at=timezone.now())
    if letter.kind in given:
        given[letter.kind](case, letter)


def _problems(case: Case, letter: Letter, said: Posting) -> list[Problem]:
    found: list[Problem] = []
    today, leave_by = by_post.today(case), by_post.leave_by(letter)
    if said.posted_on is None:
        found.append(("posted_on", "bad_date"))
    elif said.posted_on > today:
        found.append(("posted_on", "future"))
    elif said.posted_on < letter.made_at.astimezone(by_post.zone(case)).date():
        found.append(("posted_on", "before_made"))
    elif letter.kind == "more_time" and leave_by is not None and said.posted_on > leave_by:
        found.append(("posted_on", "too_late"))
    if letter.kind != by_post.KIND and not was_printed(case, letter):
        # Its address may have changed since; an answer to another address is another letter.
        found.append(("", "not_printed"))
    if not said.proof and must_be_proved(letter, leave_by, said, today):
        found.append(("proof", "proof_empty" if letter.kind == by_post.KIND else "proof_late"))
    return found


def with_paper(
    case: Case, content: bytes, kind: str, field: str, by: User, write: Callable[[Paper | None], None]
) -> None:
    """Do it in one transaction with the scan, if there is one. Raises :class:`NotPosted` for a scan that is none."""
    if not content:
        with transaction.atomic():
            write(None)
        return
    try:
        content_type = evidence.recognise(content)
    except evidence.NotKept as refusal:
        raise NotPosted([(field, f"proof_{refusal.why}")]) from None
    stored = vault.write(case.key, (content,), Paper.SEALED_AS)
    try:
        with transaction.atomic():
            paper = Paper.objects.create(
                case=case, evidence=kind, content_type=content_type, path=stored.path, size=stored.size,
                digest=stored.digest, by=by, added_at=timezone.now(),
                sealed_name=sealing.seal(case.key, kind.encode(), Paper.SEALED_AS),
            )  # fmt: skip
            write(paper)
    except BaseException:
        # No row, no file.
        vault.remove(stored.path)
        raise


def _locked(case: Case, letter: Letter) -> Letter | None:
    """The letter as it is now, held; ``None`` when it is no longer to be posted."""
    Case.objects.select_for_update().get(pk=case.pk)
    waiting = Letter.objects.select_for_update(of=("self",)).select_related("key")
    return waiting.filter(pk=letter.pk, case=case, status=Letter.Status.TO_POST).first()
