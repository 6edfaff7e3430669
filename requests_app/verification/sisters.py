"""Cases of one submission are verified together: one matter, one code, and each earns what its own right asks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from requests_app import journal, law, lifecycle, register, subject
from requests_app.journal import By
from requests_app.letters import by_post, outbox
from requests_app.models import Case, CaseEvent, Letter
from requests_app.verification import need, needs, standard

Identifiers = list[tuple[str, str]]


def all_of(case: Case) -> list[Case]:
    """Every case of the submission, this one among them, oldest first."""
    return list(case.submission.cases.select_related("key", "submission").order_by("pk"))


@dataclass(frozen=True)
class Receipts:
    """The cases of a submission by whether a letter says that we have them."""

    untold: list[Case]
    told: list[Case]


def receipts(case: Case) -> Receipts:
    """A letter speaks for all that were open when it was made, and not for what staff parted from them since."""
    made = _receipts_of(OuterRef("submission")).filter(made_at__gte=_opened_at(OuterRef(OuterRef("pk"))))
    # What the law makes of a request is no request of its own: whoever had the receipt of that one has it of this.
    continues = Q(fallback_of__isnull=False) & Exists(_receipts_of(OuterRef("submission")))
    told = ExpressionWrapper(Exists(made) | continues, output_field=BooleanField())
    # Of what was opened by mistake there is nothing to say that it was received.
    asked = case.submission.cases.exclude(outcome=lifecycle.Outcome.MISTAKEN).select_related(
        "key", "submission"
    )
    found = asked.annotate(told=told).order_by("pk")
    return Receipts([one for one in found if not one.told], [one for one in found if one.told])


def receipts_for(case: Case) -> QuerySet[Letter]:
    """The letters that say of this case that we have it."""
    return _receipts_of(case.submission_id).filter(made_at__gte=_opened_at(case.pk))


def open_at(case: Case, moment: datetime) -> list[Case]:
    """Those cases of the submission that a letter of that moment could speak of."""
    found = case.submission.cases.select_related("key", "submission").order_by("pk")
    return list(found.annotate(opened_at=_opened_at(OuterRef("pk"))).filter(opened_at__lte=moment))


def _receipts_of(submission: object) -> QuerySet[Letter]:
    letters = Letter.objects.filter(case__submission=submission, kind="acknowledgement")
    # One that was withheld, or went to a mistyped address, has told nobody anything.
    return letters.exclude(status=Letter.Status.WITHHELD).exclude(trouble=outbox.MISTYPED)


def _opened_at(case: object) -> Subquery:
    return Subquery(CaseEvent.objects.filter(case=case, number=1).values("at")[:1])


def waiting(case: Case) -> list[Case]:
    """Those that wait for proof now."""
    return [one for one in all_of(case) if one.state == lifecycle.State.VERIFYING]


def lead_of(case: Case) -> Case:
    """The one that keeps codes and facts for all: the first that still waits for proof, lest a sister that moved on bar it."""
    return next((sister for sister in all_of(case) if _waits_for_proof(sister)), case)


def matter_of(case: Case) -> str:
    """The name under which identity knows the verification of all cases of a submission."""
    return case.submission.matter


def earn(
    case: Case,
    methods: list[str],
    proved: Identifiers,
    *,
    by: By,
    signed: str = "",
    only: bool = False,
    index: str = "",
) -> list[Case]:
    """Credit every waiting sister with what was shown, and settle those whose needs it meets; gives them as they are now.

    A declaration counts only where one may be asked. ``only``: this case alone. ``index``: the keyed hash by which
    the person is known, of whom nothing that was told had given one.
    """
    credited = [case] if only else waiting(case)
    for sister in credited:
        _earn(sister, methods, proved, by=by, signed=signed, index=sister.subject_index or index)
    return credited


def _earn(case: Case, methods: list[str], proved: Identifiers, *, by: By, signed: str, index: str) -> None:
    known = subject.read(case)
    known.proved = list(dict.fromkeys([*known.proved, *proved]))
    earned = [*case.methods, *(method for method in methods if method not in case.methods)]
    case.methods = earned
    if signed and needs.may_ask(case, need.DECLARATION):
        earned = case.methods = [*earned, need.DECLARATION]
        known.declaration = json.dumps(
            {"signed": signed, "at": timezone.now().isoformat()}, ensure_ascii=False
        )
    sealed = subject.seal(case, known)
    if needs.outstanding(case):
        journal.record(
            case, "proof_incomplete", by=by, references={"methods": earned}, methods=earned,
            sealed_subject=sealed, waits_for="proof", subject_index=index,
        )  # fmt: skip
        return
    with transaction.atomic():
        journal.advance(
            case, lifecycle.SETTLE_IDENTITY, by=by, references={"methods": earned}, methods=earned,
            identified_at=timezone.now(), waits_for="", sealed_subject=sealed,
            subject_index=index,
        )  # fmt: skip
        by_post.withdraw_notices(case, "replaced", by_post.PROVED)


def _waits_for_proof(case: Case) -> bool:
    if case.state not in lifecycle.ASK_PROOF.sources | lifecycle.SETTLE_IDENTITY.sources:
        return False
    needed = standard.standard_of(case, register.controller(case.controller), has_account=False)
    return needed.level is not law.Level.NONE
