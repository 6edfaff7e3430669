"""What lapsed since nobody could show who was asking is asked again by one press: the same answers, a clock of its own."""

from __future__ import annotations

import json

from django.db import transaction
from django.utils import timezone

from requests_app import journal, register, subject
from requests_app.intake.open_case import Arrival, fingerprint, open_cases
from requests_app.lifecycle import OPEN, Outcome, State
from requests_app.models import Case, Channel

ASKED_ANEW, ASKS_ANEW = "asked_anew", "asks_anew"
"""The events on the case that lapsed, and on the one that asks the same."""


class NothingToAskAgain(Exception):
    """It was answered otherwise, its content is destroyed, or the controller offers that right no more."""


def may_ask(case: Case) -> bool:
    """Whether the same can be asked without typing any of it again."""
    lapsed = case.state == State.CLOSED and case.outcome == Outcome.NOT_IDENTIFIED
    return lapsed and case.key.wrapped is not None and register.controller(case.controller).offers(case.right)


def ask(case: Case, *, language: str) -> Case:
    """Open it, or give the one that was opened so and is open still. Raises :class:`NothingToAskAgain`.

    Nothing was shown for the old case, so nothing is taken over but what was told.
    """
    if not may_ask(case):
        raise NothingToAskAgain
    with transaction.atomic():
        # Two at the same moment take turns; the second finds the first's.
        Case.objects.select_for_update().get(pk=case.pk)
        earlier = case.events.filter(name=ASKED_ANEW).order_by("-number")
        asked = list(earlier.values_list("references__case", flat=True))
        already = Case.objects.filter(controller=case.controller, reference__in=asked, state__in=OPEN).first()
        if already is not None:
            return already
        told = subject.read(case)
        new = open_cases(
            Arrival(
                controller=register.controller(case.controller),
                channel=Channel.WEB,
                received_at=timezone.now(),
                language=language,
                verbatim=json.dumps({"again": case.reference}).encode(),
                arrival_key=fingerprint("again", case.public_id, str(len(asked))),
                name=told.name,
                email=told.email,
                phone=told.phone,
                post_to=told.post_to,
                rights=(case.right,),
                details=told.details,
                capacity=case.capacity,
                representative=told.representative,
            )
        ).cases[0]
        journal.record(new, ASKS_ANEW, by=journal.REQUESTER, references={"case": case.reference})
        journal.record(case, ASKED_ANEW, by=journal.REQUESTER, references={"case": new.reference})
    return new
