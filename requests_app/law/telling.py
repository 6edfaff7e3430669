"""What the words of one deadline are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from .calendar import Calendar
from .regime import Duty, Regime, Right
from .terms import HOUSE

Kind = Literal["acknowledge", "respond", "extension"]


@dataclass(frozen=True, slots=True)
class Telling:
    """Everything the words of one deadline are made of."""

    regime: Regime
    right: Right
    duty: Duty
    kind: Kind
    local: datetime
    """Receipt, on the regime's clock."""
    calendar: Calendar

    @property
    def received_on(self) -> date:
        """The day of receipt on the regime's clock."""
        return self.local.date()

    @property
    def rule(self) -> str:
        """What a step resting on the duty cites."""
        return HOUSE if self.duty.house else self.duty.citation
