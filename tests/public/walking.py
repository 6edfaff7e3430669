"""Walks a right from the first page to its answer: form, code, search, two people, systems, letter."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.embedded.environment import SAMPLES, sample_url
from requests_app import journal, law, register, worklist
from requests_app.decision import determine
from requests_app.letters import outbox
from requests_app.lifecycle import State
from requests_app.models import Case, Work
from requests_app.response import compose
from requests_app.response import ledger as ledgers
from requests_app.systems.connectors import sql_engine
from tests.house import clone, drop
from tests.people import DANA, run_pipeline, tell_recipients
from tests.public.conftest import Visitor, code_in_newest_letter
from tests.public.roads import Road
from tests.public.test_pages import MOST_STATEMENTS, words_of
from tests.stack import STACK
from tests.staff.people import at_desk, hire

LANGUAGE = {"mimap": "en", "mipmap": "zh-Hans"}
NAME = {"mimap": "Dana Whitfield", "mipmap": "王丹娜"}


@contextmanager
def customers_of(slug: str) -> Iterator[None]:
    """A customer database of this test's own, to be changed and erased from; no process is started."""
    variable, name = SAMPLES[slug], f"road_{slug}"
    shared = os.environ[variable]
    clone(f"built_{slug}", name)
    try:
        os.environ[variable] = sample_url(STACK.postgres, slug).replace(f"sample_{slug}", name)
        yield
    finally:
        sql_engine.forget(os.environ[variable])
        os.environ[variable] = shared
        drop(name)


def look(slug: str, question: str) -> tuple:
    """What the customer database says."""
    with psycopg.connect(os.environ[SAMPLES[slug]].replace("postgresql+psycopg://", "postgresql://")) as shop:
        return tuple(shop.execute(question).fetchall())


def walk(road: Road, visitor: Visitor) -> None:
    """One road to its end."""
    if road.before:
        assert look(road.slug, road.asked) == road.before
    undone = law.regime(offered_under(road)).right(road.right).undoes
    if undone:
        case = allow_again(visitor, road, undone)
    elif road.right == "GPC":
        case = signalled(visitor)
    else:
        case = ask(visitor, road.slug, road.right)
    run_pipeline()
    case.refresh_from_db()
    if case.state == State.VERIFYING:
        prove(visitor, case)
    right = law.regime(case.regime, case.received_on).right(case.right)
    if not right.at_once:
        decide_and_approve(case, right)
    run_pipeline()
    finish(case)
    assert (case.state, case.outcome) == (State.CLOSED, road.outcome), case.waits_for
    if road.asked:
        assert look(road.slug, road.asked) == road.after
    if right.at_once:
        listed = f"SELECT what FROM refusals WHERE email = '{DANA[road.slug]}'"
        assert look(road.slug, listed) == tuple((what,) for what in road.listed)
    carries_every_required_block(case, road.language)
    visitor.come_back(case)
    with CaptureQueriesContext(connection) as asked:
        page = visitor.get(visitor.at(f"request/{case.reference}/"))
    assert road.says in html.unescape(words_of(page)) and len(asked) <= MOST_STATEMENTS
    if right.standard.level is law.Level.NONE:
        assert not re.search("how we check|身份核对方式", words_of(page)), "nobody was asked who they are"
    if right.in_words:
        assert not re.search("systems are done|所有系统", words_of(page)), "a person answered"
    if not right.erases:
        assert not re.search("delete it too|一并删除", words_of(page))
    tells_what_was_done(page, case, right)
    assert journal.verify(case) is None


WRONG = {
    "mimap": {"field": "customers.phone", "to": "+14155550199"},
    "mipmap": {"field": "profiles.location", "to": "杭州"},
}
ANSWERS = {
    "in-your-words": {"words": "Why was my order shared?", "about": ""},
    "which": {"part": "all"},
    "how-far-back": {"span": "all"},
    "where": {"lives_in_california": "yes"},
    "who": {"capacity": "self"},
    "how": {"relation": "customer"},
}


def ask(visitor: Visitor, slug: str, right: str) -> Case:
    """From the home page: one link, then one question a page."""
    home = visitor.get(visitor.at("")).content.decode()
    link = re.search(rf'href="(/{slug}/(?:ask/what/\?right={right}|stop/{right}/))"', home)
    assert link, "the home page leads to it"
    typed = ANSWERS | {
        "what": {"rights": [right]},
        "name": {"name": NAME[slug]},
        "e-mail": {"email": DANA[slug]},
        "what-is-wrong": {"why": "I moved."} | WRONG[slug],
        "check": {"number": "", "website": ""},
    }
    here, pages = link[1], 0
    while not here.endswith(("/sent/", "/done/")):
        step = here.rstrip("/").split("/")[-1].split("?")[0] if "?" not in here else "what"
        page = visitor.post(here, typed.get(step, {"email": DANA[slug]}))
        assert page.status_code == 302, (here, words_of(page))
        here, pages = page.url, pages + 1
    assert pages <= 9, "the commonest request takes at most nine pages"
    return Case.objects.latest("pk")


def known_at(visitor: Visitor, slug: str) -> None:
    """Dana has shown by a code that she is Dana."""
    case = ask(visitor, slug, "KNOW_CAT" if slug == "mimap" else "CN_ACCESS")
    run_pipeline()
    visitor.come_back(case)


def allow_again(visitor: Visitor, road: Road, undone: str) -> Case:
    """Stop it, show who it is, and allow it again; twice where the law wants two steps."""
    ask(visitor, road.slug, undone)
    run_pipeline()
    assert look(road.slug, road.asked) != road.before
    known_at(visitor, road.slug)
    here = visitor.at(f"allow-again/{road.right}/")
    page = visitor.post(here)
    if page.status_code == 200:
        page = visitor.post(here, {"sure": "yes"})
    assert page.url == visitor.at(f"stop/{road.right}/done/"), words_of(page)
    return Case.objects.get(right=road.right)


