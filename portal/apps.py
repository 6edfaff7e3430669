"""The front of house as an app, for its template tags and commands."""

from django.apps import AppConfig
from django.core import checks

from portal import apart


class PortalConfig(AppConfig):
    """Pages and protocols."""

    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Every management command, and so every start by compose, looks where the suppression ledger lies."""
        checks.register(apart.ledger_lies_apart)
