"""How sure must we be? Set by regime, right and the most sensitive data the inventory could return."""

from __future__ import annotations

from requests_app import law
from requests_app.models import Case
from requests_app.register import Controller


def standard_of(case: Case, controller: Controller, *, has_account: bool) -> law.Standard:
    """The standard for this case, before anything is searched."""
    regime = law.regime(case.regime, case.received_on)
    sensitive = any(holding.sensitive for holding in controller.inventory.holdings())
    return law.standard_for(
        regime, case.right, sensitivity="high" if sensitive else "low", has_account=has_account
    )


def earned(methods: list[str], standard: str) -> bool:
    """Whether the methods used reach the standard.

    A code typed from an address that belongs to an account on record is the
    account's own sign-in, repeated at once before disclosure or erasure (11
    CCR 7061), and it is more than the data points of a reasonable check (11
    CCR 7062(b)). The high standard needs the signed declaration as well.
    """
    match standard:
        case law.Level.NONE:
            return True
        case law.Level.HIGH:
            return {"email_code", "declaration"} <= set(methods)
        case _:
            return "email_code" in methods
