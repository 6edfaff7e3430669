"""The ONLY doors to a case: by staff, by requester's link, by reference. No door says more than "not here"."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from django.db.models import QuerySet

from identity import sealing
from identity.models import Duty, Role, User
from requests_app.lifecycle import APPROVERS, Move, State, Who
from requests_app.models import Case, Task


class NoSuchCase(LookupError):
    """There is none, or it is not yours; the two are never told apart."""


def new_link() -> tuple[str, str]:
    """A private link's token, and the hash under which the case keeps it."""
    token = secrets.token_urlsafe(32)
    return token, link_hash(token)


def link_hash(token: str) -> str:
    """SHA-256 of a token: 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def case_by_link(controller: str, token: str) -> Case:
    """The case whose private link this is; the link alone shows nothing personal."""
    cases = Case.objects.filter(controller=controller).select_related("key", "submission")
    case = cases.filter(link_hash=link_hash(token)).first()
    if case is None or case.state == State.ARCHIVED:
        raise NoSuchCase
    return case


def case_by_reference(controller: str, reference: str) -> Case:
    """The case a requester names by its reference; the caller must still ask for a code."""
    exact = "".join(sign for sign in reference.upper() if sign.isalnum())
    cases = Case.objects.filter(controller=controller).select_related("key", "submission")
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
    sent = Case.objects.filter(controller=controller, submission__public_id=public_id)
    return list(sent.exclude(state=State.ARCHIVED).select_related("key", "submission").order_by("pk"))


@dataclass(frozen=True)
class Desk:
    """What one member of staff may see and do: their roles by controller."""

    user: User
    roles: dict[str, frozenset[str]]

    @property
    def controllers(self) -> list[str]:
        """Controllers whose cases they may see."""
        return sorted(self.roles)

    def works_for(self, controller: str) -> bool:
        """Whether they may act there at all: an auditor only reads."""
        return bool(self.roles.get(controller, frozenset()) - {Role.AUDITOR})

    def approves_for(self, controller: str) -> bool:
        """Whether they are one of those who approve there: privacy lead or counsel."""
        return bool(self.roles.get(controller, frozenset()) & APPROVERS)

    def may(self, case: Case, move: Move) -> bool:
        """Whether their role allows the move on this case now, proposer and approver being two people."""
        roles = self.roles.get(case.controller, frozenset())
        if not any(Who(role) in move.who for role in roles if role in set(Who)):
            return False
        if State(case.state) not in move.sources or self.is_about(case):
            return False
        return not (move.another_person and case.proposed_by_id == self.user.pk)

    def is_about(self, case: Case) -> bool:
        """Whether it is their own case: nobody decides about themselves."""
        own = sealing.blind(case.controller, "email", self.user.email)
        return hmac.compare_digest(own, case.subject_index)


def desk(user: User) -> Desk:
    """Read a person's duties once per page."""
    roles: dict[str, set[str]] = {}
    if user.is_active:
        for controller, role in Duty.objects.filter(user=user).values_list("controller", "role"):
            roles.setdefault(controller, set()).add(role)
    return Desk(user, {controller: frozenset(held) for controller, held in roles.items()})


def cases_for(desk: Desk, controller: str) -> QuerySet[Case]:
    """The cases of one controller, if this person serves it; raises :class:`NoSuchCase` otherwise."""
    if controller not in desk.roles:
        raise NoSuchCase
    return Case.objects.filter(controller=controller)


def case_for(desk: Desk, controller: str, reference: str) -> Case:
    """One case, for one member of staff."""
    case = (
        cases_for(desk, controller)
        .select_related("assignee", "key", "submission")
        .filter(reference=reference)
    )
    found = case.first()
    if found is None:
        raise NoSuchCase
    return found
