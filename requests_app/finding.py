"""What a person found on a complaint or a question: an outcome and the words of the answer, sealed with the case."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from identity import sealing
from requests_app import law
from requests_app.models import Case

PURPOSE = "finding"


@dataclass(frozen=True)
class Finding:
    """Both empty until somebody has written it."""

    outcome: str = ""
    """``granted``, ``granted_in_part`` or ``refused``: whether whoever asked was right."""
    text: str = ""


def calls_for_words(case: Case) -> bool:
    """Whether a person answers this in words."""
    return law.regime(case.regime, case.received_on).right(case.right).in_words


def read(case: Case) -> Finding:
    """What stands there now; raises ``KeyDestroyed`` after the purge."""
    if case.sealed_finding is None:
        return Finding()
    return Finding(**json.loads(sealing.unseal(case.key, bytes(case.sealed_finding), PURPOSE)))


def seal(case: Case, finding: Finding) -> bytes:
    """The sealed form, to be written with a record."""
    return sealing.seal(case.key, json.dumps(asdict(finding), ensure_ascii=False).encode(), PURPOSE)
