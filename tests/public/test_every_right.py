"""Every right of both controllers, from the first page to the answer: form, code, search, two people, systems, letter."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from requests_app import register
from requests_app.letters import outbox
from tests.people import run_pipeline
from tests.public.conftest import Visitor
from tests.public.roads import ROADS, Road
from tests.public.test_pages import words_of
from tests.public.walking import LANGUAGE, ask, customers_of, walk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("road", ROADS, ids=lambda road: f"{road.slug}-{road.right}")
def test_a_right_is_walked_from_the_first_page_to_its_answer(samples: None, road: Road) -> None:
    with customers_of(road.slug) if road.asked else nullcontext():
        walk(road, Visitor(road.slug, road.language or LANGUAGE[road.slug]))


def test_every_right_offered_has_its_road() -> None:
    walked = {(road.slug, road.right) for road in ROADS}
    offered = {
        (known.slug, right.code)
        for known in register.controllers()
        for right in (*known.rights, *known.unlisted)
    }
    assert offered == walked


def test_a_question_that_needs_proof_says_that_a_person_reads_it_and_no_system_is_searched() -> None:
    li = Visitor("mipmap", "zh-Hans")
    li.post(li.at("ask/what/"), {"rights": ["CN_ADM_DEC"]})
    asked = words_of(li.get(li.at("ask/in-your-words/")))
    assert "由专人阅读" in asked and "无需证明" not in asked, "a code is asked for it"
    case = ask(li, "mipmap", "CN_ADM_DEC")
    sent = words_of(li.get(li.at("sent/")))
    run_pipeline()
    li.come_back(case)
    told = words_of(li.get(li.at(f"request/{case.reference}/")))
    mail = outbox.read(case.letters.get(kind="acknowledgement"))["text"]
    assert "由专人处理" in sent and "由专人处理" in told and "请您：输入验证码" in told
    assert not any("各系统" in page for page in (sent, told, mail)), "no system is searched for it"
