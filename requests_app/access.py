"""The ONLY doors to a case: by staff, by requester's link, by reference. No door says more than "not here"."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from identity import sealing
from identity.models import Duty, User
from requests_app import permits
from requests_app.lifecycle import APPROVE, PROPOSE, Move, State
from requests_app.models import (
    REVEALED,
    Case,
    CaseEvent,
    LegalHold,
    Matter,
    SubjectRecord,
    Submission,
    Task,
    TrayEvent,
    together,
)
from requests_app.permits import Act


class NoSuchCase(LookupError):
    """There is none, or it is not yours; the two are never told apart."""


def new_link() -> tuple[str, str]:
    """A private link's token, and the hash under which the case keeps it."""
    token = secrets.token_urlsafe(32)
    return token, link_hash(token)


def link_hash(token: str) -> str:
    """SHA-256 of a token: 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def signs_in(typed: str) -> str:
    """The letters and digits of a reference or code as a person typed it; gaps, hyphens and case do not matter."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def case_by_link(controller: str, token: str) -> Case:
    """The case whose private link this is; the link alone shows nothing personal."""
    cases = Case.objects.asked().filter(controller=controller).select_related("key", "submission")
    case = cases.filter(link_hash=link_hash(token)).first()
    if case is None or case.state == State.ARCHIVED:
        raise NoSuchCase
    return case


def case_by_reference(controller: str, reference: str) -> Case:
    """The case a requester names by its reference; the caller must still ask for a code."""
    exact = signs_in(reference)
    cases = Case.objects.asked().filter(controller=controller).select_related("key", "submission")
    case = cases.filter(reference=exact).first()
    if case is None or case.state == State.ARCHIVED:
        raise NoSuchCase
    return case


def task_by_link(controller: str, token: str) -> Task:
    """The work that a person outside does, by its private link; the caller must still ask for the number."""
    tasks = Task.objects.select_related("work__case__key")
    task = tasks.filter(controller=controller, link_hash=link_hash(token)).first()
    if task is None or task.work.case.state == State.ARCHIVED:
        raise NoSuchCase
    return task


def cases_by_submission(controller: str, public_id: str) -> list[Case]:
    """The cases one submission opened, for the browser that sent it; empty when there are none left."""
    sent = Case.objects.asked().filter(controller=controller, submission__public_id=public_id)
    return list(sent.exclude(state=State.ARCHIVED).select_related("key", "submission").order_by("pk"))


def cases_visited(controller: str, public_ids: list[str]) -> list[Case]:
    """The cases a code has opened to one browser, the latest first, at most ten."""
    opened = Case.objects.asked().filter(controller=controller, public_id__in=public_ids)
    return list(opened.exclude(state=State.ARCHIVED).select_related("key").order_by("-pk")[:10])


def cases_by_proof(controller: str, *, email_index: str, account_index: str) -> list[Case]:
    """The latest fifty cases of whoever proved this address or this account; an empty index finds nothing."""
    proved = Q(subject_index=email_index) if email_index else Q(pk__in=())
    proved |= Q(account_index=account_index) if account_index else Q(pk__in=())
    found = Case.objects.asked().filter(proved, controller=controller).exclude(state=State.ARCHIVED)
    return list(found.select_related("key", "submission").order_by("-received_at", "-pk")[:50])


