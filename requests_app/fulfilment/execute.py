"""One case in one system: read its rows into the vault, or erase them, and confirm by reading back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from identity import vault
from requests_app import holds, law, register, subject, systems, worklist
from requests_app.fulfilment import checkpoint, sameness, suppression
from requests_app.models import Case, Determination, Work
from requests_app.register.inventory import Wording


class PreviewChanged(Exception):
    """The systems no longer hold what was approved."""


def identifiers(case: Case) -> list[systems.Identifier]:
    """What was proved; where nothing may be asked to be proved, the address that was told."""
    told = subject.read(case)
    known = told.proved or ([("email", told.email)] if case.standard == law.Level.NONE and told.email else [])
    return [systems.Identifier(kind, value) for kind, value in known]


def read_rows(case: Case, work: Work, today: date) -> dict[str, object]:
    """Stream this system's rows, sealed, into the vault; gives where they lie and how many there are."""
    inventory = register.controller(case.controller).inventory
    counts: dict[str, int] = {}
    since = subject.asked_since(case)
    with systems.connect_all(inventory.systems.values(), os.environ) as connectors:
        walk = systems.Walk(inventory.systems.values(), connectors, identifiers(case))

        def lines() -> Iterator[bytes]:
            for collection, row in walk.rows():
                if collection.system != work.system or not systems.is_within(collection, row, since):
                    continue
                counts[collection.name] = counts.get(collection.name, 0) + 1
                line = {"collection": collection.name, "row": {n: readable(v) for n, v in row.items()}}
                yield json.dumps(line, ensure_ascii=False).encode() + b"\n"

        stored = vault.write(case.key, lines(), "rows")
        if (failure := walk.found.why_not_searched(work.system)) is not None:
            vault.remove(stored.path)
            raise failure
    return {"path": stored.path, "size": stored.size, "digest": stored.digest, "collections": counts}


def prepare_erasure(case: Case, work: Work) -> tuple[bytes, dict[str, object]]:
    """Find the rows, compare with what was approved, and give the sealed checkpoint.

    Raises :class:`PreviewChanged` when the digest of this system is no longer the approved one.
    """
    today = worklist.today_of(case)
    inventory = register.controller(case.controller).inventory
    with systems.connect_all(inventory.systems.values(), os.environ) as connectors:
        found, now = preview_now(case, connectors, work.system)
        if now.digest != approved_digest(case, work.system):
            raise PreviewChanged
        proofs = partial(sameness.each_proof, case.controller, connectors[work.system])
        sealed = checkpoint.save(case, found, work.system, proofs)
        before = _told_before(case, work, connectors[work.system], found, today)
        return sealed, {
            "phase": "erasing",
            "today": today.isoformat(),
            **({"before": before} if before else {}),
        }


def _told_before(
    case: Case, work: Work, connector: systems.Connector, found: systems.Found, today: date
) -> dict[str, dict[str, int]]:
    """By holding, how many of the rows an earlier approval emptied: they are met again, and told of only once."""
    earlier = case.works.filter(operation=work.operation, system=work.system, round__lt=work.round)
    if not earlier.filter(status=Work.Status.CONFIRMED).exists():
        return {}
    plan = systems.make_plan(connector, found, _decisions(case), today=today)
    return {
        entry.holding: {"erased": entry.erased, "masked": entry.masked}
        for entry in systems.standing(connector, plan)
    }


def preview_now(
    case: Case, connectors: Mapping[str, systems.Connector], system: str
) -> tuple[systems.Found, systems.SystemPreview]:
    """What one system holds now; raises ``SystemFailure`` when it, or one that leads to it, did not tell."""
    inventory = register.controller(case.controller).inventory
    found = systems.find(inventory.systems.values(), connectors, identifiers(case))
    if (failure := found.why_not_searched(system)) is not None:
        raise failure
    only = (inventory.systems[system],)
    preview = systems.preview_of(only, found, today=worklist.today_of(case), key=settings.INDEX_KEY.encode())
    return found, preview.system(system)


def is_begun(case: Case, work: Work) -> bool:
    """Whether the system shows that the checkpoint was carried out; asked where the work itself does not say so."""
    inventory = register.controller(case.controller).inventory
    with systems.connect(inventory.systems[work.system], os.environ) as connector:
        return systems.is_begun(connector, _plan(case, work, connector, _decisions(case)))


def _plan(
    case: Case, work: Work, connector: systems.Connector, decisions: dict[str, systems.Decision]
) -> systems.Plan:
    """What was found is let go of as soon as the plan is made from it."""
    today = date.fromisoformat(str(work.result["today"]))
    return systems.make_plan(connector, _found(case, work), decisions, today=today)


def _found(case: Case, work: Work) -> systems.Found:
    inventory = register.controller(case.controller).inventory
    return checkpoint.load(case, bytes(work.sealed or b""), inventory, work.system)


