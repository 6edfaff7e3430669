"""Which open cases seem to ask the same for the same person: a mark on the case, so that they are listed by an index."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db.models import Exists, F, OuterRef
from django.db.models.fields.json import KT

from requests_app.lifecycle import State
from requests_app.models import Case, CaseEvent

NEAR = timedelta(days=45)
"""Two requests further apart than an answer takes are hardly one."""
DISMISSED = "not_a_duplicate"
"""The event by which staff say that two are not the same; it stands on both."""
WHAT_TELLS = frozenset({"subject_index", "received_at"})
"""Columns of a case that may make it another's twin, or no longer."""


def another() -> Exists:
    """Whether another open case has the same person by keyed hash, asked in the same capacity, the same right and a near receipt."""
    told = CaseEvent.objects.filter(name=DISMISSED, case=OuterRef(OuterRef("pk")))
    parted = told.annotate(other=KT("references__case")).filter(other=OuterRef("reference"))
    others = Case.objects.open().asked().exclude(subject_index="").exclude(Exists(parted))
    return Exists(
        others.exclude(pk=OuterRef("pk")).filter(
            controller=OuterRef("controller"),
            subject_index=OuterRef("subject_index"),
            regime=OuterRef("regime"),
            right=OuterRef("right"),
            capacity=OuterRef("capacity"),
            received_at__range=(OuterRef("received_at") - NEAR, OuterRef("received_at") + NEAR),
        )
    )


def mark(controller: str, people: Collection[str]) -> None:
    """Mark the open cases of these people anew, or take the mark away; one statement where nothing changes.

    A case that somebody else is changing is left: its own change marks it, or the list looks again.
    """
    theirs = (
        Case.objects.open().asked().filter(controller=controller, subject_index__in=[i for i in people if i])
    )
    found = theirs.annotate(now=another()).exclude(twin_likely=F("now"))
    if changed := list(found.order_by("pk").values_list("pk", "now")):
        for now in (True, False):
            those = Case.objects.filter(pk__in=[pk for pk, likely in changed if likely is now])
            free = those.select_for_update(skip_locked=True).order_by("pk")
            Case.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(twin_likely=now)


def mark_left(controller: str, people: Collection[str]) -> None:
    """A case of these people is over: as a rule it was the only one, which is quickly seen."""
    if Case.objects.open().filter(controller=controller, subject_index__in=[i for i in people if i]).exists():
        mark(controller, people)


def matters(before: str, after: str, changes: Collection[str]) -> bool:
    """Whether a move between these states, or a change of these columns, may make or unmake a twin."""
    over = {State.CLOSED, State.ARCHIVED}
    return (before in over) != (after in over) or bool(WHAT_TELLS & set(changes))
