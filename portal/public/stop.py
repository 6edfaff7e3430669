"""Stopping at once: one page, one button, and an address only from somebody we do not know yet."""

from __future__ import annotations

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from identity import texting
from portal.public import known, signal
from portal.public import offers as offered
from portal.public.doors import SENT, of_controller
from portal.public.forms import CheckForm, ContactForm, EmailForm, Question
from portal.public.limits import SENDING, limited
from portal.public.page import ask_url, keeps_calm, page, stop_url
from portal.public.sent import slip
from requests_app import access, law, subject
from requests_app.intake import open_case, web
from requests_app.lifecycle import NO_ANSWER, Outcome, State
from requests_app.models import Case
from requests_app.register import Controller
from requests_app.subject import Subject

NUMBERS, OPT_IN = "stop_numbers", "OPT_IN"
OPT_OUT_SHOWN = frozenset({"opt_out", "limit"})
"""Operations whose completion the regulation wants shown in set words: 11 CCR 7025(c)(6), 7026(g), 7027(h)."""
DONE = frozenset({State.RESPONDING, State.CLOSED, State.ARCHIVED})


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(SENDING)
@keeps_calm
def stop(request: HttpRequest, code: str) -> HttpResponse:
    """What stops, and the button. Pressing it twice makes one request."""
    controller = request.controller
    offer = _offer(controller, code)
    person, undo = known.person(request), _undoing(controller, offer.code)
    since = _stopped_since(controller, person, offer, undo) if person and undo else None
    form, empty = _form(request, person), CheckForm(request.POST if request.method == "POST" else None)
    parts = controller.inventory.parts_of(offer.right.operation)
    if request.method == "POST" and empty.is_valid() and form.is_valid():
        # Each has a button of its own; whatever else is sent asks for the whole.
        part = next((one.code for one in parts if one.code == request.POST.get(subject.PART)), "")
        _send(request, offer, person, form, part)
        return HttpResponseRedirect(reverse("public:stopped", args=[controller.slug, offer.code]))
    if request.method != "POST":
        _number(request, offer.code, fresh=True)
        if undo is not None:
            _number(request, undo.code, fresh=True)
    with timezone.override(ZoneInfo(offer.regime.zone)):
        return page(
            request,
            "stop",
            {
                "form": form,
                "empty": empty,
                "offer": offer,
                "person": person.masked_email if person else "",
                "settings": settings_of(controller, offer.right.operation),
                "parts": [
                    {
                        "code": part.code,
                        "title": part.title,
                        "settings": settings_of(controller, f"{offer.right.operation}.{part.code}"),
                    }
                    for part in parts
                ],
                "signal": signal.state(request) if offer.right.operation == "opt_out" else "",
                "pause": _pause(offer),
                "since": since,
                "undo": undo,
                "undo_settings": settings_of(controller, undo.right.operation) if undo else [],
                "allow_url": _allow_url(controller, undo),
                "another_url": ask_url(controller, offer.code),
                "home_url": reverse("public:home", args=[controller.slug]),
            },
        )


