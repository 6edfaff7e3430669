"""What the suppression ledger still asks of this installation after a restore, and what became of each entry.

The database remembers each entry as carried out, waiting for the end of a
legal hold or for a system, open to a person, or accepted as it is by one. An entry that it does not
know at all, and whose work it does not know, says that it was restored.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from identity import sealing
from requests_app import access, register, systems, worklist
from requests_app.fulfilment import suppression
from requests_app.fulfilment.put_again import Overtaken
from requests_app.fulfilment.replay import Outcome, replay
from requests_app.fulfilment.suppression import Entry
from requests_app.models import SubjectRecord, Work
from requests_app.register.inventory import Inventory

log = logging.getLogger(__name__)

Purpose = SubjectRecord.Purpose
_SETTLED = (Purpose.REPLAYED, Purpose.REPLAY_HELD, Purpose.REPLAY_ACCEPTED)
_FINAL = (Purpose.REPLAYED, Purpose.REPLAY_ACCEPTED)
_OPEN = access.OPEN_REPLAYS
_STATES = (*_SETTLED, *_OPEN)
_WAITING = (Purpose.REPLAY_HELD, Purpose.REPLAY_AWAY)
_REMEMBERED = {"again": Purpose.REPLAYED, "still": Purpose.REPLAYED, "unknown": Purpose.REPLAYED,
               "held": Purpose.REPLAY_HELD, "away": Purpose.REPLAY_AWAY, "open": Purpose.REPLAY_OPEN}  # fmt: skip
_AT_ONCE = 500
_LOCK = 0x0E01
LONGEST_WRITE = timedelta(hours=1)
"""An entry is written before what it says is final: so much earlier than the backup one may be missing from it."""


class Busy(Exception):
    """Another run is at it."""


@dataclass(frozen=True)
class Restored:
    """A system into which a backup was restored, and when that backup was taken."""

    system: str
    taken_at: datetime | None = None
    """``None``: nobody knows, so every entry counts."""

    def lost(self, entry: Entry) -> bool:
        """Whether the backup may not know what the entry says."""
        return entry.system == self.system and (
            self.taken_at is None or entry.at >= self.taken_at - LONGEST_WRITE
        )


def behind() -> list[Entry]:
    """Entries that this portal's database does not know to be settled: it, or it and a system, was restored."""
    return [entry for part in _parts(suppression.entries()) for entry in _unsettled(part)]


def carry_out(
    restored: Restored | None, told: Callable[[Entry, Outcome], None], *, kept: Collection[str] = ()
) -> None:
    """Carry out what this database does not know, what waits, and what a restored system lost; tells each outcome.

    What was settled before is left alone, and in systems that were ``kept`` as
    they are while the portal was restored nothing is written. Raises :class:`Busy`.
    """

    def chosen(part: list[Entry]) -> list[tuple[Entry, bool]]:
        known_kept = {entry.digest for entry in _remembered(part, (Purpose.REPLAY_KEPT,))}
        lost = {entry.digest for entry in part if restored and restored.lost(entry)}
        wanted = {entry.digest for entry in (*_unsettled(part), *_remembered(part, (*_WAITING, *_OPEN)))}
        return [
            (entry, entry.digest not in lost and (entry.system in kept or entry.digest in known_kept))
            for entry in part
            if entry.digest in wanted | lost
        ]

    _run(chosen, told)


def carry_out_waiting() -> None:
    """What waits for the end of a hold or for a system, again; one statement where nothing does.

    What a person has to look at waits for that person: see :func:`try_again`.
    """
    if SubjectRecord.objects.filter(purpose__in=_WAITING).exists():
        try:
            _run(
                lambda part: [(entry, False) for entry in _remembered(part, _WAITING)],
                lambda entry, outcome: None,
            )
        except Busy:
            log.info("replay is running elsewhere")


def try_again(record: SubjectRecord) -> bool:
    """A person has seen to the cause of an open entry: it is carried out at once, else within the hour.

    False where it is open no more, or stands in a system that was kept as it is, where nothing is written.
    """
    open_ = SubjectRecord.objects.filter(pk=record.pk, purpose__in=(Purpose.REPLAY_OPEN, Purpose.REPLAY_AWAY))
    with transaction.atomic():
        found = open_.update(purpose=Purpose.REPLAY_AWAY)
        if found:
            worklist.catch_up()
    return bool(found)


def accept(number: str, *, by: str, reason: str) -> Entry | None:
    """A person has seen to an open entry and leaves the rest as it is; noted in the ledger. ``None`` if none is open.

    ``number`` is the beginning of the entry's digest, as it was reported.
    """
    for part in _parts(suppression.entries()):
        for entry in _remembered(part, _OPEN) if len(number) >= 8 else ():
            if entry.digest.startswith(number):
                suppression.note_accepted(entry, by=by, reason=reason)
                _remember(entry, Purpose.REPLAY_ACCEPTED)
                return entry
    return None


