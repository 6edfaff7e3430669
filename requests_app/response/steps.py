"""What happens to a case that waits for its answer; safe to run twice and to die between any two lines."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from identity import vault
from identity.models import User
from requests_app import doubts, journal, lifecycle, subject
from requests_app.journal import IllegalMove
from requests_app.letters import by_post as letters_by_post
from requests_app.letters import mails, outbox, pdf, post_address
from requests_app.letters.text import LetterText
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, CaseEvent, Package
from requests_app.response import (
    compose,
    package,
    posting,
    record,
    redaction,
    rows,
    third_party,
    to_read,
)
from requests_app.response import ledger as ledgers
from requests_app.response.compose import LetterIncomplete
from requests_app.response.ledger import Ledger

NAMES_OTHERS, WAITS_FOR_A_LOOK = "names_others", "third_party"
TEXTS_WAIT = "texts_wait"
LEFT_REGISTER = "left_register"
NO_ADDRESS = "no_address"
UNDESCRIBED = "undescribed_left_out"
SO_FAR = posting.SO_FAR


def answer(case: Case) -> bool:
    """Send the answer and close the case; False when it is not its turn, or staff must look first.

    Whoever follows the case up is alone with it, and has just read it.
    """
    if case.state != State.RESPONDING:
        return False
    if case.own_motion:
        return _conclude(case)
    address, proved, by_post = _way_out(case)
    if not address:
        return _stuck(case, NO_ADDRESS)
    if by_post and posting.lies_ready(case):
        return False
    came = posting.last_came(case)
    if (returned := posting.came_back(case, came)) is not None and (
        why := posting.give_again(case, returned, on_paper=by_post)
    ) is not None:
        return _stuck(case, why) if why else False
    try:
        return _send(case, address, proved, came.at if came else None, by_post=by_post)
    except LetterIncomplete as trouble:
        return _stuck(case, trouble.lacks)
    except ledgers.LeftRegister:
        return _stuck(case, LEFT_REGISTER)


def answer_so_far(case: Case) -> bool:
    """Our date has come while systems are at work: what there is goes out, and names them; the case goes on."""
    if case.state != State.FULFILLING or case.answered_at:
        return False
    address, proved, by_post = _way_out(case)
    if not address:
        return _stuck(case, NO_ADDRESS)
    if by_post and letters_by_post.laid_ready(case) is not None:
        return False
    try:
        return _send_so_far(case, address, proved, by_post=by_post)
    except LetterIncomplete as trouble:
        return _stuck(case, trouble.lacks)
    except ledgers.LeftRegister:
        return _stuck(case, LEFT_REGISTER)


def _conclude(case: Case) -> bool:
    try:
        return record.conclude(case)
    except ledgers.LeftRegister:
        return _stuck(case, LEFT_REGISTER)


def _way_out(case: Case) -> tuple[str, bool, bool]:
    """Where the answer goes, whether that was shown to be theirs, and whether it goes on paper."""
    told = subject.read(case)
    if not told.post_to:
        return (*told.delivered_to, False)
    # Whether a postal address is theirs is a doubt that people settle; until they do nothing goes there.
    post_address.doubt_address(case)
    return told.post_to, True, True


def _held_back(ledger: Ledger, *, proved: bool) -> str:
    """Why nothing goes out yet. Where the law asks no proof there is none to wait for, and nothing personal in the letter."""
    if ledger.proof_free:
        return ""
    if not proved:
        return "address_not_proved"
    return "doubt" if doubts.block_release(ledger.case) else ""


def _send_so_far(case: Case, address: str, proved: bool, *, by_post: bool) -> bool:
    ledger = ledgers.read(case, so_far=True)
    if why := _held_back(ledger, proved=proved):
        return _stuck(case, why)
    handed_over = _hands_over(ledger)
    if handed_over and _names_others(case, ledger, wait=False):
        return False
    until = package.last_moment(case, timezone.now()).astimezone(ledger.zone).date()
    letter, _outcome = compose.answer(case, package_until=until, ledger=ledger)
    document = pdf.render(letter)
    made = package.make(case, document, ledger) if handed_over else None
    if by_post:
        if not posting.lay_ready(case, ledger, letter, made, so_far=True) and made:
            package.destroy(made)
        return False
    references = _given(ledger, letter, made)
    try:
        with transaction.atomic():
            # The last system may confirm at this very moment; then the whole answer goes out instead.
            journal.keep_still(case)
            _queue(case, letter, document, address, proved, once="answer-so-far")
            journal.record(
                case, SO_FAR, by=journal.PIPELINE, answered_at=timezone.now(),
                references=references,
            )  # fmt: skip
    except IllegalMove:
        if made:
            package.destroy(made)
        return False
    return True


def _send(case: Case, address: str, proved: bool, since: datetime | None, *, by_post: bool) -> bool:
    made = _package_of_this_round(case, since)
    ledger = ledgers.read(case)
    handed_over = _hands_over(ledger)
    until = made.expires_at if made else package.last_moment(case, timezone.now())
    letter, outcome = compose.answer(case, package_until=until.astimezone(ledger.zone).date(), ledger=ledger)
    if outcome is not Outcome.NOT_IDENTIFIED and (why := _held_back(ledger, proved=proved)):
        return _stuck(case, why)
    if handed_over and made is None and _names_others(case, ledger, wait=True):
        return False
    document = pdf.render(letter)
    if handed_over and made is None:
        made = package.make(case, document, ledger)
    if by_post:
        # Nothing is answered before somebody has posted it.
        posting.lay_ready(case, ledger, letter, made, so_far=False)
        return False
    references = _given(ledger, letter, made)
    # The package is safe now, so the rows it was made from need not stay another moment.
    for work in rows.confirmed(ledger.latest(ledgers.ACCESS)):
        vault.remove(work.result["path"])
    with transaction.atomic():
        _queue(case, letter, document, address, proved)
        try:
            journal.advance(
                case,
                lifecycle.ANSWER,
                by=journal.PIPELINE,
                outcome=outcome,
                references=references,
                # On time or not is what the first answer says; what completes it comes later.
                answered_at=case.answered_at or timezone.now(),
                grounds=ledger.grounds,
            )
        except IllegalMove:
            # Someone sent the letter back meanwhile: it must not go out.
            transaction.set_rollback(True)
            return False
    return True


def _given(ledger: Ledger, letter: LetterText, made: Package | None) -> dict[str, object]:
    """What the journal keeps of an answer."""
    of_copy = {"package": made.digest} | to_read.counted(ledger) if made else {}
    return {"letter": letter.digest} | of_copy


def _hands_over(ledger: Ledger) -> bool:
    return compose.given_as_package(ledger) and rows.is_any_given(ledger)


def _queue(
    case: Case, letter: LetterText, document: bytes, address: str, proved: bool, once: str = ""
) -> None:
    answered = case.events.filter(name=lifecycle.ANSWER.name).count()
    once = once or ("answer" if not answered else f"answer-{answered + 1}")
    if outbox.is_number(address):
        kind, words = "answer", mails.text(case, "answer")
    elif proved or case.outcome != Outcome.NOT_IDENTIFIED:
        kind, words = "answer", mails.answer(case, letter)
    else:
        kind, words = "not_identified", mails.not_identified(case, letter)
    outbox.queue(case=case, kind=kind, once=once, to=address, words=words, unproved=not proved, pdf=document)
    told = subject.read(case)
    if told.representative and address != told.writes_from:
        # Whoever acted for the person learns that it is answered, and nothing of what was answered.
        outbox.queue(
            case=case, kind="answered_elsewhere", once=f"{once}-elsewhere", to=told.writes_from,
            words=mails.answered_elsewhere(case), unproved=True,
        )  # fmt: skip


def _package_of_this_round(case: Case, since: datetime | None) -> Package | None:
    """A package made since the case last came here; older ones show what was decided before, and go."""
    current = None
    for made in case.packages.filter(destroyed_at=None).select_related("key").order_by("made_at"):
        if since and made.made_at < since and not _was_sent(case, made):
            package.destroy(made)
        elif since and made.made_at >= since:
            current = made
    return current


def _was_sent(case: Case, made: Package) -> bool:
    answers = CaseEvent.objects.filter(case=case, name__in=[lifecycle.ANSWER.name, SO_FAR])
    return any(event.references.get("package") == made.digest for event in answers)


def waits_for_a_look(case: Case) -> CaseEvent | None:
    """The event that asked a person to look at the other people a copy names, if nobody has since."""
    if case.state not in (State.FULFILLING, State.RESPONDING):
        return None
    told = case.events.filter(name__in=[NAMES_OTHERS, third_party.CLEARED, lifecycle.APPROVE.name])
    last = told.order_by("-number").first()
    return last if last and last.name == NAMES_OTHERS else None


def clear_third_party(case: Case, *, by: User) -> bool:
    """A person looked at every place and lets the other people's addresses stand; False if nothing waited for that."""
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        asked = waits_for_a_look(case)
        if asked is None:
            return False
        journal.record(case, third_party.CLEARED, by=journal.staff(by.pk), follow=True,
                       references={"digest": asked.references["digest"]}, **_next(case, "letter"))  # fmt: skip
    return True


