"""A ZIP archive as a stream of bytes, with no more of it in memory than one piece."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime


class _Spout:
    """What zipfile writes to; emptied after every piece."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def empty(self) -> bytes:
        pieces, self.waiting = self.waiting, []
        return b"".join(pieces)


Member = tuple[str, Iterable[bytes]]


def stream(members: Iterable[Member], made_at: datetime, *, sums: bool = True) -> Iterator[bytes]:
    """The archive, member after member; with ``sums`` the last one lists the SHA-256 of all others."""
    spout, digests = _Spout(), []
    with zipfile.ZipFile(spout, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]

        def put(name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
            entry = zipfile.ZipInfo(name, made_at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            digest = hashlib.sha256()
            with archive.open(entry, "w", force_zip64=True) as member:
                for piece in pieces:
                    digest.update(piece)
                    member.write(piece)
                    if spout.waiting:
                        yield spout.empty()
            digests.append(f"{digest.hexdigest()}  {name}\n")
            yield spout.empty()

        for name, pieces in members:
            yield from put(name, pieces)
        if sums:
            yield from put("checksums.txt", ["".join(digests).encode()])
    yield spout.empty()
