"""One consent of several, or every one: what the form asks, and what the words of a letter mean."""

from __future__ import annotations

import pytest

from requests_app import register, subject
from requests_app.intake import named
from requests_app.models import Case
from tests.people import DANA
from tests.public.conftest import Visitor

pytestmark = pytest.mark.django_db


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
