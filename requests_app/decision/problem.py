"""What a person asked for and may not have, with the keys of the words that say why."""

from __future__ import annotations

PROBLEMS = frozenset({
    "undecided", "no_exemption", "not_an_exemption", "unanswered", "defeated", "no_evidence", "bad_date",
    "bad_choice", "changed", "reference", "not_your_move", "not_searched", "paper_too_large", "paper_type",
    "too_many_papers", "no_words", "too_long", "answered", "extended", "no_extension", "too_late", "pending",
    "withheld", "no_address", "reason", "not_late", "other_person", "other_right", "too_far", "not_a_duplicate",
    "nothing_to_add_to", "nobody_asked", "why_restricted", "end_past", "too_long_terms",
})  # fmt: skip
"""Every message key there is; the pages have the words."""


class NotAllowed(Exception):
    """What a person asked for is not permitted; the keys say why."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(code for code, _ in problems))
        self.problems = problems
        """Pairs of a field's name and a message key of :data:`PROBLEMS`."""
