"""What each role may do at its controller: the one table that pages, posts and tests read.

Moves of a case stand in :mod:`requests_app.lifecycle` with who may make them;
:func:`of_move` reads them from there. All else that staff do is named here.
"""

from __future__ import annotations

from dataclasses import dataclass

from identity.roles import Role
from requests_app.lifecycle import APPROVE, APPROVERS, MOVES, Move


@dataclass(frozen=True)
class Act:
    """Something staff do, and the roles that may."""

    name: str
    who: frozenset[str]
    fresh: bool = False
    """Whether a password or a second factor must have been given within minutes."""


ACTS: dict[str, Act] = {}


def _act(name: str, *who: Role, fresh: bool = False) -> Act:
    ACTS[name] = Act(name, frozenset(who), fresh)
    return ACTS[name]


CASEWORKERS = (Role.HANDLER, Role.PRIVACY_LEAD, Role.COUNSEL)

READ_CASE = _act("read_case", *CASEWORKERS, Role.AUDITOR)
"""Lists, clocks, journal: nothing personal."""
READ_PAPERS = _act("read_papers", *CASEWORKERS)
"""Letters, messages, notes, held mail: masked, but a person's own words."""
WORK = _act("work", *CASEWORKERS)
"""Assign, write, reveal with a reason, try a system again, sort held mail."""
OPEN_OF_OWN_MOTION = _act("open_of_own_motion", Role.HANDLER, Role.PRIVACY_LEAD)
"""Open a case about a person's data with nobody asking: a child's data found, a retention period expired."""
SPLIT = _act("split", Role.HANDLER, Role.PRIVACY_LEAD)
"""Open a case of its own for what else stands in a request; as joining two, it changes what we think was asked."""
CLOCK = _act("clock", Role.HANDLER, Role.PRIVACY_LEAD)
"""Take more time where the statute has it; say why an answer is late."""
HOLD = _act("hold", *CASEWORKERS, fresh=True)
LIFT_HOLD = _act("lift_hold", *APPROVERS, fresh=True)
LIFT_RESTRICTION = _act("lift_restriction", *APPROVERS, fresh=True)
"""Have data used again that was only kept."""
SETTLE_REPLAY = _act("settle_replay", *APPROVERS, fresh=True)
"""Have what a restore brought back gone again, or left as it is."""
READ_TEXTS = _act("read_texts", *CASEWORKERS)
"""Read free text and files before they leave, and mark what is left out."""
CONFIRM_TEXTS = _act("confirm_texts", *APPROVERS, fresh=True)
"""Agree as a second person with what is left out."""
READ_REVEALS = _act("read_reveals", Role.PRIVACY_LEAD, Role.AUDITOR)
READ_LOAD = _act("read_load", Role.PRIVACY_LEAD, Role.COUNSEL, Role.AUDITOR)
"""Figures by handler."""
TAKE_EVIDENCE = _act("take_evidence", Role.PRIVACY_LEAD, Role.COUNSEL, Role.AUDITOR, fresh=True)
"""The evidence pack of a case; who may not read papers gets it without the letters' words."""
TAKE_LETTER = _act("take_letter", *CASEWORKERS, fresh=True)
"""Letters to be printed and posted: a release of what they hold."""
RELEASE_REPLY = _act("release_reply", *APPROVERS, fresh=True)
"""Let a colleague's reply leave, where the company wants a second person for its kind."""
READ_STAFF_LOG = _act("read_staff_log", Role.PRIVACY_LEAD, Role.AUDITOR, Role.ADMINISTRATOR)
SEE_SETTINGS = _act("see_settings", Role.PRIVACY_LEAD, Role.COUNSEL, Role.AUDITOR)
"""What the pack, the calendars and the letters say; nothing of anybody's case."""
SEE_HEALTH = _act("see_health", Role.PRIVACY_LEAD, Role.COUNSEL, Role.AUDITOR, Role.ADMINISTRATOR)
"""Whether mail comes and goes and the systems answer, in numbers."""
READ_TRAINING = _act("read_training", Role.PRIVACY_LEAD, Role.AUDITOR)
RECORD_TRAINING = _act("record_training", Role.PRIVACY_LEAD)
SEE_STAFF = _act("see_staff", Role.ADMINISTRATOR)
MANAGE_STAFF = _act("manage_staff", Role.ADMINISTRATOR, fresh=True)

WEIGHTY = frozenset({APPROVE.name})
"""Moves that release or erase."""


def of_move(move: Move) -> Act:
    """A move as an act: the roles among those who may make it."""
    return Act(move.name, frozenset(move.who & set(Role)), move.name in WEIGHTY)


def every_act() -> dict[str, Act]:
    """Moves and acts together."""
    return {name: of_move(move) for name, move in MOVES.items()} | ACTS
