"""Facts told by the requester, compared by the worker with what the systems hold, and then forgotten."""

from __future__ import annotations

import os
from collections.abc import Mapping

from django.db import transaction

from requests_app import journal, lifecycle, register, subject, systems
from requests_app.models import Case
from requests_app.register.inventory import Collection, Field
from requests_app.verification import need, needs, sisters, suspicion

TRIES = 3
"""Of one submission; then a person must look."""
LONGEST = 200
GIVEN = "facts_given"


class NotAsked(Exception):
    """This right does not ask for it now, or the tries are used up."""


def askable(case: Case) -> list[tuple[str, Collection, Field]]:
    """What one may tell us, by path: never what the request itself wants corrected (11 CCR 7060(h))."""
    corrected = under_correction(case)
    inventory = register.controller(case.controller).inventory
    paths = ((f"{c.name}.{f.name}", c, f) for c, f in inventory.matchable())
    return [place for place in paths if place[0] not in corrected]


def under_correction(case: Case) -> frozenset[str]:
    """Paths of the fields that any case of the submission asks to correct: ``details["corrects"]``, by commas."""
    told = [subject.read(sister).details.get("corrects", "") for sister in sisters.all_of(case)]
    return frozenset(path.strip() for text in told for path in text.split(",") if path.strip())


def may_give(case: Case) -> bool:
    """Whether facts are asked for, and there is a try left."""
    return tries_left(case) > 0 and any(
        needs.may_ask(sister, method) for sister in sisters.waiting(case) for method in need.POINTS
    )


def tries_left(case: Case) -> int:
    """Of the submission's."""
    used = sum(sister.events.filter(name=GIVEN).count() for sister in sisters.all_of(case))
    return max(TRIES - used, 0)


def give(case: Case, told: Mapping[str, str], *, signed: str = "") -> None:
    """Keep the facts sealed until the worker has compared them; raises :class:`NotAsked`.

    The page does this and no more, so it answers alike whatever the systems hold.
    """
    lead = sisters.lead_of(case)
    allowed = {path for path, _, _ in askable(case)}
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=lead.pk)
        if not may_give(lead):
            raise NotAsked
        known = subject.read(lead)
        known.facts = {
            path: text[:LONGEST] for path, text in told.items() if path in allowed and text.strip()
        }
        if signed:
            known.facts["signed"] = signed
        journal.record(
            lead, GIVEN, by=journal.REQUESTER, references={"given": len(known.facts) - bool(signed)},
            follow=True, sealed_subject=subject.seal(lead, known), waits_for="facts",
        )  # fmt: skip


def compare(case: Case) -> None:
    """Pipeline: compare, forget, and credit what was shown. Raises ``SystemFailure`` to be tried again."""
    told = subject.read(case)
    if not told.facts or case.state != lifecycle.State.VERIFYING:
        return
    signed = told.facts.get("signed", "")
    facts = {path: value for path, value in told.facts.items() if path != "signed"}
    inventory = register.controller(case.controller).inventory
    proved = [systems.Identifier(kind, value) for kind, value in told.proved]
    with systems.connect_all(inventory.systems.values(), os.environ) as connectors:
        matched = systems.match_points(inventory, connectors, facts, known=proved, wanted=2)
    with transaction.atomic():
        try:
            journal.keep_still(case)
        except journal.IllegalMove:
            # Withdrawn or settled meanwhile; the next run finds nothing to do.
            return
        case.refresh_from_db(fields=["sealed_subject", "methods"])
        told = subject.read(case)
        told.facts = {}
        # What was told is gone from here on; that so many facts were compared is the record (11 CCR 7101).
        journal.record(
            case, "facts_compared", by=journal.PIPELINE,
            references={"given": len(facts), "fitted": matched.count},
            sealed_subject=subject.seal(case, told), waits_for="proof",
        )  # fmt: skip
        if matched.count < 2:
            if tries_left(case) == 0:
                suspicion.doubt_attempts(case, facts=TRIES)
            return
        method = need.THREE_POINTS if matched.count >= 3 else need.TWO_POINTS
        identifiers = [(one.kind, one.value) for one in matched.identifiers]
        credited = sisters.earn(case, [method], identifiers, by=journal.PIPELINE, signed=signed)
        for sister in credited:
            suspicion.doubt_new_address(sister)
