"""One request that is really two: what else stands in it becomes a case of its own, from the same day; and its undoing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from identity.flows import mandate
from identity.models import Mandate, User
from requests_app import access, doubts, journal, law, lifecycle, permits, register, subject
from requests_app.intake import named
from requests_app.intake.open_case import Arrival, NobodyMayAct, Opened, fingerprint, keep, open_from
from requests_app.letters import by_post, correspond, mails, on_paper, outbox
from requests_app.lifecycle import OPEN, Outcome, State
from requests_app.models import Case, Determination, Doubt, Submission, Tray
from requests_app.subject import Subject

SPLIT_OFF, SPLIT_FROM, PUT_BACK = "split_off", "split_from", "split_undone"
"""Events: of the case that goes on as it was, of the one that is new, and of the first where the second was a mistake."""
SAME, ANOTHER = "same_person", "another_person"
SIGNED = "declaration"
"""As verification calls it: it was signed for what was asked then, and for nothing that is found later."""
READS = frozenset({"access", "port", "categories"})
"""Operations whose answer is given before the data it speaks of is erased."""


class NotSplit(Exception):
    """It was refused; ``problems`` are pairs of a field and a key of the page's words."""

    def __init__(self, *problems: tuple[str, str]) -> None:
        super().__init__("; ".join(key for _field, key in problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class Found:
    """What staff found in a request beside what its case is about."""

    rights: tuple[str, ...]
    part: str = ""
    """Which part of a right alone, or ``subject.WHOLE``; must be said where one of the rights has parts."""
    another: bool = False
    """Whether it is about somebody else than the case; then whom, and who asks for them."""
    name: str = ""
    email: str = ""
    postal: str = ""
    capacity: str = law.SELF


def why_not(case: Case, *, by: User) -> str:
    """Why nothing can be split from a case by this person, by a key of the page's words; empty where it can."""
    desk = access.desk(by)
    if not desk.may_do(permits.SPLIT, case.controller) or desk.is_about(case):
        return "not_your_move"
    if case.own_motion:
        return "nobody_asked"
    if case.state not in OPEN or case.key.wrapped is None:
        return "over"
    return ""


def capacities(case: Case) -> dict[str, law.Capacity]:
    """In what capacity whoever wrote may ask for another; where the law asks how old that one is, the form does that."""
    known = law.regime(case.regime, case.received_on).capacities
    return {code: one for code, one in known.items() if one.for_another and not one.ages}


def split(case: Case, found: Found, *, by: User) -> Opened:
    """Open a case for each right found; both journals name the other. Raises :class:`NotSplit`.

    It has the receipt of the case, so the same clock from the same day. Of the same person it is a sister case and
    shares what was proved; of another person, nothing: that is a submission of its own, which keeps no second copy
    of what arrived.
    """
    controller = register.controller(case.controller)
    if why := why_not(case, by=by):
        raise NotSplit(("", why))
    told = subject.read(case)
    if problems := _problems(controller, told, found, by):
        raise NotSplit(*problems)
    arrival = _arrival(controller, case, told, found)
    who = journal.staff(by.pk)
    with transaction.atomic():
        # Two at once take turns at the letter, so that nobody gets two cases for one thing.
        root = case.submission.split_from_id or case.submission_id
        letter = Submission.objects.select_for_update().defer("sealed").get(pk=root)
        together = not found.another and _authority_is_open(case)
        theirs = case.submission if together else keep(arrival, Tray.OPENED, split_from=letter)[0]
        had = theirs.cases.all() if found.another else _of_the_same(case)
        asked = had.exclude(outcome=Outcome.MISTAKEN).values_list("right", flat=True)
        if set(asked) & set(found.rights):
            raise NotSplit(("rights", "asked_already"))
        try:
            opened = open_from(theirs, arrival)
        except NobodyMayAct:
            raise NotSplit(("capacity" if found.another else "rights", "nobody_may")) from None
        for new in opened.cases:
            _link(case, new, told, found, together=together, by=who)
    return opened


def _problems(
    controller: register.Controller, told: Subject, found: Found, by: User
) -> list[tuple[str, str]]:
    problems = []
    if not found.rights or not set(found.rights) <= {right.code for right in controller.rights}:
        problems.append(("rights", "rights"))
    elif not named.is_answered(controller, found.rights, found.part):
        problems.append(("part", "part"))
    if not found.another:
        return problems
    if not found.name and not found.email:
        problems.append(("name", "who"))
    if found.email and not subject.is_address(found.email):
        problems.append(("email", "email"))
    elif found.email and found.email.casefold() == told.email.casefold():
        problems.append(("email", "same_address"))
    elif found.email and found.email.casefold() == by.email.casefold():
        problems.append(("email", "own"))
    if found.postal and not by_post.fits(found.postal):
        problems.append(("postal", "postal_lines"))
    if found.capacity != law.SELF and not told.writes_from:
        problems.append(("capacity", "no_writer"))
    return problems


def _arrival(controller: register.Controller, case: Case, told: Subject, found: Found) -> Arrival:
    asked = named.chosen(controller, found.rights, found.part)
    if not found.another:
        kept = {key: value for key, value in told.details.items() if key != subject.PART}
        return Arrival(
            controller=controller, channel=case.channel, received_at=case.received_at, language=case.language,
            verbatim=b"", arrival_key=_key(case, case.subject_index or told.name), name=told.name,
            email=told.email, phone=told.phone, post_to=told.post_to, rights=found.rights,
            details=kept | asked, capacity=case.capacity, representative=told.representative,
        )  # fmt: skip
    acts = found.capacity != law.SELF
    return Arrival(
        controller=controller, channel=case.channel, received_at=case.received_at, language=case.language,
        verbatim=b"", arrival_key=_key(case, "another", found.email.casefold() or found.name),
        name=found.name, email=found.email,
        # Whoever acts is the one who is written to.
        post_to="" if found.email or acts else found.postal, rights=found.rights,
        details=({"postal": found.postal} if found.postal else {}) | asked, capacity=found.capacity,
        representative={"name": told.written_by, "email": told.writes_from} if acts else {},
    )  # fmt: skip


def _key(case: Case, *whose: str) -> str:
    """One submission for each person of a letter, however often something of theirs is found in it."""
    return fingerprint("split", str(case.submission.split_from_id or case.submission_id), *whose)


def _of_the_same(case: Case) -> QuerySet[Case]:
    """What this person has from the letter; of one without an address, what came with this case."""
    if not case.subject_index:
        return case.submission.cases.all()
    letter = Case.objects.filter(submission__in=case.submission.of_one_letter)
    return letter.filter(subject_index=case.subject_index)


def _authority_is_open(case: Case) -> bool:
    """Whether what was shown to act for another may still be read for this too: once it is judged, it is destroyed."""
    if case.capacity == law.SELF:
        return True
    claim = mandate.of(case.authority_matter)
    return claim is None or claim.status in (Mandate.Status.CLAIMED, Mandate.Status.DOUBTED)


def _link(case: Case, new: Case, told: Subject, found: Found, *, together: bool, by: journal.By) -> None:
    reason = ANOTHER if found.another else SAME
    right = law.regime(new.regime, new.received_on).right(new.right)
    changes: dict[str, object] = {"standard": right.standard.level}
    if together and case.capacity == law.SELF:
        known = subject.read(new)
        known.proved, known.answer_to = told.proved, told.answer_to
        changes |= {
            "sealed_subject": subject.seal(new, known),
            "subject_index": case.subject_index,
            "account_index": case.account_index,
            "methods": [method for method in case.methods if method != SIGNED],
        }
    ours: dict[str, object] = {}
    if not found.another:
        first = law.regime(case.regime, case.received_on).right(case.right)
        if right.erases and not first.erases:
            changes["after"] = case
        elif right.operation in READS and first.erases and not case.after_id:
            ours["after"] = new
    journal.record(new, SPLIT_FROM, by=by, reason=reason, references={"case": case.reference}, **changes)
    journal.record(case, SPLIT_OFF, by=by, reason=reason, references={"case": new.reference}, **ours)
    if not found.another:
        for doubt in doubts.open_doubts(case):
            # Whatever is doubted about the one who asks is no less doubtful here.
            if doubt.kind != Doubt.Kind.BY_HAND:
                doubts.raise_doubt(new, doubt.kind, by=by, references=doubt.references)


def is_undecided(case: Case, *, proposed: bool, choices: Iterable[str]) -> bool:
    """Whether nothing is decided yet in a case that was split off: neither proposed, nor found, nor chosen of a holding."""
    return not proposed and case.sealed_finding is None and not any(choices)


def undo(case: Case, *, by: User) -> Case:
    """It was a mistake: the new case is closed undone and its requester told, if they had heard of it; the first case.

    Raises :class:`NotSplit`, and ``IllegalMove`` where it has moved on.
    """
    who = journal.staff(by.pk)
    begun = case.events.filter(name=SPLIT_FROM).first()
    chosen = Determination.objects.filter(holding__case=case).values_list("choice", flat=True)
    proposed = case.events.filter(name=lifecycle.PROPOSE.name).exists()
    if not begun or not access.desk(by).may(case, lifecycle.UNSPLIT):
        raise NotSplit(("", "not_your_move"))
    if not is_undecided(case, proposed=proposed, choices=chosen):
        raise NotSplit(("", "decided"))
    with transaction.atomic():
        first = Case.objects.select_related("key").get(
            controller=case.controller, reference=begun.references["case"]
        )
        journal.advance(
            case, lifecycle.UNSPLIT, by=who, outcome=Outcome.MISTAKEN, waits_for="",
            references={"case": first.reference},
        )  # fmt: skip
        if first.state != State.ARCHIVED:
            free = {"after": None} if first.after_id == case.pk else {}
            journal.record(first, PUT_BACK, by=who, references={"case": case.reference}, **free)
        if case.acknowledged_at is not None:
            _tell(case, first if begun.reason == SAME else None)
    return first


def _tell(case: Case, beside: Case | None) -> None:
    """Whoever had a receipt of it learns that there is nothing to wait for; of ``beside`` only whose case that is too."""
    to, proved = correspond.recipient(case)
    if correspond.goes_by_post(case):
        by_post.lay_notice_ready(
            case, kind="mistaken", once="mistaken", letter=on_paper.mistaken(case, beside)
        )
    elif to and not outbox.is_number(to):
        outbox.queue(
            case=case, kind="mistaken", once="mistaken", to=to, words=mails.mistaken(case, beside),
            unproved=not proved,
        )  # fmt: skip
