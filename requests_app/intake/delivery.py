"""One mail on its way to one controller, and what was found about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from requests_app.intake.envelope import Envelope
from requests_app.intake.open_case import Arrival
from requests_app.models import Case, Channel, Tray
from requests_app.register import Controller

Result = Literal["opened", "threaded", "held", "duplicate", "ignored", "rejected"]


@dataclass(frozen=True)
class Delivery:
    """One mail on its way to one controller."""

    controller: Controller
    raw: bytes
    received_at: datetime
    addresses: tuple[str, ...]
    return_path: str | None
    envelope: Envelope
    cut_off: bool = False

    def arrival(self, key: str, *, language: str = "", **told: object) -> Arrival:
        """What ``open_case`` asks for."""
        return Arrival(
            controller=self.controller,
            channel=Channel.EMAIL,
            received_at=self.received_at,
            language=language or self.controller.languages[0],
            verbatim=self.raw,
            arrival_key=key,
            **told,  # type: ignore[arg-type]
        )


@dataclass
class Finding:
    """Where a submission goes, and what the columns beside its sealed content say."""

    result: Result
    tray: Tray
    reason: str = ""
    cases: tuple[Case, ...] = ()
    joined: Case | None = None
    language: str = ""
    sender: str = ""
    proof: str = ""
