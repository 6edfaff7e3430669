"""Entries of lists in documents: which of them name the person, and which name others."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from requests_app.register.inventory import Field


@dataclass(frozen=True)
class Way:
    """A path from here on by which people are named, and the values there that name the person."""

    names: tuple[str, ...]
    theirs: Container[str]
    tells_others: bool
    """Whether any other value there is another person's, as what a reference says is; an address may be one more of theirs."""


def ways_in(field: Field, named: Mapping[str, Container[str]]) -> list[Way]:
    """Those into one column; ``named``: by path, what names the person there."""
    ways = []
    for path, part in field.parts(field.name):
        if path in named:
            refers = any(reference.direction != "to" for reference in part.references)
            ways.append(Way(tuple(path.split(".")[1:]), named[path], refers))
    return ways


def below(ways: Iterable[Way], name: str) -> list[Way]:
    """Those that go on through the part of that name, from there."""
    return [replace(way, names=way.names[1:]) for way in ways if way.names[:1] == (name,)]


def named_in(entry: Any, ways: Iterable[Way]) -> tuple[bool, bool]:
    """Whether an entry of a list names the person, and whether it names others; of lists in it nothing is said."""
    told = [(value in way.theirs, way) for way in ways if (value := _alone(entry, way.names)) is not None]
    return any(mine for mine, _ in told), any(way.tells_others for mine, way in told if not mine)


def only(content: Any, ways: list[Way]) -> Any:
    """The content without entries that name others and not the person."""
    if isinstance(content, list):
        return [only(part, ways) for part in content if named_in(part, ways) != (False, True)]
    if not isinstance(content, dict):
        return content
    return {
        name: only(value, nearer) if (nearer := below(ways, name)) else value
        for name, value in content.items()
    }


def _alone(content: Any, names: Sequence[str]) -> str | None:
    """The one value at that path, where no list lies between, as text."""
    for name in names:
        content = content.get(name) if isinstance(content, dict) else None
    return None if content is None or isinstance(content, dict | list) else str(content)
