"""The circuit breaker: who failed often in a row is left alone for a while, in this process."""

from __future__ import annotations

import threading
import time

from .base import SystemUnreachable

FAILURES_TO_OPEN, SECONDS_OPEN = 5, 60.0
"""After so many failures in a row a system is left alone for so long."""

_counts: dict[str, tuple[int, float]] = {}
_lock = threading.Lock()


def refuse_if_open(where: str, system: str) -> None:
    """Raise ``SystemUnreachable`` while ``where``, an address or a name, is left alone."""
    with _lock:
        failures, since = _counts.get(where, (0, 0.0))
    if failures >= FAILURES_TO_OPEN and time.monotonic() - since < SECONDS_OPEN:
        raise SystemUnreachable(system, "left alone after many failures")


def note(where: str, *, failed: bool) -> None:
    """One more failure in a row, or the end of it."""
    with _lock:
        if failed:
            _counts[where] = (_counts.get(where, (0, 0.0))[0] + 1, time.monotonic())
        else:
            _counts.pop(where, None)


def forget() -> None:
    """Ask everybody again."""
    with _lock:
        _counts.clear()