def cleared(case: Case) -> None:
    """What waited for that look goes on: the answer, or the part of it that was due."""
    if not answer(case):
        answer_so_far(case)


def _names_others(case: Case, ledger: Ledger, *, wait: bool) -> bool:
    """Whether somebody must look first: at texts to be read, at other people whom the copy names, at what is concealed."""
    if _texts_wait(case, ledger):
        return True
    sources = rows.sources(ledger)
    found = third_party.scan(ledger, sources, wait=wait)
    _note_undescribed(case, sources)
    if not found or third_party.is_cleared(case, found.digest):
        return False
    asked = waits_for_a_look(case)
    # It may have waited for readers in between, who left these people in.
    elsewhere = case.state == State.RESPONDING and case.waits_for != WAITS_FOR_A_LOOK
    if (
        asked is None
        or elsewhere
        or (asked.to_state, asked.references["digest"]) != (case.state, found.digest)
    ):
        places = [f"{f.system}.{f.collection}.{f.field}: {f.values} {f.kind}" for f in found.named]
        files = [to_read.place_of_file(one.system) for one in found.concealed]
        to_read.prepare(
            case, ledger, [*(f"{f.system}.{f.collection}.{f.field}" for f in found.named), *files]
        )
        concealed = [[one.system, one.kind, one.times] for one in found.concealed]
        references = {"digest": found.digest, "places": places[:50]} | (
            {"concealed": concealed} if concealed else {}
        )
        journal.record(case, NAMES_OTHERS, by=journal.PIPELINE, references=references,
                       **_next(case, WAITS_FOR_A_LOOK))  # fmt: skip
    return True


