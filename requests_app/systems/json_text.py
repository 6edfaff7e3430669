"""JSON kept as text: read strictly, and written back with what did not change kept letter for letter."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from json.decoder import scanstring
from typing import Any

_SPACE = re.compile(r"[ \t\n\r]*")


class NoJson(ValueError):
    """The text is no JSON, or gives one name twice in an object, so that nobody can tell what it says."""


@dataclass
class _Part:
    """A value, and from where to where it stands in the text."""

    value: Any
    start: int
    end: int
    inner: list[tuple[str, int, _Part]] = field(default_factory=list)
    """What an object or a list holds: its name, if it has one, where it begins with its name, and itself."""


def read(text: str) -> Any:
    """What the text says; ``None`` for a blank one. Raises :class:`NoJson`."""
    if not text.strip(" \t\n\r"):
        return None
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        pass
    # Outside the handler: the decoder's error carries the whole text along.
    raise NoJson


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise NoJson
    return told


def _refuse(_name: str) -> Any:
    raise NoJson


def rewritten(text: str, after: Any) -> str:
    """The text, made to say ``after``: what it says already stays as it is written there.

    Numbers keep their digits, names their order and everything its blanks. ``text`` is one that :func:`read` reads.
    """
    if not text.strip(" \t\n\r"):
        return _plain(after)
    part = _parsed(text, _skip(text, 0))
    return text[: part.start] + _written(text, part, after) + text[part.end :]


def _written(text: str, part: _Part, after: Any) -> str:
    if type(after) is type(part.value) and after == part.value:
        return text[part.start : part.end]
    if isinstance(after, dict) and isinstance(part.value, dict):
        known = {name: (begin, inner) for name, begin, inner in part.inner}
        told = [
            text[begin : inner.start] + _written(text, inner, after[name])
            for name, (begin, inner) in known.items()
            if name in after
        ]
        told += [f"{_plain(name)}: {_plain(value)}" for name, value in after.items() if name not in known]
        return _joined(text, part, told, "{}")
    if isinstance(after, list) and isinstance(part.value, list) and len(after) == len(part.value):
        return _joined(
            text, part, [_written(text, inner, one) for (_, _, inner), one in zip(part.inner, after, strict=True)], "[]"
        )  # fmt: skip
    return _plain(after)


def _joined(text: str, part: _Part, told: list[str], brackets: str) -> str:
    """What is told, with the blanks that stood between before."""
    if not told or not part.inner:
        return brackets[0] + ", ".join(told) + brackets[1]
    first, last = part.inner[0], part.inner[-1]
    opening, closing = text[part.start : first[1]], text[last[2].end : part.end]
    between = text[first[2].end : part.inner[1][1]] if len(part.inner) > 1 else ", "
    return opening + between.join(told) + closing


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _parsed(text: str, start: int) -> _Part:
    """The value that begins there; the text is known to be JSON."""
    if text[start] not in "{[":
        value, end = json.JSONDecoder().raw_decode(text, start)
        return _Part(value, start, end)
    named = text[start] == "{"
    inner: list[tuple[str, int, _Part]] = []
    at = _skip(text, start + 1)
    while text[at] not in "}]":
        begin, name = at, ""
        if named:
            name, at = scanstring(text, at + 1)
            at = _skip(text, _skip(text, at) + 1)
        part = _parsed(text, at)
        inner.append((name, begin, part))
        at = _skip(text, part.end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    value = {name: part.value for name, _, part in inner} if named else [part.value for *_, part in inner]
    return _Part(value, start, at + 1, inner)
