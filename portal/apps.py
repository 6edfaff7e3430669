"""The front of house as an app, for its template tags and commands."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages and protocols."""

    name = "portal"
    verbose_name = "Portal"
