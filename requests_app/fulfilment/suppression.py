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
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
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
PIECE = 1 << 16
"""Signs of an entry's text that are sealed together."""
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
    sealed: list[str] | str
    """In one piece as entries were written once, or piece by piece."""
    digest: str
    accepted_at: datetime | None = None
    """When a person last left it as it is."""

    def content(self) -> dict[str, Any]:
        """What to do again; raises ``SealBroken`` if the line was changed or its key is gone."""
        if isinstance(self.sealed, str):
            return json.loads(sealing.unseal_short(self.sealed, PURPOSE))
        return json.loads("".join(_opened(self.sealed)))


def note_plan(
    case: Case,
    work: Work,
    plan: systems.Plan,
    again: dict[str, Any],
    proofs: Iterable[tuple[str, str]],
) -> str:
    """Keep what this plan is about to erase; call inside the erasing transaction, once nothing stands against it.

    Gives the digest of the line; empty where nothing is to be written.

    ``again`` is what replaying needs besides: decisions and day; ``proofs`` that by which the rows are known again,
    as ``checkpoint.proofs`` gives it.
    """
    return _note(case, work, "erase", _told(plan, again, proofs)) if plan.writes else ""


def _told(plan: systems.Plan, again: dict[str, Any], proofs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The text of an entry, a piece at a time: as values all of it would take many times the room."""
    yield "{"
    for name, value in again.items():
        yield f"{json.dumps(name)}: {json.dumps(value)}, "
    yield '"steps": ['
    for number, step in enumerate(plan.writes):
        values = {name: _plain(value) for name, value in step.values.items()}
        told = {"collection": step.collection.name, "action": step.action, "values": values}
        yield (", " if number else "") + json.dumps(told).removesuffix("}") + ', "keys": ['
        yield from _joined(_keys(step))
        yield "]}"
    kept = sorted((step for step in plan.steps if step.action == "keep"), key=_collection)
    yield '], "kept": {'
    yield from _lists((_collection(step), piece) for step in kept for piece in _keys(step))
    yield '}, "proofs": {'
    yield from _lists(proofs)
    yield "}}"


def _collection(step: systems.Step) -> str:
    return step.collection.name


def _lists(pieces: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The inside of a JSON object of lists, from pieces of their text, those of one list after another."""
    for number, (name, some) in enumerate(groupby(pieces, itemgetter(0))):
        yield f"{', ' if number else ''}{json.dumps(name)}: ["
        yield from _joined(text for _, text in some)
        yield "]"


def _joined(texts: Iterable[str]) -> Iterator[str]:
    for number, text in enumerate(texts):
        yield f", {text}" if number else text


def _keys(step: systems.Step) -> Iterator[str]:
    """The keys of its rows as JSON, some at a time."""
    for some in chunks(step.keys, AT_ONCE):
        yield json.dumps([[plain(part) for part in key] for key in some])[1:-1]


def _plain(value: Any) -> Any:
    return {"t": "reshape", "v": value.written()} if isinstance(value, systems.Reshape) else plain(value)


def note(case: Case, work: Work, kind: str, content: dict[str, Any]) -> str:
    """Append one line and sync it to disk; a line cut short by a crash is closed off, never continued.

    Gives its digest.
    """
    return _note(case, work, kind, [json.dumps(content)])


def _note(case: Case, work: Work, kind: str, content: Iterable[str]) -> str:
    told = {
        "controller": case.controller,
        "system": work.system,
        "case": case.reference,
        "work": work.pk,
        "kind": kind,
        "subject_index": case.subject_index,
    }
    return _append(told, _sealed(content))


def _sealed(content: Iterable[str]) -> Iterator[str]:
    """In pieces that know their place and whether another follows, so that none can be left out or moved."""
    entry, number, held = secrets.token_hex(8), 0, ""
    for text in content:
        held += text
        while len(held) > PIECE:
            yield sealing.seal_short(f"{entry} {number} +{held[:PIECE]}", PURPOSE)
            number, held = number + 1, held[PIECE:]
    yield sealing.seal_short(f"{entry} {number} .{held}", PURPOSE)


def _opened(pieces: list[str]) -> Iterator[str]:
    """Raises ``SealBroken`` where a piece was changed, moved, left out or taken from another entry."""
    first = ""
    for number, piece in enumerate(pieces):
        entry, place, text = sealing.unseal_short(piece, PURPOSE).split(" ", 2)
        first = first or entry
        follows = "+" if number < len(pieces) - 1 else "."
        if (entry, place, text[:1]) != (first, str(number), follows):
            raise sealing.SealBroken("An entry's pieces are not those that were written.")
        yield text[1:]


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


def _append(kept: dict[str, Any], sealed: Iterable[str] = ()) -> str:
    """Write one line and sync it; its digest. It is written as it is made, so that a long one takes no more room."""
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with _locked(target, "ab+") as ledger:
        end = ledger.seek(0, os.SEEK_END)
        if end:
            ledger.seek(end - 1)
            if ledger.read(1) != b"\n":
                ledger.write(b"\n")
        for text in _line({"at": timezone.now().isoformat()} | kept, sealed):
            part = text.encode()
            digest.update(part)
            ledger.write(part)
        ledger.write(b"\n")
        ledger.flush()
        os.fsync(ledger.fileno())
    return digest.hexdigest()


def _line(told: dict[str, Any], sealed: Iterable[str]) -> Iterator[str]:
    yield json.dumps(told).removesuffix("}")
    for number, piece in enumerate(sealed):
        yield f", {json.dumps(piece)}" if number else f', "sealed": [{json.dumps(piece)}'
    yield "]}" if sealed else "}"


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
