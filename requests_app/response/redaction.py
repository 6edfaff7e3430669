"""Marks in the texts and files of a copy: one person reads and marks, another confirms, then it leaves."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from identity import vault
from identity.models import User
from requests_app import access, journal, permits, worklist
from requests_app.lifecycle import State
from requests_app.models import Case, Reading
from requests_app.response import rows, to_read
from requests_app.response.ledger import ACCESS
from requests_app.response.readings import GROUNDS, count_of, digest, forget_made, is_whole

CONFIRMED, MARKED, REOPENED, OPENED = "texts_confirmed", "text_read", "text_reopened", "text_file_opened"
SECOND_LOOK = "texts_seen"
WAITS_FOR_READERS = "texts"
FILE_PURPOSE = "task-file"
_PIECE = re.compile(r"[^.!?。！？\n]*[.!?。！？\n]+[\s”’\"')\]]*|[^.!?。！？\n]+$")

Span = tuple[int, int, str, int]
"""Where it starts and ends, on what ground, and who marked it."""
Mark = tuple[int, list[list[int]], str, int]
"""On which page, the places there, on what ground, and who marked it."""
MOST_MARKS = 500
"""On the pages of one file."""


class NotRead(Exception):
    """The server refused. ``why`` is ``not_yours``, ``confirmed``, ``ground``, ``not_there``, ``same_person``, ``changed``, ``too_many`` or ``gone``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Piece:
    """A sentence of a text, or a line."""

    number: int
    start: int
    text: str


def pieces(text: str) -> list[Piece]:
    """The text in sentences and lines, nothing lost between them."""
    found, at = [], 0
    for match in _PIECE.finditer(text):
        if match.start() > at:
            found.append(Piece(len(found), at, text[at : match.start()]))
        found.append(Piece(len(found), match.start(), match.group()))
        at = match.end()
    if at < len(text):
        found.append(Piece(len(found), at, text[at:]))
    return found


def leave_out(
    case: Case, reading: Reading, text: str, *, by: User, ground: str, numbers: Iterable[int] = (),
    passages: Iterable[str] = (), whole: bool = False,
) -> None:  # fmt: skip
    """Mark sentences by number and passages wherever they stand, on one ground; or all of it.

    Raises :class:`NotRead`: ``not_there`` where a passage does not stand in the text.
    """
    if ground not in GROUNDS:
        raise NotRead("ground")
    spans: list[Span] = [(0, len(text), ground, by.pk)] if whole else []
    known = {piece.number: piece for piece in pieces(text)}
    for number in numbers:
        if number not in known:
            raise NotRead("not_there")
        piece = known[number]
        spans.append((piece.start, piece.start + len(piece.text.rstrip()), ground, by.pk))
    for passage in passages:
        places = [match.start() for match in re.finditer(re.escape(passage), text)] if passage else []
        if not places:
            raise NotRead("not_there")
        spans += [(at, at + len(passage), ground, by.pk) for at in places]
    if not spans:
        raise NotRead("not_there")
    with transaction.atomic():
        reading = _mine(case, reading, by)
        reading.left_out = [list(span) for span in _joined([*map(_span, reading.left_out), *spans])]
        _unread(reading)


def paint_over(case: Case, reading: Reading, marks: Sequence[Mark], *, by: User) -> None:
    """Mark places on a file's pages."""
    if not marks:
        raise NotRead("not_there")
    with transaction.atomic():
        reading = _mine(case, reading, by)
        there = [list(mark) for mark in reading.boxes]
        new = [one for one in map(list, marks) if one not in there]
        if len(there) + len(new) > MOST_MARKS:
            raise NotRead("too_many")
        reading.boxes = sorted([*there, *new], key=lambda mark: mark[0])
        _unread(reading)


def sign_of(mark: Sequence[object]) -> str:
    """Tells one mark from another, so that a page opened earlier undoes what it showed or nothing."""
    return hashlib.sha256(json.dumps(list(mark)).encode()).hexdigest()[:16]


