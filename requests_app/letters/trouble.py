"""Letters that did not arrive: stuck in the outbox, given up, or returned; each stays in sight until a person saw to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from celery import current_app
from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from identity.models import User
from requests_app import journal
from requests_app.letters import by_post
from requests_app.letters.outbox import MISTYPED, SEND
from requests_app.lifecycle import OPEN, State
from requests_app.models import Case, Letter

STUCK_AFTER = timedelta(minutes=10)
"""A letter that has waited this long is not waiting its turn: the mail server is down or refuses."""
PRESSING_WITHIN = timedelta(days=5)
COUNT_TO = 1000
SEEN_TO, MOOT = "letter_seen_to", "moot"
"""The event, and its reason where nothing was left to be said."""


@dataclass(frozen=True)
class Alarm:
    """What the queue says when mail does not get through."""

    letters: int
    """At most a thousand; that many means "or more"."""
    due_on: date | None
    """The earliest date among their open cases."""
    pressing: bool
    """Whether that date is near or past."""


def in_trouble(controller: str, now: datetime) -> QuerySet[Letter]:
    """What did not arrive and nobody has seen to."""
    stuck = Q(status=Letter.Status.QUEUED, made_at__lt=now - STUCK_AFTER)
    lost = Q(status=Letter.Status.FAILED) | Q(bounced_at__isnull=False)
    found = Letter.objects.filter(stuck | lost, controller=controller, seen_at=None)
    # Of a letter to a mistyped address that was put right since, nothing is lost.
    return found.exclude(case__state=State.ARCHIVED).exclude(trouble=MISTYPED)


def alarm(controller: str, now: datetime, today: date) -> Alarm | None:
    """``None`` while all mail gets through; one bounded query."""
    some = in_trouble(controller, now).values("pk")[:COUNT_TO]
    found = Letter.objects.filter(pk__in=some).aggregate(
        n=Count("pk"), first=Min("case__due_on", filter=Q(case__state__in=OPEN))
    )
    count, due_on = found["n"], found["first"]
    if not count:
        return None
    return Alarm(count, due_on, pressing=due_on is not None and due_on <= today + PRESSING_WITHIN)


def note_bounce(letter: Letter, code: str, *, submission: str) -> bool:
    """A server returned it; ``submission`` is its report's public id. ``False`` when that was known."""
    with transaction.atomic():
        if letter.case is not None:
            Case.objects.select_for_update().get(pk=letter.case.pk)
        sent = Letter.objects.filter(pk=letter.pk, bounced_at=None)
        new = bool(sent.update(bounced_at=timezone.now(), bounce=code[:20], seen_at=None))
        if new and letter.case is not None:
            journal.record(
                letter.case, "letter_bounced", by=journal.PIPELINE,
                references={"letter": letter.pk, "status": code[:20], "submission": submission},
            )  # fmt: skip
    return new


def try_again(letter: Letter, *, by: User) -> bool:
    """Put it back into the outbox, to go at once; ``False`` when it is not in trouble, goes by post, or is destroyed."""
    with transaction.atomic():
        locked = Letter.objects.select_for_update().get(pk=letter.pk)
        lost = locked.bounced_at or locked.status in {Letter.Status.FAILED, Letter.Status.QUEUED}
        if not lost or locked.seen_at or not locked.sealed or locked.by_post:
            return False
        locked.status, locked.attempts, locked.next_try_at = Letter.Status.QUEUED, 0, timezone.now()
        locked.bounced_at, locked.bounce, locked.trouble = None, "", ""
        locked.save(update_fields=["status", "attempts", "next_try_at", "bounced_at", "bounce", "trouble"])
        _record(locked, "letter_tried_again", by)
        transaction.on_commit(lambda: current_app.send_task(SEND, [locked.pk]), robust=True)
    return True


def see_to(letter: Letter, *, by: User) -> bool:
    """A person dealt with it another way, or it has nothing left to say; off the list, and the record says who said so."""
    with transaction.atomic():
        lost = Letter.objects.filter(Q(status=Letter.Status.FAILED) | Q(bounced_at__isnull=False))
        if not lost.filter(pk=letter.pk, seen_at=None).update(seen_at=timezone.now()):
            return False
        moot = letter.by_post and letter.case is not None and bool(by_post.moot([letter]))
        _record(letter, SEEN_TO, by, reason=MOOT if moot else "")
    return True


def _record(letter: Letter, name: str, by: User, *, reason: str = "") -> None:
    if letter.case is not None:
        references = {"letter": letter.pk, "kind": letter.kind}
        journal.record(letter.case, name, by=journal.staff(by.pk), reason=reason, references=references)


@dataclass(frozen=True)
class Outbox:
    """How full the outbox is; each number at most a thousand, which then means "or more"."""

    waiting: int
    oldest_at: datetime | None
    stuck: int
    dead: int
    bounced: int


def outbox_of(controller: str, now: datetime) -> Outbox:
    """Letters that wait, that are stuck, that nobody will try again, and that came back; two bounded queries."""
    queued = Letter.objects.filter(controller=controller, status=Letter.Status.QUEUED, seen_at=None)
    waiting = queued.order_by("made_at").values("pk")[:COUNT_TO]
    seen = Letter.objects.filter(pk__in=waiting).aggregate(
        n=Count("pk"), oldest=Min("made_at"), stuck=Count("pk", filter=Q(made_at__lt=now - STUCK_AFTER))
    )
    lost = in_trouble(controller, now).exclude(status=Letter.Status.QUEUED).values("pk")[:COUNT_TO]
    gone = Letter.objects.filter(pk__in=lost).aggregate(
        dead=Count("pk", filter=Q(status=Letter.Status.FAILED)),
        bounced=Count("pk", filter=Q(bounced_at__isnull=False)),
    )
    return Outbox(seen["n"], seen["oldest"], seen["stuck"], gone["dead"], gone["bounced"])
