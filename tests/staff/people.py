"""Staff as the tests know them, at their desks: signed in with both factors, or not."""

from __future__ import annotations

import itertools
import time

from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from identity.models import Duty, User

PASSWORD = "correct-horse-battery"
_numbers = itertools.count(1)

ROLES = {
    "Olu": "handler",
    "Pia": "privacy_lead",
    "Cora": "counsel",
    "Ada": "auditor",
    "Adam": "administrator",
}
"""Max has none."""


def hire(name: str, *controllers: str, role: str = "") -> User:
    """A member of staff in the role that goes with the name, for these controllers."""
    user = User.objects.create_user(f"{name.lower()}{next(_numbers)}@example.com", PASSWORD, name)
    for controller in controllers:
        Duty.objects.create(user=user, controller=controller, role=role or ROLES[name])
    return user


def signed_in(user: User) -> Client:
    """A browser in which this person typed the password, and nothing more."""
    client = Client()
    response = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert response.status_code == 302, response.content.decode()
    return client


def at_desk(user: User) -> Client:
    """A browser with both factors given; typing password and code is the sign-in tests' matter."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, name="Authenticator", confirmed=True)
    client = Client()
    client.force_login(user)
    session = client.session
    session["otp_device_id"] = device.persistent_id
    session["fresh_at"] = time.time()
    session.save()
    return client


def forget_the_password_time(client: Client) -> None:
    """As if both factors had been given long ago."""
    session = client.session
    session["fresh_at"] -= 3600
    session.save()