def put_back(
    case: Case, reading: Reading, *, by: User, number: int, sign: str, painted: bool = False
) -> None:  # fmt: skip
    """Undo one mark, before the second look; ``painted`` on a page.

    Raises :class:`NotRead`: ``changed`` where another mark than ``sign`` tells stands there now.
    """
    with transaction.atomic():
        reading = _mine(case, reading, by)
        marks = reading.boxes if painted else reading.left_out
        if not 0 <= number < len(marks):
            raise NotRead("changed")
        if sign_of(marks[number]) != sign:
            raise NotRead("changed")
        del marks[number]
        _unread(reading)
        if _was_the_last(case):
            _note(case, REOPENED, [reading], by, follow=True)


def finish(case: Case, reading: Reading, *, by: User, made: Mapping[str, object] | None = None) -> None:
    """It was read, and what is marked is all: now it is the second person's.

    ``made`` is the file that leaves instead, drawn from the marks that ``reading`` has; without it a file
    with marks on its pages is not finished, nor one whose marks changed meanwhile (``changed``).
    """
    with transaction.atomic():
        known, reading = reading, _mine(case, reading, by)
        if reading.boxes != known.boxes or bool(reading.boxes and not is_whole(reading)) != bool(made):
            raise NotRead("changed")
        forget_made(reading)
        reading.marked_by, reading.marked_at, reading.made = by, timezone.now(), dict(made or {})
        reading.save(update_fields=["marked_by", "marked_at", "made"])
        _note(case, MARKED, [reading], by)


def send_back(case: Case, reading: Reading, *, by: User) -> None:
    """It is read again: the second person does not agree, or the reader thought better of it."""
    with transaction.atomic():
        reading = _mine(case, reading, by)
        if reading.marked_at is None:
            raise NotRead("changed")
        _unread(reading)
        _note(case, REOPENED, [reading], by, follow=_was_the_last(case))


def _unread(reading: Reading) -> None:
    """Another mark, another reading: what was drawn from the old ones goes."""
    forget_made(reading)
    reading.marked_by, reading.marked_at, reading.made = None, None, {}
    reading.save(update_fields=["left_out", "boxes", "marked_by", "marked_at", "made"])


def _was_the_last(case: Case) -> bool:
    """Whether the answer waited for readers and waits no more: nothing need be read, and nothing is marked."""
    case = _still(case)
    waited = case.state == State.FULFILLING or case.waits_for == WAITS_FOR_READERS
    return waited and not to_read.waiting(case).exists()


def mark_of(reading: Reading) -> str:
    """What the second person saw of a reading, so that nothing else is confirmed."""
    seen = json.dumps(
        [reading.digest, reading.left_out, reading.boxes, reading.made, str(reading.marked_at)],
        sort_keys=True,
    )
    return hashlib.sha256(seen.encode()).hexdigest()[:32]


def may_confirm(reading: Reading, by: User) -> bool:
    """Whether it waits for a second look, and theirs is a second one."""
    own = {reading.marked_by_id, *(mark[3] for mark in [*reading.left_out, *reading.boxes])}
    return reading.marked_at is not None and reading.confirmed_at is None and by.pk not in own


def confirm(case: Case, seen: Mapping[int, str], *, by: User) -> None:
    """A second person agrees with these readings as they saw them; when none is open any more the answer goes on.

    Raises :class:`NotRead` and confirms none when one of them is not theirs to confirm or has changed.
    """
    _refuse_unless(permits.CONFIRM_TEXTS, case, by)
    with transaction.atomic():
        case = _still(case)
        found = list(case.readings.select_for_update().filter(pk__in=seen))
        if not seen or len(found) != len(seen):
            raise NotRead("gone")
        for reading in found:
            if reading.confirmed_at or mark_of(reading) != seen[reading.pk]:
                raise NotRead("changed")
            if not may_confirm(reading, by):
                raise NotRead("same_person")
        case.readings.filter(pk__in=seen).update(confirmed_by=by, confirmed_at=timezone.now())
        if to_read.waiting(case).exists():
            _note(case, SECOND_LOOK, found, by)
        else:
            _note(case, CONFIRMED, found, by, follow=True)


