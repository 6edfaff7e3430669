"""Doubts about who is asking: raised with evidence, blocking release, settled by people and on the journal.

A doubt never blocks a right whose standard is none: there is nothing to be sure of.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from identity import sealing
from identity.models import User
from requests_app import access, journal, law
from requests_app.journal import By
from requests_app.lifecycle import OPEN, State
from requests_app.models import Case, Doubt

Kind = Doubt.Kind
PURPOSE = "doubt"
LONGEST_REASON = 2_000
LINGERS = timedelta(days=30)
"""How long a doubt nobody settled outlives its case at the door to one's own data: our own rule."""
AGAINST_A_PERSON = (Kind.BY_STAFF, Kind.ADDRESS_CHANGE)
"""Kinds that a stranger cannot raise in another's name, as wrong codes can be typed by anybody."""
CLEARING = {
    "second_proof": "The standard was earned a second way",
    "asked_on_record": "The person answered at an address or number on record",
    "document": "A document was reviewed",
    "authority": "The authority was checked with whoever gave it",
    "known_person": "A record of the house shows it",
    "mistake": "The doubt was mistaken",
}
"""On what a doubt may be settled, by code. A document by itself never is enough: see :func:`settle`."""


class NotSettled(Exception):
    """The server refused. ``why`` is ``not_yours``, ``reason``, ``basis``, ``document_alone``, ``same_person`` or ``closed``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def applies(case: Case) -> bool:
    """Whether anything may be doubted here at all: not where the law asks no proof."""
    return case.standard not in ("", law.Level.NONE)


def raise_doubt(case: Case, kind: str, *, by: By, references: dict[str, Any] | None = None) -> Doubt | None:
    """Open a doubt, once for each kind; ``None`` where it changes nothing."""
    if not applies(case):
        return None
    with transaction.atomic():
        # Two at once take turns at the case, so that one of them finds the other's.
        Case.objects.select_for_update().get(pk=case.pk)
        if Doubt.objects.filter(case=case, kind=kind, closed_at=None).exists():
            return None
        raised = Doubt.objects.create(
            case=case, kind=kind, references=references or {}, raised_at=timezone.now()
        )
        journal.record(
            case, "doubt_raised", by=by, reason=kind, references={"doubt": raised.pk, **(references or {})}
        )
    return raised


def of_case(case: Case) -> list[Doubt]:
    """All of them, oldest first, open or closed."""
    return list(Doubt.objects.filter(case=case).select_related("settled_by", "confirmed_by"))


def open_doubts(case: Case) -> QuerySet[Doubt]:
    """Those that stop a release, oldest first."""
    return Doubt.objects.filter(case=case, closed_at=None) if applies(case) else Doubt.objects.none()


def block_release(case: Case) -> bool:
    """Whether nothing may be disclosed or erased yet."""
    return bool(blocked([case]))


def blocked(cases: Iterable[Case]) -> set[int]:
    """Those of the cases, by number, of which nothing may be disclosed or erased yet; one query for them all."""
    doubtful = [case.pk for case in cases if applies(case)]
    standing = Doubt.objects.filter(case__in=doubtful, closed_at=None)
    return set(standing.values_list("case", flat=True))


def block_files(case: Case) -> bool:
    """Whether files that were given already stay shut: a doubt about where paper goes says nothing of who opens them."""
    standing = Doubt.objects.filter(case=case, closed_at=None)
    if case.state == State.CLOSED:
        standing = standing.exclude(kind=Kind.POSTAL)
    return applies(case) and standing.exists()


def stand_against(controller: str, indexes: Iterable[str]) -> bool:
    """Whether somebody found under one of these hashes is doubted now, in whichever case of theirs.

    Withdrawing the case does not settle it: it stands for some weeks more.
    """
    known = [index for index in indexes if index]
    theirs = Q(case__subject_index__in=known) | Q(case__account_index__in=known)
    standing = Q(case__state__in=OPEN) | Q(raised_at__gt=timezone.now() - LINGERS)
    doubted = Doubt.objects.filter(theirs, standing, case__controller=controller, closed_at=None)
    return doubted.filter(kind__in=AGAINST_A_PERSON).exists()


def needs_second_person(case: Case) -> bool:
    """Whether what would be released is sensitive: anything but a list of categories."""
    return law.regime(case.regime, case.received_on).right(case.right).operation != "categories"


def note(case: Case, doubt: Doubt, *, by: User, reason: str) -> None:
    """Write beside an open doubt why it is one; sealed, and settled by nobody thereby."""
    earlier = reason_of(doubt)
    text = "\n".join(part for part in (earlier, reason.strip()) if part)[:LONGEST_REASON]
    _write(doubt, sealed_reason=sealing.seal(case.key, text.encode(), PURPOSE))


def propose(case: Case, doubt: Doubt, *, by: User, basis: str, reason: str) -> None:
    """Settle as far as one person may, whatever is released: a second one must always agree."""
    with transaction.atomic():
        _refuse_unless_theirs(case, by)
        sealed = sealing.seal(case.key, reason.strip()[:LONGEST_REASON].encode(), PURPOSE)
        _write(doubt, settled_by=by, settled_at=timezone.now(), basis=basis, sealed_reason=sealed)
        _record(case, doubt, "doubt_proposed", by, basis=basis)


def settle(case: Case, doubt: Doubt, *, by: User, basis: str, reason: str) -> bool:
    """Settle in the requester's favour; True when closed, False when a second person must still agree.

    Raises :class:`NotSettled`. A document alone settles nothing about where
    data goes: it shows a name, and not that an address is that person's.
    """
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        doubt.refresh_from_db()
        _refuse_unless_theirs(case, by)
        if doubt.closed_at is not None:
            raise NotSettled("closed")
        if basis not in CLEARING:
            raise NotSettled("basis")
        if not reason.strip():
            raise NotSettled("reason")
        if basis == "document" and doubt.kind in (
            Kind.NEW_ADDRESS,
            Kind.ADDRESS_CHANGE,
            Kind.BY_HAND,
            Kind.POSTAL,
        ):
            raise NotSettled("document_alone")
        now = timezone.now()
        closed = None if needs_second_person(case) or doubt.kind == Kind.BY_HAND else now
        sealed = sealing.seal(case.key, reason.strip()[:LONGEST_REASON].encode(), PURPOSE)
        _write(
            doubt, settled_by=by, settled_at=now, basis=basis, sealed_reason=sealed,
            confirmed_by=None, closed_at=closed,
        )  # fmt: skip
        name = "doubt_settled" if closed else "doubt_proposed"
        _record(case, doubt, name, by, basis=basis)
    return closed is not None


def confirm(case: Case, doubt: Doubt, *, by: User) -> None:
    """A second person, one who approves, agrees. Raises :class:`NotSettled`."""
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        doubt.refresh_from_db()
        _refuse_unless_theirs(case, by, approver=True)
        if doubt.closed_at is not None or doubt.settled_by_id is None:
            raise NotSettled("closed")
        if doubt.settled_by_id == by.pk:
            raise NotSettled("same_person")
        _write(doubt, confirmed_by=by, closed_at=timezone.now())
        _record(case, doubt, "doubt_settled", by, basis=doubt.basis)


def decline(case: Case, doubt: Doubt, *, by: User) -> None:
    """A second person does not agree: the doubt stands as before. Raises :class:`NotSettled`."""
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        doubt.refresh_from_db()
        _refuse_unless_theirs(case, by, approver=True)
        if doubt.closed_at is not None or doubt.settled_by_id is None:
            raise NotSettled("closed")
        _write(doubt, settled_by=None, settled_at=None, basis="")
        _record(case, doubt, "doubt_stands", by)


def withdraw(case: Case, kind: str, *, by: By, reason: str) -> None:
    """What was doubted is no longer there: the change of address was taken back, for one."""
    with transaction.atomic():
        for doubt in Doubt.objects.select_for_update().filter(case=case, kind=kind, closed_at=None):
            _write(doubt, closed_at=timezone.now())
            goes_on = case.state in (State.FULFILLING, State.RESPONDING)
            references = {"doubt": doubt.pk, "how": reason}
            journal.record(case, "doubt_settled", by=by, reason=kind, references=references, follow=goes_on)


def reason_of(doubt: Doubt) -> str:
    """What was written; raises ``KeyDestroyed`` after the purge."""
    if doubt.sealed_reason is None:
        return ""
    return sealing.unseal(doubt.case.key, doubt.sealed_reason, PURPOSE).decode()


def _refuse_unless_theirs(case: Case, by: User, *, approver: bool = False) -> None:
    desk = access.desk(by)
    fits = desk.approves_for(case.controller) if approver else desk.works_for(case.controller)
    if not fits or desk.is_about(case):
        raise NotSettled("not_yours")


def _write(doubt: Doubt, **changes: User | datetime | str | bytes | None) -> None:
    Doubt.objects.filter(pk=doubt.pk).update(**changes)
    for name, value in changes.items():
        setattr(doubt, name, value)


def _record(case: Case, doubt: Doubt, name: str, by: User, **more: str) -> None:
    # What waited for this goes on: the release, or the answer.
    goes_on = name == "doubt_settled" and case.state in (State.FULFILLING, State.RESPONDING, State.VERIFYING)
    journal.record(
        case, name, by=journal.staff(by.pk), reason=doubt.kind,
        references={"doubt": doubt.pk, **more}, follow=goes_on,
    )  # fmt: skip
