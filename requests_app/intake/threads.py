"""Whether a mail continues a case: it names the case's address or a letter of ours, and the sender fits."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from requests_app import access, register
from requests_app.intake.envelope import Envelope
from requests_app.intake.open_case import subject_index
from requests_app.letters.addresses import letter_in, reference_in
from requests_app.models import Case, Letter
from requests_app.register import Controller

MOST_CASES_NAMED = 5


@dataclass(frozen=True)
class Thread:
    """A case that a mail names, whoever sent it; ``case`` is empty when it is there no longer."""

    case: Case | None


def controller_of(address: str) -> Controller | None:
    """Whose mail this address takes: a mailbox of the policy, a case's secret address, a letter's return path."""
    if controller := register.by_mailbox(address):
        return controller
    if letter := letter_in(address):
        return register.controller(letter.controller)
    return next((controller for controller in register.controllers() if _case_at(controller, address)), None)


def named_case(controller: Controller, addresses: Iterable[str], envelope: Envelope) -> Thread | None:
    """The case this mail points at, by address first; ``None`` when it points at none."""
    proven = [address for address in addresses if reference_in(address)][:MOST_CASES_NAMED]
    for address in proven:
        if case := _case_at(controller, address):
            return Thread(case)
    letters = Letter.objects.filter(controller=controller.slug, message_id__in=envelope.answers)
    letter = letters.exclude(case=None).select_related("case").order_by("-pk").first()
    if letter is not None and letter.case is not None:
        return Thread(_case(controller, letter.case.reference))
    return Thread(None) if proven else None


def is_from_its_requester(case: Case, sender: str) -> bool:
    """Whether the sender's keyed hash is the case's; an unknown sender is nobody's."""
    expected = subject_index(case.controller, sender)
    return bool(expected and case.subject_index) and hmac.compare_digest(expected, case.subject_index)


def _case_at(controller: Controller, address: str) -> Case | None:
    reference = reference_in(address)
    return _case(controller, reference) if reference else None


def _case(controller: Controller, reference: str) -> Case | None:
    try:
        return access.case_by_reference(controller.slug, reference)
    except access.NoSuchCase:
        return None
