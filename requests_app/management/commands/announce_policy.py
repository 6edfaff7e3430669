"""Tell everybody who asked to hear of it that a new version of the privacy policy is there."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from requests_app import register
from requests_app.letters import news


class Command(BaseCommand):
    """One line: how many. Only for changes that matter; running it twice tells nobody twice."""

    help = (
        "announce_policy CONTROLLER mails whoever asked to hear of a material change, once for each version."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose policy."""
        parser.add_argument("controller")
        parser.add_argument("--dry-run", action="store_true", help="say how many would be told, tell nobody")

    def handle(self, *args: object, controller: str, dry_run: bool, **options: object) -> None:
        """The letters leave by the outbox."""
        try:
            known = register.controller(controller)
        except register.UnknownController:
            raise CommandError(f"There is no controller {controller}.", returncode=2) from None
        number = news.announce(known, dry_run=dry_run)
        said = "Would tell" if dry_run else "Told"
        self.stdout.write(f"{said} {number} of the version of {news.newest(known).isoformat()}.")
