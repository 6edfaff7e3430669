"""Shows what is attached to a virus scanner, by ClamAV's INSTREAM, where one is set."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable

from django.conf import settings

CHUNK_BYTES = 64 * 1024
TIMEOUT_SECONDS = 30


class ScannerDown(Exception):
    """The scanner is set and gave no answer; nothing it should have seen may pass."""


def is_set() -> bool:
    """Whether the operator named one."""
    return bool(settings.SCANNER)


def is_clean(contents: Iterable[bytes]) -> bool:
    """Whether the scanner finds nothing in any of them; raises :class:`ScannerDown`."""
    return all(_found(content) == "" for content in contents) if is_set() else True


def answers() -> bool:
    """Whether it is there; true where none is set."""
    try:
        return is_clean([b"are you there"])
    except ScannerDown:
        return False


def _found(content: bytes) -> str:
    """The name of what was found; empty when clean."""
    try:
        with _connected() as line:
            line.sendall(b"zINSTREAM\0")
            for at in range(0, len(content), CHUNK_BYTES):
                piece = content[at : at + CHUNK_BYTES]
                line.sendall(struct.pack("!I", len(piece)) + piece)
            line.sendall(struct.pack("!I", 0))
            answer = _answer(line)
    except OSError:
        raise ScannerDown from None
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer[len("stream: ") : -len(" FOUND")] or "something"
    # "INSTREAM size limit exceeded. ERROR" and the like: not seen to the end, so not clean.
    raise ScannerDown


def _connected() -> socket.socket:
    """``host:port`` or ``unix:/path/to/clamd.sock``."""
    kind, _colon, place = settings.SCANNER.partition(":")
    if kind == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(TIMEOUT_SECONDS)
        try:
            line.connect(place)
        except OSError:
            line.close()
            raise
        return line
    host, _colon, port = settings.SCANNER.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), TIMEOUT_SECONDS)


def _answer(line: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < 4096:
        piece = line.recv(4096)
        if not piece:
            break
        received += piece
    return received.rstrip(b"\0\n").decode("utf-8", "replace")
