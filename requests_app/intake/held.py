"""A kept mail in a person's hands: read again, opened as cases, put on its case, set aside, and each of it undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from identity import sealing
from identity.models import User
from requests_app import journal, law, register
from requests_app.intake import mime, named
from requests_app.intake.open_case import Arrival, Opened, fingerprint, keep, open_from
from requests_app.intake.people import Person, people_in
from requests_app.intake.quoted import own_words
from requests_app.intake.sort import Verdict, decide, sort
from requests_app.intake.threads import is_from_its_requester
from requests_app.letters import conversation
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Channel, Message, Submission, Tray, TrayEvent
from requests_app.register import Controller

BROUGHT_BACK = "brought_back"
AGENT, SPLIT = "agent", "staff:split"
"""Its people have cases of their own; the letter itself is kept as long as one that was set aside."""


def verdict_on(controller: Controller, mail: mime.Mail, received_at: datetime) -> Verdict:
    """What the writer's own words ask for; what is only quoted is never more than a suggestion."""
    words = own_words(mail.text)
    if words or not (mail.text or mail.forwarded):
        return decide(controller, sort(mail.subject, words), received_at)
    # A mail forwarded without a word may hold somebody's request, which a person must see.
    everything = f"{mail.text}\n\n{mail.forwarded}".replace(">", " ")
    quoted = decide(controller, sort(mail.subject, everything), received_at)
    return Verdict((), quoted.words, (*quoted.rights, *quoted.others), quoted.doubts)


def read_again(submission: Submission) -> tuple[mime.Mail, Verdict]:
    """A kept mail and what its words suggest, for staff; raises ``UnreadableMail`` or ``KeyDestroyed``."""
    controller = register.controller(submission.controller)
    mail = mime.read(sealing.unseal(submission.key, submission.sealed, "submission"))
    return mail, verdict_on(controller, mail, submission.received_at)


def people_named(submission: Submission, mail: mime.Mail) -> tuple[Person, ...]:
    """Whom else than its writer a mail names by address: an agent's letter may be about many."""
    ours = [mailbox.address for mailbox in register.controller(submission.controller).mailboxes]
    return people_in(f"{mail.text}\n\n{mail.forwarded}", but=[mail.sender, *ours])


def open_held(
    submission: Submission, rights: tuple[str, ...], *, part: str = "", sender: str = "",
    people: tuple[Person, ...] = (), by: User | None = None,
) -> Opened:  # fmt: skip
    """Staff found a held mail to be a request: its cases start from the day it came.

    ``part`` is which part of a right alone they found it to ask for, or ``subject.WHOLE``; empty, its own words decide.
    ``sender`` is the requester's address where the mail itself names none or several. ``people`` are those
    the letter asks for, a case for each and each right; whoever wrote for them is noted on the case.
    """
    raw = sealing.unseal(submission.key, submission.sealed, "submission")
    try:
        mail = mime.read(raw)
    except mime.UnreadableMail:
        mail = mime.Mail(sender="", senders=0, name="", subject="", text="", attachments=())
    controller = register.controller(submission.controller)
    asked = (
        named.chosen(controller, rights, part)
        if part
        else named.details_of(controller, rights, f"{mail.subject}\n\n{own_words(mail.text)}")
    )
    arrival = Arrival(
        controller=controller,
        channel=Channel.EMAIL,
        received_at=submission.received_at,
        language=submission.language,
        verbatim=raw,
        arrival_key=submission.arrival_key,
        name=mail.name,
        email=mail.sender or sender,
        rights=rights,
        details={"mail_subject": mail.subject} | asked,
    )
    with transaction.atomic():
        locked = Submission.objects.select_for_update().get(pk=submission.pk)
        if people:
            cases = _open_for_each(locked, arrival, people)
        else:
            had = set(locked.cases.exclude(outcome=Outcome.MISTAKEN).values_list("right", flat=True))
            new = tuple(right for right in rights if right not in had)
            cases = open_from(locked, replace(arrival, rights=new)).cases if new else ()
        if not cases:
            return Opened(locked, tuple(locked.cases.order_by("pk")), {}, repeated=True)
        done = (Tray.IGNORED, SPLIT) if people else (Tray.OPENED, "")
        Submission.objects.filter(pk=locked.pk).update(tray=done[0], reason=done[1])
        if by is not None:
            _note(locked, "opened", by, references={"cases": [case.reference for case in cases]})
            for case in cases:
                journal.record(case, "sorted_by_staff", by=journal.staff(by.pk))
    return Opened(locked, cases, {})


