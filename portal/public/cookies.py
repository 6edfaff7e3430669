"""Cookies: this portal's own, read from its settings, and the controller's, for the visitor to choose."""

from __future__ import annotations

import base64
import binascii
import json
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from identity import sealing
from portal.public import signal
from portal.public.doors import of_controller
from portal.public.limits import TYPING, limited
from portal.public.page import keeps_calm, page
from requests_app import choices

VISITOR = "cookie_visitor"
PURPOSE = "cookie-page"


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(TYPING)
@keeps_calm
def cookies(request: HttpRequest) -> HttpResponse:
    """What is kept, and the choice for the browser that came from one of the controller's sites."""
    controller = request.controller
    visitor = request.session.get(VISITOR, {}).get(controller.slug, "")
    heard = signal.sent(request)
    before = choices.read(controller, visitor) if visitor else choices.Choice()
    asked: list[str] = []
    confirm = False
    if request.method == "POST" and visitor:
        asked = _asked(request)
        opts_in = choices.opts_in(controller, before, asked) and not heard
        confirm = opts_in and request.POST.get("sure") != "yes"
        if not confirm:
            # That the signal is missing today takes nothing back; only the second step does.
            silent = heard or (before.signal and not opts_in)
            choices.choose(controller, visitor, asked, signal=silent, now=timezone.now())
            return HttpResponseRedirect(f"{_url(request)}?kept=1")
    codes = asked if confirm else before.allowed
    return page(
        request,
        "cookies",
        {
            "own": own_cookies(),
            "categories": [
                {
                    "code": category.code,
                    "title": category.title,
                    "detail": category.detail,
                    "shares": category.shares,
                    "on": category.code in codes,
                    "off_by_signal": category.shares and (heard or before.signal),
                }
                for category in controller.cookie_categories
            ],
            "visitor": bool(visitor),
            "choice": before,
            "confirm": confirm,
            "kept": "kept" in request.GET and before.chosen and not confirm,
            "sites": [{"url": site, "name": urlsplit(site).hostname} for site in controller.sites],
            "heard": heard or before.signal,
        },
    )


@require_safe
@of_controller
def cookies_of(request: HttpRequest, token: str) -> HttpResponse:
    """From the cookie link of the controller's own site: remember which browser it is, and leave the link at once."""
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        slug, visitor = json.loads(sealing.unseal_short(sealed.decode("ascii"), PURPOSE))
    except (binascii.Error, ValueError, sealing.SealBroken):
        raise Http404 from None
    if slug != request.controller.slug:
        raise Http404
    request.session[VISITOR] = request.session.get(VISITOR, {}) | {slug: visitor}
    return HttpResponseRedirect(_url(request))


def own_cookies() -> list[dict[str, str]]:
    """Every cookie this portal sets, from the settings that set it."""
    return [
        {
            "name": settings.SESSION_COOKIE_NAME,
            "purpose": _("Keeps what you type from page to page, your language, and that you typed a code."),
            "age": _age(settings.SESSION_COOKIE_AGE),
        },
        {
            "name": settings.CSRF_COOKIE_NAME,
            "purpose": _("Makes sure that a form sent in your name was opened by you."),
            "age": _age(settings.CSRF_COOKIE_AGE),
        },
    ]


def _age(seconds: int) -> str:
    hours = seconds // 3600
    if hours < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s day", "%(n)s days", hours // 24) % {"n": hours // 24}


def _asked(request: HttpRequest) -> list[str]:
    """Everything, nothing, or what is ticked; nothing ticked is nothing allowed."""
    every = [category.code for category in request.controller.cookie_categories]
    match request.POST.get("act"):
        case "all":
            return every
        case "none":
            return []
        case _:
            return [code for code in every if code in request.POST.getlist("allow")]


def _url(request: HttpRequest) -> str:
    return reverse("public:cookies", args=[request.controller.slug])