def erase_rows(case: Case, work: Work) -> dict[str, object]:
    """Erase what the checkpoint names and read back; repeating it after a crash reaches the same end.

    Raises ``HoldPlaced`` from inside the transaction when a legal hold has
    come in between, and ``SystemRefused`` when reading back finds leftovers.
    """
    inventory = register.controller(case.controller).inventory
    decisions = _decisions(case)
    again = {"decisions": decisions, "today": str(work.result["today"])}
    name = worklist.name_of(work)
    with systems.connect_all(inventory.systems.values(), os.environ, work=name) as connectors:
        connector = connectors[work.system]
        plan = _plan(case, work, connector, decisions)
        with transaction.atomic():
            # A hold placed from here on waits until the rows are gone, and says so by its date.
            worklist.take_turns_on_person(case)

            noted: list[str] = []

            def guard() -> None:
                refuse_if_held(case, work.system)
                proofs = checkpoint.proofs(case, bytes(work.sealed or b""))
                noted.append(suppression.note_plan(case, work, plan, again, proofs))

            with suppression.void_if_refused(case, connector, noted):
                systems.erase(connector, plan, guard=guard)
            worklist.note_written(work)
        proof = systems.confirm(connector, plan)
        if not proof.ok:
            raise systems.SystemRefused(work.system, "said yes, but the rows are still there")
        now = systems.find(inventory.systems.values(), connectors, identifiers(case), for_erasing=False)
        since = systems.came_since(connector, _found(case, work), now)
    before = work.result.get("before", {})
    return {
        "holdings": {
            entry.holding: {
                name: getattr(entry, name) - before.get(entry.holding, {}).get(name, 0)
                for name in ("erased", "masked", "retained")
            }
            for entry in plan.ledger
        },
        "checked": proof.checked,
        **({"came_since": since} if since else {}),
        "notes": sorted({f"{note.collection}:{note.reason}" for note in plan.notes}),
    }


def put_settings(case: Case, work: Work, operation: str = "") -> dict[str, object]:
    """Set what the right, or ``operation``, changes in one system and read it back; repeating it reaches the same end.

    Raises ``SystemRefused`` when the system said yes and something is not as it was set.
    """
    inventory = register.controller(case.controller).inventory
    operation = operation or subject.operation_of(case)
    chosen, known = inventory.systems[work.system].settings_for(operation), identifiers(case)
    name = worklist.name_of(work)
    with systems.connect_all(inventory.systems.values(), os.environ, work=name) as connectors:
        found = systems.find(inventory.systems.values(), connectors, known, for_erasing=False)
        if (failure := found.why_not_searched(work.system)) is not None:
            raise failure
        connector = connectors[work.system]
        again = {"operation": operation, "identifiers": [[one.kind, one.value] for one in known]}
        suppression.note(case, work, "set", again)
        systems.put_settings(connector, found, chosen, known)
        settled = systems.confirm_settings(connector, found, chosen, known)
    if not settled.ok:
        raise systems.SystemRefused(work.system, "said yes, but nothing changed")
    return settled.to_json()


def recipients(case: Case) -> list[Wording]:
    """Who received what is being erased, as the inventory says; each named once."""
    inventory = register.controller(case.controller).inventory
    decided = _decisions(case)
    named = {
        tuple(sorted(holding.recipients.items())): holding.recipients
        for holding in inventory.holdings()
        if decided.get(holding.key) == "erase"
        and holding.tell_recipients
        and holding.recipients.get("en", "").strip()
    }
    return list(named.values())


def refuse_if_held(case: Case, system: str) -> None:
    """Raise ``HoldPlaced`` when a legal hold covers this person, or what is to be erased in the system."""
    if holds.binds(
        case.controller, worklist.today_of(case), person=case.subject_index, system=system,
        holdings=_to_erase(case, system),
    ):  # fmt: skip
        raise systems.HoldPlaced


def _to_erase(case: Case, system: str) -> QuerySet | None:
    """What was decided to go; where somebody else erases, nothing less than all they hold is sure to stay."""
    asked = register.controller(case.controller).inventory.systems[system].is_asked
    return holds.EVERYTHING if asked else holds.erased_by(case)


def readable(value: Any) -> Any:
    """A value as JSON keeps it: dates in ISO 8601, exact decimals and anything unusual as text."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return [readable(part) for part in value]
    if isinstance(value, dict):
        return {str(name): readable(part) for name, part in value.items()}
    return str(value)


def approved_digest(case: Case, system: str) -> str:
    """The digest of one system in the preview that was approved; empty if there is none."""
    search = case.works.filter(operation=Work.Operation.SEARCH, status=Work.Status.CONFIRMED)
    newest = search.order_by("-round").values_list("result", flat=True).first()
    parts = newest.get("systems", []) if newest else []
    return next((str(part["digest"]) for part in parts if part["system"] == system), "")


def _decisions(case: Case) -> dict[str, systems.Decision]:
    decided = Determination.objects.filter(holding__case=case).values_list("holding__holding_key", "choice")
    return {key: "erase" if choice == Determination.Choice.GRANT else "retain" for key, choice in decided}
