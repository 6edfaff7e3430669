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
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.utils import timezone

from identity import sealing
from requests_app import systems
from requests_app.fulfilment import ledger_place
from requests_app.fulfilment.checkpoint import AT_ONCE, plain
from requests_app.fulfilment.ledger_place import path
from requests_app.models import Case, Work
from requests_app.systems.connectors.base import chunks

PURPOSE = "suppression"
ACCEPTED = "accepted"
"""The kind of a line that is no entry: it says that a person saw to one."""
VOID = "void"
"""And of one that says that an entry was written down and then not carried out: it is none any more."""
KEPT = timedelta(days=400)
"""Longer than a backup may live, our own rule; what is older holds keys and values that nobody needs any more."""


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
    accepted_at: datetime | None = None
    """When a person last left it as it is."""

    def content(self) -> dict[str, Any]:
        """What to do again; raises ``SealBroken`` if the line was changed or its key is gone."""
        return json.loads(sealing.unseal_short(self.sealed, PURPOSE))


def note_plan(
    case: Case,
    work: Work,
    plan: systems.Plan,
    again: dict[str, Any],
    proofs: Mapping[str, Iterable[str]] | None = None,
) -> str:
    """Keep what this plan is about to erase; call inside the erasing transaction, once nothing stands against it.

    Gives the digest of the line; empty where nothing is to be written.

    ``again`` is what replaying needs besides: decisions and day; ``proofs`` that by which the rows are known again,
    as ``checkpoint.proofs`` gives it.
    """
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
    if not steps:
        return ""
    kept: dict[str, list[str]] = {}
    for step in plan.steps:
        if step.action == "keep":
            kept.setdefault(step.collection.name, []).extend(_keys(step))
    told = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in again.items()]
    told += [f'"steps": [{", ".join(steps)}]', f'"kept": {_lists(kept)}']
    told += [f'"proofs": {_lists(proofs)}'] if proofs else []
    return _note(case, work, "erase", f"{{{', '.join(told)}}}")


def _lists(pieces: Mapping[str, Iterable[str]]) -> str:
    """A JSON object of lists, from pieces of their text."""
    return "{" + ", ".join(f"{json.dumps(name)}: [{', '.join(some)}]" for name, some in pieces.items()) + "}"


def _keys(step: systems.Step) -> Iterator[str]:
    """The keys of its rows as JSON, some at a time: as lists all of them would take many times the room."""
    for some in chunks(step.keys, AT_ONCE):
        yield json.dumps([[plain(part) for part in key] for key in some])[1:-1]


def _plain(value: Any) -> Any:
    return {"t": "reshape", "v": value.written()} if isinstance(value, systems.Reshape) else plain(value)


def note(case: Case, work: Work, kind: str, content: dict[str, Any]) -> str:
    """Append one line and sync it to disk; a line cut short by a crash is closed off, never continued.

    Gives its digest.
    """
    return _note(case, work, kind, json.dumps(content))


def _note(case: Case, work: Work, kind: str, content: str) -> str:
    return _append(
        {
            "controller": case.controller,
            "system": work.system,
            "case": case.reference,
            "work": work.pk,
            "kind": kind,
            "subject_index": case.subject_index,
            "sealed": sealing.seal_short(content, PURPOSE),
        }
    )


def note_accepted(entry: Entry, *, by: str, reason: str) -> None:
    """A person leaves what an entry could not carry out as it is: who, when and why, sealed, in the ledger itself."""
    said = sealing.seal_short(json.dumps({"by": by, "reason": reason}), PURPOSE)
    _append({"kind": ACCEPTED, "controller": entry.controller, "of": entry.digest, "sealed": said})


def note_void(controller: str, digest: str) -> None:
    """What that line says was taken back by the system: nobody is to carry it out after a restore."""
    _append({"kind": VOID, "controller": controller, "of": digest})


@contextmanager
def void_if_refused(case: Case, connector: systems.Connector, noted: list[str]) -> Iterator[None]:
    """Void what was ``noted`` where the system refused and took everything back.

    Where the connection broke it may have been written all the same: that is seen at the next try.
    """
    try:
        yield
    except systems.SystemRefused:
        if connector.all_or_nothing:
            for digest in filter(None, noted):
                note_void(case.controller, digest)
        raise


