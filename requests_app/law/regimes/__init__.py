"""The statutes in force, one line each, and how to find the version that governs a day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from ..regime import Regime
from .ccpa import CCPA
from .gdpr import GDPR
from .pipl import PIPL
from .us_policy import US_POLICY
from .virginia import VIRGINIA

REGIMES: tuple[Regime, ...] = (CCPA, PIPL, US_POLICY, GDPR, VIRGINIA)


def regime(code: str, on: date | None = None) -> Regime:
    """The version in force on that day, or the newest; ``KeyError`` if none is.

    A version is named by its first day, so ``regime(code, date.fromisoformat(version))`` finds a pinned one.
    """
    versions = [r for r in REGIMES if r.code == code and (on is None or r.in_force(on))]
    if not versions:
        raise KeyError(f"{code} on {on}" if on else code)
    return max(versions, key=lambda r: r.effective_on)


def regime_at(code: str, moment: datetime) -> Regime:
    """The version that governs what arrives at that moment, on the day which the statute itself counts."""
    return regime(code, moment.astimezone(ZoneInfo(regime(code).zone)).date())
