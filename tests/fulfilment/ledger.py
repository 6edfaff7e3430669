"""What a replay is told of and leaves: one person's entries, and the collections they speak of."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from requests_app.fulfilment.replay import Outcome
from requests_app.fulfilment.sameness import Proofs

PERSON = "dana's index"


def noted(system: str) -> tuple[Any, Any]:
    """The case and the work of which an entry is written."""
    case = SimpleNamespace(controller="mimap", reference="AB12CD34", subject_index=PERSON)
    return case, SimpleNamespace(system=system, pk=1)


def left_of(outcome: Outcome) -> dict[tuple[str, str], int]:
    """How many rows were left alone, by collection and reason."""
    return {(left.collection, left.why): left.count for left in outcome.left}


def moved(one: Any, system: str) -> Any:
    """The same collection in another system."""
    return type(one)(system, one.name, one.title, one.fields, one.holdings)


def texts(proofs: Proofs) -> list[tuple[str, str]]:
    """As the checkpoint gives them: pieces of the text of each collection's list."""
    return [(name, json.dumps(those)[1:-1]) for name, those in proofs.items()]
