"""ASSESSING: the systems are searched, then a handler decides and proposes."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from requests_app import finding, journal, law, lifecycle, worklist
from requests_app.decision import gather, own
from requests_app.lifecycle import State
from requests_app.models import Case, Work
from requests_app.register.inventory import SETTING_OPERATIONS

EVERY_SYSTEM = "*"
"""One search spans all systems: a person found in one leads on into the next."""


def search(case: Case) -> None:
    """Open a search, unless one stands whose preview still holds; a right that waits for nobody goes on at once."""
    if finding.calls_for_words(case):
        if case.waits_for != "decision":
            journal.record(case, "to_be_answered", by=journal.PIPELINE, waits_for="decision")
        return
    if _waits_for_nobody(case):
        journal.advance(case, lifecycle.AT_ONCE, by=journal.PIPELINE, waits_for="systems")
        return
    round_ = worklist.latest_round(case, Work.Operation.SEARCH)
    if round_ and (case.preview_digest or round_[0].status != Work.Status.CONFIRMED):
        return
    worklist.new_round(case, Work.Operation.SEARCH, [EVERY_SYSTEM], timezone.now())


def _waits_for_nobody(case: Case) -> bool:
    """Nothing to prove, nothing to weigh, nothing in doubt; what staff took back is theirs to decide."""
    regime = law.regime(case.regime, case.received_on)
    right = regime.right(case.right)
    if not right.at_once or right.operation not in SETTING_OPERATIONS or case.standard != law.Level.NONE:
        return False
    nothing_held = law.HoldingFacts(key="", category="", erase="keep", collected_from_person=None)
    if law.assess(regime, case.right, nothing_held, {}).open_questions:
        return False
    return not case.events.filter(name=lifecycle.AT_ONCE.name).exists()


def do_search(work: Work) -> None:
    """Search once; a system that does not answer leaves the case waiting for it by name."""
    case = Case.objects.select_related("key").get(pk=work.case_id)
    if case.state != State.ASSESSING:
        worklist.confirm(work, {"overtaken": True})
        return
    worklist.begin(work)
    found, against = gather.search(case)
    # A system that refuses has told nothing either: "nothing found" would be untrue.
    silent = [part for part in found.systems if part.status.state not in {"searched", "manual"}]
    if silent:
        # One that has only to wait for another is not the one to look at.
        first = min(silent, key=lambda part: part.status.state == "incomplete")
        refused = any(part.status.state == "refused" for part in found.systems)
        why = first.status.code or ("refused" if refused else "unreachable")
        reasons = {
            part.system: (part.status.detail or part.status.state).removeprefix(f"{part.system}: ")
            for part in silent
        }
        work.result = {"silent": reasons}
        work.save(update_fields=["result"])
        worklist.fail(work, f"{why}: {first.system}"[:60])
        if case.waits_for != f"system:{first.system}":
            told = {first.status.code: [first.status.place]} if first.status.code else {}
            journal.record(case, "system_unreachable", by=journal.PIPELINE,
                           references={"system": first.system, "reason": reasons[first.system], **told},
                           waits_for=f"system:{first.system}")  # fmt: skip
        return
    with transaction.atomic():
        try:
            journal.keep_still(case)
        except journal.IllegalMove:
            # Withdrawn, for one, while the systems were searched; the next try lays the search down.
            return
        gather.set_down(case, found)
        rows = sum(one.count for one in found.systems)
        worklist.confirm(work, found.to_json() | ({"conditions": against} if against else {}))
        journal.record(
            case, "searched", by=journal.PIPELINE,
            references={"systems": len(found.systems), "rows": rows, "digest": found.digest},
            preview_digest=found.digest, waits_for="decision",
        )  # fmt: skip
        if own.decide(case):
            journal.advance(case, lifecycle.AT_ONCE, by=journal.PIPELINE, waits_for="systems")
