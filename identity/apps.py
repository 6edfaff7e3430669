"""The app of identity."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Who is asking, and may they?"""

    name = "identity"
    verbose_name = "Identity"
