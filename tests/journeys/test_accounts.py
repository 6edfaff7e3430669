"""Signing in, in a real browser: a customer at their own provider, staff at the operator's, and what ends a session."""

from __future__ import annotations

import base64
import io
import json
import zipfile

import pytest
from django_otp.oath import totp
from playwright.sync_api import Browser

from portal.embedded.environment import sign_in_settings
from requests_app import journal
from requests_app.lifecycle import State
from requests_app.models import Case
from tests.house import House, free_port, until
from tests.journeys.walk import Person, approve, ask, decide, employ, sign_in
from tests.providers import real_provider
from tests.staff.people import PASSWORD

STORIES = {
    "mimap": {
        "language": "en-US", "right": "KNOW_PCS", "name": "Dana Whitfield", "email": "dana@example.com",
        "subject": "MM100001", "held": "MM100001", "width": 1280,
    },
    "mipmap": {
        "language": "zh-CN", "right": "CN_COPY", "name": "王丹娜", "email": "dana@example.cn",
        "subject": "100001", "held": "100001", "width": 390,
    },
}  # fmt: skip


def _at_the_provider(person: Person, subject: str) -> None:
    """The provider's page is not ours to look at closely."""
    person.page.wait_for_url("**/oauth2/authorize*")
    person.page.locator(f'button[name="sub"][value="{subject}"]').click()
    person.page.wait_for_load_state()


def _staff(house: House, slug: str) -> None:
    given = ["--name", "Olu", "--role", "handler", "--controller", slug, "--no-password"]
    made = house.manage("make_staff", "olu@example.com", *given)
    assert made.returncode == 0, made.stderr
    employ(slug, "Pia", "Adam")


@pytest.mark.long
@pytest.mark.timeout(400)
@pytest.mark.parametrize("slug", ["mimap", "mipmap"])
def test_an_account_holder_gets_their_copy_and_types_no_code(
    furnished: House, browser: Browser, slug: str
) -> None:
    story, house, port = STORIES[slug], furnished, free_port()
    house.extra |= sign_in_settings(port)
    _staff(house, slug)
    with real_provider(port):
        house.start("web", "worker", "beat")
        dana = Person(browser, house, story["language"], width=story["width"])
        (reference,) = ask(dana, slug, [story["right"]], name=story["name"], email=story["email"])
        until(
            lambda: _state(reference) == State.VERIFYING, f"the case to be looked at\n{house.log('worker')}"
        )
        dana.open(f"/{slug}/request/{reference}/code/")
        dana.press('.other-way a[href$="/account/"]')
        dana.page.locator('main a[href*="/account/provider/"]').click()
        _at_the_provider(dana, story["subject"])
        dana.look()
        dana.press("main form button.primary")
        assert dana.page.url.endswith(f"/request/{reference}/"), dana.page.inner_text("main")
        assert Case.objects.get(reference=reference).methods == ["account"]

        olu = _olu(browser, house, story["language"])
        decide(olu, slug, reference)
        pia = Person(browser, house)
        sign_in(pia, "pia@example.com", PASSWORD)
        approve(pia, slug, reference, PASSWORD)
        until(lambda: _state(reference) == State.CLOSED, f"the answer\n{house.log('worker')}", 60)

        # Handed over only after signing in once more; no code was typed from first to last.
        dana.open(f"/{slug}/request/{reference}/files/")
        dana.page.locator('.other-way a[href*="for=files"]').click()
        _at_the_provider(dana, story["subject"])
        dana.look()
        with dana.page.expect_download() as coming:
            dana.page.locator('main a[href*="/files/package/"]').first.click()
        packed = zipfile.ZipFile(io.BytesIO(coming.value.path().read_bytes()))
        data = json.loads(packed.read(next(name for name in packed.namelist() if name.endswith("data.json"))))
        assert story["held"] in json.dumps(data, ensure_ascii=False)
        assert journal.verify(Case.objects.get(reference=reference)) is None

        # All requests in one list, in another browser.
        elsewhere = Person(browser, house, story["language"], width=story["width"])
        elsewhere.open(f"/{slug}/account/")
        elsewhere.page.locator('main a[href*="/account/provider/"]').click()
        _at_the_provider(elsewhere, story["subject"])
        elsewhere.look()
        assert f"{reference[:4]} {reference[4:]}" in elsewhere.page.inner_text("main")

        _a_change_of_role_ends_the_session(browser, house, olu, slug)
    logs = "".join(house.log(name) for name in ("web", "worker", "beat"))
    assert story["email"] not in logs and "known-to-everybody" not in logs


def _olu(browser: Browser, house: House, language: str) -> Person:
    """Staff at the operator's provider; the second factor is still asked, and enrolled at the first sign-in."""
    olu = Person(browser, house, language)
    olu.open("/staff/")
    olu.page.locator('main a[href$="/accounts/provider/"]').click()
    _at_the_provider(olu, "olu")
    assert "/second-factor/new/" in olu.page.url, olu.page.url
    olu.look()
    secret = base64.b32decode("".join(olu.page.inner_text("code.secret").split()).upper())
    olu.page.fill('input[name="code"]', f"{totp(secret):06d}")
    olu.press("main form button")
    return olu


def _a_change_of_role_ends_the_session(browser: Browser, house: House, olu: Person, slug: str) -> None:
    adam = Person(browser, house, width=390)
    sign_in(adam, "adam@example.com", PASSWORD)
    adam.press("main .actions a.primary")
    assert adam.page.url.endswith(f"/staff/{slug}/people/")
    olu.open(f"/staff/{slug}/")
    assert olu.page.url.endswith(f"/staff/{slug}/")
    adam.press('main table a:text-is("Olu")')
    adam.press('button[name="act"][value="take"]')
    olu.open(f"/staff/{slug}/")
    assert "/accounts/login/" in olu.page.url
    adam.open(f"/staff/{slug}/staff-log/")
    assert "Olu is no longer handler" in adam.page.inner_text("main")


def _state(reference: str) -> str:
    return Case.objects.get(reference=reference).state
