"""Asking: answers are kept and sealed, wrong ones are named, and sending twice makes one request."""

from __future__ import annotations

import html
import re

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.test import Client
from django.urls import resolve

from identity import sealing
from portal.public import limits
from requests_app import journal, register, subject
from requests_app.intake import web
from requests_app.models import Case
from tests.people import DANA
from tests.public.conftest import Visitor

pytestmark = pytest.mark.django_db

WRONG = [
    ("ask/what/", {}, "Choose what you would like us to do"),
    ("ask/what/", {"rights": ["CN_DELETE"]}, "Choose from the list what you would like us to do"),
    ("ask/where/", {"lives_in_california": "perhaps"}, "Say whether you live in California, or that you do not know"),
    ("ask/name/", {"name": "   "}, "Enter your name"),
    ("ask/name/", {"name": "x" * 201}, "Enter a name of at most 200 characters"),
    ("ask/name/", {"name": "Dana\r\nBcc: all@example.org"}, "Enter your name on one line"),
    ("ask/e-mail/", {"email": "dana@example"}, "Enter an e-mail address in the right form, like name@example.org"),
    ("ask/e-mail/", {"email": "dana"}, "Enter an e-mail address in the right form, like name@example.org"),
    ("ask/e-mail/", {"email": "d@example.org\r\nBcc: a@b.org"}, "Enter an e-mail address in the right form, like name@example.org"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "answers", "said"), WRONG)
def test_a_wrong_answer_is_named_above_and_at_its_field(
    db: None, path: str, answers: dict, said: str
) -> None:
    visitor = Visitor()
    visitor.answer_all("DELETE")
    page = visitor.post(visitor.at(path), answers)
    text = html.unescape(page.content.decode())
    assert page.status_code == 200
    assert "<title>Error:" in text and "autofocus" in text and "There is a problem" in text
    target = re.search(rf'<a href="#([\w-]+)">{re.escape(said)}</a>', text)
    assert target and f'id="{target[1]}"' in text
    assert text.count(said) == 2, "the same words stand at the field, once"


NAMES = ["Ō", "陈𬭊", "㛃", "阿卜杜·热合曼", "O’Neil-van der Berg", "ا ب", "x" * 200]


@pytest.mark.parametrize("name", NAMES)
def test_of_names_in_any_script(db: None, name: str) -> None:
    (case,) = Visitor().send("DELETE", name=name)
    assert subject.read(case).name == name


def test_that_answers_do_not_lie_in_clear_in_the_session(db: None) -> None:
    visitor = Visitor()
    visitor.answer_all("DELETE")
    (row,) = Session.objects.all()
    content = str(row.get_decoded()) + row.session_data
    assert "drafts" in content
    assert "Dana" not in content and "example" not in content and "DELETE" not in content


def test_that_a_short_seal_opens_for_its_purpose_alone() -> None:
    sealed = sealing.seal_short("Dana", "draft:mimap")
    assert sealing.unseal_short(sealed, "draft:mimap") == "Dana"
    for wrong in [
        (sealed, "draft:mipmap"),
        (sealed[:-8] + "AAAAAAA=", "draft:mimap"),
        ("gone:" + sealed, "draft:mimap"),
        ("", "x"),
    ]:
        with pytest.raises(sealing.SealBroken):
            sealing.unseal_short(*wrong)


def test_that_sending_twice_makes_one_case(dana: Visitor) -> None:
    dana.answer_all("DELETE")
    page = dana.get(dana.at("ask/check/")).content.decode()
    number = re.search(r'name="number" value="([^"]+)"', page)[1]
    for _ in range(2):
        assert dana.post(dana.at("ask/check/"), {"number": number}).url == dana.at("sent/")
    assert Case.objects.count() == 1


def test_that_two_sendings_at_the_same_moment_make_one_case(dana: Visitor) -> None:
    answers = web.Answers("one-number", "en", ("DELETE",), "Dana", DANA["mimap"])
    first = web.send(register.controller("mimap"), answers)
    again = web.send(register.controller("mimap"), answers)
    assert again.repeated and again.cases == first.cases


def test_that_a_copy_comes_before_its_deletion(dana: Visitor) -> None:
    copy, deletion = dana.send("DELETE", "KNOW_PCS")
    assert (copy.right, deletion.right, deletion.after) == ("KNOW_PCS", "DELETE", copy)


