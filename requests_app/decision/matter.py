"""A matter: one duty not to erase that covers several people, or whatever is held of a kind, until it is lifted."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from identity import sealing
from identity.models import User
from requests_app import access, journal, permits, register, subject, worklist
from requests_app.decision.hold import PURPOSE, REASON_LENGTH
from requests_app.decision.problem import NotAllowed
from requests_app.models import Case, LegalHold, Matter, MatterEvent, Work

NAME_LENGTH, CITATION_LENGTH = 120, 200
MOST = 100
"""People named at once."""
PLACED, WIDENED, LET_GO, REVIEWED, LIFTED = "placed", "widened", "let_go", "reviewed", "lifted"


@dataclass(frozen=True)
class Named:
    """One person: keyed hash of what they are known by, empty where nothing was found, and how staff named them."""

    index: str
    known_by: str


def named(desk: access.Desk, controller: register.Controller, typed: str) -> Named:
    """Whom a line stands for: the reference of a case that this desk may read, an e-mail address, or a number."""
    line = typed.strip()
    try:
        case = access.case_for(desk, controller.slug, access.signs_in(line))
    except access.NoSuchCase:
        found = subject.identifier(controller, line)
        return Named(sealing.blind(controller.slug, *found), found[1]) if found else Named("", line)
    return Named(case.subject_index, case.reference)


@dataclass(frozen=True)
class Kind:
    """What is held of everybody in one system: one holding of the inventory, or all of it."""

    system: str
    holding: str = ""


@dataclass(frozen=True)
class Covered:
    """Whom and what a matter names."""

    people: Sequence[Named] = ()
    kinds: Sequence[Kind] = ()


def place(
    controller: str, *, by: User, name: str, reason: str, review_on: date | None, covers: Covered, citation: str = ""
) -> Matter:  # fmt: skip
    """Nothing that the matter covers is erased from now on, in any case of this controller."""
    _permit(by, permits.HOLD, controller)
    wrong = [("name", "name")] if not name.strip() else []
    wrong += [("reason", "reason")] if not reason.strip() else []
    wrong += _review_problems(controller, review_on)
    wrong += _cover_problems(controller, by, covers)
    if wrong or review_on is None:
        raise NotAllowed(wrong)
    with transaction.atomic():
        key = sealing.new_key()
        matter = Matter.objects.create(
            controller=controller,
            key=key,
            sealed_name=sealing.seal(key, name.strip()[:NAME_LENGTH].encode(), PURPOSE),
            sealed_reason=sealing.seal(key, reason.strip()[:REASON_LENGTH].encode(), PURPOSE),
            citation=citation.strip()[:CITATION_LENGTH],
            owner=by,
            placed_at=timezone.now(),
            review_on=review_on,
        )
        _cover(matter, covers, by)
        _note(matter, PLACED, by, review_on=review_on)
    return matter


def widen(matter: Matter, *, by: User, covers: Covered) -> int:
    """Cover more people or kinds of data; how many were not covered yet."""
    _permit(by, permits.HOLD, matter.controller)
    if wrong := _cover_problems(matter.controller, by, covers):
        raise NotAllowed(wrong)
    with transaction.atomic():
        matter = _standing(matter)
        if added := _cover(matter, covers, by):
            _note(matter, WIDENED, by, holds=added)
    return len(added)


def review(matter: Matter, *, by: User, review_on: date | None) -> None:
    """Somebody looked at it and it still stands; it is looked at again on another day."""
    _permit(by, permits.LIFT_HOLD, matter.controller)
    if wrong := _review_problems(matter.controller, review_on):
        raise NotAllowed(wrong)
    with transaction.atomic():
        matter = _standing(matter)
        Matter.objects.filter(pk=matter.pk).update(review_on=review_on)
        matter.holds.filter(lifted_at=None).update(review_on=review_on)
        _note(matter, REVIEWED, by, review_on=review_on)


def let_go(matter: Matter, hold: LegalHold, *, by: User, reason: str) -> None:
    """One person, or one kind of data, is covered no longer; the matter stands for the rest."""
    _permit(by, permits.LIFT_HOLD, matter.controller)
    if not reason.strip():
        raise NotAllowed([("let_go_reason", "why")])
    with transaction.atomic():
        matter = _standing(matter)
        own = matter.holds.select_for_update().filter(pk=hold.pk, lifted_at=None)
        _refuse_own(matter.controller, by, own.values_list("subject_index", flat=True))
        if own.update(lifted_at=timezone.now()):
            _note(matter, LET_GO, by, reason=reason, holds=[hold.pk])
            _free(matter, by, [hold])


def lift(matter: Matter, *, by: User, reason: str) -> None:
    """The duty is over; what it stopped is tried again."""
    _permit(by, permits.LIFT_HOLD, matter.controller)
    if not reason.strip():
        raise NotAllowed([("lift_reason", "why")])
    with transaction.atomic():
        matter = _standing(matter)
        holds = list(matter.holds.select_for_update().filter(lifted_at=None))
        _refuse_own(matter.controller, by, (hold.subject_index for hold in holds))
        now = timezone.now()
        matter.holds.filter(lifted_at=None).update(lifted_at=now)
        Matter.objects.filter(pk=matter.pk).update(lifted_at=now)
        _note(matter, LIFTED, by, reason=reason)
        _free(matter, by, holds)


def _permit(by: User, act: permits.Act, controller: str) -> None:
    if not access.desk(by).may_do(act, controller):
        raise NotAllowed([("", "not_your_move")])


def _review_problems(controller: str, review_on: date | None) -> list[tuple[str, str]]:
    return [("review_on", "past")] if review_on is None or review_on <= worklist.today_at(controller) else []


def _cover_problems(controller: str, by: User, covers: Covered) -> list[tuple[str, str]]:
    if not covers.people and not covers.kinds:
        return [("people", "nothing")]
    if len(covers.people) > MOST:
        return [("people", "too_many")]
    if not all(one.index for one in covers.people):
        return [("people", "unknown_line")]
    inventory = register.controller(controller).inventory
    known = {Kind(system) for system in inventory.systems}
    known |= {Kind(holding.system, holding.key) for holding in inventory.holdings()}
    if not known.issuperset(covers.kinds):
        return [("kinds", "unknown_kind")]
    _refuse_own(controller, by, (one.index for one in covers.people))
    return []


def _refuse_own(controller: str, by: User, indexes: Iterable[str]) -> None:
    """Nobody holds, or lets go of, what is kept about themselves."""
    own = sealing.blind(controller, "email", by.email)
    if any(hmac.compare_digest(own, index) for index in indexes):
        raise NotAllowed([("", "not_your_move")])


def _standing(matter: Matter) -> Matter:
    """The matter as it is now, kept still; refused once it is lifted."""
    found = Matter.objects.select_for_update(of=("self",)).select_related("key").get(pk=matter.pk)
    if found.lifted_at is not None:
        raise NotAllowed([("", "lifted")])
    return found


def _cover(matter: Matter, covers: Covered, by: User) -> list[int]:
    """The holds for what is not covered yet; whatever is being erased just now is over before they bind."""
    standing = set(matter.holds.filter(lifted_at=None).values_list("subject_index", "system", "holding_key"))
    people = {one.index: one for one in covers.people if (one.index, "", "") not in standing}
    kinds = [one for one in dict.fromkeys(covers.kinds) if ("", one.system, one.holding) not in standing]
    for index in sorted(people):
        worklist.take_turns("person", matter.controller, index)
    if kinds:
        worklist.take_turns_on_everybody(matter.controller)
    holds = [_hold(matter, by, subject_index=one.index, known_by=one.known_by) for one in people.values()]
    holds += [_hold(matter, by, system=one.system, holding_key=one.holding) for one in kinds]
    LegalHold.objects.bulk_create(holds)
    erasing = Work.objects.filter(case__controller=matter.controller, operation=Work.Operation.DELETE)
    asked = erasing.filter(errand__isnull=False).exclude(status=Work.Status.CONFIRMED)
    # What a processor was asked to erase is taken back at once, while it has not begun.
    _try_soon(asked.filter(case__subject_index__in=people))
    _try_soon(asked.filter(system__in={one.system for one in kinds}))
    _tell_cases(
        matter, "hold_placed", by, {hold.subject_index: hold.pk for hold in holds if hold.subject_index}
    )
    return [hold.pk for hold in holds]


def _hold(matter: Matter, by: User, *, known_by: str = "", **covers: str) -> LegalHold:
    # How a person was named goes with their hold, and the matter's words with the matter.
    key = sealing.new_key() if known_by else matter.key
    return LegalHold(
        controller=matter.controller, matter=matter, key=key, owner=by, placed_at=timezone.now(),
        sealed_reason=sealing.seal(key, known_by.encode(), PURPOSE) if known_by else b"",
        review_on=matter.review_on, **covers,
    )  # fmt: skip


def _free(matter: Matter, by: User, holds: Sequence[LegalHold]) -> None:
    stopped = Work.objects.filter(
        case__controller=matter.controller, status=Work.Status.FAILED, trouble="legal_hold"
    )
    people = {hold.subject_index: hold.pk for hold in holds if hold.subject_index}
    _try_soon(stopped.filter(case__subject_index__in=people))
    _try_soon(stopped.filter(system__in={hold.system for hold in holds if hold.system}))
    _tell_cases(matter, "hold_lifted", by, people)
    worklist.catch_up()


def _try_soon(works: Iterable[Work]) -> None:
    """One statement, however many there are: the next sweep hands them out."""
    works.update(next_try_at=timezone.now())


def _tell_cases(matter: Matter, event: str, by: User, people: dict[str, int]) -> None:
    """On the journal of each open case of the people named."""
    found = Case.objects.open().filter(controller=matter.controller, subject_index__in=people).order_by("pk")
    for case in found:
        references = {"hold": people[case.subject_index], "matter": matter.pk}
        journal.record(case, event, by=journal.staff(by.pk), references=references)


def _note(
    matter: Matter,
    name: str,
    by: User,
    *,
    reason: str = "",
    holds: Sequence[int] = (),
    review_on: date | None = None,
) -> None:
    references: dict[str, object] = {"holds": list(holds)} if holds else {}
    if review_on is not None:
        references["review_on"] = review_on.isoformat()
    sealed = sealing.seal(matter.key, reason.strip()[:REASON_LENGTH].encode(), PURPOSE) if reason else b""
    MatterEvent.objects.create(
        matter=matter, name=name, by=by, at=timezone.now(), references=references, sealed_reason=sealed
    )
