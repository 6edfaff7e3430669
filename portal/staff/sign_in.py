"""Signing in: first factor, then always a second, enrolled at the first sign-in; either again before what is weighty."""

from __future__ import annotations

from base64 import b32encode
from io import BytesIO

import django_otp
import segno
from allauth.account.forms import LoginForm
from allauth.account.views import BaseReauthenticateView, LoginView
from django import forms
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as later
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from identity import staff
from identity.models import User
from portal.callers import client_address
from portal.front import LANGUAGE_NAMES
from portal.staff.doors import note_fresh

AGAIN = "account_reauthenticate"
TOO_MANY = later("Too many wrong codes. Wait a little, then type a new code.")
WRONG_CODE = later("That code does not fit. Type the code your app shows now.")


class DoorAdapter(staff.StaffAdapter):
    """Behind a proxy every sign-in would seem to come from one address, and one guesser would lock out all."""

    error_messages = staff.StaffAdapter.error_messages | {
        "email_password_mismatch": later("This address and this password do not fit together.")
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address by which failed sign-ins are counted."""
        return client_address(request)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, str]]:
        """One page takes the password or the second factor, for accounts without a password too."""
        return [{"id": AGAIN, "description": "", "url": reverse(AGAIN)}] if user.is_authenticated else []


class DoorForm(LoginForm):
    """Each field says what it lacks: two that say the same in a row help nobody."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].error_messages["required"] = later("Enter your e-mail address.")
        self.fields["password"].error_messages["required"] = later("Enter your password.")


class DoorView(LoginView):
    """The password, or the way to the operator's identity provider where there is one."""

    form_class = DoorForm

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Whether there is."""
        return super().get_context_data(**kwargs) | {"has_provider": bool(settings.STAFF_OIDC_ISSUER)}


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
            note_fresh(request)
            return redirect(_onward(request))
        problem = str(TOO_MANY if staff.must_wait(user) else WRONG_CODE)
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
            note_fresh(request)
            codes = staff.new_recovery_codes(user)
            # A new factor ends every other session; this one has just shown it.
            update_session_auth_hash(request, user)
            return _page(request, "recovery_codes", "", {"codes": codes})
        problem = str(WRONG_CODE)
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


class AgainForm(forms.Form):
    """Either will do."""

    code = forms.CharField(required=False, max_length=24)
    password = forms.CharField(required=False, max_length=1000, strip=False)

    def __init__(self, *args: object, user: User, adapter: DoorAdapter, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.adapter = user, adapter

    def clean(self) -> dict[str, str]:
        """A code is tried first; the throttle of each counts every miss."""
        typed = super().clean()
        if typed.get("code"):
            if staff.device_for(self.user, typed["code"]) is None:
                waits = staff.must_wait(self.user)
                raise ValidationError({"code": TOO_MANY if waits else WRONG_CODE})
        elif not typed.get("password"):
            raise ValidationError({"code": later("Type the code your app shows, or your password.")})
        elif not self.adapter.reauthenticate(self.user, typed["password"]):
            raise ValidationError({"password": later("This password is wrong.")})
        return typed


@method_decorator([sensitive_post_parameters("code", "password"), login_required], name="dispatch")
class AgainView(BaseReauthenticateView):
    """Asked before what cannot be undone; allauth keeps the form that led here and sends it again."""

    form_class = AgainForm
    template_name = "account/reauthenticate.html"
    http_method_names = ["get", "head", "post"]

    def get_form_kwargs(self) -> dict[str, object]:
        """Whose factors they must be."""
        return super().get_form_kwargs() | {"user": self.request.user, "adapter": DoorAdapter(self.request)}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Who signs in elsewhere has no password to type."""
        return super().get_context_data(**kwargs) | {"has_password": self.request.user.has_usable_password()}

    def form_valid(self, form: AgainForm) -> HttpResponse:
        """On with what was begun."""
        note_fresh(self.request)
        return super().form_valid(form)


def _page(request: HttpRequest, template: str, problem: str, context: dict[str, object]) -> HttpResponse:
    problems = [{"text": problem, "href": "#id_code"}] if problem else []
    frame = {"languages": list(LANGUAGE_NAMES.items()), "problems": problems, "problem": problem}
    return render(request, f"account/{template}.html", frame | context)


def _onward(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else reverse("staff:home")
