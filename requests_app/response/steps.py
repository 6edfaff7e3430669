"""What happens to a case that waits for its answer; safe to run twice and to die between any two lines."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from identity import vault
from identity.models import User
from requests_app import journal, lifecycle, subject, worklist
from requests_app.journal import IllegalMove
from requests_app.letters import mails, outbox, pdf
from requests_app.letters.text import LetterText
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, CaseEvent, Package
from requests_app.response import compose, package, rows, third_party
from requests_app.response import ledger as ledgers
from requests_app.response.compose import LetterIncomplete

NAMES_OTHERS, WAITS_FOR_A_LOOK = "names_others", "third_party"
LOCK_SPACE = 0x0A45


def answer(case: Case) -> bool:
    """Send the answer and close the case; False when it is not its turn, or staff must look first."""
    with worklist.alone(LOCK_SPACE, case.pk) as mine:
        case.refresh_from_db()
        if not mine or case.state != State.RESPONDING:
            return False
        address, proved = _address(case)
        if not address:
            return _stuck(case, "no_address")
        try:
            return _send(case, address, proved)
        except LetterIncomplete as trouble:
            return _stuck(case, trouble.lacks)


def _send(case: Case, address: str, proved: bool) -> bool:
    made = _package_of_this_round(case)
    ledger = ledgers.read(case)
    handed_over = compose.given_as_package(case, ledger) and bool(
        rows.sources(ledger) or next(rows.files_by_hand(ledger), None)
    )
    until = made.expires_at if made else package.last_moment(case, timezone.now())
    letter, outcome = compose.answer(case, package_until=until.astimezone(ledger.zone).date(), ledger=ledger)
    if outcome is not Outcome.NOT_IDENTIFIED and not proved and not ledger.at_once:
        return _stuck(case, "address_not_proved")
    if handed_over and made is None:
        named, whom = third_party.scan(ledger, rows.sources(ledger))
        if named and not third_party.is_cleared(case, whom):
            return _names_others(case, named, whom)
    document = pdf.render(letter)
    if handed_over and made is None:
        made = package.make(case, document, ledger)
    # The package is safe now, so the rows it was made from need not stay another moment.
    for work in rows.confirmed(case):
        vault.remove(work.result["path"])
    references = {"letter": letter.digest} | ({"package": made.digest} if made else {})
    with transaction.atomic():
        _queue(case, letter, document, address, proved)
        try:
            journal.advance(
                case,
                lifecycle.ANSWER,
                by=journal.PIPELINE,
                outcome=outcome,
                references=references,
                answered_at=timezone.now(),
            )
        except IllegalMove:
            # Someone sent the letter back meanwhile: it must not go out.
            transaction.set_rollback(True)
            return False
    return True


def _queue(case: Case, letter: LetterText, document: bytes, address: str, proved: bool) -> None:
    answered = case.events.filter(name=lifecycle.ANSWER.name).count()
    once = "answer" if not answered else f"answer-{answered + 1}"
    if case.outcome == Outcome.NOT_IDENTIFIED:
        kind, words = "not_identified", mails.not_identified(case, letter)
    else:
        kind, words = "answer", mails.answer(case, letter)
    outbox.queue(case=case, kind=kind, once=once, to=address, words=words, unproved=not proved, pdf=document)


def _address(case: Case) -> tuple[str, bool]:
    """Where the answer goes, and whether it was proved to be theirs."""
    told = subject.read(case)
    proved = next((value for kind, value in told.proved if kind == "email"), "")
    return (proved, True) if proved else (told.email, False)


def _package_of_this_round(case: Case) -> Package | None:
    """A package made since the case last came here; older ones show what was decided before, and go."""
    came = (
        case.events.filter(to_state=State.RESPONDING).exclude(from_state=State.RESPONDING).order_by("-number")
    )
    since = came.values_list("at", flat=True).first()
    current = None
    for made in case.packages.filter(destroyed_at=None).select_related("key").order_by("made_at"):
        if since and made.made_at < since and not _was_sent(case, made):
            package.destroy(made)
        elif since and made.made_at >= since:
            current = made
    return current


def _was_sent(case: Case, made: Package) -> bool:
    answers = CaseEvent.objects.filter(case=case, name=lifecycle.ANSWER.name)
    return any(event.references.get("package") == made.digest for event in answers)


def clear_third_party(case: Case, *, by: User) -> bool:
    """A person looked at every place and lets the other people's addresses stand; False if nothing waited for that."""
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        last = case.events.filter(name=NAMES_OTHERS).order_by("-number").first()
        if case.state != State.RESPONDING or case.waits_for != WAITS_FOR_A_LOOK or last is None:
            return False
        journal.record(case, third_party.CLEARED, by=journal.staff(by.pk), follow=True, waits_for="letter",
                       references={"digest": last.references["digest"]})  # fmt: skip
    return True


def _names_others(case: Case, named: tuple[third_party.Finding, ...], whom: str) -> bool:
    """The copy names other people: nothing leaves before a person has looked."""
    if case.waits_for != WAITS_FOR_A_LOOK:
        places = [f"{f.system}.{f.collection}.{f.field}: {f.values} {f.kind}" for f in named]
        journal.record(case, NAMES_OTHERS, by=journal.PIPELINE, waits_for=WAITS_FOR_A_LOOK,
                       references={"digest": whom, "places": places[:50]})  # fmt: skip
    return False


def _stuck(case: Case, lacks: str) -> bool:
    """Staff must look; said once for every time the case comes here."""
    last = case.events.order_by("-number").first()
    if last is None or (last.name, last.reason) != ("letter_incomplete", lacks):
        journal.record(
            case,
            "letter_incomplete",
            by=journal.PIPELINE,
            reason=lacks,
            waits_for=f"letter_lacks:{lacks}"[:40],
        )
    return False
