"""Photographs the ways of showing who asks, of moving the answer, of fetching it, and of one's own data."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser

from portal.embedded.environment import sign_in_settings
from requests_app import register, self_service
from requests_app.letters import outbox
from requests_app.letters.news import announce
from requests_app.lifecycle import State
from requests_app.models import Case, Letter, PolicyReader
from tests.house import House, free_port, until
from tests.journeys.camera import shoot
from tests.journeys.walk import Person, approve, ask, decide, employ, fill_in, prove, sign_in
from tests.providers import real_provider
from tests.staff.people import PASSWORD

NEXT = "main form button.primary, main form button >> nth=0"
STORIES: dict[str, dict[str, Any]] = {
    "mimap": {
        "language": "en-US", "scheme": "light", "right": "KNOW_PCS", "name": "Dana Whitfield",
        "email": "dana@example.com", "elsewhere": "dana.new@example.org", "after": "dana.w@example.org",
        "doubt": "The name differs from the account, letter 12.",
    },
    "mipmap": {
        "language": "zh-CN", "scheme": "dark", "right": "CN_COPY", "name": "王丹娜", "email": "dana@example.cn",
        "elsewhere": "danna.new@example.org", "after": "danna@example.org", "doubt": "姓名与账号不符，来件 12。",
    },
}  # fmt: skip


def _somebody(browser: Browser, house: House, slug: str) -> Person:
    person = Person(browser, house, STORIES[slug]["language"])
    person.page.emulate_media(color_scheme=STORIES[slug]["scheme"])
    return person


def _until(reference: str, state: State, house: House) -> None:
    until(lambda: Case.objects.get(reference=reference).state == state, f"{state}\n{house.log('worker')}", 60)


def _type_code(person: Person, house: House, email: str, after: int) -> None:
    person.page.fill('main input[name="code"]', house.code_for(email, after))
    person.press(NEXT)


def _codes(house: House, email: str) -> int:
    return sum(bool(re.search(r"(?m)^\s*\d{3} \d{3}\s*$", mail)) for mail in house.mails(email))


@pytest.mark.pictures
@pytest.mark.timeout(300)
@pytest.mark.parametrize("slug", STORIES)
def test_the_ways_of_showing_who_asks_are_photographed(furnished: House, browser: Browser, slug: str) -> None:
    story, house = STORIES[slug], furnished
    employ(slug, "Olu")
    house.start("web", "worker", "beat")
    dana, olu = _somebody(browser, house, slug), _somebody(browser, house, slug)
    (reference,) = ask(dana, slug, [story["right"]], name=story["name"], email=story["elsewhere"])
    _until(reference, State.VERIFYING, house)
    sign_in(olu, "olu@example.com", PASSWORD)
    for proof, name in (("data_points", "facts"), ("document", "document")):
        olu.open(f"/staff/{slug}/{reference}/identity/")
        if olu.page.locator(f'select[name="proof"] option[value="{proof}"]').count():
            olu.page.select_option('select[name="proof"]', proof)
            olu.page.fill("#id_ask_reason", story["doubt"])
            olu.press('form:has(select[name="proof"]) button')
        dana.open(f"/{slug}/request/{reference}/proof/{name}/")
        if dana.page.url.endswith(f"/{name}/"):
            shoot(dana, slug, f"proof-{name}")
    shoot(dana, slug, "proof-again", f"/{slug}/request/{reference}/proof/")


@pytest.mark.pictures
@pytest.mark.timeout(300)
@pytest.mark.parametrize("slug", STORIES)
def test_the_answer_is_photographed_on_its_way(furnished: House, browser: Browser, slug: str) -> None:
    story, house, email = STORIES[slug], furnished, STORIES[slug]["email"]
    employ(slug, "Olu", "Pia")
    house.start("web", "worker", "beat")
    dana = _somebody(browser, house, slug)
    fill_in(dana, slug, [story["right"]], name=story["name"], email=email)
    shoot(dana, slug, "save", f"/{slug}/save/")
    shoot(dana, slug, "save-back", f"/{slug}/save/back/")
    dana.open(f"/{slug}/ask/check/")
    dana.press(NEXT)
    reference = Case.objects.latest("pk").reference
    _until(reference, State.VERIFYING, house)
    prove(dana, slug, reference, house.code_for(email), sign=story["name"])
    _until(reference, State.ASSESSING, house)
    shoot(dana, slug, "address", f"/{slug}/request/{reference}/address/")
    dana.page.fill('main input[name="email"]', story["after"])
    dana.press(NEXT)
    shoot(dana, slug, "address-codes")
    finder = _somebody(browser, house, slug)
    mail = next(mail for mail in house.mails(email) if "/follow/" in mail)
    finder.open(re.search(r"http\S+/follow/\S+", mail).group())
    shoot(finder, slug, "link-own")
    finder.press(NEXT)
    if slug == "mipmap":
        shoot(finder, slug, "link-code")
    finder.open(f"/{slug}/policy/news/")
    news = _codes(house, story["email"])
    finder.page.fill('main input[type="email"]', email)
    finder.press(NEXT)
    shoot(finder, slug, "news-code")
    _type_code(finder, house, story["email"], news)
    shoot(finder, slug, "news-confirmed")
    # As if a version had come out since: the mail that tells of it has the link that ends it.
    PolicyReader.objects.update(told_of=date(2020, 1, 1))
    assert announce(register.controller(slug)) == 1
    mail = outbox.read(Letter.objects.get(kind="policy_news"))["text"]
    shoot(finder, slug, "news-stop", re.search(rf"/{slug}/policy/news/stop/[\w-]+/", mail)[0])
    finder.press(NEXT)
    shoot(finder, slug, "news-stopped")
    olu, pia = _somebody(browser, house, slug), _somebody(browser, house, slug)
    sign_in(olu, "olu@example.com", PASSWORD)
    sign_in(pia, "pia@example.com", PASSWORD)
    decide(olu, slug, reference)
    approve(pia, slug, reference, PASSWORD)
    _until(reference, State.CLOSED, house)
    shoot(dana, slug, "collect-door", f"/{slug}/request/{reference}/files/")
    before = _codes(house, email)
    dana.press('main form button[name="send"], main form button >> nth=0')
    shoot(dana, slug, "collect-code")
    _type_code(dana, house, email, before)
    shoot(dana, slug, "collect")


@pytest.mark.pictures
@pytest.mark.timeout(300)
@pytest.mark.parametrize("slug", STORIES)
def test_ones_own_data_are_photographed_until_changed(furnished: House, browser: Browser, slug: str) -> None:
    story, house, email = STORIES[slug], furnished, STORIES[slug]["email"]
    house.start("web", "worker", "beat")
    dana = _somebody(browser, house, slug)
    dana.open(f"/{slug}/account/own/")
    dana.page.fill('main input[type="email"]', email)
    dana.press(NEXT)
    _type_code(dana, house, email, 0)
    dana.open(f"/{slug}/account/own/")
    if dana.page.locator('main input[name="signed"]').count():
        shoot(dana, slug, "own-sign")
        dana.page.fill('main input[name="signed"]', story["name"])
        dana.press(NEXT)
    dana.press('main a[href*="/account/own/"]')
    shoot(dana, slug, "own-change")
    dana.page.fill('main [name="to"]', {"mimap": "Dana W. Whitfield", "mipmap": "王丹妮"}[slug])
    dana.press("main form button.primary")
    case = Case.objects.latest("pk")
    until(
        lambda: self_service.is_done(Case.objects.get(pk=case.pk)), f"it to be written\n{house.log('worker')}"
    )
    shoot(dana, slug, "own-changed", f"/{slug}/account/own/")


@pytest.mark.pictures
@pytest.mark.timeout(300)
@pytest.mark.parametrize("slug", STORIES)
def test_the_account_at_the_shop_and_what_leads_nowhere_are_photographed(
    furnished: House, browser: Browser, slug: str
) -> None:
    story, house, port = STORIES[slug], furnished, free_port()
    house.extra |= sign_in_settings(port)
    with real_provider(port):
        house.start("web", "worker")
        dana = _somebody(browser, house, slug)
        (reference,) = ask(dana, slug, [story["right"]], name=story["name"], email=story["email"])
        _until(reference, State.VERIFYING, house)
        shoot(dana, slug, "account-with-provider", f"/{slug}/account/")
        shoot(dana, slug, "account-use", f"/{slug}/request/{reference}/account/")
        shoot(dana, slug, "link-expired", f"/{slug}/follow/{'x' * 43}/")
        shoot(dana, slug, "no-such-page", f"/{slug}/no-such-page/")
