"""Photographs the pages for docs/pictures, as the people of the journeys come by them: `make pictures`."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from requests_app.lifecycle import State
from requests_app.models import Case
from tests.house import House, until
from tests.journeys.camera import shoot
from tests.journeys.walk import Person, approve, decide, fill_in, prove, send, sign_in

PASSWORD = "correct-horse-battery"
PUBLIC = {
    "home": "", "ask": "ask/what/", "privacy": "privacy/", "policy": "policy/", "stop": "stop/{stop}/",
    "cookies": "cookies/", "figures": "figures/", "follow": "follow/", "account": "account/", "news": "policy/news/",
}  # fmt: skip
STAFF = {
    "queue": "", "tray": "tray/", "board": "board/", "write-down": "write-down/",
    "own-motion": "write-down/own-motion/", "to-post": "to-post/", "numbers": "figures/",
    "rulebook": "rulebook/", "law": "rulebook/{regime}/", "settings": "settings/", "inventory": "settings/inventory/?q=phone",
    "letters": "settings/letters/", "health": "settings/health/", "training": "settings/training/",
    "activity": "reveals/activity/", "people": "people/",
}  # fmt: skip
STORIES = {
    "mimap": {
        "language": "en-US", "rights": ["KNOW_PCS", "DELETE"], "name": "Dana Whitfield", "email": "dana@example.com",
        "stop": "OPT_OUT", "regime": "ccpa", "scheme": "light", "more": [],
    },
    "mipmap": {
        "language": "zh-CN", "rights": ["CN_COPY", "CN_DELETE"], "name": "王丹娜", "email": "dana@example.cn",
        "stop": "CN_WITHDRAW", "regime": "pipl", "scheme": "dark", "more": ["CN_CANCEL"],
    },
}  # fmt: skip


@pytest.mark.pictures
@pytest.mark.timeout(600)
@pytest.mark.parametrize("slug", STORIES)
def test_the_pages_are_photographed_at_a_desk_and_on_a_phone(
    furnished: House, browser: Browser, slug: str
) -> None:
    story, house = STORIES[slug], furnished
    for who, role in (("Olu", "handler"), ("Pia", "privacy_lead"), ("Adam", "administrator")):
        given = ("--name", who, "--role", role, "--controller", slug)
        made = house.manage("make_staff", f"{who.lower()}@example.com", *given, stdin=PASSWORD.encode())
        assert made.returncode == 0, made.stderr
    house.start("web", "worker", "beat")
    dana = Person(browser, house, story["language"])
    dana.page.emulate_media(color_scheme=story["scheme"])
    for name, path in PUBLIC.items():
        shoot(dana, slug, name, f"/{slug}/{path.format(**story)}")

    shoot(dana, slug, "own-door", f"/{slug}/account/own/")
    dana.page.fill('main input[type="email"]', story["email"])
    dana.press("main form button")
    dana.page.fill('main input[name="code"]', house.code_for(story["email"]))
    dana.press("main form button.primary, main form button >> nth=0")
    dana.open(f"/{slug}/account/own/")
    if dana.page.locator('main input[name="signed"]').count():
        dana.page.fill('main input[name="signed"]', story["name"])
        dana.press("main form button.primary, main form button >> nth=0")
    shoot(dana, slug, "own")

    who = {"name": story["name"], "email": story["email"]}
    for right in story["more"]:
        # In a browser of its own: what was chosen stays chosen.
        other = Person(browser, house, story["language"])
        other.page.emulate_media(color_scheme=story["scheme"])
        fill_in(other, slug, [right], **who)
        shoot(other, slug, "cancel", scroll=".conditions")
    fill_in(dana, slug, story["rights"], **who)
    shoot(dana, slug, "check")
    shoot(dana, slug, "files", f"/{slug}/ask/files/")
    dana.open(f"/{slug}/save/")
    dana.page.fill('main input[type="email"]', story["email"])
    dana.press("main form button.primary, main form button >> nth=0")
    shoot(dana, slug, "saved")
    dana.open(f"/{slug}/ask/check/")
    copy, deletion = send(dana, len(story["rights"]))
    shoot(dana, slug, "sent")
    shoot(dana, slug, "code", f"/{slug}/request/{copy}/code/")
    shoot(dana, slug, "proof", f"/{slug}/request/{copy}/proof/")
    prove(dana, slug, copy, house.code_for(story["email"]), sign=story["name"])
    until(lambda: _case(copy).state == State.ASSESSING, f"the code to count\n{house.log('worker')}")
    shoot(dana, slug, "request", f"/{slug}/request/{copy}/")
    shoot(dana, slug, "withdraw", f"/{slug}/request/{copy}/withdraw/")

    olu, pia, adam = (Person(browser, house, story["language"]) for _ in range(3))
    for staff, email in ((olu, "olu"), (pia, "pia"), (adam, "adam")):
        staff.page.emulate_media(color_scheme=story["scheme"])
        sign_in(staff, f"{email}@example.com", PASSWORD)
    shoot(olu, slug, "case", f"/staff/{slug}/{deletion}/")
    until(lambda: _case(deletion).waits_for == "decision", f"the search\n{house.log('worker')}")
    shoot(olu, slug, "decide", f"/staff/{slug}/{deletion}/decide/")
    decide(olu, slug, deletion)
    shoot(pia, slug, "approve", f"/staff/{slug}/{deletion}/approve/")
    decide(olu, slug, copy)
    approve(pia, slug, copy, PASSWORD)
    until(lambda: _case(copy).state == State.CLOSED, f"the copy\n{house.log('worker')}", 60)
    shoot(dana, slug, "answered", f"/{slug}/request/{copy}/")
    shoot(dana, slug, "appeal", f"/{slug}/request/{copy}/appeal/")
    approve(pia, slug, deletion, PASSWORD)
    until(lambda: _case(deletion).waits_for in ("recipients", ""), f"the deletion\n{house.log('worker')}", 60)
    if _case(deletion).waits_for:
        olu.open(f"/staff/{slug}/{deletion}/")
        olu.press('form[action$="/recipients-told/"] button')
    until(lambda: _case(deletion).state == State.CLOSED, f"its answer\n{house.log('worker')}", 60)
    shoot(dana, slug, "ledger", f"/{slug}/request/{deletion}/", scroll="#ledger")
    shoot(olu, slug, "letter", f"/staff/{slug}/{copy}/letters/{_case(copy).letters.get(kind='answer').pk}/")
    for name, path in STAFF.items():
        shoot(adam if name == "people" else pia, slug, name, f"/staff/{slug}/{path.format(**story)}")


def _case(reference: str) -> Case:
    return Case.objects.get(reference=reference)
