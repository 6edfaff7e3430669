"""THE JOURNEY, on one page: which step answers which state. A state missing here waits for a person."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from django.utils import timezone

from requests_app import journal, nudges, publishing, undoing, worklist
from requests_app.archive import steps as archive
from requests_app.decision import more_time, set_aside
from requests_app.decision import steps as decision
from requests_app.fulfilment import due, lifting, tasks_by_hand, working
from requests_app.fulfilment import steps as fulfilment
from requests_app.journal import By
from requests_app.letters import by_post, correspond, outbox, post_address, posted
from requests_app.lifecycle import State
from requests_app.models import Case, CaseEvent, Letter, Work
from requests_app.response import posting
from requests_app.response import steps as response
from requests_app.verification import asking, clock, facts, moving, representative, visit
from requests_app.verification import steps as verification

log = logging.getLogger(__name__)

STEPS: dict[State, Callable[[Case], None]] = {
    State.RECEIVED: verification.begin,
    State.VERIFYING: verification.challenge,  # then the requester types the code
    State.ASSESSING: decision.search,  # then a handler decides and proposes
    # APPROVING waits for a second person.
    State.FULFILLING: fulfilment.carry_out,
    State.RESPONDING: response.answer,
    State.CLOSED: archive.close,
}

EVENT_STEPS: dict[str, Callable[[Case], None]] = {
    "code_requested": verification.challenge,
    "facts_given": facts.compare,
    "answer_due": response.answer_so_far,
    "third_party_cleared": response.cleared,
    "texts_confirmed": response.cleared,
    "text_reopened": response.cleared,
}

GIVEN: dict[str, Callable[[Case, Letter], None]] = {
    # What follows from a letter's having been posted.
    by_post.KIND: posting.give,
    "acknowledgement": verification.acknowledged_by_post,
    "reminder": verification.reminded_by_post,
    more_time.KIND: lambda case, _letter: more_time.take_effect(case),
}


def _count_posted(case: Case) -> None:
    posted.count(case, GIVEN)
    case.refresh_from_db()
    _go_on_lifting(case)
    # An answer leaves nothing to wait for: a notice of more time that nobody posted lapses.
    more_time.take_effect(case)
    posting.clear_rows(case)


def _go_on_lifting(case: Case) -> None:
    # Of what waits to be posted, its posting is news of its own.
    with suppress(lifting.NotToldYet):
        lifting.go_on(case)


def _go_the_new_way(case: Case) -> None:
    verification.acknowledge_anew(case)
    if case.state == State.RESPONDING:
        response.answer(case)


CLOSINGS: dict[str, Callable[[Case, By, str], object]] = {
    # By staff, once nobody can take it back.
    "not_shown": asking.refused,
    "no_authority": representative.given_up,
    "set_aside": set_aside.was_set_aside,
}

NEWS: dict[str, Callable[[Case], None]] = {
    # Still news when the case has moved on meanwhile.
    publishing.RECOUNTED: publishing.tell,
    more_time.ASKED: more_time.take_effect,
    correspond.TAKEN_BACK: more_time.take_effect,
    lifting.ASKED: lifting.go_on,
    posted.MARKED: _count_posted,
    undoing.CLOSE_ASKED: lambda case: undoing.take_effect(case, CLOSINGS),
    post_address.ADDRESS_SET: _go_the_new_way,
}

WORK: dict[str, Callable[[Work], None]] = {
    Work.Operation.SEARCH: decision.do_search,
    Work.Operation.ACCESS: working.do_access,
    Work.Operation.DELETE: working.do_delete,
    Work.Operation.CORRECT: working.do_correct,
    Work.Operation.SET: working.do_set,
    Work.Operation.LIFT: lifting.do_lift,
}

FOLLOW_LOCK, SWEEP_LOCK = 0x0F01, 0x0F02
LONGEST_WAIT, LONGEST_REST = timedelta(minutes=2), timedelta(minutes=10)
"""How long the sweep lets an event rest at most: one whose step must still wait, and one whose step fails."""
LOST_AFTER = timedelta(seconds=20)
"""An unfollowed event this old has lost its nudge."""


def follow_through(event: CaseEvent) -> None:
    """Do what an event calls for and what comes of it: the case's next steps, then one work or letter of those opened.

    All else is given to whoever is free. Killed anywhere in between, what is left is found by the sweep, as where a
    nudge is lost.
    """
    with nudges.keep() as kept:
        follow_up(event)
        work = kept.take(worklist.DO_WORK)
        letter = kept.take(outbox.SEND) if work is None else None
    if isinstance(work, Work):
        # Where the case is carried out it was read by whoever opened the work, and written upon by nobody else since.
        do_work(work.pk, work.case if work.case.state == State.FULFILLING else None)
    elif isinstance(letter, Letter):
        outbox.send(letter.pk, letter.case)


def follow_up(event: CaseEvent) -> None:
    """Do what an event calls for, if the case is still where the event left it; safe to run twice.

    Of ``event`` only whose it is counts: how it and its case are by now is read once nobody else is at it.
    """
    with worklist.alone(FOLLOW_LOCK, event.case_id) as mine:
        there = CaseEvent.objects.select_related("case__key").filter(pk=event.pk, followed_at=None)
        if not mine or (now := next(iter(there), None)) is None:
            return
        case, closed = now.case, False
        following: CaseEvent | None = now
        while following is not None:
            if not _take_step(case, following):
                # Left unfollowed: the sweep asks again.
                break
            journal.mark_followed(following)
            closed |= following.to_state == State.CLOSED
            following = journal.take_kept(case)
    if closed:
        waiting = case.followers.filter(state=State.FULFILLING)
        _carry_on(list(waiting) if waiting.exists() else [])


def _take_step(case: Case, event: CaseEvent) -> bool:
    """Whether what the event calls for is done, or is not to be done any more."""
    if event.name in NEWS:
        try:
            NEWS[event.name](case)
        except (more_time.NotSentYet, lifting.NotToldYet, undoing.StillUndoable):
            return False
    elif case.state == event.to_state:
        step = EVENT_STEPS.get(event.name) or STEPS.get(State(case.state))
        if step is not None:
            step(case)
    return True


def do_work(number: int, case: Case | None = None) -> None:
    """One operation in one system, by one worker at a time; ``number`` is the work's.

    ``case`` is the work's, where it has just been read; whether it is still so is asked where that matters.
    """
    with worklist.alone(worklist.LOCK_SPACE, number) as mine:
        there = Work.objects.exclude(status=Work.Status.CONFIRMED).filter(pk=number)
        for work in (there if case else there.select_related("case__key")) if mine else ():
            if case:
                work.case = case
            WORK[work.operation](work)


def sweep() -> None:
    """Follow lost nudges and work whose time has come; one case's trouble does not stop the others."""
    with worklist.alone(SWEEP_LOCK, 0) as mine:
        # A second broom would take the next worker while the first waits for a dead system, and so on.
        if mine:
            _sweep(timezone.now())


