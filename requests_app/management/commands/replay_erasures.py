"""Carry out again, after a restore, what the suppression ledger says was done."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app import register
from requests_app.fulfilment import catch_up
from requests_app.fulfilment.replay import Left, Outcome
from requests_app.fulfilment.suppression import Entry

WHY = {
    "not_shown": "not shown to be the one of then, so another's perhaps: left alone",
    "besides": "came back besides, and were not decided to go: left",
    "emptied": "deleted then, only emptied now, since rows that stay refer to it",
    "stricter": "stricter now than this choice: left",
    "since": "not as it was left, in a system that was not restored, so changed since: left alone",
}


class Command(BaseCommand):
    """To be run after a database of the portal or of a system was restored, before the portal serves."""

    help = "Erase, correct and set again what a restored backup turned back. Exit 1 while an entry is open."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which system was restored, and what a person has seen to."""
        parser.add_argument("--restored", metavar="SYSTEM", help="the system, as the inventory names it")
        parser.add_argument("--taken", metavar="TIME", help="when its backup was taken (ISO 8601, else UTC)")
        parser.add_argument(
            "--kept", metavar="SYSTEM", nargs="+", default=[], help="systems not restored: only looked at"
        )
        parser.add_argument("--accept", metavar="NUMBER", nargs="+", default=[], help="leave open entries")
        parser.add_argument("--by", default="", help="who has looked, with --accept")
        parser.add_argument("--reason", default="", help="what they found, with --accept")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each thing that was left; repeating it is safe."""
        if options["accept"]:
            self._accept(options["accept"], options["by"].strip(), options["reason"].strip())
            return
        counts: Counter[str] = Counter()

        def tell(entry: Entry, outcome: Outcome) -> None:
            counts[outcome.state] += 1
            number = f"{entry.digest[:12]} case {entry.case}, {entry.system}"
            if outcome.trouble:
                self.stderr.write(f"{number}: {outcome.trouble}")
            for left in outcome.left:
                self.stderr.write(f"{number}: {_words(left)}")

        restored = _restored(options["restored"], options["taken"])
        for system in options["kept"]:
            _refuse_if_unknown(system)
        if restored and restored.system in options["kept"]:
            raise CommandError(f"{restored.system} was either restored or kept.")
        try:
            catch_up.carry_out(restored, tell, kept=options["kept"])
        except catch_up.Busy:
            raise CommandError("Another run is at it.") from None
        self.stdout.write(
            f"{counts['again']} carried out again, {counts['still']} still stood, "
            f"{counts['held']} under legal hold, {counts['unknown']} of systems no longer in the register."
        )
        if counts["held"]:
            self.stdout.write(f"{counts['held']} wait for the end of a hold and are carried out then.")
        if not options["restored"]:
            self.stdout.write(
                "What this database knows to be done was left alone. "
                "If a customer system was restored: --restored SYSTEM --taken TIME."
            )
        if open_ := counts["open"] + counts["away"]:
            self.stdout.write(
                f"{open_} open, named above: see to them and run this again, "
                'or --accept NUMBER --by NAME --reason "…".'
            )
            raise SystemExit(1)

    def _accept(self, numbers: list[str], by: str, reason: str) -> None:
        if not by or not reason:
            raise CommandError("Say who has looked and what they found: --by and --reason.")
        for number in numbers:
            entry = catch_up.accept(number, by=by, reason=reason)
            if entry is None:
                raise CommandError(f"No open entry begins with {number}.")
            self.stdout.write(f"{entry.digest[:12]} case {entry.case}, {entry.system}: left as it is.")


def _words(left: Left) -> str:
    return f"{left.collection}, {left.count}: {WHY[left.why]}"


def _refuse_if_unknown(system: str) -> None:
    known = {key for controller in register.controllers() for key in controller.inventory.systems}
    if system not in known:
        raise CommandError(f"No inventory names {system}; these are known: {', '.join(sorted(known))}.")


def _restored(system: str | None, taken: str | None) -> catch_up.Restored | None:
    if system is None:
        if taken:
            raise CommandError("--taken says when the backup of one system was taken: name it by --restored.")
        return None
    _refuse_if_unknown(system)
    try:
        moment = datetime.fromisoformat(taken) if taken else None
    except ValueError:
        raise CommandError("--taken is a moment in ISO 8601, 2026-11-20T02:00+00:00.") from None
    return catch_up.Restored(
        system, moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
    )
