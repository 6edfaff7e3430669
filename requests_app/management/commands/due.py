"""Say by when an answer is due, and how that was counted."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand

from requests_app import law


class Command(BaseCommand):
    """A calculator on the rulebook: it reads no case and needs no database."""

    help = (
        "Due dates of a right: due --regime ccpa --right DELETE --received 2026-03-23 [--extended] [--json]"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A day in the regime's own zone, or a moment with an offset."""
        parser.add_argument("--regime", required=True)
        parser.add_argument("--right", required=True)
        moment = parser.add_mutually_exclusive_group(required=True)
        moment.add_argument("--received", metavar="YYYY-MM-DD", help="a day where the regime's clock hangs")
        moment.add_argument("--received-at", metavar="MOMENT", help="ISO 8601 with an offset or Z")
        parser.add_argument("--extended", action="store_true")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--language", choices=["en", "zh-Hans"], default="en")

    def handle(self, *args: object, **options: object) -> None:
        """Prints the dates; bad input is one line on stderr and exit 2."""
        try:
            reckoning = self._reckon(options)
        except ValueError as error:
            self.stderr.write(str(error))
            sys.exit(2)
        if options["json"]:
            kept = reckoning.to_json()
            found = {name: kept[name] for name in ("acknowledge", "respond", "extended", "version")}
            found["provisional"] = reckoning.provisional
            found["reasons"] = [
                {
                    "text": reason.words.in_(str(options["language"])),
                    "date": str(reason.on) if reason.on else None,
                }
                for reason in reckoning.respond.reasons
            ]
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
            return
        for reason in reckoning.respond.reasons:
            label = reason.label.in_(str(options["language"])) if reason.label else str(reason.on or "")
            self.stdout.write(
                f"{label:<14} {reason.words.in_(str(options['language']))}  {reason.rule}".rstrip()
            )

    def _reckon(self, options: dict[str, object]) -> law.Reckoning:
        code, right = str(options["regime"]), str(options["right"])
        known = sorted({regime.code for regime in law.REGIMES})
        if code not in known:
            raise ValueError(f"No regime {code!r}; there are: {', '.join(known)}.")
        given = str(options["received"] or options["received_at"])
        try:
            if options["received"]:
                regime = law.regime(code, date.fromisoformat(given))
                received_at = datetime.combine(date.fromisoformat(given), time(12), ZoneInfo(regime.zone))
            else:
                received_at = datetime.fromisoformat(given)
                if received_at.tzinfo is None:
                    raise ValueError("no offset")
                regime = law.regime(code, received_at.date())
        except KeyError:
            raise ValueError(f"{code} was not in force on that day.") from None
        except ValueError:
            raise ValueError(f"{given!r} is no date: give 2026-03-23, or 2026-10-16T05:30:00Z.") from None
        if right not in regime.rights:
            raise ValueError(f"{code} has no right {right!r}; it has: {', '.join(regime.rights)}.")
        return law.reckon(regime, right, received_at, extended=bool(options["extended"]))