def _sweep(now: datetime) -> None:
    for event_id in journal.unfollowed(before=now - LOST_AFTER, now=now):
        _spare(f"event could not be followed again, event {event_id}", _follow_again, event_id, now)
    for work in worklist.waiting(now):
        _spare(f"work failed, work {work.pk}", do_work, work.pk)
    for knock in visit.unattended(before=now - LOST_AFTER):
        _spare(f"a knock was not attended, knock {knock.pk}", visit.attend, knock)
    _spare("a person could not be reminded", tasks_by_hand.chase, now)
    _carry_on(fulfilment.held_back(now))


def _follow_again(event_id: int, now: datetime) -> None:
    """Do what an event calls for whose nudge was lost; one that must still wait, or fails, rests for a while."""
    event = CaseEvent.objects.filter(pk=event_id).first()
    if event is None:
        # Its case was destroyed since the list was made.
        return
    done = _spare(f"step failed, event {event_id}", follow_up, event)
    if CaseEvent.objects.filter(pk=event_id, followed_at=None).exists():
        journal.let_rest(event_id, now, longest=LONGEST_WAIT if done else LONGEST_REST)


def _carry_on(waiting: list[Case]) -> None:
    for case in waiting:
        _spare(f"a case that waited for its sister failed, case {case.pk}", _carry_out, case)


def _carry_out(case: Case) -> None:
    with worklist.alone(FOLLOW_LOCK, case.pk) as mine:
        case.refresh_from_db()
        if mine and case.state == State.FULFILLING:
            fulfilment.carry_out(case)


def _spare(failed: str, step: Callable[..., object], *told: object) -> bool:
    """Whether a step went well; one that fails is logged as ``failed`` and spares all others.

    Beside an exception the log fills in numbers alone, so ``failed`` says itself which one it was.
    """
    try:
        step(*told)
    except Exception:
        log.exception(failed)
        return False
    return True


def watch_clocks() -> None:
    """Look after cases whose day is near, those whose systems are at work, and changes of address."""
    now = timezone.now()
    clock.acknowledge()
    clock.watch(now)
    due.watch(now)
    lifting.watch(now)
    more_time.lapse_unposted(now)
    moving.complete_due(now)


def recount() -> int:
    """Count again what was counted under another calendar, as after a release; how many changed."""
    return sum(1 for _ in publishing.recount())
