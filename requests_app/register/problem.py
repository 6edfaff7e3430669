"""What is wrong with a pack, in words that say which file to open and what to change there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .lines import line_of


@dataclass(frozen=True)
class Problem:
    """One mistake in a pack."""

    controller: str
    """Slug, or the slugs of a clash joined by a comma."""
    file: Path
    what: str
    """What is wrong, naming the collection, field, holding or key."""
    remedy: str
    """What to do about it."""

    @property
    def line(self) -> int | None:
        """Where in the file what is wrong stands, counted from 1; ``None`` where it stands nowhere."""
        return line_of(self.file, self.what)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.what} {self.remedy}"


class UnreadablePack(ValueError):
    """A pack that cannot be turned into values at all."""

    def __init__(self, file: Path, what: str, remedy: str) -> None:
        super().__init__(f"{file}: {what} {remedy}")
        self.file = file
        self.what = what
        self.remedy = remedy


def explain_validation(error: object) -> str:
    """The lines of a pydantic error as ``place: what is wrong``, one after the other."""
    lines = []
    for item in error.errors(include_url=False, include_context=False, include_input=False):  # type: ignore[attr-defined]
        place = ".".join(str(part) for part in item["loc"]) or "the whole file"
        lines.append(f"{place}: {item['msg']}.")
    return " ".join(lines)
