"""An administrator sees to staff; every change ends sessions at once and is written down for good."""

from __future__ import annotations

import io
import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from identity import people, staff
from identity.models import Duty, StaffChange, User
from tests.staff.people import PASSWORD, at_desk, forget_the_password_time, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db
QUEUE = "/staff/mimap/"


def change(desk: Client, user: User, act: str, role: str = ""):
    """Press one of the buttons on a person's page."""
    return desk.post(reverse("staff:person_change", args=["mimap", user.pk]), {"act": act, "role": role})


CHANGES = {
    "a role given": lambda olu: people.give(olu, "mimap", "counsel"),
    "a role taken": lambda olu: people.take(olu, "mimap", "handler"),
    "a role taken and given back": lambda olu: (
        people.take(olu, "mimap", "handler"),
        people.give(olu, "mimap", "handler"),
    ),
    "a role changed behind everybody's back": lambda olu: Duty.objects.filter(user=olu).update(
        role="counsel"
    ),
    "a new password": lambda olu: people.set_password(olu, "another long password", by=None),
    "the factor forgotten": lambda olu: people.reset_factor(olu),
    "another factor": lambda olu: TOTPDevice.objects.create(user=olu, name="Second", confirmed=True),
    "new recovery codes": lambda olu: staff.new_recovery_codes(olu),
    "signed out everywhere": lambda olu: people.end_sessions(olu),
    "the account closed": lambda olu: people.close(olu),
    "closed and opened again": lambda olu: (people.close(olu), people.reopen(olu)),
}


@pytest.mark.parametrize("what", CHANGES)
def test_every_session_on_every_device_ends(what) -> None:
    """TRUST 38 (CVE-2025-57766): the cookie is replayed and leads to the sign-in."""
    olu = hire("Olu", "mimap")
    devices = [at_desk(olu), at_desk(olu)]
    assert all(device.get(QUEUE).status_code == 200 for device in devices)
    CHANGES[what](olu)
    for device in devices:
        assert device.get(QUEUE).url.startswith("/accounts/login/"), what


def test_what_changes_nothing_ends_nothing() -> None:
    olu, pia = hire("Olu", "mimap"), hire("Pia", "mimap")
    desk = at_desk(olu)
    people.give(olu, "mimap", "handler")
    people.end_sessions(pia)
    staff.new_device(olu)
    assert desk.get(QUEUE).status_code == 200


def test_a_person_is_added_and_sets_a_password_by_a_link_nobody_else_sees() -> None:
    desk = at_desk(hire("Adam", "mimap"))
    typed = {"name": "Nora New", "email": "Nora@Example.com", "role": "handler"}
    shown = desk.post(reverse("staff:person_add", args=["mimap"]), typed, follow=True).content.decode()
    nora = User.objects.get(email="nora@example.com")
    assert not nora.has_usable_password() and nora.duties.get().role == "handler"
    (sent,) = mail.outbox
    link = re.search(r"http://\S+", sent.body)[0].partition("localhost:8000")[2]
    assert sent.to == ["nora@example.com"] and link not in shown
    browser = Client()
    clean = browser.get(link).url
    assert link.split("/")[-2] not in clean, "the secret leaves the address at once (TRUST 13)"
    assert browser.get(clean).status_code == 200
    assert (
        "too common"
        in browser.post(
            clean, {"new_password1": "password1234", "new_password2": "password1234"}
        ).content.decode()
    )
    chosen = {"new_password1": "a long enough password", "new_password2": "a long enough password"}
    assert browser.post(clean, chosen).url == "/staff/"
    nora.refresh_from_db()
    assert nora.check_password("a long enough password")
    again = Client().get(link, follow=True)
    assert "This link no longer works" in again.content.decode()
    assert {"hired", "role_given", "invited", "password_set"} == set(
        StaffChange.objects.filter(about=nora.pk).values_list("what", flat=True)
    )


@pytest.mark.parametrize(
    "typed",
    [{"name": ""}, {"email": "nobody"}, {"role": ""}, {"role": "king"}],
)
def test_a_person_half_described_is_not_added(typed) -> None:
    desk = at_desk(hire("Adam", "mimap"))
    whole = {"name": "Nora", "email": "nora@example.com", "role": "handler"}
    assert desk.post(reverse("staff:person_add", args=["mimap"]), whole | typed).status_code == 400
    assert not User.objects.filter(email="nora@example.com").exists() and not mail.outbox


def test_an_administrator_changes_others_and_not_themselves() -> None:
    adam, olu = hire("Adam", "mimap"), hire("Olu", "mimap")
    desk = at_desk(adam)
    for act, role in (
        ("give", "handler"),
        ("take", "administrator"),
        ("reset_factor", ""),
        ("close", ""),
        ("invite", ""),
    ):
        assert change(desk, adam, act, role).status_code == 400, act
    assert not StaffChange.objects.filter(about=adam.pk).exists()
    for act, role in (
        ("give", "counsel"),
        ("take", "handler"),
        ("reset_factor", ""),
        ("end_sessions", ""),
        ("close", ""),
        ("reopen", ""),
    ):
        assert change(desk, olu, act, role).status_code == 302, act
    written = StaffChange.objects.filter(about=olu.pk).order_by("pk")
    assert [(c.what, c.role, c.by) for c in written] == [
        ("role_given", "counsel", adam.pk), ("role_taken", "handler", adam.pk), ("factor_reset", "", adam.pk),
        ("sessions_ended", "", adam.pk), ("closed", "", adam.pk), ("reopened", "", adam.pk),
    ]  # fmt: skip


