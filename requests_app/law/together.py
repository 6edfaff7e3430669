"""Two statutes for one request: the earliest deadline, the broadest right, each exemption tested under both.

A ground may be used only where every matching statute allows the same
withholding; which grounds of two statutes are the same is our reading, and
stands here in one table for counsel. What a statute forbids to hand over is
no ground but a prohibition, and stands whatever else matches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .reckoning import Reckoning
from .regime import Block, Exemption, Regime, Right
from .terms import Outcome

ALIKE: tuple[Mapping[str, str], ...] = (
    # Kept because a law says so.
    {"ccpa": "DEL8", "us_policy": "DEL8", "gdpr": "GDPR_LEGAL", "virginia": "VA_LEGAL", "pipl": "CN_RETAIN"},
    # Security and integrity.
    {"ccpa": "DEL2", "virginia": "VA_SECURITY"},
    # Authorities, holds, legal claims.
    {"ccpa": "LAW", "us_policy": "LAW", "gdpr": "GDPR_CLAIMS"},
    # Free speech.
    {"ccpa": "DEL4", "gdpr": "GDPR_SPEECH"},
    # Research.
    {"ccpa": "DEL6", "gdpr": "GDPR_ARCHIVE"},
    # Another person's data or rights.
    {"ccpa": "OTHERS", "us_policy": "OTHERS", "gdpr": "GDPR_OTHERS"},
    # Nobody can tell whose data they are.
    {"ccpa": "REID", "gdpr": "GDPR_UNKNOWN"},
    # Manifestly unfounded or excessive.
    {"ccpa": "ABUSE", "gdpr": "GDPR_EXCESS"},
    # More often than the statute asks for.
    {"ccpa": "FREQ", "virginia": "VA_FREQ"},
    # Checked, and accurate.
    {"ccpa": "ACC", "pipl": "CN_TRUE"},
)
PROHIBITIONS = frozenset({"NEVER"})


@dataclass(frozen=True, eq=False)
class Match:
    """One statute that governs a request, and what the request is called there."""

    regime: Regime
    right_code: str

    @property
    def right(self) -> Right:
        """What it gives."""
        return self.regime.right(self.right_code)


def earliest(counted: Sequence[Reckoning]) -> Reckoning:
    """The count that ends first: our date before the law's; one case has one clock."""
    return min(counted, key=lambda one: (one.respond.due_on, one.respond.last_on))


def counterparts(matches: Sequence[Match], code: str) -> tuple[Exemption, ...] | None:
    """What the other statutes call the same ground, each to be tested by itself; ``None`` if one of them allows none.

    ``code`` is a ground of the first match.
    """
    first, *others = matches
    found = []
    for other in others:
        if code in PROHIBITIONS:
            continue
        alike = next((row for row in ALIKE if row.get(first.regime.code) == code), {})
        usable = {e.code: e for e in other.regime.exemptions_for(other.right_code)}
        same = usable.get(alike.get(other.regime.code, ""))
        if same is None:
            return None
        found.append(same)
    return tuple(found)


def exemptions_for(matches: Sequence[Match]) -> tuple[Exemption, ...]:
    """Grounds of the first match that every other one allows as well."""
    first = matches[0]
    return tuple(
        exemption
        for exemption in first.regime.exemptions_for(first.right_code)
        if counterparts(matches, exemption.code) is not None
    )


def narrowed(matches: Sequence[Match]) -> Regime:
    """The first statute with no more grounds than all allow, to assess a holding by: the broadest right."""
    first = matches[0].regime
    if len(matches) == 1:
        return first
    return replace(first, exemptions={exemption.code: exemption for exemption in exemptions_for(matches)})


def required_blocks(matches: Sequence[Match], outcome: Outcome) -> tuple[Block, ...]:
    """What a letter must carry under all of them; a sentence or a part that two ask for is said once."""
    found: list[Block] = []
    for match in matches:
        for block in match.regime.required_blocks(match.right_code, outcome):
            filled = block.filled and any(one.code == block.code for one in found)
            if not filled and not any((one.code, one.words) == (block.code, block.words) for one in found):
                found.append(block)
    return tuple(found)
