"""Whether controller.toml says everything in every language that its pack is offered in."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from .inventory import Wording


def check_words(toml: Path, languages: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What is said in one language and not in another, with its line; English is what every reader can fall back on."""
    text = toml.read_text(encoding="utf-8")
    needed = tuple(dict.fromkeys((*languages, "en")))
    for place, words in _wordings(tomllib.loads(text), frozenset(needed)):
        missing = [language for language in needed if not words.get(language)]
        # Empty in every language: the controller has nothing to say there, such as an address.
        if missing and (any(words.values()) or len(words) < len(needed)):
            line = _line(text, words)
            yield (
                f"{place}{f' in line {line}' if line else ''} has no words in {', '.join(missing)}.",
                "Add them: people must be able to read it.",
            )


def _wordings(value: object, languages: frozenset[str], place: str = "") -> Iterator[tuple[str, Wording]]:
    """Every table whose keys are languages, and where it stands."""
    if isinstance(value, dict):
        if languages & value.keys():
            yield place, value
        else:
            for key, child in value.items():
                yield from _wordings(child, languages, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for number, child in enumerate(value, start=1):
            yield from _wordings(child, languages, f"{place}.{number}")


def _line(text: str, words: Wording) -> int | None:
    """The line on which the first of ``words`` stands."""
    said = next((each for each in words.values() if each and each in text), "")
    return text[: text.index(said)].count("\n") + 1 if said else None