def test_that_somebody_elsewhere_gets_the_same_by_house_rule(dana: Visitor) -> None:
    (case,) = dana.send("DELETE", where="no")
    assert subject.read(case).details["lives_in_california"] == "no"
    assert "our own promise" in dana.get(dana.at("sent/")).content.decode()


def test_that_a_filled_trap_is_said_aloud_and_nothing_is_lost(dana: Visitor) -> None:
    dana.answer_all("DELETE")
    page = dana.post(dana.at("ask/check/"), {"website": "https://spam.example"})
    assert "Leave the last field empty" in page.content.decode() and not Case.objects.exists()
    dana.post(dana.at("ask/check/"), {"website": ""})
    assert Case.objects.count() == 1


def test_that_a_question_left_out_is_asked_first(db: None) -> None:
    assert Visitor().get("/mimap/ask/e-mail/").url == "/mimap/ask/what/"
    assert Visitor().post("/mimap/ask/check/").url == "/mimap/ask/what/"


def test_that_one_controllers_answers_are_not_anothers(db: None) -> None:
    visitor = Visitor()
    visitor.answer_all("DELETE")
    assert visitor.get("/mipmap/ask/check/").url == "/mipmap/ask/what/"


def test_that_changing_one_answer_leads_back_to_the_check(db: None) -> None:
    visitor = Visitor()
    visitor.answer_all("DELETE")
    assert visitor.post("/mimap/ask/name/?change=1", {"name": "D. Whitfield"}).url == "/mimap/ask/check/"
    assert "D. Whitfield" in visitor.get("/mimap/ask/check/").content.decode()


def test_of_knocking_too_often(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Visitor()
    for _ in range(limits.SENDING.times):
        assert visitor.post("/mimap/ask/check/").status_code == 302
    refused = visitor.post("/mimap/ask/check/")
    assert (
        refused.status_code == 429 and refused["Retry-After"] and "bd@mimap.com" in refused.content.decode()
    )
    assert Visitor().post("/mimap/ask/check/", REMOTE_ADDR="198.51.100.7").status_code == 302


def test_that_a_dead_cache_refuses_nobody(db: None, settings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    visitor = Visitor()
    visitor.answer_all("DELETE")
    assert visitor.post("/mimap/ask/check/").url == "/mimap/sent/"


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "client"),
    [
        ([], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.2", "198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.2", "192.0.2.66, 198.51.100.1, 10.0.0.3", "198.51.100.1"),
        (["unix"], "", "198.51.100.1", "198.51.100.1"),
        ([], "", "198.51.100.1", "unix"),
        ([], "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
    ],
)
def test_of_whose_address_is_believed(
    rf, settings, proxies: list, remote: str, forwarded: str, client: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR=remote, headers={"x-forwarded-for": forwarded} if forwarded else {})
    assert limits.client_address(request) == client


def test_that_a_failing_database_loses_no_answer(dana: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    dana.answer_all("DELETE")

    def fail(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(journal, "open_chains", fail)
        page = dana.post(dana.at("ask/check/"))
    assert page.status_code == 503 and "your answers are kept" in page.content.decode()
    assert not Case.objects.exists()
    assert dana.post(dana.at("ask/check/")).url == dana.at("sent/")


def test_that_a_form_without_its_token_changes_nothing(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/mimap/ask/what/", {"rights": ["DELETE"]})
    assert page.status_code == 403 and "open too long" in page.content.decode()


@pytest.mark.parametrize("path", ["follow/close/", "request/22223333/code/again/"])
def test_that_what_changes_something_refuses_get(client, path: str) -> None:
    assert client.get(f"/mimap/{path}").status_code == 405
    assert resolve(f"/mimap/{path}")


def test_of_two_ways_to_be_reached_neither_is_called_optional(li: Visitor) -> None:
    page = li.get(li.at("stop/CN_ADM_MKT/")).content.decode().split("<main")[1].split("</form>")[0]
    assert page.count("<label") == 2 and "选填" not in page
    assert "请输入电子邮箱或手机号码" in li.post(li.at("stop/CN_ADM_MKT/"), {}).content.decode()
