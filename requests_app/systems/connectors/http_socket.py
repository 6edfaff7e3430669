"""A socket that gives up at a moment, however slowly the other end goes on answering."""

from __future__ import annotations

import io
import socket
import time
from typing import Any


class SocketUntil:
    """What ``http.client`` needs of a socket; raises ``TimeoutError`` once the moment has come.

    A time-out of the socket itself starts anew with every byte received.
    """

    def __init__(self, inner: socket.socket, until: float) -> None:
        self._inner = inner
        self._until = until
        """By the clock of ``time.monotonic``."""

    def sendall(self, data: Any) -> None:
        """Send all of it, or give up."""
        self._allow()
        self._inner.sendall(data)

    def makefile(self, mode: str = "rb", *_: object) -> io.BufferedReader:
        """The answer, to be read once."""
        return io.BufferedReader(_Answer(self, self._inner.makefile(mode, buffering=0)))

    def close(self) -> None:
        """Let go of it; a file made of it keeps it open until that is closed as well."""
        self._inner.close()

    def _allow(self) -> None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._inner.settimeout(left)


class _Answer(io.RawIOBase):
    def __init__(self, whose: SocketUntil, inner: Any) -> None:
        super().__init__()
        self._whose = whose
        self._inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._whose._allow()
        return self._inner.readinto(buffer)

    def close(self) -> None:
        self._inner.close()
        super().close()
