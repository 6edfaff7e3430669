"""The same thing asked twice: found by the keyed address, joined by a person, and taken apart again without a loss."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from identity.models import User
from requests_app import access, journal, law, lifecycle, likely_twins, owed, permits, rules
from requests_app.decision.problem import NotAllowed
from requests_app.letters import by_post, conversation, correspond, mails, on_paper, outbox
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, CaseEvent, Message, Submission

MERGED, UNMERGED, MOVED = "merged", "unmerged", "message_merged"
JOINED = frozenset({"joined"})
MOST = 10
ANSWERED = frozenset({Outcome.GRANTED, Outcome.GRANTED_IN_PART, Outcome.REFUSED, Outcome.NOT_FOUND})
"""Outcomes after which something may be found to be missing."""


@dataclass(frozen=True)
class Twin:
    """Another case of the same person, and what speaks for its being the same request."""

    case: Case
    same_right: bool
    days_apart: int
    near: bool
    asked: bool = True
    """Whether somebody asked for both; what is done of our own motion is no request, and so none twice."""
    same_deed: bool = False
    """Whether, where nobody asked for one of them, both do the same."""
    parted: bool = False
    """Whether staff said that the two are not one request."""

    @property
    def suspected(self) -> bool:
        """Same person by keyed hash, same right, near dates, and nobody said otherwise."""
        return self.same_right and self.near and not self.parted


@dataclass(frozen=True)
class Plan:
    """What joining two cases would do: which goes on, which is closed, and what comes over."""

    kept: Case
    closed: Case
    messages: int
    clock_from: datetime | None
    """The earlier receipt that the kept case takes over; none where its own is the earlier."""


def twins(case: Case, others: Sequence[Case], chain: Iterable[CaseEvent] | None = None) -> list[Twin]:
    """``others`` of the same person with the evidence, the likeliest first.

    ``chain``: the case's journal, where a page has read it anyway.
    """
    found, parted = [], _parted(case, chain)
    for other in others:
        if other.submission_id == case.submission_id and other.right != case.right:
            continue
        apart = abs(other.received_at - case.received_at)
        asked = not (case.own_motion or other.own_motion)
        same = (other.regime, other.right) == (case.regime, case.right)
        found.append(
            Twin(
                other,
                asked and same and other.capacity == case.capacity,
                apart.days,
                apart <= likely_twins.NEAR,
                asked,
                same_deed=same and not asked,
                parted=other.reference in parted,
            )
        )
    return sorted(
        found, key=lambda twin: (not (twin.suspected or twin.same_deed), not twin.same_right, twin.days_apart)
    )


def _parted(case: Case, chain: Iterable[CaseEvent] | None) -> set[str]:
    told = case.events.filter(name=likely_twins.DISMISSED) if chain is None else chain
    return {str(event.references["case"]) for event in told if event.name == likely_twins.DISMISSED}


def part(case: Case, other: Case, *, by: User) -> None:
    """Staff say that the two are not one request: neither is shown as the other's likely duplicate any more."""
    desk = access.desk(by)
    if not desk.may_do(permits.of_move(lifecycle.MARK_DUPLICATE), case.controller):
        raise NotAllowed([("", "not_your_move")])
    if desk.is_about(case) or desk.is_about(other):
        raise NotAllowed([("", "not_your_move")])
    if (
        not case.subject_index
        or case.controller != other.controller
        or case.subject_index != other.subject_index
    ):
        raise NotAllowed([("case", "other_person")])
    with transaction.atomic():
        # In the order of their numbers, as joining locks them.
        for one, twin in sorted(((case, other), (other, case)), key=lambda pair: pair[0].pk):
            if twin.reference not in _parted(one, None):
                journal.record(
                    one, likely_twins.DISMISSED, by=journal.staff(by.pk), references={"case": twin.reference}
                )
        likely_twins.mark(case.controller, {case.subject_index})


def plan(case: Case, other: Case) -> Plan:
    """What :func:`merge` would do; raises :class:`NotAllowed` where the two are not one request.

    The one that is verified goes on, else the older; the earlier clock always.
    """
    same = case.pk != other.pk and case.controller == other.controller and bool(case.subject_index)
    if case.own_motion or other.own_motion:
        raise NotAllowed([("case", "nobody_asked")])
    if not same or case.subject_index != other.subject_index or not _by_the_same(case, other):
        raise NotAllowed([("case", "other_person")])
    if (case.regime, case.right, case.regime_version) != (other.regime, other.right, other.regime_version):
        raise NotAllowed([("case", "other_right")])
    kept, closed = sorted((case, other), key=lambda one: (one.identified_at is None, one.received_at, one.pk))
    if State(closed.state) not in lifecycle.MARK_DUPLICATE.sources:
        kept, closed = closed, kept
    proof_lost = closed.identified_at is not None and kept.identified_at is None
    answered = kept.closed_at is not None or kept.answered_at is not None
    if State(closed.state) not in lifecycle.MARK_DUPLICATE.sources or proof_lost or answered:
        raise NotAllowed([("case", "too_far")])
    earlier = closed.received_at if closed.received_at < kept.received_at else None
    return Plan(kept, closed, closed.messages.count(), earlier)


def _by_the_same(case: Case, other: Case) -> bool:
    """Whether the same person wrote both: what one asks for another is not answered with what that other asks."""
    accounts = {case.account_index, other.account_index} - {""}
    if case.capacity != other.capacity or len(accounts) > 1:
        return False
    wrote = Submission.objects.filter(pk__in=(case.submission_id, other.submission_id))
    return case.capacity == law.SELF or wrote.values("sender_index").distinct().count() == 1