def void_unwritten(case: Case, work: Work) -> None:
    """The system shows that nothing of this work was written: the same for whatever its earlier tries noted."""
    for entry in list(_of(case, work)):
        note_void(case.controller, entry.digest)


def _of(case: Case, work: Work) -> Iterator[Entry]:
    """What this work itself noted: after a restore its number may be that of another one of the same case."""
    for entry in entries():
        same = (entry.work, entry.case, entry.system) == (work.pk, case.reference, work.system)
        if same and work.started_at is not None and entry.at >= work.started_at:
            yield entry


def _append(kept: dict[str, Any]) -> str:
    line = json.dumps({"at": timezone.now().isoformat()} | kept).encode()
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(target, "ab+") as ledger:
        end = ledger.seek(0, os.SEEK_END)
        if end:
            ledger.seek(end - 1)
            if ledger.read(1) != b"\n":
                ledger.write(b"\n")
        ledger.write(line + b"\n")
        ledger.flush()
        os.fsync(ledger.fileno())
    return hashlib.sha256(line).hexdigest()


@contextmanager
def _locked(file: Path, mode: str) -> Iterator[IO[bytes]]:
    """The ledger, ours alone; opened anew where it was replaced while we waited for it."""
    while True:
        with file.open(mode) as ledger:
            fcntl.flock(ledger, fcntl.LOCK_EX)
            if file.exists() and os.path.samestat(os.fstat(ledger.fileno()), file.stat()):
                yield ledger
                return


def entries() -> Iterator[Entry]:
    """Every whole line that stands, oldest first; one that is no entry (cut short by a crash) is passed over."""
    accepted, void = _said_of_others()
    for file in ledger_place.files():
        with file.open("rb") as ledger:
            for line in ledger:
                try:
                    kept = json.loads(line)
                    at = datetime.fromisoformat(kept.pop("at"))
                except ValueError:
                    continue
                digest = hashlib.sha256(line.strip()).hexdigest()
                if kept["kind"] not in (ACCEPTED, VOID) and digest not in void:
                    yield Entry(at=at, digest=digest, accepted_at=accepted.get(digest), **kept)


def _said_of_others() -> tuple[dict[str, datetime], set[str]]:
    """What the lines that are no entries say of those that are: when one was last accepted, and which are void."""
    accepted: dict[str, datetime] = {}
    void: set[str] = set()
    for file in ledger_place.files():
        with file.open("rb") as ledger:
            for line in ledger:
                if b'"of"' not in line:
                    continue
                try:
                    kept = json.loads(line)
                    if kept["kind"] == ACCEPTED:
                        accepted[kept["of"]] = datetime.fromisoformat(kept["at"])
                    elif kept["kind"] == VOID:
                        void.add(kept["of"])
                except (ValueError, KeyError):
                    continue
    return accepted, void


def forget(before: datetime) -> int:
    """Drop entries older than that: no backup of that age is left to be restored."""
    return sum(_forget(file, before) for file in ledger_place.files())


def _forget(file: Path, before: datetime) -> int:
    """Line by line into another file, which then takes its place: at any moment one of them is whole."""
    kept = dropped = 0
    beside = file.with_name(f"{file.name}.new")
    with _locked(file, "rb") as ledger:
        with beside.open("wb") as new:
            shutil.copymode(file, beside)
            for line in ledger:
                if _is_older(line, before):
                    dropped += 1
                else:
                    kept += 1
                    new.write(line)
            new.flush()
            os.fsync(new.fileno())
        if dropped:
            beside.replace(file)
            _sync_folder(file.parent)
        else:
            beside.unlink()
        if not kept and file == ledger_place.left_in_vault().resolve() != path().resolve():
            file.unlink()
    return dropped


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _is_older(line: bytes, before: datetime) -> bool:
    try:
        return datetime.fromisoformat(json.loads(line)["at"]) < before
    except (ValueError, KeyError):
        return True