def open_file(case: Case, reading: Reading, *, by: User) -> tuple[bytes, str]:
    """The file as it was sent, and its ending; noted, since it is read whole."""
    content, ending = file_of(case, reading, by=by)
    _note(case, OPENED, [reading], by)
    return content, ending


def note_opened(case: Case, shown: Sequence[Reading], *, by: User) -> None:
    """What stands in these files is read: noted of each the first time for everybody who does.

    One query where nothing is new.
    """
    who = journal.staff(by.pk)
    opened = case.events.filter(name=OPENED, by_kind=who.kind, by_ref=who.ref).order_by()
    those = opened.filter(references__readings__in=[[reading.pk] for reading in shown])
    noted = list(those.values_list("references__readings", flat=True).distinct())
    for reading in shown:
        if [reading.pk] not in noted:
            _note(case, OPENED, [reading], by)


def file_of(case: Case, reading: Reading, *, by: User) -> tuple[bytes, str]:
    """The file as it was sent, and its ending, for whoever may read it. Raises :class:`NotRead`."""
    refuse_unless_reader(case, by)
    for work in rows.files_of(worklist.latest_round(case, ACCESS)):
        path = str(work.result["file"])
        if reading.digest == digest(work.system, "", "", path):
            return b"".join(vault.read(case.key, path, FILE_PURPOSE)), str(work.result.get("ending", ""))
    raise NotRead("gone")


def refuse_unless_reader(case: Case, by: User) -> None:
    """Raises :class:`NotRead` for whoever may not read it, or not now."""
    _refuse_unless(permits.READ_TEXTS, case, by)
    with transaction.atomic():
        _still(case)


def _mine(case: Case, reading: Reading, by: User) -> Reading:
    """The reading, locked, if this person may change it now."""
    _refuse_unless(permits.READ_TEXTS, case, by)
    _still(case)
    found = case.readings.select_for_update().filter(pk=reading.pk).first()
    if found is None:
        raise NotRead("gone")
    if found.confirmed_at:
        raise NotRead("confirmed")
    return found


def _refuse_unless(act: permits.Act, case: Case, by: User) -> None:
    desk = access.desk(by)
    if not desk.may_do(act, case.controller) or desk.is_about(case):
        raise NotRead("not_yours")


def _still(case: Case) -> Case:
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if locked.state not in (State.FULFILLING, State.RESPONDING):
        raise NotRead("gone")
    return locked


def _note(case: Case, name: str, readings: Sequence[Reading], by: User, *, follow: bool = False) -> None:
    """On the journal stand numbers, places and grounds, never a passage.

    ``follow`` lets the answer go on; while systems are at work the case goes on waiting for them.
    """
    goes_on = {"waits_for": "letter"} if follow and _still(case).state == State.RESPONDING else {}
    grounds = sorted({mark[2] for reading in readings for mark in [*reading.left_out, *reading.boxes]})
    references = {
        "readings": [reading.pk for reading in readings][:50],
        "left_out": sum(count_of(reading) for reading in readings),
        "grounds": grounds,
    }
    journal.record(case, name, by=journal.staff(by.pk), references=references, follow=follow, **goes_on)


def _span(kept: Sequence[object]) -> Span:
    start, end, ground, by = kept
    return int(str(start)), int(str(end)), str(ground), int(str(by))


def _joined(spans: Iterable[Span]) -> list[Span]:
    """In order, without overlaps: what is marked twice stands under the ground that begins first."""
    found: list[Span] = []
    for start, end, ground, by in sorted(spans):
        if found and start < found[-1][1]:
            last = found[-1]
            # Whose mark it is stays known, so that nobody confirms their own.
            if last[2] == ground and last[3] == by:
                found[-1] = (last[0], max(last[1], end), ground, last[3])
                continue
            start = last[1]
        if start < end or (start == end == 0 and not found):
            found.append((start, end, ground, by))
    return found
