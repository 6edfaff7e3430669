"""Print a statute as a table for counsel."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandError

from requests_app import law


class Command(BaseCommand):
    """Rights, duties and exemptions with citations; what awaits counsel is marked."""

    help = "The rulebook in force: law, or law ccpa [--language zh-Hans]"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One regime, or a list of all."""
        parser.add_argument("regime", nargs="?")
        parser.add_argument("--language", choices=["en", "zh-Hans"], default="en")

    def handle(self, *args: object, **options: object) -> None:
        """Plain text, one line a rule."""
        language = str(options["language"])
        if not options["regime"]:
            for regime in law.REGIMES:
                self.stdout.write(f"{regime.code:<10} {regime.version}  {regime.title.in_(language)}")
            return
        try:
            regime = law.regime(str(options["regime"]))
        except KeyError:
            raise CommandError("No such regime; `manage.py law` lists them.") from None
        self.stdout.write(f"{regime.title.in_(language)}, text of {regime.version}\n\nRights")
        for right in regime.rights.values():
            duty = right.respond
            self.stdout.write(
                f"  {right.code:<16} {right.title.in_(language)}  [{right.basis}]  "
                f"{duty.number} {duty.count}  {right.standard.level}{_mark(right.confirmed)}"
            )
        self.stdout.write("\nWho may act")
        for line in _acting(regime, language):
            self.stdout.write(line)
        self.stdout.write("\nExemptions")
        for exemption in regime.exemptions.values():
            self.stdout.write(
                f"  {exemption.code:<16} {exemption.title.in_(language)}  [{exemption.citation}]  "
                f"{exemption.approver}{_mark(exemption.confirmed)}"
            )


def _acting(regime: law.Regime, language: str) -> Iterator[str]:
    """One line for each capacity and set of rights: what may be asked, of whom, and who is answered."""
    for capacity in regime.capacities.values():
        for grant in capacity.grants:
            asks = ", ".join(
                ask.key
                + (
                    " (last resort)"
                    if ask.last_resort
                    else f" (or {ask.instead_of})"
                    if ask.instead_of
                    else ""
                )
                for ask in grant.asks
            )
            yield (
                f"  {capacity.code:<16} {' '.join(sorted(grant.rights))}: {asks or 'nothing'}; the person "
                f"{grant.person.replace('_', ' ')}; answer to the {grant.answer_to}  "
                f"[{law.cite_in(grant.citation, language)}]{_mark(grant.confirmed)}"
            )


def _mark(confirmed: bool) -> str:
    return "" if confirmed else "  (to be confirmed by counsel)"