def merge(case: Case, other: Case, *, by: User) -> Plan:
    """Close one of the two as a duplicate; the other gets every message and the earlier clock."""
    with transaction.atomic():
        numbers = sorted((case.pk, other.pk))
        locked = Case.objects.select_for_update(of=("self",)).select_related("key", "submission")
        rows = {one.pk: one for one in locked.filter(pk__in=numbers).order_by("pk")}
        done = plan(rows[case.pk], rows[other.pk])
        kept, closed, who = done.kept, done.closed, journal.staff(by.pk)
        desk = access.desk(by)
        if not desk.may(closed, lifecycle.MARK_DUPLICATE) or desk.is_about(kept):
            raise NotAllowed([("", "not_your_move")])
        copies = [
            _copy(message, closed, kept, who) for message in closed.messages.order_by("written_at", "pk")
        ]
        journal.advance(
            closed, lifecycle.MARK_DUPLICATE, by=who, outcome=Outcome.DUPLICATE, duplicate_of=kept, waits_for="",
            references={"case": kept.reference},
        )  # fmt: skip
        references: dict[str, object] = {"case": closed.reference, "messages": copies}
        changes: dict[str, object] = {}
        if done.clock_from is not None:
            references["received_before"] = kept.received_at.isoformat()
            changes = _clock(kept, done.clock_from, references)
        journal.record(kept, MERGED, by=who, references=references, **changes)
        _tell(closed, kept)
    return done


def unmerge(case: Case, *, by: User) -> Case:
    """Take a duplicate out again: it goes on from its start, and the other has its own clock and messages back."""
    if not access.desk(by).may(case, lifecycle.UNMARK_DUPLICATE):
        raise NotAllowed([("", "not_your_move")])
    if case.outcome != Outcome.DUPLICATE or case.duplicate_of_id is None:
        raise NotAllowed([("", "not_a_duplicate")])
    who = journal.staff(by.pk)
    with transaction.atomic():
        kept = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.duplicate_of_id)
        joined = kept.events.filter(name=MERGED, references__case=case.reference).order_by("-number").first()
        known = joined.references if joined else {}
        journal.advance(
            case, lifecycle.UNMARK_DUPLICATE, by=who, references={"case": kept.reference}, outcome="",
            duplicate_of=None, closed_at=None, purge_on=None, log_until=None, preview_digest="", waits_for="",
        )  # fmt: skip
        by_post.withdraw_notices(case, "replaced", JOINED)
        Message.objects.filter(pk__in=known.get("messages", ()), case=kept).delete()
        references: dict[str, object] = {"case": case.reference}
        changes: dict[str, object] = {}
        if "received_before" in known and kept.closed_at is None and kept.answered_at is None:
            own = datetime.fromisoformat(known["received_before"])
            others = Case.objects.filter(duplicate_of=kept).exclude(pk=case.pk)
            # Another duplicate may be older still: the clock stays with the earliest that is left.
            changes = _clock(kept, min([own, *others.values_list("received_at", flat=True)]), references)
        journal.record(kept, UNMERGED, by=who, references=references, **changes)
    return kept


def reopen(case: Case, *, by: User, reason: str) -> None:
    """Something is missing in what was answered: the same case goes on, and the systems are searched anew."""
    if not access.desk(by).may(case, lifecycle.SUPPLEMENT):
        raise NotAllowed([("", "not_your_move")])
    shown = case.identified_at is not None or case.standard == law.Level.NONE
    if case.outcome not in ANSWERED or not shown or case.key.wrapped is None:
        raise NotAllowed([("", "nothing_to_add_to")])
    if not reason.strip():
        raise NotAllowed([("supplement", "reason")])
    with transaction.atomic():
        case.approvals.filter(void=False).update(void=True)
        journal.advance(
            case, lifecycle.SUPPLEMENT, by=journal.staff(by.pk), closed_at=None, purge_on=None, log_until=None,
            preview_digest="", waits_for="",
        )  # fmt: skip
        correspond.write_note(case, by=by, text=reason.strip())


def _clock(kept: Case, receipt: datetime, references: dict[str, object]) -> dict[str, object]:
    """The columns for another receipt, with both dates among what the journal keeps."""
    # Everything but the receipt stays; the rules in force are the same, or the two were not joined.
    columns = owed.columns_of(
        rules.matches(kept), receipt, extended=kept.extended, until=owed.taken_until(kept)
    )
    for name, column in (("due", "due_on"), ("last", "last_on")):
        references[f"{name}_before"] = getattr(kept, column).isoformat()
        references[f"{name}_after"] = columns[column].isoformat()
    return columns | {"received_at": receipt}


def _copy(message: Message, closed: Case, kept: Case, who: journal.By) -> int:
    message.case = closed
    said = conversation.read(message)
    copied = conversation.add(
        kept, Message.Kind(message.kind), text=said["text"], subject=said.get("subject", ""),
        written_at=message.written_at, by_ref=message.by_ref,
    )  # fmt: skip
    journal.record(kept, MOVED, by=who, references={"message": copied.pk, "case": closed.reference})
    return copied.pk


def _tell(closed: Case, kept: Case) -> None:
    """Whoever asked is told under which reference both are answered."""
    to, proved = correspond.recipient(closed)
    number = closed.events.filter(name=lifecycle.MARK_DUPLICATE.name).count()
    if correspond.goes_by_post(closed):
        by_post.lay_notice_ready(
            closed, kind="joined", once=f"joined-{number}", letter=on_paper.joined(closed, kept)
        )
    elif to and not outbox.is_number(to):
        outbox.queue(
            case=closed, kind="joined", once=f"joined-{number}", to=to, words=mails.joined(closed, kept),
            unproved=not proved,
        )  # fmt: skip
