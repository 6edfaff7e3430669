"""An answer on paper: laid ready when it is approved and carried out, given only on the day a person posted it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from identity import vault
from identity.models import User
from requests_app import doubts, journal, lifecycle, subject, worklist
from requests_app.journal import IllegalMove
from requests_app.letters import brought_back, by_post, pdf, posted
from requests_app.letters.post_address import NotPosted, refuse_unless_theirs
from requests_app.letters.text import LetterText
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Letter, Package
from requests_app.response import deliver, package, printed, rows, to_read
from requests_app.response.ledger import ACCESS, Ledger

WAITS = "posting"
LAID_READY, RENEWED = "laid_ready_to_post", "post_letter_renewed"
SO_FAR = "answered_so_far"
OF_AN_ANSWER = (State.FULFILLING, State.RESPONDING)
"""Where an approved answer stands; in any other state there is nothing to post."""


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
    page = pdf.lay_out(letter, posted=pdf.Posted(by_post.addressed(told), annex.sections, annex.heading))
    document = pdf.typeset(page)
    known = {
        "so_far": so_far, "outcome": ledger.outcome, "grounds": list(ledger.grounds), "digest": letter.digest,
        "package": made.digest if made else "", "enclose": bool(annex.sections) and annex.needs_files,
        "fetched": bool(made and told.fetches),
    } | (to_read.counted(ledger) if made else {})  # fmt: skip
    with transaction.atomic():
        try:
            journal.keep_still(case)
        except IllegalMove:
            return False
        case.refresh_from_db(fields=["sealed_subject"])
        if subject.read(case).post_to != told.post_to or not by_post.withdraw(case, "replaced"):
            # Typesetting takes a while; a letter to an address given up meanwhile must not lie here.
            return False
        kept = by_post.lay_answer_ready(case, letter=letter, page=page, document=document, known=known)
        journal.record(
            case, LAID_READY, by=journal.PIPELINE, waits_for=WAITS,
            references={"letter": kept.pk, "sha256": letter.digest}
            | ({"package": made.digest} if made else {}),
        )  # fmt: skip
    return True


def take(case: Case, letter: Letter, *, by: User) -> bytes:
    """The PDF of any letter that waits to be posted, on the journal. Raises :class:`NotPosted`."""
    return posted.take(case, letter, by=by, against=_against_any(case, letter))


def mark(case: Case, letter: Letter, said: posted.Posting, *, by: User) -> None:
    """Somebody posted it; after ten seconds that counts. Raises :class:`NotPosted`."""
    against = [*_against_any(case, letter), *_against_an_answer(case, letter)]
    posted.mark(case, letter, said, by=by, against=against)


def stopped(letters: Sequence[Letter]) -> dict[int, list[str]]:
    """Those of the letters, by number, that may be neither printed nor posted yet, with all that stops each.

    ``doubt``: of an answer, while one is open. ``came_back``: the post brought a letter back from this address.
    Two queries for them all.
    """
    cases = {letter.case_id: letter.case for letter in letters}.values()
    doubted, given_up = _doubted(cases), brought_back.given_up(cases)
    found: dict[int, list[str]] = {}
    for letter in letters:
        if letter.kind == by_post.KIND and letter.case_id in doubted:
            found.setdefault(letter.pk, []).append("doubt")
        if (letter.case_id, letter.address_index) in given_up:
            found.setdefault(letter.pk, []).append("came_back")
    return found


def renew(case: Case, *, by: User) -> bool:
    """Put the letter together anew, with files of a new date; ``False`` when it was posted meanwhile."""
    refuse_unless_theirs(case, by)
    letter = by_post.laid_ready(case)
    if letter is None or not may_renew(case, letter):
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


def may_renew(case: Case, letter: Letter) -> bool:
    """Whether it can be put together anew: not where it was given once, and what it was made from is gone."""
    given_before = by_post.read(letter)["known"].get("again", False)
    return letter.kind == by_post.KIND and case.state in OF_AN_ANSWER and not given_before


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


def clear_rows(case: Case) -> None:
    """What a copy was made from goes once it was posted: until then it might have had to be printed anew."""
    if case.state == State.CLOSED:
        for work in rows.confirmed(worklist.latest_round(case, ACCESS)):
            vault.remove(work.result["path"])


def give(case: Case, letter: Letter) -> None:
    """It counts as posted: the answer is given, and the case closes unless systems are at work."""
    known, on = by_post.read(letter)["known"], by_post.posted_on(letter)
    assert on is not None
    by_post.withdraw_notices(case, "answered")
    references = {"letter": known["digest"], "posted_on": on.isoformat()}
    references |= {"package": known["package"]} if known["package"] else {}
    references |= {to_read.LEFT_OUT: known[to_read.LEFT_OUT]} if to_read.LEFT_OUT in known else {}
    answered_at = case.answered_at or letter.sent_at
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


@dataclass(frozen=True)
class Came:
    """How and when the case last came to wait for its answer."""

    name: str
    at: datetime
    references: dict[str, Any]


def last_came(case: Case) -> Came | None:
    """``None`` where it never did."""
    came = case.events.filter(to_state=State.RESPONDING).exclude(from_state=State.RESPONDING)
    last = came.order_by("-number").values_list("name", "at", "references").first()
    return Came(*last) if last else None


def came_back(case: Case, came: Came | None) -> Letter | None:
    """The answer that the post brought back, while the case waits to give it again."""
    if came is None or came.name != brought_back.RETURNED:
        return None
    return by_post.one_of(case, came.references["letter"])


def give_again(case: Case, letter: Letter, *, on_paper: bool) -> str | None:
    """Lay the answer that came back ready for the address of now, as it was decided; "" once it lies there.

    Else why it cannot be; ``None`` where it is put together anew, to go by mail. What a copy was made from is gone:
    one that is to go by mail goes back to the desk, and the systems are searched again.
    """
    known = by_post.read(letter)["known"]
    if not on_paper:
        return "files" if known["package"] else None
    if _doubted([case]):
        return "doubt"
    if by_post.index_of(case) == letter.address_index and brought_back.is_given_up(
        case, letter.address_index
    ):
        return "returned"
    beside = case.packages.filter(digest=known["package"], destroyed_at=None)
    if files_are_gone(case, letter) or (known["enclose"] and not beside.exists()) or not letter.sealed_page:
        return "files"
    with transaction.atomic():
        journal.keep_still(case)
        laid = by_post.lay_again(case, letter, known | {"again": True, "so_far": False})
        if laid is not None:
            references = {"letter": laid.pk, "again": letter.pk}
            journal.record(case, LAID_READY, by=journal.PIPELINE, waits_for=WAITS, references=references)
    return ""


def _doubted(cases: Iterable[Case]) -> set[int]:
    """Those of the cases of whose answer nothing may be printed or posted before a doubt is settled."""
    return doubts.blocked(case for case in cases if case.outcome != Outcome.NOT_IDENTIFIED)


def _against_any(case: Case, letter: Letter) -> list[posted.Problem]:
    """What speaks against printing or posting a letter."""
    found = [("", why) for why in stopped([letter]).get(letter.pk, [])]
    moved_on = letter.kind == by_post.KIND and case.state not in OF_AN_ANSWER
    return [("", "changed"), *found] if moved_on else found


def _against_an_answer(case: Case, letter: Letter) -> list[posted.Problem]:
    """What speaks besides against posting an answer."""
    found: list[posted.Problem] = []
    if letter.kind != by_post.KIND:
        return found
    if files_are_gone(case, letter):
        found.append(("", "files_gone"))
    if files_are_to_be_taken(case, letter):
        found.append(("", "files_not_taken"))
    return found
