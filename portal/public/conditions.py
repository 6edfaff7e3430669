"""What must hold before an account is closed: listed before one asks, and with what we found afterwards."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from requests_app import law, register, worklist
from requests_app.models import Case, Work
from requests_app.register import Controller
from requests_app.register.inventory import CLOSING


def listed(controller: Controller, language: str) -> list[str]:
    """Every condition of every system, and how long one may think better of it."""
    sentences = [
        controller.text(condition.title, language)
        for system in controller.inventory.systems.values()
        for condition in system.conditions
    ]
    days = controller.switches.get("cooling_off_days", 0)
    if days:
        sentences.append(
            _("After the decision you have %(n)s days in which you can undo it on this page.") % {"n": days}
        )
    return sentences


def results(case: Case, language: str) -> list[str]:
    """Each condition with what the search found; empty for any other right, and before the search."""
    if law.regime(case.regime, case.received_on).right(case.right).operation != CLOSING:
        return []
    search = worklist.latest_round(case, Work.Operation.SEARCH)
    counts = search[0].result.get("conditions", {}) if search else {}
    controller = register.controller(case.controller)
    return [
        _("%(condition)s: %(result)s.")
        % {
            "condition": controller.text(condition.title, language).rstrip(".。"),
            "result": _("not yet: we look at it with you")
            if counts[condition.key]
            else pgettext("of a condition", "yes"),
        }
        for system in controller.inventory.systems.values()
        for condition in system.conditions
        if condition.key in counts
    ]
