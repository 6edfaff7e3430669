"""A typed code for a mobile number: the same challenge as for an address, with fewer of them, because each costs money.

Texts are also a way to steal: whoever is paid for traffic to a number asks for
codes all day. So there is a cap for the installation too.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from identity.flows import email_code
from identity.flows.email_code import Issued
from identity.models import Challenge

PURPOSE = "sms:"
"""Stands before the purpose, so that a code sent one way is never typed for the other."""
NOBODY = "nobody:"
"""Stands before an index to which nothing was sent; it costs nothing and fills no cap."""
CODES_PER_NUMBER_AND_DAY = 5
CODES_PER_HOUR = 300
"""In the whole installation."""


def begin(*, matter: str, purpose: str, number_index: str, now: datetime) -> Issued | None:
    """Issue a code; ``None`` when this number, this matter or the installation had enough."""
    texted = Challenge.objects.filter(purpose__startswith=PURPOSE).exclude(address_index__startswith=NOBODY)
    of_number = texted.filter(address_index=number_index, made_at__gt=now - timedelta(days=1))
    if of_number.count() >= CODES_PER_NUMBER_AND_DAY:
        return None
    if texted.filter(made_at__gt=now - timedelta(hours=1)).count() >= CODES_PER_HOUR:
        return None
    return email_code.begin(matter=matter, purpose=PURPOSE + purpose, address_index=number_index, now=now)


def begin_for_nobody(*, matter: str, purpose: str, number_index: str, now: datetime) -> Issued | None:
    """A code that is never texted and never fits, so that a number we do not know answers like one we do."""
    index = f"{NOBODY}{number_index}"[:64]
    return email_code.begin(matter=matter, purpose=PURPOSE + purpose, address_index=index, now=now)


def answer(*, matter: str, purpose: str, code: str, now: datetime) -> email_code.Answer:
    """Judge it."""
    return email_code.answer(matter=matter, purpose=PURPOSE + purpose, code=code, now=now)
