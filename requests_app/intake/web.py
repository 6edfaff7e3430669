"""The web form's way in: answers become a submission, and a message joins the case it is about."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from requests_app import finding, journal, law, register
from requests_app.intake import appeals, drafted, enclosed
from requests_app.intake.open_case import Arrival, Opened, fingerprint, keep, open_cases, subject_index
from requests_app.letters import conversation
from requests_app.lifecycle import OPEN, State
from requests_app.models import Case, Channel, Message, Submission, Tray
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
    words: str = ""
    """What a complaint or a question says; it stands on its case as the first message."""
    about: str = ""
    """The reference of the case whose answer is complained of, if one was given."""


def send(controller: Controller, answers: Answers, *, by_ref: str = "") -> Opened:
    """Open a case for each right asked, with the files that wait under the form's number; twice opens nothing twice.

    ``by_ref`` is as in :func:`write_message`.
    """
    with transaction.atomic():
        opened = open_cases(_arrival(controller, answers))
        if not opened.repeated:
            for case in opened.cases:
                if finding.calls_for_words(case):
                    appeals.say(case, answers.words, reference=answers.about, by_ref=by_ref)
            drafted.hand_over(controller.slug, answers.number, opened.cases)
    return opened


def _arrival(controller: Controller, answers: Answers) -> Arrival:
    return Arrival(
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


def send_signal(
    controller: Controller, right: str, *, email: str, phone: str = "", language: str, on: datetime
) -> Opened:
    """What a browser says by itself for somebody we know; said again in the same month it opens nothing new."""
    told = {"signal": "Sec-GPC: 1", "email": email, "phone": phone, "at": on.isoformat()}
    person = subject_index(controller.slug, email, phone)
    # Whoever has allowed it again since, and whose browser then says no, is opted out anew.
    undone = Case.objects.filter(controller=controller.slug, subject_index=person, right="OPT_IN")
    last = undone.order_by("-pk").values_list("pk", flat=True).first()
    return open_cases(
        Arrival(
            controller=controller,
            channel=Channel.WEB,
            received_at=on,
            language=language,
            verbatim=json.dumps(told, ensure_ascii=False).encode(),
            arrival_key=fingerprint("signal", controller.slug, right, person, f"{on:%Y-%m}", str(last or "")),
            email=email,
            phone=phone,
            rights=(right,),
        )
    )


def write_message(case: Case, text: str, *, by_ref: str = "", file: enclosed.File | None = None) -> Message:
    """What the requester writes about a case on its own page; ``by_ref`` marks one who acts for another.

    Raises ``enclosed.NotKept`` for a file we do not take; then nothing is written.
    """
    now = timezone.now()
    # Asked before the transaction: a scanner takes its time.
    kind = enclosed.check(case, file) if file else ""
    with transaction.atomic():
        message = conversation.add(
            case, Message.Kind.FROM_REQUESTER, text=text, written_at=now, by_ref=by_ref
        )
        journal.record(case, "message_received", by=journal.REQUESTER, references={"message": message.pk})
        if file:
            enclosed.keep(case, message, file, kind)
        if State(case.state) not in OPEN:
            _show_to_staff(case, text, now)
    return message


def _show_to_staff(case: Case, text: str, now: datetime) -> None:
    """Nobody works a closed case, so its late message goes to the tray, as a late mail does."""
    controller = register.controller(case.controller)
    arrival = Arrival(
        controller=controller,
        channel=Channel.WEB,
        received_at=now,
        language=case.language,
        verbatim=json.dumps({"message": text}, ensure_ascii=False).encode(),
        arrival_key=fingerprint("message", case.public_id, now.isoformat(), secrets.token_hex(8)),
    )
    submission, _ = keep(arrival, Tray.HELD, "case_closed")
    Submission.objects.filter(pk=submission.pk).update(joined=case)
