"""The app of cases."""

from django.apps import AppConfig


class RequestsAppConfig(AppConfig):
    """Cases, from receipt to archive."""

    name = "requests_app"
    verbose_name = "Requests"
