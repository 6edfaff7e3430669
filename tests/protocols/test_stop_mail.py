"""The way out of marketing in every marketing mail: the links are given to whoever signs, and open with one click."""

from __future__ import annotations

import json
import time

import pytest
from django.test import Client

from portal.front import PRIVATE_LINK
from portal.protocols.signed import sign
from requests_app import subject
from requests_app.models import Case
from tests.people import DANA

pytestmark = pytest.mark.django_db
ORIGIN = "http://localhost:8000"


@pytest.fixture(autouse=True)
def _key(settings) -> None:
    settings.CHOICES_KEY = "k" * 40


def links_for(*addresses: str, slug: str = "mimap", language: str = "en", age: int = 0, **changed: str):
    """What a mail system of the controller is answered."""
    body = json.dumps({"addresses": addresses, "language": language})
    stamp = str(int(time.time()) - age)
    headers = {"portal-timestamp": stamp, "portal-signature": sign("links", slug, stamp, body)}
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    return Client(enforce_csrf_checks=True).post(
        f"/hooks/links/{slug}/", body, content_type="application/json", headers=headers
    )


@pytest.mark.parametrize(
    ("slug", "language", "right", "said"),
    [
        ("mimap", "en", "MARKETING_OPT_OUT", "We stop our marketing to you"),
        ("mipmap", "zh-Hans", "CN_ADM_MKT", "我们停止向您发送营销信息"),
    ],
)
def test_that_a_link_is_looked_at_without_effect_and_acts_on_one_press(
    slug: str, language: str, right: str, said: str
) -> None:
    link, other = links_for(DANA[slug], "max@example.org", slug=slug, language=language).json()["links"]
    assert link.startswith(f"{ORIGIN}/stop-mail/") and DANA[slug].split("@")[0] not in link
    assert PRIVATE_LINK.sub(r"\1***", link.removeprefix(ORIGIN)) == "/stop-mail/***/"
    reader = Client(enforce_csrf_checks=True)
    page = reader.get(link.removeprefix(ORIGIN))
    assert page.status_code == 200 and f'<html lang="{language}"' in page.content.decode()
    assert not Case.objects.exists()
    for _ in range(2):
        done = reader.post(link.removeprefix(ORIGIN), {"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200 and said in done.content.decode()
    case = Case.objects.get()
    assert (case.right, case.language, subject.read(case).email) == (right, language, DANA[slug])
    reader.post(other.removeprefix(ORIGIN))
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"age": 330}, 403),
        ({"age": -330}, 403),
        ({"portal_timestamp": "soon"}, 403),
        ({"portal_signature": "0" * 64}, 403),
        ({"portal_signature": "\u00e9"}, 403),
        ({"portal_signature": ""}, 403),
        ({"language": "fr"}, 400),
        ({"slug": "nobody"}, 404),
    ],
)
def test_that_nobody_else_is_given_a_link(changed: dict, status: int) -> None:
    assert links_for("dana@example.com", **changed).status_code == status


@pytest.mark.parametrize("addresses", [["nobody"], ["a@b.example"] * 1001, ["x" * 250 + "@b.example"]])
def test_that_what_is_no_list_of_addresses_is_refused(addresses: list[str]) -> None:
    assert links_for(*addresses).status_code == 400


def test_that_without_a_key_there_is_no_such_door(settings) -> None:
    settings.CHOICES_KEY = ""
    assert links_for("dana@example.com").status_code == 404


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-4] + "AAAA", lambda t: t[:20], lambda t: "x" * 43, lambda t: "é"]
)
def test_that_a_changed_link_opens_nothing(spoil) -> None:
    token = links_for("dana@example.com").json()["links"][0].rstrip("/").rpartition("/")[2]
    for method in ("get", "post"):
        assert getattr(Client(), method)(f"/stop-mail/{spoil(token)}/").status_code == 404
    assert not Case.objects.exists()
