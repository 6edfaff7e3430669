"""Asking for a correction: which value, what is right and how it shows; asking to stop: an address and no more."""

from __future__ import annotations

import pytest

from requests_app import subject
from requests_app.models import Case
from tests.public.conftest import Visitor

pytestmark = pytest.mark.django_db
CLAIM = {"field": "customers.phone", "was": "", "to": "+14155550199", "why": "I moved."}


def _send(visitor: Visitor) -> Case:
    page = visitor.post(visitor.at("ask/check/"), {"number": "", "website": ""})
    assert page.status_code == 302 and page.url == visitor.at("sent/"), page.content.decode()
    return Case.objects.latest("pk")


def test_a_correction_asks_which_value_is_wrong_shows_it_again_and_keeps_it_with_the_case() -> None:
    visitor = Visitor()
    following = visitor.post(visitor.at("ask/what/"), {"rights": ["CORRECT"]})
    assert following.url == visitor.at("ask/what-is-wrong/")
    empty = visitor.post(following.url, {"field": "customers.password_hash", "to": ""})
    text = empty.content.decode()
    assert "Choose which information is wrong" in text and "Enter what is right" in text
    visitor.post(following.url, CLAIM | {"was": "+14155550100"})
    visitor.answer_all("CORRECT")
    check = visitor.get(visitor.at("ask/check/")).content.decode()
    assert "Customer: Phone number" in check and "I moved." in check
    assert "We have: +14155550100" in check and "Right is: +14155550199" in check
    case = _send(visitor)
    assert subject.read(case).details == {
        "lives_in_california": "yes", "relation": "customer", "correct.field": "customers.phone", "correct.was": "+14155550100",
        "correct.to": "+14155550199", "correct.why": "I moved.",
    }  # fmt: skip


@pytest.mark.parametrize("rights", [["OPT_OUT"], ["LIMIT", "MARKETING_OPT_OUT", "CONSENT_WITHDRAWAL"]])
def test_what_needs_no_proof_is_asked_for_with_an_address_alone(rights: list[str]) -> None:
    visitor = Visitor()
    following = visitor.post(visitor.at("ask/what/"), {"rights": rights})
    assert following.url == visitor.at("ask/e-mail/")
    asked = visitor.get(following.url).content.decode().split("<main")[1].split("</form>")[0]
    assert "code" not in asked and visitor.at("ask/who/") in asked
    assert visitor.post(following.url, {"email": "dana@example.com"}).url == visitor.at("ask/check/")
    check = visitor.get(visitor.at("ask/check/")).content.decode()
    assert "You need not prove anything" in check and "six-digit" not in check
    assert subject.read(_send(visitor)).name == ""


def test_an_agent_stops_a_sale_with_a_signed_permission_and_says_so_on_a_page_nobody_else_sees() -> None:
    visitor = Visitor()
    visitor.post(visitor.at("ask/what/"), {"rights": ["OPT_OUT"]})
    assert visitor.post(visitor.at("ask/who/"), {"capacity": "self"}).url == visitor.at("ask/e-mail/")
    assert visitor.post(visitor.at("ask/who/"), {"capacity": "agent"}).url == visitor.at("ask/their-name/")
    visitor.post(visitor.at("ask/their-name/"), {"person_name": "Dana Whitfield"})
    visitor.post(visitor.at("ask/their-e-mail/"), {"person_email": "dana@example.com"})
    visitor.post(visitor.at("ask/name/"), {"name": "Ana Agent"})
    assert visitor.post(visitor.at("ask/e-mail/"), {"email": "ana@agents.example"}).url.endswith("/check/")
    assert _send(visitor).capacity == "agent"


def test_whoever_also_asks_for_a_copy_answers_all_questions() -> None:
    visitor = Visitor()
    assert visitor.post(visitor.at("ask/what/"), {"rights": ["OPT_OUT", "KNOW_PCS"]}).url == visitor.at(
        "ask/how-far-back/"
    )
