"""How somebody asks for another in the journeys: the questions, the papers, and the way to their own page."""

from __future__ import annotations

import re

from tests.acting import picture
from tests.house import House
from tests.journeys.walk import Person

NEXT = "main form button.primary, main form button >> nth=0"


def ask_for(who: Person, slug: str, right: str, answers: dict[str, str]) -> str:
    """Answer each question as it comes; gives the reference."""
    page = who.page
    who.open(f"/{slug}/ask/what/")
    who.choose(right)
    who.press(NEXT)
    for _ in range(12):
        if page.url.endswith("/check/"):
            break
        step = re.search(r"/ask/([\w-]+)/", page.url)[1]
        if step == "e-mail" and page.locator('main a[href$="/ask/who/"]').count():
            # What asks no proof asks nobody for whom it is; whoever asks for another says so.
            who.press('main a[href$="/ask/who/"]')
            continue
        if step == "how-far-back":
            page.locator("main label").first.click()
            who.press(NEXT)
            continue
        answer = answers[step]
        if page.locator('main input[type="radio"]').count():
            who.choose(answer)
        else:
            page.locator("main form input:not([type=hidden])").first.fill(answer)
        who.press(NEXT)
    assert page.url.endswith("/check/"), page.url
    for answer in answers.values():
        if "@" in answer:
            assert answer in page.inner_text("main")
    who.press(NEXT)
    assert page.url.endswith("/sent/"), page.url
    found = re.search(r"\b[2-9A-HJ-NP-Z]{4} [2-9A-HJ-NP-Z]{4}\b", page.inner_text("main"))
    return found.group().replace(" ", "")


def show(who: Person, papers: int, *, statement: str = "") -> None:
    """From the confirmation on: show one thing after the other, in the order in which they are asked."""
    who.press('main a[href$="/papers/"]')
    for _ in range(papers):
        if who.page.locator('main input[type="file"]').count():
            file = {"name": "paper.png", "mimeType": "image/png", "buffer": picture()}
            who.page.set_input_files('main input[type="file"]', files=[file])
        else:
            who.page.fill("main textarea", statement)
        who.press(NEXT)
    assert who.page.locator('main input[type="file"], main textarea').count() == 0, who.page.inner_text(
        "main"
    )


def open_own_page(who: Person, house: House, address: str) -> None:
    """The button on the last page sends a code to one's own address."""
    who.press('form[action$="/papers/code/"] button')
    who.page.fill('main input[name="code"]', house.code_for(address))
    who.press(NEXT)
    assert "/request/" in who.page.url
