"""Every right of both controllers, from the first page to the answer: form, code, search, two people, systems, letter."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.embedded.environment import SAMPLES, sample_url
from requests_app import journal, law, register, worklist
from requests_app.decision import determine
from requests_app.intake import logged
from requests_app.letters import outbox
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Work
from requests_app.response import compose
from requests_app.response import ledger as ledgers
from requests_app.systems.connectors import sql_engine
from tests.house import clone, drop
from tests.people import DANA, run_pipeline, tell_recipients
from tests.public.conftest import Visitor, code_in_newest_letter
from tests.public.test_pages import words_of
from tests.stack import STACK
from tests.staff.people import at_desk, hire

pytestmark = pytest.mark.django_db

LANGUAGE = {"mimap": "en", "mipmap": "zh-Hans"}
NAME = {"mimap": "Dana Whitfield", "mipmap": "王丹娜"}
GRANTED, PART = Outcome.GRANTED, Outcome.GRANTED_IN_PART


@dataclass(frozen=True)
class Road:
    """One right, what it leaves behind, and what the person reads of it."""

    slug: str
    right: str
    says: str
    """On the person's own page, once it is answered."""
    outcome: Outcome = GRANTED
    asked: str = ""
    """A question to the customer database about Dana."""
    before: tuple = ()
    after: tuple = ()
    listed: tuple[str, ...] = ()
    """The lists of refusals on which she stands afterwards."""


DONE, MOSTLY, ANSWERED = "We did what you asked", "We did most of what you asked", "We answered you"
SELLS = "SELECT sells_or_shares FROM customers WHERE email = 'dana@example.com'"
SENSITIVE = "SELECT sensitive_use_limited FROM customers WHERE email = 'dana@example.com'"
MAILED = "SELECT DISTINCT subscribed FROM marketing_list WHERE email = 'dana@example.com'"
PROFILED = "SELECT consent_to_profiling FROM customers WHERE email = 'dana@example.com'"
CUSTOMER = "SELECT count(*) FROM customers WHERE lower(email) = 'dana@example.com'"
PHONE = "SELECT phone FROM customers WHERE customer_id = 'MM100001'"
PERSONAL = "SELECT personalised FROM accounts WHERE account_id = 100001"
IMPROVES = "SELECT consent_to_improvement FROM accounts WHERE account_id = 100001"
RESTRICTED = "SELECT processing_restricted FROM accounts WHERE account_id = 100001"
ACCOUNT = "SELECT count(*) FROM accounts WHERE lower(email) = 'dana@example.cn'"
OPEN = "SELECT status FROM accounts WHERE account_id = 100001"
LIVES_AT = "SELECT location FROM profiles WHERE account_id = 100001"
NO, YES = ((False,),), ((True,),)

