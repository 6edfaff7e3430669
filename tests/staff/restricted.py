"""Restrictions as staff meet them: standing, told of, and whom the letter about their end reaches."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from django.urls import reverse

from requests_app import journal, restriction, subject, worklist
from requests_app.fulfilment import lifting
from requests_app.models import Case, Letter, Restriction, Work
from tests.staff.people import hire

REASON = "Dana says that the address is wrong."
PHONE = {"email": "", "phone": "+8613800138000", "proved": [("phone", "+8613800138000")]}
POST = {"post_to": "1 Harbour Road\nShanghai", "proved": []}


def url(name: str, case: Case) -> str:
    """An address of this case."""
    return reverse(f"staff:{name}", args=[case.controller, case.reference])


def standing(case: Case, *, days: int | None) -> Restriction:
    """As after the systems have set it; the day of its end lies so many days ahead."""
    today = worklist.today_of(case)
    ends_on = None if days is None else today + timedelta(days=days)
    restriction.write(case, restriction.Terms(REASON, "", ends_on), by=hire("Olu", "mipmap"))
    Case.objects.filter(pk=case.pk).update(state="closed", waits_for="")
    Work.objects.create(case=case, system="mipmap_platform_db", operation="set", status="confirmed")
    restriction.begin(case)
    return Restriction.objects.get(case=case)


def leave(case: Case, status: str = Letter.Status.SENT) -> None:
    """What becomes of the letter; the sweep then asks again."""
    case.letters.filter(kind=lifting.KIND).update(status=status)
    for _ in range(2):
        with suppress(lifting.NotToldYet):
            lifting.go_on(case)


def reached(case: Case, **known: object) -> Case:
    """The same case, whose requester can be reached like this."""
    told = subject.read(case)
    for name, value in known.items():
        setattr(told, name, value)
    journal.record(case, "built", by=journal.PIPELINE, sealed_subject=subject.seal(case, told))
    return case
