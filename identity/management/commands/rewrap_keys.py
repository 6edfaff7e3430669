"""Wrap every data key under the current installation key."""

from django.core.management.base import BaseCommand

from identity import sealing
from identity.models import SealingKey


class Command(BaseCommand):
    """Streamed, and safe to interrupt: what is done stays done."""

    help = "After putting a new key in front of PORTAL_SEALING_KEYS: wrap all data keys under it."

    def handle(self, *args: object, **options: object) -> None:
        """Destroyed keys have nothing to wrap."""
        keys = SealingKey.objects.exclude(wrapped=None).order_by("pk").iterator(chunk_size=1000)
        done = sum(sealing.rewrap(key) for key in keys)
        self.stdout.write(f"{done} keys wrapped anew.")
