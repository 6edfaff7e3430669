"""What a visitor chose, for the controller's own sites: asked, told and heard with a pass that the site's server signed.

The pass names the browser by the site's own number, and the address of whoever is signed in there, or none.
"""

from __future__ import annotations

import base64
import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from identity import sealing
from portal.protocols import signed
from requests_app import choices, register
from requests_app.intake import web
from requests_app.register import Controller

PASS_SECONDS = 3600
LONGEST_NUMBER, LONGEST_ADDRESS, LONGEST_BODY = 200, 254, 10_000
GPC = "GPC"
PURPOSE = "cookie-page"


@csrf_exempt
@require_http_methods(["POST", "OPTIONS"])
def visitor(request: HttpRequest, slug: str) -> HttpResponse:
    """Without ``allow`` and without a signal it only tells; the answer is what stands now."""
    if not settings.CHOICES_KEY:
        return JsonResponse({"reason": "no_key"}, status=404)
    try:
        controller = register.controller(slug)
    except register.UnknownController:
        raise Http404 from None
    origin = request.headers.get("Origin", "")
    if origin and origin not in controller.sites:
        return JsonResponse({"reason": "not_our_site"}, status=403)
    response = HttpResponse(status=204) if request.method == "OPTIONS" else _answer(request, controller)
    if origin:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Methods"] = "POST"
        response["Access-Control-Allow-Headers"] = "Content-Type"
        response["Access-Control-Max-Age"] = "600"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Vary"] = "Origin"
    return response


def _answer(request: HttpRequest, controller: Controller) -> HttpResponse:
    try:
        asked = json.loads(request.body[:LONGEST_BODY])
        given = asked["pass"]
        number, email, stamp, signature = (
            str(given.get(name, "")) for name in ("visitor", "email", "at", "signature")
        )
        allow, said = asked.get("allow"), asked.get("gpc") is True
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"reason": "malformed"}, status=400)
    named = 0 < len(number) <= LONGEST_NUMBER and len(email) <= LONGEST_ADDRESS
    if not named or not (allow is None or _are_codes(allow)) or (email and "@" not in email):
        return JsonResponse({"reason": "malformed"}, status=400)
    if not signed.is_fresh(stamp, PASS_SECONDS):
        return JsonResponse({"reason": "stale"}, status=403)
    if not signed.fits(signature, "pass", controller.slug, stamp, number, email):
        return JsonResponse({"reason": "not_signed"}, status=403)
    return JsonResponse(
        _told(controller, choices.visitor_of(controller, number), email, allow, _signal(request, said))
    )


def _told(
    controller: Controller, known: str, email: str, allow: list[str] | None, signal: bool
) -> dict[str, object]:
    now = timezone.now()
    if signal and email and controller.heeds(GPC):
        web.send_signal(controller, GPC, email=email, language=controller.languages[0], on=now)
    standing = choices.read(controller, known)
    if allow is not None and not choices.opts_in(controller, standing, allow):
        standing = choices.choose(controller, known, allow, signal=signal or standing.signal, now=now)
    elif signal and not standing.signal:
        standing = choices.hear_signal(controller, known, now=now)
    return {
        "chosen": standing.chosen,
        "allow": sorted(standing.allowed),
        "gpc": standing.signal,
        "at": standing.at.isoformat() if standing.at else None,
        "page": settings.PORTAL_ORIGIN + _page(controller, known),
    }


def _page(controller: Controller, known: str) -> str:
    """Where this browser's visitor chooses; the link opens the choices of this browser and nothing else."""
    sealed = sealing.seal_short(json.dumps([controller.slug, known]), PURPOSE).encode()
    token = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
    return reverse("public:cookies_of", args=[controller.slug, token])


def _signal(request: HttpRequest, said: bool) -> bool:
    """A browser says it in the head of its call; a server passes on what a browser said to it."""
    return said or request.headers.get("Sec-GPC", "").strip() == "1"


def _are_codes(given: object) -> bool:
    return isinstance(given, list) and len(given) <= 50 and all(isinstance(one, str) for one in given)
