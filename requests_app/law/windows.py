"""How often one may ask: which earlier requests count against a new one, and which ground that opens to a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .count import add_months
from .regime import Regime, Window
from .terms import Outcome, Words, day_en, day_zh


@dataclass(frozen=True, slots=True)
class Earlier:
    """A request of the same person that was answered: its reference, and the day of our answer."""

    reference: str
    answered_on: date


@dataclass(frozen=True)
class Full:
    """A window that a new request finds used up, and by which earlier ones."""

    window: Window
    earlier: tuple[Earlier, ...]

    @property
    def listed(self) -> str:
        """The earlier references with their days, as evidence."""
        return "; ".join(f"{one.reference} ({one.answered_on.isoformat()})" for one in self.earlier)

    @property
    def why(self) -> Words:
        """One sentence for staff."""
        en = ", ".join(f"{one.reference} ({day_en(one.answered_on)})" for one in self.earlier)
        zh = "、".join(f"{one.reference}（{day_zh(one.answered_on)}）" for one in self.earlier)
        many = len(self.earlier) > 1
        return Words(
            f"Answered within the last {self.window.months} months: {en}. "
            f"{'These requests' if many else 'This request'} may allow it; a person decides.",
            f"过去{self.window.months}个月内已答复：{zh}。可据此适用，由经办人决定。",
        )


def lasts_until(window: Window, began_on: date) -> date:
    """The last day of a window that began that day."""
    return add_months(began_on, window.months) + timedelta(days=window.days - 1)


def counts(window: Window, right_code: str, outcome: Outcome) -> bool:
    """Whether a request answered so counts later; one withdrawn, or by somebody not identified, never does."""
    return right_code in window.rights and outcome in window.counts


def within(window: Window, earlier: Iterable[Earlier], received_on: date) -> tuple[Earlier, ...]:
    """Those of the earlier requests whose window the new one falls into, oldest first."""
    inside = (one for one in earlier if received_on <= lasts_until(window, one.answered_on))
    return tuple(sorted(inside, key=lambda one: (one.answered_on, one.reference)))


def full(
    regime: Regime, right_code: str, earlier: Iterable[tuple[str, Earlier]], received_on: date
) -> tuple[Full, ...]:
    """The windows that a request received that day finds used up; ``earlier`` are pairs of a window's code and a request."""
    known = tuple(earlier)
    found = []
    for window in regime.windows_for(right_code):
        inside = within(window, (one for code, one in known if code == window.code), received_on)
        if window.ground and len(inside) >= window.times:
            found.append(Full(window, inside))
    return tuple(found)
