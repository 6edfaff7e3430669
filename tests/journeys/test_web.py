"""From a form in a real browser to a delivered answer, an erased person and a journal that verifies."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile

import psycopg
import pytest
from django.conf import settings
from playwright.sync_api import Browser

from portal.embedded.environment import SAMPLES
from requests_app import journal
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case
from requests_app.response import compose
from requests_app.response import ledger as ledgers
from tests.house import House, until
from tests.journeys.walk import Person, approve, ask, decide, employ, prove, sign_in
from tests.staff.people import PASSWORD

STORIES = {
    "mimap": {
        "language": "en-US", "rights": ["KNOW_PCS", "DELETE"], "name": "Dana Whitfield",
        "email": "dana@example.com", "gone": "SELECT count(*) FROM customers WHERE lower(email) = 'dana@example.com'",
        "kept": "SELECT count(*) FROM orders WHERE customer_id = 'MM100001'",
        "letter": "Our answer", "held": "MM100001",
    },
    "mipmap": {
        "language": "zh-CN", "rights": ["CN_COPY", "CN_DELETE"], "name": "王丹娜",
        "email": "dana@example.cn", "gone": "SELECT count(*) FROM accounts WHERE lower(email) = 'dana@example.cn'",
        "kept": "SELECT count(*) FROM orders WHERE account_id = 100001",
        "letter": "答复", "held": "100001",
    },
}  # fmt: skip


def _one(slug: str, query: str) -> int:
    with psycopg.connect(os.environ[SAMPLES[slug]].replace("postgresql+psycopg://", "postgresql://")) as shop:
        return shop.execute(query).fetchone()[0]


def _state(reference: str) -> str:
    return Case.objects.get(reference=reference).state


@pytest.mark.timeout(400)
@pytest.mark.parametrize("slug", STORIES)
def test_a_copy_and_a_deletion_travel_from_the_form_to_the_answer(
    furnished: House, browser: Browser, slug: str
) -> None:
    story = STORIES[slug]
    house = furnished
    employ(slug, "Olu", "Pia")
    house.start("web", "worker", "beat")
    dana = Person(browser, house, story["language"], width=390)

    copy, deletion = ask(dana, slug, story["rights"], name=story["name"], email=story["email"])
    prove(dana, slug, copy, house.code_for(story["email"]), sign=story["name"])
    until(lambda: _state(copy) == State.ASSESSING, f"the code to count\n{house.log('worker')}")

    olu, pia = Person(browser, house), Person(browser, house, story["language"])
    sign_in(olu, "olu@example.com", PASSWORD)
    sign_in(pia, "pia@example.com", PASSWORD)
    for reference in (copy, deletion):
        decide(olu, slug, reference)
        approve(pia, slug, reference, PASSWORD)
    until(lambda: _state(copy) == State.CLOSED, f"the copy to be answered\n{house.log('worker')}", 60)

    before = _one(slug, story["kept"])
    until(
        lambda: Case.objects.get(reference=deletion).waits_for == "recipients",
        f"the erasure to be confirmed\n{house.log('worker')}", 90,
    )  # fmt: skip
    olu.open(f"/staff/{slug}/{deletion}/")
    olu.press('form[action$="/recipients-told/"] button')
    until(lambda: _state(deletion) == State.CLOSED, f"the deletion to be answered\n{house.log('worker')}", 60)

    assert _one(slug, story["gone"]) == 0
    assert 0 < _one(slug, story["kept"]) <= before
    case = Case.objects.get(reference=deletion)
    assert case.outcome == Outcome.GRANTED_IN_PART
    # What belongs to the close may be written a moment after it.
    until(lambda: journal.verify(Case.objects.get(reference=deletion)) is None, "the chain to hold")
    for reference in (copy, deletion):
        _carries_every_required_block(house, Case.objects.get(reference=reference), story)

    data = _download(dana, house, slug, copy, story["email"])
    assert story["held"] in json.dumps(data, ensure_ascii=False)
    assert b"0 broken" in house.manage("verify_journal").stdout
    assert story["email"] not in "".join(house.log(name) for name in ("web", "worker", "beat"))


def _carries_every_required_block(house: House, case: Case, story: dict) -> None:
    """The mail that went out, read as a person reads it, not the letter as it was composed: LAW 4.5 and 5."""

    def answered() -> list[str]:
        mails = [mail for mail in house.mails(story["email"]) if story["letter"] in mail]
        return [mail for mail in mails if case.reference in "".join(mail.split())]

    mail = until(answered, f"the letter of {case.right}")[-1]
    said = "".join(mail.split())
    letter = compose.preview(case)
    required = ledgers.read(case).blocks
    assert required
    for block in required:
        sections = [section for section in letter.sections if block.code in section.blocks]
        assert sections, block.code
        for section in sections:
            told = [
                section.heading,
                *("".join(p) for p in section.paragraphs + section.bullets + section.after),
            ]
            for words in (*told, *(quote.text for quote in section.quotes)):
                here = words.replace(settings.PORTAL_ORIGIN, house.url)
                assert "".join(here.split()) in said, (block.code, words, mail)


def _download(dana: Person, house: House, slug: str, reference: str, email: str) -> dict:
    """Come back by the private link with a fresh code, and take the files behind another."""
    seen = len([m for m in house.mails(email) if re.search(r"(?m)^\s*\d{3} \d{3}\s*$", m)])
    dana.open(f"/{slug}/request/{reference}/")
    dana.press(f'main a[href$="/{reference}/files/"]')
    if dana.page.locator('main input[name="code"]').count() == 0:
        dana.press("main form button.primary, main form button >> nth=0")
    dana.page.fill('main input[name="code"]', house.code_for(email, after=seen))
    dana.press("main form button.primary, main form button >> nth=0")
    with dana.page.expect_download() as coming:
        dana.page.locator(
            'main a[href*="/files/package/"], main form[action*="/files/package/"] button'
        ).first.click()
    packed = zipfile.ZipFile(io.BytesIO(coming.value.path().read_bytes()))
    return json.loads(packed.read(next(name for name in packed.namelist() if name.endswith("data.json"))))
