"""Say by when an answer is due, and how that was counted."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandParser

from requests_app import law

NAMED = ("statutory", "rolled", "sla", "outer", "ordinary", "strict", "safe")


class Command(BaseCommand):
    """A calculator on the rulebook and the calendars that ship: it reads no case and needs no database."""

    help = (
        "Due dates of a right: due --regime ccpa --right DELETE --received 2026-03-23 [--extended] [--json]"
    )
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """A mistake on the command line is one line on stderr, without the usage."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.print_usage = lambda file=None: None
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A day in the regime's own zone, or a moment with an offset."""
        parser.add_argument("--regime", required=True)
        parser.add_argument("--right", required=True)
        moment = parser.add_mutually_exclusive_group(required=True)
        moment.add_argument("--received", metavar="YYYY-MM-DD", help="a day where the regime's clock hangs")
        moment.add_argument("--received-at", metavar="MOMENT", help="ISO 8601 with an offset or Z")
        parser.add_argument("--extended", action="store_true")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--language", default="en", help="en, zh-Hans, or one that has a catalogue")

    def handle(self, *args: object, **options: Any) -> None:
        """Prints the dates; bad input is one line on stderr and exit 2."""
        try:
            reckoning = _reckon(options)
        except (ValueError, OverflowError) as error:
            self.stderr.write(str(error))
            sys.exit(2)
        language = options["language"]
        if options["json"]:
            self.stdout.write(json.dumps(_told(reckoning, language), ensure_ascii=False, indent=2))
            return
        for name, due in (("acknowledge", reckoning.acknowledge), ("respond", reckoning.respond)):
            if due:
                self.stdout.write(name)
                for reason in due.reasons:
                    label = reason.label.in_(language) if reason.label else str(reason.on or "")
                    rule = law.cite_in(reason.rule, language)
                    self.stdout.write(f"  {label:<14} {reason.words.in_(language)}  {rule}".rstrip())


def _told(reckoning: law.Reckoning, language: str) -> dict[str, Any]:
    """Both deadlines, each complete in itself; beside them what they share, and how the answer was counted."""
    return {
        "regime": reckoning.regime,
        "right": reckoning.right,
        "received_on": reckoning.received_on.isoformat(),
        "acknowledge": _deadline(reckoning, reckoning.acknowledge, language),
        "respond": _deadline(reckoning, reckoning.respond, language),
        "extended": reckoning.extended,
        "provisional": reckoning.provisional,
        "version": reckoning.version,
        "calendar": reckoning.calendar,
        "reasons": _reasons(reckoning.respond, language),
    }


def _deadline(reckoning: law.Reckoning, due: law.Due | None, language: str) -> dict[str, Any] | None:
    if due is None:
        return None
    dates = {name: day.isoformat() for name in NAMED if (day := getattr(due, name))}
    return dates | {
        "due_on": due.due_on.isoformat(),
        "last_on": due.last_on.isoformat(),
        "extended": reckoning.extended,
        "provisional": due.provisional,
        "confirmed": due.confirmed,
        "version": reckoning.version,
        "reasons": _reasons(due, language),
    }


def _reasons(due: law.Due, language: str) -> list[dict[str, str | None]]:
    return [
        {"text": reason.words.in_(language), "date": reason.on.isoformat() if reason.on else None}
        for reason in due.reasons
    ]


def _reckon(options: dict[str, Any]) -> law.Reckoning:
    code, right = options["regime"], options["right"]
    known = sorted({regime.code for regime in law.REGIMES})
    if code not in known:
        raise ValueError(f"No regime {code!r}; there are: {', '.join(known)}.")
    zone = ZoneInfo(law.regime(code).zone)
    given = options["received"] if options["received"] is not None else options["received_at"]
    try:
        if options["received"] is not None:
            received_at = datetime.combine(date.fromisoformat(given), time(12), zone)
        else:
            received_at = datetime.fromisoformat(given)
            if received_at.tzinfo is None:
                raise ValueError("no offset")
        received_on = received_at.astimezone(zone).date()
    except (ValueError, OverflowError):
        raise ValueError(f"{given!r} is no date: give 2026-03-23, or 2026-10-16T05:30:00Z.") from None
    try:
        regime = law.regime(code, received_on)
    except KeyError:
        raise ValueError(f"{code} was not in force on {received_on}.") from None
    if right not in regime.rights:
        raise ValueError(f"{code} has no right {right!r}; it has: {', '.join(regime.rights)}.")
    return law.reckon(regime, right, received_at, extended=options["extended"])
