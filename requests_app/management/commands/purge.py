"""Destroy now what has reached its date; beat does the same every hour."""

from django.core.management.base import BaseCommand

from requests_app.archive.purge import purge_expired


class Command(BaseCommand):
    """Prints how much of each went."""

    help = "Destroy packages, case content, logs and hashes whose date has come."

    def handle(self, *args: object, **options: object) -> None:
        """Safe at any time and as often as you like."""
        done = purge_expired()
        self.stdout.write(", ".join(f"{name}: {count}" for name, count in done.items()))
