"""Celery's application: broker, schedule and logging from Django's settings."""

import os

from celery import Celery
from celery.signals import worker_process_init

from portal.garbage import spare_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["requests_app"])


@worker_process_init.connect
def spare_memory(**_told: object) -> None:
    """In each of a worker's processes, before its first case."""
    spare_what_is_loaded()
