"""The way out of marketing, in every marketing mail: one click in a mail program, or one button (RFC 8058).

The controller's mail system asks for the links with a signed call; a link names nobody to whoever reads it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from identity import sealing
from portal.protocols import signed
from requests_app import law, register, worklist
from requests_app.intake import web
from requests_app.register import Controller

PURPOSE = "stop-mail"
MOST_ADDRESSES = 1000
CLOCKS_DIFFER_SECONDS = 300
LONGEST_ADDRESS = 254


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks and changes nothing; POST acts without a code, as a mail program's own button must."""
    controller, email, language = _read(token)
    asked = request.GET.get("lang", "")
    language = asked if asked in controller.languages else language
    right = _right(controller)
    done = request.method == "POST"
    if done:
        # Pressed again on the same day it is the same request; the link of an old mail works on a later one.
        number = hashlib.sha256(f"{token}{worklist.today_at(controller.slug)}".encode()).hexdigest()
        web.send(
            controller,
            web.Answers(number=number, language=language, rights=(right.code,), name="", email=email),
        )
    request.controller, request.language = controller, language
    with translation.override(language.lower()):
        request.LANGUAGE_CODE = language
        context = {
            "done": done,
            "right": right,
            "language": language,
            "controller": controller,
            "controller_name": controller.text(controller.name, language),
            "settings": [
                setting.title
                for system in controller.inventory.systems.values()
                for setting in system.settings_for(right.operation)
            ],
        }
        return render(request, "public/stop_mail.html", context)


@csrf_exempt
@require_POST
def make_links(request: HttpRequest, slug: str) -> HttpResponse:
    """``{"addresses": […], "language": "en"}`` to ``{"links": […]}`` in the same order; nothing is kept."""
    if not settings.CHOICES_KEY:
        return JsonResponse({"reason": "no_key"}, status=404)
    controller = _controller(slug)
    stamp, signature = (request.headers.get(name, "") for name in ("Portal-Timestamp", "Portal-Signature"))
    if not signed.is_fresh(stamp, CLOCKS_DIFFER_SECONDS):
        return JsonResponse({"reason": "stale"}, status=403)
    body = request.body.decode(errors="replace")
    if not signed.fits(signature, "links", slug, stamp, body):
        return JsonResponse({"reason": "not_signed"}, status=403)
    try:
        asked = json.loads(body)
        addresses, language = asked["addresses"], asked.get("language", controller.languages[0])
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"reason": "malformed"}, status=400)
    if not _are_addresses(addresses) or language not in controller.languages:
        return JsonResponse({"reason": "malformed"}, status=400)
    return JsonResponse({"links": [link(controller, email, language) for email in addresses]})


def link(controller: Controller, email: str, language: str) -> str:
    """The address for ``List-Unsubscribe`` and for the foot of a marketing mail to this person."""
    told = json.dumps([controller.slug, email, language], ensure_ascii=False)
    sealed = sealing.seal_short(told, PURPOSE).encode()
    token = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
    return settings.PORTAL_ORIGIN + reverse("stop_mail", args=[token])


def _read(token: str) -> tuple[Controller, str, str]:
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        slug, email, language = json.loads(sealing.unseal_short(sealed.decode("ascii"), PURPOSE))
    except (binascii.Error, ValueError, sealing.SealBroken):
        raise Http404 from None
    return _controller(slug), email, language


def _controller(slug: str) -> Controller:
    try:
        return register.controller(slug)
    except register.UnknownController:
        raise Http404 from None


def _right(controller: Controller) -> law.Right:
    """What stops marketing here, in the version under which a press this minute is counted."""
    now = timezone.now()
    offered = (law.regime_at(one.regime, now).right(one.code) for one in controller.rights)
    found = next((right for right in offered if right.operation == "marketing_opt_out"), None)
    if found is None:
        raise Http404
    return found


def _are_addresses(given: object) -> bool:
    return (
        isinstance(given, list)
        and len(given) <= MOST_ADDRESSES
        and all(isinstance(one, str) and "@" in one and len(one) <= LONGEST_ADDRESS for one in given)
    )
