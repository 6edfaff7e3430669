"""Every state of a case and every move: the whole graph on one screen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from identity.roles import Role


class State(StrEnum):
    """Whose move it is."""

    RECEIVED = "received"  # ours: find out how sure we must be
    VERIFYING = "verifying"  # the requester's: show who they are
    ASSESSING = "assessing"  # a handler's: decide what the law leaves open
    APPROVING = "approving"  # a second person's
    FULFILLING = "fulfilling"  # the systems'
    RESPONDING = "responding"  # ours: send the answer
    CLOSED = "closed"  # nobody's; proof is kept
    ARCHIVED = "archived"  # content destroyed, log kept


class Outcome(StrEnum):
    """What was decided."""

    GRANTED = "granted"
    GRANTED_IN_PART = "granted_in_part"
    REFUSED = "refused"
    NOT_IDENTIFIED = "not_identified"
    NOT_FOUND = "not_found"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    MISTAKEN = "mistaken"  # staff opened it by splitting another, and nobody had asked for it


NO_ANSWER = frozenset({Outcome.WITHDRAWN, Outcome.DUPLICATE, Outcome.MISTAKEN})
"""Ends of a case that had no answer of its own."""


class Who(StrEnum):
    """Who may make a move besides staff, who are named by role; the pipeline is the portal itself."""

    PIPELINE = "pipeline"
    REQUESTER = "requester"


STAFF = frozenset({Role.HANDLER, Role.PRIVACY_LEAD})
APPROVERS = frozenset({Role.PRIVACY_LEAD, Role.COUNSEL})
OPEN = frozenset(State) - {State.CLOSED, State.ARCHIVED}
AUTHORITY_CHECK, AUTHORITY_DENIED, BY_HAND = "authority_check", "authority_denied", "by_hand"
DOCUMENT_GIVEN = "document"
UNSEEN = (AUTHORITY_CHECK, DOCUMENT_GIVEN)
"""What a case waits for when the requester has shown something that nobody here has looked at."""
STAFFS = (*UNSEEN, AUTHORITY_DENIED, BY_HAND)
"""What a case waits for in which nothing is proved yet, and the next move is a member of staff's all the same."""
BEFORE_APPROVAL = frozenset({State.RECEIVED, State.VERIFYING, State.ASSESSING, State.APPROVING})


@dataclass(frozen=True)
class Move:
    """One way from a state to another."""

    name: str
    sources: frozenset[State]
    target: State
    who: frozenset[Who | Role]
    another_person: bool = False
    """Whoever proposed may not make this move."""
    outcome_needed: bool = False
    asked: bool | None = None
    """``True``: only of a case that somebody asked for; ``False``: only of one of our own motion."""

    def fits(self, *, own_motion: bool) -> bool:
        """Whether a case that began so may ever make it."""
        return self.asked is None or self.asked is not own_motion


MOVES: dict[str, Move] = {}


def _move(
    name: str, *sources: State, to: State, who: frozenset[Role] | set[Who | Role], another_person: bool = False,
    outcome_needed: bool = False, asked: bool | None = None,
) -> Move:  # fmt: skip
    MOVES[name] = Move(name, frozenset(sources), to, frozenset(who), another_person, outcome_needed, asked)
    return MOVES[name]


S, W = State, Who
ASK_PROOF = _move("ask_proof", S.RECEIVED, to=S.VERIFYING, who={W.PIPELINE}, asked=True)
NEED_NO_PROOF = _move("need_no_proof", S.RECEIVED, to=S.ASSESSING, who={W.PIPELINE}, asked=True)
TAKE_UP = _move("take_up", S.RECEIVED, to=S.ASSESSING, who={W.PIPELINE}, asked=False)  # nobody to verify
SETTLE_IDENTITY = _move("settle_identity", S.VERIFYING, to=S.ASSESSING, who={W.PIPELINE, *STAFF}, asked=True)
ASK_MORE_PROOF = _move("ask_more_proof", S.ASSESSING, to=S.VERIFYING, who=STAFF, asked=True)
PROPOSE = _move("propose", S.ASSESSING, to=S.APPROVING, who=STAFF)
SEND_BACK = _move("send_back", S.APPROVING, to=S.ASSESSING, who=STAFF | APPROVERS)
APPROVE = _move("approve", S.APPROVING, to=S.FULFILLING, who=APPROVERS, another_person=True)
# Rights that wait for nobody.
AT_ONCE = _move("at_once", S.ASSESSING, to=S.FULFILLING, who={W.PIPELINE}, asked=True)
PREVIEW_CHANGED = _move("preview_changed", S.FULFILLING, to=S.ASSESSING, who={W.PIPELINE})
NOT_AS_DECIDED = _move("not_as_decided", S.FULFILLING, to=S.ASSESSING, who={W.PIPELINE})
FULFIL = _move("fulfil", S.FULFILLING, to=S.RESPONDING, who={W.PIPELINE})
SEND_LETTER_BACK = _move("send_letter_back", S.RESPONDING, to=S.ASSESSING, who=STAFF, asked=True)
NOT_IDENTIFIED = _move(
    "not_identified", S.VERIFYING, to=S.RESPONDING, who={W.PIPELINE, *STAFF}, outcome_needed=True, asked=True
)
ANSWER = _move("answer", S.RESPONDING, to=S.CLOSED, who={W.PIPELINE}, outcome_needed=True, asked=True)
TELL = _move(
    "tell", S.RESPONDING, to=S.CLOSED, who=STAFF, outcome_needed=True, asked=True
)  # by word of mouth, where no letter can go
CONCLUDE = _move(
    "conclude", S.RESPONDING, to=S.CLOSED, who={W.PIPELINE}, outcome_needed=True, asked=False
)  # a record, and no letter
SET_ASIDE = _move(
    "set_aside",
    S.RECEIVED,
    S.ASSESSING,
    S.APPROVING,
    to=S.CLOSED,
    who=STAFF,
    outcome_needed=True,
    asked=False,
)
WITHDRAW = _move(
    "withdraw", *BEFORE_APPROVAL, to=S.CLOSED, who={W.REQUESTER}, outcome_needed=True, asked=True
)
UNDO = _move(
    "undo", S.FULFILLING, to=S.CLOSED, who={W.REQUESTER}, outcome_needed=True, asked=True
)  # before work starts
MARK_DUPLICATE = _move(
    "mark_duplicate", *BEFORE_APPROVAL, to=S.CLOSED, who=STAFF, outcome_needed=True, asked=True
)
# From the start, lest what was never shown be passed over; what was shown still counts.
UNMARK_DUPLICATE = _move("unmark_duplicate", S.CLOSED, to=S.RECEIVED, who=STAFF, asked=True)
# What staff parted from another case and should not have; nothing is decided in it yet.
UNSPLIT = _move(
    "unsplit",
    S.RECEIVED,
    S.VERIFYING,
    S.ASSESSING,
    to=S.CLOSED,
    who=STAFF,
    outcome_needed=True,
    asked=True,
)
SUPPLEMENT = _move("supplement", S.CLOSED, to=S.ASSESSING, who=STAFF, asked=True)
# An answer on paper was given on the day it was posted; but the post brought it back.
LETTER_RETURNED = _move("letter_returned", S.CLOSED, to=S.RESPONDING, who=STAFF | APPROVERS, asked=True)
PURGE = _move("purge", S.CLOSED, to=S.ARCHIVED, who={W.PIPELINE})
