"""Sealed files on disk: written whole, read as a stream, removed on their date."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from identity import sealing
from identity.models import SealingKey

BLOCK = 256 * 1024


@dataclass(frozen=True)
class Stored:
    """Where a sealed file lies (relative to the vault), its clear size in bytes and clear SHA-256."""

    path: str
    size: int
    digest: str


def write(key: SealingKey, parts: Iterable[bytes], purpose: str) -> Stored:
    """Seal a stream into a new file; a crash half-way leaves only an unnamed part that nothing refers to."""
    name = secrets.token_hex(16)
    relative = Path(name[:2]) / name
    target = Path(settings.PORTAL_VAULT) / relative
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0

    def measured() -> Iterator[bytes]:
        nonlocal size
        for part in parts:
            digest.update(part)
            size += len(part)
            yield part

    unfinished = target.with_suffix(".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for sealed in sealing.seal_stream(key, measured(), purpose):
            file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(target)
    return Stored(str(relative), size, digest.hexdigest())


def read(key: SealingKey, path: str, purpose: str) -> Iterator[bytes]:
    """Stream the clear bytes; raises ``FileNotFoundError``, ``SealBroken`` or ``KeyDestroyed``."""
    with (Path(settings.PORTAL_VAULT) / path).open("rb") as file:
        yield from sealing.unseal_stream(key, iter(lambda: file.read(BLOCK), b""), purpose)


def remove(path: str) -> None:
    """Remove the file; already gone is as good."""
    (Path(settings.PORTAL_VAULT) / path).unlink(missing_ok=True)
