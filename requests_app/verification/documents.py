"""An identity document, the last resort: only after a recorded doubt, masked, sealed, seen by one, destroyed when decided.

It never unlocks a release by itself: it answers what staff asked for after a
doubt, and the doubt itself is settled by people.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from identity import evidence
from identity.models import Evidence, User
from requests_app import access, journal, lifecycle
from requests_app.models import Case
from requests_app.verification import need, needs, sisters

KIND = "identity_document"
CONSENT_REGIMES = frozenset({"pipl"})
"""Where a document is sensitive information that needs a consent of its own (PIPL art. 29)."""
CHECKS = ("name_fits", "in_date", "masked", "untouched")
"""What a reviewer looks at, each answered yes or no."""


class NotAsked(Exception):
    """This case asks for no document: whoever sends one anyway keeps it."""


class NoConsent(Exception):
    """The law of this case asks for a consent to exactly this."""


class NotYours(Exception):
    """Only staff who work for this controller review, and nobody their own case."""


def may_offer(case: Case) -> bool:
    """Whether staff asked for one after a doubt and it has not been accepted."""
    return any(
        "document" in sister.asked_proof and needs.may_ask(sister, need.DOCUMENT)
        for sister in sisters.waiting(case)
    )


def needs_consent(case: Case) -> bool:
    """Whether a separate consent is asked for."""
    return case.regime in CONSENT_REGIMES


def keep(case: Case, content: bytes, *, consent: bool) -> Evidence:
    """Seal what was uploaded; raises :class:`NotAsked`, :class:`NoConsent` or ``evidence.NotKept``."""
    lead = sisters.lead_of(case)
    if not may_offer(lead):
        raise NotAsked
    if needs_consent(lead) and not consent:
        raise NoConsent
    if not evidence.recognise(content).startswith("image/"):
        # A PDF would have to be handed to the reviewer as a file, and a copy of it would stay on that machine.
        raise evidence.NotKept("not_a_document")
    with transaction.atomic():
        piece = evidence.keep(matter=sisters.matter_of(lead), kind=KIND, content=content, now=timezone.now())
        given = {"consent": "PIPL art. 29"} if needs_consent(lead) else {}
        journal.record(
            lead, "document_given", by=journal.REQUESTER, waits_for=lifecycle.DOCUMENT_GIVEN,
            references={"document": piece.public_id, "digest": piece.digest, **given},
        )  # fmt: skip
    return piece


def of_case(case: Case) -> list[Evidence]:
    """Every document ever shown for the submission: what it was, never what it held."""
    return evidence.of_matter(sisters.matter_of(case), KIND)


def take(case: Case, public_id: str, *, by: User) -> Evidence:
    """Take it for review, which is on the journal; raises :class:`NotYours`, ``evidence.Busy`` or ``evidence.Gone``."""
    _refuse_unless_reviewing(case, by)
    now = timezone.now()
    held = Evidence.objects.filter(public_id=public_id, reviewer=by, reviewer_until__gt=now).exists()
    with transaction.atomic():
        piece = evidence.claim(public_id, matter=sisters.matter_of(case), by=by, now=now)
        if not held:
            journal.record(case, "document_seen", by=journal.staff(by.pk), references={"document": public_id})
    return piece


def read(case: Case, public_id: str, *, by: User) -> tuple[Evidence, Iterator[bytes]]:
    """The picture, to whoever has taken it; raises as :func:`take` does."""
    _refuse_unless_reviewing(case, by)
    return evidence.read(public_id, matter=sisters.matter_of(case), by=by, now=timezone.now())


def decide(case: Case, public_id: str, *, by: User, checks: dict[str, bool]) -> bool:
    """Set down the checklist and destroy the document; True when every check held.

    Credits the method and no more: needs and doubts that are still open stay open.
    """
    _refuse_unless_reviewing(case, by)
    holds = all(checks.get(check, False) for check in CHECKS)
    now: datetime = timezone.now()
    with transaction.atomic():
        evidence.decide(
            public_id,
            matter=sisters.matter_of(case),
            by=by,
            decision="holds" if holds else "does_not_hold",
            now=now,
        )
        failed = [check for check in CHECKS if not checks.get(check, False)]
        journal.record(
            case, "document_decided", by=journal.staff(by.pk), waits_for="proof",
            reason="holds" if holds else "does_not_hold",
            references={"document": public_id, "failed": failed},
        )  # fmt: skip
        if holds:
            sisters.earn(case, [need.DOCUMENT], [], by=journal.staff(by.pk))
    return holds


def _refuse_unless_reviewing(case: Case, by: User) -> None:
    desk = access.desk(by)
    if not desk.works_for(case.controller) or desk.is_about(case):
        raise NotYours
