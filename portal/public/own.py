"""What the systems hold about whoever signed in just now; what is theirs to change, they put right here."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from identity import sealing
from portal.look.days import in_words, moment_in_words
from portal.public import account
from portal.public.doors import (
    ON_THE_WAY,
    OWN,
    OWN_CHANGED,
    OWN_NUMBERS,
    of_controller,
    open_visit,
    own_open,
    visited,
)
from portal.public.forms import AddressForm, SignForm
from portal.public.forms_own import OwnValueForm
from portal.public.limits import TYPING, WRITING, limited
from portal.public.page import ask_url, keeps_calm, page
from portal.public.statement import of_oneself
from requests_app import self_service, systems
from requests_app.register import Controller
from requests_app.response.own import OTHERS, UNREAD, Held, Record, Seen, Value
from requests_app.verification.account import SignedIn
from requests_app.verification.own import ACCESS, CORRECT, NotShown, right_for

PURPOSE = "own-session"
View = Callable[..., HttpResponse]


def _at_the_door(view: View) -> View:
    """Only for whoever showed just now that it is them, and signed where the law wants it; refusals are pages."""

    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        who, opened = account.of_browser(request), own_open(request)
        if who is None or opened is None:
            return _show_again(request)
        signed = sealing.unseal_short(opened["signed"], PURPOSE) if opened["signed"] else ""
        try:
            return view(request, who, signed, *args, **kwargs)
        except NotShown as refusal:
            if refusal.why == "stale":
                return _show_again(request)
            if refusal.why == "unsigned":
                return HttpResponseRedirect(reverse("public:own_sign", args=[request.controller.slug]))
            return _shut(request, refusal.why, 403)
        except self_service.TooOften:
            return page(request, "slow_down", {"minutes": 60}, status=429)
        except systems.SystemFailure:
            return _shut(request, "silent", 503)

    return checked


@require_http_methods(["GET", "HEAD"])
@of_controller
@keeps_calm
@_at_the_door
def own(request: HttpRequest, who: SignedIn, signed: str) -> HttpResponse:
    """Read now: every system, every kind of information, and what may be changed at once."""
    controller = request.controller
    seen = self_service.see(controller, who, signed=signed)
    names = {
        (place.system, place.collection.name, place.field.name, place.key): name
        for name, place in self_service.places(controller, seen).items()
    }
    copy, correct = right_for(controller, ACCESS), right_for(controller, CORRECT)
    return page(
        request,
        "own",
        {
            "as_whom": account.as_whom(request, who),
            "parts": [_part(controller, request.language, one, names) for one in seen],
            "changed": _changed(request),
            "copy_url": ask_url(controller, copy[1]) if copy else "",
            "correct_url": ask_url(controller, correct[1]) if correct else "",
            "back_url": reverse("public:account", args=[controller.slug]),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(TYPING)
@keeps_calm
def sign(request: HttpRequest) -> HttpResponse:
    """Under penalty of perjury, where the law says so for whoever came by a code."""
    who, opened = account.of_browser(request), own_open(request)
    if who is None or opened is None:
        return _show_again(request)
    form = SignForm(request.POST if request.method == "POST" else None)
    said = of_oneself()
    if request.method == "POST" and form.is_valid():
        opened["signed"] = sealing.seal_short(f"{said} {form.cleaned_data['signed']}", PURPOSE)
        request.session[OWN] = request.session[OWN] | {request.controller.slug: opened}
        return HttpResponseRedirect(reverse("public:own", args=[request.controller.slug]))
    return page(
        request,
        "own_sign",
        {
            "form": form,
            "statement": said,
            "back_url": reverse("public:account", args=[request.controller.slug]),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(WRITING)
@keeps_calm
@_at_the_door
def change(request: HttpRequest, who: SignedIn, signed: str, name: str) -> HttpResponse:
    """One field: what stands there, and what shall. Pressing twice makes one change."""
    controller, press = request.controller, request.method == "POST"
    here = reverse("public:own", args=[controller.slug])
    place = self_service.places(controller, self_service.see(controller, who, signed=signed)).get(name)
    if place is None or place.field.self_edit is None:
        raise Http404
    title = controller.text(place.field.title, request.language)
    form = OwnValueForm(
        request.POST if press else None, kind=place.field.self_edit, label=_("What is right?")
    )
    if press and form.is_valid():
        try:
            case = self_service.change(
                controller, who, place, form.cleaned_data["to"],
                number=_number(request, name), language=request.language, signed=signed,
            )  # fmt: skip
        except self_service.NotTaken as refusal:
            form.add_error("to", _not_taken(refusal.why))
        else:
            open_visit(request, [case])
            request.session[OWN_CHANGED] = case.public_id
            return HttpResponseRedirect(here)
    if not press:
        _number(request, name, fresh=True)
    return page(
        request,
        "own_change",
        {
            "form": form,
            "heading": title,
            "now": _written(place.value),
            "record": controller.text(place.collection.title, request.language),
            "back_url": here,
        },
    )


def _show_again(request: HttpRequest) -> HttpResponse:
    request.session[ON_THE_WAY] = account.OWN
    context = account.provider_words(request, account.OWN) | {
        "form": AddressForm(),
        "account_url": reverse("public:account", args=[request.controller.slug]),
    }
    return page(request, "own_door", context)


def _shut(request: HttpRequest, why: str, status: int) -> HttpResponse:
    copy = right_for(request.controller, ACCESS)
    context = {
        "why": why,
        "copy_url": ask_url(request.controller, copy[1]) if copy else "",
        "back_url": reverse("public:account", args=[request.controller.slug]),
    }
    return page(request, "own_shut", context, status=status)


def _changed(request: HttpRequest) -> dict[str, object] | None:
    """The change made last in this browser: where it stands, and whether the system was read back."""
    changed = request.session.get(OWN_CHANGED)
    case = next((case for case in visited(request) if case.public_id == changed), None) if changed else None
    if case is None:
        return None
    return {
        "reference": case.reference,
        "url": reverse("public:case", args=[case.controller, case.reference]),
        "done": self_service.is_done(case),
    }


def _part(controller: Controller, language: str, seen: Seen, names: dict[tuple, str]) -> dict[str, object]:
    collections = seen.system.collections
    return {
        "title": controller.text(seen.system.title, language),
        "state": seen.state,
        "set_aside": seen.set_aside,
        "more": [
            {"title": controller.text(collections[name].title, language), "count": count}
            for name, count in seen.more.items()
        ],
        "held": [_held(controller, language, held, names) for held in seen.held],
    }


def _held(controller: Controller, language: str, held: Held, names: dict[tuple, str]) -> dict[str, object]:
    holding = held.holding
    about = [
        (_("Where it comes from"), holding.source),
        (_("What for"), holding.purpose),
        (_("Who receives it"), holding.recipients),
        *([(_("How long it is kept"), holding.retention.words)] if holding.retention else []),
    ]
    records = [_rows(controller, language, held, record, names) for record in held.records]
    return {
        "title": controller.text(holding.title, language),
        "about": [{"term": term, "value": controller.text(words, language)} for term, words in about],
        "records": records,
        "theirs": any(row["url"] for rows in records for row in rows),
    }


def _rows(
    controller: Controller, language: str, held: Held, record: Record, names: dict[tuple, str]
) -> list[dict[str, object]]:
    rows = []
    for value in record.values:
        place = (held.holding.system, held.collection.name, value.field.name, record.key)
        name = names.get(place) if value.theirs else None
        title = controller.text(value.field.title, language)
        url = reverse("public:own_change", args=[controller.slug, name]) if name else ""
        rows.append({"term": title, "value": _said(value), "url": url, "about": title})
    return rows


def _said(value: Value) -> str:
    if value.withheld == OTHERS:
        return _("Left out: another person’s address or number stands in it.")
    if value.withheld == UNREAD:
        return _(
            "Free text. We do hold it; in a copy you have it, once people have read it for other persons’ data."
        )
    if value.withheld:
        return _("Never shown. We do hold it.")
    return _written(value.value)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return moment_in_words(value)
    if isinstance(value, date):
        return in_words(value)
    if isinstance(value, list):
        return "; ".join(_written(one) for one in value)
    return "" if value is None else str(value)


def _not_taken(why: str) -> str:
    return {
        "same": _("This stands there already. Write what is right"),
        "too_long": _("This is too long for the system that keeps it. Write it shorter"),
    }.get(why, _("This cannot be changed here"))


def _number(request: HttpRequest, name: str, *, fresh: bool = False) -> str:
    """The number one showing of the form sends under; a second press makes nothing new."""
    numbers = request.session.get(OWN_NUMBERS, {})
    if fresh or name not in numbers:
        numbers = {name: secrets.token_urlsafe(18)}
        request.session[OWN_NUMBERS] = numbers
    return str(numbers[name])
