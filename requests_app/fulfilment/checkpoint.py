"""What was about to be erased, sealed before the first write, so that a killed worker's successor can finish."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from identity import sealing
from requests_app.models import Case, Determination
from requests_app.register.inventory import Inventory
from requests_app.systems import Found, FoundRows, SystemStatus

PURPOSE = "erasure-checkpoint"

_WRITE = {
    datetime: ("datetime", datetime.isoformat),
    date: ("date", date.isoformat),
    time: ("time", time.isoformat),
    Decimal: ("decimal", str),
    uuid.UUID: ("uuid", str),
    bytes: ("bytes", bytes.hex),
}
_READ = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "decimal": Decimal,
    "uuid": uuid.UUID,
    "bytes": bytes.fromhex,
}


def save(case: Case, found: Found, system: str) -> bytes:
    """The rows of one system that the plan was made from."""
    parts = [
        {
            "collection": rows.collection.name,
            "marks": [
                [[plain(v) for v in key], {name: plain(v) for name, v in row.items()}]
                for key, row in rows.marks.items()
            ],
            "shared": [[plain(v) for v in key] for key in rows.shared],
            "anchors": [[plain(v) for v in key] for key in rows.anchors],
            "joint": [[[plain(v) for v in key], list(names)] for key, names in rows.joint.items()],
        }
        for rows in found.of(system)
    ]
    return sealing.seal(case.key, json.dumps(parts, ensure_ascii=False).encode(), PURPOSE)


def load(case: Case, sealed: bytes, inventory: Inventory, system: str) -> Found:
    """The same rows again, whatever the system holds by now."""
    parts = json.loads(sealing.unseal(case.key, sealed, PURPOSE))
    rows = {}
    for part in parts:
        collection = inventory.systems[system].collections[part["collection"]]
        rows[(system, collection.name)] = FoundRows(
            collection,
            marks={
                tuple(typed(v) for v in key): {name: typed(v) for name, v in row.items()}
                for key, row in part["marks"]
            },
            shared={tuple(typed(v) for v in key) for key in part["shared"]},
            anchors={tuple(typed(v) for v in key) for key in part["anchors"]},
            # A checkpoint of an earlier version knows of none.
            joint={tuple(typed(v) for v in key): tuple(names) for key, names in part.get("joint", ())},
        )
    return Found(rows, {system: SystemStatus("searched")})


def answers(case: Case, decided: Determination) -> dict[str, str]:
    """What staff answered for one holding."""
    if decided.sealed_answers is None:
        return {}
    return json.loads(sealing.unseal(case.key, bytes(decided.sealed_answers), "answers"))


def plain(value: Any) -> Any:
    """JSON that remembers the type of what JSON has no type for."""
    for kind, (name, write) in _WRITE.items():
        if type(value) is kind:
            return {"t": name, "v": write(value)}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    return {"t": "text", "v": str(value)}


def typed(value: Any) -> Any:
    """What :func:`plain` wrote."""
    if isinstance(value, dict):
        return _READ.get(value["t"], str)(value["v"])
    return value
