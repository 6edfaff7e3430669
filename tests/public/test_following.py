"""Coming back: links that scanners open, codes that do not fit, and addresses nobody knows."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Browser

from identity.models import Challenge
from requests_app import journal, lifecycle
from requests_app.fulfilment import steps as fulfilment
from requests_app.letters import conversation, links
from requests_app.models import Case, CaseEvent, Letter, Message, Submission
from tests.people import DANA, open_several
from tests.public.conftest import Visitor, code_in_newest_letter, work
from tests.public.without_a_server import ORIGIN, answer_for

pytestmark = pytest.mark.django_db


def link_of(case: Case) -> str:
    """The private link's path."""
    return "/" + links.case_link(case).split("/", 3)[3]


def everything() -> list[int]:
    """How much there is of all that a page could change."""
    return [
        model.objects.count() for model in (Case, CaseEvent, Challenge, Letter, Message, Session, Submission)
    ]


def alike(page, *own: str) -> str:
    """A page without what must differ: the reference, the token of the form."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode())
    for word in own:
        text = text.replace(word, "")
    return text


def test_that_a_scanner_changes_nothing(dana: Visitor) -> None:
    (case,) = dana.send("DELETE")
    work()
    before = everything()
    for _ in range(20):
        robot = Visitor()
        assert robot.get(link_of(case)).status_code == 200
        assert robot.head(link_of(case)).status_code == 200
        robot.post(link_of(case), {"have": "1"})
        robot.post(f"/mimap/request/{case.reference}/", {"text": "no code"})
        robot.post(f"/mimap/request/{case.reference}/withdraw/")
    now = everything()
    # A pressed button may leave a session of the robot's own; the case and its letters stay as they were.
    assert before[:5] == now[:5] and before[6] == now[6]


def test_that_a_link_shows_nothing_personal(dana: Visitor) -> None:
    (case,) = dana.send("DELETE")
    work()
    stranger = Visitor()
    first = stranger.get(link_of(case))
    assert first["Referrer-Policy"] == "strict-origin"
    second = stranger.post(link_of(case), {"have": "1"}, follow=True)
    for page in (first, second):
        text = page.content.decode()
        assert "Dana" not in text and "example.com" not in text and "d***" not in text
    assert stranger.get(f"/mimap/request/{case.reference}/").url == "/mimap/follow/"


def test_that_link_and_first_mails_code_open_the_case(dana: Visitor) -> None:
    (case,) = dana.send("KNOW_CAT")
    work()
    elsewhere = Visitor()
    elsewhere.post(link_of(case), {"have": "1"})
    page = elsewhere.post(f"/mimap/request/{case.reference}/code/", {"code": code_in_newest_letter(case)})
    assert page.url == f"/mimap/request/{case.reference}/"
    assert elsewhere.get(page.url).status_code == 200
    case.refresh_from_db()
    assert case.state == "assessing"


def test_that_a_signature_comes_with_the_code_where_the_law_asks_one(dana: Visitor) -> None:
    (case,) = dana.send("KNOW_PCS")
    work()
    path, code = f"/mimap/request/{case.reference}/code/", code_in_newest_letter(case)
    assert "penalty of perjury" in dana.get(path).content.decode()
    assert "Sign the statement" in dana.post(path, {"code": code}).content.decode()
    assert dana.post(path, {"code": code, "signed": "Dana Whitfield"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.methods) == ("assessing", ["email_code", "declaration"])


def test_that_known_and_unknown_addresses_are_answered_alike(dana: Visitor) -> None:
    pages: list[list[str]] = []
    for email in (DANA["mimap"], "nobody@example.com"):
        visitor = Visitor()
        (case,) = visitor.send("KNOW_CAT", email=email)
        work()
        own = [case.reference, case.spaced_reference, f"{email[0]}***@"]
        path = f"/mimap/request/{case.reference}/code/"
        seen = [alike(visitor.get("/mimap/sent/"), *own), alike(visitor.get(path), *own)]
        seen += [alike(visitor.post(path, {"code": "000000"}), *own) for _ in range(6)]
        visitor.post(f"{path}again/")
        work()
        seen.append(alike(visitor.get(path), *own))
        pages.append(seen)
    moment = re.compile(r"\d+:\d\d [ap]m")
    known, unknown = ([moment.sub("", text) for text in each] for each in pages)
    assert known == unknown


def test_that_five_wrong_codes_end_it_for_the_right_one_too(dana: Visitor) -> None:
    (case,) = dana.send("KNOW_CAT")
    work()
    path, right = f"/mimap/request/{case.reference}/code/", code_in_newest_letter(case)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        page = dana.post(path, {"code": wrong})
    assert "Too many wrong codes" in page.content.decode()
    assert "Too many wrong codes" in dana.post(path, {"code": right}).content.decode()
    case.refresh_from_db()
    assert case.state == "verifying"


@pytest.mark.parametrize("typed", ["{0} {1}", "{0}-{1}", " {0}{1} "])
def test_of_codes_as_people_type_them(dana: Visitor, typed: str) -> None:
    (case,) = dana.send("KNOW_CAT")
    work()
    code = code_in_newest_letter(case)
    page = dana.post(f"/mimap/request/{case.reference}/code/", {"code": typed.format(code[:3], code[3:])})
    assert page.status_code == 302


def test_that_a_wrong_pair_is_answered_like_a_right_one(dana: Visitor) -> None:
    (case,) = dana.send("DELETE")
    work()
    seen = []
    for reference, email in [
        (case.reference, DANA["mimap"]), (case.reference, "max@example.org"), ("22223333", DANA["mimap"]),
    ]:  # fmt: skip
        stranger = Visitor()
        answer = stranger.post("/mimap/follow/", {"reference": reference, "email": email})
        seen.append([answer.url, alike(stranger.get(answer.url))])
        seen[-1] += [alike(stranger.post(answer.url, {"code": "000000"})) for _ in range(6)]
    assert seen[0] == seen[1] == seen[2]


def test_that_another_controllers_door_does_not_open(dana: Visitor) -> None:
    (case,) = dana.send("DELETE")
    work()
    dana.come_back(case)
    token = link_of(case).split("/")[3]
    assert dana.get(f"/mipmap/request/{case.reference}/").url == "/mipmap/follow/"
    assert dana.get(f"/mipmap/follow/{token}/").status_code == 404


def test_that_a_visit_ends(dana: Visitor) -> None:
    (case,) = dana.send("DELETE")
    work()
    dana.come_back(case)
    path = f"/mimap/request/{case.reference}/"
    session = dana.session
    session["visits"] = dict.fromkeys(session["visits"], "2020-01-01T00:00:00+00:00")
    session.save()
    dana.cookies["session"] = session.session_key
    assert dana.get(path).url == "/mimap/follow/"


def test_that_whoever_needs_longer_keeps_the_page_open_and_nobody_opens_it_so(dana: Visitor) -> None:
    (case,) = dana.send("DELETE")
    work()
    path = f"/mimap/request/{case.reference}/"
    assert dana.post(f"{path}stay/").url == "/mimap/follow/", "a code first"
    dana.come_back(case)
    with time_machine.travel(timezone.now() + timedelta(minutes=50), tick=False) as clock:
        assert dana.post(f"{path}stay/").url == path
        clock.shift(timedelta(minutes=50))
        page = dana.get(path)
        assert page.status_code == 200 and 'data-closes="600"' in page.content.decode()
        clock.shift(timedelta(minutes=11))
        assert dana.post(f"{path}stay/").url == dana.get(path).url == "/mimap/follow/"


def test_that_one_is_told_before_the_page_closes(dana: Visitor, browser: Browser) -> None:
    (case,) = dana.send("DELETE")
    work()
    dana.come_back(case)
    context = browser.new_context(locale="en-US")
    answer_for(dana, context)
    page = context.new_page()
    page.clock.install()
    page.goto(f"{ORIGIN}/mimap/request/{case.reference}/")
    page.locator("#id_text").fill("Half a sentence")
    told = page.locator("[role=alert]")
    page.clock.fast_forward("56:30")
    assert told.inner_text() == ""
    page.clock.fast_forward("00:31")
    assert "closes in three minutes" in told.inner_text()
    assert told.get_by_role("button", name="Keep it open for another hour").is_visible()
    assert page.locator("#id_text").input_value() == "Half a sentence"
    context.close()


def test_that_messages_go_both_ways_and_notes_stay_inside(dana: Visitor) -> None:
    (case,) = dana.send("DELETE")
    work()
    dana.come_back(case)
    path = f"/mimap/request/{case.reference}/"
    dana.post(path, {"text": "<b>hello</b>\nsecond line"})
    for kind, text in [(Message.Kind.REPLY, "We look."), (Message.Kind.NOTE, "Sounds cross.")]:
        conversation.add(case, kind, text=text, written_at=timezone.now())
    page = dana.get(path).content.decode()
    assert "&lt;b&gt;hello&lt;/b&gt;" in page and "We look." in page and "Sounds cross." not in page
    assert case.events.filter(name="message_received").count() == 1
    assert b"hello" not in bytes(case.messages.first().sealed)


def test_that_what_was_withdrawn_is_not_said_to_be_answered(dana: Visitor) -> None:
    (case,) = dana.send("DELETE")
    work()
    dana.come_back(case)
    dana.post(f"/mimap/request/{case.reference}/withdraw/")
    page = dana.get(f"/mimap/request/{case.reference}/").content.decode()
    assert "Withdrawn by you" in page and "Ended " in page and "Answered" not in page


def test_that_a_decided_case_is_no_longer_withdrawn(dana: Visitor) -> None:
    (case,) = dana.send("DELETE")
    work()
    dana.come_back(case)
    Case.objects.filter(pk=case.pk).update(state="fulfilling")
    page = dana.post(f"/mimap/request/{case.reference}/withdraw/")
    assert page.status_code == 409 and "no longer be withdrawn" in page.content.decode()


def test_that_leaving_closes_every_page(dana: Visitor) -> None:
    (case,) = dana.send("DELETE")
    work()
    dana.come_back(case)
    dana.post("/mimap/follow/close/")
    assert dana.get(f"/mimap/request/{case.reference}/").url == "/mimap/follow/"
    assert dana.get("/mimap/sent/").url == "/mimap/follow/"


def test_that_a_deletion_says_that_it_waits_for_the_copy() -> None:
    _copy, deletion = open_several("mimap", ["KNOW_PCS", "DELETE"])
    for move in (lifecycle.NEED_NO_PROOF, lifecycle.PROPOSE, lifecycle.APPROVE):
        journal.advance(deletion, move, by=journal.PIPELINE)
    fulfilment.carry_out(deletion)
    visitor = Visitor()
    visitor.come_back(deletion)
    text = visitor.get(f"/mimap/request/{deletion.reference}/").content.decode()
    assert "It waits until you have your copy" in text
