"""Asking for somebody else, in a real browser: agent, opt-out by permission, parent, close relative; and an applicant."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from requests_app import subject
from requests_app.lifecycle import State
from requests_app.models import Case
from tests.acting import picture
from tests.house import House, until
from tests.journeys.for_another import NEXT, ask_for, open_own_page, show
from tests.journeys.walk import Person, approve, decide, employ, prove, sign_in
from tests.staff.people import PASSWORD


def _accept(olu: Person, slug: str, reference: str, *, arranged: str = "no") -> None:
    """Olu opens what was shown, answers the checklist and accepts."""
    olu.open(f"/staff/{slug}/{reference}/")
    with olu.page.expect_download() as coming:
        olu.page.locator('form[action*="/authority/"] button.link').first.click()
    assert coming.value.path().read_bytes() == picture()
    for group in dict.fromkeys(
        radio.get_attribute("name") for radio in olu.page.locator('#authority input[type="radio"]').all()
    ):
        answer = arranged if group.endswith(".arranged") else "yes"
        identity = olu.page.locator(f'input[name="{group}"][value="{answer}"]').get_attribute("id")
        olu.page.locator(f'label[for="{identity}"]').click()
    olu.press('button[name="act"][value="accept"]')


def _until(reference: str, state: State, house: House) -> Case:
    until(lambda: Case.objects.get(reference=reference).state == state, f"{state}\n{house.log('worker')}", 60)
    return Case.objects.get(reference=reference)


@pytest.mark.long
@pytest.mark.timeout(400)
def test_an_agent_asks_for_a_copy_and_the_person_gets_it(furnished: House, browser: Browser) -> None:
    house = furnished
    employ("mimap", "Olu", "Pia")
    house.start("web", "worker", "beat")
    ana, dana = Person(browser, house, width=390), Person(browser, house)
    reference = ask_for(
        ana, "mimap", "KNOW_PCS",
        {
            "where": "yes", "who": "agent", "how": "customer", "their-name": "Dana Whitfield",
            "their-e-mail": "dana@example.com", "name": "Ana Ruiz", "e-mail": "ana@agents.example",
        },
    )  # fmt: skip
    show(ana, 1)
    open_own_page(ana, house, "ana@agents.example")

    asked = str(until(lambda: house.mails("dana@example.com"), "a mail to Dana")[0])
    assert "Ana" not in asked
    dana.open(re.search(r"http\S+/follow/\S+", asked).group())
    dana.press('button[name="about_me"]')
    dana.page.fill('main input[name="code"]', house.code_for("dana@example.com"))
    dana.press(NEXT)
    assert "Ana Ruiz" in dana.page.inner_text("main")
    dana.press('button[value="allow"]')

    olu, pia = Person(browser, house), Person(browser, house)
    sign_in(olu, "olu@example.com", PASSWORD)
    sign_in(pia, "pia@example.com", PASSWORD)
    _accept(olu, "mimap", reference)
    _until(reference, State.ASSESSING, house)
    decide(olu, "mimap", reference)
    approve(pia, "mimap", reference, PASSWORD)
    _until(reference, State.CLOSED, house)
    until(lambda: any("Our answer" in mail for mail in house.mails("dana@example.com")), "Dana's answer")
    until(lambda: any("is answered" in mail for mail in house.mails("ana@agents.example")), "word to Ana")
    assert not any("Your copy" in mail for mail in house.mails("ana@agents.example"))
    ana.open(f"/mimap/request/{reference}/")
    assert ana.page.locator('a[href*="/files/"]').count() == 0


@pytest.mark.timeout(200)
def test_an_agents_opt_out_asks_for_the_permission_and_leaves_the_person_alone(
    furnished: House, browser: Browser
) -> None:
    house = furnished
    house.start("web", "worker")
    ana = Person(browser, house)
    reference = ask_for(
        ana, "mimap", "OPT_OUT",
        {
            "who": "agent", "their-name": "Dana Whitfield", "their-e-mail": "dana@example.com",
            "name": "Ana Ruiz", "e-mail": "ana@agents.example",
        },
    )  # fmt: skip
    until(lambda: Case.objects.get(reference=reference).state == State.VERIFYING, "the case to begin")
    show(ana, 1)
    case = _until(reference, State.CLOSED, house)
    assert case.methods == ["permission"] and not house.mails("dana@example.com")


@pytest.mark.long
@pytest.mark.timeout(200)
@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
def test_a_close_relative_asks_for_what_the_dead_left_in_chinese(
    furnished: House, browser: Browser, script: bool
) -> None:
    house = furnished
    employ("mipmap", "Olu", "Pia")
    house.start("web", "worker")
    lan = Person(browser, house, "zh-CN", width=390, script=script)
    reference = ask_for(
        lan, "mipmap", "CN_COPY",
        {
            "who": "relative", "how": "customer", "their-name": "陈𬭊", "their-e-mail": "chen.xin@example.cn",
            "name": "陈兰", "e-mail": "lan@example.cn",
        },
    )  # fmt: skip
    show(lan, 3, statement="涉及遗产中的订单。")
    open_own_page(lan, house, "lan@example.cn")
    assert any("近亲属" in mail for mail in house.mails("chen.xin@example.cn"))
    olu = Person(browser, house, "zh-CN")
    sign_in(olu, "olu@example.com", PASSWORD)
    _accept(olu, "mipmap", reference)
    case = _until(reference, State.ASSESSING, house)
    told = subject.read(case)
    assert (told.answer_to, told.proved) == ("lan@example.cn", [("email", "chen.xin@example.cn")])


@pytest.mark.long
@pytest.mark.timeout(200)
def test_a_parent_asks_to_delete_what_is_held_on_a_child(furnished: House, browser: Browser) -> None:
    house = furnished
    employ("mipmap", "Olu", "Pia")
    house.start("web", "worker")
    parent = Person(browser, house)
    reference = ask_for(
        parent, "mipmap", "CN_DELETE",
        {
            "who": "guardian", "age": "under_14", "how": "customer", "their-name": "周小雨",
            "their-e-mail": "xiaoyu@example.cn", "name": "周明", "e-mail": "zhou.ming@example.cn",
        },
    )  # fmt: skip
    show(parent, 1)
    open_own_page(parent, house, "zhou.ming@example.cn")
    olu = Person(browser, house)
    sign_in(olu, "olu@example.com", PASSWORD)
    _accept(olu, "mipmap", reference)
    case = _until(reference, State.ASSESSING, house)
    assert subject.read(case).answer_to == "zhou.ming@example.cn"


@pytest.mark.long
@pytest.mark.timeout(200)
def test_a_job_applicant_has_the_rights_of_a_customer(furnished: House, browser: Browser) -> None:
    house = furnished
    house.start("web", "worker")
    priya = Person(browser, house)
    reference = ask_for(
        priya, "mimap", "KNOW_PCS",
        {"where": "yes", "who": "self", "how": "applicant", "name": "Priya Natarajan", "e-mail": "priya@example.org"},
    )  # fmt: skip
    prove(priya, "mimap", reference, house.code_for("priya@example.org"), sign="Priya Natarajan")
    case = _until(reference, State.ASSESSING, house)
    until(
        lambda: case.holdings.filter(holding_key__startswith="applicant", found__gt=0).exists(), "her records"
    )