def _open_for_each(letter: Submission, arrival: Arrival, people: tuple[Person, ...]) -> tuple[Case, ...]:
    """A submission for each person: cases of one submission are one person's, and share what proves who that is."""
    found: list[Case] = []
    for person in people:
        theirs = replace(
            _as_agent(arrival), name=person.name, email=person.email,
            arrival_key=fingerprint("for", letter.arrival_key, person.email.lower()),
        )  # fmt: skip
        own, _ = keep(theirs, Tray.OPENED)
        had = set(own.cases.values_list("right", flat=True))
        if new := tuple(right for right in arrival.rights if right not in had):
            found += open_from(own, replace(theirs, rights=new)).cases
    return tuple(found)


def _as_agent(arrival: Arrival) -> Arrival:
    """The writer as whoever acts for others; where the law knows no agent for a right, only noted for staff."""
    if not arrival.email:
        return arrival
    offered = {right.code: law.regime(right.regime) for right in arrival.controller.rights}
    known = [offered[code].capacities.get(AGENT) for code in arrival.rights]
    if all(agent and agent.authority(code) for agent, code in zip(known, arrival.rights, strict=True)):
        return replace(arrival, capacity=AGENT, representative={"name": arrival.name, "email": arrival.email})
    return replace(arrival, details=arrival.details | {"agent": f"{arrival.name} <{arrival.email}>".strip()})


def set_aside(submission: Submission, reason: str, *, by: User) -> bool:
    """It asks for nothing; it stays sealed and can be brought back. False if already handled."""
    with transaction.atomic():
        held = Submission.objects.filter(pk=submission.pk, tray=Tray.HELD, joined=None)
        if not held.update(tray=Tray.IGNORED, reason=f"staff:{reason}"[:60]):
            return False
        _note(submission, "set_aside", by, reason=reason)
    return True


def settle(submission: Submission, *, by: User) -> bool:
    """A mail that lies on its case, a late one say, was read; it leaves the tray. False if already handled."""
    with transaction.atomic():
        held = Submission.objects.filter(pk=submission.pk, tray=Tray.HELD, joined__isnull=False)
        if not held.update(tray=Tray.THREADED, reason="staff:settled"):
            return False
        _note(submission, "settled", by)
    return True


def link(submission: Submission, case: Case, *, by: User) -> bool:
    """Put a held mail on a case. Its requester's words join the conversation; anybody else's are a note for staff."""
    mail = mime.read(sealing.unseal(submission.key, submission.sealed, "submission"))
    with transaction.atomic():
        locked = Submission.objects.select_for_update().get(pk=submission.pk)
        gone = case.state == State.ARCHIVED or case.controller != locked.controller
        if locked.tray != Tray.HELD or locked.joined_id or gone:
            return False
        theirs = is_from_its_requester(case, mail.sender)
        message = conversation.add(
            case, Message.Kind.FROM_REQUESTER if theirs else Message.Kind.NOTE,
            subject=mail.subject, text=mail.text, written_at=locked.received_at,
            by_ref="" if theirs else str(by.pk),
        )  # fmt: skip
        Submission.objects.filter(pk=locked.pk).update(tray=Tray.THREADED, joined=case, reason="staff:linked")
        _note(locked, "linked", by, references={"case": case.reference, "message": message.pk})
        journal.record(
            case, "mail_linked", by=journal.staff(by.pk),
            references={"message": message.pk, "submission": locked.public_id},
        )  # fmt: skip
    return True


def bring_back(submission: Submission, *, by: User) -> bool:
    """Undo the last of :func:`set_aside`, :func:`settle` and :func:`link`, and only those."""
    with transaction.atomic():
        locked = (
            Submission.objects.select_for_update(of=("self",)).select_related("joined").get(pk=submission.pk)
        )
        if not can_be_undone(locked):
            return False
        changes: dict[str, object] = {"tray": Tray.HELD, "reason": BROUGHT_BACK}
        if locked.reason == "staff:linked" and locked.joined is not None:
            changes["joined"] = None
            done = locked.tray_events.filter(name="linked").last()
            Message.objects.filter(
                pk=done.references["message"] if done else None, case=locked.joined
            ).delete()
            journal.record(
                locked.joined, "mail_unlinked", by=journal.staff(by.pk), references={"submission": locked.public_id}
            )  # fmt: skip
        Submission.objects.filter(pk=locked.pk).update(**changes)
        _note(locked, "undone", by)
    return True


def can_be_undone(submission: Submission) -> bool:
    """Whether what staff did last can be taken back."""
    return submission.reason.startswith("staff:") and submission.tray in {Tray.IGNORED, Tray.THREADED}


def look(submission: Submission, *, by: User, reason: str) -> None:
    """Somebody reads it; who and why is kept for as long as the row."""
    _note(submission, "looked", by, reason=reason)


def _note(
    submission: Submission,
    name: str,
    by: User,
    *,
    reason: str = "",
    references: dict[str, object] | None = None,
) -> None:
    TrayEvent.objects.create(
        submission=submission, name=name, reason=reason[:60], by_ref=str(by.pk), references=references or {},
        at=timezone.now(),
    )  # fmt: skip
