"""The one rule by which a legal hold binds: whoever erases asks it, inside the transaction that erases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable

from requests_app.models import Case, Determination, LegalHold

Value = str | Combinable
EVERYTHING = None
"""In place of holdings: whatever the system holds."""


def binding(
    controller: str, today: date, *, person: Value, system: Value, holdings: Iterable[str] | QuerySet | None
) -> QuerySet[LegalHold]:
    """The holds in force that forbid to erase these ``holdings`` of a person in a system; one statement.

    A person's own hold covers all of theirs, one on a system or on a kind of data in it everybody's.
    """
    covered = Q(holding_key="") if holdings is not None else Q()
    if holdings is not None:
        covered |= Q(holding_key__in=holdings)
    of_person = Q(subject_index=person, system="")
    of_all = Q(subject_index="", system=system) & covered
    return LegalHold.objects.in_force(today).filter(of_person | of_all, controller=controller)


def binds(
    controller: str, today: date, *, person: Value, system: Value, holdings: Iterable[str] | QuerySet | None
) -> bool:
    """Whether any does, of :func:`binding`; as a rule a controller has none in force at all, which is asked first."""
    if not LegalHold.objects.in_force(today).filter(controller=controller).exists():
        return False
    return binding(controller, today, person=person, system=system, holdings=holdings).exists()


def erased_by(case: Case) -> QuerySet:
    """Keys of the holdings that were decided to be erased, or corrected, in a case."""
    granted = Determination.objects.filter(holding__case=case, choice=Determination.Choice.GRANT)
    return granted.values("holding__holding_key")
