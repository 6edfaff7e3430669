"""Whom this browser has shown to be: by the company's account or by a code, for as long as the visit lasts."""

from __future__ import annotations

from django.http import HttpRequest

from portal.public import account
from portal.public.doors import visited
from requests_app import law, subject
from requests_app.subject import Subject


def person(request: HttpRequest) -> Subject | None:
    """Address or number that was proved here; ``None`` for a browser that has proved nothing.

    One who acts for another is not the person, so a case they brought does not make them known.
    """
    who = account.of_browser(request)
    if who is not None and who.email:
        return Subject(email=who.email)
    for case in visited(request):
        if case.capacity == law.SELF:
            shown = _shown(subject.read(case))
            if shown is not None:
                return shown
    return None


def _shown(told: Subject) -> Subject | None:
    """Where the code of the visit went: what was found on record if anything was, else what was typed."""
    sent_to = dict([*told.candidates, *told.proved])
    email, phone = (sent_to.get("email", ""), sent_to.get("phone", ""))
    if not sent_to:
        email, phone = told.email, told.phone
    return Subject(email=email, phone=phone) if email or phone else None
