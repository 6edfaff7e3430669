"""From the foot of a page to systems that were set: one link, one button, and no word of done before it is."""

from __future__ import annotations

import os

import psycopg
import pytest
from playwright.sync_api import Browser

from portal.embedded.environment import SAMPLES
from requests_app.lifecycle import State
from requests_app.models import Case
from tests.house import House, until
from tests.journeys.walk import Person

STORIES = [
    ("mimap", "en-US", "OPT_OUT", "dana@example.com", "Opt-Out Request Honored", "sale", True),
    ("mipmap", "zh-CN", "CN_WITHDRAW", "dana@example.cn", "已完成", "consent", False),
]


def _listed(slug: str, email: str) -> list[str]:
    with psycopg.connect(os.environ[SAMPLES[slug]].replace("postgresql+psycopg://", "postgresql://")) as shop:
        return [row[0] for row in shop.execute("SELECT what FROM refusals WHERE email = %s", (email,))]


@pytest.mark.timeout(200)
def test_a_stop_is_one_link_and_one_button(furnished: House, browser: Browser) -> None:
    house, asked = furnished, []
    house.start("web")
    for slug, language, code, email, said, _listed_as, script in STORIES:
        dana = Person(browser, house, language, width=390, script=script)
        asked.append(dana)
        dana.open(f"/{slug}/follow/")
        dana.press(f'footer a[href$="/stop/{code}/"]')
        dana.page.fill('main input[type="email"], main input[name="email"]', email)
        dana.press("main form button.primary")
        assert dana.page.url.endswith(f"/stop/{code}/done/")
        assert said not in dana.page.inner_text("main") and _listed(slug, email) == []
    house.start("worker", "beat")
    for dana, (slug, _language, _code, email, said, listed_as, _script) in zip(asked, STORIES, strict=True):
        closed = Case.objects.filter(controller=slug, state=State.CLOSED)
        until(closed.exists, f"the answer\n{house.log('worker')}", 60)
        dana.press('main a[href$="/done/"]')
        assert said in dana.page.inner_text("main") and _listed(slug, email) == [listed_as]
