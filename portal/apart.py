"""Warns where the suppression ledger would be restored together with what it must outlast."""

from __future__ import annotations

from typing import Any

from django.core import checks

from requests_app.fulfilment import ledger_place

WORDS = "The suppression ledger, or a part of it, lies in the vault, and is restored together with it."


def ledger_lies_apart(**_asked: Any) -> list[checks.CheckMessage]:
    """For ``manage.py check``, which every other command runs as well."""
    if not ledger_place.lies_with_vault():
        return []
    hint = (
        "Set PORTAL_SUPPRESSION to a file elsewhere and move "
        f"{ledger_place.left_in_vault().name} there: docs/operate.md, After a restore."
    )
    return [checks.Warning(WORDS, hint=hint, id="portal.W001")]