def wait() -> None:
    """Return once nothing is left to be caught up with; until then no work may begin on what was restored."""
    said = False
    while not _has_caught_up():
        if not said:
            log.error("Restored: run manage.py replay_erasures before any work begins.")
            said = True
        time.sleep(5)


def _has_caught_up() -> bool:
    try:
        return not behind()
    except (DatabaseError, OSError) as error:
        log.error("the suppression ledger could not be compared: %s", type(error).__name__)
        return False
    finally:
        # Worker processes are forked from this one and must not share its connection.
        connections.close_all()


def _run(
    chosen: Callable[[list[Entry]], list[tuple[Entry, bool]]], told: Callable[[Entry, Outcome], None]
) -> None:
    with worklist.alone(_LOCK, 0) as mine:
        if not mine:
            raise Busy
        # Reads and opens every choice in the ledger: only where a choice is to be set again.
        overtaken: Overtaken | None = None
        nothing = Overtaken((), _inventory_of)
        for part in _parts(suppression.entries()):
            for entry, kept in chosen(part):
                if overtaken is None and entry.kind == "set":
                    overtaken = Overtaken(suppression.entries(), _inventory_of)
                outcome = _replayed(entry, overtaken or nothing, kept=kept)
                looked = kept and outcome.state in ("open", "away")
                _remember(entry, Purpose.REPLAY_KEPT if looked else _REMEMBERED[outcome.state], outcome)
                told(entry, outcome)


def _inventory_of(controller: str) -> Inventory:
    return register.controller(controller).inventory


def _replayed(entry: Entry, overtaken: Overtaken, *, kept: bool) -> Outcome:
    try:
        inventory = _inventory_of(entry.controller)
    except register.UnknownController:
        return Outcome("unknown")
    if entry.system not in inventory.systems:
        return Outcome("unknown")
    try:
        return replay(entry, inventory, overtaken, kept=kept)
    except systems.SystemFailure as failure:
        return Outcome("away" if failure.retryable else "open", trouble=str(failure))
    except sealing.SealBroken:
        return Outcome("open", trouble="the entry cannot be opened: is a retired sealing key missing?")
    except KeyError:
        return Outcome("open", trouble="the register no longer describes what the entry names")


def _unsettled(part: list[Entry]) -> list[Entry]:
    works = {
        (pk, reference): status == Work.Status.CONFIRMED or sealed is not None
        for pk, reference, status, sealed in Work.objects.filter(pk__in=[e.work for e in part]).values_list(
            "pk", "case__reference", "status", "sealed"
        )
    }
    settled = {entry.digest for entry in _remembered(part, _SETTLED)}
    # A person's word outlives the database: it stands unless the entry was opened once more since.
    settled |= {entry.digest for entry in part if entry.accepted_at} - {
        entry.digest for entry in _remembered(part, _OPEN)
    }

    def goes_on(entry: Entry) -> bool:
        # Confirmed, or begun and on its way: the pipeline finishes that by itself, and repeats what sets something.
        known = works.get((entry.work, entry.case))
        return bool(known) or (known is not None and entry.kind == "set")

    return [entry for entry in part if not goes_on(entry) and entry.digest not in settled]


def _remembered(part: list[Entry], purposes: Iterable[str]) -> list[Entry]:
    """Those that stand so; not what a restored database still takes for waiting and a person has accepted since."""
    found: dict[str, tuple[str, datetime]] = {}
    known = SubjectRecord.objects.filter(
        controller__in={e.controller for e in part},
        purpose__in=list(purposes),
        subject_index__in=[e.digest for e in part],
    )
    for digest, purpose, made_at in known.values_list("subject_index", "purpose", "made_at"):
        found[digest] = (purpose, made_at)

    def stands(entry: Entry) -> bool:
        if entry.digest not in found:
            return False
        purpose, made_at = found[entry.digest]
        return purpose in _FINAL or entry.accepted_at is None or made_at > entry.accepted_at

    return [entry for entry in part if stands(entry)]


def _remember(entry: Entry, purpose: str, outcome: Outcome | None = None) -> None:
    with transaction.atomic():
        known = SubjectRecord.objects.filter(
            controller=entry.controller, purpose__in=_STATES, subject_index=entry.digest
        )
        known.delete()
        SubjectRecord.objects.create(
            controller=entry.controller,
            purpose=purpose,
            subject_index=entry.digest,
            case_reference=entry.case,
            made_at=timezone.now(),
            keep_until=(timezone.now() + suppression.KEPT).date(),
            said=_said(entry, outcome) if outcome and purpose in _OPEN else None,
        )


def _said(entry: Entry, outcome: Outcome) -> dict[str, object]:
    """What staff are shown of it."""
    left = [[one.collection, one.why, one.count] for one in outcome.left]
    return {"system": entry.system, "kind": entry.kind, "left": left, "trouble": outcome.trouble}


def _parts(found: Iterable[Entry]) -> Iterator[list[Entry]]:
    part: list[Entry] = []
    for entry in found:
        part.append(entry)
        if len(part) == _AT_ONCE:
            yield part
            part = []
    if part:
        yield part