@require_safe
@of_controller
@keeps_calm
def stopped(request: HttpRequest, code: str) -> HttpResponse:
    """What is done now, what follows and when; nothing is called done before the systems were read back."""
    controller = request.controller
    offer = _offer(controller, code, unlisted=True)
    sent = request.session.get(SENT, {}).get(controller.slug, {})
    cases = access.cases_by_submission(controller.slug, sent["submission"]) if sent else []
    case = next((one for one in cases if one.right == offer.code), None)
    if case is None:
        return HttpResponseRedirect(
            _allow_url(controller, offer) if offer.right.undoes else stop_url(controller, offer.code)
        )
    done = _is_done(case)
    part = subject.part_of(case)
    context = {
        "offer": offer,
        "part": part.title if part else None,
        "done": done,
        "honoured": done and offer.right.operation in OPT_OUT_SHOWN,
        "settings": _settings_for(controller, case),
        "slip": slip(case, None),
        "at": case.received_at,
        "pause": _pause(offer),
        "allow_url": _allow_url(controller, _undoing(controller, offer.code)),
        "follow_url": reverse("public:find", args=[controller.slug]),
        "home_url": reverse("public:home", args=[controller.slug]),
        "again_url": reverse("public:stopped", args=[controller.slug, offer.code]),
    }
    with timezone.override(ZoneInfo(offer.regime.zone)):
        return page(request, "stopped", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(SENDING)
@keeps_calm
def allow(request: HttpRequest, code: str = OPT_IN) -> HttpResponse:
    """Undo a stop by one press, or by two where the law says so; only for whoever has shown that it is theirs.

    Against a browser's signal no sale is allowed: whoever wants that switches it off first.
    """
    controller = request.controller
    offer = _offer(controller, code, unlisted=True)
    if not offer.right.undoes:
        raise Http404
    person, heard = known.person(request), offer.right.operation == "opt_in" and signal.sent(request)
    may, press = person is not None and not heard, request.method == "POST"
    if may and press and (request.POST.get("sure") == "yes" or not offer.right.asks_twice):
        _send(request, offer, person, Question())
        return HttpResponseRedirect(reverse("public:stopped", args=[controller.slug, offer.code]))
    if not press:
        _number(request, offer.code, fresh=True)
    return page(
        request,
        "allow",
        {
            "offer": offer,
            "person": person.masked_email if person else "",
            "heard": heard,
            "sure": may and press,
            "settings": settings_of(controller, offer.right.operation),
            "sign_in_url": reverse("public:account", args=[controller.slug]),
            "home_url": reverse("public:home", args=[controller.slug]),
        },
    )


def settings_of(controller: Controller, operation: str) -> list[object]:
    """The sentences that hold once every system is set, as the inventory declares them; each said once."""
    titles = [
        setting.title
        for system in controller.inventory.systems.values()
        for setting in system.settings_for(operation)
    ]
    return [title for n, title in enumerate(titles) if title not in titles[:n]]


def _settings_for(controller: Controller, case: Case) -> list[object]:
    try:
        return settings_of(controller, subject.operation_of(case))
    except LookupError:
        # A part that the inventory no longer knows waits for a person; nothing is promised meanwhile.
        return []


def _offer(controller: Controller, code: str, *, unlisted: bool = False) -> offered.Offer:
    found = offered.chosen(controller, [code])
    if unlisted and not found:
        found = [one for one in _undoings(controller) if one.code == code]
    if not found or not found[0].at_once:
        raise Http404
    return found[0]


def _undoings(controller: Controller) -> list[offered.Offer]:
    """What takes a stop back here."""
    now = timezone.now()
    regimes = [(law.regime_at(one.regime, now), one.code) for one in controller.unlisted]
    unlisted = [offered.Offer(regime, regime.right(code)) for regime, code in regimes]
    return [offer for offer in unlisted if offer.right.undoes]


def _undoing(controller: Controller, code: str) -> offered.Offer | None:
    return next((one for one in _undoings(controller) if one.right.undoes == code), None)


def _allow_url(controller: Controller, undo: offered.Offer | None) -> str:
    return reverse("public:allow_right", args=[controller.slug, undo.code]) if undo else ""


def _stopped_since(
    controller: Controller, person: Subject, offer: offered.Offer, undo: offered.Offer
) -> datetime | None:
    """When this person stopped it, if the last they said of it was to stop; one look into an index."""
    index = open_case.subject_index(controller.slug, person.email, person.phone)
    about = {offer.right.operation, undo.right.operation}
    for case in access.cases_by_proof(controller.slug, email_index=index, account_index=""):
        said = law.regime(case.regime, case.received_on).right(case.right).operation
        if said in about and case.outcome not in NO_ANSWER:
            if subject.part_of(case):
                # A part was stopped by itself; the whole was not.
                continue
            return case.received_at if said == offer.right.operation else None
    return None


def _form(request: HttpRequest, person: Subject | None) -> Question:
    """No field at all for whoever is known; an address, or a number where accounts have one, for others."""
    data = request.POST if request.method == "POST" else None
    if person is not None:
        return Question(data)
    if request.controller.calling_code and texting.available():
        form: Question = ContactForm(data, calling_code=request.controller.calling_code)
        form.fields["phone"].help_text = _("If your account has no e-mail address.")
    else:
        form = EmailForm(data)
    form.fields["email"].help_text = _("The address this is about. You need not prove anything.")
    return form


def _send(
    request: HttpRequest, offer: offered.Offer, person: Subject | None, form: Question, part: str = ""
) -> None:
    told = person or Subject(
        email=form.cleaned_data.get("email", ""), phone=form.cleaned_data.get("phone", "")
    )
    # Of two buttons pressed one after the other each means what it says.
    number = f"{_number(request, offer.code)}{part}"
    answers = web.Answers(
        number=number,
        language=request.language,
        rights=(offer.code,),
        name="",
        email=told.email,
        phone=told.phone,
        details={subject.PART: part} if part else {},
    )
    opened = web.send(request.controller, answers)
    here = {"number": number, "submission": opened.submission.public_id}
    request.session[SENT] = request.session.get(SENT, {}) | {request.controller.slug: here}


def _number(request: HttpRequest, code: str, *, fresh: bool = False) -> str:
    """The number one showing of the page sends under; a second press of its button makes nothing new."""
    place = f"{request.controller.slug}:{code}"
    numbers = request.session.get(NUMBERS, {})
    if fresh or place not in numbers:
        numbers = numbers | {place: secrets.token_urlsafe(18)}
        request.session[NUMBERS] = numbers
    return str(numbers[place])


def _is_done(case: Case) -> bool:
    return State(case.state) in DONE and case.outcome in ("", Outcome.GRANTED)


def _pause(offer: offered.Offer) -> law.Window | None:
    """For how long the law forbids us to ask for the opposite."""
    return next((w for w in offer.regime.windows_for(offer.code) if w.code == "opt_in_pause"), None)
