"""manage.py check_language pt-BR: compile a language's catalogue and say what it lacks."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import catalogue, collected, languages
from portal.catalogue import Entry, Text

IN_THE_CODE = frozenset({"en", "zh-Hans"})
"""Languages the law and the letters are written in."""


class Command(BaseCommand):
    """Ends with an error while a text is missing, so that a build can ask it."""

    help = "Compile the catalogue of a language (in PORTAL_LANGUAGES) and list what it lacks, with file and line."

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The language, and whether its catalogue is to be begun or brought up to date."""
        parser.add_argument("code", help="as pages name it: fr, pt-BR, zh-Hans")
        parser.add_argument("--write", action="store_true", help="add what is missing, to be translated")

    def handle(self, *args: object, code: str, write: bool, **options: object) -> None:
        """Nothing is changed but the catalogue: with ``--write`` what is missing is added, else it is compiled."""
        if code == "en":
            raise CommandError("English is what every other language is looked up by.")
        own = languages.catalogue(settings.PORTAL_LANGUAGES, code)
        po = own.with_suffix(".po")
        try:
            written = [entry for each in self._catalogues(code) for entry in catalogue.read(each)]
        except ValueError as error:
            raise CommandError(str(error)) from error
        if write:
            absent = self._absent(code, {entry.text for entry in written})
            catalogue.add(po, code, absent)
            self.stdout.write(f"{po}: {len(absent)} texts to translate were added.")
            return
        if po.exists():
            catalogue.compile_to(own, po)
        trouble = [*self._lacking(code, written), *self._misplaced(written)]
        for line in trouble:
            self.stdout.write(line)
        if trouble:
            raise CommandError(
                f"{code}: {len(trouble)} texts are missing or wrong; they are told in English."
            )
        self.stdout.write(f"{code}: nothing is missing.")

    def _catalogues(self, code: str) -> list[Path]:
        named = (languages.catalogue(Path(each), code).with_suffix(".po") for each in settings.LOCALE_PATHS)
        return [po for po in named if po.exists()]

    def _absent(self, code: str, written: set[Text]) -> list[tuple[Text, str]]:
        known = {(text.english, text.context) for text in written}
        needed = dict(collected.of_pages()) if code in IN_THE_CODE else collected.everything()
        return [
            (text, place)
            for text, place in needed.items()
            if text.english.strip() and (text.english, text.context) not in known
        ]

    def _lacking(self, code: str, written: list[Entry]) -> list[str]:
        done = {entry.text for entry in written if entry.done}
        return [f"{place}: {text.english!r} has no {code}." for text, place in self._absent(code, done)]

    def _misplaced(self, written: list[Entry]) -> list[str]:
        return [
            f"{entry.text.english!r}: its translation has lost or made up {', '.join(sorted(entry.misplaced))}."
            for entry in written
            if entry.done and entry.misplaced
        ]
