"""Whether a letter asks for a part of a right alone: one consent of several, by the names the inventory gives it."""

from __future__ import annotations

from collections.abc import Iterable

from requests_app import law, subject
from requests_app.intake.phrases import rules
from requests_app.register import Controller


def details_of(controller: Controller, rights: Iterable[str], text: str) -> dict[str, str]:
    """What to keep with the cases; nothing where the whole is meant, or may be."""
    said = text.lower()
    if rules().more.search(said):
        # To stop less than was asked would be wrong; what was stopped beyond it is allowed again by one press.
        return {}
    offered = {right.code: right.regime for right in controller.rights}
    for code in (code for code in rights if code in offered):
        parts = controller.inventory.parts_of(law.regime(offered[code]).right(code).operation)
        for part in parts:
            if any(name in said for name in part.named):
                return {subject.PART: part.code}
    return {}