@dataclass(frozen=True)
class Desk:
    """What one member of staff may see and do: their roles by controller."""

    user: User
    roles: dict[str, frozenset[str]]

    @property
    def controllers(self) -> list[str]:
        """Controllers they serve."""
        return sorted(self.roles)

    def may_do(self, act: Act, controller: str) -> bool:
        """Whether a role of theirs allows the act there."""
        return bool(self.roles.get(controller, frozenset()) & act.who)

    def works_for(self, controller: str) -> bool:
        """Whether they may act there at all: an auditor only reads, an administrator sees no case."""
        return self.may_do(permits.WORK, controller)

    def approves_for(self, controller: str) -> bool:
        """Whether they are one of those who approve there."""
        return self.may_do(permits.of_move(APPROVE), controller)

    def may(self, case: Case, move: Move) -> bool:
        """Whether their role allows the move on this case now, proposer and approver being two people."""
        if not self.may_do(permits.of_move(move), case.controller):
            return False
        if State(case.state) not in move.sources or not move.fits(own_motion=case.own_motion):
            return False
        if self.is_about(case):
            return False
        if case.answers_to_id and move in (PROPOSE, APPROVE) and self._decided(case, move):
            return False
        return not (move.another_person and case.proposed_by_id == self.user.pk)

    def _decided(self, case: Case, move: Move) -> bool:
        """Whether the answer complained of was theirs: its proposer leaves both acts to others, its approvers the first."""
        first = case.answers_to
        while first is not None:
            if first.proposed_by_id == self.user.pk:
                return True
            given = (one for one in first.approvals.all() if not one.void)
            if move is PROPOSE and any(one.by_id == self.user.pk for one in given):
                return True
            first = first.answers_to
        return False

    def is_about(self, case: Case) -> bool:
        """Whether it is their own case, or one they brought for another: nobody decides about themselves."""
        own = sealing.blind(case.controller, "email", self.user.email)
        wrote = case.submission.sender_index
        return hmac.compare_digest(own, case.subject_index) or hmac.compare_digest(own, wrote)


def desk(user: User, held: Iterable[tuple[str, str]] | None = None) -> Desk:
    """What a person may do. ``held``: controller and role of each duty, where the page has just read them."""
    roles: dict[str, set[str]] = {}
    if user.is_active:
        if held is None:
            held = Duty.objects.filter(user=user).values_list("controller", "role")
        for controller, role in held:
            roles.setdefault(controller, set()).add(role)
    return Desk(user, {controller: frozenset(held) for controller, held in roles.items()})


def cases_for(desk: Desk, controller: str) -> QuerySet[Case]:
    """The cases of one controller that this person may read; raises :class:`NoSuchCase` if there can be none.

    One's own requests, and those one brought for another, are colleagues' work, so they are not among them.
    """
    if not desk.may_do(permits.READ_CASE, controller):
        raise NoSuchCase
    own = sealing.blind(controller, "email", desk.user.email)
    found = Case.objects.filter(controller=controller)
    return found.exclude(subject_index=own).exclude(submission__sender_index=own)


def worked_by_nobody(controller: str) -> Q:
    """Cases that nobody works: given to nobody, or to somebody who works there no more."""
    serving = Duty.objects.filter(controller=controller, role__in=permits.WORK.who, user__is_active=True)
    return Q(assignee=None) | ~Q(assignee__in=serving.values("user"))


def first_of(cases: QuerySet[Case], most: int) -> QuerySet[Case]:
    """The first so many of these, in their order, to be counted; what may be read was asked of each of them already."""
    return Case.objects.filter(pk__in=cases.values("pk")[:most])


def cases_of_letter(desk: Desk, controller: str, submission: Submission) -> QuerySet[Case]:
    """The cases that one letter opened, of all people it is about; raises :class:`NoSuchCase` likewise."""
    return cases_for(desk, controller).filter(submission__in=submission.of_one_letter)


def mail_for(desk: Desk, controller: str) -> QuerySet[Submission]:
    """What came in and was, or is, sorted by people; raises :class:`NoSuchCase` likewise.

    Neither one's own letters nor letters about one's own case.
    """
    if not desk.may_do(permits.READ_CASE, controller):
        raise NoSuchCase
    own = sealing.blind(controller, "email", desk.user.email)
    kept = Submission.objects.filter(controller=controller)
    return kept.exclude(sender_index=own).exclude(joined__subject_index=own)


OPEN_REPLAYS = (
    SubjectRecord.Purpose.REPLAY_AWAY,
    SubjectRecord.Purpose.REPLAY_OPEN,
    SubjectRecord.Purpose.REPLAY_KEPT,
)
"""How an entry of the suppression ledger stands that is not settled after a restore."""


