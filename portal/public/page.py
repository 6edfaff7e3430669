"""One way to draw a requester's page: the controller's frame round it, the clock read in the law's own zone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.languages import told
from portal.look.days import in_words
from portal.public import signal
from portal.public.offers import offers
from requests_app import law
from requests_app.register import Controller

log = logging.getLogger(__name__)


def page(
    request: HttpRequest, template: str, context: dict[str, object] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render ``templates/public/<template>.html``; the frame comes from :func:`site_in_templates`."""
    return render(request, f"public/{template}.html", context, status=status)


def site_in_templates(request: HttpRequest) -> dict[str, object]:
    """Masthead and footer for every page of a controller, those that say what went wrong included."""
    controller: Controller | None = getattr(request, "controller", None)
    if controller is None:
        return {}
    heard = signal.state(request) == "seen"
    return {"site": _site(controller, request.language) | {"signal_honoured": heard}}


def _site(controller: Controller, language: str) -> dict[str, object]:
    slug = controller.slug
    policy = controller.policy(language)
    at_once = [offer for offer in offers(controller) if offer.at_once]
    return {
        "home_url": reverse("public:home", args=[slug]),
        "follow_url": reverse("public:find", args=[slug]),
        "brand_url": reverse("public:brand", args=[slug]),
        "logo_url": reverse("public:logo", args=[slug]),
        "legal_name": controller.text(controller.legal_name, language),
        "address": controller.address.get(language) or controller.address.get("en", ""),
        "email": controller.mailboxes[0].address if controller.mailboxes else "",
        "choices": [
            {"url": stop_url(controller, offer.code), "title": offer.right.title} for offer in at_once
        ],
        "reading": [
            {
                "url": reverse("public:policy", args=[slug]),
                "title": _("Privacy policy, %(day)s") % {"day": in_words(policy.published_on, "plain")}
                if policy.language == language
                else _("Privacy policy, %(day)s, in %(tongue)s only")
                % {"day": in_words(policy.published_on, "plain"), "tongue": told(policy.language)},
            },
            {"url": reverse("public:privacy", args=[slug]), "title": _("Your rights, and our contact")},
            {"url": reverse("public:own", args=[slug]), "title": _("What we hold about you")},
            {"url": reverse("public:cookies", args=[slug]), "title": _("Cookies")},
            *(
                [{"url": reverse("public:figures", args=[slug]), "title": _("Requests in figures")}]
                if publishes_figures(controller)
                else []
            ),
        ],
    }


def publishes_figures(controller: Controller) -> bool:
    """Whether a statute it answers under wants figures of requests published."""
    return any(code in law.METRICS for code in controller.regimes)


def ask_url(controller: Controller, code: str = "") -> str:
    """Where the questions begin, perhaps with the first already answered by the link that was followed."""
    url = reverse("public:ask", args=[controller.slug, "what"])
    return f"{url}?right={code}" if code else url


def stop_url(controller: Controller, code: str) -> str:
    """Where a right that needs no proof takes effect by one button."""
    return reverse("public:stop", args=[controller.slug, code])


def keeps_calm(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """When the database fails under a page, say that nothing is lost and what to do."""

    @wraps(view)
    def calm(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (DatabaseError, InterfaceError):
            log.exception("a public page met a database that failed")
            return page(request, "trouble", {"again_url": request.path}, status=503)

    return calm
