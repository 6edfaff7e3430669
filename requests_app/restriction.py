"""A restriction's terms: why data is kept and not used, until when, and whether it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
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
    return Restriction.objects.filter(case=case).first() if is_one(case) else None


def read(case: Case, row: Restriction | None = None) -> Terms:
    """What is decided or being decided: a draft before what stands; raises ``KeyDestroyed`` after the purge."""
    row = row or of(case)
    if row is None:
        return Terms()
    if row.draft is None:
        return standing(case, row)
    kept = _open(case, row.draft)
    day = kept.pop("ends_on")
    return Terms(**kept, ends_on=date.fromisoformat(day) if day else None)


def standing(case: Case, row: Restriction) -> Terms:
    """What was approved and set; raises ``KeyDestroyed`` after the purge."""
    return Terms(**_open(case, row.sealed), ends_on=row.ends_on)


def write(case: Case, terms: Terms, *, by: User) -> None:
    """Keep them as a draft; what stands already stands until :func:`begin`."""
    ends_on = terms.ends_on.isoformat() if terms.ends_on else ""
    draft = _seal(case, _words(terms) | {"ends_on": ends_on})
    first = {"draft": draft, "by": by, "sealed": b""}
    Restriction.objects.update_or_create(
        case=case, defaults={"draft": draft, "by": by}, create_defaults=first
    )


def begin(case: Case) -> None:
    """Every system has set it: from now on what was drafted stands."""
    row = of(case)
    if row is None:
        return
    today, terms = worklist.today_of(case), read(case, row)
    Restriction.objects.filter(pk=row.pk).update(
        sealed=_seal(case, _words(terms)), ends_on=terms.ends_on, draft=None, begun_at=timezone.now(),
        look_on=terms.ends_on or today + timedelta(days=DAYS_TO_LOOK), told_at=None, lift_asked_at=None,
        lifted_at=None,
    )  # fmt: skip


def _words(terms: Terms) -> dict[str, str]:
    return {"reason": terms.reason.strip(), "condition": terms.condition.strip()}


def _seal(case: Case, kept: dict[str, str]) -> bytes:
    return sealing.seal(case.key, json.dumps(kept, ensure_ascii=False).encode(), PURPOSE)


def _open(case: Case, sealed: bytes) -> dict[str, str]:
    return json.loads(sealing.unseal(case.key, bytes(sealed), PURPOSE))
