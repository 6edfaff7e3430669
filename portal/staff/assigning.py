"""Who works a case: everybody it may be given to, and giving it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from identity.models import Duty, User
from portal.staff.doors import Place
from requests_app import journal, permits, undoing
from requests_app.models import Case, CaseEvent

GIVEN = frozenset({"assigned", "unassigned"})


def colleagues(place: Place) -> list[User]:
    """Everybody who may work this controller's cases."""
    return colleagues_and(place, ())


def colleagues_and(place: Place, numbers: Iterable[int | None]) -> list[User]:
    """They, and these others, by name; ``works_here`` says of each which they are."""
    duties = Duty.objects.filter(user=OuterRef("pk"), controller=place.slug, role__in=permits.WORK.who)
    found = User.objects.annotate(works_here=Q(Exists(duties), is_active=True))
    return list(found.filter(Q(works_here=True) | Q(pk__in=set(numbers))).order_by("name", "pk"))


def give_to(place: Place, case: Case, person: User | None) -> None:
    """Somebody who serves this controller works it from now on, or nobody in particular."""
    _give(place, case, person, {"from": case.assignee_id})


def undoable(place: Place, case: Case, chain: list[CaseEvent] | None = None) -> CaseEvent | None:
    """What this person did to the case's assignee a moment ago, if nothing has happened since.

    ``chain``: the case's journal, where a page has read it anyway.
    """
    last = chain[-1] if chain else CaseEvent.objects.filter(case=case).order_by("-number").first()
    if last is None or last.name not in GIVEN or "from" not in last.references:
        return None
    return last if undoing.is_theirs(last, place.desk.user) else None


def undo(place: Place, case: Case) -> bool:
    """Back to whoever had it; ``False`` when the seconds are over, or something has happened since."""
    with transaction.atomic():
        try:
            journal.keep_still(case)
        except journal.IllegalMove:
            return False
        done = undoable(place, case)
        if done is None:
            return False
        before = done.references["from"]
        person = next((one for one in colleagues(place) if one.pk == before), None)
        _give(place, case, person, {"undoes": done.number})
    return True


def _give(place: Place, case: Case, person: User | None, references: dict[str, object]) -> None:
    name = "unassigned" if person is None else "assigned"
    known = references if person is None else references | {"to": person.pk}
    journal.record(case, name, by=journal.staff(place.desk.user.pk), references=known, assignee=person)
