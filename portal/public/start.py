"""The front door: which controllers answer here, what one may ask of each, and its colours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from portal.front import LANGUAGE_NAMES
from portal.public import offers as offered
from portal.public.doors import of_controller
from portal.public.page import ask_url, page, stop_url
from requests_app import law, register

HOUR = 3600


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """A card for each controller; with one controller, its own page."""
    controllers = register.controllers()
    if len(controllers) == 1:
        return HttpResponseRedirect(reverse("public:home", args=[controllers[0].slug]))
    cards = [
        {
            "url": reverse("public:home", args=[controller.slug]),
            "logo_url": reverse("public:logo", args=[controller.slug]),
            "name": controller.text(controller.name, request.language),
            "legal_name": controller.text(controller.legal_name, request.language),
            "law": [
                law.regime_at(code, timezone.now()).title.in_(request.language) for code in controller.regimes
            ],
        }
        for controller in controllers
    ]
    return render(request, "public/index.html", {"cards": cards, "languages": list(LANGUAGE_NAMES.items())})


@require_safe
@of_controller
def home(request: HttpRequest) -> HttpResponse:
    """What one may ask, with the time each answer takes."""
    controller, language = request.controller, request.language
    rights = offered.offers(controller)
    at_once = [offer for offer in rights if offer.at_once]
    own_words = [offer for offer in rights if offer.right.in_words]
    checked = [offer for offer in rights if not offer.at_once and not offer.right.in_words]
    groups = [
        {"title": _("At once, with nothing to prove"), "rows": _rows(request, at_once)},
        {
            "title": _("With a check that it is you"),
            "rows": _rows(request, checked),
            "after": _after(checked),
        },
        {"title": _("A question or a complaint"), "rows": _rows(request, own_words)},
    ]
    rule = offered.no_penalty_rule(controller)
    return page(
        request,
        "home",
        {
            "title": _("Your information at %(name)s, and your say over it")
            % {"name": controller.text(controller.name, language)},
            "lead": _("Ask to see it or to have it deleted. It is free. You need no account."),
            "start_url": ask_url(controller),
            "groups": [group for group in groups if group["rows"]],
            "outside_law": _outside_california() if offered.asks_where(controller) else None,
            "no_penalty": {
                "text": _("We will not treat you worse for using a right."),
                "citation": rule,
            }
            if rule
            else None,
        },
    )


def _rows(request: HttpRequest, rights: list[offered.Offer]) -> list[dict[str, object]]:
    return [
        {
            "title": offer.right.title,
            "url": (stop_url if offer.at_once else ask_url)(request.controller, offer.code),
            "plain": offer.right.plain,
            "now": offer.at_once,
            "when": offer.time,
        }
        for offer in rights
    ]


def _after(rights: list[offered.Offer]) -> str:
    """Whose promise the time is, when it is the same for every right."""
    times = {(offer.time, offer.right.respond.house) for offer in rights}
    if len(times) != 1:
        return ""
    time, house = times.pop()
    if house:
        return _(
            "The law says “in good time”. %(time)s is our own promise, and we always show how we counted."
        ) % {"time": time[:1].upper() + time[1:]}
    return _(
        "The law gives us %(time)s from the day we hear from you. We aim to be sooner, and we always show how we counted."
    ) % {"time": time}


def _outside_california() -> dict[str, str]:
    return {
        "title": _("You live outside California?"),
        "text": _("You get the same answer. It is then our own promise and not that law, and we say so."),
    }


@require_safe
@cache_control(public=True, max_age=HOUR)
@of_controller
def brand(request: HttpRequest) -> HttpResponse:
    """Three colours, checked for contrast when the pack was read."""
    colours = request.controller.brand
    sheet = f":root{{--brand:{colours.brand};--brand-dark:{colours.brand_dark};--brand-mark:{colours.brand_mark}}}\n"
    return HttpResponse(sheet, content_type="text/css; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=HOUR)
@of_controller
def logo(request: HttpRequest) -> HttpResponse:
    """The mark; opened by itself it can run nothing."""
    response = HttpResponse(request.controller.brand.logo.read_bytes(), content_type="image/svg+xml")
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
