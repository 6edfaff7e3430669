"""Mails to staff in working hours: what is due or to be reviewed, once a day, and who was named in a note; nothing about anybody."""

from __future__ import annotations

import logging
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from identity.models import Duty, Role, User
from requests_app import access, law, owed, permits, register
from requests_app.letters import links, mentions, outbox
from requests_app.models import UNVERIFIED, Case, Digest, Mention
from requests_app.register import Controller

log = logging.getLogger(__name__)
ANSWERS = frozenset({Role.HANDLER, Role.PRIVACY_LEAD})
"""Who is told of answers that are due."""
TOLD = ANSWERS | permits.LIFT_HOLD.who
"""Who may be told of anything: of legal holds those who lift them as well."""
FIRST_HOUR, LAST_HOUR = 9, 17
"""The hours in which a mail is read, where the controller's staff are."""
COUNT_TO = 1000
GATHERED = timedelta(minutes=15)
"""How long what was written is gathered, so that several notes make one mail."""
KEPT = timedelta(days=90)
"""How long it is known that a mail was sent."""


@dataclass(frozen=True)
class Step:
    """How many are due within so many working days; 0 is due today or past."""

    days: int
    mine: int
    nobodys: int
    escalated: int
    """Another's, due today or past: what the privacy lead must know."""


def send_digests(now: datetime) -> int:
    """To every handler and privacy lead with something due, in working hours, once a day; how many left."""
    Digest.objects.filter(sent_at__lt=now - KEPT).delete()
    return sum(_send_for(controller, now) for controller in register.controllers())


def _send_for(controller: Controller, now: datetime) -> int:
    local, calendar = now.astimezone(ZoneInfo(controller.zone)), _calendar(controller)
    if not _is_worked(local, calendar):
        return 0
    told = Digest.objects.filter(controller=controller.slug, on=local.date()).values("user")
    duties = Duty.objects.filter(controller=controller.slug, role__in=TOLD, user__is_active=True)
    waiting = User.objects.filter(pk__in=duties.values("user")).exclude(pk__in=told).order_by("pk")
    return sum(_send_to(user, controller, local, calendar) for user in waiting)


def _send_to(user: User, controller: Controller, local: datetime, calendar: law.Calendar) -> bool:
    steps = steps_of(user, controller, local, calendar)
    holds = holds_to_review(user, controller, local)
    due = any(step.mine or step.nobodys or step.escalated for step in steps)
    if not due and not holds:
        return False
    language = controller.languages[0]
    words = outbox.render(
        "digest", language,
        {
            "steps": steps if due else (),
            "holds": holds,
            "name": controller.text(controller.name, language),
            "link": f"{settings.PORTAL_ORIGIN}/staff/{controller.slug}/?view=soon",
            "holds_link": f"{settings.PORTAL_ORIGIN}/staff/{controller.slug}/holds/",
        },
    )  # fmt: skip
    try:
        with transaction.atomic():
            Digest.objects.create(user=user, controller=controller.slug, on=local.date(), sent_at=local)
            _mail(controller, user, words)
    except IntegrityError:
        return False
    except (smtplib.SMTPException, OSError):
        # The row went with the transaction, so the next round tries again.
        log.warning("a digest could not be mailed, staff %s", user.pk)
        return False
    return True


def send_mentions(now: datetime) -> int:
    """To everybody named in notes they have not seen, in working hours: one mail for all of them; how many left."""
    sent = 0
    for controller in register.controllers():
        local = now.astimezone(ZoneInfo(controller.zone))
        if _is_worked(local, _calendar(controller)):
            waiting = mentions.to_mail(controller.slug, before=now - GATHERED)
            users = User.objects.filter(is_active=True, pk__in=waiting.values("user")).order_by("pk")
            sent += sum(_tell_of_mentions(user, controller, now) for user in users)
    return sent


def _tell_of_mentions(user: User, controller: Controller, now: datetime) -> bool:
    """Nothing of a case that they may not see now; what came to be theirs again is told then."""
    with transaction.atomic():
        waiting = mentions.to_mail(controller.slug, before=now - GATHERED)
        mine = mentions.of(access.desk(user), controller.slug).filter(pk__in=waiting.values("pk"))
        numbers = list(mine.select_for_update(of=("self",)).values_list("pk", flat=True)[:COUNT_TO])
        if not numbers:
            return False
        cases = Case.objects.filter(mentions__in=numbers).distinct().order_by("due_on", "pk")
        language = controller.languages[0]
        words = outbox.render(
            "mention", language,
            {
                "name": controller.text(controller.name, language),
                "cases": [{"reference": one.spaced_reference, "link": links.staff_case(one)} for one in cases],
                "several": len(cases) > 1,
                "link": f"{settings.PORTAL_ORIGIN}/staff/{controller.slug}/mentions/",
            },
        )  # fmt: skip
        try:
            _mail(controller, user, words)
        except (smtplib.SMTPException, OSError):
            log.warning("a mail about mentions could not leave, staff %s", user.pk)
            return False
        Mention.objects.filter(pk__in=numbers).update(mailed_at=now)
    return True


def _mail(controller: Controller, user: User, words: outbox.Words) -> None:
    EmailMessage(
        words.subject, words.text, controller.mail_from, [user.email],
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    ).send()  # fmt: skip


def _calendar(controller: Controller) -> law.Calendar:
    return owed.calendars()[law.regime(controller.regimes[0]).calendar]


def _is_worked(local: datetime, calendar: law.Calendar) -> bool:
    return FIRST_HOUR <= local.hour < LAST_HOUR and calendar.is_working(local.date())


def steps_of(user: User, controller: Controller, local: datetime, calendar: law.Calendar) -> list[Step]:
    """What is due for this person within each distance, the nearest first; one bounded query.

    A handler is told of their own cases and of those nobody works; a privacy lead also of what others let come due.
    One's own request is not among them.
    """
    desk, today = access.desk(user), local.date()
    if not desk.roles.get(controller.slug, frozenset()) & ANSWERS:
        return []
    days = {n: calendar.after(today, n) if n else today for n in settings.ALARM_DAYS}
    leads = Role.PRIVACY_LEAD in desk.roles.get(controller.slug, ())
    cases = access.cases_for(desk, controller.slug)
    near = cases.due_by(max(days.values(), default=today)).filter(~UNVERIFIED, answered_at=None)
    nobodys = access.worked_by_nobody(controller.slug)
    found = access.first_of(near.by_due_date(), COUNT_TO).aggregate(
        **{f"mine_{n}": Count("pk", filter=Q(due_on__lte=day, assignee=user)) for n, day in days.items()},
        **{f"nobodys_{n}": Count("pk", filter=Q(due_on__lte=day) & nobodys) for n, day in days.items()},
        late=Count("pk", filter=~nobodys & ~Q(assignee=user) & Q(due_on__lte=today)),
    )
    return [
        Step(n, found[f"mine_{n}"], found[f"nobodys_{n}"], found["late"] if leads and not n else 0)
        for n in sorted(days)
    ]


def holds_to_review(user: User, controller: Controller, local: datetime) -> int:
    """How many legal holds are to be looked at again today or were before: one's own, and all for who may lift them."""
    desk, today = access.desk(user), local.date()
    theirs = Q() if desk.may_do(permits.LIFT_HOLD, controller.slug) else Q(owner=user)
    matters = access.matters_for(desk, controller.slug).filter(theirs, lifted_at=None, review_on__lte=today)
    holds = access.holds_for(desk, controller.slug).in_force(today)
    single = holds.filter(theirs, matter=None, review_on__lte=today)
    return sum(found[:COUNT_TO].count() for found in (matters, single))