def test_an_administrators_role_stands_alone() -> None:
    """Whoever gives roles cannot give themselves a way to the cases, nor keep one they had."""
    adam, olu, ben = hire("Adam", "mimap"), hire("Olu", "mimap"), hire("Adam", "mimap")
    desk = at_desk(adam)
    assert change(desk, olu, "give", "administrator").status_code == 400
    assert change(desk, ben, "give", "handler").status_code == 400
    with pytest.raises(CommandError):
        call_command(
            "make_staff", olu.email, role="administrator", controller=["mipmap"], stdout=io.StringIO()
        )


def test_an_administrator_of_one_controller_touches_nobody_of_another() -> None:
    """Roles here, yes; the account of somebody who serves elsewhere too, no; somebody else's people are not there."""
    desk, both, theirs = at_desk(hire("Adam", "mimap")), hire("Olu", "mimap", "mipmap"), hire("Pia", "mipmap")
    for act in ("reset_factor", "end_sessions", "close", "invite"):
        assert change(desk, both, act).status_code == 400, act
    assert change(desk, both, "take", "handler").status_code == 302
    assert both.duties.get().controller == "mipmap"
    assert change(desk, theirs, "end_sessions").status_code == 404
    text = desk.get(reverse("staff:people", args=["mimap"])).content.decode()
    assert both.email in text and theirs.email not in text
    assert theirs.name not in desk.get(reverse("staff:staff_log", args=["mimap"])).content.decode()


def test_changing_staff_needs_a_fresh_factor() -> None:
    desk, olu = at_desk(hire("Adam", "mimap")), hire("Olu", "mimap")
    forget_the_password_time(desk)
    answer = change(desk, olu, "give", "counsel")
    assert answer.url.startswith(reverse("account_reauthenticate")) and olu.duties.count() == 1
    assert "This password is wrong" in desk.post(answer.url, {"password": "guess"}).content.decode()
    assert "Type the code your app shows" in desk.post(answer.url, {}).content.decode()
    desk.post(answer.url, {"password": PASSWORD})
    assert olu.duties.count() == 2


def test_who_has_no_password_shows_a_code_again() -> None:
    adam, olu = hire("Adam", "mimap"), hire("Olu", "mimap")
    desk = at_desk(adam)
    adam.set_unusable_password()
    adam.save()
    code = staff.new_recovery_codes(adam)[0]
    desk = _renewed(desk, adam)
    forget_the_password_time(desk)
    answer = change(desk, olu, "give", "counsel")
    assert "Or your password" not in desk.get(answer.url).content.decode()
    assert "Too many wrong codes" in desk.post(answer.url, {"code": "000000"}).content.decode()
    TOTPDevice.objects.filter(user=adam).update(throttling_failure_count=0, throttling_failure_timestamp=None)
    adam.staticdevice_set.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    desk.post(answer.url, {"code": code})
    assert olu.duties.count() == 2


def _renewed(desk: Client, user: User) -> Client:
    """The session as it would stand had the person signed in after the change."""
    session = desk.session
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return desk


@pytest.mark.parametrize(
    "how",
    [
        "UPDATE identity_staffchange SET what = 'hired'",
        "DELETE FROM identity_staffchange",
        "TRUNCATE identity_staffchange",
    ],
)
def test_nobody_rewrites_the_log_of_staff(how) -> None:
    people.end_sessions(hire("Olu", "mimap"))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(how)
    assert StaffChange.objects.get().what == "sessions_ended"


def test_the_operators_commands_are_in_the_log_too() -> None:
    out = io.StringIO()
    call_command(
        "make_staff",
        "nora@example.com",
        name="Nora",
        role="handler",
        controller=["mimap", "mipmap"],
        no_password=True,
        stdout=out,
    )
    call_command(
        "make_staff", "nora@example.com", role="handler", controller=["mipmap"], take=True, stdout=out
    )
    call_command("make_staff", "nora@example.com", reset_factor=True, close=True, stdout=out)
    nora = User.objects.get(email="nora@example.com")
    assert not nora.is_active and nora.duties.get().controller == "mimap" and not nora.has_usable_password()
    text = at_desk(hire("Ada", "mimap")).get(reverse("staff:staff_log", args=["mimap"])).content.decode()
    assert text.count("The operator, on the machine") == 4  # hired, a role here, the factor, closed
    assert "Nora became handler" in text and "The account of Nora was closed" in text


def test_looks_are_listed_by_day_for_the_privacy_lead() -> None:
    """TRUST 36: who, where, why, with a sample to ask about; no name, and no other controller's."""
    olu, cases = hire("Olu", "mimap"), [assessing(), assessing()]
    theirs = assessing("mipmap")
    for person, case in ((olu, cases[0]), (olu, cases[1]), (hire("Olu", "mipmap"), theirs)):
        at_desk(person).post(
            reverse("staff:reveal", args=[case.controller, case.reference]), {"reason": "write"}
        )
    pia = at_desk(hire("Pia", "mimap"))
    page = pia.get(reverse("staff:reveals", args=["mimap"]))
    text = page.content.decode()
    assert [c.spaced_reference in text for c in (*cases, theirs)] == [True, True, False]
    assert "To write to them" in text and "Whitfield" not in text and "2 looks" in text
    assert sum(row["chosen"] for row in page.context["rows"]) == 2
    earlier = pia.get(reverse("staff:reveals", args=["mimap"]), {"day": "2026-01-31"}).content.decode()
    assert "Nobody looked that day" in earlier
    for day in ("x", "0001-01-01", "9999-12-31"):
        assert pia.get(reverse("staff:reveals", args=["mimap"]), {"day": day}).status_code == 200
