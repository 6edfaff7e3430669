"""How sure we must be of who is asking, before anything is searched."""

from __future__ import annotations

from .regime import Regime
from .terms import Level, Standard


def standard_for(regime: Regime, right_code: str, *, sensitivity: str, has_account: bool) -> Standard:
    """The standard that right demands; ``sensitivity`` is ``low`` or ``high``, of what could be returned."""
    if sensitivity not in ("low", "high"):
        raise ValueError("sensitivity is low or high")
    right = regime.right(right_code)
    if right.standard.level is Level.NONE:
        return right.standard
    if has_account and right.standard_with_account:
        return right.standard_with_account
    if sensitivity == "high" and right.standard_if_sensitive:
        return right.standard_if_sensitive
    return right.standard
