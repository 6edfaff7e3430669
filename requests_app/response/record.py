"""What closes a case that nobody asked for: no letter, but a record of what was done, as an event of the journal."""

from __future__ import annotations

from requests_app import journal, lifecycle
from requests_app.models import Case
from requests_app.response import ledger as ledgers
from requests_app.response.ledger import Ledger, Line


def conclude(case: Case) -> bool:
    """Close it with its record; False if somebody moved it meanwhile."""
    ledger = ledgers.read(case)
    try:
        journal.advance(
            case, lifecycle.CONCLUDE, by=journal.PIPELINE, outcome=ledger.outcome, grounds=ledger.grounds,
            references={"record": of(ledger)}, waits_for="",
        )  # fmt: skip
    except journal.IllegalMove:
        return False
    return True


def of(ledger: Ledger) -> dict[str, object]:
    """Counts and codes, and nobody's data: it stays as long as the log."""
    return {
        "holdings": [_line(line) for line in ledger.lines if line.found or line.was_erased],
        "systems": {
            one.system.key: "outstanding" if one.outstanding else one.by_hand or "searched"
            for one in ledger.systems
        },
    }


def _line(line: Line) -> dict[str, object]:
    told: dict[str, object] = {"holding": line.holding.key, "found": line.found, "choice": line.choice}
    for name in ("erased", "masked", "left", "corrected"):
        if count := getattr(line, name):
            told[name] = count
    if line.exemption:
        told["ground"] = line.exemption.code
        told["until"] = line.until.isoformat() if line.until else ""
    return told
