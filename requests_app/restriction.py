"""A restriction's terms: why data is kept and not used, until when, and whether it stands."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.utils import timezone

from identity import sealing
from identity.models import User
from requests_app import law, worklist
from requests_app.models import Case, Restriction
from requests_app.register.inventory import RESTRICTS

PURPOSE = "restriction"
LONGEST = 500
"""Characters of a reason, and of a condition."""
DAYS_TO_LOOK = 180
"""Our own rule: one without a day of its end is looked at after so many days."""


@dataclass(frozen=True)
class Terms:
    """What a person decided, in words that may name somebody; all empty until somebody has."""

    reason: str = ""
    condition: str = ""
    """What ends it, where that is no day."""
    ends_on: date | None = None


def is_one(case: Case) -> bool:
    """Whether this case asks for data to be kept and not used."""
    return law.regime(case.regime, case.received_on).right(case.right).operation == RESTRICTS


def of(case: Case) -> Restriction | None:
    """Its row; ``None`` before anybody wrote terms, and for every other right."""
    return Restriction.objects.filter(case=case).select_related("by").first() if is_one(case) else None


def read(case: Case, row: Restriction | None = None) -> Terms:
    """What stands there now; raises ``KeyDestroyed`` after the purge."""
    row = row or of(case)
    if row is None:
        return Terms()
    return Terms(**json.loads(sealing.unseal(case.key, bytes(row.sealed), PURPOSE)), ends_on=row.ends_on)


def write(case: Case, terms: Terms, *, by: User) -> None:
    """Keep them; a later decision of the same case replaces them, and what it began."""
    words = {name: value.strip() for name, value in asdict(terms).items() if name != "ends_on"}
    sealed = sealing.seal(case.key, json.dumps(words, ensure_ascii=False).encode(), PURPOSE)
    Restriction.objects.update_or_create(
        case=case, defaults={"sealed": sealed, "ends_on": terms.ends_on, "by": by}
    )


def begin(case: Case) -> None:
    """Every system has set it: from now on it stands."""
    row = of(case)
    if row is None:
        return
    today = worklist.today_of(case)
    Restriction.objects.filter(pk=row.pk).update(
        begun_at=timezone.now(), look_on=row.ends_on or today + timedelta(days=DAYS_TO_LOOK),
        told_at=None, lift_asked_at=None, lifted_at=None,
    )  # fmt: skip
