"""Signing in: a password, then always a second factor, enrolled at the first sign-in."""

from __future__ import annotations

from base64 import b32encode
from io import BytesIO

import django_otp
import segno
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from identity import staff
from portal.callers import client_address
from portal.front import LANGUAGE_NAMES


class DoorAdapter(staff.StaffAdapter):
    """Behind a proxy every sign-in would seem to come from one address, and one guesser would lock out all."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address by which failed sign-ins are counted."""
        return client_address(request)


@require_http_methods(["GET", "POST"])
@login_required
@sensitive_post_parameters("code")
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the authenticator, or for a recovery code."""
    user = request.user
    if user.is_verified():
        return redirect(_onward(request))
    if not staff.has_second_factor(user):
        return redirect("second_factor_new")
    problem = ""
    if request.method == "POST":
        device = staff.device_for(user, request.POST.get("code", ""))
        if device is not None:
            django_otp.login(request, device)
            return redirect(_onward(request))
        problem = (
            _("Too many wrong codes. Wait a little, then type a new code.")
            if staff.must_wait(user)
            else _("That code does not fit. Type the code your app shows now.")
        )
    return _page(request, "second_factor", problem, {"next": _onward(request)})


@require_http_methods(["GET", "POST"])
@login_required
@sensitive_post_parameters("code")
def enrol(request: HttpRequest) -> HttpResponse:
    """Set up the authenticator; ends with ten recovery codes, shown this once."""
    user = request.user
    if staff.has_second_factor(user):
        return redirect("second_factor")
    device = staff.pending_device(user)
    problem = ""
    if request.method == "POST" and device is not None:
        if staff.confirm_device(device, "".join(request.POST.get("code", "").split())):
            django_otp.login(request, device)
            return _page(request, "recovery_codes", "", {"codes": staff.new_recovery_codes(user)})
        problem = _("That code does not fit. Type the code your app shows now.")
    device = device or staff.new_device(user)
    secret = b32encode(device.bin_key).decode().rstrip("=").lower()
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    return _page(request, "second_factor_new", problem, {"groups": groups})


@require_safe
@login_required
def qr(request: HttpRequest) -> HttpResponse:
    """The pending authenticator's address as a picture; geometry sits in attributes, so no style is needed."""
    device = staff.pending_device(request.user)
    if device is None or staff.has_second_factor(request.user):
        raise Http404
    picture = BytesIO()
    segno.make(device.config_url, error="m").save(
        picture, kind="svg", scale=5, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


def _page(request: HttpRequest, template: str, problem: str, context: dict[str, object]) -> HttpResponse:
    problems = [{"text": problem, "href": "#id_code"}] if problem else []
    frame = {"languages": list(LANGUAGE_NAMES.items()), "problems": problems, "problem": problem}
    return render(request, f"account/{template}.html", frame | context)


def _onward(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else reverse("staff:home")
