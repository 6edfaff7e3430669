"""Request windows: what was answered is remembered as a keyed hash, and asked when the same person comes again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import TruncDate

from requests_app import law
from requests_app.models import Case, SubjectRecord

PURPOSES = {
    "know_twice": SubjectRecord.Purpose.KNOW_WINDOW,
    "free_twice": SubjectRecord.Purpose.KNOW_WINDOW,
    "correct_again": SubjectRecord.Purpose.CORRECTION_REFUSED,
}
"""Under which purpose a window's hash is kept; a window not here remembers nothing.

Of the pause before anybody is asked to opt back in nothing is kept: nothing here ever asks them.
"""
_KEPT = ("case_reference", "purpose", "submission", "answered_on")
STILL_OPEN = timedelta(days=90)
"""A request received on a window's last day may be decided this much later, extension and all: 11 CCR 7021(b)."""


def remember(case: Case, answered_on: date) -> None:
    """Keep what later requests are counted against; an answer that counts nowhere leaves nothing.

    What a correction shows to confirm itself is a correction's disclosure
    and counts in no window to know (11 CCR 7023(j)).
    """
    if not case.subject_index or case.own_motion:
        return
    regime = law.regime(case.regime, case.received_on)
    for window in regime.windows_for(case.right):
        purpose = PURPOSES.get(window.code)
        if purpose is None or not law.counts(window, case.right, case.outcome):
            continue
        keep_hash(case, purpose, law.lasts_until(window, answered_on) + STILL_OPEN)


def keep_hash(case: Case, purpose: str, keep_until: date) -> None:
    """That this person had such an answer, by a keyed hash that outlives the case; nothing for nobody."""
    if not case.subject_index:
        return
    whose = {
        "controller": case.controller,
        "purpose": purpose,
        "subject_index": case.subject_index,
        "case_reference": case.reference,
    }
    told = {"made_at": case.closed_at, "keep_until": keep_until}
    # By whoever follows the case alone, so nobody keeps it in between.
    if not SubjectRecord.objects.filter(**whose).update(**told):
        SubjectRecord.objects.create(**whose, **told)


def kept_of(case: Case) -> QuerySet:
    """What was kept of this person's earlier answers that counts for the right of this case, oldest first."""
    purposes = set() if case.own_motion else set(_windows(case).values())
    about = Case.objects.filter(reference=OuterRef("case_reference"))
    kept = SubjectRecord.objects.filter(
        controller=case.controller, purpose__in=purposes, subject_index=case.subject_index or None
    ).exclude(case_reference=case.reference)
    zone = law.regime(case.regime, case.received_on).zone
    return (
        kept.annotate(
            submission=Subquery(about.values("submission")),
            answered_on=TruncDate("made_at", tzinfo=ZoneInfo(zone)),
        )
        .order_by("made_at", "pk")
        .values(*_KEPT)
    )


def used_up(case: Case, kept: Iterable[Mapping[str, Any]] | None = None) -> tuple[law.Full, ...]:
    """The windows this case finds full, with the earlier references; one statement, none where ``kept`` was read.

    Sister cases of one submission, and a fallback with the original receipt,
    are one request and count once; the case's own submission never counts.
    """
    regime = law.regime(case.regime, case.received_on)
    records = list(kept_of(case) if kept is None else kept)
    earlier, seen = [], set()
    for code, purpose in _windows(case).items():
        for record in records:
            submission = record["submission"]
            if record["purpose"] != purpose or submission == case.submission_id or (code, submission) in seen:
                continue
            seen.add((code, submission))
            earlier.append((code, law.Earlier(record["case_reference"], record["answered_on"])))
    return law.full(regime, case.right, earlier, case.received_on)


def _windows(case: Case) -> dict[str, str]:
    """The windows of its right that may be full, each with the purpose under which its hash is kept."""
    regime = law.regime(case.regime, case.received_on)
    return {
        w.code: PURPOSES[w.code] for w in regime.windows_for(case.right) if w.ground and w.code in PURPOSES
    }
