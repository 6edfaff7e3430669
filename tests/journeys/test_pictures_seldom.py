"""Photographs what few people meet: another day's policy, a choice of cookies, an agent's page, and every page that says no."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser

from portal.protocols import stop_mail
from portal.protocols.signed import sign
from requests_app import register
from requests_app.letters.links import no_more_notices
from requests_app.lifecycle import State
from requests_app.models import Case
from tests.house import SAMPLES, House, until
from tests.journeys.camera import shoot
from tests.journeys.for_another import NEXT, ask_for, open_own_page, show
from tests.journeys.walk import Person, ask, fill_in, prove

KEY = "k" * 40
STORIES: dict[str, dict[str, Any]] = {
    "mimap": {
        "language": "en-US", "tongue": "en", "scheme": "light", "right": "KNOW_PCS", "name": "Dana Whitfield",
        "email": "dana@example.com", "after": "dana.w@example.org",
        "policies": ("2024-10-03", "2026-11-22", ["en"]),
        "acting": {
            "where": "yes", "who": "agent", "how": "customer", "their-name": "Dana Whitfield",
            "their-e-mail": "dana@example.com", "name": "Ana Ruiz", "e-mail": "ana@agents.example",
        },
        "another": {"their-name": "Ben Whitfield", "their-e-mail": "ben@example.com"},
    },
    "mipmap": {
        "language": "zh-CN", "tongue": "zh-Hans", "scheme": "dark", "right": "CN_COPY", "name": "王丹娜",
        "email": "dana@example.cn", "after": "danna@example.org",
        "policies": ("2026-11-21", "2026-11-22", ["en", "zh-Hans"]),
        "acting": {
            "who": "agent", "how": "customer", "their-name": "王丹娜", "their-e-mail": "dana@example.cn",
            "name": "阮安", "e-mail": "ana@agents.example",
        },
        "another": {"their-name": "李班", "their-e-mail": "ban@example.cn"},
    },
}  # fmt: skip
CHANGES = """
[[policies]]
published_on = {day}
language = "{language}"
[policies.changes]
en = "How long we keep delivery addresses is now said for each country."
zh-Hans = "收货地址的保存期限现按国家分别说明。"
"""


def _somebody(browser: Browser, house: House, slug: str) -> Person:
    person = Person(browser, house, STORIES[slug]["language"])
    person.page.emulate_media(color_scheme=STORIES[slug]["scheme"])
    return person


def _until(reference: str, state: State, house: House) -> Case:
    until(lambda: Case.objects.get(reference=reference).state == state, f"{state}\n{house.log('worker')}", 60)
    return Case.objects.get(reference=reference)


def _codes(house: House, email: str) -> int:
    return sum(bool(re.search(r"(?m)^\s*\d{3} \d{3}\s*$", mail)) for mail in house.mails(email))


def _restart(house: House, extra: dict[str, str]) -> None:
    house.kill("web")
    house.extra = extra
    house.start("web")


def _publish(packs: Path, slug: str) -> None:
    """The policy of before, and one of a later day."""
    before, day, languages = STORIES[slug]["policies"]
    with (packs / slug / "controller.toml").open("a", encoding="utf-8") as pack:
        for language in languages:
            pack.write(CHANGES.format(day=day, language=language))
            folder = packs / slug / "policy"
            shutil.copy(folder / f"{before}.{language}.md", folder / f"{day}.{language}.md")


def _cookie_link(house: House, slug: str) -> str:
    """What one of the controller's sites is told when a visitor of its own follows the cookie link."""
    stamp = str(int(time.time()))
    shown = {"visitor": "browser-7", "email": "", "at": stamp}
    shown["signature"] = sign("pass", slug, stamp, "browser-7", "")
    return httpx.post(f"{house.url}/hooks/choices/{slug}/", json={"pass": shown}).json()["page"]


