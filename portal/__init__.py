"""The front of house: settings, pages for requesters and staff, protocols. Nothing imports it."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
