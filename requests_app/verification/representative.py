"""What happens while somebody shows that they may act for another: told, asked, shown, checked, settled."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from identity import evidence
from identity.flows import mandate
from identity.models import Mandate, User
from requests_app import access, doubts, journal, law, lifecycle, register, subject, systems, undoing
from requests_app.journal import By
from requests_app.letters import by_post, conversation, mails, outbox
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Doubt, Message
from requests_app.systems.lookup import lookup
from requests_app.verification import acting, asking, failing, needs

PAPERS_KEPT = timedelta(days=60)
"""Longer than any first period to answer; whatever is decided earlier goes at once."""
BY_HAND = "by_hand"
"""Shown to a person and not sent: a call, a meeting, a payment."""


class NotYours(Exception):
    """Another role's act, one's own case, or one that is over."""


def challenge(case: Case, acknowledge: Callable[[], None]) -> None:
    """VERIFYING: acknowledge to the one who acts; the person is asked or told at an address on record, or left alone.

    Whoever acts gets the same words whether or not any system knows the other.
    Raises ``SystemFailure`` so that the step is tried again.
    """
    grant, told = acting.authority_of(case), subject.read(case)
    acknowledge()
    asked = [one for one in verifying(case) if acting.authority_of(one).person != "is_left_alone"]
    if grant.person != "is_left_alone" and asked and asked[0].pk != case.pk:
        # One letter to the person for all their cases: the first of them writes it.
        settle(case, by=journal.PIPELINE)
        return
    if grant.person == "is_left_alone" or told.candidates or not told.email:
        settle(case, by=journal.PIPELINE)
        return
    inventory = register.controller(case.controller).inventory
    with systems.connect_all(inventory.systems.values(), os.environ) as connectors:
        found = lookup(inventory, connectors, "email", told.email)
    asks = grant.person == "confirms"
    with transaction.atomic():
        try:
            journal.keep_still(case)
        except journal.IllegalMove:
            return
        case.refresh_from_db(fields=["sealed_subject"])
        told = subject.read(case)
        # Only an address as a system holds it is written to: the one typed is anybody's.
        told.candidates = [("email", address) for address in found]
        for position, address in enumerate(found):
            words = mails.person_asked(case) if asks else mails.person_told(case)
            outbox.queue(
                case=case, kind="person_asked" if asks else "person_told", once=f"person-{position}", to=address,
                words=words, unproved=True,
            )  # fmt: skip
        journal.record(
            case, "person_asked" if asks else "person_told", by=journal.PIPELINE,
            references={"on_record": len(found)}, sealed_subject=subject.seal(case, told),
        )  # fmt: skip
    for sister in _sisters(case):
        if sister.pk != case.pk:
            _share(sister, told.candidates)
    settle(case, by=journal.PIPELINE)


def may_show(case: Case, known: acting.Known | None = None) -> tuple[law.Ask, ...]:
    """What the one who acts may still show now, alternatives included; nothing that this path may not ask."""
    held = acting.claim_of(case, known)
    if held is not None and held.status in (Mandate.Status.DENIED, Mandate.Status.ACCEPTED):
        return ()
    found: dict[str, law.Ask] = {}
    for sister in _unsettled(case, known):
        grant = acting.authority_of(sister)
        for ask in grant.asks:
            if not ask.last_resort or (held and held.status == Mandate.Status.DOUBTED):
                found.setdefault(ask.key, ask)
    return tuple(found.values())


def show(case: Case, key: str, content: bytes) -> None:
    """Keep one paper, sealed. Raises ``evidence.NotKept``, and ``KeyError`` for what this path may not ask."""
    if key not in {ask.key for ask in may_show(case) if ask.how == "paper"}:
        raise KeyError(key)
    with transaction.atomic():
        evidence.keep(
            matter=case.authority_matter, kind=key, content=content, now=timezone.now(), kept_for=PAPERS_KEPT
        )
        acting.claim(case)
        mandate.show(case.authority_matter, key)
        for sister in _unsettled(case):
            journal.record(sister, "papers_shown", by=journal.REQUESTER, references={"ask": key},
                           waits_for=acting.waits_for(sister))  # fmt: skip
    settle(case, by=journal.REQUESTER)


def state(case: Case, key: str, text: str) -> None:
    """Keep what is stated in words, among the messages of the case. ``KeyError`` as :func:`show`."""
    if key not in {ask.key for ask in may_show(case) if ask.how == "words"}:
        raise KeyError(key)
    with transaction.atomic():
        acting.claim(case)
        mandate.show(case.authority_matter, key)
        for sister in _unsettled(case):
            message = conversation.add(
                sister,
                Message.Kind.FROM_REQUESTER,
                text=text,
                written_at=timezone.now(),
                by_ref=acting.WRITES,
            )
            journal.record(
                sister, "papers_shown", by=journal.REQUESTER, references={"ask": key, "message": message.pk},
                waits_for=acting.waits_for(sister),
            )  # fmt: skip
    settle(case, by=journal.REQUESTER)


def own_address_proved(case: Case) -> None:
    """The one who acts typed a code sent to their own address."""
    mandate.holder_proved(case.authority_matter, now=timezone.now())
    settle(case, by=journal.REQUESTER)


def may_confirm(case: Case) -> bool:
    """Whether the person may still say yes: nobody has, and their address is on record."""
    held = acting.claim_of(case)
    undecided = held is not None and held.confirmed_at is None and held.status != Mandate.Status.DENIED
    asked = any(acting.authority_of(sister).person == "confirms" for sister in verifying(case))
    return undecided and asked and bool(subject.read(case).candidates)


def may_deny(case: Case) -> bool:
    """Whether the person may still say no: until the answer is out."""
    held = acting.claim_of(case)
    over = case.state in {State.CLOSED, State.ARCHIVED}
    return held is not None and held.status != Mandate.Status.DENIED and not over


def confirm(case: Case) -> bool:
    """The person says yes, from a page that a code to their address on record opened."""
    if not may_confirm(case):
        return False
    mandate.confirm(case.authority_matter, now=timezone.now())
    for sister in verifying(case):
        journal.record(sister, "person_confirmed", by=journal.PERSON, waits_for=acting.waits_for(sister))
    settle(case, by=journal.PERSON)
    return True


def deny(case: Case) -> bool:
    """The person says no: final. Nothing goes on, and what was already settled is doubted."""
    if not may_deny(case):
        return False
    mandate.deny(case.authority_matter, now=timezone.now())
    evidence.destroy_all(case.authority_matter, now=timezone.now())
    for sister in _sisters(case):
        if sister.state in lifecycle.OPEN and not acting.proves_nothing(sister):
            open_yet = sister.state == State.VERIFYING
            waits = {"waits_for": acting.DENIED} if open_yet else {}
            journal.record(sister, "person_denied", by=journal.PERSON, **waits)
            if not open_yet:
                doubts.raise_doubt(sister, Doubt.Kind.MANDATE, by=journal.PERSON)
    return True


def checklist(case: Case, known: acting.Known | None = None) -> dict[str, law.Question]:
    """The questions staff answer before they accept, for all cases of the submission."""
    return {
        question.key: question
        for sister in verifying(case, known)
        for question in acting.authority_of(sister).checks
    }


def seen_by_hand(case: Case, key: str, *, by: User) -> None:
    """Staff note what was shown to them: a call, a meeting, a paper that came by post. ``KeyError`` as :func:`show`."""
    _refuse_unless_theirs(case, by)
    if key not in {ask.key for ask in may_show(case)}:
        raise KeyError(key)
    mandate.show(case.authority_matter, key)
    for sister in verifying(case):
        journal.record(
            sister, "papers_seen", by=journal.staff(by.pk), references={"ask": key, "how": BY_HAND}
        )
    settle(case, by=journal.staff(by.pk))


def accept(case: Case, *, by: User, answers: Mapping[str, bool | None], answer_to_holder: bool) -> None:
    """Staff accept what was shown, every line of the checklist answered; the papers are destroyed.

    Raises :class:`mandate.NotAccepted`, also while anything required was not shown.
    """
    _refuse_unless_theirs(case, by)
    held, matter, now = acting.claim_of(case), case.authority_matter, timezone.now()
    shown = held.shown if held else []
    missing = [ask.key for s in verifying(case) for ask in acting.authority_of(s).missing(shown)]
    if missing:
        raise mandate.NotAccepted("not_shown", tuple(dict.fromkeys(missing)))
    expected = {key: bool(question.must_be) for key, question in checklist(case).items()}
    with transaction.atomic():
        mandate.accept(
            matter, answers=answers, expected=expected, answer_to_holder=answer_to_holder, by_ref=str(by.pk), now=now
        )  # fmt: skip
        for sister in verifying(case):
            journal.record(
                sister, "mandate_accepted", by=journal.staff(by.pk),
                references={"checks": sorted(expected), "to_holder": answer_to_holder},
                waits_for=acting.waits_for(sister),
            )  # fmt: skip
        evidence.destroy_all(matter, now=now)
    settle(case, by=journal.staff(by.pk))


def doubt(case: Case, *, by: User, answers: Mapping[str, bool | None], reason: str) -> None:
    """What was shown does not do, for a reason on record: it is destroyed, and the one who acts is asked again."""
    _refuse_unless_theirs(case, by)
    matter, now = case.authority_matter, timezone.now()
    with transaction.atomic():
        mandate.doubt(matter, answers=answers, reason=reason, by_ref=str(by.pk), now=now)
        evidence.destroy_all(matter, now=now)
        told = subject.read(case)
        for sister in verifying(case):
            journal.record(
                sister, "mandate_doubted", by=journal.staff(by.pk), reason=reason, waits_for=acting.WAITS
            )
        outbox.queue(
            case=case, kind="papers_again", once=f"papers-again-{case.chain_length}", to=told.writes_from,
            words=mails.papers_again(case, reason), unproved=True,
        )  # fmt: skip


def give_up(case: Case, *, by: User) -> bool:
    """Staff say that the authority was not shown; once that cannot be taken back, it is answered as the statute has it.

    Nothing is disclosed or erased. False where the statute wants them asked once more first, which is done instead: ``reminded_at`` says whether that
    went out, or waits to be posted. Raises :class:`asking.NotAllowed` where no letter could leave.
    """
    _refuse_unless_theirs(case, by)
    if failing.must_cure_first(case):
        asking.cure(case, by=by)
        return False
    undoing.close_later(case, "no_authority", by=by)
    return True


def given_up(case: Case, by: By, _why: str) -> None:
    """The seconds to take it back are over."""
    journal.advance(
        case, lifecycle.NOT_IDENTIFIED, by=by, reason="no_authority",
        outcome=Outcome.NOT_IDENTIFIED, waits_for="",
    )  # fmt: skip


def settle(case: Case, *, by: By) -> None:
    """Whichever cases of the submission need nothing more move on, each by its own table."""
    for sister in verifying(case):
        if needs.outstanding(sister):
            continue
        try:
            _settle(sister, by)
        except journal.IllegalMove:
            # Two things came in at the same moment, and the other one settled it.
            continue


def _settle(sister: Case, by: By) -> None:
    held, told = acting.claim_of(sister), subject.read(sister)
    if not acting.proves_nothing(sister):
        told.proved = told.candidates
        own = told.representative.get("email", "")
        told.answer_to = own if acting.answers_holder(sister, held) else ""
    methods = [need.met_by for need in needs.needs_of(sister) if need.met_by]
    with transaction.atomic():
        journal.advance(
            sister, lifecycle.SETTLE_IDENTITY, by=by, reason=acting.WAITS, references={"methods": methods},
            methods=methods, identified_at=timezone.now(), waits_for="",
            sealed_subject=subject.seal(sister, told),
        )  # fmt: skip
        by_post.withdraw_notices(sister, "replaced", by_post.PROVED)


def _share(sister: Case, candidates: list[tuple[str, str]]) -> None:
    told = subject.read(sister)
    told.candidates = candidates
    journal.record(sister, "person_on_record", by=journal.PIPELINE, sealed_subject=subject.seal(sister, told))


def may_review(case: Case, *, by: User) -> bool:
    """Whether this member of staff may judge the authority: not in a case of their own, on either side."""
    desk = access.desk(by)
    return desk.works_for(case.controller) and not desk.is_about(case)


def _refuse_unless_theirs(case: Case, by: User) -> None:
    if not may_review(case, by=by) or not verifying(case):
        raise NotYours


def sisters(case: Case) -> QuerySet[Case]:
    """This person's cases of the submission: a letter may ask for several people, and what one allows says nothing about another."""
    return case.submission.cases.filter(subject_index=case.subject_index).order_by("pk")


def _sisters(case: Case, known: acting.Known | None = None) -> Sequence[Case]:
    return list(sisters(case).select_related("key", "submission")) if known is None else known.sisters


def verifying(case: Case, known: acting.Known | None = None) -> list[Case]:
    """The cases of the submission whose authority is still open."""
    return [sister for sister in _sisters(case, known) if sister.state == State.VERIFYING]


def _unsettled(case: Case, known: acting.Known | None = None) -> list[Case]:
    """Those not begun yet among them: whoever sent it a moment ago can show something at once."""
    return [sister for sister in _sisters(case, known) if sister.state in {State.RECEIVED, State.VERIFYING}]
