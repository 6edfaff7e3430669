"""Staff may sign in at the operator's identity provider: to accounts that exist, and never past the second factor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from identity import people
from identity.models import StaffChange, User
from portal.embedded.environment import CLIENT
from tests.providers import Liar, lying_provider, parameter, real_provider, sign_in_through
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db
START, BACK, FACTOR = "/accounts/provider/", "/accounts/provider/back/", "/accounts/second-factor/"


@pytest.fixture
def liar(settings) -> Iterator[Liar]:
    with lying_provider() as here:
        _use(settings, here.issuer)
        yield here


def _use(settings, issuer: str) -> None:
    settings.STAFF_OIDC_ISSUER = issuer
    settings.STAFF_OIDC_CLIENT_ID, settings.STAFF_OIDC_CLIENT_SECRET = CLIENT.values()


def come(liar: Liar, **claims: object):
    """Somebody signs in there; gives their browser and the portal's answer."""
    client = Client()
    off = client.get(START)
    liar.honest(parameter(off.url, "nonce"), **({"sub": "olu", "email": "olu@example.com"} | claims))
    return client, client.get(BACK, {"state": parameter(off.url, "state"), "code": "c"})


def olu() -> User:
    """As the operator made the account: no password at all."""
    user = people.hire("olu@example.com", "Olu Adeyemi")
    people.give(user, "mimap", "handler")
    return user


def test_staff_sign_in_at_a_real_provider_and_still_need_the_second_factor(settings) -> None:
    user, client = olu(), Client()
    with real_provider() as issuer:
        _use(settings, issuer)
        answer = sign_in_through(client, START, "olu")
    assert answer.url.startswith(FACTOR)
    assert client.get("/staff/mimap/").url.startswith(FACTOR)
    assert client.get(FACTOR).url == reverse("second_factor_new")
    user.refresh_from_db()
    assert user.provider_subject and StaffChange.objects.filter(what="provider_bound", about=user.pk).exists()


REFUSED = {
    "an address nobody here has": {"email": "max@example.com", "sub": "max"},
    "an address the provider did not verify": {"email_verified": False},
    "an address it says nothing about": {"email_verified": None},
    "no address": {"email": None},
    "another audience": {"aud": "x"},
}


@pytest.mark.parametrize("why", REFUSED)
def test_nobody_comes_in_without_an_account_the_operator_made(liar, why) -> None:
    olu()
    client, answer = come(liar, **REFUSED[why])
    assert answer.status_code == 403 and "You are not signed in" in answer.content.decode()
    assert client.get("/staff/").url.startswith("/accounts/login/")
    assert User.objects.count() == 1 and not User.objects.get().provider_subject


def test_an_address_that_passed_to_somebody_else_does_not_pass_the_account_on(liar) -> None:
    user = olu()
    assert come(liar)[1].url.startswith(FACTOR)
    assert come(liar, sub="a new person with Olu's address")[1].status_code == 403
    # Olu is still Olu under a new address.
    assert come(liar, email="olu.adeyemi@example.com")[1].url.startswith(FACTOR)
    people.close(user)
    assert come(liar)[1].status_code == 403


def test_a_way_back_that_was_not_begun_here_signs_nobody_in(liar) -> None:
    olu()
    assert Client().get(BACK, {"state": "x", "code": "c"}).status_code == 403
    assert not liar.seen


def test_without_a_provider_there_is_no_such_door() -> None:
    assert Client().get(START).status_code == Client().get(BACK).status_code == 404
    assert START not in Client().get("/accounts/login/").content.decode()


def test_binding_ends_no_session_that_stands(liar) -> None:
    """Nothing about what the person may do has changed."""
    user = hire("Olu", "mimap")
    desk = at_desk(user)
    come(liar, email=user.email)
    assert desk.get("/staff/mimap/").status_code == 200
