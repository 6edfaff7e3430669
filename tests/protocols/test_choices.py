"""Cookie choices: for one browser, told to the controller's own sites only, and undone in two steps."""

from __future__ import annotations

import time

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.protocols.signed import sign
from requests_app import register, subject
from requests_app.models import Case, CookieChoice
from tests.people import DANA
from tests.public.conftest import Visitor, work
from tests.public.test_pages import is_well_made, words_of

pytestmark = pytest.mark.django_db
SITE = "https://www.mimap.com"
SIGNAL = {"headers": {"sec-gpc": "1"}}


@pytest.fixture(autouse=True)
def _key(settings) -> None:
    settings.CHOICES_KEY = "k" * 40


def asked_by(
    number: str = "browser-7", *, email: str = "", slug: str = "mimap", age: int = 0, signature: str = "",
    headers: dict[str, str] | None = None, **body: object,
):  # fmt: skip
    """What one of the controller's sites is answered."""
    stamp = str(int(time.time()) - age)
    shown = {"visitor": number, "email": email, "at": stamp}
    shown["signature"] = signature or sign("pass", slug, stamp, number, email)
    return Client(enforce_csrf_checks=True).post(
        f"/hooks/choices/{slug}/", {"pass": shown, **body}, content_type="application/json", headers=headers or {}
    )  # fmt: skip


def came_from_the_site(slug: str = "mimap", language: str = "en", number: str = "browser-7") -> Visitor:
    """A visitor who followed the cookie link of the company's site."""
    visitor = Visitor(slug, language)
    link = asked_by(number, slug=slug).json()["page"].removeprefix(configured.PORTAL_ORIGIN)
    assert visitor.get(link).url == visitor.at("cookies/")
    return visitor


@pytest.mark.parametrize(("slug", "language"), [("mimap", "en"), ("mipmap", "zh-Hans"), ("mipmap", "en")])
def test_that_a_choice_made_here_is_told_to_the_site(slug: str, language: str) -> None:
    assert asked_by(slug=slug).json() | {"page": ""} == {
        "chosen": False, "allow": [], "gpc": False, "at": None, "page": "",
    }  # fmt: skip
    visitor = came_from_the_site(slug, language)
    page = visitor.get(visitor.at("cookies/"))
    is_well_made(page, language)
    assert " checked" not in page.content.decode()
    first = register.controller(slug).cookie_categories[0].code
    assert (
        visitor.post(visitor.at("cookies/"), {"act": "save", "allow": [first, "unheard_of"]}).status_code
        == 302
    )
    assert asked_by(slug=slug).json()["allow"] == [first]
    assert asked_by("another", slug=slug).json()["chosen"] is False
    is_well_made(visitor.get(visitor.at("cookies/?kept=1")), language)
    # Nothing that is kept leads back to the browser without the key.
    assert "browser-7" not in str(CookieChoice.objects.values())


@pytest.mark.parametrize(("act", "allowed"), [("all", 3), ("none", 0), ("save", 0)])
def test_that_everything_and_nothing_are_one_press_each(act: str, allowed: int) -> None:
    visitor = came_from_the_site()
    page = visitor.get(visitor.at("cookies/")).content.decode()
    assert [
        f'<button type="submit" name="act" value="{one}">' in page for one in ("none", "all", "save")
    ] == [True] * 3
    visitor.post(visitor.at("cookies/"), {"act": act})
    assert len(asked_by().json()["allow"]) == allowed


def test_that_what_was_stopped_is_allowed_again_in_two_steps_only() -> None:
    visitor = came_from_the_site()
    visitor.post(visitor.at("cookies/"), {"act": "none"})
    assert asked_by(allow=["advertising"]).json()["allow"] == []
    asked = visitor.post(visitor.at("cookies/"), {"act": "all"})
    is_well_made(asked, "en")
    assert "Allow again what you had stopped?" in words_of(asked) and asked_by().json()["allow"] == []
    visitor.post(visitor.at("cookies/"), {"act": "save", "allow": ["advertising"], "sure": "yes"})
    assert asked_by().json()["allow"] == ["advertising"]


