"""The web form's way in: answers become a submission, and a message joins the case it is about."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.utils import timezone

from requests_app import journal, law
from requests_app.intake.open_case import Arrival, Opened, fingerprint, open_cases
from requests_app.letters import conversation
from requests_app.models import Case, Channel, Message
from requests_app.register import Controller


@dataclass(frozen=True)
class Answers:
    """What was typed into the form, in the order in which it was asked."""

    number: str
    """The form's own number; a second sending under the same number is the same arrival."""
    language: str
    rights: tuple[str, ...]
    name: str
    email: str
    phone: str = ""
    details: dict[str, str] = field(default_factory=dict)
    capacity: str = law.SELF
    representative: dict[str, str] = field(default_factory=dict)
    """Name and address of one who asks for another."""


def send(controller: Controller, answers: Answers) -> Opened:
    """Open a case for each right asked; sending twice opens nothing twice."""
    return open_cases(
        Arrival(
            controller=controller,
            channel=Channel.WEB,
            received_at=timezone.now(),
            language=answers.language,
            verbatim=json.dumps(asdict(answers), ensure_ascii=False).encode(),
            arrival_key=fingerprint("web", controller.slug, answers.number),
            name=answers.name,
            email=answers.email,
            phone=answers.phone,
            rights=answers.rights,
            details=answers.details,
            capacity=answers.capacity,
            representative=answers.representative,
        )
    )


def write_message(case: Case, text: str, *, by_ref: str = "") -> Message:
    """What the requester writes about a case on its own page; ``by_ref`` marks one who acts for another."""
    with transaction.atomic():
        message = conversation.add(
            case, Message.Kind.FROM_REQUESTER, text=text, written_at=timezone.now(), by_ref=by_ref
        )
        journal.record(case, "message_received", by=journal.REQUESTER, references={"message": message.pk})
    return message