def replays_for(desk: Desk, controller: str) -> QuerySet[SubjectRecord]:
    """What is open of the suppression ledger there; not of one's own cases. Raises :class:`NoSuchCase` likewise."""
    if not desk.may_do(permits.READ_CASE, controller):
        raise NoSuchCase
    own = sealing.blind(controller, "email", desk.user.email)
    about = Case.objects.filter(controller=controller, subject_index=own)
    brought = Case.objects.filter(submission__controller=controller, submission__sender_index=own)
    kept = SubjectRecord.objects.filter(controller=controller, purpose__in=OPEN_REPLAYS)
    # Each by its own index; both asked at once would be asked of every case.
    for theirs in (about, brought):
        kept = kept.exclude(case_reference__in=theirs.values("reference"))
    return kept


def case_for(desk: Desk, controller: str, reference: str) -> Case:
    """One case, for one member of staff."""
    case = (
        cases_for(desk, controller)
        .select_related("assignee", "key", "submission", "answers_to")
        .prefetch_related("answers_to__approvals")
        .filter(reference=reference)
    )
    found = case.first()
    if found is None:
        raise NoSuchCase
    return found


def hanging_on(case: Case, kinds: dict[str, QuerySet]) -> dict[str, list[Any]]:
    """What hangs on a case, each kind by its query: one statement however many kinds there are."""
    return together.read(Case.objects.filter(pk=case.pk), kinds)


def named_by(case: Case) -> QuerySet[Case]:
    """The cases that a case waits for or is a duplicate of; their references alone."""
    return Case.objects.filter(pk__in=(case.after_id, case.duplicate_of_id)).only("reference")


def matters_for(desk: Desk, controller: str) -> QuerySet[Matter]:
    """What forbids to erase several people's data, or a kind of data; raises :class:`NoSuchCase` likewise."""
    if not desk.may_do(permits.READ_CASE, controller):
        raise NoSuchCase
    return Matter.objects.filter(controller=controller)


def holds_for(desk: Desk, controller: str) -> QuerySet[LegalHold]:
    """The legal holds of a controller but for one's own; raises :class:`NoSuchCase` likewise."""
    if not desk.may_do(permits.READ_CASE, controller):
        raise NoSuchCase
    own = sealing.blind(controller, "email", desk.user.email)
    return LegalHold.objects.filter(controller=controller).exclude(subject_index=own)


def reveals_for(desk: Desk, controller: str, since: datetime, until: datetime) -> QuerySet[CaseEvent]:
    """Who unmasked a name or address, where and why, the latest first; raises :class:`NoSuchCase` likewise."""
    if not desk.may_do(permits.READ_REVEALS, controller):
        raise NoSuchCase
    looks = CaseEvent.objects.filter(name=REVEALED, case__controller=controller)
    return looks.filter(at__gte=since, at__lt=until).select_related("case").order_by("-at", "-pk")


def acts_for(
    desk: Desk, controller: str, since: datetime, until: datetime, by: str = ""
) -> QuerySet[CaseEvent]:
    """What staff saw and did on cases, the latest first; ``by`` is one person's number.

    Raises :class:`NoSuchCase` likewise. One's own case, and one brought for another, are not among them.
    """
    if not desk.may_do(permits.READ_REVEALS, controller):
        raise NoSuchCase
    own = sealing.blind(controller, "email", desk.user.email)
    acts = CaseEvent.objects.filter(by_kind="staff", case__controller=controller, at__gte=since, at__lt=until)
    acts = acts.exclude(case__subject_index=own).exclude(case__submission__sender_index=own)
    return (acts.filter(by_ref=by) if by else acts).select_related("case").order_by("-at", "-pk")


def mail_acts_for(
    desk: Desk, controller: str, since: datetime, until: datetime, by: str = ""
) -> QuerySet[TrayEvent]:
    """What staff saw and did with held mail, likewise."""
    if not desk.may_do(permits.READ_REVEALS, controller):
        raise NoSuchCase
    own = sealing.blind(controller, "email", desk.user.email)
    acts = TrayEvent.objects.filter(submission__controller=controller, at__gte=since, at__lt=until)
    acts = acts.exclude(submission__sender_index=own)
    return (acts.filter(by_ref=by) if by else acts).order_by("-at", "-pk")
