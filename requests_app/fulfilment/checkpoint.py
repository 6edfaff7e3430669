"""What was about to be erased, sealed before the first write, so that a killed worker's successor can finish."""

from __future__ import annotations

import json
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from identity import sealing
from requests_app.models import Case, Determination
from requests_app.register.inventory import Inventory
from requests_app.systems import Found, FoundRows, SystemStatus, SystemUnreachable
from requests_app.systems.connectors.base import chunks
from requests_app.systems.marks import Mark, mark_of, sharing

PURPOSE = "erasure-checkpoint"
LEFT = "left the register"
"""Why nothing can be done in a system, or with rows, that the inventory describes no longer."""
Proofs = Callable[[FoundRows], Iterable[dict[str, Any]]]
"""By what each of those rows would be known again."""
AT_ONCE = 500
"""Rows in one line."""
LEVEL, PIECE_BYTES = 6, 4096
"""Of packing: how well, and how much is unpacked at a time."""

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


def save(case: Case, found: Found, system: str, proofs: Proofs = lambda _rows: ()) -> bytes:
    """The rows of one system that the plan was made from, and by what they would be known again.

    Lines of JSON, written and packed piece by piece.
    """
    packed = zlib.compressobj(LEVEL)
    pieces = [packed.compress(line) for rows in found.of(system) for line in _lines(rows, proofs)]
    return sealing.seal(case.key, b"".join([*pieces, packed.flush()]), PURPOSE)


def _lines(rows: FoundRows, proofs: Proofs) -> Iterator[bytes]:
    """What the collection is, then its rows and which of them are not the person's alone, some to a line."""
    names = list(next(iter(rows.marks.values())).keys()) if rows.marks else []
    yield _line({"collection": rows.collection.name, "columns": names})
    for some in chunks(rows.marks.items(), AT_ONCE):
        yield _line({"marks": [[_plain(key), _plain(row[name] for name in names)] for key, row in some]})
    for which, keys in (("shared", rows.shared), ("anchors", rows.anchors)):
        for some in chunks(keys, AT_ONCE):
            yield _line({which: [_plain(key) for key in some]})
    for some in chunks(rows.joint.items(), AT_ONCE):
        yield _line({"joint": [[_plain(key), list(fields)] for key, fields in some]})
    if rows.named:
        yield _line({"named": {path: sorted(values) for path, values in rows.named.items()}})
    for some in chunks(proofs(rows), AT_ONCE):
        yield _line({"proofs": some})


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode() + b"\n"


def load(case: Case, sealed: bytes, inventory: Inventory, system: str) -> Found:
    """The same rows again, whatever the system holds by now.

    Raises ``SystemUnreachable`` for a collection that left the register meanwhile.
    """
    found: dict[tuple[str, str], FoundRows] = {}
    rows: FoundRows | None = None
    kind, latest = Mark, None
    for line in _unpacked(sealing.unseal(case.key, sealed, PURPOSE)):
        part = json.loads(line)
        if "collection" in part:
            collection = inventory.systems[system].collections.get(part["collection"])
            if collection is None:
                raise SystemUnreachable(system, LEFT, part["collection"])
            rows = found[(system, collection.name)] = FoundRows(collection)
            kind, latest = mark_of(part["columns"]), None
        if rows is None:
            raise sealing.SealBroken
        for key, values in part.get("marks", ()):
            latest = rows.marks[_typed(key)] = sharing(kind, _typed(values), latest)
        rows.shared |= {_typed(key) for key in part.get("shared", ())}
        rows.anchors |= {_typed(key) for key in part.get("anchors", ())}
        rows.joint |= {_typed(key): tuple(fields) for key, fields in part.get("joint", ())}
        rows.named |= {path: set(values) for path, values in part.get("named", {}).items()}
    return Found(found, {system: SystemStatus("searched")})


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Line by line; one that an earlier version wrote as a single list is told in the same words."""
    if content.startswith(b"["):
        for part in json.loads(content):
            names = list(part["marks"][0][1]) if part["marks"] else []
            marks = [[key, [row[name] for name in names]] for key, row in part.pop("marks")]
            yield _line({**part, "columns": names, "marks": marks})
        return
    unpacked, rest = zlib.decompressobj(), b""
    for start in range(0, len(content), PIECE_BYTES):
        *lines, rest = (rest + unpacked.decompress(content[start : start + PIECE_BYTES])).split(b"\n")
        yield from lines


def _plain(values: Iterable[Any]) -> list[Any]:
    return [plain(value) for value in values]


def _typed(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(typed(value) for value in values)


def proofs(case: Case, sealed: bytes) -> Iterator[tuple[str, str]]:
    """By what its rows would be known again, those of a collection together; none in one written before these were kept.

    As pieces of the text of a JSON list: as values they would take many times the room.
    """
    collection = ""
    for line in _unpacked(sealing.unseal(case.key, sealed, PURPOSE)):
        part = json.loads(line)
        collection = part.get("collection", collection)
        if part.get("proofs"):
            yield collection, json.dumps(part["proofs"])[1:-1]


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
    if isinstance(value, list):
        return {"t": "json", "v": [plain(part) for part in value]}
    if isinstance(value, dict) and all(isinstance(name, str) for name in value):
        return {"t": "json", "v": {name: plain(part) for name, part in value.items()}}
    return {"t": "text", "v": str(value)}


def typed(value: Any) -> Any:
    """What :func:`plain` wrote."""
    if not isinstance(value, dict):
        return value
    kept = value["v"]
    if value["t"] == "text" and kept in ("{}", "[]"):
        # Written before lists and documents kept their form; no text that was one is written like this.
        return json.loads(kept)
    if value["t"] != "json":
        return _READ.get(value["t"], str)(kept)
    if isinstance(kept, list):
        return [typed(part) for part in kept]
    return {name: typed(part) for name, part in kept.items()}