ROADS = [
    Road("mimap", "KNOW_CAT", DONE),
    Road("mimap", "KNOW_PCS", DONE),
    Road("mimap", "DELETE", MOSTLY, PART, CUSTOMER, ((1,),), ((0,),)),
    Road("mimap", "CORRECT", DONE, asked=PHONE, after=(("+14155550199",),)),
    Road("mimap", "OPT_OUT", DONE, asked=SELLS, before=YES, after=NO, listed=("sale",)),
    Road("mimap", "OPT_IN", DONE, asked=SELLS, before=YES, after=YES),
    Road("mimap", "GPC", DONE, asked=SELLS, before=YES, after=NO, listed=("sale",)),
    Road("mimap", "LIMIT", DONE, asked=SENSITIVE, before=NO, after=YES, listed=("sensitive",)),
    Road("mimap", "UNLIMIT", DONE, asked=SENSITIVE, before=NO, after=NO),
    Road("mimap", "MARKETING_OPT_OUT", DONE, asked=MAILED, before=YES, after=NO, listed=("marketing",)),
    Road("mimap", "MARKETING_AGAIN", DONE, asked=MAILED, before=YES, after=YES),
    Road("mimap", "CONSENT_WITHDRAWAL", DONE, asked=PROFILED, before=YES, after=NO, listed=("consent",)),
    Road("mimap", "CONSENT_AGAIN", DONE, asked=PROFILED, before=YES, after=YES),
    Road("mimap", "MINOR_REPORT", MOSTLY, PART, CUSTOMER, ((1,),), ((0,),)),
    *(
        Road("mimap", right, ANSWERED)
        for right in ("ENQUIRY", "COMPLAINT", "APPEAL", "NON_RETALIATION", "INCIDENT")
    ),
    Road("mipmap", "CN_ACCESS", "您的请求已办理"),
    Road("mipmap", "CN_COPY", "您的请求已办理"),
    Road("mipmap", "CN_PORT", "您的请求已办理"),
    Road("mipmap", "CN_DELETE", "您的请求已部分办理", PART, ACCOUNT, ((1,),), ((0,),)),
    Road("mipmap", "CN_CORRECT", "您的请求已办理", asked=LIVES_AT, after=(("杭州",),)),
    Road("mipmap", "CN_RESTRICT", "您的请求已办理", asked=RESTRICTED, before=NO, after=YES),
    Road("mipmap", "CN_CANCEL", "您的请求已部分办理", PART, OPEN, (("正常",),), (("已注销",),)),
    Road(
        "mipmap", "CN_ADM_MKT", "您的请求已办理", asked=PERSONAL, before=YES, after=NO, listed=("marketing",)
    ),
    Road("mipmap", "CN_MKT_AGAIN", "您的请求已办理", asked=PERSONAL, before=YES, after=YES),
    Road(
        "mipmap", "CN_WITHDRAW", "您的请求已办理", asked=IMPROVES, before=YES, after=NO, listed=("consent",)
    ),
    Road("mipmap", "CN_CONSENT_AGAIN", "您的请求已办理", asked=IMPROVES, before=YES, after=YES),
    Road("mipmap", "CN_MINOR", "您的请求已部分办理", PART, ACCOUNT, ((1,),), ((0,),)),
    *(
        Road("mipmap", right, "我们已答复")
        for right in ("CN_ADM_DEC", "CN_EXPLAIN", "CN_COMPLAINT", "INCIDENT")
    ),
]


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


@pytest.mark.parametrize("road", ROADS, ids=lambda road: f"{road.slug}-{road.right}")
def test_a_right_is_walked_from_the_first_page_to_its_answer(samples: None, road: Road) -> None:
    with customers_of(road.slug) if road.asked else nullcontext():
        walk(road, Visitor(road.slug, LANGUAGE[road.slug]))


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
    carries_every_required_block(case)
    visitor.come_back(case)
    told = words_of(visitor.get(visitor.at(f"request/{case.reference}/")))
    assert road.says in html.unescape(told)
    assert journal.verify(case) is None


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


def test_a_question_that_needs_proof_says_that_a_person_reads_it_and_no_system_is_searched() -> None:
    li = Visitor("mipmap", "zh-Hans")
    case = ask(li, "mipmap", "CN_ADM_DEC")
    sent = words_of(li.get(li.at("sent/")))
    run_pipeline()
    li.come_back(case)
    told = words_of(li.get(li.at(f"request/{case.reference}/")))
    mail = outbox.read(case.letters.get(kind="acknowledgement"))["text"]
    assert "由专人处理" in sent and "由专人处理" in told and "请您：输入验证码" in told
    assert not any("各系统" in page for page in (sent, told, mail)), "no system is searched for it"


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


def carries_every_required_block(case: Case) -> None:
    """The letter that went out has every block, in the controller's language, word for word as composed."""
    said = "".join(outbox.read(case.letters.get(kind="answer"))["text"].split())
    letter, required = compose.preview(case), ledgers.read(case).blocks
    assert required and case.language == LANGUAGE[case.controller]
    assert not compose.missing(letter, required)
    for section in letter.sections:
        for part in (section.heading, *("".join(p) for p in section.paragraphs + section.bullets)):
            assert "".join(part.split()) in said, part


def test_every_right_offered_has_its_road() -> None:
    walked = {(road.slug, road.right) for road in ROADS}
    offered = {
        (known.slug, right.code)
        for known in register.controllers()
        for right in (*known.rights, *known.unlisted)
    }
    assert offered == walked
