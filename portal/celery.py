"""Celery's application: broker, schedule and logging from Django's settings."""

import gc
import os

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["requests_app"])

SELDOM = 20_000
"""Objects made before the collector looks: Python's 700 are used up by a single statement of Django's."""


@worker_process_init.connect
def spare_what_is_loaded(**_told: object) -> None:
    """Code and models last as long as the process: the collector need not walk them again and again for each case."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM, *gc.get_threshold()[1:])
