"""Staff sign in with a password or at the operator's identity provider and, always, with a second factor."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest
from django_otp import devices_for_user, match_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from identity import people
from identity.models import User

RECOVERY_CODES = 10


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
    with transaction.atomic():
        TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
        people.enrolled(device.user)
    return True


def new_recovery_codes(user: User) -> list[str]:
    """Ten codes that each work once, in place of the earlier ones; shown to their owner and never again."""
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="Recovery codes", confirmed=True)
        codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def device_for(user: User, typed: str) -> Device | None:
    """The authenticator, or the recovery codes, that this code fits; the throttle counts every miss."""
    return match_token(user, "".join(typed.split()).lower())


def must_wait(user: User) -> bool:
    """Whether too many wrong codes were typed just now, so that even a right one is refused."""
    return not any(device.verify_is_allowed()[0] for device in devices_for_user(user, confirmed=True))
