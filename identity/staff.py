"""Staff sign in with a password and, always, a second factor."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django_otp import devices_for_user
from django_otp.plugins.otp_totp.models import TOTPDevice

from identity.models import User


class StaffAdapter(DefaultAccountAdapter):
    """Nobody signs up: the operator makes staff accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed."""
        return False


def has_second_factor(user: User) -> bool:
    """Whether a confirmed device exists."""
    return any(devices_for_user(user, confirmed=True))


def new_device(user: User) -> TOTPDevice:
    """An unconfirmed authenticator to be enrolled; an earlier unconfirmed one is replaced."""
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name="Authenticator", confirmed=False)


def pending_device(user: User) -> TOTPDevice | None:
    """The device being enrolled, if any."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


def confirm_device(device: TOTPDevice, token: str) -> bool:
    """Enrolment ends when a code of the new device is right."""
    if not device.verify_token(token):
        return False
    TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
    return True
