"""The log of training: whoever handles requests is informed of all the rules (11 CCR 7100), and it can be shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from identity.models import Role, Training, User

CASEWORK = (Role.HANDLER, Role.PRIVACY_LEAD, Role.COUNSEL)
"""Roles that handle cases."""
LONGEST = 200
MOST_AT_ONCE = 100


class NotRecorded(Exception):
    """It was refused; ``problems`` are pairs of a field and a key of the page's words."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(key for _field, key in problems))
        self.problems = problems


def handlers(controller: str) -> QuerySet[User]:
    """Whoever handles cases there now."""
    serving = User.objects.filter(is_active=True, duties__controller=controller, duties__role__in=CASEWORK)
    return serving.distinct().order_by("name", "pk")


def last_trained(controller: str) -> Mapping[int, date]:
    """The latest day on record, by person; one query."""
    kept = Training.objects.filter(controller=controller, struck_at=None)
    return dict(kept.values_list("about").annotate(last=Max("trained_on")).order_by("about"))


def log_of(controller: str) -> QuerySet[Training]:
    """Every line, what was written last first."""
    return Training.objects.filter(controller=controller).order_by("-pk")


def record(
    controller: str, about: Collection[int], *, on: date | None, subject: str, by: User, today: date
) -> list[Training]:
    """One line for each person. Raises :class:`NotRecorded`."""
    subject, problems = " ".join(subject.split()), []
    known = set(handlers(controller).filter(pk__in=list(about)[:MOST_AT_ONCE]).values_list("pk", flat=True))
    if not known or known != set(about):
        problems.append(("about", "about"))
    if on is None:
        problems.append(("trained_on", "bad_date"))
    elif on > today:
        problems.append(("trained_on", "future"))
    if not subject or len(subject) > LONGEST:
        problems.append(("subject", "subject"))
    if problems:
        raise NotRecorded(problems)
    with transaction.atomic():
        return [
            Training.objects.create(
                controller=controller, about=person, trained_on=on, subject=subject, by=by.pk
            )
            for person in sorted(known)
        ]


def strike(controller: str, number: int, *, by: User) -> bool:
    """A line written by mistake counts no longer; ``False`` when there is none that does."""
    line = Training.objects.filter(controller=controller, pk=number, struck_at=None)
    return bool(line.update(struck_by=by.pk, struck_at=timezone.now()))
