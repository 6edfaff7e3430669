"""What became of a letter on paper: printed, marked as posted with ten seconds to undo, counted, or brought back by the post.

The law counts the day on which we hand it over; that this is the day of posting is our own rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from celery import current_app
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from identity import evidence, sealing, vault
from identity.models import User
from requests_app import doubts, journal, law, lifecycle, subject
from requests_app.journal import FOLLOW_UP
from requests_app.letters import by_post, outbox
from requests_app.letters.post_address import NotPosted, refuse_unless_theirs
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Doubt, Letter, Paper

TAKEN, MARKED, UNMARKED = "letter_printed", "marked_posted", "posting_undone"
RETURNED = lifecycle.LETTER_RETURNED.name
LONGEST_CARRIER, LONGEST_NUMBER = 60, 60
WHY_RETURNED = frozenset({"moved", "unknown", "refused", "not_fetched", "other"})
"""Why the post brought it back, by code."""
GIVEN_AGAIN = frozenset({Outcome.GRANTED, Outcome.GRANTED_IN_PART, Outcome.REFUSED, Outcome.NOT_FOUND, Outcome.NOT_IDENTIFIED})  # fmt: skip
"""Outcomes of an answer; a case that was withdrawn or joined has none to give again."""

Problem = tuple[str, str]


class StillUndoable(Exception):
    """The seconds in which it can be taken back have not passed; the sweep asks again."""


@dataclass(frozen=True)
class Posting:
    """What a member of staff says about it; the carrier and its number may be empty, and the proof where none is needed."""

    posted_on: date | None
    carrier: str
    number: str
    proof: bytes
    """A scan or picture: the receipt, the franked envelope, the post book."""


@dataclass(frozen=True)
class Return:
    """What a member of staff says about a letter that came back."""

    returned_on: date | None
    reason: str
    """A code of :data:`WHY_RETURNED`."""
    scan: bytes
    """A picture of it; may be empty."""


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
        Letter.objects.filter(pk=locked.pk).update(next_try_at=timezone.now() + outbox.UNDO_WITHIN)
        event = journal.record(
            case, MARKED, by=journal.staff(by.pk), follow=True,
            references=references | ({"proof": paper.digest} if paper else {}),
        )  # fmt: skip
        wait = outbox.UNDO_WITHIN.total_seconds() + 1
        transaction.on_commit(
            lambda: current_app.send_task(FOLLOW_UP, [event.pk], countdown=wait), robust=True
        )

    _with_paper(case, said.proof, Paper.POSTED, "proof", by, write)


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

    Safe to run twice. Raises :class:`StillUndoable` while one of them can still be taken back.
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
        raise StillUndoable


def come_back(case: Case, letter: Letter, said: Return, *, by: User) -> None:
    """The post brought a posted letter back: a doubt about the address, and an answer is to be given again.

    That it was posted, and when, stays on record. Raises :class:`NotPosted`.
    """
    refuse_unless_theirs(case, by)
    if found := _problems_of_return(case, letter, said):
        raise NotPosted(found)
    assert said.returned_on is not None
    day = said.returned_on

    def write(paper: Paper | None) -> None:
        fresh = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        locked = Letter.objects.select_for_update(of=("self",)).select_related("key").get(pk=letter.pk)
        if locked.bounced_at is not None:
            raise NotPosted([("", "changed")])
        locked.bounced_at, locked.bounce, locked.seen_at = moment(case, day), said.reason, None
        locked.save(update_fields=["bounced_at", "bounce", "seen_at"])
        who = journal.staff(by.pk)
        doubts.raise_doubt(fresh, Doubt.Kind.POSTAL, by=who, references={"returned": locked.pk})
        references = {"letter": locked.pk, "kind": locked.kind, "returned_on": day.isoformat()}
        references |= {"proof": paper.digest} if paper else {}
        if _is_the_answer(fresh, letter):
            # Given it is, on the day it was posted; but the person does not have it.
            journal.advance(
                fresh, lifecycle.LETTER_RETURNED, by=who, reason=said.reason, references=references,
                closed_at=None, purge_on=None, log_until=None, waits_for="letter",
            )  # fmt: skip
        else:
            journal.record(fresh, RETURNED, by=who, reason=said.reason, references=references)

    _with_paper(case, said.scan, Paper.RETURNED, "scan", by, write)


def again(case: Case, letter: Letter, *, by: User) -> Letter:
    """A letter that came back, but for the answer, is laid ready for the address of now. Raises :class:`NotPosted`.

    The case may be closed: what is not the answer and still has something to say is to arrive all the same.
    """
    refuse_unless_theirs(case, by)
    if letter.kind == by_post.KIND or letter.bounced_at is None:
        raise NotPosted([("", "changed")])
    if by_post.moot([letter]):
        raise NotPosted([("", "moot")])
    if not subject.read(case).post_to:
        raise NotPosted([("", "by_mail")])
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        laid = by_post.lay_again(case, letter)
        if laid is None:
            raise NotPosted([("", "changed")])
        if is_given_up(case, laid.address_index):
            transaction.set_rollback(True)
            raise NotPosted([("", "came_back")])
        Letter.objects.filter(pk=letter.pk).update(seen_at=timezone.now())
    return laid


def was_printed(case: Case, letter: Letter) -> bool:
    """Whether somebody took it to print it as it is now."""
    taken = case.events.filter(name=TAKEN, at__gte=letter.made_at, references__letter=letter.pk)
    return taken.exists()


def moment(case: Case, on: date) -> datetime:
    """Only the date is known; noon lies on it where the statute's clock hangs, and nothing happens in the future."""
    zone = ZoneInfo(law.regime(case.regime, case.received_on).zone)
    return min(datetime.combine(on, time(12), zone), timezone.now())


