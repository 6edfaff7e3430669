"""CLOSED: set the dates on which content and log go, and keep the hashes that must outlive the case."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils import timezone

from identity import evidence
from requests_app import journal, law, windows
from requests_app.letters import by_post
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, SubjectRecord

SUPPRESSION_MONTHS = 120
"""How long a restore from an old copy could still bring an erased person back: our own rule."""


def close(case: Case) -> None:
    """Count the retention dates from closure (11 CCR 7101 names no start, so closure is the later one).

    A case closed again after a supplement is counted from its last closure.
    """
    if case.closed_at is None:
        return
    by_post.withdraw_notices(case, "answered")
    together = Case.objects.filter(submission=case.submission_id, subject_index=case.subject_index)
    if not together.filter(state=State.VERIFYING).exists():
        # What was shown in order to ask has served; it may not stay (11 CCR 7060(d)).
        evidence.destroy_all(case.authority_matter, now=timezone.now())
    regime = law.regime(case.regime, case.received_on)
    closed_on = case.closed_at.astimezone(ZoneInfo(regime.zone)).date()
    purge_on = law.months_on(closed_on, regime.records.content_months)
    log_until = law.months_on(closed_on, regime.records.log_months)
    if (case.purge_on, case.log_until) == (purge_on, log_until):
        return
    right = regime.right(case.right)
    granted = case.outcome in {Outcome.GRANTED, Outcome.GRANTED_IN_PART}
    if granted and right.operation == "delete":
        until = law.months_on(closed_on, SUPPRESSION_MONTHS)
        windows.keep_hash(case, SubjectRecord.Purpose.SUPPRESSION, until)
    windows.remember(case, closed_on)
    journal.record(
        case, "retention_set", by=journal.PIPELINE,
        references={"content_until": purge_on.isoformat(), "log_until": log_until.isoformat(),
                    "rule": regime.records.citation},
        purge_on=purge_on, log_until=log_until, waits_for="",
    )  # fmt: skip
