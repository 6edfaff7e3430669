"""Prove that no case's history was edited, cut, re-ordered or truncated."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from requests_app import journal
from requests_app.lifecycle import State
from requests_app.models import Case


class Command(BaseCommand):
    """Walks every chain and names the first bad event of each case that does not hold."""

    help = (
        "Verify the hash chain of every case, or of one. Exit 1 and names the first bad event if any fails."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One optional reference."""
        parser.add_argument("reference", nargs="?", help="verify this case only")

    def handle(self, *args: object, **options: object) -> None:
        """Streamed, so that a million cases need no more memory than one."""
        cases = Case.objects.order_by("pk")
        reference = options["reference"]
        if reference:
            cases = cases.filter(reference="".join(str(reference).split()).upper())
            if not cases.exists():
                raise CommandError("No case has this reference.")
        seen = forgotten = 0
        bad: list[str] = []
        for case in cases.iterator(chunk_size=500):
            if case.state == State.ARCHIVED and not case.events.exists():
                forgotten += 1  # the log's term is over: only the chain's head is left
                continue
            seen += 1
            if trouble := journal.verify(case):
                bad.append(f"{case.spaced_reference}: {trouble}")
        for line in bad:
            self.stderr.write(line)
        self.stdout.write(f"{seen} chains verified, {len(bad)} broken, {forgotten} past their log's term.")
        if bad:
            raise SystemExit(1)
