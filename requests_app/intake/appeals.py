"""Somebody does not agree with an answer: a new case that points at the old one, with a clock of its own."""

from __future__ import annotations

import json

from django.db import transaction
from django.utils import timezone

from requests_app import access, finding, journal, law, register, subject
from requests_app.intake.open_case import Arrival, fingerprint, open_cases
from requests_app.letters import conversation
from requests_app.lifecycle import NO_ANSWER, OPEN, State
from requests_app.models import Case, Channel, Message
from requests_app.register import Controller

WAYS = ("appeal", "complaint")
"""Operations by which an answer may be complained of, the better fitting first."""


class NothingToAppeal(Exception):
    """There is no answer yet, or the controller offers nobody a second look."""


def way_of(controller: Controller) -> str:
    """The right under which this controller looks again; empty if it offers none."""
    found = {
        law.regime(offered.regime).right(offered.code).operation: offered.code
        for offered in reversed(controller.rights)
    }
    return next((found[way] for way in WAYS if way in found), "")


def may_appeal(case: Case) -> bool:
    """Whether there is an answer to complain of, and a way to do so in the capacity in which it was asked for."""
    controller = register.controller(case.controller)
    code = way_of(controller)
    if not code or case.answered_at is None or case.outcome in NO_ANSWER or case.state == State.ARCHIVED:
        return False
    offered = next(right for right in controller.rights if right.code == code)
    capacity = law.regime(offered.regime).capacities.get(case.capacity)
    return capacity is not None and (not capacity.for_another or capacity.authority(code) is not None)


def open_one(case: Case) -> Case | None:
    """The appeal against this case's answer that is still open."""
    return case.appeals.filter(state__in=OPEN).order_by("pk").first()


def appeal(case: Case, text: str, *, language: str, by_ref: str = "") -> Case:
    """Open it, or give the one that is open; raises :class:`NothingToAppeal`.

    The caller has seen a code for the old case: what was proved there holds here, so the answer goes to the same address.
    """
    if not may_appeal(case):
        raise NothingToAppeal
    told = subject.read(case)
    with transaction.atomic():
        # Two at the same moment take turns; the second finds the first's.
        Case.objects.select_for_update().get(pk=case.pk)
        if (already := open_one(case)) is not None:
            return already
        opened = open_cases(
            Arrival(
                controller=register.controller(case.controller),
                channel=Channel.WEB,
                received_at=timezone.now(),
                language=language,
                verbatim=json.dumps({"about": case.reference, "words": text}, ensure_ascii=False).encode(),
                arrival_key=fingerprint("appeal", case.public_id, str(case.appeals.count())),
                name=told.name,
                email=told.email,
                phone=told.phone,
                rights=(way_of(register.controller(case.controller)),),
                details={},
                capacity=case.capacity,
                representative=told.representative,
            )
        )
        new = opened.cases[0]
        known = subject.read(new)
        known.proved, known.answer_to = told.proved, told.answer_to
        journal.record(
            new, "appeals", by=journal.REQUESTER, references={"case": case.reference},
            answers_to=case, sealed_subject=subject.seal(new, known),
        )  # fmt: skip
        journal.record(case, "appealed", by=journal.REQUESTER, references={"case": new.reference})
        _write(new, text, by_ref)
    return new


def say(case: Case, text: str, *, reference: str = "", by_ref: str = "") -> None:
    """What a form said for it; where it names an answered case of the same person, the two are linked."""
    old = _named(case, reference) if reference else None
    if old is not None:
        journal.record(
            case, "appeals", by=journal.REQUESTER, references={"case": old.reference}, answers_to=old
        )
    if text:
        _write(case, text, by_ref)


def _named(case: Case, reference: str) -> Case | None:
    """Only a case of the same address: whoever types another's reference learns and links nothing."""
    right = law.regime(case.regime, case.received_on).right(case.right)
    try:
        old = access.case_by_reference(case.controller, reference)
    except access.NoSuchCase:
        return None
    same = bool(case.subject_index) and old.subject_index == case.subject_index
    return old if same and right.operation in WAYS and not finding.calls_for_words(old) else None


def _write(case: Case, text: str, by_ref: str) -> None:
    now = timezone.now()
    message = conversation.add(case, Message.Kind.FROM_REQUESTER, text=text, written_at=now, by_ref=by_ref)
    journal.record(case, "message_received", by=journal.REQUESTER, references={"message": message.pk})
