"""Showing who asks when no code can come: facts, a text, a document; in a browser, in both languages, without a script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from identity.models import Evidence
from requests_app import doubts
from requests_app.lifecycle import State
from requests_app.models import Case
from tests.house import House, until
from tests.identity.proving import facts_of
from tests.journeys.walk import Person, ask, employ, sign_in
from tests.staff.people import PASSWORD

NUMBER = "+8612000000005"
LABELS = {
    "orders.order_no": "Order reference",
    "addresses.postal_code": "Postal code",
    "customers.phone": "Phone number",
}


def _case(reference: str) -> Case:
    return Case.objects.get(reference=reference)


def _tell(dana: Person, reference: str, told: dict[str, str], sign: str = "") -> None:
    dana.open(f"/mimap/request/{reference}/proof/")
    dana.press(f'a[href$="/{reference}/proof/facts/"]')
    for path, value in told.items():
        dana.page.get_by_label(LABELS[path]).fill(value)
    if sign and dana.page.locator('input[name="signed"]').count():
        dana.page.fill('input[name="signed"]', sign)
    dana.press("main form button.primary")


@pytest.mark.long
@pytest.mark.timeout(400)
def test_facts_show_who_asks_and_people_settle_where_the_answer_goes(
    furnished: House, browser: Browser
) -> None:
    """No account and no mailbox on record: two facts for the kinds, three and a signature for the copy."""
    house = furnished
    employ("mimap", "Olu", "Pia")
    house.start("web", "worker", "beat")
    dana = Person(browser, house, width=390)
    told = facts_of("dana@example.com")
    kinds, copy = ask(
        dana, "mimap", ["KNOW_CAT", "KNOW_PCS"], name="Dana Whitfield", email="dana.new@example.org"
    )
    until(lambda: _case(copy).state == State.VERIFYING, "the standard to be set")
    _tell(dana, kinds, dict(list(told.items())[:2]), sign="Dana Whitfield")
    until(lambda: _case(kinds).state == State.ASSESSING, f"two facts to count\n{house.log('worker')}")
    assert _case(copy).state == State.VERIFYING
    _tell(dana, copy, told, sign="Dana Whitfield")
    until(lambda: _case(copy).state == State.ASSESSING, f"three facts to count\n{house.log('worker')}")
    until(lambda: house.mails("dana@example.com"), "the address on record to be told")
    assert not any("dana.new" in mail for mail in house.mails("dana@example.com"))

    olu, pia = Person(browser, house), Person(browser, house, "zh-CN", width=390)
    sign_in(olu, "olu@example.com", PASSWORD)
    sign_in(pia, "pia@example.com", PASSWORD)
    desk = f"/staff/mimap/{copy}/identity/"
    olu.open(desk)
    olu.page.locator('select[name="basis"]').first.select_option("asked_on_record")
    olu.page.locator('form:has(select[name="basis"]) textarea').first.fill(
        "She answered from the address on record, file 12."
    )
    olu.press('form:has(select[name="basis"]) button')
    assert doubts.block_release(_case(copy))
    pia.open(desk)
    pia.press('button[value="agree"]')
    assert not doubts.block_release(_case(copy))
    pia.open(f"/staff/mimap/{copy}/")


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_text_to_the_number_on_record_opens_the_way(furnished: House, browser: Browser) -> None:
    """赵㛃 gave MipMap a mobile number and no e-mail address; the page and the texts are Chinese."""
    house = furnished
    house.start("web", "worker", "beat")
    zhao = Person(browser, house, "zh-CN", width=390)
    page = zhao.page
    zhao.open("/mipmap/ask/what/")
    for choice in ("CN_ACCESS", "self", "customer"):
        zhao.choose(choice)
        zhao.press("main form button.primary")
    page.fill('main input[name="name"]', "赵㛃")
    zhao.press("main form button.primary")
    page.fill('main input[name="phone"]', "120 0000 0005")
    zhao.press("main form button.primary")
    assert NUMBER in page.inner_text("main")
    zhao.press("main form button.primary")
    reference = (
        re.search(r"\b[2-9A-HJ-NP-Z]{4} [2-9A-HJ-NP-Z]{4}\b", page.inner_text("main"))
        .group()
        .replace(" ", "")
    )
    (text,) = until(lambda: house.mails(f"{NUMBER}@sms"), f"the text\n{house.log('worker')}")
    zhao.open(f"/mipmap/request/{reference}/code/")
    page.fill('main input[name="code"]', re.search(r"验证码(\d{3} \d{3})", text).group(1))
    zhao.press("main form button.primary")
    until(lambda: _case(reference).state == State.ASSESSING, "the text's code to count")
    zhao.open(f"/mipmap/request/{reference}/")
    assert "0005" in page.inner_text("main") or _case(reference).methods == ["sms_code"]


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_document_is_the_last_resort_and_is_destroyed(
    furnished: House, browser: Browser, tmp_path: Path
) -> None:
    """Olu records a doubt and asks; 王丹娜 consents and uploads; one reviewer looks, decides, and it is gone."""
    house = furnished
    employ("mipmap", "Olu", "Pia")
    house.start("web", "worker", "beat")
    danna = Person(browser, house, "zh-CN", width=390)
    (reference,) = ask(danna, "mipmap", ["CN_COPY"], name="王丹娜", email="danna.new@example.org")
    until(lambda: _case(reference).state == State.VERIFYING, "the standard to be set")
    danna.open(f"/mipmap/request/{reference}/proof/document/")
    assert danna.page.url.endswith("/proof/"), "nobody is asked for a document before a doubt"

    olu = Person(browser, house, "zh-CN")
    sign_in(olu, "olu@example.com", PASSWORD)
    for proof in ("data_points", "document"):
        olu.open(f"/staff/mipmap/{reference}/identity/")
        olu.page.select_option('select[name="proof"]', proof)
        olu.page.fill("#id_ask_reason", "姓名与账号不符，来件 12。")
        olu.press('form:has(select[name="proof"]) button')
    danna.open(f"/mipmap/request/{reference}/proof/")
    danna.press(f'a[href$="/{reference}/proof/document/"]')
    card = tmp_path / "card.png"
    danna.page.screenshot(path=card, caret="initial")
    danna.page.set_input_files('input[type="file"]', card)
    danna.press("main form button.primary")
    assert not Evidence.objects.exists(), "without the separate consent nothing is taken"
    danna.page.set_input_files('input[type="file"]', card)
    danna.page.locator('label[for="id_consent"]').click()
    danna.press("main form button.primary")
    piece = Evidence.objects.get()
    assert (house.folder / "vault" / piece.path).exists()

    olu.open(f"/staff/mipmap/{reference}/identity/")
    olu.press('form[action$="/take/"] button')
    assert olu.page.evaluate("document.querySelector('img.evidence-picture').naturalWidth") > 0
    for name in ("name_fits", "in_date", "masked", "untouched"):
        olu.page.check(f'input[name="{name}"][value="yes"]')
    olu.press("#checks button.primary")
    piece.refresh_from_db()
    assert piece.destroyed_at and not (house.folder / "vault" / piece.path).exists()
    case = _case(reference)
    assert case.state == State.VERIFYING and doubts.block_release(case), "a document alone unlocks nothing"
    danna.open(f"/mipmap/request/{reference}/proof/")
