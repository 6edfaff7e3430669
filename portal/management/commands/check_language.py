"""manage.py check_language pt-BR: compile a language's catalogue and say what it lacks."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import catalogue, collected, languages
from portal.catalogue import Texts

IN_THE_CODE = frozenset({"en", "zh-Hans"})
"""Languages the law and the letters are written in."""


class Command(BaseCommand):
    """Ends with an error while a text is missing, so that a build can ask it."""

    help = "Compile the catalogues of a language and list what they lack, with file and line, and what nothing says."

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The language, and whether its catalogue is to be begun or brought up to date."""
        parser.add_argument("code", help="as pages name it: fr, pt-BR, zh-Hans")
        parser.add_argument("--write", action="store_true", help="add what is missing, to be translated")

    def handle(self, *args: object, code: str, write: bool, **options: object) -> None:
        """Nothing is changed but the catalogue: with ``--write`` what is missing is added, else it is compiled."""
        if code == "en":
            raise CommandError("English is what every other language is looked up by.")
        written, known = catalogue.files(code), {}
        for po in written:
            known |= _read(po)
        said = collected.of_pages() if code in IN_THE_CODE else collected.everything()
        if write:
            po = languages.catalogue(settings.PORTAL_LANGUAGES, code).with_suffix(".po")
            absent = [text for key, text in said.items() if key not in known]
            catalogue.add(po, code, absent)
            self.stdout.write(f"{po}: {len(absent)} texts to translate were added.")
            return
        for po in written:
            catalogue.compile_beside(po)
        for english, _context in known.keys() - said.keys():
            self.stdout.write(f"{english!r} stands nowhere any more: its entry can go.")
        trouble = [*_lacking(code, said, known), *_misplaced(known)]
        for line in trouble:
            self.stdout.write(line)
        if trouble:
            raise CommandError(
                f"{code}: {len(trouble)} texts are missing or wrong; they are told in English."
            )
        self.stdout.write(f"{code}: nothing is missing.")


def _read(po: Path) -> Texts:
    try:
        return catalogue.read(po)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _lacking(code: str, said: Texts, known: Texts) -> list[str]:
    done = {key for key, text in known.items() if catalogue.done(text)}
    return [
        f"{catalogue.place(text)}: {key[0]!r} has no {code}." for key, text in said.items() if key not in done
    ]


def _misplaced(known: Texts) -> list[str]:
    return [
        f"{key[0]!r}: its translation has lost or made up {', '.join(sorted(wrong))}."
        for key, text in known.items()
        if catalogue.done(text) and (wrong := catalogue.misplaced(text))
    ]
