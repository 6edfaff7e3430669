"""The improvement programme is left by itself, on whatever way somebody asks for it."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from requests_app import register, subject
from requests_app.intake import logged, named
from requests_app.letters import outbox
from requests_app.lifecycle import State
from requests_app.models import Case
from tests.people import DANA, run_pipeline
from tests.public.conftest import Visitor
from tests.public.roads import GRANTED, IMPROVES, PERSONAL, YES
from tests.public.test_pages import words_of
from tests.public.walking import carries_every_required_block, customers_of, known_at, look
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db
LEFT = [((False,),), YES, YES, (("improvement",),)]
"""The programme, and what must not change with it: recommendations, the mailing list, other lists."""
ASKED = [
    IMPROVES, PERSONAL, "SELECT DISTINCT subscribed FROM marketing_subscriptions WHERE email = 'dana@example.cn'",
    "SELECT what FROM refusals WHERE email = 'dana@example.cn'",
]  # fmt: skip


@pytest.mark.parametrize("way", ["by its own button", "by the form", "on paper"])
def test_the_improvement_programme_alone_is_left_and_joined_again(samples: None, way: str) -> None:
    """The policy offers it by itself (chapter I, paragraph 5): its consent is taken back by itself."""
    li = Visitor("mipmap", "zh-Hans")
    with customers_of("mipmap"):
        assert [look("mipmap", question) for question in ASKED] == [YES, YES, YES, ()]
        match way:
            case "by its own button":
                here = li.at("stop/CN_WITHDRAW/")
                assert 'name="part" value="improvement"' in li.get(here).content.decode()
                li.post(here, {"email": DANA["mipmap"], "part": "improvement"})
            case "by the form":
                li.post(li.at("ask/what/"), {"rights": ["CN_WITHDRAW"]})
                assert li.post(li.at("ask/which/"), {"part": ""}).status_code == 200, (
                    "nothing is chosen for them"
                )
                assert li.post(li.at("ask/which/"), {"part": "improvement"}).url == li.at("ask/e-mail/")
                li.post(li.at("ask/e-mail/"), {"email": DANA["mipmap"]})
                assert "仅退出产品改进计划" in words_of(li.get(li.at("ask/check/")))
                li.post(li.at("ask/check/"), {"number": "", "website": ""})
            case _:
                today = timezone.now().astimezone(ZoneInfo(register.controller("mipmap").zone)).date()
                slip = logged.Slip("paper-1", "post", today, "zh-Hans", ("CN_WITHDRAW",),
                                   "我要退出产品改进计划。", email=DANA["mipmap"], part="improvement")  # fmt: skip
                logged.log(register.controller("mipmap"), slip, by=hire("Olu", "mipmap"))
        run_pipeline()
        case = Case.objects.get()
        assert (case.state, case.outcome) == (State.CLOSED, GRANTED), case.waits_for
        file = at_desk(hire("Pia", "mipmap")).get(f"/staff/mipmap/{case.reference}/")
        assert {"Leave the product improvement programme only", "仅退出产品改进计划"} & {
            *file.context["case"]["facts"]
        }, "staff see that a part alone was asked for"
        assert [look("mipmap", question) for question in ASKED] == LEFT
        carries_every_required_block(case)
        letter = outbox.read(case.letters.get(kind="answer"))["text"]
        assert "您已退出产品改进计划" in letter and "营销邮件" not in letter
        if way == "by its own button":
            done = words_of(li.get(li.at("stop/CN_WITHDRAW/done/")))
            assert "仅退出产品改进计划" in done and "营销邮件" not in done
            known_at(li, "mipmap")
            assert "您已停止此项" not in words_of(li.get(li.at("stop/CN_WITHDRAW/"))), (
                "the whole is not stopped"
            )
            li.post(li.at("allow-again/CN_CONSENT_AGAIN/"))
            run_pipeline()
            assert [look("mipmap", question) for question in ASKED] == [YES, YES, YES, ()]


def test_every_consent_withdrawn_by_the_form_is_the_whole_right() -> None:
    li = Visitor("mipmap", "zh-Hans")
    li.post(li.at("ask/what/"), {"rights": ["CN_WITHDRAW"]})
    li.post(li.at("ask/which/"), {"part": "all"})
    li.post(li.at("ask/e-mail/"), {"email": DANA["mipmap"]})
    li.post(li.at("ask/check/"), {"number": "", "website": ""})
    assert subject.operation_of(Case.objects.get()) == "withdraw_consent"


@pytest.mark.parametrize(("letter", "part"), [
    ("我要撤回加入产品改进计划的同意。", "improvement"),
    ("I withdraw my consent to the Improvement Programme.", "improvement"),
    ("我撤回全部同意，包括产品改进计划。", ""),
    ("I take back my consent to the improvement programme and to your newsletter.", ""),
    ("我撤回我的同意。", ""),
    ("Withdraw my consent to location data and the improvement programme.", ""),
    ("I withdraw my consent to the improvement\nprogramme.\n\nKind regards and thanks", "improvement"),
    ("我撤回对位置信息和产品改进计划的同意。", ""),
    ("请解除我参与产品改进计划的同意。", "improvement"),
])  # fmt: skip
def test_a_letter_that_names_the_programme_alone_means_it_alone(letter: str, part: str) -> None:
    asked = named.details_of(register.controller("mipmap"), ["CN_WITHDRAW"], letter)
    assert asked.get("part", "") == part


def test_of_two_rights_with_parts_each_has_its_own_offered_and_taken() -> None:
    pack = register.controller("mipmap")
    (shop,) = (system for system in pack.inventory.systems.values() if system.parts)
    news = {"marketing_opt_out.news": replace(*shop.parts.values(), code="news")}
    systems = {**pack.inventory.systems, shop.key: replace(shop, parts=news | shop.parts)}
    two = replace(pack, inventory=replace(pack.inventory, systems=systems))
    rights = ["CN_WITHDRAW", "CN_ADM_MKT"]
    for asked, codes in ((rights, ["improvement", "news"]), (rights[1:], ["news"]), (["CN_COPY"], [])):
        assert [one.code for one in named.parts_of(two, asked)] == codes
    assert named.is_answered(two, rights, "news") and named.chosen(two, rights, "news") == {"part": "news"}
    assert not named.is_answered(two, rights[1:], "improvement")


@pytest.mark.parametrize(("letter", "unsure"), [
    ("Withdraw my consent, but keep me in the improvement programme.", True),
    ("I withdraw my consent. Please keep me in the improvement programme and send the newsletter.", True),
    ("除产品改进计划外，我撤回同意。", True),
    ("我撤回同意，保留产品改进计划。", True),
    ("I withdraw my consent to the improvement programme.", False),
    ("I withdraw my consent but you may keep my account.", False),
])  # fmt: skip
def test_a_letter_that_may_keep_the_programme_is_for_a_person(letter: str, unsure: bool) -> None:
    pack = register.controller("mipmap")
    assert named.is_unsure(pack, ["CN_WITHDRAW"], letter) is unsure
    assert not (unsure and named.details_of(pack, ["CN_WITHDRAW"], letter))
