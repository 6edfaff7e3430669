"""A mistyped address is put right by the browser that sent the request, as long as nothing was shown under it."""

from __future__ import annotations

from django.db import transaction

from identity import sealing
from requests_app import doubts, journal, law, subject
from requests_app.letters import outbox
from requests_app.lifecycle import State
from requests_app.models import Case, Channel, Doubt, Letter, Submission
from requests_app.verification import sisters, steps

CORRECTED = "address_corrected"
MOST = 3
"""How often: more than once or twice is no slip of the finger."""
ABOUT_THE_ADDRESS = (Doubt.Kind.LOOK_ALIKE, Doubt.Kind.RECENT_CHANGE)
"""What was doubted about the address that counts no more; the next one is looked at in its turn."""


def may_correct(case: Case) -> bool:
    """Whether the address may still be another: it was typed into the form, and nobody has shown anything yet."""
    if case.channel != Channel.WEB or case.capacity != law.SELF or not _is_open(case):
        return False
    return case.events.filter(name=CORRECTED).count() < MOST


def correct(case: Case, email: str) -> None:
    """Whatever of the submission still waits for proof is asked from this address; a new code goes there.

    Everything else that was told stays. Letters to the address before say nothing any more: the receipt is sent anew.
    """
    index = sealing.blind(case.controller, "email", email)
    with transaction.atomic():
        for sister in filter(_is_open, sisters.all_of(case)):
            told = subject.read(sister)
            told.email, told.candidates = email, []
            journal.record(
                sister, CORRECTED, by=journal.REQUESTER, sealed_subject=subject.seal(sister, told),
                subject_index=index, acknowledged_at=None,
            )  # fmt: skip
            for kind in ABOUT_THE_ADDRESS:
                doubts.withdraw(sister, kind, by=journal.REQUESTER, reason=CORRECTED)
        Submission.objects.filter(pk=case.submission_id).update(sender_index=index)
        sent = Letter.objects.filter(
            case__submission=case.submission_id, kind__in=("acknowledgement", "code")
        )
        sent.update(trouble=outbox.MISTYPED)
        sent.filter(status=Letter.Status.QUEUED).update(status=Letter.Status.WITHHELD, next_try_at=None)
    case.refresh_from_db()
    steps.ask_again(case)


def _is_open(case: Case) -> bool:
    if case.state not in (State.RECEIVED, State.VERIFYING) or case.methods:
        return False
    told = subject.read(case)
    return bool(told.email) and not told.post_to and not told.proved
