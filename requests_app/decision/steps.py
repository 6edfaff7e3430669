"""ASSESSING: the systems are searched, then a handler decides and proposes."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from requests_app import journal, worklist
from requests_app.decision import gather
from requests_app.lifecycle import State
from requests_app.models import Case, Work

EVERY_SYSTEM = "*"
"""One search spans all systems: a person found in one leads on into the next."""


def search(case: Case) -> None:
    """Open a search, unless one stands whose preview still holds."""
    round_ = worklist.latest_round(case, Work.Operation.SEARCH)
    if round_ and (case.preview_digest or round_[0].status != Work.Status.CONFIRMED):
        return
    worklist.new_round(case, Work.Operation.SEARCH, [EVERY_SYSTEM], timezone.now())


def do_search(work: Work) -> None:
    """Search once; a system that does not answer leaves the case waiting for it by name."""
    case = Case.objects.select_related("key").get(pk=work.case_id)
    if case.state != State.ASSESSING:
        worklist.confirm(work, {"overtaken": True})
        return
    worklist.begin(work)
    found = gather.search(case)
    # A system that refuses has told nothing either: "nothing found" would be untrue.
    silent = [part.system for part in found.systems if part.status.state not in {"searched", "manual"}]
    if silent:
        refused = any(part.status.state == "refused" for part in found.systems)
        worklist.fail(work, f"{'refused' if refused else 'unreachable'}: {silent[0]}"[:60])
        if case.waits_for != f"system:{silent[0]}":
            journal.record(case, "system_unreachable", by=journal.PIPELINE, references={"system": silent[0]},
                           waits_for=f"system:{silent[0]}")  # fmt: skip
        return
    with transaction.atomic():
        try:
            journal.keep_still(case)
        except journal.IllegalMove:
            # Withdrawn, for one, while the systems were searched; the next try lays the search down.
            return
        rows = gather.set_down(case, found)
        worklist.confirm(work, found.to_json())
        journal.record(
            case, "searched", by=journal.PIPELINE,
            references={"systems": len(found.systems), "rows": rows, "digest": found.digest},
            preview_digest=found.digest, waits_for="decision",
        )  # fmt: skip
