"""What requesters were promised of the pages: each promise has its test, and the plain ones are here."""

from __future__ import annotations

import re
from html import unescape

import pytest

from requests_app.models.case import REFERENCE_SIGNS
from tests.public.conftest import Visitor, work
from tests.public.test_pages import words_of
from tests.stack import ROOT

pytestmark = pytest.mark.django_db
OPEN_TO_ALL = ("", "privacy/", "cookies/", "ask/what/", "follow/", "account/")
HARDEST_GRADE, LONGEST_SENTENCE_WORDS, AVERAGE_SENTENCE_HANZI = 8.0, 25, 35


def seen_by(visitor: Visitor, right: str) -> dict[str, str]:
    """Every page from the home page to the case's own, as HTML by its path."""
    visitor.answer_all(right)
    asked = ("ask/name/", "ask/e-mail/", "ask/how/", "ask/who/", "ask/check/")
    pages = {path: visitor.get(visitor.at(path)) for path in (*OPEN_TO_ALL, *asked)}
    (case,) = visitor.send(right)
    work()
    own = f"request/{case.reference}/"
    pages |= {path: visitor.get(visitor.at(path)) for path in ("sent/", f"{own}code/")}
    visitor.come_back(case)
    pages |= {path: visitor.get(visitor.at(path)) for path in (own, f"{own}withdraw/")}
    assert {page.status_code for page in pages.values()} == {200}
    return {path.replace(case.reference, "R"): page.content.decode() for path, page in pages.items()}


def test_that_each_page_has_a_title_of_its_own_and_landmarks(dana: Visitor) -> None:
    titles: dict[str, str] = {}
    for path, html in seen_by(dana, "DELETE").items():
        title = " ".join(re.search(r"<title>(.*?)</title>", html, re.S)[1].split())
        assert title not in titles.values(), (path, title, titles)
        titles[path] = title
        for landmark in ("<header", "<main", "<footer"):
            assert html.count(landmark) == 1, (path, landmark)
        assert 'class="skip"' in html and len(re.findall(r"<h1\b", html)) == 1, path


def test_that_going_back_finds_the_answers(dana: Visitor) -> None:
    dana.answer_all("DELETE")
    assert 'value="Dana Whitfield"' in dana.get(dana.at("ask/name/")).content.decode()
    back = re.search(r'class="back" href="([^"]+)"', dana.get(dana.at("ask/e-mail/")).content.decode())
    assert back and back[1] == dana.at("ask/name/")
    ticked = re.findall(r'value="(\w+)"[^>]* checked', dana.get(dana.at("ask/what/")).content.decode())
    assert ticked == ["DELETE"]


def test_that_everything_is_checked_before_it_is_sent(dana: Visitor) -> None:
    dana.answer_all("DELETE")
    html = dana.get(dana.at("ask/check/")).content.decode()
    for answer in ("Delete", "Dana Whitfield", "dana@example.com", "Yes"):
        assert answer in words_of(dana.get(dana.at("ask/check/")))
    changes = re.findall(r'<a[^>]+href="[^"]+\?change=1"[^>]*>(.*?)</a>', html, re.S)
    told = [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in changes]
    assert len(told) >= 5 and len(set(told)) == len(told), told
    assert all(len(one.split()) > 1 for one in told), (
        "what is changed stands beside “Change”, if only to be heard"
    )
    assert "Send my request</button>" in html


def test_that_the_confirmation_is_worth_keeping(dana: Visitor) -> None:
    (case,) = dana.send("DELETE")
    html = dana.get(dana.at("sent/")).content.decode()
    assert case.spaced_reference in html and not set("0O1I") & set(REFERENCE_SIGNS)
    for told in ("How we counted", "calendar.ics", "bd@mimap.com"):
        assert told in html, told


FIELDS = [
    ("ask/name/", "name", {"autocomplete": "name"}),
    ("ask/e-mail/", "email", {"autocomplete": "email", "inputmode": "email", "type": "email"}),
    ("request/R/code/", "code", {"autocomplete": "one-time-code", "inputmode": "numeric"}),
]


