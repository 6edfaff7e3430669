"""What a member of staff may do about identity: ask for more, settle it by hand, or say that it was not shown.

Each refuses what the right may not ask, whatever a page sends.
"""

from __future__ import annotations

import os

from django.db import transaction

from identity import sealing
from identity.models import User
from requests_app import access, doubts, journal, lifecycle, register, subject, systems, undoing
from requests_app.journal import By
from requests_app.letters import correspond
from requests_app.lifecycle import State
from requests_app.models import Case, Doubt, Letter
from requests_app.systems.lookup import beside, lookup
from requests_app.verification import acting, failing, moving, need, needs, sisters


class NotAllowed(Exception):
    """The server refused. ``why`` is a code the page has words for."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def askable(case: Case, *, doubted: bool | None = None) -> list[str]:
    """What staff may still ask for beyond the standard; empty for a right that asks nothing.

    ``doubted``: whether a doubt stands, where a page has read them anyway.
    """
    if not doubts.applies(case) or case.state not in (State.VERIFYING, State.ASSESSING):
        return []
    open_codes = [code for code in needs.ASKED if code not in case.asked_proof]
    unused = [code for code in open_codes if not set(needs.ASKED[code]) & set(case.methods)]
    # The last resort: only when a doubt is on record already.
    if doubted is None and "document" in unused:
        doubted = bool(doubts.open_doubts(case))
    return [code for code in unused if code != "document" or doubted]


def ask_more(case: Case, *, by: User, proof: str, reason: str) -> None:
    """Record the doubt and ask for one more proof; the case goes back to the requester. Raises :class:`NotAllowed`."""
    _refuse_unless_working(case, by)
    if not doubts.applies(case):
        raise NotAllowed("nothing_may_be_asked")
    if proof not in askable(case):
        raise NotAllowed("document_needs_doubt" if proof == "document" else "not_askable")
    if not reason.strip():
        raise NotAllowed("reason")
    who = journal.staff(by.pk)
    with transaction.atomic():
        raised = doubts.raise_doubt(case, Doubt.Kind.BY_STAFF, by=who, references={"asked": proof})
        standing = raised or case.doubts.get(kind=Doubt.Kind.BY_STAFF, closed_at=None)
        doubts.note(case, standing, by=by, reason=reason)
        asked = [*case.asked_proof, proof]
        if case.state == State.ASSESSING:
            journal.advance(
                case, lifecycle.ASK_MORE_PROOF, by=who, reason=proof, asked_proof=asked,
                identified_at=None, waits_for="proof",
            )  # fmt: skip
        else:
            journal.record(
                case, "proof_asked", by=who, reason=proof, follow=True, asked_proof=asked, waits_for="proof"
            )


def propose_by_hand(case: Case, *, by: User, reason: str, on_record: str) -> None:
    """Say that identity is shown in a way no method covers, and by what the systems know the person.

    ``on_record`` is an address, number or customer number exactly one system row
    must hold; empty keeps what was proved. A second person must agree
    (:func:`agree`) before anything moves. Raises :class:`NotAllowed`.
    """
    _refuse_unless_working(case, by)
    if case.state != State.VERIFYING or not doubts.applies(case):
        raise NotAllowed("nothing_may_be_asked")
    if not reason.strip():
        raise NotAllowed("reason")
    proved = _look_up(case, on_record.strip())
    if not proved and not subject.read(case).proved:
        raise NotAllowed("not_on_record")
    with transaction.atomic():
        doubts.raise_doubt(case, Doubt.Kind.BY_HAND, by=journal.staff(by.pk))
        doubt = case.doubts.get(kind=Doubt.Kind.BY_HAND, closed_at=None)
        told = subject.read(case)
        told.by_hand = proved
        journal.record(
            case, "hand_proposed", by=journal.staff(by.pk), sealed_subject=subject.seal(case, told)
        )
        doubts.propose(case, doubt, by=by, basis="known_person", reason=reason)


def settle(case: Case, doubt: Doubt, *, by: User, basis: str, reason: str) -> bool:
    """As :func:`doubts.settle`, with what follows where one person is enough."""
    with transaction.atomic():
        closed = doubts.settle(case, doubt, by=by, basis=basis, reason=reason)
        if closed:
            _follow(case, doubt, by)
    return closed


def agree(case: Case, doubt: Doubt, *, by: User) -> None:
    """The second person agrees; by hand or with a doubt, what waited for it goes on. Raises ``NotSettled``."""
    index = _index_of(case) if doubt.kind == Doubt.Kind.BY_HAND else ""
    with transaction.atomic():
        doubts.confirm(case, doubt, by=by)
        _follow(case, doubt, by)
        if doubt.kind == Doubt.Kind.BY_HAND and case.state == State.VERIFYING:
            told = subject.read(case)
            # Exactly what the second person saw; a code sent meanwhile proves nothing here.
            sisters.earn(
                case, [need.STAFF_CHECK], told.by_hand, by=journal.staff(by.pk), only=True, index=index
            )


def _follow(case: Case, doubt: Doubt, by: User) -> None:
    """Where the answer was to go elsewhere after some days, it goes there now."""
    if doubt.kind == Doubt.Kind.ADDRESS_CHANGE:
        moving.count(case, by=journal.staff(by.pk))


def refuse(case: Case, *, by: User, reason: str) -> None:
    """Say that identity was not shown, with the words and the offers of the statute, once it cannot be taken back.

    Raises :class:`NotAllowed`.
    """
    if not access.desk(by).may(case, lifecycle.NOT_IDENTIFIED):
        raise NotAllowed("not_yours")
    if not reason.strip():
        raise NotAllowed("reason")
    if failing.must_cure_first(case):
        raise NotAllowed("cure_first")
    if undoing.waiting(case) is not None:
        return
    with transaction.atomic():
        doubt = doubts.raise_doubt(
            case, Doubt.Kind.BY_STAFF, by=journal.staff(by.pk), references={"refused": True}
        )
        standing = doubt or case.doubts.get(kind=Doubt.Kind.BY_STAFF, closed_at=None)
        doubts.note(case, standing, by=by, reason=reason)
        undoing.close_later(case, "not_shown", by=by, doubt=doubt)


def refused(case: Case, by: By, _why: str) -> None:
    """The seconds to take it back are over."""
    failing.give_up(case, by=by, reason="not_shown")


def cure(case: Case, *, by: User) -> None:
    """Ask once more, saying what is missing, as some regimes demand before a refusal. Raises :class:`NotAllowed`."""
    _refuse_unless_working(case, by)
    if case.state != State.VERIFYING or case.reminded_at is not None:
        raise NotAllowed("cured")
    who = journal.staff(by.pk)
    with transaction.atomic():
        if case.letters.filter(kind=failing.REMINDER, status=Letter.Status.TO_POST).exists():
            raise NotAllowed("cured")
        if not failing.ask_once_more(case, by=who, once=failing.REMINDER):
            raise NotAllowed("no_address")
        if correspond.goes_by_post(case):
            # They are asked on the day on which somebody posts it.
            journal.record(case, "cure_requested", by=who)
            return
        event = journal.record(case, "reminded", by=who)
        journal.record(case, "cure_requested", by=who, reminded_at=event.at)


def _look_up(case: Case, told: str) -> list[tuple[str, str]]:
    if not told:
        return []
    inventory = register.controller(case.controller).inventory
    kind = "email" if "@" in told else "phone" if told.startswith("+") else "customer_id"
    with systems.connect_all(inventory.systems.values(), os.environ) as connectors:
        found = lookup(inventory, connectors, kind, told)
    if not found:
        raise NotAllowed("not_on_record")
    return [(kind, value) for value in found]


def _index_of(case: Case) -> str:
    """By what holds, colleagues' doors and other cases know somebody who gave no address: the one on record, if any."""
    known = subject.read(case).by_hand
    if case.subject_index or not known or acting.acts(case):
        return ""
    emails = tuple(value for kind, value in known if kind == "email")
    if not emails:
        inventory = register.controller(case.controller).inventory
        try:
            with systems.connect_all(inventory.systems.values(), os.environ) as connectors:
                emails = beside(inventory, connectors, known[0], "email")
        except systems.SystemFailure:
            raise doubts.NotSettled("silent") from None
    kind, value = ("email", emails[0]) if emails else known[0]
    return sealing.blind(case.controller, kind, value)


def _refuse_unless_working(case: Case, by: User) -> None:
    desk = access.desk(by)
    if not desk.works_for(case.controller) or desk.is_about(case):
        raise NotAllowed("not_yours")
