"""What the keys of a pack's files mean, for whoever reads the settings and not the files."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from portal.look.days import page_language
from requests_app import law
from requests_app.register import Controller

SWITCHES = {
    "automated_decisions": later("Decides about people by automated means"),
    "backups_overwritten_after_days": later("Backups are overwritten after"),
    "cooling_off_days": later("Between the approval and the closing of an account it can be undone for"),
    "data_broker": later("Is a data broker"),
    "sells_or_shares": later("Sells or shares personal information"),
    "shared_holdings": later("What goes to advertising providers"),
}
CONNECTORS = {
    "sql": later("Database"),
    "http": later("Web service"),
    "opendsr": later("Web service (OpenDSR)"),
    "manual": later("A person, by hand"),
    "memory": later("Memory, for tests"),
}


def connector(code: str) -> str:
    """How a system is reached."""
    return str(CONNECTORS.get(code, code))


def switches(controller: Controller) -> list[list[str]]:
    """Each switch of the pack in words, and what it is set to; one that nothing reads by its key."""
    return [
        [str(SWITCHES.get(name, name)), _value(controller, name, value)]
        for name, value in sorted(controller.switches.items())
    ]


def _value(controller: Controller, name: str, value: object) -> str:
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if isinstance(value, int) and name.endswith("_days"):
        return ngettext("%(n)s day", "%(n)s days", value) % {"n": value}
    lang = page_language()
    if isinstance(value, list | tuple):
        titled = (controller.holding_title(str(one), lang) for one in value)
        return law.LISTING.in_(lang).join(titled)
    return str(value)