@pytest.mark.pictures
@pytest.mark.timeout(300)
@pytest.mark.parametrize("slug", STORIES)
def test_what_few_people_come_by_is_photographed(
    furnished: House, browser: Browser, slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, house, packs = STORIES[slug], furnished, tmp_path / "packs"
    shutil.copytree(Path(settings.PORTAL_CONTROLLERS), packs)
    _publish(packs, slug)
    monkeypatch.setattr(settings, "CHOICES_KEY", KEY)
    house.extra |= {"PORTAL_CONTROLLERS": str(packs), "PORTAL_CHOICES_KEY": KEY}
    house.start("web", "worker", "beat")
    dana = _somebody(browser, house, slug)
    shoot(dana, slug, "policy-earlier", f"/{slug}/policy/{story['policies'][0]}/")
    shoot(dana, slug, "policy-changed", f"/{slug}/privacy/", scroll='a[href*="/policy/"]')
    dana.open(_cookie_link(house, slug))
    shoot(dana, slug, "cookies-choice")
    dana.press('button[value="none"]')
    shoot(dana, slug, "cookies-kept")
    dana.press('button[value="all"]')
    shoot(dana, slug, "cookies-all")

    mail = stop_mail.link(register.controller(slug), story["email"], story["tongue"])
    shoot(dana, slug, "stop-mail", mail.removeprefix(settings.PORTAL_ORIGIN))
    dana.press(NEXT)
    shoot(dana, slug, "stop-mail-done")
    (reference,) = ask(dana, slug, [story["right"]], name=story["name"], email=story["email"])
    case = _until(reference, State.VERIFYING, house)
    notices = no_more_notices(case.letters.first())
    shoot(dana, slug, "notices", notices.removeprefix(settings.PORTAL_ORIGIN))
    dana.press(NEXT)
    shoot(dana, slug, "notices-done")
    prove(dana, slug, reference, house.code_for(story["email"]), sign=story["name"])
    _until(reference, State.ASSESSING, house)
    shoot(dana, slug, "files-gone", f"/{slug}/request/{reference}/files/")
    before = _codes(house, story["email"])
    dana.open(f"/{slug}/request/{reference}/address/")
    dana.page.fill('main input[name="email"]', story["after"])
    dana.press(NEXT)
    dana.page.fill('main input[name="present"]', house.code_for(story["email"], before))
    dana.page.fill('main input[name="new"]', house.code_for(story["after"]))
    dana.press(NEXT)
    keep = 'form[action$="/address/keep/"]'
    shoot(dana, slug, "address-waits", scroll=keep)
    dana.press(f"{keep} button")
    shoot(dana, slug, "address-kept", scroll='a[href$="/address/"]')


@pytest.mark.pictures
@pytest.mark.timeout(300)
@pytest.mark.parametrize("slug", STORIES)
def test_an_agents_own_page_and_the_persons_yes_and_no_are_photographed(
    furnished: House, browser: Browser, slug: str
) -> None:
    story, house = STORIES[slug], furnished
    house.start("web", "worker")
    for said, person in (("allow", {}), ("deny", story["another"])):
        told = story["acting"] | person
        ana, dana = _somebody(browser, house, slug), _somebody(browser, house, slug)
        reference = ask_for(ana, slug, story["right"], told)
        _until(reference, State.VERIFYING, house)
        show(ana, 1)
        if said == "allow":
            open_own_page(ana, house, told["e-mail"])
            shoot(ana, slug, "request-of-agent", f"/{slug}/request/{reference}/")
        mail = str(until(lambda to=told["their-e-mail"]: house.mails(to), "a mail to the person")[0])
        dana.open(re.search(r"http\S+/follow/\S+", mail).group())
        dana.press('button[name="about_me"]')
        dana.page.fill('main input[name="code"]', house.code_for(told["their-e-mail"]))
        dana.press(NEXT)
        if said == "allow":
            shoot(dana, slug, "permission")
        dana.press(f'main button[value="{said}"]')
        shoot(dana, slug, f"permission-{said}")


@pytest.mark.pictures
@pytest.mark.timeout(300)
@pytest.mark.parametrize("slug", STORIES)
def test_pages_that_say_not_now_are_photographed(furnished: House, browser: Browser, slug: str) -> None:
    story, house = STORIES[slug], furnished
    house.start("web", "worker")
    late = _somebody(browser, house, slug)
    late.open(f"/{slug}/ask/what/")
    late.choose(story["right"])
    late.page.context.clear_cookies()
    late.press(NEXT)
    shoot(late, slug, "form-expired")

    owner = _somebody(browser, house, slug)
    owner.open(f"/{slug}/account/own/")
    owner.page.fill('main input[type="email"]', story["email"])
    owner.press(NEXT)
    owner.page.fill('main input[name="code"]', house.code_for(story["email"]))
    owner.press(NEXT)
    owner.open(f"/{slug}/account/own/")
    if owner.page.locator('main input[name="signed"]').count():
        owner.page.fill('main input[name="signed"]', story["name"])
        owner.press(NEXT)
    there = dict(house.extra)
    _restart(house, there | {SAMPLES[slug]: there[SAMPLES[slug]].replace("?host=", "?host=/nowhere")})
    shoot(owner, slug, "own-shut", f"/{slug}/account/own/")
    _restart(house, there)

    hasty = _somebody(browser, house, slug)
    hasty.open(f"/{slug}/follow/")
    token = hasty.page.locator('main input[name="csrfmiddlewaretoken"]').get_attribute("value")
    for _ in range(20):
        hasty.page.request.post(hasty.page.url, form={"csrfmiddlewaretoken": token})
    hasty.page.locator("main form").first.evaluate("form => form.noValidate = true")
    hasty.press(NEXT)
    shoot(hasty, slug, "slow-down")

    dana = _somebody(browser, house, slug)
    fill_in(dana, slug, [story["right"]], name=story["name"], email=story["email"])
    with connection.cursor() as database:
        database.execute("ALTER TABLE requests_app_submission RENAME TO out_of_order")
    dana.press(NEXT)
    shoot(dana, slug, "trouble")
