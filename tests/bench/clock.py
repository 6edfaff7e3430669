"""Due dates: receipt in, date and reasons out, on one core."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from statistics import median

from requests_app import law, register
from tests.bench.table import ROUNDS, Line, rate

SECONDS = 0.4
START = datetime(2026, 1, 2, 9, 30, tzinfo=UTC)


def measure() -> list[Line]:
    """Every right that a shipped controller offers, received on each day of a year in turn."""
    return [
        Line(
            f"due date with its reasons, {controller.regimes[0]}",
            f"{rate(median(_per_second(controller) for _ in range(ROUNDS)))} /s",
        )
        for controller in register.controllers()
    ]


def _per_second(controller: register.Controller) -> float:
    rights = [right for right in controller.rights if right.regime == controller.regimes[0]]
    done, started = 0, time.perf_counter()
    while (took := time.perf_counter() - started) < SECONDS:
        received_at = START + timedelta(days=done % 365, minutes=done % 1440)
        right = rights[done % len(rights)]
        law.reckon(law.regime(right.regime, received_at.date()), right.code, received_at)
        done += 1
    return done / took
