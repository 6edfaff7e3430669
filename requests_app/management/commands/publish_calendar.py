"""Bring in a newly announced year of a calendar, and count the open cases again."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from requests_app import law, publishing
from requests_app.publishing import Recount


class Command(BaseCommand):
    """One line per changed case, by reference; a file that cannot be used is one line on stderr and exit 2."""

    help = (
        "publish_calendar FILE brings in an announced year (docs/operate.md shows one) and counts the open "
        "cases again; without a file it counts again what a newer release's calendars change."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A file, or none."""
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="list what would change, write nothing")

    def handle(self, *args: object, file: Path | None, dry_run: bool, **options: object) -> None:
        """Running it twice changes nothing."""
        notice, text = (None, "") if file is None else _read(file)
        if dry_run:
            number = self._list(publishing.foresee(*([notice] if notice else [])))
            self.stdout.write(f"Would change {number} open cases. Nothing was written.")
            return
        if notice:
            new = publishing.keep(notice, text)
            said = "published" if new else "was published already"
            self.stdout.write(f"{notice.calendar} {notice.year}, version {notice.version}: {said}.")
        number = self._list(publishing.recount())
        self.stdout.write(f"Changed {number} open cases.")

    def _list(self, recounts: Iterable[Recount]) -> int:
        number = 0
        for number, one in enumerate(recounts, 1):  # noqa: B007
            law_day = f"law {one.last_before} -> {one.last_after}"
            settled = "provisional" if one.provisional_after else "settled"
            self.stdout.write(
                f"{one.reference}  {one.right:<12} due {one.due_before} -> {one.due_after}  {law_day}  {settled}"
            )
        return number


def _read(file: Path) -> tuple[law.Notice, str]:
    try:
        text = file.read_text(encoding="utf-8")
        notice = law.read_notice(text)
        publishing.check(notice, text)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise CommandError(f"{file} cannot be read: {reason}.", returncode=2) from None
    except law.UnusableNotice as error:
        raise CommandError(f"{file}: {error}", returncode=2) from None
    return notice, text
