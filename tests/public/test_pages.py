"""Every page stands in both languages, with one heading, for anybody or for the one it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.public import sentences
from portal.public.calendar_file import calendar_file
from requests_app import journal, lifecycle
from requests_app.letters import links
from requests_app.lifecycle import Outcome
from requests_app.models import Case, CaseEvent
from tests.people import DANA, open_case
from tests.public.conftest import Visitor, work

pytestmark = pytest.mark.django_db

BOTH = [("mimap", "en"), ("mipmap", "zh-Hans"), ("mipmap", "en")]
FIRST_RIGHT = {"mimap": "DELETE", "mipmap": "CN_DELETE"}
TAG = re.compile(r"<(script|style|svg|head)\b.*?</\1>|<[^>]+>", re.S)
MOST_STATEMENTS = 8


def words_of(page) -> str:
    """The text of a page, without its markup."""
    return TAG.sub(" ", page.content.decode())


CLOSES = ['<script src="/static/js/closing.js" defer>']
"""What a case's own page has besides: it closes after an hour, and says so in time."""


def is_well_made(page, language: str, scripts: Sequence[str] = ()) -> None:
    """One heading, the language named, nothing of anybody else's, nothing kept, no script but one of ours that is named."""
    text = page.content.decode()
    assert page.status_code == 200, text
    assert f'<html lang="{language}"' in text
    assert text.count("<h1") == 1
    assert "style=" not in text and re.findall(r"<script[^>]*>", text) == list(scripts)
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["", "policy/", "ask/what/", "follow/"])
@pytest.mark.parametrize(("slug", "language"), BOTH)
def test_of_pages_open_to_all(slug: str, language: str, path: str) -> None:
    is_well_made(Visitor(slug, language).get(f"/{slug}/{path}"), language)


@pytest.mark.parametrize(("slug", "language"), BOTH)
def test_of_every_page_from_question_to_withdrawal(samples: None, slug: str, language: str) -> None:
    visitor = Visitor(slug, language)
    visitor.answer_all(FIRST_RIGHT[slug])
    for path in ["ask/what/", "ask/name/", "ask/e-mail/", "ask/check/"]:
        is_well_made(visitor.get(visitor.at(path)), language)
    (case,) = visitor.send(FIRST_RIGHT[slug])
    work()
    own = f"request/{case.reference}/"
    for path in ["sent/", f"{own}code/"]:
        is_well_made(visitor.get(visitor.at(path)), language)
    is_well_made(visitor.get(links.case_link(case).removeprefix("http://localhost:8000")), language)
    visitor.come_back(case)
    is_well_made(visitor.get(visitor.at(own)), language, CLOSES)
    is_well_made(visitor.get(visitor.at(f"{own}withdraw/")), language)
    assert visitor.post(visitor.at(f"{own}withdraw/")).url == visitor.at(own)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", Outcome.WITHDRAWN)
    assert journal.verify(case) is None
    is_well_made(visitor.get(visitor.at(own)), language, CLOSES)


def test_that_chinese_pages_carry_no_english_leftovers(li: Visitor) -> None:
    (case,) = li.send("CN_COPY")
    work()
    li.come_back(case)
    allowed = {
        "MipMap",
        "English",
        "ID",
        "PDF",
        "ZIP",
        "Cookie",
        "example",
        "cn",
        "com",
        "mipmap",
        "dana",
        "d",
    }
    allowed |= {
        "GB",
        "JPEG",
        "MB",
        "PNG",
        "T",
        case.reference[:4],
        case.reference[4:],
        "name",
        "org",
        "wanyanyan",
        "X9TD",
        "K",
        "P",
    }
    for path in ["", "ask/what/", "follow/", "sent/", f"request/{case.reference}/", "nothing/"]:
        text = words_of(li.get(li.at(path))).replace("Beijing ManManXingTu Technology Co., Ltd.", "")
        text = re.sub(r"\b[\dA-Z]{4}\b|&#x27;|&amp;", "", text)
        left = set(re.findall(r"[A-Za-z]{2,}", text)) - allowed
        assert not left, (path, left)


@pytest.mark.parametrize(("path", "kind"), [("brand.css", "text/css"), ("brand/logo.svg", "image/svg+xml")])
def test_a_brand_file_says_its_kind_and_may_be_kept(client, path: str, kind: str) -> None:
    answer = client.get(f"/mimap/{path}")
    assert answer["Content-Type"].startswith(kind)
    assert "max-age" in answer["Cache-Control"]


