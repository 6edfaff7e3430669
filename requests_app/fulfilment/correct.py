"""Put contested values right in one system: corrected, annotated or deleted, and read back."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from identity import sealing
from requests_app import law, register, subject, systems, worklist
from requests_app.fulfilment import checkpoint, sameness, suppression
from requests_app.fulfilment.execute import PreviewChanged, approved_digest, preview_now, refuse_if_held
from requests_app.models import Case, Determination, Work
from requests_app.register.inventory import Collection, Field
from requests_app.systems.connectors.base import ColumnFacts, Kind, Writer

PURPOSE = "correction-checkpoint"


ROW = "correct.row"
"""The one row that is meant, as :func:`row_name` writes it; without it, every row that holds the contested value."""


@dataclass(frozen=True)
class Change:
    """One column of one row, or one part of a document in it: what stands there, and what shall."""

    holding: str
    collection: str
    key: tuple[Any, ...]
    field: str
    was: Any
    to: Any


def prepare(case: Case, work: Work) -> tuple[bytes, dict[str, object]]:
    """Find the contested values and give the sealed checkpoint.

    Raises :class:`PreviewChanged` when the system no longer holds what was
    approved, and ``SystemRefused`` when a column cannot take the new value.
    """
    inventory = register.controller(case.controller).inventory
    with systems.connect_all(inventory.systems.values(), os.environ) as connectors:
        found, preview = preview_now(case, connectors, work.system)
        if preview.digest != approved_digest(case, work.system):
            raise PreviewChanged
        connector = connectors[work.system]
        changes = [
            change
            for decided in _decided(case, work.system)
            for change in _changes(case, connector, found, decided, worklist.today_of(case))
        ]
        changed = {change.collection for change in changes}
        proofs = sameness.proofs_of(case.controller, connector, found, changed) if changed else {}
    parts = [
        [c.holding, c.collection, [checkpoint.plain(p) for p in c.key], c.field, checkpoint.plain(c.was),
         checkpoint.plain(c.to)]
        for c in changes
    ]  # fmt: skip
    kept = json.dumps({"changes": parts, "proofs": proofs}, ensure_ascii=False)
    return sealing.seal(case.key, kept.encode(), PURPOSE), {"phase": "correcting"}


def is_begun(case: Case, work: Work) -> bool:
    """Whether the system shows that the checkpoint was written; asked where the work itself does not say so."""
    system = register.controller(case.controller).inventory.systems[work.system]
    with systems.connect(system, os.environ) as connector:
        there = [
            (_value(connector, system.collections[change.collection], change), change.to)
            for change in _load(case, bytes(work.sealed or b""))[0]
        ]
        connector.release()
        done = sum(value == wanted for value, wanted in there if value is not _GONE)
        undone = sum(value != wanted for value, wanted in there if value is not _GONE)
        return not undone if connector.all_or_nothing else done > 0


def carry_out(case: Case, work: Work) -> dict[str, object]:
    """Write what the checkpoint says and read it back; repeating it after a crash reaches the same end."""
    system = register.controller(case.controller).inventory.systems[work.system]
    changes, proofs = _load(case, bytes(work.sealed or b""))
    with systems.connect(system, os.environ, work=worklist.name_of(work)) as connector:
        with transaction.atomic():
            worklist.take_turns_on_person(case)
            noted: list[str] = []
            with (
                suppression.void_if_refused(case, connector, noted),
                connector.transaction() as writer,
            ):
                refuse_if_held(case, work.system)
                if changes:
                    again = {"changes": [_plain(c) for c in changes], "proofs": proofs}
                    noted.append(suppression.note(case, work, "correct", again))
                write(connector, writer, changes)
            worklist.note_written(work)
        if not stands(connector, system.collections, changes):
            raise systems.SystemRefused(work.system, "said yes, but nothing changed")
    rows: dict[str, list[str]] = {}
    for change in changes:
        rows.setdefault(change.holding, []).append(
            sameness.mark_of(case.controller, change.collection, change.key)
        )
    return {
        "holdings": {key: {"corrected": len(marks)} for key, marks in rows.items()},
        "rows": rows,
        "checked": len(changes),
    }


def replay(
    connector: systems.Connector, entry: suppression.Entry, content: dict[str, Any], guard: Callable[[], None]
) -> tuple[int, dict[str, int]]:
    """Correct again whatever a restore or a refresh turned back; what was changed since is left alone.

    Gives how many values were written, and by collection how many were not,
    because their row is not shown to be the one that was corrected.
    """
    collections = connector.system.collections
    turned = _turned(connector, content)
    if not turned:
        return 0, {}
    proofs = sameness.by_name(content.get("proofs", {}), checkpoint.typed)
    keys: dict[str, list[systems.Key]] = {}
    for collection, those in content.get("proofs", {}).items():
        keys[collection] = [tuple(checkpoint.typed(part) for part in proof["k"]) for proof in those]
    same = sameness.Judge(entry.controller, connector, proofs).judge(keys)
    back = [c for c in turned if sameness.name_of(c.collection, c.key) in same]
    if back:
        with connector.transaction() as writer:
            guard()
            write(connector, writer, back)
        if not stands(connector, collections, back):
            raise systems.SystemRefused(connector.system.key, "said yes, but nothing changed")
    left = Counter(c.collection for c in turned if sameness.name_of(c.collection, c.key) not in same)
    return len(back), dict(left)


def turned_back(connector: systems.Connector, content: dict[str, Any]) -> Counter[str]:
    """By collection, how many values stand as they stood before the correction."""
    return Counter(change.collection for change in _turned(connector, content))


def _turned(connector: systems.Connector, content: dict[str, Any]) -> list[Change]:
    changes = [
        Change("", c["collection"], tuple(checkpoint.typed(p) for p in c["key"]), c["field"],
               checkpoint.typed(c["was"]), checkpoint.typed(c["to"]))
        for c in content["changes"]
    ]  # fmt: skip
    collections = connector.system.collections
    return [c for c in changes if _value(connector, collections[c.collection], c) == c.was != c.to]


def write(connector: systems.Connector, writer: Writer, changes: Iterable[Change]) -> None:
    """Set every column, inside the transaction that is open; of a document the contested part alone."""
    for change in changes:
        collection = connector.system.collections[change.collection]
        name, _dot, below = change.field.partition(".")
        if not below:
            writer.overwrite(collection, [change.key], {name: change.to})
            continue
        for row in list(connector.read(collection, [change.key], (name,))):
            systems.refuse_unreadable(connector.system.key, collection, row, change.field)
            refused = False
            try:
                value = systems.put(collection, row, change.field, change.to)
            except systems.NoDocument:
                refused = True
            if refused:
                raise systems.SystemRefused(
                    connector.system.key, f"{change.field} is not there", collection.name
                )
            writer.overwrite(collection, [change.key], {name: value})


def stands(connector: systems.Connector, collections: Any, changes: Iterable[Change]) -> bool:
    """Whether the system itself, asked anew, holds every new value; a row that is gone holds nothing wrong."""
    connector.release()
    return all(
        value is _GONE or value == change.to
        for change in changes
        for value in [_value(connector, collections[change.collection], change)]
    )


_GONE = object()


def _value(connector: systems.Connector, collection: Collection, change: Change) -> Any:
    name = change.field.partition(".")[0]
    row = next(iter(connector.read(collection, [change.key], (name,))), None)
    return _GONE if row is None else systems.picked(collection, row, change.field)


def row_name(system: str, key: tuple[Any, ...]) -> str:
    """One row of one system, in the words of a sealed answer."""
    return json.dumps([system, [checkpoint.plain(part) for part in key]])


def _decided(case: Case, system: str) -> list[Determination]:
    found = Determination.objects.filter(holding__case=case, holding__system=system).select_related("holding")
    return list(found.order_by("pk"))


def _changes(
    case: Case, connector: systems.Connector, found: systems.Found, decided: Determination, today: Any
) -> list[Change]:
    holding = register.controller(case.controller).inventory.holding(decided.holding.holding_key)
    collection = connector.system.collections[holding.collection]
    answers = checkpoint.answers(case, decided)
    if decided.choice != Determination.Choice.GRANT:
        answers = _disputed(case, collection)
    name, how = answers.get("correct.field", ""), answers.get("correct.how", "")
    if name.partition(".")[0] not in holding.fields:
        return []
    column = collection.dispute_column if how == "annotated" else name
    rows = found.rows.get((collection.system, collection.name))
    if rows is None or column is None:
        return []
    facts = connector.columns(collection)
    changes = []
    for row in systems.read(connector, collection, rows.keys):
        key = tuple(row[part] for part in collection.primary_key)
        if answers.get(ROW, "") not in ("", row_name(connector.system.key, key)):
            continue
        for path in (name, column):
            systems.refuse_unreadable(connector.system.key, collection, row, path)
        contested = systems.picked(collection, row, name)
        theirs = holding in systems.holdings_of(collection, row, today) and key not in rows.shared
        wanted = answers.get("correct.was", "")
        if not theirs or (wanted and str(contested) != wanted):
            continue
        fits = facts[column] if column in facts else _inside(collection.part(column), column)
        to = _new_value(connector, collection, fits, how, answers.get("correct.to", ""), column)
        there = systems.picked(collection, row, column)
        if there != to:
            changes.append(Change(holding.key, collection.name, key, column, there, to))
    return changes


def _inside(part: Field, path: str) -> ColumnFacts:
    """What a part of a document can take: as declared, since no database says it. JSON has no dates."""
    kinds: dict[str, Kind] = {"integer": "integer", "float": "number", "boolean": "boolean"}
    return ColumnFacts(path, kinds.get(part.data_type, "text"), nullable=True)


def _disputed(case: Case, collection: Collection) -> dict[str, str]:
    """What is refused is noted as disputed where the regime promises that and the table has a place for it."""
    regime = law.regime(case.regime, case.received_on)
    told = subject.read(case).details
    place, _dot, name = told.get("correct.field", "").partition(".")
    promised = any(block.code == "dispute_noted" for block in regime.blocks)
    if not (promised and collection.dispute_column and place == collection.name and told.get("correct.to")):
        return {}
    return {"correct.field": name, "correct.how": "annotated", "correct.to": told["correct.to"]}


def _new_value(
    connector: systems.Connector, collection: Collection, facts: ColumnFacts, how: str, to: str, column: str
) -> Any:
    """In the column's own type; ``SystemRefused`` before anything is written where it cannot take it."""
    if how == "deleted":
        return None if facts.nullable else systems.neutral(facts, identity=collection.fields[column].identity)
    try:
        value = systems.as_kind(to, facts.kind)
        if isinstance(value, Decimal) and "." in column:
            value = float(value)
    except (ValueError, TypeError):
        value = None
    too_long = isinstance(value, str) and facts.max_length is not None and len(value) > facts.max_length
    if value is None or too_long:
        raise systems.SystemRefused(connector.system.key, f"{column} cannot take this value", collection.name)
    return value


def _plain(change: Change) -> dict[str, Any]:
    return {
        "collection": change.collection,
        "key": [checkpoint.plain(part) for part in change.key],
        "field": change.field,
        "was": checkpoint.plain(change.was),
        "to": checkpoint.plain(change.to),
    }


def _load(case: Case, sealed: bytes) -> tuple[list[Change], sameness.Proofs]:
    kept = json.loads(sealing.unseal(case.key, sealed, PURPOSE))
    # One written before the proofs were kept is a list of the changes.
    parts, proofs = (kept, {}) if isinstance(kept, list) else (kept["changes"], kept["proofs"])
    changes = [
        Change(holding, collection, tuple(checkpoint.typed(p) for p in key), field, checkpoint.typed(was),
               checkpoint.typed(to))
        for holding, collection, key, field, was, to in parts
    ]  # fmt: skip
    return changes, proofs
