"""The answer as a letter: the right words for each outcome, and none at all while something is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from requests_app import law, register
from requests_app.law import Block, Words
from requests_app.lifecycle import Outcome, State
from requests_app.response import compose, ledger
from requests_app.response.compose import LetterIncomplete
from tests.build import TAX, build_case, found

pytestmark = pytest.mark.django_db

KEPT = found(9, "retain", oldest=date(2024, 2, 3), newest=date(2026, 9, 14), **TAX)
CN_KEPT = found(
    3,
    "retain",
    exemption="CN_RETAIN",
    until=date(2029, 1, 1),
    answers={"CN_RETAIN.law": "《电子商务法》第三十一条"},
)
OTHERS = found(1, "withhold", exemption="OTHERS", answers={"OTHERS.fields": "the name of a colleague"})
NEVER_TOLD = found(
    2, "withhold", exemption="CN_CONF", until=date(2039, 1, 1), answers={"CN_CONF.law": "《反间谍法》"}
)
CHINESE = {"controller": "mipmap", "language": "zh-Hans", "name": "王小明"}


@pytest.mark.parametrize(
    ("holdings", "how", "outcome", "says", "silent"),
    [
        pytest.param(
            {"customers.identity": found(1, erased=0, masked=1), "orders.older": found(14), "devices.all": found(0)},
            {},
            Outcome.GRANTED,
            ["We have done what you asked", "14 records erased", "1 record emptied", "We keep a record"],
            ["Second look", "Devices"],
            id="erased",
        ),
        pytest.param(
            {"orders.recent": KEPT, "orders.older": found(14)},
            {},
            Outcome.GRANTED_IN_PART,
            ["N.Y. Tax Law § 1135", "Until 14 September 2029", "§ 1798.105(d)(8)", "We use it for nothing else",
             "3 February 2024 to 14 September 2026", "stop selling or sharing", "California Privacy Protection Agency",
             "answer this letter"],
            ["disproportionate"],
            id="erased in part",
        ),
        pytest.param(
            {"orders.recent": KEPT},
            {},
            Outcome.REFUSED,
            ["We cannot do what you asked", "We deleted nothing", "for nothing else", "We keep a record"],
            ["stays deleted", "Everything else is deleted"],
            id="refused",
        ),
        pytest.param(
            {"orders.recent": found(0)},
            {},
            Outcome.NOT_FOUND,
            ["We found nothing about you", "MiMap shop: nothing found", "answer this letter"],
            ["stays deleted", "stop selling"],
            id="nothing found",
        ),
        pytest.param(
            {},
            {"not_identified": True, "name": "http://evil.example"},
            Outcome.NOT_IDENTIFIED,
            ["Hello,", "could not make sure who is asking", "stop selling or sharing"],
            ["evil", "stays deleted"],
            id="not identified",
        ),
        pytest.param(
            {"customers.account": found(1), "credit_history.all": OTHERS},
            {"right": "KNOW_PCS", "rows": {"mimap_shop_db": [("customers", {"customer_id": "MM1"})]}},
            Outcome.GRANTED_IN_PART,
            ["Your copy is ready", "20 December 2026", "Password, scrambled", "11 CCR § 7024(d)",
             "The name of a colleague.", "Everything else is in your copy"],
            [],
            id="copy in part",
        ),
        pytest.param(
            {"customers.identity": found(1), "tracking_ids.all": found(2)},
            {"right": "KNOW_CAT"},
            Outcome.GRANTED,
            ["1. Kinds of information", "Identifiers: Name and contact details", "5. What we sold or shared",
             "Internet or other electronic network activity information: Advertising and analytics providers",
             "6. What we disclosed for a business purpose", "Identifiers: Payment processors"],
            ["credit"],
            id="categories",
        ),
        pytest.param(
            {"orders.recent": CN_KEPT, "accounts.contact": found(1)},
            {"right": "CN_DELETE", **CHINESE},
            Outcome.GRANTED_IN_PART,
            ["王小明，您好：", "已删除1条", "《电子商务法》第三十一条", "保留至2029年1月1日",
             "《个人信息保护法》第四十七条第二款", "人民法院", "网信部门", "另一人复核", "不作其他处理"],
            [" (", "PIPL art. 47"],
            id="Chinese deletion in part",
        ),
        pytest.param(
            {"accounts.contact": found(1), "access_logs.recent": NEVER_TOLD},
            {"right": "CN_COPY", "rows": {"mipmap_platform_db": [("accounts", {"account_id": 1})]}, **CHINESE},
            Outcome.GRANTED_IN_PART,
            ["无法满足您请求中的这一部分", "您的副本已备好"],
            ["反间谍", "保密", "第十八条", "2039年"],
            id="a ground of secrecy is not told",
        ),
    ],
)  # fmt: skip
def test_an_answer_says_what_was_done_and_why(holdings, how, outcome, says, silent):
    letter, decided = compose.answer(build_case(holdings, **how), package_until=date(2026, 12, 20))
    text = letter.plain()
    assert decided is outcome
    assert [words for words in says if words not in text] == []
    body = text.split("California Privacy")[0].split("履行个人信息保护职责")[0]
    assert [words for words in silent if words in body] == []


@pytest.mark.parametrize(
    ("held", "how", "gap"),
    [
        (found(9, ""), {}, "not decided"),
        (found(9, "retain"), {}, "ground missing"),
        (found(9, "retain", exemption="DEL8", until=date(2029, 1, 1)), {}, "statute missing"),
        (found(9, "retain", exemption="DEL8", answers={"DEL8.law": "N.Y. Tax Law"}), {}, "date missing"),
        (found(9, "withhold", exemption="OTHERS"), {"right": "KNOW_PCS"}, "not answered: Which parts"),
        (
            found(9, "retain", exemption="CN_POLICY_5", answers={"CN_POLICY_5.harm": "…"}),
            {"right": "CN_DELETE", "controller": "mipmap"},
            "to be named by counsel",
        ),
    ],
    ids=["undecided", "no ground", "no statute", "no date", "no facts", "an unconfirmed ground"],
)
def test_a_gap_shows_in_the_preview_and_blocks_sending(held, how, gap):
    holdings = {"orders.recent": held, "orders.older": found(1)}
    shown = compose.preview(build_case(holdings, state=State.ASSESSING, **how))
    assert any(gap in words for words in shown.gaps)
    with pytest.raises(LetterIncomplete, match="gap"):
        compose.answer(build_case(holdings, **how), package_until=date(2026, 12, 20))


def test_an_unconfirmed_ground_goes_out_when_staff_name_the_statute():
    named = {"CN_POLICY_8.law": "《会计法》第二十三条", "CN_POLICY_8.until": "2029-01-01"}
    held = found(1, "retain", exemption="CN_POLICY_8", answers=named)
    letter, _ = compose.answer(build_case({"orders.recent": held}, right="CN_DELETE", **CHINESE))
    assert "《会计法》第二十三条" in letter.plain()
    assert "35273" not in letter.plain().split("日期怎么算")[0]


def test_a_preview_masks_the_name_and_marks_systems_not_searched():
    case = build_case({"orders.older": found(1)}, state=State.ASSESSING, unsearched=["mimap_shop_db"])
    shown = compose.preview(case)
    assert shown.greeting == "Dear D***,"
    assert [str(gap) for gap in shown.gaps] == ["MiMap shop: not searched"]


def test_a_missing_block_blocks_sending():
    read = ledger.read(build_case({"orders.recent": KEPT, "orders.older": found(1)}))
    letter, _ = compose.answer(read.case)
    compose.check(letter, read.blocks)
    new = Block("something_new", Words("A law of tomorrow.", "明天的法律。"), "§ 1", filled=True)
    with pytest.raises(LetterIncomplete, match="something_new"):
        compose.check(letter, (*read.blocks, new))
    for block in read.blocks:
        without = replace(letter, sections=tuple(s for s in letter.sections if block.code not in s.blocks))
        with pytest.raises(LetterIncomplete):
            compose.check(without, read.blocks)


@pytest.mark.parametrize("right", ["DELETE", "KNOW_PCS"])
def test_a_system_that_has_not_answered_is_named_and_does_not_hold_up_the_letter(right):
    rows = {"mimap_shop_db": [("orders", {})]}
    case = build_case({"orders.older": found(5)}, right=right, failed=["mimap_shop_db"], rows=rows)
    letter, outcome = compose.answer(case, package_until=date(2026, 12, 20))
    text = letter.plain()
    assert outcome is Outcome.GRANTED
    assert "MiMap shop: Orders older than 4 years" in text
    assert "Still to come" in text
    assert "We have done what you asked" not in text
    assert "is ready" not in text


@pytest.mark.parametrize(("how", "says"), [({}, "within 35 days"), (CHINESE, "35天内")])
def test_a_deletion_names_when_backups_are_overwritten_where_the_pack_says_it(monkeypatch, how, says):
    key = "accounts.contact" if how else "orders.older"
    case = build_case({key: found(1)}, right="CN_DELETE" if how else "DELETE", **how)
    assert says not in compose.answer(case)[0].plain()
    controller = register.controller(case.controller)
    told = replace(controller, switches=dict(controller.switches) | {"backups_overwritten_after_days": 35})
    monkeypatch.setattr(register, "controller", lambda slug: told)
    assert says in compose.answer(case)[0].plain()


def test_another_persons_rows_left_behind_make_it_part_and_say_so():
    letter, outcome = compose.answer(build_case({"order_contacts.all": found(4, erased=3, retained=1)}))
    assert outcome is Outcome.GRANTED_IN_PART
    assert "1 record stays because it is another person’s too" in letter.plain()


@pytest.mark.parametrize(("controller", "right"), [("mimap", "DELETE"), ("mipmap", "CN_DELETE")])
def test_every_exemption_of_a_deletion_can_be_said_once_its_facts_are_there(controller, right):
    regime = law.regime("ccpa" if controller == "mimap" else "pipl")
    for exemption in regime.exemptions_for(right):
        citable = exemption.confirmed or any(fact.kind == "citation" for fact in exemption.facts)
        answers = {
            fact.key: "2029-01-01" if fact.kind == "date" else f"Fact of {fact.key}"
            for fact in exemption.facts
        }
        held = {"orders.recent": found(2, "retain", exemption=exemption.code, answers=answers)}
        letter, _ = _try(build_case(held, controller=controller, right=right))
        assert (letter is not None) is citable, exemption.code


def _try(case):
    try:
        return compose.answer(case)
    except LetterIncomplete:
        return None, None
