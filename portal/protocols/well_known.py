"""What machines look for at fixed places: that Global Privacy Control is heeded, and where to report a weakness."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from requests_app import register
from requests_app.register import Controller

HEEDED_SINCE = "2026-11-22"
"""The day on which this portal's handling of the signal last changed."""
GOOD_FOR = timedelta(days=180)
"""RFC 9116, 2.5.5 recommends less than a year."""
HOUR = 3600


@require_safe
@cache_control(public=True, max_age=HOUR)
def gpc(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Global Privacy Control, support resource."""
    _controllers(slug)
    return JsonResponse({"gpc": True, "lastUpdate": HEEDED_SINCE})


@require_safe
@cache_control(public=True, max_age=HOUR)
def security(request: HttpRequest, slug: str = "") -> HttpResponse:
    """RFC 9116. Where several controllers share a host each is named; one's own file names one."""
    answering = _controllers(slug)
    own = reverse("security_of", args=[slug]) if slug else reverse("security")
    lines = [f"Contact: {contact}" for one in answering for contact in _contacts(one)]
    # Whole days, so that the file does not differ at every look.
    expires = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + GOOD_FOR
    lines.append(f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}")
    languages = dict.fromkeys(language for one in answering for language in one.languages)
    lines.append(f"Preferred-Languages: {', '.join(languages)}")
    lines.append(f"Canonical: {settings.PORTAL_ORIGIN}{own}")
    lines += [f"Policy: {one.security_policy}" for one in answering if one.security_policy]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _contacts(controller: Controller) -> tuple[str, ...]:
    """As the pack says, else the first address its policy names."""
    if controller.security_contacts:
        return controller.security_contacts
    return (f"mailto:{controller.mailboxes[0].address if controller.mailboxes else controller.mail_from}",)


def _controllers(slug: str) -> tuple[Controller, ...]:
    if not slug:
        return tuple(register.controllers())
    try:
        return (register.controller(slug),)
    except register.UnknownController:
        raise Http404 from None
