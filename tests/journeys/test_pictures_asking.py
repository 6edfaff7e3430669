"""Photographs every question of the asking form, the pages of a stop, of one who acts for another and of who looks by hand."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from requests_app.letters import outbox
from requests_app.lifecycle import State
from requests_app.models import Case, Letter
from tests.acting import picture
from tests.house import House, until
from tests.journeys.camera import shoot
from tests.journeys.walk import Person
from tests.packs import changing
from tests.people import approved, decided, member, open_case, run_pipeline, verified

NEXT = "main form button.primary, main form button >> nth=0"
OWNER = "archive@example.com"
ALSO_FOR_ANOTHER = {"who", "how", "name", "e-mail"}
"""Questions that read differently to whoever asks for somebody else."""
WRONG = {"mimap": ("Dana Whitfeld", "Dana Whitfield"), "mipmap": ("王丹那", "王丹娜")}
STORIES: dict[str, dict[str, Any]] = {
    "mimap": {
        "language": "en-US", "scheme": "light", "email": "dana@example.com", "stop": "OPT_OUT", "again": "OPT_IN",
        "why": "It stands on my invoice.", "words": "My last parcel came with another person’s slip in it.",
        "words_right": "ENQUIRY", "hand": {"by-hand": "KNOW_PCS", "by-hand-kinds": "KNOW_CAT"},
        "acting": {
            "what": "KNOW_PCS", "where": "yes", "who": "agent", "how": "customer", "their-name": "Dana Whitfield",
            "their-e-mail": "dana@example.com", "name": "Ana Ruiz", "e-mail": "ana@agents.example",
        },
        "correcting": {
            "what": "CORRECT", "where": "yes", "who": "self", "how": "customer", "name": "Dana Whitfield",
            "e-mail": "dana@example.com",
        },
    },
    "mipmap": {
        "language": "zh-CN", "scheme": "dark", "email": "dana@example.cn", "stop": "CN_WITHDRAW", "again": "CN_CONSENT_AGAIN",
        "why": "发票上是这样写的。", "words": "上一个包裹里有别人的单据。", "words_right": "CN_COMPLAINT",
        "hand": {"by-hand": "CN_COPY"},
        "acting": {
            "what": "CN_DELETE", "who": "guardian", "age": "under_14", "how": "customer", "their-name": "周小雨",
            "their-e-mail": "xiaoyu@example.cn", "name": "周明", "e-mail": "zhou.ming@example.cn",
        },
        "correcting": {
            "what": "CN_CORRECT", "who": "self", "how": "customer", "name": "王丹娜", "e-mail": "dana@example.cn",
        },
    },
}  # fmt: skip


def _somebody(browser: Browser, house: House, slug: str) -> Person:
    person = Person(browser, house, STORIES[slug]["language"])
    person.page.emulate_media(color_scheme=STORIES[slug]["scheme"])
    return person


def _answer(person: Person, slug: str, step: str, answer: str) -> None:
    page, story = person.page, STORIES[slug]
    if step == "what-is-wrong":
        was, to = WRONG[slug]
        labels = page.locator('main select[name="field"] option').all_inner_texts()
        name = next(label for label in labels if re.search("[:：] ?(Name|姓名)$", label))
        page.select_option('main select[name="field"]', label=name)
        page.fill('main [name="was"]', was)
        page.fill('main [name="to"]', to)
        page.fill('main [name="why"]', story["why"])
    elif step == "in-your-words":
        page.fill("main textarea", story["words"])
    elif page.locator('main input[type="radio"], main input[type="checkbox"]').count():
        if answer:
            person.choose(answer)
        else:
            page.locator("main label").first.click()
    else:
        page.locator("main form input:not([type=hidden])").first.fill(answer)


def _asked(
    person: Person,
    slug: str,
    answers: dict[str, str],
    taken: set[str],
    *,
    until_step: str = "",
    ends: str = "",
) -> None:
    """Answer each question as it comes; the first time one is met, it is photographed with its answer."""
    person.open(f"/{slug}/ask/what/")
    for _ in range(12):
        found = re.search(r"/ask/([\w-]+)/", person.page.url)
        assert found, person.page.url
        step = found[1]
        if step == "check":
            return
        _answer(person, slug, step, answers.get(step, ""))
        if step not in taken and step != "what":
            taken.add(step)
            shoot(person, slug, f"ask-{step}{ends * (step in ALSO_FOR_ANOTHER)}")
        if step == until_step:
            return
        person.press(NEXT)


def _case() -> Case:
    return Case.objects.latest("pk")


@pytest.mark.pictures
@pytest.mark.timeout(300)
@pytest.mark.parametrize("slug", STORIES)
def test_every_question_and_every_paper_is_photographed(
    furnished: House, browser: Browser, slug: str
) -> None:
    story, house, taken = STORIES[slug], furnished, set[str]()
    house.start("web", "worker")
    _asked(_somebody(browser, house, slug), slug, story["correcting"], taken)
    taken -= ALSO_FOR_ANOTHER
    ana = _somebody(browser, house, slug)
    shoot(ana, slug, "index", "/")
    _asked(ana, slug, story["acting"], taken, ends="-for-another")
    shoot(ana, slug, "check-for-another")
    ana.press(NEXT)
    case = _case()
    until(
        lambda: Case.objects.get(pk=case.pk).state == State.VERIFYING, f"it to begin\n{house.log('worker')}"
    )
    shoot(ana, slug, "sent-for-another", f"/{slug}/sent/")
    ana.press('main a[href$="/papers/"]')
    shoot(ana, slug, "papers")
    for _ in range(4):
        if ana.page.locator('main input[type="file"]').count():
            file = {"name": "paper.png", "mimeType": "image/png", "buffer": picture()}
            ana.page.set_input_files('main input[type="file"]', files=[file])
        elif ana.page.locator("main textarea").count():
            ana.page.fill("main textarea", story["words"])
        else:
            break
        ana.press(NEXT)
    shoot(ana, slug, "papers-done")
    if story["acting"]["who"] == "agent":
        dana = _somebody(browser, house, slug)
        mail = str(until(lambda: house.mails(story["email"]), "a mail to the person")[0])
        dana.open(re.search(r"http\S+/follow/\S+", mail).group())
        shoot(dana, slug, "link")
        dana.press('button[name="about_me"]')
        shoot(dana, slug, "link-code")
    _asked(
        _somebody(browser, house, slug),
        slug,
        {"what": story["words_right"]},
        taken,
        until_step="in-your-words",
    )
    if slug == "mipmap":
        _asked(_somebody(browser, house, slug), slug, {"what": story["stop"]}, taken, until_step="which")


@pytest.mark.pictures
@pytest.mark.timeout(300)
@pytest.mark.parametrize("slug", STORIES)
def test_a_stop_is_photographed_until_it_is_allowed_again(
    furnished: House, browser: Browser, slug: str
) -> None:
    story, house = STORIES[slug], furnished
    house.start("web", "worker", "beat")
    dana = _somebody(browser, house, slug)
    dana.open(f"/{slug}/stop/{story['stop']}/")
    dana.page.fill('main input[name="email"]', story["email"])
    dana.press("main form button.primary")
    shoot(dana, slug, "stopping")
    case = _case()
    until(
        lambda: Case.objects.get(pk=case.pk).state == State.CLOSED, f"the answer\n{house.log('worker')}", 60
    )
    shoot(dana, slug, "stopped", f"/{slug}/stop/{story['stop']}/done/")
    again = f"/{slug}/allow-again/{story['again']}/"
    shoot(dana, slug, "allow-again-door", again)
    dana.open(f"/{slug}/account/")
    dana.page.fill('main input[type="email"]', story["email"])
    dana.press(NEXT)
    shoot(dana, slug, "account-code")
    dana.page.fill('main input[name="code"]', house.code_for(story["email"]))
    dana.press(NEXT)
    shoot(dana, slug, "account-list", f"/{slug}/account/")
    shoot(dana, slug, "stopped-before", f"/{slug}/stop/{story['stop']}/")
    shoot(dana, slug, "allow-again", again)
    dana.press("main form button.primary")
    if dana.page.locator('main input[name="sure"]').count():
        shoot(dana, slug, "allow-again-sure")
        dana.press("main form button.primary")
    shoot(dana, slug, "allowed")


@pytest.mark.pictures
@pytest.mark.timeout(300)
@pytest.mark.parametrize("slug", STORIES)
def test_the_page_of_who_looks_by_hand_is_photographed(
    furnished: House, browser: Browser, tmp_path: Path, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, packs = furnished, tmp_path / "packs"
    shutil.copytree(Path(settings.PORTAL_CONTROLLERS), packs)
    with changing(packs, slug) as inventory:
        _add_archive(inventory, f"{slug}_archive")
    monkeypatch.setattr(settings, "PORTAL_CONTROLLERS", packs)
    house.extra["PORTAL_CONTROLLERS"] = str(packs)
    olu, pia = member("Olu", **{slug: "handler"}), member("Pia", **{slug: "privacy_lead"})
    house.start("web")
    for name, right in STORIES[slug]["hand"].items():
        approved(decided(verified(open_case(slug, right)), olu), pia)
        run_pipeline()
        letters = Letter.objects.filter(kind="task").order_by("-pk")
        mail = outbox.read(next(one for one in letters if outbox.read(one)["to"] == OWNER))["text"]
        ben = _somebody(browser, house, slug)
        ben.open(re.search(rf"(/{slug}/task/[\w-]+/)", mail)[1])
        if name == "by-hand":
            shoot(ben, slug, "by-hand-number")
        ben.page.fill('main input[name="code"]', re.search(r"(?m)^(\d{3} \d{3})$", mail)[1])
        ben.press(NEXT)
        ben.page.locator('main input[value="done"]').check(force=True)
        if ben.page.locator('main input[name="held"]').count():
            ben.page.locator('main input[name="held"]').last.check(force=True)
        shoot(ben, slug, name)
    ben.page.locator('main input[value="not_found"]').check(force=True)
    ben.press(NEXT)
    shoot(ben, slug, "by-hand-over")


def _add_archive(inventory: dict[str, Any], key: str) -> None:
    """Paper that somebody looks after: slips, and letters as another kind."""

    def kind(english: str, chinese: str, field: str) -> dict[str, Any]:
        words = {"en": english, "zh-Hans": chinese}
        return {
            "title": words, "category": "A", "source": archive, "purpose": archive, "recipients": archive,
            "collected_from_person": True, "erase": "keep", "fields": [field],
        }  # fmt: skip

    archive = {"en": "Paper archive", "zh-Hans": "纸质档案"}
    fields = {
        "number": {"en": "Number", "zh-Hans": "编号"},
        "email": {"en": "E-mail address", "zh-Hans": "电子邮箱"},
    }
    inventory["dataset"].append({
        "fides_key": key, "name": "Paper archive",
        "collections": [{"name": "folders", "fields": [
            {"name": "number", "data_categories": ["user.unique_id"], "fides_meta": {"primary_key": True}},
            {"name": "email", "data_categories": ["user.contact.email"], "fides_meta": {"identity": "email"}},
        ]}],
        "meta": {"portal": {
            "title": archive, "connector": "manual", "owner": OWNER, "collections": {"folders": {"title": archive}},
            "fields": {f"folders.{name}": {"title": words} for name, words in fields.items()},
            "holdings": {
                "folders.slips": kind("Delivery slips", "送货单", "number"),
                "folders.letters": kind("Letters from customers", "客户来信", "email"),
            },
        }},
    })  # fmt: skip
    inventory["system"][0]["dataset_references"].append(key)