def _texts_wait(case: Case, ledger: Ledger) -> bool:
    """Whether texts or files wait for their readers: nothing leaves before two people have seen each."""
    texts = to_read.prepare(case, ledger)
    if not texts:
        return False
    told = case.events.filter(name__in=[TEXTS_WAIT, redaction.CONFIRMED, lifecycle.APPROVE.name])
    last = told.order_by("-number").first()
    if last is None or (last.name, last.to_state) != (TEXTS_WAIT, case.state):
        journal.record(case, TEXTS_WAIT, by=journal.PIPELINE, references={"texts": texts},
                       **_next(case, redaction.WAITS_FOR_READERS))  # fmt: skip
    return True


def _note_undescribed(case: Case, sources: dict[str, rows.Source]) -> None:
    """Where documents hold what the inventory does not describe, staff learn that it is not given."""
    places = sorted(
        f"{key}.{collection}.{path}" for key, source in sources.items() for collection, path in source.unknown
    )[:50]
    if not places:
        return
    told = case.events.filter(name=UNDESCRIBED).order_by("-number").first()
    if told is None or told.references["places"] != places:
        journal.record(case, UNDESCRIBED, by=journal.PIPELINE, references={"places": places})


def _next(case: Case, waits_for: str) -> dict[str, str]:
    """Whom the case waits for from now on; while systems are at work it goes on waiting for them."""
    return {} if case.state == State.FULFILLING else {"waits_for": waits_for}


def _stuck(case: Case, lacks: str) -> bool:
    """Staff must look; said once for every time the case comes here."""
    last = case.events.order_by("-number").first()
    if last is None or (last.name, last.reason) != ("letter_incomplete", lacks):
        journal.record(
            case,
            "letter_incomplete",
            by=journal.PIPELINE,
            reason=lacks,
            **_next(case, f"letter_lacks:{lacks}"[:40]),
        )
    return False
