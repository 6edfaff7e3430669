"""What a kept mail is: a report about our letter, a part of a conversation, a request, or something for a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from requests_app import journal
from requests_app.intake import bounces, mime, named, proof, scan, threads
from requests_app.intake import envelope as outside
from requests_app.intake.delivery import Delivery, Finding
from requests_app.intake.held import verdict_on
from requests_app.intake.open_case import open_from, subject_index
from requests_app.intake.people import people_in
from requests_app.intake.quoted import own_words
from requests_app.intake.sort import UNCLEAR, Verdict, language_for
from requests_app.letters import conversation, trouble
from requests_app.lifecycle import OPEN, Outcome, State
from requests_app.models import Case, Channel, Letter, Message, Submission, Tray

UNSCANNED = "unscanned"
"""The scanner did not answer; the mail is read again when it does."""
AGAIN_WITHIN = timedelta(days=1)
MOST_HELD_AGAIN = 20
"""Repetitions of one sender in a day that are shown; an answering machine makes more."""
MANY_PEOPLE = 2


def find(submission: Submission, delivery: Delivery) -> Finding:
    """Raises :class:`mime.UnreadableMail`."""
    letter = bounces.letter_of(delivery.controller, delivery.addresses)
    why = outside.answered_by_no_one(delivery.envelope, delivery.return_path)
    if letter is not None or why:
        return _about_a_letter(submission, delivery, letter, why)
    if delivery.cut_off:
        return Finding("held", Tray.HELD, "too_big")
    mail = mime.read(delivery.raw)
    if mail.attachments and (stop := _scanned(delivery.raw)):
        return Finding("held", Tray.HELD, stop, sender=mail.sender)
    found = _read(submission, delivery, mail)
    if found.reason == "nothing_asked" and mail.encrypted:
        found.reason = "encrypted"
    return found


def _read(submission: Submission, delivery: Delivery, mail: mime.Mail) -> Finding:
    words = own_words(mail.text)
    verdict = verdict_on(delivery.controller, mail, delivery.received_at)
    language = language_for(delivery.controller, words or mail.text or mail.subject)
    held = Finding("held", Tray.HELD, language=language, sender=mail.sender)
    held.proof = proof.proof_of(delivery.raw, delivery.envelope, mail.sender)
    if machine := outside.sent_by_machine(delivery.envelope):
        if verdict.rights or set(verdict.others) - {UNCLEAR}:
            held.reason = f"{machine}:asks"
            return held
        held.result, held.tray, held.reason = "ignored", Tray.IGNORED, machine
        return held
    if not mail.sender:
        held.reason = "no_sender" if mail.senders < 2 else "several_senders"
        return held
    thread = threads.named_case(delivery.controller, delivery.addresses, delivery.envelope)
    if thread is not None:
        return _join(thread, submission, delivery, mail, verdict, held)
    if threads.controller_of(mail.sender) or mail.sender.lower().endswith("@" + settings.MAIL_DOMAIN.lower()):
        # A case whose requester is ourselves would write to itself for ever.
        held.reason = "own_address"
        return held
    if _speaks_for_many(delivery, mail, verdict):
        held.reason = "for_many"
        return held
    if not verdict.rights:
        held.reason = _why_held(verdict)
        return held
    if named.is_unsure(delivery.controller, verdict.rights, f"{mail.subject}\n\n{words}"):
        held.reason = "keeps_a_part"
        return held
    return _open(submission, delivery, mail, verdict, held)


def _about_a_letter(submission: Submission, delivery: Delivery, letter: Letter | None, why: str) -> Finding:
    """A delivery report joins the case of the letter it returns; an automatic answer is kept and answered by nobody."""
    if why in {"own_mail", "auto_reply"}:
        return Finding("ignored", Tray.IGNORED, why)
    report = bounces.read(delivery.raw)
    letter = letter or bounces.letter_about(delivery.controller, report)
    if letter is None or letter.case is None or letter.case.state == State.ARCHIVED:
        return Finding("ignored", Tray.IGNORED, why or "case_gone")
    if report.action == "failed":
        trouble.note_bounce(letter, report.status or "5.0.0", submission=submission.public_id)
        return Finding("threaded", Tray.THREADED, "bounce", cases=(letter.case,), joined=letter.case)
    if report.action:
        return Finding("ignored", Tray.IGNORED, report.action)
    # No report a program can read came to the letter's own return path: a person looks.
    return Finding("held", Tray.HELD, "maybe_bounce", joined=letter.case)


def _scanned(raw: bytes) -> str:
    try:
        return "" if scan.is_clean([raw, *(content for _name, content in mime.files(raw))]) else "infected"
    except scan.ScannerDown:
        return UNSCANNED


def _speaks_for_many(delivery: Delivery, mail: mime.Mail, verdict: Verdict) -> bool:
    if not (verdict.rights or verdict.others or verdict.doubts):
        return False
    return len(people_in(mail.text, but=_ours_and(mail.sender, delivery))) >= MANY_PEOPLE


def _ours_and(sender: str, delivery: Delivery) -> Iterable[str]:
    return [sender, *delivery.addresses, *(mailbox.address for mailbox in delivery.controller.mailboxes)]


def _join(
    thread: threads.Thread,
    submission: Submission,
    delivery: Delivery,
    mail: mime.Mail,
    verdict: Verdict,
    held: Finding,
) -> Finding:
    case = thread.case
    if case is None or case.state == State.ARCHIVED:
        held.reason = "case_gone"
        return held
    if not threads.is_from_its_requester(case, mail.sender):
        held.reason = "other_sender"
        return held
    if held.proof == proof.FAIL:
        held.reason = "forged_sender"
        return held
    join(case, submission, mail, delivery.received_at)
    finding = Finding("threaded", Tray.THREADED, cases=(case,), joined=case, language=held.language)
    finding.sender, finding.proof = mail.sender, held.proof
    # What staff opened by mistake was never asked for; whoever names it now asks for it.
    asked = case.submission.cases.exclude(outcome=Outcome.MISTAKEN)
    known = set(asked.values_list("right", flat=True))
    new = [right for right in verdict.rights if right not in known]
    if State(case.state) not in OPEN:
        finding.tray, finding.reason = Tray.HELD, "case_closed"
    elif new:
        # A further right asked for in a reply has its own clock: a person opens it.
        finding.tray, finding.reason = Tray.HELD, "also:" + ",".join(new)
    return finding


def _open(
    submission: Submission, delivery: Delivery, mail: mime.Mail, verdict: Verdict, held: Finding
) -> Finding:
    index = subject_index(delivery.controller.slug, mail.sender)
    again = _asked_today(delivery, index, verdict.rights)
    rights = tuple(right for right in verdict.rights if right not in again)
    if not rights:
        # An answering machine that sends our own words back would open a case a round.
        held.reason = "again"
        recent = Submission.objects.filter(
            controller=delivery.controller.slug, sender_index=index, reason="again",
            received_at__gt=delivery.received_at - AGAIN_WITHIN,
        )  # fmt: skip
        if recent[:MOST_HELD_AGAIN].count() == MOST_HELD_AGAIN:
            held.result, held.tray, held.reason = "ignored", Tray.IGNORED, "again_and_again"
        return held
    words = "\n".join(f"{right}: {verdict.words[right]}" for right in rights)
    arrival = delivery.arrival(
        submission.arrival_key,
        language=held.language,
        name=mail.name,
        email=mail.sender,
        rights=rights,
        details={"mail_subject": mail.subject, "mail_words": words}
        | named.details_of(delivery.controller, rights, f"{mail.subject}\n\n{own_words(mail.text)}"),
    )
    opened = open_from(submission, arrival)
    finding = Finding("opened", Tray.OPENED, cases=opened.cases, language=held.language, sender=mail.sender)
    finding.proof = held.proof
    more = (*verdict.others, *again)
    if more:
        finding.tray, finding.reason = Tray.HELD, "also:" + ",".join(more)
    return finding


def join(case: Case, submission: Submission, mail: mime.Mail, received_at: datetime) -> Message:
    """Put a mail's words into the conversation of a case, and say so in its journal."""
    message = conversation.add(
        case, Message.Kind.FROM_REQUESTER, subject=mail.subject, text=mail.text, written_at=received_at
    )
    references = {
        "message": message.pk,
        "submission": submission.public_id,
        "attachments": len(mail.attachments),
    }
    journal.record(case, "message_received", by=journal.REQUESTER, references=references)
    return message


def _asked_today(delivery: Delivery, index: str, rights: tuple[str, ...]) -> set[str]:
    """Which of these rights the same address asked for by mail within a day, its case still open, after we wrote to it."""
    since = delivery.received_at - AGAIN_WITHIN
    # Only what we sent can have been sent back; two letters that cross are two letters.
    if not Letter.objects.filter(
        address_index=index, unproved=True, made_at__gt=since, sent_at__isnull=False
    ).exists():
        return set()
    recent = Case.objects.open().filter(
        controller=delivery.controller.slug, subject_index=index, right__in=rights, channel=Channel.EMAIL,
        received_at__gt=since,
    )  # fmt: skip
    return set(recent.values_list("right", flat=True)[:50])


def _why_held(verdict: Verdict) -> str:
    if verdict.doubts:
        return ",".join(verdict.doubts)
    return "asks:" + ",".join(verdict.others) if verdict.others else "nothing_asked"
