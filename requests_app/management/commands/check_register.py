"""Explain every mistake in the packs."""

from django.conf import settings
from django.core.management.base import BaseCommand

from requests_app import register


class Command(BaseCommand):
    """One line per mistake: file, what is wrong, what to do."""

    help = "Check the packs in PORTAL_CONTROLLERS. Exit 1 if anything is wrong."

    def handle(self, *args: object, **options: object) -> None:
        """Reads files only; no system is asked."""
        problems = register.check_packs(settings.PORTAL_CONTROLLERS)
        for problem in problems:
            self.stderr.write(str(problem))
        if problems:
            raise SystemExit(1)
        names = ", ".join(controller.slug for controller in register.controllers())
        self.stdout.write(f"The register is in order: {names}.")
