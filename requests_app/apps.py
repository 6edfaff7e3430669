"""The app of cases."""

from django.apps import AppConfig
from django.conf import settings

from requests_app import law


class RequestsAppConfig(AppConfig):
    """Cases, from receipt to archive."""

    name = "requests_app"
    verbose_name = "Requests"

    def ready(self) -> None:
        """The law, which knows no settings, is told where the catalogues of further languages lie."""
        for code, compiled in settings.CATALOGUES.items():
            law.learn(code, compiled)
