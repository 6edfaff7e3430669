"""A letter that the post brought back: when and why, what is doubted since, and its way to another address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from identity.models import User
from requests_app import doubts, journal, lifecycle, subject
from requests_app.letters import by_post, posted
from requests_app.letters.post_address import NotPosted, refuse_unless_theirs
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Doubt, Letter, Paper

RETURNED = lifecycle.LETTER_RETURNED.name
WHY_RETURNED = frozenset({"moved", "unknown", "refused", "not_fetched", "other"})
"""Why the post brought it back, by code."""
GIVEN_AGAIN = frozenset({Outcome.GRANTED, Outcome.GRANTED_IN_PART, Outcome.REFUSED, Outcome.NOT_FOUND, Outcome.NOT_IDENTIFIED})  # fmt: skip
"""Outcomes of an answer; a case that was withdrawn or joined has none to give again."""


@dataclass(frozen=True)
class Return:
    """What a member of staff says about a letter that came back."""

    returned_on: date | None
    reason: str
    """A code of :data:`WHY_RETURNED`."""
    scan: bytes
    """A picture of it; may be empty."""


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
        locked.bounced_at, locked.bounce, locked.seen_at = posted.moment(case, day), said.reason, None
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

    posted.with_paper(case, said.scan, Paper.RETURNED, "scan", by, write)


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


def _is_the_answer(case: Case, letter: Letter) -> bool:
    """Whether it is what closed the case: neither an answer so far nor one that a later answer replaced."""
    if letter.kind != by_post.KIND or case.state != State.CLOSED or case.outcome not in GIVEN_AGAIN:
        return False
    later = case.letters.filter(pk__gt=letter.pk, kind__in=[by_post.KIND, "answer", "not_identified"])
    return not later.exclude(status=Letter.Status.WITHHELD).exists()


def _problems_of_return(case: Case, letter: Letter, said: Return) -> list[posted.Problem]:
    found: list[posted.Problem] = []
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
