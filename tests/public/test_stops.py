"""Stopping at once: one page, one button, the signal of a browser, and nothing called done before it is."""

from __future__ import annotations

import re

import pytest

from identity.models import Challenge
from requests_app import register, subject
from requests_app.models import Case
from tests.people import DANA, run_pipeline
from tests.public.conftest import Visitor, work
from tests.public.test_pages import is_well_made, words_of

pytestmark = pytest.mark.django_db

STOPS = [
    ("mimap", "en", "OPT_OUT"),
    ("mimap", "en", "LIMIT"),
    ("mimap", "en", "MARKETING_OPT_OUT"),
    ("mimap", "en", "CONSENT_WITHDRAWAL"),
    ("mipmap", "zh-Hans", "CN_ADM_MKT"),
    ("mipmap", "en", "CN_WITHDRAW"),
]


def opened_by(visitor: Visitor, code: str, **typed: str) -> Case:
    """Press the button of one page; the case it opened."""
    visitor.get(visitor.at(f"stop/{code}/"))
    answer = visitor.post(visitor.at(f"stop/{code}/"), typed)
    assert answer.status_code == 302 and answer.url == visitor.at(f"stop/{code}/done/"), words_of(answer)
    return Case.objects.latest("pk")


@pytest.mark.parametrize(("slug", "language", "code"), STOPS)
def test_that_an_address_and_one_button_stop_it(samples: None, slug: str, language: str, code: str) -> None:
    visitor = Visitor(slug, language)
    is_well_made(visitor.get(visitor.at(f"stop/{code}/")), language)
    case = opened_by(visitor, code, email="nobody.known@example.org")
    assert (case.right, Challenge.objects.count()) == (code, 0)
    is_well_made(visitor.get(visitor.at(f"stop/{code}/done/")), language)


def test_of_pressing_twice_and_of_an_address_left_out(dana: Visitor) -> None:
    dana.get(dana.at("stop/LIMIT/"))
    assert "Enter your e-mail address" in words_of(dana.post(dana.at("stop/LIMIT/"), {"email": ""}))
    for _ in range(2):
        dana.post(dana.at("stop/LIMIT/"), {"email": DANA["mimap"]})
    assert Case.objects.filter(right="LIMIT").count() == 1
    # Shown anew, it is a new request.
    opened_by(dana, "LIMIT", email=DANA["mimap"])
    assert Case.objects.filter(right="LIMIT").count() == 2


@pytest.mark.parametrize("code", ["DELETE", "GPC", "CN_WITHDRAW", "nothing"])
def test_that_only_what_needs_no_proof_has_such_a_page(dana: Visitor, code: str) -> None:
    assert dana.get(dana.at(f"stop/{code}/")).status_code == 404


def test_that_whoever_is_known_types_nothing(dana: Visitor) -> None:
    (case,) = dana.send("KNOW_CAT")
    work()
    dana.come_back(case)
    page = dana.get(dana.at("stop/MARKETING_OPT_OUT/"))
    assert 'name="email"' not in page.content.decode() and "d***@" in words_of(page)
    assert subject.read(opened_by(dana, "MARKETING_OPT_OUT")).email == DANA["mimap"]


def test_that_every_way_in_to_a_stop_is_as_short_as_any_other(dana: Visitor) -> None:
    """From the home page and from the foot of every page: one link, then one button."""
    home = dana.get(dana.at("")).content.decode()
    for right in register.controller("mimap").rights:
        if right.code in {code for slug, _, code in STOPS if slug == "mimap"}:
            assert home.count(f'href="/mimap/stop/{right.code}/"') == 2, right.code


def test_that_a_browsers_signal_counts_for_this_site_and_for_whoever_is_known(dana: Visitor) -> None:
    signalled = {"headers": {"sec-gpc": "1"}}
    page = dana.get(dana.at(""), **signalled)
    assert "Opt-Out Request Honored" in words_of(page)
    assert "Opt-Out Request Honored" not in words_of(dana.get(dana.at("")))
    (case,) = dana.send("KNOW_CAT")
    work()
    dana.come_back(case)
    assert not Case.objects.filter(right="GPC").exists()
    for _ in range(2):
        dana.get(dana.at("policy/"), **signalled)
    heeded = Case.objects.get(right="GPC")
    assert subject.read(heeded).email == DANA["mimap"]
    # Another visit in the same month adds nothing.
    again = Visitor()
    again.come_back(case)
    again.get(again.at(""), **signalled)
    assert Case.objects.filter(right="GPC").count() == 1


