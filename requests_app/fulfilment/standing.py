"""Whether an approval is still the newest, and whether anything stands against carrying it out."""

from __future__ import annotations

from collections.abc import Iterable

from requests_app import doubts, restriction, systems
from requests_app.fulfilment import execute
from requests_app.lifecycle import State
from requests_app.models import Case, CaseEvent, Work

HOLD, DOUBT = "legal_hold", "doubt"
HELD = frozenset({Work.Operation.DELETE, Work.Operation.CORRECT})
"""What a legal hold forbids."""
CHANGING = HELD | {Work.Operation.SET}
"""What changes something, and must not be done for somebody who is doubted."""


def round_of(case: Case, chain: Iterable[CaseEvent] | None = None) -> int:
    """How often the case has come here: each time is a decision of its own to carry out.

    ``chain``: the case's journal, where a page has read it anyway.
    """
    if chain is None:
        return case.events.filter(to_state=State.FULFILLING).exclude(from_state=State.FULFILLING).count()
    return sum(one.to_state == State.FULFILLING != one.from_state for one in chain)


def stands(case: Case, work: Work) -> bool:
    """Whether the approval that this work carries out is the newest, and is being carried out.

    What sets a restriction back stands as long as nothing restricts the same anew.
    """
    if work.operation == Work.Operation.LIFT:
        return restriction.is_being_lifted(case)
    return case.state == State.FULFILLING and work.round == round_of(case)


def forbidden(case: Case, work: Work) -> str:
    """Why a work must not be done now: ``legal_hold`` or ``doubt``; empty if nothing stands against it."""
    if work.operation in HELD:
        try:
            execute.refuse_if_held(case, work.system)
        except systems.HoldPlaced:
            return HOLD
    return DOUBT if doubts.block_release(case) else ""
