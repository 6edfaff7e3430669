"""Who works a case: everybody it may be given to, and giving it."""

from __future__ import annotations

from identity.models import User
from portal.staff.doors import Place
from requests_app import journal, permits
from requests_app.models import Case


def colleagues(place: Place) -> list[User]:
    """Everybody who may work this controller's cases."""
    found = User.objects.filter(
        is_active=True, duties__controller=place.slug, duties__role__in=permits.WORK.who
    )
    return list(found.distinct().order_by("name", "pk"))


def give_to(place: Place, case: Case, person: User | None) -> None:
    """Somebody who serves this controller works it from now on, or nobody in particular."""
    by = journal.staff(place.desk.user.pk)
    if person is None:
        journal.record(case, "unassigned", by=by, assignee=None)
    else:
        journal.record(case, "assigned", by=by, references={"to": person.pk}, assignee=person)
