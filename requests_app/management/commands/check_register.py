"""Explain every mistake in the packs, and with --live every difference from the databases they describe."""

import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from requests_app import register
from requests_app.letters import drafts
from requests_app.register import Problem
from requests_app.systems import SystemFailure
from requests_app.systems.drift import drift


class Command(BaseCommand):
    """One line per mistake: file and line, what is wrong, what to do."""

    help = "Check the packs in PORTAL_CONTROLLERS. Exit 1 if anything is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        """``--live`` asks the databases for their structure, never for a row."""
        parser.add_argument("--live", action="store_true", help="compare with the databases as they are now")

    def handle(self, *args: object, **options: object) -> None:
        """Reads files only, unless told to look at the databases too."""
        problems = list(register.check_packs(settings.PORTAL_CONTROLLERS))
        if not problems:
            problems += self._replies()
        if options["live"]:
            problems += self._drift()
        for problem in problems:
            self.stderr.write(str(problem))
        if problems:
            raise SystemExit(1)
        names = ", ".join(controller.slug for controller in register.controllers())
        self.stdout.write(f"The register is in order: {names}.")

    def _replies(self) -> list[Problem]:
        return [
            Problem(controller.slug, controller.directory / "controller.toml", what, remedy)
            for controller in register.controllers()
            for what, remedy in drafts.mistakes(controller.replies)
        ]

    def _drift(self) -> list[Problem]:
        found = []
        for controller in register.controllers():
            file = controller.directory / "inventory.yml"
            for system in controller.inventory.systems.values():
                if system.connector != "sql":
                    continue
                try:
                    differences = drift(system, os.environ.get(system.secret, ""))
                except SystemFailure as failure:
                    differences = [(f"{system.key} could not be compared: {failure.reason}.", "Try again.")]
                found += [Problem(controller.slug, file, what, remedy) for what, remedy in differences]
        return found
