"""After the answer the requester's page tells what was given, done and kept: system by system, to them alone."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from requests_app import register
from requests_app.archive import purge
from requests_app.intake import web
from requests_app.letters import by_post
from requests_app.models import Case, Reading, Work
from requests_app.response import posting, shown, steps
from requests_app.response.readings import digest
from tests.build import DANA, TAX, build_case, found
from tests.people import member, run_pipeline
from tests.public.conftest import Visitor
from tests.public.test_pages import MOST_STATEMENTS, words_of
from tests.response.test_posting import SHOP, paper_case, past_undo, said

pytestmark = pytest.mark.django_db

KEPT = found(9, "retain", oldest=date(2024, 2, 3), newest=date(2026, 9, 14), **TAX)
CN_KEPT = found(
    3,
    "retain",
    exemption="CN_RETAIN",
    until=date(2029, 1, 1),
    answers={"CN_RETAIN.law": "《电子商务法》第三十一条"},
)
SECRET = found(
    2, "withhold", exemption="CN_CONF", until=date(2027, 1, 1), answers={"CN_CONF.law": "《反间谍法》"}
)
COPY = {"rows": {"mipmap_platform_db": [("accounts", {"account_id": 1})]}}


def answered(holdings: dict, **how: object) -> Case:
    """A case whose letter has left."""
    case = build_case(holdings, **how)
    assert steps.answer(case)
    case.refresh_from_db()
    return case


def page_of(case: Case, language: str = "en") -> str:
    """What Dana reads when she has come back, in few statements."""
    dana = Visitor(case.controller, language)
    dana.come_back(case)
    with CaptureQueriesContext(connection) as asked:
        page = dana.get(dana.at(f"request/{case.reference}/"))
    assert len(asked) <= MOST_STATEMENTS, "\n".join(one["sql"][:300] for one in asked.captured_queries)
    return re.sub(r"\s+", " ", html.unescape(words_of(page)))


@pytest.mark.parametrize(
    ("holdings", "how", "language", "says", "silent"),
    [
        pytest.param(
            {"orders.recent": KEPT, "orders.older": found(14, retained=2, erased=12), "devices.all": found(0)},
            {},
            "en",
            ["Deleted 1 kind of information", "Kept 2 kinds of information", "12 records erased", "N.Y. Tax Law § 1135",
             "Until 14 September 2029", "2 records stay because they are another person’s too", "The law’s own words"],
            [],
            id="a deletion in part",
        ),
        pytest.param(
            {"orders.recent": CN_KEPT, "accounts.contact": found(1)},
            {"controller": "mipmap", "right": "CN_DELETE", "language": "zh-Hans", "name": "王小明"},
            "en",
            ["Deleted 1 kind of information", "Kept 1 kind of information", "Until 1 January 2029", "1 record erased"],
            ["保留至"],
            id="a Chinese letter, read in English",
        ),
        pytest.param(
            {"orders.recent": CN_KEPT, "accounts.contact": found(1)},
            {"controller": "mipmap", "right": "CN_DELETE", "language": "zh-Hans", "name": "王小明"},
            "zh-Hans",
            ["已删除 1类信息", "保留 1类信息", "保留至2029年1月1日", "《电子商务法》第三十一条"],
            ["kind of", "Until"],
            id="in Chinese",
        ),
        pytest.param(
            {"accounts.contact": found(1), "access_logs.recent": SECRET},
            {"controller": "mipmap", "right": "CN_COPY", "language": "zh-Hans", "name": "王小明", **COPY},
            "zh-Hans",
            ["已提供 1类信息", "未提供 1类信息", "无法满足您请求中的这一部分"],
            ["反间谍", "第十八条", "2027年", "2条"],
            id="a ground of secrecy is not told",
        ),
        pytest.param(
            {"orders.recent": found(0)}, {}, "en", ["MiMap shop nothing found", "Nothing found 1 system"], ["Deleted"],
            id="nothing found",
        ),
    ],
)  # fmt: skip
def test_that_the_answer_is_told_system_by_system(holdings, how, language, says, silent) -> None:
    told = page_of(answered(holdings, **how), language)
    told = told[told.index("What was done, system by system" if language == "en" else "各系统的处理结果") :]
    told = told[: told.index("What happened so far" if language == "en" else "办理进度")]
    assert [words for words in says if words not in told] == []
    assert [words for words in silent if words in told] == []


def test_that_a_system_that_has_not_confirmed_is_still_to_come() -> None:
    case = build_case({"orders.older": found(14)}, failed=["mimap_shop_db"], state="fulfilling")
    assert steps.answer_so_far(case)
    case.refresh_from_db()
    (place,) = (one for one in shown.of(case, "en", theirs=True).places if one.rows)
    assert (place.kind, place.said) == ("open", "Still to come")


def test_that_it_is_told_to_nobody_who_did_not_show_that_it_is_theirs() -> None:
    case = answered({"orders.older": found(14)})
    assert shown.of(case, "en", theirs=True) and shown.of(case, "en", theirs=False) is None


def test_that_what_no_proof_is_asked_for_is_told_alike_of_known_and_unknown() -> None:
    told = []
    for proved in (True, False):
        case = build_case({}, right="OPT_OUT", proved=proved)
        for system, one in register.controller("mimap").inventory.systems.items():
            if one.settings_for("opt_out"):
                Work.objects.create(case=case, system=system, operation="set", status="confirmed")
        assert steps.answer(case)
        case.refresh_from_db()
        told.append(shown.of(case, "en", theirs=False))
    assert told[0] == told[1] and told[0].places and told[0].sums[0][0] == "Set"


def test_that_what_the_inventory_no_longer_knows_is_left_to_the_letter() -> None:
    case = answered({"orders.older": found(14)})
    case.holdings.update(holding_key="gone.long_ago")
    assert shown.of(case, "en", theirs=True) is None
    assert "Our letter" in page_of(case)


def test_that_nothing_is_left_of_it_after_the_purge() -> None:
    case = answered({"orders.recent": KEPT})
    dana = Visitor()
    dana.come_back(case)
    purge.purge(case)
    assert dana.get(dana.at(f"request/{case.reference}/")).url == "/mimap/follow/"


def test_that_an_answer_on_paper_is_told_in_as_few_statements() -> None:
    case, olu = paper_case(), member("Olu", mimap="handler")
    place = (SHOP, "customers", "email")
    Reading.objects.create(
        case=case, system=SHOP, collection=place[1], field=place[2], digest=digest(*place, DANA[1]), length=26,
        left_out=[[0, 4, "other_person", olu.pk]], marked_by=olu, confirmed_at=timezone.now(),
    )  # fmt: skip
    run_pipeline()
    case.refresh_from_db()
    posting.mark(case, by_post.laid_ready(case), said(), by=olu)
    past_undo()
    run_pipeline()
    case.refresh_from_db()
    web.write_message(case, "Thank you. It came.")
    told = page_of(case)
    assert [
        words
        for words in ("Your information", "Our letter", "number of places: 1", "It came.")
        if words not in told
    ] == []