def is_given_up(case: Case, address_index: str) -> bool:
    """Whether the post brought a letter back from there, and nobody has settled since that it is the right address."""
    return (case.pk, address_index) in given_up([case])


def given_up(cases: Iterable[Case]) -> set[tuple[int, str]]:
    """All such addresses of these cases, each behind its case's number; one query for them all."""
    known = {case.pk: case for case in cases}
    doubted = Doubt.objects.filter(case=OuterRef("case"), kind=Doubt.Kind.POSTAL, closed_at=None)
    back = Letter.objects.filter(case__in=list(known), by_post=True, bounced_at__isnull=False)
    told = back.annotate(doubted=Exists(doubted)).values_list("case", "address_index", "seen_at", "doubted")
    return {
        (case, address_index)
        for case, address_index, seen_at, doubted in told
        # Where nothing can be doubted, nothing else says that somebody looked at it.
        if (doubted if doubts.applies(known[case]) else seen_at is None)
    }


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


def _is_the_answer(case: Case, letter: Letter) -> bool:
    """Whether it is what closed the case: neither an answer so far nor one that a later answer replaced."""
    if letter.kind != by_post.KIND or case.state != State.CLOSED or case.outcome not in GIVEN_AGAIN:
        return False
    later = case.letters.filter(pk__gt=letter.pk, kind__in=[by_post.KIND, "answer", "not_identified"])
    return not later.exclude(status=Letter.Status.WITHHELD).exists()


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


def _problems_of_return(case: Case, letter: Letter, said: Return) -> list[Problem]:
    found: list[Problem] = []
    if not letter.by_post or letter.status != Letter.Status.SENT or letter.bounced_at is not None:
        found.append(("", "changed"))
    elif said.returned_on is None:
        found.append(("returned_on", "bad_date"))
    elif said.returned_on > by_post.today(case):
        found.append(("returned_on", "future"))
    elif said.returned_on < (by_post.posted_on(letter) or said.returned_on):
        found.append(("returned_on", "before_posted"))
    if said.reason not in WHY_RETURNED:
        found.append(("reason", "why_returned"))
    return found


def _with_paper(
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