def test_that_fields_help_to_fill_them_in(dana: Visitor) -> None:
    pages = seen_by(dana, "DELETE")
    for path, name, wanted in FIELDS:
        field = re.search(rf'<input[^>]* name="{name}"[^>]*>', pages[path])
        assert field, path
        for key, value in wanted.items():
            assert f'{key}="{value}"' in field[0], (path, field[0])
        assert "onpaste" not in pages[path]
        assert 'name="code"' not in pages[path] or pages[path].count('name="code"') == 1, (
            "one field for a code"
        )


def sentences_of(html: str) -> list[str]:
    """What is read as sentences: paragraphs and list entries of the main part, without names, dates and references."""
    main = re.search(r"<main.*?</main>", html, re.S)[0]
    blocks = re.findall(r"<(?:p|li|dd)\b[^>]*>(.*?)</(?:p|li|dd)>", main, re.S)
    found: list[str] = []
    for block in blocks:
        plain = " ".join(unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", block, flags=re.S)).split())
        found += [one for one in re.split(r"(?<=[.!?])\s+(?=[A-Z“])|(?<=[。！？])", plain) if one]
    return found


def syllables_of(word: str) -> int:
    """Groups of vowels, a silent e left out: the usual estimate."""
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


def grade_of(sentences: list[str]) -> float:
    """The Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    words = [word.lower() for one in sentences for word in re.findall(r"[A-Za-z’']+", one)]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables_of, words)) / len(words) - 15.59


def test_that_english_pages_are_easy_to_read(dana: Visitor) -> None:
    pages = seen_by(dana, "DELETE")
    sentences = [
        one
        for html in pages.values()
        for one in sentences_of(html)
        if len(one.split()) > 3 and one[-1] in ".!?"
    ]
    long = {one for one in sentences if len(re.findall(r"[A-Za-z’']+", one)) > LONGEST_SENTENCE_WORDS}
    assert len(sentences) > 100 and not long, long
    assert grade_of(sentences) <= HARDEST_GRADE, grade_of(sentences)


def test_that_chinese_pages_are_easy_to_read(li: Visitor) -> None:
    pages = seen_by(li, "CN_DELETE")
    lengths = [
        len(re.findall(r"[\u3400-\u9fff]", one)) for html in pages.values() for one in sentences_of(html) if one[-1] in "。！？"
    ]  # fmt: skip
    assert len(lengths) > 50 and sum(lengths) / len(lengths) <= AVERAGE_SENTENCE_HANZI


@pytest.mark.parametrize("room", ["public", "staff"])
def test_that_no_string_lacks_its_translation(room: str) -> None:
    catalogue = (ROOT / "portal" / room / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").read_text(
        encoding="utf-8"
    )
    entries = [one for one in catalogue.split("\n\n") if re.search(r'^msgid "', one, re.M)]
    lacking = [
        one
        for one in entries[1:]
        if re.search(r'^msgstr(?:\[\d\])? ""\n?(?!")\s*\Z', one, re.M) or "#, fuzzy" in one
    ]
    assert len(entries) > 300 and not lacking, lacking[:3]


def test_that_yes_and_no_look_alike_and_nothing_is_ticked(dana: Visitor) -> None:
    fresh = Visitor()
    for path in (*OPEN_TO_ALL, "stop/OPT_OUT/", "stop/MARKETING_OPT_OUT/"):
        assert " checked" not in fresh.get(fresh.at(path)).content.decode(), path
    (case,) = dana.send("KNOW_CAT")
    work()
    dana.come_back(case)
    kinds = []
    for path in ("stop/OPT_OUT/", "allow-again/"):
        html = dana.get(dana.at(path)).content.decode()
        kinds.append(re.findall(r'<main.*?<button type="submit"( class="primary")?>', html, re.S)[:1])
    assert kinds[0] == kinds[1], "to say no is no smaller than to say yes"
    for page in ("ask/how/", "ask/where/", "ask/who/"):
        fresh.post(fresh.at("ask/what/"), {"rights": ["DELETE"]})
        assert " checked" not in fresh.get(fresh.at(page)).content.decode(), page
