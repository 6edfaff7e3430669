"""What a person asked for and may not have, with the keys of the words that say why."""

from __future__ import annotations


class NotAllowed(Exception):
    """What a person asked for is not permitted; the keys say why."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(code for code, _ in problems))
        self.problems = problems
        """Pairs of a field's name and a message key; each page has the words for what it may be told."""
