"""Processes a killed supervisor left behind: found by a mark in their environment, and ended."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

MARK = "PORTAL_RUN_MARK"


def end_leftovers(mark: str) -> int:
    """End every process of an earlier run with this mark; gives how many there were.

    Reads ``/proc``, so elsewhere than on Linux it finds none and a busy port says so instead.
    """
    found = [pid for pid in _processes() if pid != os.getpid() and _has_mark(pid, mark)]
    for way_out in (signal.SIGTERM, signal.SIGKILL):
        for pid in found:
            try:
                os.kill(pid, way_out)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and any(Path(f"/proc/{pid}").exists() for pid in found):
            time.sleep(0.1)
    return len(found)


def _processes() -> list[int]:
    proc = Path("/proc")
    return [int(entry.name) for entry in proc.iterdir() if entry.name.isdigit()] if proc.exists() else []


def _has_mark(pid: int, mark: str) -> bool:
    try:
        held = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return False
    return f"{MARK}={mark}".encode() in held and state != "Z"
