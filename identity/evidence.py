"""Keep a paper somebody showed us: sealed under its own key, one reviewer at a time, destroyed when it is decided.

The kind of file is read from its content, never from its name; pictures whose
size would overwhelm a browser are refused before they are kept. Limits:
:data:`MAX_BYTES`, :data:`MAX_PIXELS`, :data:`MAX_KEPT` for each matter and kind.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from identity import sealing, vault
from identity.models import Evidence, User

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 50_000_000
"""Of a picture: beyond any camera's page, short of what fills a reviewer's memory."""
MAX_KEPT = 4
"""Undestroyed pieces of one kind for one matter: front, back and a second try of each."""
KEPT_FOR = timedelta(days=30)
"""Undecided evidence is destroyed after this long."""
REVIEW = timedelta(minutes=15)
"""How long a reviewer holds a piece before another may take it."""
PURPOSE = "evidence"


class NotKept(Exception):
    """It was not kept. ``why`` is ``empty``, ``too_large``, ``not_a_document``, ``too_many_pixels`` or ``too_many``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Busy(Exception):
    """Another reviewer is looking at it just now."""


class Gone(Exception):
    """It was destroyed, or never was."""


def keep(
    *, matter: str, kind: str, content: bytes, now: datetime, kept_for: timedelta = KEPT_FOR
) -> Evidence:
    """Seal one paper; raises :class:`NotKept`. JPEG, PNG and PDF are papers, nothing else is."""
    content_type = recognise(content)
    with transaction.atomic():
        there = Evidence.objects.select_for_update().filter(matter=matter, kind=kind, destroyed_at=None)
        if len(there) >= MAX_KEPT:
            raise NotKept("too_many")
        key = sealing.new_key()
        stored = vault.write(key, (content,), PURPOSE)
        return Evidence.objects.create(
            public_id=secrets.token_urlsafe(15), matter=matter, kind=kind, content_type=content_type,
            size=stored.size, digest=stored.digest, key=key, path=stored.path, kept_at=now,
            keep_until=now + kept_for,
        )  # fmt: skip


def recognise(content: bytes) -> str:
    """The media type that the content itself shows; raises :class:`NotKept`."""
    if not content:
        raise NotKept("empty")
    if len(content) > MAX_BYTES:
        raise NotKept("too_large")
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        kind, size = "image/png", _png_size(content)
    elif content.startswith(b"\xff\xd8\xff"):
        kind, size = "image/jpeg", _jpeg_size(content)
    else:
        raise NotKept("not_a_document")
    if size is None:
        raise NotKept("not_a_document")
    if size[0] * size[1] > MAX_PIXELS:
        raise NotKept("too_many_pixels")
    return kind


def of_matter(matter: str, kind: str = "") -> list[Evidence]:
    """Everything ever shown for a matter, destroyed or not, oldest first: what it was, never what it held."""
    found = Evidence.objects.filter(matter=matter).select_related("key", "reviewer", "decided_by")
    return list((found.filter(kind=kind) if kind else found).order_by("kept_at", "pk"))


def claim(public_id: str, *, matter: str, by: User, now: datetime) -> Evidence:
    """Take a piece for review; raises :class:`Busy` while another holds it and :class:`Gone` when it is destroyed."""
    free = Q(reviewer=None) | Q(reviewer=by) | Q(reviewer_until__lte=now)
    mine = Evidence.objects.filter(free, public_id=public_id, matter=matter, destroyed_at=None)
    taken = mine.update(reviewer=by, reviewer_until=now + REVIEW)
    piece = Evidence.objects.select_related("key").filter(public_id=public_id, matter=matter).first()
    if piece is None or piece.destroyed_at is not None:
        raise Gone
    if not taken:
        raise Busy
    return piece


def read(public_id: str, *, matter: str, by: User, now: datetime) -> tuple[Evidence, Iterator[bytes]]:
    """The clear bytes, to the reviewer who holds it and nobody else; raises as :func:`claim` does."""
    piece = Evidence.objects.select_related("key").filter(public_id=public_id, matter=matter).first()
    if piece is None or piece.destroyed_at is not None:
        raise Gone
    if piece.reviewer_id != by.pk or piece.reviewer_until is None or piece.reviewer_until <= now:
        raise Busy
    return piece, vault.read(piece.key, piece.path, PURPOSE)


def decide(public_id: str, *, matter: str, by: User, decision: str, now: datetime) -> Evidence:
    """Note what the reviewer found and destroy the content in the same transaction."""
    with transaction.atomic():
        piece = claim(public_id, matter=matter, by=by, now=now)
        Evidence.objects.filter(pk=piece.pk).update(decision=decision, decided_by=by)
        destroy(piece, now=now)
    piece.refresh_from_db()
    return piece


def destroy(piece: Evidence, *, now: datetime) -> None:
    """Forget the content for ever; the row stays. Destroying twice changes nothing."""
    # Key first: even if removing the file fails, what is left cannot be read.
    if piece.destroyed_at is None:
        sealing.destroy(piece.key)
        vault.remove(piece.path)
        Evidence.objects.filter(pk=piece.pk, destroyed_at=None).update(
            destroyed_at=now, reviewer=None, reviewer_until=None
        )


def destroy_all(matter: str, *, now: datetime) -> int:
    """Destroy whatever a matter still holds: it is over. Returns how many."""
    kept = list(Evidence.objects.filter(matter=matter, destroyed_at=None).select_related("key"))
    for piece in kept:
        destroy(piece, now=now)
    return len(kept)


def destroy_overdue(*, now: datetime, at_once: int = 500) -> int:
    """Destroy what nobody decided in time. Returns how many."""
    late = Evidence.objects.filter(destroyed_at=None, keep_until__lte=now).select_related("key")
    pieces = list(late.order_by("keep_until")[:at_once])
    for piece in pieces:
        destroy(piece, now=now)
    return len(pieces)


def _png_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, from the header chunk that must come first (W3C PNG, 11.2.1)."""
    if len(content) < 33 or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return (width, height) if width and height else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, from the frame header (ITU-T T.81, B.2.2)."""
    place = 2
    while place + 9 < len(content):
        if content[place] != 0xFF:
            return None
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return (width, height) if width and height else None
        elif marker in (0xD8, 0x01) or 0xD0 <= marker <= 0xD7:
            place += 2
        else:
            place += 2 + struct.unpack(">H", content[place + 2 : place + 4])[0]
    return None
