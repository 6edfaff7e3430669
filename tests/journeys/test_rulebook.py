"""The rulebook in a real browser: in both languages, on a phone and at a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.house import House
from tests.journeys.walk import Person, sign_in

PASSWORD = "correct-horse-battery"


@pytest.mark.parametrize(
    ("language", "width", "code"),
    [("en-US", 1280, "pipl"), pytest.param("zh-CN", 390, "ccpa", marks=pytest.mark.long)],
)
def test_that_olu_reads_the_law_on_any_screen(
    house: House, static_files: None, browser: Browser, language: str, width: int, code: str
) -> None:
    made = house.manage(
        "make_staff", "olu@example.com", "--name", "Olu", "--role", "handler", "--controller", "mipmap",
        stdin=PASSWORD.encode(),
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    house.start("web")
    olu = Person(browser, house, language, width)
    sign_in(olu, "olu@example.com", PASSWORD)
    olu.open("/staff/mipmap/rulebook/")
    olu.page.goto(f"{house.url}/staff/mipmap/rulebook/{code}/")
    assert olu.page.locator("details.example").count() > 30
    olu.page.locator("details.example summary").first.click()
    olu.look()
