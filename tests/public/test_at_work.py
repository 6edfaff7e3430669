"""The requester's page while systems are at work: it tells how far they are, and with a script keeps itself up to date."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from portal.public import at_work
from requests_app import journal, lifecycle, register, worklist
from requests_app.models import Case, Work
from tests.build import build_case, found
from tests.public.conftest import Visitor
from tests.public.test_pages import words_of
from tests.public.without_a_server import ORIGIN, answer_for

pytestmark = pytest.mark.django_db


def carried_out() -> tuple[Case, list[Work]]:
    """A deletion with which every system is at work."""
    case = build_case({"orders.older": found(2)}, state="approving")
    journal.advance(case, lifecycle.APPROVE, by=journal.PIPELINE, waits_for="systems")
    now = timezone.now()
    works = [
        Work.objects.create(
            case=case, system=key, operation="delete", attempts=1, started_at=now, next_try_at=now
        )
        for key in register.controller("mimap").inventory.systems
    ]
    return case, works


def test_the_page_tells_each_system_and_asks_again_only_while_machines_are_at_work() -> None:
    case, (shop, *_) = carried_out()
    dana = Visitor()
    dana.come_back(case)
    here = dana.at(f"request/{case.reference}/")
    assert "MiMap shop At work" in " ".join(words_of(dana.get(here)).split())
    assert b"js/live.js" in dana.get(here).content
    worklist.fail(shop, "unreachable: ConnectionTimeout")
    assert "It did not manage yet" in words_of(dana.get(here))
    events = list(journal.timeline(case))
    assert at_work.systems(case, "en", theirs=False) == []
    for state, waits_for, pace in [
        ("fulfilling", "systems", at_work.OFTEN), ("fulfilling", "system:mimap_shop_db", at_work.SELDOM),
        ("fulfilling", "cooling_off", None), ("verifying", "code", None), ("assessing", "decision", None),
        ("assessing", "", at_work.OFTEN), ("closed", "", None),
    ]:  # fmt: skip
        case.state, case.waits_for = state, waits_for
        assert at_work.pace(case, events) == pace, (state, waits_for)


def test_the_systems_move_on_the_open_page_and_what_is_typed_stays(browser: Browser) -> None:
    case, works = carried_out()
    dana = Visitor()
    dana.come_back(case)
    context = browser.new_context(locale="en-US")
    answer_for(dana, context)
    page = context.new_page()
    page.clock.install()
    page.goto(ORIGIN + dana.at(f"request/{case.reference}/"))
    page.locator("#id_text").fill("Half a sentence")
    for one in works:
        worklist.confirm(one, {"checked": 1, "holdings": {}})
    page.clock.fast_forward(5500)
    page.locator(f"[data-part=system-{works[0].system}][data-state=done]").wait_for()
    assert "read back" in page.locator("[data-live-says]").inner_text()
    case.refresh_from_db()
    journal.advance(case, lifecycle.FULFIL, by=journal.PIPELINE, waits_for="post")
    page.clock.fast_forward(5500)
    page.locator("[data-live]").wait_for(state="detached")
    assert "We write the answer" in page.locator("#progress").inner_text()
    assert "We write the answer" in page.locator("[data-live-says]").inner_text()
    assert page.locator("#id_text").input_value() == "Half a sentence"
    context.close()