def signalled(visitor: Visitor) -> Case:
    """A known person's browser says it by itself."""
    known_at(visitor, "mimap")
    visitor.get(visitor.at(""), headers={"sec-gpc": "1"})
    return Case.objects.get(right="GPC")


def offered_under(road: Road) -> str:
    """The statute or promise under which this controller offers it."""
    known = register.controller(road.slug)
    return next(one.regime for one in (*known.rights, *known.unlisted) if one.code == road.right)


def prove(visitor: Visitor, case: Case) -> None:
    """The code from the mail, and the signature where the statute wants one."""
    here = visitor.at(f"request/{case.reference}/code/")
    page = visitor.post(here, {"code": code_in_newest_letter(case), "signed": NAME[case.controller]})
    assert page.status_code == 302, words_of(page)
    run_pipeline()
    case.refresh_from_db()


def decide_and_approve(case: Case, right: law.Right) -> None:
    """Olu answers all that the page asks and follows what it suggests; Pia approves; Cora too where it wants counsel."""
    slug = case.controller
    assert case.state == State.ASSESSING, (case.state, case.waits_for)
    olu = at_desk(hire("Olu", slug))
    here = reverse("staff:decide", args=[slug, case.reference])
    if right.in_words:
        typed = {"outcome": "granted", "text": "We looked at it.\nIt went to the carrier only."}
    else:
        olu.post(here, {"act": "set_rest"})
        olu.post(here, as_suggested(olu, here, right) | {"act": "save"})
        typed = as_suggested(olu, here, right)
    if right.operation == "restrict":
        typed |= {
            "restriction.reason": "是否准确有争议。",
            "restriction.ends_on": "",
            "restriction.condition": "",
        }
    sent = olu.post(here, typed | {"act": "propose"})
    assert sent.status_code == 302, sent.context["problems"]
    for name in ("Pia", "Cora"):
        case.refresh_from_db()
        if case.state == State.APPROVING:
            sign(at_desk(hire(name, slug)), case)
    case.refresh_from_db()
    assert case.state == State.FULFILLING, case.state


def as_suggested(desk: Client, here: str, right: law.Right) -> dict[str, str]:
    """The decide form as a caseworker fills it in: what must be kept is kept, everything else is done as asked."""
    typed: dict[str, str] = {}
    for row in desk.get(here).context["holdings"]:
        field = row["determination"]
        grounds = [value for title, options in field["groups"] if title for value, _words in options]
        typed[field["name"]] = field["value"] or (grounds[0] if right.erases and grounds else "grant")
        for asked in row["questions"]:
            for one in asked["fields"]:
                typed[one["name"]] = one["value"] or answer_to(one)
    return typed


def answer_to(one: dict) -> str:
    """What is suggested, else something that fits the question."""
    if one["kind"] == "radio":
        fits = [value for value, words in one["choices"] if in_english(words) == one["suggested"]]
        return (fits or [one["choices"][0][0]])[0]
    if one["name"].endswith("correct.was"):
        return ""
    return one.get("suggested") or ("2031-12-31" if one["name"].endswith("until") else "Tax Law § 1135")


def in_english(words: object) -> str:
    """As the caseworker's page says it."""
    return words.in_("en") if isinstance(words, law.Words) else str(words)


def sign(desk: Client, case: Case) -> None:
    here = reverse("staff:approve", args=[case.controller, case.reference])
    shown = desk.get(here)
    assert shown.status_code == 200
    desk.post(here, {"act": "approve", "reference": case.reference, "digest": determine.digest(case)})


def finish(case: Case) -> None:
    """Time passes and people do their part: the days to think better of it, and telling the recipients."""
    case.refresh_from_db()
    for work in case.works.filter(operation=Work.Operation.SET).exclude(status=Work.Status.CONFIRMED):
        worklist.try_again_now(work)
    run_pipeline()
    if case.proposed_by:
        tell_recipients(case.proposed_by)
    case.refresh_from_db()


def tells_what_was_done(page: HttpResponse, case: Case, right: law.Right) -> None:
    """System by system: all that was found or set, with a reason for whatever was kept; a person's words stand in the letter."""
    shown = page.context["shown"]
    if right.in_words:
        assert shown is None
        return
    rows = [row for place in shown.places for row in place.rows]
    assert {row.kind for row in rows} <= {"done", "kept"} and shown.sums
    assert len(rows) >= case.holdings.filter(found__gt=0).count() or right.operation == "restrict"
    kept = case.holdings.filter(found__gt=0, determination__choice__in=["retain", "withhold"])
    reasons = [row.said for row in rows if row.kind == "kept"]
    assert len(reasons) == kept.count() and all(reasons), (right.code, rows)
    text = html.unescape(words_of(page))
    assert all(row.title in text and row.said in text for row in rows)


def carries_every_required_block(case: Case, language: str = "") -> None:
    """The letter that went out has every block, in the language it was asked in, word for word as composed."""
    said = "".join(outbox.read(case.letters.get(kind="answer"))["text"].split())
    letter, required = compose.preview(case), ledgers.read(case).blocks
    assert required and case.language == (language or LANGUAGE[case.controller])
    assert not compose.missing(letter, required)
    for section in letter.sections:
        for part in (section.heading, *("".join(p) for p in section.paragraphs + section.bullets)):
            assert "".join(part.split()) in said, part
