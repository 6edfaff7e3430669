"""Ten seconds in which what a member of staff did can be taken back, and a closing that counts only after them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from identity.models import User
from requests_app import doubts, journal, nudges
from requests_app.journal import By
from requests_app.models import Case, CaseEvent, Doubt

UNDO_WITHIN = timedelta(seconds=10)
"""How long it can be taken back."""
CLOSE_ASKED, CLOSE_UNDONE = "close_asked", "close_undone"


class StillUndoable(Exception):
    """The seconds in which it can be taken back have not passed; the sweep asks again."""


def follow_once_it_counts(event: CaseEvent) -> None:
    """Give word once more as soon as it cannot be taken back."""
    nudges.after_commit(journal.FOLLOW_UP, event, wait_seconds=UNDO_WITHIN.total_seconds() + 1)


def close_later(case: Case, how: str, *, by: User, reason: str = "", doubt: Doubt | None = None) -> None:
    """Close it when nobody can take that back any more; ``how`` as :func:`take_effect` knows it, ``reason`` a code.

    ``doubt`` was raised by this and falls with it. Asked once more while the first still waits, nothing is added.
    Raises ``IllegalMove`` when the case has moved on.
    """
    with transaction.atomic():
        journal.keep_still(case)
        if waiting(case) is None:
            references = {"how": how, "why": reason} | ({"doubt": doubt.pk} if doubt else {})
            event = journal.record(
                case, CLOSE_ASKED, by=journal.staff(by.pk), follow=True, references=references
            )
            follow_once_it_counts(event)


def waiting(case: Case, chain: list[CaseEvent] | None = None) -> CaseEvent | None:
    """The closing that somebody asked for and that has not been carried out or taken back.

    ``chain``: the case's journal, where a page has read it anyway.
    """
    names = (CLOSE_ASKED, CLOSE_UNDONE)
    if chain is None:
        last = case.events.filter(name__in=names).order_by("-number").first()
    else:
        last = next((event for event in reversed(chain) if event.name in names), None)
    return last if last is not None and last.name == CLOSE_ASKED and last.followed_at is None else None


def undo_close(case: Case, *, by: User) -> bool:
    """Whoever asked for it takes it back; ``False`` when the seconds are over, or the case has moved on."""
    with transaction.atomic():
        try:
            journal.keep_still(case)
        except journal.IllegalMove:
            return False
        event = waiting(case)
        if event is None or not is_theirs(event, by):
            return False
        journal.record(case, CLOSE_UNDONE, by=journal.staff(by.pk), references={"undoes": event.number})
        for doubt in case.doubts.filter(pk=event.references.get("doubt")):
            doubts.withdraw(case, doubt.kind, by=journal.staff(by.pk), reason=CLOSE_UNDONE)
    return True


def is_theirs(event: CaseEvent, by: User) -> bool:
    """Whether this person did it, and may still take it back."""
    mine = (event.by_kind, event.by_ref) == ("staff", str(by.pk))
    return mine and event.at > timezone.now() - UNDO_WITHIN


def take_effect(case: Case, ways: Mapping[str, Callable[[Case, By, str], object]]) -> None:
    """Close it as was asked, if nobody took that back and it may still be closed so.

    Safe to run twice. Raises :class:`StillUndoable`.
    """
    event = waiting(case)
    if event is None:
        return
    if event.at > timezone.now() - UNDO_WITHIN:
        raise StillUndoable
    # Where the requester proved something meanwhile, or a colleague went on, it no longer fits, and lapses.
    with suppress(journal.IllegalMove), transaction.atomic():
        ways[event.references["how"]](case, By(event.by_kind, event.by_ref), event.references["why"])
