"""Carry out again, in restored systems, everything the suppression ledger says was done."""

from collections import Counter

from django.core.management.base import BaseCommand

from requests_app import register, systems
from requests_app.fulfilment import suppression
from requests_app.fulfilment.replay import replay


class Command(BaseCommand):
    """To be run after a database of the portal or of a system was restored, before the portal serves."""

    help = "Erase again whatever a restored backup brought back. Exit 1 if a system did not answer."

    def handle(self, *args: object, **options: object) -> None:
        """One line for each entry that could not be carried out; repeating it is safe."""
        counts: Counter[str] = Counter()
        done = []
        for entry in suppression.entries():
            try:
                system = register.controller(entry.controller).inventory.systems[entry.system]
                outcome = replay(entry, system)
            except (register.UnknownController, KeyError):
                outcome = "unknown"
            except systems.SystemFailure as failure:
                self.stderr.write(f"Case {entry.case}: {failure}")
                counts["failed"] += 1
                continue
            counts[outcome] += 1
            # What a hold protects now waits for its end; the case is known, so the portal may serve.
            done.append(entry)
        suppression.mark_replayed(done)
        self.stdout.write(
            f"{counts['again']} carried out again, {counts['still']} still stood, "
            f"{counts['held']} under legal hold, {counts['unknown']} of systems no longer in the register."
        )
        if counts["failed"]:
            raise SystemExit(1)