def test_that_a_signal_switches_off_what_others_receive_and_its_absence_switches_nothing_on() -> None:
    assert asked_by(allow=["analytics", "advertising"]).json()["allow"] == ["advertising", "analytics"]
    heard = asked_by(gpc=True).json()
    assert (heard["allow"], heard["gpc"]) == (["analytics"], True)
    assert asked_by().json()["allow"] == ["analytics"]
    visitor = came_from_the_site()
    assert "Opt-Out Request Honored" in words_of(visitor.get(visitor.at("cookies/")))
    visitor.post(visitor.at("cookies/"), {"act": "all"}, **SIGNAL)
    assert asked_by().json()["allow"] == ["analytics", "personalisation"]
    # The browser says it itself, in the head of its own call.
    assert asked_by("browser-8", headers={"sec-gpc": "1", "origin": SITE}).json()["gpc"] is True


def test_that_a_signal_of_somebody_signed_in_there_opts_them_out_once() -> None:
    for _ in range(2):
        asked_by(email=DANA["mimap"], gpc=True)
    case = Case.objects.get()
    assert (case.right, subject.read(case).email) == ("GPC", DANA["mimap"])
    asked_by(email=DANA["mipmap"], slug="mipmap", gpc=True)
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"age": 3601}, 403),
        # Time goes on while it is asked.
        ({"age": -3700}, 403),
        ({"signature": "0" * 64}, 403),
        ({"signature": "\u00e9"}, 403),
        ({"number": ""}, 400),
        ({"number": "x" * 201}, 400),
        ({"number": "a\nb"}, 403),
        ({"email": "nobody"}, 400),
        ({"allow": "all"}, 400),
        ({"allow": [1]}, 400),
        ({"slug": "nobody"}, 404),
        ({"headers": {"origin": "https://max.example"}}, 403),
        ({"headers": {"origin": "null"}}, 403),
    ],
)
def test_that_nobody_else_is_told_or_heard(changed: dict, status: int) -> None:
    answer = asked_by(**{"allow": ["analytics"]} | changed)
    assert answer.status_code == status and not CookieChoice.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"pass": 1}', b"\xff", b'{"pass": {}, "allow": [[]]}'])
def test_that_nonsense_is_refused(body: bytes) -> None:
    answer = Client().post("/hooks/choices/mimap/", body, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("origin", "allowed"), [(SITE, True), ("https://max.example", False), (f"{SITE}.max.example", False)]
)
def test_that_browsers_may_call_from_the_packs_sites_only(origin: str, allowed: bool) -> None:
    asked = Client().options("/hooks/choices/mimap/", headers={"origin": origin})
    assert (asked.status_code == 204) is allowed
    assert asked.get("Access-Control-Allow-Origin") == (origin if allowed else None)
    assert "Access-Control-Allow-Credentials" not in asked.headers


def test_that_telling_costs_one_statement() -> None:
    asked_by(allow=["analytics"])
    with CaptureQueriesContext(connection) as counted:
        asked_by()
    assert len(counted) == 1


def test_that_every_cookie_these_pages_set_is_listed(samples: None) -> None:
    """From the settings, and against what a browser is really given on a whole journey."""
    dana = Visitor()
    (case,) = dana.send("KNOW_CAT")
    work()
    dana.come_back(case)
    page = dana.get(dana.at("cookies/"))
    assert dana.cookies and all(f">{name}</code>" in page.content.decode() for name in dana.cookies)
    assert all(cookie["httponly"] for cookie in dana.cookies.values())
    assert "Follow the cookie link at the foot of that site" in words_of(page)


@pytest.mark.parametrize("token", ["x" * 43, "a", "é"])
def test_that_a_made_up_link_opens_no_browsers_choices(token: str) -> None:
    assert Client().get(f"/mimap/cookies/of/{token}/").status_code == 404


def test_that_one_controllers_link_is_nothing_to_another() -> None:
    link = asked_by().json()["page"].removeprefix(configured.PORTAL_ORIGIN)
    assert Client().get(link.replace("/mimap/", "/mipmap/")).status_code == 404


def test_that_choices_are_forgotten_after_two_years() -> None:
    asked_by("old", allow=["analytics"])
    CookieChoice.objects.update(at="2020-01-01T00:00:00Z")
    asked_by("new", allow=["analytics"])
    assert CookieChoice.objects.count() == 1
