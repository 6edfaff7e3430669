"""Prove control of an e-mail address or a mobile number by typing a six-digit code that was sent to it.

Short life and few tries: OWASP ASVS 5.0, 6.5.5 and 6.6.2. The code exists in
clear only in the letter; here it is a keyed hash bound to matter and purpose.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.db import transaction
from django.db.models import F

from identity.models import Challenge

LIFE = timedelta(minutes=10)
TRIES_PER_CODE = 5
CODES_PER_MATTER_AND_HOUR = 6
CODES_PER_ADDRESS_AND_DAY = 12
"""For one purpose."""


class Answer(Enum):
    """What became of a typed code."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True)
class Issued:
    """A new code, to be put into a letter at once and nowhere else."""

    code: str
    expires_at: datetime


def begin(*, matter: str, purpose: str, address_index: str, now: datetime) -> Issued | None:
    """Issue a code and kill the earlier ones of this matter; ``None`` when too many were sent already."""
    hour_ago, day_ago = now - timedelta(hours=1), now - timedelta(days=1)
    of_matter = Challenge.objects.filter(matter=matter, purpose=purpose, made_at__gt=hour_ago)
    # By purpose: a stranger who fills in forms with an address must not lock its owner out of what is open.
    of_address = Challenge.objects.filter(address_index=address_index, purpose=purpose, made_at__gt=day_ago)
    if of_matter.count() >= CODES_PER_MATTER_AND_HOUR or of_address.count() >= CODES_PER_ADDRESS_AND_DAY:
        return None
    code = f"{secrets.randbelow(1_000_000):06d}"
    with transaction.atomic():
        Challenge.objects.filter(matter=matter, purpose=purpose, settled_at=None).update(superseded=True)
        Challenge.objects.create(
            matter=matter,
            purpose=purpose,
            address_index=address_index,
            code_hash=_hash(matter, purpose, code),
            made_at=now,
            expires_at=now + LIFE,
        )
    return Issued(code, now + LIFE)


def answer(*, matter: str, purpose: str, code: str, now: datetime) -> Answer:
    """Judge a typed code. A matter that was never sent one answers exactly like a wrong code."""
    typed = "".join(sign for sign in code if sign.isdigit())
    hashed = _hash(matter, purpose, typed)
    challenge = (
        Challenge.objects.filter(matter=matter, purpose=purpose, superseded=False)
        .order_by("-made_at")
        .first()
    )
    pk = challenge.pk if challenge else 0
    # The count goes up before the comparison, so that parallel guesses are all counted.
    counted = Challenge.objects.filter(
        pk=pk, settled_at=None, superseded=False, attempts__lt=TRIES_PER_CODE, expires_at__gt=now
    ).update(attempts=F("attempts") + 1)
    right = hmac.compare_digest(hashed, challenge.code_hash if challenge else "0" * 64)
    if not counted:
        if challenge and challenge.settled_at is None and challenge.expires_at <= now:
            return Answer.EXPIRED
        if challenge and challenge.attempts >= TRIES_PER_CODE:
            return Answer.EXHAUSTED
        return Answer.WRONG
    if not right:
        return Answer.EXHAUSTED if challenge and challenge.attempts + 1 >= TRIES_PER_CODE else Answer.WRONG
    settled = Challenge.objects.filter(pk=pk, settled_at=None).update(settled_at=now)
    return Answer.RIGHT if settled else Answer.WRONG


def forget(*, before: datetime) -> int:
    """Remove codes long settled or expired, with the keyed hashes of the addresses they went to."""
    return Challenge.objects.filter(made_at__lt=before).delete()[0]


def _hash(matter: str, purpose: str, code: str) -> str:
    message = "\x1f".join((matter, purpose, code)).encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()
