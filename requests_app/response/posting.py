"""An answer on paper: laid ready when it is approved and carried out, given only on the day a person posted it.

The law counts the day on which we hand it over; that this is the day of posting is our own rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from identity import evidence, sealing, vault
from identity.models import User
from requests_app import doubts, journal, law, lifecycle, register, subject
from requests_app.journal import FOLLOW_UP, IllegalMove
from requests_app.letters import by_post, outbox, pdf
from requests_app.letters.text import LetterText
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Letter, Package, Paper
from requests_app.response import deliver, package, printed, rows
from requests_app.response.ledger import Ledger
from requests_app.response.post_address import NotPosted, refuse_unless_theirs

WAITS = "posting"
LAID_READY, MARKED, UNMARKED = "laid_ready_to_post", "marked_posted", "posting_undone"
TAKEN, RENEWED = "letter_printed", "post_letter_renewed"
SO_FAR = "answered_so_far"
OF_AN_ANSWER = (State.FULFILLING, State.RESPONDING)
"""Where an approved answer stands; in any other state there is nothing to post."""
LONGEST_CARRIER, LONGEST_NUMBER = 60, 60


class StillUndoable(Exception):
    """The seconds in which it can be taken back have not passed; the sweep asks again."""


@dataclass(frozen=True)
class Posting:
    """What a member of staff says about it; the carrier and its number may be empty."""

    posted_on: date | None
    carrier: str
    number: str
    proof: bytes
    """A scan or picture: the receipt, the franked envelope, the post book."""


def lies_ready(case: Case) -> bool:
    """Whether the answer that is due now lies there already; an answer so far is replaced by the whole."""
    letter = by_post.laid_ready(case)
    if letter is None:
        return False
    return by_post.is_marked(letter) or not by_post.read(letter)["known"]["so_far"]


def lay_ready(case: Case, ledger: Ledger, letter: LetterText, made: Package | None, *, so_far: bool) -> bool:
    """Print it to wait for somebody to post it; ``False`` when the case moved or one was posted meanwhile."""
    told = subject.read(case)
    annex = printed.annex(ledger) if made and not told.fetches else printed.NOTHING
    document = pdf.render(letter, posted=pdf.Posted(by_post.addressed(told), annex.sections, annex.heading))
    known = {
        "so_far": so_far, "outcome": ledger.outcome, "grounds": list(ledger.grounds), "digest": letter.digest,
        "package": made.digest if made else "", "enclose": bool(annex.sections) and annex.needs_files,
        "fetched": bool(made and told.fetches),
    }  # fmt: skip
    with transaction.atomic():
        try:
            journal.keep_still(case)
        except IllegalMove:
            return False
        case.refresh_from_db(fields=["sealed_subject"])
        if subject.read(case).post_to != told.post_to or not by_post.withdraw(case, "replaced"):
            # Typesetting takes a while; a letter to an address given up meanwhile must not lie here.
            return False
        kept = by_post.lay_ready(
            case, to="\n".join(by_post.addressed(told)), letter=letter, pdf=document, known=known
        )
        journal.record(
            case, LAID_READY, by=journal.PIPELINE, waits_for=WAITS,
            references={"letter": kept.pk, "sha256": letter.digest}
            | ({"package": made.digest} if made else {}),
        )  # fmt: skip
    return True


def take(case: Case, letter: Letter, *, by: User) -> bytes:
    """The PDF to print, on the journal. Raises :class:`NotPosted`."""
    refuse_unless_theirs(case, by)
    if case.state not in OF_AN_ANSWER:
        raise NotPosted([("", "changed")])
    if doubts.block_release(case) and case.outcome != Outcome.NOT_IDENTIFIED:
        raise NotPosted([("", "doubt")])
    content = outbox.read_pdf(letter)
    journal.record(case, TAKEN, by=journal.staff(by.pk), references={"letter": letter.pk})
    return content


def mark(case: Case, letter: Letter, said: Posting, *, by: User) -> None:
    """Somebody posted it; after ten seconds that counts. Raises :class:`NotPosted`."""
    refuse_unless_theirs(case, by)
    if found := _problems(case, letter, said):
        raise NotPosted(found)
    try:
        kind = evidence.recognise(said.proof)
    except evidence.NotKept as refusal:
        raise NotPosted([("proof", f"proof_{refusal.why}")]) from None
    stored = vault.write(case.key, (said.proof,), Paper.SEALED_AS)
    try:
        with transaction.atomic():
            locked = _locked(case, letter)
            if locked is None or by_post.is_marked(locked):
                raise NotPosted([("", "changed")])
            paper = Paper.objects.create(
                case=case, evidence=Paper.POSTED, content_type=kind, path=stored.path, size=stored.size,
                digest=stored.digest, by=by, added_at=timezone.now(),
                sealed_name=sealing.seal(case.key, Paper.POSTED.encode(), Paper.SEALED_AS),
            )  # fmt: skip
            posting = {
                "posted_on": said.posted_on.isoformat(), "carrier": said.carrier, "number": said.number,
                "paper": paper.pk,
            }  # fmt: skip
            by_post.note_posting(case, locked, posting)
            Letter.objects.filter(pk=locked.pk).update(next_try_at=timezone.now() + outbox.UNDO_WITHIN)
            event = journal.record(
                case, MARKED, by=journal.staff(by.pk), follow=True,
                references={"letter": locked.pk, "posted_on": said.posted_on.isoformat(),
                            "proof": stored.digest},
            )  # fmt: skip
            wait = outbox.UNDO_WITHIN.total_seconds() + 1
            transaction.on_commit(
                lambda: current_app.send_task(FOLLOW_UP, [event.pk], countdown=wait), robust=True
            )
    except BaseException:
        # No row, no file.
        vault.remove(stored.path)
        raise


def renew(case: Case, *, by: User) -> bool:
    """Put the letter together anew, with files of a new date; ``False`` when it was posted meanwhile."""
    refuse_unless_theirs(case, by)
    letter = by_post.laid_ready(case)
    if letter is None or case.state not in OF_AN_ANSWER:
        return False
    with transaction.atomic():
        journal.keep_still(case)
        if not by_post.withdraw(case, "renewed"):
            return False
        digest = by_post.read(letter)["known"]["package"]
        for made in case.packages.filter(digest=digest, destroyed_at=None).select_related("key"):
            package.destroy(made)
        waits_for = "letter" if case.state == State.RESPONDING else "systems"
        journal.record(case, RENEWED, by=journal.staff(by.pk), follow=True, waits_for=waits_for)
    return True


def files_are_gone(case: Case, letter: Letter) -> bool:
    """Whether it names files that are gone, or have less than half of their days left: our own rule."""
    known, enough = by_post.read(letter)["known"], timezone.now() + timedelta(days=settings.PACKAGE_DAYS / 2)
    left = case.packages.filter(digest=known["package"], destroyed_at=None, expires_at__gt=enough)
    return known["fetched"] and not left.exists()


def files_are_to_be_taken(case: Case, letter: Letter) -> bool:
    """Whether it says that a data carrier lies beside it, and nobody has taken the files for one."""
    taken = case.events.filter(name=deliver.TAKEN_FOR_POST, at__gte=letter.made_at)
    return by_post.read(letter)["known"]["enclose"] and not taken.exists()


def take_files(case: Case, made: Package, *, by: User) -> Iterator[bytes]:
    """For the data carrier that goes with a printed copy. Raises :class:`NotPosted`, and ``PackageGone``."""
    refuse_unless_theirs(case, by)
    if doubts.block_release(case):
        raise NotPosted([("", "doubt")])
    return deliver.hand_over(case, made, by=journal.staff(by.pk))


def take_back(case: Case, letter: Letter, *, by: User) -> bool:
    """It was not posted after all; ``False`` when the seconds are over. Raises :class:`NotPosted`."""
    refuse_unless_theirs(case, by)
    with transaction.atomic():
        locked = _locked(case, letter)
        if locked is None or locked.next_try_at is None or locked.next_try_at <= timezone.now():
            return False
        proof = case.papers.get(pk=by_post.read(locked)["posting"]["paper"])
        by_post.note_posting(case, locked, {})
        Letter.objects.filter(pk=locked.pk).update(next_try_at=None)
        proof.delete()
        journal.record(case, UNMARKED, by=journal.staff(by.pk), references={"letter": locked.pk})
    vault.remove(proof.path)
    return True


def count(case: Case) -> None:
    """What was marked as posted counts: the answer is given, and the case closes unless systems are at work.

    Safe to run twice. Raises :class:`StillUndoable`.
    """
    letter = by_post.laid_ready(case)
    if letter is not None and letter.next_try_at is not None:
        if letter.next_try_at > timezone.now():
            raise StillUndoable
        with transaction.atomic():
            case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
            locked = _locked(case, letter)
            if locked is not None:
                _give(case, locked)
    if case.state == State.CLOSED:
        # Until it was posted it might have had to be printed anew.
        for work in rows.confirmed(case):
            vault.remove(work.result["path"])


def _give(case: Case, letter: Letter) -> None:
    known, on = by_post.read(letter)["known"], by_post.posted_on(letter)
    assert on is not None
    at = _moment(case, on)
    letter.status, letter.sent_at, letter.next_try_at = Letter.Status.SENT, at, None
    letter.save(update_fields=["status", "sent_at", "next_try_at"])
    references = {"letter": known["digest"], "posted_on": on.isoformat()}
    references |= {"package": known["package"]} if known["package"] else {}
    answered_at = case.answered_at or at
    if case.state not in OF_AN_ANSWER:
        # It was posted, and the case has gone back to the desk since: the answer counts, what it waits for is the desk's.
        journal.record(case, SO_FAR, by=journal.PIPELINE, references=references, answered_at=answered_at)
        return
    if known["so_far"] or case.state != State.RESPONDING:
        # Where the systems have come to an end meanwhile, the whole answer is put together now.
        journal.record(
            case, SO_FAR, by=journal.PIPELINE, references=references, answered_at=answered_at,
            waits_for="systems" if case.state == State.FULFILLING else "letter",
            follow=case.state == State.RESPONDING,
        )  # fmt: skip
        return
    journal.advance(
        case, lifecycle.ANSWER, by=journal.PIPELINE, outcome=Outcome(known["outcome"]), references=references,
        answered_at=answered_at, grounds=known["grounds"], waits_for="",
    )  # fmt: skip


def _problems(case: Case, letter: Letter, said: Posting) -> list[tuple[str, str]]:
    found = []
    zone = ZoneInfo(register.controller(case.controller).zone)
    if said.posted_on is None:
        found.append(("posted_on", "bad_date"))
    elif said.posted_on > timezone.now().astimezone(zone).date():
        found.append(("posted_on", "future"))
    elif said.posted_on < letter.made_at.astimezone(zone).date():
        found.append(("posted_on", "before_made"))
    if case.state not in OF_AN_ANSWER:
        found.append(("", "changed"))
    if files_are_gone(case, letter):
        found.append(("", "files_gone"))
    if files_are_to_be_taken(case, letter):
        found.append(("", "files_not_taken"))
    if not said.proof:
        found.append(("proof", "proof_empty"))
    if doubts.block_release(case) and case.outcome != Outcome.NOT_IDENTIFIED:
        found.append(("", "doubt"))
    return found


def _locked(case: Case, letter: Letter) -> Letter | None:
    """The letter as it is now, held; ``None`` when it is no longer to be posted."""
    Case.objects.select_for_update().get(pk=case.pk)
    waiting = Letter.objects.select_for_update(of=("self",)).select_related("key")
    return waiting.filter(pk=letter.pk, case=case, status=Letter.Status.TO_POST).first()


def _moment(case: Case, on: date) -> datetime:
    """Only the date is known; noon lies on it where the statute's clock hangs, and nothing is answered in the future."""
    zone = ZoneInfo(law.regime(case.regime, case.received_on).zone)
    return min(datetime.combine(on, time(12), zone), timezone.now())
