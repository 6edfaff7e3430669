"""Nobody sees a case without a password and a second factor, and nothing weighty is done on an old password."""

from __future__ import annotations

import io
import time
from datetime import timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from identity.models import Duty, User
from tests.staff.people import PASSWORD, at_desk, hire, signed_in

pytestmark = pytest.mark.django_db
HOME, FACTOR, NEW = "/staff/", "/accounts/second-factor/", "/accounts/second-factor/new/"


def token(device: TOTPDevice) -> str:
    """What the app shows now."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time()
    return f"{totp.token():06d}"


def test_a_stranger_is_sent_to_the_password() -> None:
    answer = Client().get(HOME)
    assert answer.status_code == 302 and answer.url.startswith(reverse("account_login"))


def test_a_password_alone_is_sent_to_the_second_factor() -> None:
    answer = signed_in(hire("Olu", "mimap")).get(HOME)
    assert answer.status_code == 302 and answer.url.startswith(FACTOR)


def test_the_first_sign_in_enrols_and_gives_ten_codes_once() -> None:
    olu = hire("Olu", "mimap")
    client = signed_in(olu)
    assert client.get(FACTOR).url == NEW
    page = client.get(NEW)
    assert client.get(reverse("second_factor_qr"))["Content-Type"] == "image/svg+xml"
    device = TOTPDevice.objects.get(user=olu)
    assert not device.confirmed and page.status_code == 200
    assert client.post(NEW, {"code": "000000"}).context["problem"]
    TOTPDevice.objects.filter(pk=device.pk).update(
        throttling_failure_count=0, throttling_failure_timestamp=None
    )
    shown = client.post(NEW, {"code": token(device)})
    codes = shown.context["codes"]
    assert len(set(codes)) == 10
    assert client.get(HOME).url == reverse("staff:queue", args=["mimap"])
    assert client.get(NEW).url == FACTOR
    assert client.get(reverse("second_factor_qr")).status_code == 404

    again = signed_in(olu)
    assert again.post(FACTOR, {"code": codes[0]}).status_code == 302
    assert again.get(HOME).url == reverse("staff:queue", args=["mimap"])
    third = signed_in(olu)
    assert third.post(FACTOR, {"code": codes[0]}).context["problem"], "a recovery code works once"


def test_a_second_authenticator_cannot_be_added_past_the_first() -> None:
    olu = hire("Olu", "mimap")
    at_desk(olu)
    thief = signed_in(olu)
    assert thief.get(NEW).url == FACTOR
    assert thief.post(NEW, {"code": "123456"}).url == FACTOR
    assert TOTPDevice.objects.filter(user=olu).count() == 1


def test_after_a_wrong_code_even_the_right_one_waits() -> None:
    olu = hire("Olu", "mimap")
    at_desk(olu)
    client = signed_in(olu)
    device = TOTPDevice.objects.get(user=olu)
    for _ in range(3):
        client.post(FACTOR, {"code": "000000"})
    refused = client.post(FACTOR, {"code": token(device)})
    assert refused.status_code == 200 and "Too many wrong codes" in refused.content.decode()


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(onward) -> None:
    olu = hire("Olu", "mimap")
    assert at_desk(olu).get(FACTOR, {"next": onward}).url == HOME


def test_max_sees_that_he_has_no_access() -> None:
    answer = at_desk(User.objects.create_user("max@example.com", PASSWORD, "Max")).get(HOME)
    assert answer.status_code == 403 and "You have no access" in answer.content.decode()


def test_a_new_password_ends_every_session() -> None:
    olu = hire("Olu", "mimap")
    desk = at_desk(olu)
    olu.set_password("another long password")
    olu.save()
    assert desk.get(reverse("staff:queue", args=["mimap"])).status_code == 302


def test_a_duty_taken_away_is_gone_at_once() -> None:
    olu = hire("Olu", "mimap", "mipmap")
    desk = at_desk(olu)
    Duty.objects.filter(user=olu, controller="mimap").delete()
    assert desk.get(reverse("staff:queue", args=["mipmap"])).url.startswith(reverse("account_login"))
    desk = at_desk(olu)
    assert desk.get(reverse("staff:queue", args=["mimap"])).status_code == 404
    assert desk.get(reverse("staff:queue", args=["mipmap"])).status_code == 200


@pytest.mark.parametrize("path", ["signup/", "password/reset/", "email/", "password/change/"])
def test_of_the_accounts_only_what_is_needed_is_reachable(path) -> None:
    assert Client().get(f"/accounts/{path}").status_code == 404


def test_private_pages_are_never_stored() -> None:
    answer = at_desk(hire("Olu", "mimap")).get(reverse("staff:queue", args=["mimap"]))
    assert "no-store" in answer["Cache-Control"]


def test_sample_staff_exist_only_in_the_embedded_portal(settings) -> None:
    settings.PORTAL_EMBEDDED = False
    with pytest.raises(CommandError):
        call_command("make_demo_staff")
    settings.PORTAL_EMBEDDED = True
    call_command("make_demo_staff")
    call_command("make_demo_staff")
    assert User.objects.filter(email="pia@example.com").count() == 1
    assert Duty.objects.filter(user__email="olu@example.com", role="handler").count() == 2


@pytest.mark.parametrize(
    ("typed", "made"), [("a long enough password\n", True), ("short\n", False), ("password1234\n", False)]
)
def test_staff_are_made_with_a_password_worth_the_name(typed, made) -> None:
    def make() -> None:
        with patch("sys.stdin", io.StringIO(typed)):
            call_command(
                "make_staff",
                "New@Example.com",
                name="New",
                role="handler",
                controller=["mimap"],
                stdout=io.StringIO(),
            )

    if made:
        make()
    else:
        with pytest.raises(CommandError):
            make()
    assert User.objects.filter(email="new@example.com").exists() is made


def test_a_desk_left_alone_for_half_an_hour_asks_for_the_password_again() -> None:
    client = at_desk(hire("Olu", "mimap"))
    assert client.get("/staff/mimap/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=29)):
        assert client.get("/staff/mimap/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=60)):
        assert client.get("/staff/mimap/").status_code == 302


def test_the_door_says_what_is_missing_and_where_to_turn_when_something_is_lost() -> None:
    client = Client()
    page = client.post(reverse("account_login"), {"login": "", "password": ""}).content.decode()
    assert page.count("Enter your e-mail address.") == page.count("Enter your password.") == 2
    wrong = client.post(reverse("account_login"), {"login": "x@example.com", "password": "no"})
    assert "This address and this password do not fit together." in wrong.content.decode()
    assert "Password lost?" in page
    user = hire("Olu", "mimap")
    at_desk(user)
    assert "clears the second factor" in signed_in(user).get(reverse("second_factor")).content.decode()
