"""What was erased, corrected or set, kept apart from both databases, so that a restored backup revives nobody.

One line of JSON for each piece of work in one system, written and synced to
disk inside the transaction that carries it out, before its first write. A
line names the case and the work in clear; which rows and values is sealed
under the installation's keys. After a restore the portal serves nothing until
``manage.py replay_erasures`` has carried every line out again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from identity import sealing
from requests_app import systems
from requests_app.fulfilment.checkpoint import plain
from requests_app.models import Case, SubjectRecord, Work
from requests_app.systems.connectors.base import chunks

PURPOSE = "suppression"
KEPT = timedelta(days=400)
"""Longer than a backup may live, our own rule; what is older holds keys and values that nobody needs any more."""
_AT_ONCE = 500


@dataclass(frozen=True)
class Entry:
    """One line: what was done for one case in one system."""

    at: datetime
    controller: str
    system: str
    case: str
    work: int
    kind: str
    """``erase``, ``correct`` or ``set``."""
    subject_index: str
    sealed: str
    digest: str

    def content(self) -> dict[str, Any]:
        """What to do again; raises ``SealBroken`` if the line was changed or its key is gone."""
        return json.loads(sealing.unseal_short(self.sealed, PURPOSE))


def path() -> Path:
    """Where the ledger lies: ``PORTAL_SUPPRESSION``, else a file in the vault."""
    return Path(settings.PORTAL_SUPPRESSION or Path(settings.PORTAL_VAULT) / "suppression.jsonl")


def note_plan(case: Case, work: Work, plan: systems.Plan) -> None:
    """Keep what this plan is about to erase; call inside the erasing transaction, once nothing stands against it."""
    steps = [
        json.dumps(
            {
                "collection": step.collection.name,
                "action": step.action,
                "values": {name: _plain(value) for name, value in step.values.items()},
            }
        ).removesuffix("}")
        + f', "keys": [{", ".join(_keys(step))}]}}'
        for step in plan.writes
    ]
    if steps:
        _append(case, work, "erase", f'{{"steps": [{", ".join(steps)}]}}')


def _keys(step: systems.Step) -> Iterator[str]:
    """The keys of its rows as JSON, some at a time: as lists all of them would take many times the room."""
    for some in chunks(step.keys, _AT_ONCE):
        yield json.dumps([[plain(part) for part in key] for key in some])[1:-1]


def _plain(value: Any) -> Any:
    return {"t": "reshape", "v": value.written()} if isinstance(value, systems.Reshape) else plain(value)


def note(case: Case, work: Work, kind: str, content: dict[str, Any]) -> None:
    """Append one line and sync it to disk."""
    _append(case, work, kind, json.dumps(content))


def _append(case: Case, work: Work, kind: str, content: str) -> None:
    """A line cut short by a crash is closed off, never continued."""
    line = json.dumps(
        {
            "at": timezone.now().isoformat(),
            "controller": case.controller,
            "system": work.system,
            "case": case.reference,
            "work": work.pk,
            "kind": kind,
            "subject_index": case.subject_index,
            "sealed": sealing.seal_short(content, PURPOSE),
        }
    )
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("ab+") as ledger:
        fcntl.flock(ledger, fcntl.LOCK_EX)
        end = ledger.seek(0, os.SEEK_END)
        if end:
            ledger.seek(end - 1)
            if ledger.read(1) != b"\n":
                ledger.write(b"\n")
        ledger.write(line.encode() + b"\n")
        ledger.flush()
        os.fsync(ledger.fileno())


def entries() -> Iterator[Entry]:
    """Every whole line, oldest first; one that is no entry (cut short by a crash) is passed over."""
    try:
        ledger = path().open("rb")
    except FileNotFoundError:
        return
    with ledger:
        for line in ledger:
            try:
                kept = json.loads(line)
                at = datetime.fromisoformat(kept.pop("at"))
            except ValueError:
                continue
            yield Entry(at=at, digest=hashlib.sha256(line.strip()).hexdigest(), **kept)


def behind() -> list[Entry]:
    """Entries that this portal's database does not know to be carried out: it, or it and a system, was restored."""
    return [entry for part in _parts(entries()) for entry in _unknown(part)]


def mark_replayed(done: Iterable[Entry]) -> None:
    """This database knows about them from now on."""
    keep_until = (timezone.now() + KEPT).date()
    for entry in done:
        SubjectRecord.objects.get_or_create(
            controller=entry.controller,
            purpose=SubjectRecord.Purpose.REPLAYED,
            subject_index=entry.digest,
            defaults={"case_reference": entry.case, "made_at": timezone.now(), "keep_until": keep_until},
        )


def forget(before: datetime) -> int:
    """Drop entries older than that: no backup of that age is left to be restored."""
    target = path()
    if not target.exists():
        return 0
    with target.open("rb+") as ledger:
        fcntl.flock(ledger, fcntl.LOCK_EX)
        lines = ledger.readlines()
        kept = [line for line in lines if not _is_older(line, before)]
        if len(kept) < len(lines):
            ledger.seek(0)
            ledger.writelines(kept)
            ledger.truncate()
            ledger.flush()
            os.fsync(ledger.fileno())
    return len(lines) - len(kept)


def _is_older(line: bytes, before: datetime) -> bool:
    try:
        return datetime.fromisoformat(json.loads(line)["at"]) < before
    except (ValueError, KeyError):
        return True


def _unknown(part: list[Entry]) -> list[Entry]:
    works = {
        (pk, reference): status == Work.Status.CONFIRMED or sealed is not None
        for pk, reference, status, sealed in Work.objects.filter(pk__in=[e.work for e in part]).values_list(
            "pk", "case__reference", "status", "sealed"
        )
    }
    replayed = set(
        SubjectRecord.objects.filter(
            purpose=SubjectRecord.Purpose.REPLAYED, subject_index__in=[e.digest for e in part]
        ).values_list("subject_index", flat=True)
    )
    # Confirmed, or begun and on its way: the pipeline finishes that by itself.
    return [e for e in part if not works.get((e.work, e.case)) and e.digest not in replayed]


def _parts(found: Iterable[Entry]) -> Iterator[list[Entry]]:
    part: list[Entry] = []
    for entry in found:
        part.append(entry)
        if len(part) == _AT_ONCE:
            yield part
            part = []
    yield part
