"""How far back somebody may ask to know, where a statute sets a period and lets them choose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .terms import Words


@dataclass(frozen=True, slots=True)
class Span:
    """One choice: the months before receipt, or from a day on."""

    code: str
    words: Words
    citation: str
    months: int = 0
    since: date | None = None

    def begins_on(self, received_on: date) -> date:
        """The first day it covers."""
        if self.since is not None:
            return self.since
        # Only ever the same day of an earlier month, so the last day of a shorter one gives more, never less.
        years, month = divmod(received_on.year * 12 + received_on.month - 1 - self.months, 12)
        return date(years, month + 1, min(received_on.day, 28))
