"""Short letters of fixed text: receipt, codes, reminders. None carries a word of the requester's own."""

from __future__ import annotations

from django.conf import settings

from requests_app import law, register
from requests_app.letters.outbox import Words, render
from requests_app.models import Case
from requests_app.subject import Subject


def acknowledgement(case: Case, told: Subject) -> Words:
    """Receipt, dates, how they were counted, what happens next, and the private link."""
    reckoning = law.Reckoning.from_json(case.reckoning)
    return render("acknowledgement", case.language, _common(case, told) | {"reasons": reckoning.respond.reasons})


def code(case: Case, digits: str) -> Words:
    """Six digits that prove control of the address."""
    return render("code", case.language, _common(case) | {"code": f"{digits[:3]} {digits[3:]}"})


def unknown_address(case: Case) -> Words:
    """Told to that address alone: no system holds it, so no code can prove anything by it."""
    return render("unknown_address", case.language, _common(case))


def reminder(case: Case, told: Subject) -> Words:
    """Ten days are left and the code has not been typed."""
    return render("reminder", case.language, _common(case, told))


def message_reply(case: Case, told: Subject, text: str) -> Words:
    """A member of staff writes about the case; the text is theirs, and never a template."""
    return render("message_reply", case.language, _common(case, told) | {"reply": text})


def follow_url(case: Case, told: Subject) -> str:
    """The private link; it shows nothing until a code has been typed."""
    return f"{settings.PORTAL_ORIGIN}/{case.controller}/follow/{told.link}/"


def _common(case: Case, told: Subject | None = None) -> dict[str, object]:
    controller = register.controller(case.controller)
    regime = law.regime(case.regime, case.received_on)
    right = regime.right(case.right)
    return {
        "case": case,
        "controller_name": controller.text(controller.name, case.language),
        "right_title": right.title.in_(case.language),
        "regime_title": regime.title.in_(case.language),
        "follow_url": follow_url(case, told) if told else "",
    }
