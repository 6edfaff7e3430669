"""Print a statute as a table for counsel."""

from __future__ import annotations

import textwrap
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from requests_app import law
from requests_app.law.examples import read_examples
from requests_app.law.rulebook import Entry, Line, Rulebook, Told, build

WIDTH = 110
UNCONFIRMED = law.Words("to be confirmed by counsel", "待法律顾问确认")
HOLDS, HOLDS_NOT = law.Words("holds", "相符"), law.Words("DOES NOT HOLD", "不相符")
EXPECTED = law.Words("expected {}, found {}", "应为{}，实为{}")
UNTESTED = law.Words("no worked example tests this", "没有示例检验此项")


class Command(BaseCommand):
    """Rights, duties, exemptions, limits and letters with citations and worked examples; needs no database."""

    help = "The rulebook in force: law, or law ccpa [--language zh-Hans]"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One regime, or a list of all."""
        parser.add_argument("regime", nargs="?")
        parser.add_argument("--language", default="en", help="en, zh-Hans, or one that has a catalogue")

    def handle(self, *args: object, regime: str | None, language: str, **options: object) -> None:
        """Plain text, as the staff page has it."""
        if not regime:
            for known in law.REGIMES:
                self.stdout.write(f"{known.code:<10} {known.version}  {known.title.in_(language)}")
            return
        try:
            wanted = law.regime(regime)
        except KeyError:
            known = ", ".join(dict.fromkeys(one.code for one in law.REGIMES))
            raise CommandError(f"No regime {regime!r}; there are: {known}.", returncode=2) from None
        examples = read_examples(settings.LAW_EXAMPLES)
        self._print(build(wanted, law.CALENDARS[wanted.calendar], examples), language)

    def _print(self, book: Rulebook, language: str) -> None:
        self.stdout.write(
            f"{book.regime.title.in_(language)} ({book.regime.code}, {book.regime.version})\n\n"
        )
        for line in book.lines:
            self._line(line, language)
        for chapter in book.chapters:
            self.stdout.write(f"\n\n{chapter.title.in_(language)}\n{'=' * 40}")
            for entry in chapter.entries:
                self._entry(entry, language)

    def _entry(self, entry: Entry, language: str) -> None:
        self.stdout.write(f"\n{entry.code}  {entry.title.in_(language)}")
        mark = "" if entry.confirmed else f"  ({UNCONFIRMED.in_(language)})"
        cited = law.cite_in(entry.citation, language)
        self.stdout.write(f"  [{cited}]  {entry.source.in_(language)}  {entry.effective_on}{mark}")
        self._wrapped(entry.plain.in_(language), "  ")
        for line in entry.lines:
            self._line(line, language)
        for told in entry.examples:
            self._told(told, language)
        if entry.missing_examples:
            self.stdout.write(f"    ! {UNTESTED.in_(language)}")

    def _line(self, line: Line, language: str) -> None:
        said = line.words.in_(language)
        if line.statute:
            said += f" “{line.statute.in_(language)}”"
        if line.citation:
            said += f"  [{law.cite_in(line.citation, language)}: {line.source.in_(language)}]"
        if not line.confirmed:
            said += f"  ({UNCONFIRMED.in_(language)})"
        term = line.term.in_(language)
        self._wrapped(f"{term}: {said}" if term else said, "  - ")

    def _told(self, told: Told, language: str) -> None:
        verdict = (HOLDS if told.holds else HOLDS_NOT).in_(language)
        self._wrapped(f"[{verdict}] {told.words.in_(language)}. {told.situation.in_(language)}", "  * ")
        for what, expected, found, holds in told.checks:
            if not holds:
                said = EXPECTED.in_(language).format(expected.in_(language), found.in_(language))
                self._wrapped(f"{what.in_(language)}: {said}", "      ! ")

    def _wrapped(self, text: str, lead: str) -> None:
        indent = " " * len(lead)
        self.stdout.write(
            textwrap.fill(text, WIDTH, initial_indent=lead, subsequent_indent=indent, break_on_hyphens=False)
        )