def test_that_a_logo_opened_by_itself_can_run_nothing(client) -> None:
    assert "sandbox" in client.get("/mimap/brand/logo.svg")["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("nobody/", 404), ("mimap/ask/shoe-size/", 404), ("mimap/policy/2001-01-01/", 404), ("mimap/policy/2024-13-40/", 404),
     ("mimap/policy/2024-10-03/", 200), ("mimap/follow/not-a-token/", 404), ("mimap/request/22223333/", 302),
     ("mimap/sent/", 302), ("mimap/follow/code/", 302)],
)  # fmt: skip
def test_of_addresses_that_lead_nowhere(client, path: str, status: int) -> None:
    assert client.get(f"/{path}").status_code == status


def test_that_each_right_shows_the_time_its_duty_gives(client) -> None:
    assert "45 days" in words_of(client.get("/mimap/"))
    assert "15个工作日" in words_of(client.get("/mipmap/", headers={"accept-language": "zh"}))


def test_that_a_policy_is_shown_in_full_with_its_note(client) -> None:
    text = words_of(client.get("/mipmap/policy/?lang=en"))
    assert "carries no date" in text and "Cookies and Similar Technologies" in text


def test_that_the_language_switch_keeps_page_and_answers(li: Visitor) -> None:
    li.answer_all("CN_DELETE")
    assert "提交请求" in words_of(li.get(li.at("ask/check/")))
    english = words_of(li.get(li.at("ask/check/?lang=en")))
    assert "Send my request" in english and DANA["mipmap"] in english


@pytest.mark.parametrize(
    ("visitor", "rights"), [("dana", ["KNOW_PCS", "DELETE"]), ("li", ["CN_COPY", "CN_DELETE"])]
)
def test_that_every_page_asks_little_of_the_database(
    request: pytest.FixtureRequest, visitor: str, rights: list[str]
) -> None:
    dana: Visitor = request.getfixturevalue(visitor)
    cases = dana.send(*rights)
    work()
    dana.come_back(cases[0])
    dana.post(dana.at(f"request/{cases[0].reference}/"), {"text": "Please hurry."})
    for path in [
        "",
        "ask/what/",
        "sent/",
        f"request/{cases[0].reference}/",
        f"request/{cases[1].reference}/code/",
    ]:
        with CaptureQueriesContext(connection) as asked:
            assert dana.get(dana.at(path)).status_code == 200, path
        assert len(asked) <= MOST_STATEMENTS, (path, len(asked))


def test_that_only_told_events_are_shown_and_every_told_move_exists() -> None:
    ours_alone = {"purge", "ask_proof", "need_no_proof"}
    ours_alone |= {name for name, move in lifecycle.MOVES.items() if move.asked is False}
    assert set(lifecycle.MOVES) - ours_alone <= set(sentences.TITLES)
    assert sentences.told([CaseEvent(name="stopped_by_hold")]) == []


def test_that_a_calendar_file_folds_long_lines_and_escapes() -> None:
    text = calendar_file(uid="x", day=date(2027, 1, 4), made_at=datetime(2026, 11, 22, tzinfo=UTC),
                         title="a, b; c" + "长" * 60, text="one\ntwo")  # fmt: skip
    assert "SUMMARY:a\\, b\\; c" in text and "one\\ntwo" in text and "DTEND;VALUE=DATE:20270105" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_that_a_calendar_file_names_nobody(dana: Visitor) -> None:
    (case,) = dana.send("DELETE")
    text = dana.get(dana.at(f"request/{case.reference}/calendar.ics")).content.decode()
    assert case.spaced_reference in text and "Dana" not in text and DANA["mimap"] not in text


def test_of_archived_cases_nothing_is_left_to_open(dana: Visitor) -> None:
    case = open_case("mimap", "DELETE")
    link = links.case_link(case).removeprefix("http://localhost:8000")
    Case.objects.filter(pk=case.pk).update(state="archived")
    page = dana.get(link)
    assert page.status_code == 404 and "no longer works" in words_of(page)
    assert not mail.outbox


@pytest.mark.parametrize(("visitor", "right", "counted", "acknowledged"), [
    ("dana", "DELETE", "This day is not counted.", "We confirm how we check identity"),
    ("li", "CN_COPY", "当天不计。", "确认收到"),
])  # fmt: skip
def test_that_every_date_opens_its_reasons_in_the_readers_language(
    request: pytest.FixtureRequest, visitor: str, right: str, counted: str, acknowledged: str
) -> None:
    asker: Visitor = request.getfixturevalue(visitor)
    asker.answer_all(right)
    assert words_of(asker.get(asker.at("ask/check/"))).count(counted) == 1
    (case,) = asker.send(right)
    # Our answer's date, and the acknowledgement's.
    assert words_of(asker.get(asker.at("sent/"))).count(counted) == 2
    entry = asker.get(asker.at(f"request/{case.reference}/calendar.ics")).content.decode()
    assert counted in entry.replace("\r\n ", "")
