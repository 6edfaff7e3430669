"""The desk's keys in a real browser: each presses what the page says, none while one types, and off means off."""

from __future__ import annotations

import contextlib
import mimetypes
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route

from requests_app import register, worklist
from requests_app.lifecycle import State
from requests_app.models import Case, Work
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing

pytestmark = pytest.mark.django_db
ORIGIN = "http://desk.test"


@pytest.fixture
def pages() -> dict[str, bytes]:
    """The queue and a case file as the server gives them, by path."""
    cases = [assessing(), assessing(email="ana@example.net", name="Ana")]
    desk = at_desk(hire("Olu", "mimap"))
    paths = [reverse("staff:queue", args=["mimap"])]
    paths += [
        reverse(f"staff:{name}", args=["mimap", case.reference])
        for case in cases
        for name in ("case", "decide")
    ]
    return {path: desk.get(path).content for path in paths}


@pytest.fixture
def desk(page: Page, pages: dict[str, bytes]) -> Page:
    """A browser to which those pages are all there is."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).partition("?")[0].partition("#")[0]
        file = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if file:
            route.fulfill(body=Path(file).read_bytes(), content_type=mimetypes.guess_type(file)[0])
        else:
            route.fulfill(
                body=pages.get(path, b""), content_type="text/html", status=200 if path in pages else 404
            )

    page.route("**/*", answer)
    page.goto(f"{ORIGIN}/staff/mimap/")
    return page


@pytest.mark.parametrize(("width", "folded"), [(390, True), (1280, False)])
def test_the_first_case_stands_on_the_first_screen_and_filters_are_folded_where_they_would_fill_it(
    desk: Page, width: int, folded: bool
) -> None:
    desk.set_viewport_size({"width": width, "height": 700})
    first = desk.locator("table.queue tbody tr").first.bounding_box()
    assert first["y"] + first["height"] < 700
    filters = desk.locator("#filter_right")
    assert filters.is_visible() is not folded
    if folded:
        desk.click("details.filters > summary")
        assert filters.is_visible()


def test_one_moves_ticks_and_opens_without_a_mouse(desk: Page) -> None:
    rows = desk.locator("table.queue tbody tr")
    assert desk.locator(".keys").is_visible() and rows.count() == 2
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("k")
    desk.keyboard.press("x")
    assert [row.locator("input").is_checked() for row in rows.all()] == [True, False]
    first = rows.nth(0).locator("a.case").get_attribute("href")
    desk.keyboard.press("j")
    desk.keyboard.press("k")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**{first}")
    for key, field in (("r", "id_reply"), ("n", "id_note"), ("a", "id_assignee"), ("/", "search")):
        desk.keyboard.press(key)
        assert desk.evaluate("document.activeElement.id") == field, key
        # While one types, a key is a letter; Escape leaves the field.
        desk.keyboard.press("d")
        assert desk.url.endswith(first) or "#" in desk.url
        desk.keyboard.press("Escape")
    desk.keyboard.press("?")
    assert desk.evaluate("document.activeElement.className") == "keys"
    desk.keyboard.press("d")
    desk.wait_for_url("**/decide/")


def test_one_box_ticks_every_row_and_says_how_many_are(desk: Page) -> None:
    every, rows = desk.get_by_label("Tick all on this page"), desk.locator("table.queue tbody input")
    told = desk.locator("[data-ticked]")

    def stands() -> tuple[bool, bool]:
        return every.is_checked(), every.evaluate("box => box.indeterminate")

    assert stands() == (False, False) and told.inner_text() == ""
    rows.nth(0).check()
    assert stands() == (False, True) and told.text_content() == "1 of 2 ticked"
    every.check()
    assert stands() == (True, False) and [row.is_checked() for row in rows.all()] == [True, True]
    every.uncheck()
    assert not any(row.is_checked() for row in rows.all()) and told.text_content() == "0 of 2 ticked"
    assert not Axe().run(desk).response["violations"]


def test_whatever_the_page_leads_to_is_found_by_its_name(desk: Page) -> None:
    case = desk.locator("a.case").first
    name, first = case.inner_text(), case.get_attribute("href")
    desk.keyboard.press("Control+k")
    desk.keyboard.type(name.lower())
    assert not Axe().run(desk, context="dialog").response["violations"]
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**{first}")
    desk.locator("[data-palette]").click()
    desk.keyboard.type("no such thing")
    assert desk.locator("dialog [role=option]").all_inner_texts() == ["Find a case: no such thing"]
    desk.keyboard.press("Escape")
    # What is written by its name is focused, as its key would; a letter typed there is no key.
    desk.keyboard.press("Control+k")
    desk.keyboard.type("decide")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/decide/")


def test_turned_off_they_stay_off(desk: Page) -> None:
    desk.locator("[data-keys-turn=off]").click()
    desk.reload()
    desk.keyboard.press("j")
    desk.keyboard.press("Control+k")
    assert not desk.locator("dialog.palette").is_visible()
    assert desk.locator("tr.current").count() == 0 and not desk.locator(".keys").is_visible()
    desk.locator("[data-keys-turn=on]").click()
    desk.keyboard.press("j")
    assert desk.locator("tr.current").count() == 1


def test_a_copy_with_no_open_question_is_approved_in_six_keys_by_two_people(context: BrowserContext) -> None:
    case = assessing(right="KNOW_PCS")
    for who, keys in (("Olu", ("d", "s", "p")), ("Pia", ("d", "y", "Enter"))):
        page = _served(context, at_desk(hire(who, "mimap")))
        page.goto(f"{ORIGIN}{reverse('staff:case', args=['mimap', case.reference])}")
        for key in keys:
            # One key only goes to the button that the next one presses.
            with page.expect_navigation() if key != "y" else contextlib.nullcontext():
                page.keyboard.press(key)
        page.close()
    case.refresh_from_db()
    assert case.state == State.FULFILLING
    assert case.proposed_by.name == "Olu" and [str(one.by) for one in case.approvals.all()] == ["Pia"]


def test_the_systems_move_on_an_open_page_and_what_is_typed_stays(context: BrowserContext) -> None:
    case = assessing()
    Case.objects.filter(pk=case.pk).update(state=State.FULFILLING, waits_for="systems")
    now = timezone.now()
    works = [
        Work.objects.create(
            case=case, system=key, operation="delete", attempts=1, started_at=now, next_try_at=now
        )
        for key in register.controller("mimap").inventory.systems
    ]
    page = _served(context, at_desk(hire("Olu", "mimap")))
    page.clock.install()
    page.goto(f"{ORIGIN}{reverse('staff:case', args=['mimap', case.reference])}")
    page.locator("#id_note").fill("Half a sentence")
    says = page.locator("[data-live-says]")
    shop = page.locator(f"[data-part=system-{works[0].system}]")
    for change, told in (
        (lambda: worklist.fail(works[0], "unreachable: ConnectionTimeout"), "failed"),
        (lambda: [worklist.confirm(one, {"checked": 1}) for one in works], "done"),
    ):
        change()
        page.clock.fast_forward(3500)
        page.locator(f"[data-part=system-{works[0].system}][data-state={told}]").wait_for()
        assert shop.locator(".what").inner_text() in says.inner_text()
    assert page.locator("#id_note").input_value() == "Half a sentence"
    # Nothing is at work any more, so nothing more is asked.
    assert page.locator("[data-live]").count() == 0


def _served(context: BrowserContext, desk: Client) -> Page:
    """A browser in front of the server itself, within the test's own transaction."""
    mine = connections["default"]

    def answer(route: Route) -> None:
        # Playwright calls this from its loop, where Django would open a connection of its own.
        connections["default"] = mine
        asked = route.request
        path = asked.url.removeprefix(ORIGIN).partition("#")[0]
        if path.startswith("/static/"):
            file = finders.find(path.partition("?")[0].removeprefix("/static/"))
            route.fulfill(body=Path(file).read_bytes(), content_type=mimetypes.guess_type(file)[0])
            return
        sent = asked.post_data_buffer
        given = (
            desk.post(path, sent, content_type=asked.headers["content-type"], follow=True)
            if sent else desk.get(path, follow=True)
        )  # fmt: skip
        route.fulfill(body=given.content, content_type=given["Content-Type"], status=given.status_code)

    page = context.new_page()
    page.route("**/*", answer)
    return page
