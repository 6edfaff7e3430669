"""How far the systems are with a case: one word per system, from its works."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from requests_app.models import Case, Work
from requests_app.register import Controller


class Seen(NamedTuple):
    """A work without its sealed content."""

    case_id: int
    system: str
    operation: str
    round: int
    status: str


def works_of(cases: Sequence[Case]) -> dict[int, list[Seen]]:
    """The works of many cases in one query."""
    found: dict[int, list[Seen]] = {}
    listed = Work.objects.filter(case__in=[case.pk for case in cases]).order_by("pk")
    for row in listed.values_list(*Seen._fields):
        found.setdefault(row[0], []).append(Seen(*row))
    return found


def states(controller: Controller, case: Case, works: Iterable[Seen]) -> list[str]:
    """``done``, ``failed``, ``hand`` or ``waiting`` for every system that this case concerns."""
    newest: dict[str, Seen] = {}
    searched: Seen | None = None
    for work in works:
        if work.operation == Work.Operation.SEARCH:
            searched = work
        else:
            newest[work.system] = work
    if newest:
        last = max(work.round for work in newest.values())
        return [_state(work) for work in newest.values() if work.round == last]
    systems = controller.inventory.systems
    silent = case.waits_for.removeprefix("system:") if case.waits_for.startswith("system:") else ""
    return [
        "failed"
        if key == silent
        else "done"
        if searched and searched.status == Work.Status.CONFIRMED and not system.is_asked
        else "hand"
        if searched and system.is_asked
        else "waiting"
        for key, system in systems.items()
    ]


def _state(work: Seen) -> str:
    untouched = "hand" if work.operation == Work.Operation.NOTIFY else "waiting"
    return {Work.Status.CONFIRMED: "done", Work.Status.FAILED: "failed"}.get(work.status, untouched)
