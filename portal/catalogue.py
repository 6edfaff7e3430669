"""A language's catalogue as its translator writes it (``django.po``): read, added to and compiled, without gettext's tools."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, PoFileParser, write_po
from django.conf import settings

from portal import languages

Key = tuple[str, str]
"""What a text is looked up by: the English (of one that counts something, the form for one), and its context."""
Texts = dict[Key, Message]
PLACES = re.compile(r"%\(\w+\)s|%s|%d|\{\w+\}")


class _OneTranslationEach(Catalog):
    """Babel keeps the first of two translations and drops the other without a word."""

    def __setitem__(self, id: object, message: Message) -> None:
        known = self.get(message.id, message.context) if message.id else None
        if known is not None and known.string != message.string:
            raise ValueError(f"{_english(message)!r} is translated twice, and differently.")
        super().__setitem__(id, message)


def files(code: str) -> list[Path]:
    """Where a language is written down: a room's own catalogues, and those that a deployment adds."""
    beside = (languages.catalogue(Path(folder), code) for folder in settings.LOCALE_PATHS)
    return [po for mo in beside if (po := mo.with_suffix(".po")).exists()]


def texts(told: Catalog) -> Texts:
    """All of it but the head."""
    return {(_english(message), message.context or ""): message for message in told if message.id}


def place(message: Message) -> str:
    """Where it stands first."""
    file, line = message.locations[0]
    return file if line is None else f"{file}:{line}"


def done(message: Message) -> bool:
    """Whether every form of it can be used; what is marked ``fuzzy`` waits until somebody has looked."""
    return all(_told(message)) and not message.fuzzy


def misplaced(message: Message) -> set[str]:
    """Places for values that the translation has made up, or lost from a text of the law or of a letter."""
    said = message.id if isinstance(message.id, str) else "".join(message.id)
    wanted, used = set(PLACES.findall(said)), set(PLACES.findall("".join(_told(message))))
    # A page's own sentence may do without a name or a number that stands beside it.
    return (used - wanted) | {place for place in wanted - used if place.startswith("{")}


def read(po: Path) -> Texts:
    """All of it; ValueError names the line that cannot be read, or the text that is there twice."""
    return texts(_parsed(po))


def compiled(po: Path) -> bytes:
    """What is done in it, as gettext reads it."""
    written = io.BytesIO()
    write_mo(written, _parsed(po))
    return written.getvalue()


def compile_beside(po: Path) -> None:
    """Put the compiled catalogue beside it; one that says the same already stays as it is."""
    if not is_compiled(po):
        po.with_suffix(".mo").write_bytes(compiled(po))


def is_compiled(po: Path) -> bool:
    """Whether the compiled catalogue beside it says what this one does."""
    mo = po.with_suffix(".mo")
    return mo.exists() and _texts(mo.read_bytes()) == _texts(compiled(po))


def add(po: Path, code: str, lacking: Iterable[Message]) -> None:
    """Put texts, each with where it stands, at the end of a catalogue that may not exist yet."""
    begun = po.exists()
    told = _parsed(po) if begun else Catalog(code.replace("-", "_"), header_comment="", fuzzy=False)
    added = Catalog(header_comment="", fuzzy=False)
    added.mime_headers = told.mime_headers
    for text in lacking:
        added.add(text.id, locations=text.locations, context=text.context)
    po.parent.mkdir(parents=True, exist_ok=True)
    with po.open("ab") as file:
        file.write(b"\n" * begun)
        write_po(file, added, width=0, omit_header=begun)


def _parsed(po: Path) -> Catalog:
    told = _OneTranslationEach()
    with po.open("rb") as file:
        try:
            PoFileParser(told, ignore_obsolete=True, abort_invalid=True).parse(file)
        except PoFileError as error:
            raise ValueError(f"{po}:{error.lineno + 1}: this is no line of a catalogue.") from error
        except ValueError as error:
            raise ValueError(f"{po}: {error}") from error
    return told


def _english(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _told(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def _texts(compiled: bytes) -> dict[object, str]:
    """What stands in it, but for the head, which tells of the program that wrote it."""
    catalogue = dict(vars(gettext.GNUTranslations(io.BytesIO(compiled)))["_catalog"])
    catalogue.pop("", None)
    return catalogue