@pytest.mark.parametrize("said", ["0", "", "yes", "1, 1"])
def test_that_anything_else_is_no_signal(dana: Visitor, said: str) -> None:
    assert "Opt-Out Request Honored" not in words_of(dana.get(dana.at(""), headers={"sec-gpc": said}))


def test_that_where_nobody_sells_a_signal_changes_nothing(li: Visitor) -> None:
    assert "已按您的停止要求办理" not in words_of(li.get(li.at(""), headers={"sec-gpc": "1"}))


def test_that_a_stop_is_undone_in_two_presses_by_whoever_showed_that_it_is_theirs(dana: Visitor) -> None:
    (case,) = dana.send("KNOW_CAT")
    work()
    stranger = words_of(dana.get(dana.at("allow-again/")))
    assert "show us first that it is you" in stranger
    dana.post(dana.at("allow-again/"), {"sure": "yes"})
    assert not Case.objects.filter(right="OPT_IN").exists()
    dana.come_back(case)
    is_well_made(dana.get(dana.at("allow-again/")), "en")
    first = dana.post(dana.at("allow-again/"))
    is_well_made(first, "en")
    assert "No, leave it stopped" in words_of(first) and not Case.objects.filter(right="OPT_IN").exists()
    # A browser that says no is believed, whatever is pressed.
    dana.post(dana.at("allow-again/"), {"sure": "yes"}, headers={"sec-gpc": "1"})
    assert not Case.objects.filter(right="OPT_IN").exists()
    for _ in range(2):
        assert dana.post(dana.at("allow-again/"), {"sure": "yes"}).url == dana.at("stop/OPT_IN/done/")
    assert Case.objects.filter(right="OPT_IN").count() == 1
    is_well_made(dana.get(dana.at("stop/OPT_IN/done/")), "en")
    # The same browser saying no once more, in the same month, is an opt-out anew.
    heeded = Case.objects.filter(right="GPC").count()
    again = Visitor()
    again.come_back(case)
    again.get(again.at(""), headers={"sec-gpc": "1"})
    assert Case.objects.filter(right="GPC").count() == heeded + 1


def test_that_where_nothing_is_sold_there_is_nothing_to_allow(li: Visitor) -> None:
    assert li.get(li.at("allow-again/")).status_code == 404
    assert li.get(li.at("stop/OPT_IN/done/")).status_code == 404


@pytest.mark.parametrize(
    ("slug", "code", "again", "presses"),
    [
        ("mimap", "LIMIT", "UNLIMIT", 2),
        ("mimap", "MARKETING_OPT_OUT", "MARKETING_AGAIN", 1),
        ("mimap", "CONSENT_WITHDRAWAL", "CONSENT_AGAIN", 1),
        ("mipmap", "CN_ADM_MKT", "CN_MKT_AGAIN", 1),
        ("mipmap", "CN_WITHDRAW", "CN_CONSENT_AGAIN", 1),
    ],
)
def test_that_what_was_stopped_is_allowed_again_where_it_was_stopped_and_by_no_stranger(
    samples: None, slug: str, code: str, again: str, presses: int
) -> None:
    """As short a way as stopping, but for the second press that 11 CCR 7028 wants."""
    visitor, allow = Visitor(slug), f"/{slug}/allow-again/{again}/"
    stop = visitor.at(f"stop/{code}/")
    visitor.post(allow, {"sure": "yes"})
    assert not Case.objects.exists(), "nobody allows it in another's name"
    (case,) = visitor.send("KNOW_CAT" if slug == "mimap" else "CN_ACCESS")
    work()
    visitor.come_back(case)
    assert "You have stopped this" not in words_of(visitor.get(stop))
    for round_ in (1, 2):
        opened_by(visitor, code)
        run_pipeline()
        page = visitor.get(stop)
        assert "You have stopped this" in words_of(page) and f'action="{allow}"' in page.content.decode()
        done = words_of(visitor.get(visitor.at(f"stop/{code}/done/")))
        since, said = (re.search(r"Since\s+(.+?\s[ap]m)", text, re.S) for text in (words_of(page), done))
        assert since and said and since[1] == said[1], "both in the law's own zone"
        assert "when it is confirmed" not in done, "it is done"
        answer = visitor.post(allow)
        if presses == 2:
            assert "No, leave it stopped" in words_of(answer)
            answer = visitor.post(allow, {"sure": "yes"})
        assert answer.url == visitor.at(f"stop/{again}/done/")
        run_pipeline()
        allowed = Case.objects.filter(right=again)
        assert allowed.count() == round_ and allowed.latest("pk").outcome == "granted"
        assert "You have stopped this" not in words_of(visitor.get(stop))
        is_well_made(visitor.get(answer.url), "en")
    is_well_made(visitor.get(allow), "en")
