"""Builds cases the way they come to be: opened, moved by the journal, with what systems would leave."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.utils import timezone

from identity import sealing, vault
from requests_app import journal, lifecycle, register, subject
from requests_app.intake import open_case
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Determination, Holding, Work
from requests_app.register.inventory import Inventory

RECEIVED_AT = datetime(2026, 10, 15, 20, 0, tzinfo=UTC)
DANA = ("Dana Whitfield", "dana.whitfield@example.org")
_numbers = count(1)

_ROAD = {
    State.RECEIVED: (),
    State.VERIFYING: (lifecycle.ASK_PROOF,),
    State.ASSESSING: (lifecycle.NEED_NO_PROOF,),
    State.APPROVING: (lifecycle.NEED_NO_PROOF, lifecycle.PROPOSE),
    State.FULFILLING: (lifecycle.NEED_NO_PROOF, lifecycle.PROPOSE, lifecycle.APPROVE),
    State.RESPONDING: (lifecycle.NEED_NO_PROOF, lifecycle.PROPOSE, lifecycle.APPROVE, lifecycle.FULFIL),
}


def found(n: int, choice: str = "grant", **more: Any) -> dict[str, Any]:
    """One holding: how many records and what was decided.

    ``more``: exemption, until, answers, oldest, newest, erased, masked, retained.
    """
    return {"found": n, "choice": choice, **more}


def build_case(
    holdings: Mapping[str, Mapping[str, Any]] | None = None, *, controller: str = "mimap", right: str = "DELETE",
    language: str = "en", name: str = DANA[0], email: str = DANA[1], proved: bool = True,
    state: State = State.RESPONDING, not_identified: bool = False, received_at: datetime = RECEIVED_AT,
    rows: Mapping[str, Iterable[tuple[str, Mapping[str, Any]]]] | None = None, failed: Iterable[str] = (),
    unsearched: Iterable[str] = (),
) -> Case:  # fmt: skip
    """One case in ``state``. ``rows`` by system become sealed files of confirmed access work."""
    pack = register.controller(controller)
    arrival = open_case.Arrival(
        controller=pack,
        channel="web",
        received_at=received_at,
        language=language,
        verbatim=b"{}",
        arrival_key=f"built-{next(_numbers)}",
        name=name,
        email=email,
        rights=(right,),
    )
    case = open_case.open_cases(arrival).cases[0]
    told = subject.read(case)
    told.proved = [("email", email)] if proved and not not_identified else []
    journal.record(case, "built", by=journal.PIPELINE, sealed_subject=subject.seal(case, told))
    if not_identified:
        journal.advance(case, lifecycle.ASK_PROOF, by=journal.PIPELINE)
        journal.advance(case, lifecycle.NOT_IDENTIFIED, by=journal.PIPELINE, outcome=Outcome.NOT_IDENTIFIED)
        return case
    for system in pack.inventory.systems:
        searched = system not in unsearched
        _work(case, system, Work.Operation.SEARCH, searched, {})
    for key, held in (holdings or {}).items():
        _holding(case, pack.inventory, key, held)
    for move in _ROAD[state]:
        journal.advance(case, move, by=journal.PIPELINE)
    if state in (State.FULFILLING, State.RESPONDING):
        _fulfil(case, pack.inventory, holdings or {}, rows or {}, set(failed))
    return case


def _holding(case: Case, inventory: Inventory, key: str, held: Mapping[str, Any]) -> None:
    row = Holding.objects.create(
        case=case,
        holding_key=key,
        system=inventory.holding(key).system,
        found=held["found"],
        oldest_on=held.get("oldest"),
        newest_on=held.get("newest"),
        digest="0" * 64,
    )
    answers = held.get("answers")
    if held["choice"]:
        Determination.objects.create(
            holding=row,
            choice=held["choice"],
            exemption=held.get("exemption", ""),
            until=held.get("until"),
            sealed_answers=sealing.seal(case.key, json.dumps(answers).encode(), "answers")
            if answers
            else None,
            decided_at=timezone.now(),
        )


def _fulfil(
    case: Case, inventory: Inventory, holdings: Mapping[str, Mapping[str, Any]],
    rows: Mapping[str, Iterable[tuple[str, Mapping[str, Any]]]], failed: set[str],
) -> None:  # fmt: skip
    if "DELETE" in case.right:
        for system in inventory.systems:
            counts = {
                key: {
                    "erased": held.get("erased", held["found"] if held["choice"] == "grant" else 0),
                    "masked": held.get("masked", 0),
                    "retained": held.get("retained", held["found"] if held["choice"] == "retain" else 0),
                }
                for key, held in holdings.items()
                if inventory.holding(key).system == system
            }
            _work(case, system, Work.Operation.DELETE, system not in failed, {"holdings": counts})
    for system, lines in rows.items():
        collections: dict[str, int] = {}

        def sealed(lines=lines, collections=collections):
            for collection, row in lines:
                collections[collection] = collections.get(collection, 0) + 1
                yield json.dumps({"collection": collection, "row": row}, ensure_ascii=False).encode() + b"\n"

        stored = vault.write(case.key, sealed(), "rows")
        result = {"path": stored.path, "collections": collections}
        _work(case, system, Work.Operation.ACCESS, system not in failed, result)


def _work(case: Case, system: str, operation: str, confirmed: bool, result: dict[str, Any]) -> Work:
    return Work.objects.create(
        case=case,
        system=system,
        operation=operation,
        status=Work.Status.CONFIRMED if confirmed else Work.Status.FAILED,
        result=result if confirmed else {},
        confirmed_at=timezone.now() if confirmed else None,
    )


TAX = {
    "exemption": "DEL8",
    "until": date(2029, 9, 14),
    "answers": {"DEL8.law": "N.Y. Tax Law § 1135", "DEL8.until": "2029-09-14"},
}
"""Orders kept for the tax authority, as staff would decide it."""
