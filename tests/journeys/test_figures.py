"""The figures in a real browser, in both languages, on a phone and at a desk."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from requests_app import journal, lifecycle
from requests_app.lifecycle import Outcome
from tests.build import build_case
from tests.house import House
from tests.journeys.walk import Person, employ, sign_in
from tests.staff.people import PASSWORD

ENDED = (
    ("DELETE", Outcome.GRANTED, 12), ("DELETE", Outcome.GRANTED_IN_PART, 23), ("DELETE", Outcome.REFUSED, 61),
    ("KNOW_PCS", Outcome.GRANTED, 19), ("KNOW_PCS", Outcome.NOT_FOUND, 44), ("CORRECT", Outcome.GRANTED, 12),
    ("OPT_OUT", Outcome.GRANTED, 0), ("OPT_OUT", Outcome.GRANTED, 11), ("DELETE", None, 0), ("LIMIT", Outcome.WITHDRAWN, 1),
)  # fmt: skip


SCREENS = (("en", 1280), ("zh-Hans", 390))


@pytest.mark.timeout(200)
def test_that_pia_reads_the_year_on_any_screen(house: House, static_files: None, browser: Browser) -> None:
    for right, outcome, took in ENDED:
        case = build_case(right=right, received_at=timezone.now() - timedelta(days=70))
        if outcome is not None:
            journal.advance(
                case, lifecycle.ANSWER, by=journal.PIPELINE, outcome=outcome,
                answered_at=None if outcome is Outcome.WITHDRAWN else case.received_at + timedelta(days=took),
                grounds=["DEL8"] if outcome in (Outcome.REFUSED, Outcome.GRANTED_IN_PART) else [],
            )  # fmt: skip
    employ("mimap", "Pia")
    house.start("web")
    pia = Person(browser, house)
    sign_in(pia, "pia@example.com", PASSWORD)
    for language, width in SCREENS:
        pia.turn(language, width)
        reads_the_year(pia, case.reference, language)


def reads_the_year(pia: Person, reference: str, language: str) -> None:
    """The figures, what lies behind them, and the figures that everybody may see."""
    width = pia.width
    pia.open("/staff/mimap/figures/")
    assert pia.page.locator("html").get_attribute("lang") == language
    # Six bars of the year, and one of the weeks to come.
    assert pia.page.locator("svg.bar rect").count() == 7
    kept(pia, f"figures-{width}")
    pia.press('a[href*="figures/cases"]')
    assert pia.page.locator("tbody a.ref").count() >= 1
    kept(pia, f"cases-{width}")
    for name, address in (("board", "board/"), ("activity", "reveals/activity/"), ("looks", "reveals/")):
        pia.open(f"/staff/mimap/{address}")
        kept(pia, f"{name}-{width}")
    pia.open(f"/staff/mimap/{reference}/")
    assert pia.page.locator('form[action$="/evidence/"] button').count() == 1
    kept(pia, f"case-{width}")
    pia.open("/mimap/figures/")
    kept(pia, f"public-{width}")


def kept(person: Person, name: str) -> None:
    """A picture to look at, where somebody names a folder for it."""
    if folder := os.environ.get("PORTAL_PICTURES"):
        person.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
