"""What the calendar does to a case nobody has proved to be theirs: remind, then answer on the day itself."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from requests_app import journal, law, lifecycle
from requests_app.letters import correspond
from requests_app.models import Case, CaseEvent, Channel, Letter
from requests_app.verification import failing, sisters, steps

log = logging.getLogger(__name__)
REMIND_BEFORE = timedelta(days=10)
FALL_BACK_BEFORE = timedelta(days=7)
AT_ONCE = 200
BY_HAND = (Channel.POST, Channel.PHONE, Channel.IN_PERSON)
"""Ways in that name no address by themselves."""


def watch(now: datetime) -> None:
    """Remind ten days before our date; on it, say that identity was not shown. Nothing silently expires.

    Where something was shown and nobody here has looked at it, the move is ours: such a case is late, and never refused.
    """
    verifying = Case.objects.filter(state=lifecycle.State.VERIFYING).select_related("key", "submission")
    # Each by itself: whoever was reminded and only waits for the day keeps nobody from being reminded.
    for waiting, ahead in (
        (verifying, timedelta(0)),
        (verifying.filter(_falls_back()), FALL_BACK_BEFORE),
        (verifying.filter(reminded_at=None), REMIND_BEFORE),
    ):
        # A day ahead everywhere on earth, so that no zone's case is missed; each is then judged in its own.
        horizon = (now + ahead + timedelta(days=1)).date()
        for case in waiting.due_by(horizon).by_due_date()[:AT_ONCE]:
            try:
                _look_after(case, now)
            except journal.IllegalMove:
                # The requester was quicker.
                continue
            except failing.CureFirst:
                # What asks them once more lies ready to be posted, and first somebody has to post it.
                continue
            except Exception:
                # One case's trouble must not let the dates of all others pass.
                log.exception("a case could not be looked after, case %s", case.pk)


def _falls_back() -> Q:
    """Cases of a right in whose place another comes when nobody proves it."""
    found = Q(pk__in=())
    for regime in law.REGIMES:
        rights = [
            code
            for code, right in regime.rights.items()
            if right.on_unverified is not None and right.on_unverified.fallback
        ]
        if rights:
            found |= Q(regime=regime.code, right__in=rights)
    return found


def acknowledge() -> None:
    """Whoever wrote, phoned or came, and was told of no receipt yet: by post, where no mail leads to them.

    Not where a letter lies ready, and not where staff were told that no address is known, until one may be.
    """
    open_still = lifecycle.BEFORE_APPROVAL - {lifecycle.State.RECEIVED}
    owed = Case.objects.filter(state__in=open_still, acknowledged_at=None, channel__in=BY_HAND).by_due_date()
    since = CaseEvent.objects.filter(
        case=OuterRef("case"), number__gt=OuterRef("number"), name__in=steps.ADDRESS_KNOWN
    )
    told = CaseEvent.objects.filter(~Exists(since), case=OuterRef("pk"), name=steps.NOBODY_TOLD)
    written = Letter.objects.filter(case__submission=OuterRef("submission"), kind="acknowledgement")
    lies_there = written.exclude(status=Letter.Status.WITHHELD)
    owed = owed.filter(~Exists(told), ~Exists(lies_there))
    for case in owed.select_related("key", "submission")[:AT_ONCE]:
        try:
            steps.acknowledge_anew(case)
        except Exception:
            log.exception("a receipt could not be acknowledged, case %s", case.pk)


def _look_after(case: Case, now: datetime) -> None:
    if sisters.lead_of(case).waits_for in lifecycle.UNSEEN:
        return
    today = now.astimezone(ZoneInfo(law.regime(case.regime, case.received_on).zone)).date()
    rule = failing.rule_of(case)
    # Another right comes in its place, and needs some days of its own before the same date.
    ahead = FALL_BACK_BEFORE if rule is not None and rule.fallback else timedelta(0)
    if case.reminded_at is None and today >= case.due_on - REMIND_BEFORE:
        _remind(case, now)
    if today >= case.due_on - ahead:
        failing.give_up(case, by=journal.PIPELINE, reason="no_proof_by_due_date")


def _remind(case: Case, now: datetime) -> None:
    with transaction.atomic():
        asked = failing.ask_once_more(case, by=journal.PIPELINE, once=failing.REMINDER)
        if correspond.goes_by_post(case):
            # It counts once somebody has posted it.
            return
        if asked or not failing.is_reached(case):
            journal.record(case, "reminded", by=journal.PIPELINE, reminded_at=now)
