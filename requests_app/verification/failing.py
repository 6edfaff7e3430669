"""When nobody could show who is asking, what the statute says follows: a cure, categories instead, or a refusal."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from identity import evidence, sealing
from requests_app import access, doubts, journal, law, lifecycle, owed, subject
from requests_app.journal import By
from requests_app.letters import by_post, correspond, mails, on_paper, outbox
from requests_app.lifecycle import Outcome
from requests_app.models import Case, Doubt, Letter
from requests_app.verification import needs, sisters

REMINDER = "reminder"
"""The kind of the letter, and the name of the one that counts as having asked once more."""


class CureFirst(Exception):
    """This regime asks once more before it refuses, and nobody has yet."""


def rule_of(case: Case) -> law.Unverified | None:
    """What the statute says of this right when identity was not shown."""
    return law.regime(case.regime, case.received_on).right(case.right).on_unverified


def must_cure_first(case: Case) -> bool:
    """Whether the statute wants them asked once more before a refusal, and nobody has yet."""
    rule = rule_of(case)
    return rule is not None and rule.cure_first and case.reminded_at is None


def ask_once_more(case: Case, *, by: By, once: str) -> bool:
    """Say what is still missing; False when no letter could leave. One on paper only waits to be posted.

    What was withdrawn keeps nobody from being asked another time.
    """
    name = _of_this_attempt(case, once)
    missing = [need.words.in_(case.language) for need in needs.outstanding(case)]
    if correspond.goes_by_post(case):
        words_on_paper = on_paper.reminder(case, missing)
        laid = by_post.lay_notice_ready(
            case, kind=REMINDER, once=name, letter=words_on_paper, known={"once": once}
        )
        return laid is not None
    to, proved = subject.read(case).delivered_to
    if not to:
        return False
    words = mails.text(case, "reminder") if outbox.is_number(to) else mails.reminder(case, missing)
    letter = outbox.queue(case=case, kind=REMINDER, once=name, to=to, words=words, unproved=not proved)
    return outbox.leaves(letter)


def is_reached(case: Case) -> bool:
    """Whether a reminder could reach anybody: an address is known, and they did not ask for no more notices."""
    stopped = case.events.filter(name=outbox.NO_MORE_NOTICES).exists()
    return bool(subject.read(case).delivered_to[0]) and not stopped


def give_up(case: Case, *, by: By, reason: str) -> Case | None:
    """Answer that identity was not shown; the linked case where the law falls back to another right.

    Raises :class:`CureFirst` where they must be asked once more before, and
    ``IllegalMove`` when the case has moved on.
    """
    rule = rule_of(case)
    if must_cure_first(case):
        raise CureFirst
    with transaction.atomic():
        linked = _fall_back(case, rule) if rule is not None and rule.fallback else None
        references = {"continued_as": linked.reference} if linked else {}
        journal.advance(
            case, lifecycle.NOT_IDENTIFIED, by=by, reason=reason, references=references,
            outcome=Outcome.NOT_IDENTIFIED, waits_for="",
        )  # fmt: skip
        if not sisters.waiting(case):
            # Nobody will look at it any more: what was shown to prove something goes at once.
            evidence.destroy_all(sisters.matter_of(case), now=case.events.latest("number").at)
    return linked


def _of_this_attempt(case: Case, once: str) -> str:
    withheld = case.letters.filter(
        kind=REMINDER, status=Letter.Status.WITHHELD, idempotency_key__startswith=f"{case.public_id}:{once}"
    )
    # How many mails an address nobody proved may get counts by the day: asked again the day after, not at every sweep.
    past = Q(by_post=True) | Q(made_at__lt=timezone.now() - timedelta(days=1))
    number = withheld.filter(past).count()
    return f"{once}-{number + 1}" if number else once


def _fall_back(case: Case, rule: law.Unverified) -> Case | None:
    """The same receipt, the same person, the lesser right; what was shown so far counts for it."""
    if Case.objects.filter(fallback_of=case).exists() or case.capacity != law.SELF:
        # Whoever may not act for a copy may not act for less either: the authority asked is the same.
        return None
    regime = law.regime(case.regime, case.received_on)
    code = str(rule.fallback)
    told = subject.read(case)
    told.link, hashed = access.new_link()
    # A signature was given for the greater right alone.
    told.declaration, told.facts = "", {}
    linked = Case(
        controller=case.controller, regime=case.regime, regime_version=case.regime_version, right=code,
        language=case.language, channel=case.channel, submission=case.submission, received_at=case.received_at,
        acknowledged_at=case.acknowledged_at, reminded_at=case.reminded_at, key=sealing.new_key(),
        subject_index=case.subject_index, link_hash=hashed, methods=case.methods, fallback_of=case,
        standard=regime.right(code).standard.level, **owed.columns(owed.dates(regime, code, case.received_at)),
    )  # fmt: skip
    linked.sealed_subject = subject.seal(linked, told)
    journal.open_chains(
        [linked], by=journal.PIPELINE, references={"channel": case.channel, "continues": case.reference}
    )
    for doubt in doubts.open_doubts(case):
        # Whatever was doubted about the one who asks is no less doubtful now.
        if doubt.kind != Doubt.Kind.BY_HAND:
            doubts.raise_doubt(linked, doubt.kind, by=journal.PIPELINE, references=doubt.references)
    return linked
