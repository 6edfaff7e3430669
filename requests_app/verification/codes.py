"""Codes by mail or by text, whichever reaches the person; the caller need not know which."""

from __future__ import annotations

from django.utils import timezone

from identity import sealing
from identity.flows import email_code, sms_code
from identity.flows.email_code import Answer, Issued
from requests_app.letters import mails, outbox
from requests_app.letters.outbox import Words
from requests_app.models import Case, Letter


def issue(case: Case, *, matter: str, purpose: str, to: str, nobody: bool = False) -> Issued | None:
    """A new code for this address or number; ``nobody``: one that will never be sent."""
    now = timezone.now()
    if not outbox.is_number(to):
        index = sealing.blind(case.controller, "email", to)
        return email_code.begin(matter=matter, purpose=purpose, address_index=index, now=now)
    begin = sms_code.begin_for_nobody if nobody else sms_code.begin
    index = sealing.blind(case.controller, "phone", to)
    return begin(matter=matter, purpose=purpose, number_index=index, now=now)


def issue_for_nobody(*, matter: str, purpose: str, to: str) -> None:
    """A code that nobody receives and nobody knows, so that tries are counted as for any other."""
    now, index = timezone.now(), f"{sms_code.NOBODY}{matter}"[:64]
    if outbox.is_number(to):
        sms_code.begin_for_nobody(matter=matter, purpose=purpose, number_index=matter, now=now)
    else:
        email_code.begin(matter=matter, purpose=purpose, address_index=index, now=now)


def judge(*, matter: str, purpose: str, to: str, code: str) -> Answer:
    """What became of a typed code that was meant for this address or number."""
    flow = sms_code if outbox.is_number(to) else email_code
    return flow.answer(matter=matter, purpose=purpose, code=code, now=timezone.now())


def send(case: Case, issued: Issued, *, to: str, once: str, proved: bool) -> Letter | None:
    """Put the code into the outbox."""
    # A code that arrives after its ten minutes only confuses, and as a text it still costs.
    late = issued.expires_at if outbox.is_number(to) else None
    return outbox.queue(
        case=case, kind="code", once=once, to=to, words=words(case, issued.code, to),
        unproved=not proved, stale_at=late,
    )  # fmt: skip


def words(case: Case, code: str, to: str) -> Words:
    """Of a letter, or of a text."""
    return mails.text(case, "code", code=code) if outbox.is_number(to) else mails.code(case, code)
