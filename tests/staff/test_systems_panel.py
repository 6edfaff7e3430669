"""The systems panel of the case file: what it says of each system, and how it is asked for anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from portal.staff import doors, trouble_words
from portal.staff.systems_panel import _file_words
from requests_app import journal, worklist
from requests_app.models import Case, Work
from tests.people import approved, decided, member, open_case, run_pipeline, verified
from tests.staff.people import at_desk, hire
from tests.staff.scenes import assessing
from tests.systems.build import PAPER

pytestmark = pytest.mark.django_db
SHOP = "mimap_shop_db"
REASONS = [
    ("unreachable: ConnectionTimeout", "It did not answer in time", "系统未在时限内响应"),
    ("unreachable: ConnectionRefusedError", "It refused the connection", "系统拒绝连接"),
    ("refused: no address configured", "No address is configured for it", "尚未配置该系统的地址"),
    ("refused: said yes, but the rows are still there", "the rows are still there", "但数据仍在"),
    ("refused: no such column: phone, fax", "A column of the inventory is not there: phone, fax", "列不存在：phone, fax"),
    ("refused: no index on orders.customer_id", "A large table has no index on orders.customer_id", "一张大表的orders.customer_id缺少索引"),
    ("refused: too many rows are like it inside", "No index narrows down", "缺少索引"),
    ("unreachable: mimap_shop_db: orders: QueryCanceled 57014", "did not answer in time (57014)", "（57014）"),
    ("unreachable: SerializationFailure 40001", "Its driver reported SerializationFailure 40001", "驱动程序报告"),
    ("unreachable: answered 503", "It answered with the error 503", "系统返回错误503"),
    ("legal_hold", "A legal hold forbids it", "法律保全禁止此操作"),
    ("refused: dana@example.org is not welcome", "It refused", "系统拒绝执行"),
]  # fmt: skip


def panel_of(desk: Client, case: Case, **known: str) -> str:
    """The panel as the open page asks for it."""
    return desk.get(reverse("staff:systems", args=[case.controller, case.reference]), known).content.decode()


def at_work(case: Case, **more: object) -> Work:
    """An erasure in the shop, begun a moment ago."""
    now = timezone.now()
    known = {
        "status": "waiting",
        "attempts": 1,
        "started_at": now,
        "next_try_at": now + timedelta(seconds=20),
    }
    return Work.objects.create(case=case, system=SHOP, operation="delete", **known | more)


def fulfilling(case: Case, waits_for: str = "systems") -> Case:
    """As after an approval; how it came there is another test's."""
    Case.objects.filter(pk=case.pk).update(state="fulfilling", waits_for=waits_for)
    case.refresh_from_db()
    return case


def test_the_panel_asks_again_while_something_is_at_work_and_ends_with_it(
    django_assert_max_num_queries,
) -> None:
    case, desk = fulfilling(assessing()), at_desk(hire("Olu", "mimap"))
    assert 'data-every="3"' in panel_of(desk, case), "approved a moment ago: the works are opened next"
    work = at_work(case)
    with django_assert_max_num_queries(13):
        shown = panel_of(desk, case, state="fulfilling")
    assert 'data-every="3"' in shown and "At work since" in shown and "moved on" not in shown
    worklist.fail(work, "unreachable: ConnectionTimeout")
    Work.objects.filter(pk=work.pk).update(next_try_at=timezone.now() + timedelta(minutes=40))
    assert 'data-every="30"' in panel_of(desk, case)
    worklist.confirm(work, {"checked": 2})
    ended = panel_of(desk, case, state="approving")
    assert "data-live" not in ended and 'data-state="done"' in ended and "The case has moved on" in ended
    # Replaced whole, it still asks for the state that the rest of the page was drawn in.
    Work.objects.filter(pk=work.pk).update(status="waiting", next_try_at=timezone.now())
    replaced = panel_of(desk, case, state="assessing")
    assert "?state=assessing" in replaced and "The case has moved on" in replaced
    assert "?state=fulfilling" in panel_of(desk, case, state='"><b>')
    # On the whole page the same panel stands, and the script that asks for it.
    at_work(case, round=2)
    whole = desk.get(reverse("staff:case", args=["mimap", case.reference])).content.decode()
    assert 'data-every="3"' in whole and "js/live.js" in whole and "data-live-says" in whole


@pytest.mark.parametrize(
    ("state", "waits_for", "put_off"),
    [("closed", "", timedelta()), ("fulfilling", "cooling_off", timedelta(days=3)), ("approving", "approval", timedelta())],
)  # fmt: skip
def test_where_only_a_person_or_the_calendar_moves_anything_it_does_not_ask(
    state, waits_for, put_off
) -> None:
    case, desk = assessing(), at_desk(hire("Olu", "mimap"))
    Case.objects.filter(pk=case.pk).update(state=state, waits_for=waits_for)
    at_work(case, attempts=0, started_at=None, next_try_at=timezone.now() + put_off)
    assert "data-live" not in panel_of(desk, case)


def test_a_page_that_asks_by_itself_is_nobody_at_the_desk() -> None:
    case, desk = assessing(), at_desk(hire("Olu", "mimap"))
    session = desk.session
    session[doors.SEEN_AT] = long_ago = timezone.now().timestamp() - 10 * 60
    session.save()
    panel_of(desk, case)
    assert desk.session[doors.SEEN_AT] == long_ago
    desk.get(reverse("staff:case", args=["mimap", case.reference]))
    assert desk.session[doors.SEEN_AT] > long_ago


@pytest.mark.parametrize(("trouble", "english", "chinese"), REASONS)
def test_why_a_system_did_not_do_it_stands_there_in_both_languages(trouble, english, chinese) -> None:
    for language, said in (("en", english), ("zh-hans", chinese)):
        with translation.override(language):
            told = trouble_words.of_work(trouble)
        assert said in told and "dana" not in told


def test_a_failure_says_why_and_what_next_beside_the_button_that_tries_again() -> None:
    case, desk = fulfilling(assessing()), at_desk(hire("Olu", "mimap"))
    work = at_work(case)
    worklist.fail(work, "unreachable: ConnectionTimeout")
    shown = panel_of(desk, case)
    again = reverse("staff:again", args=["mimap", case.reference, work.pk])
    assert "It did not answer in time" in shown and "next try" in shown and again in shown
    worklist.fail(work, "refused: no address configured", final=True)
    shown = panel_of(desk, case)
    assert "No address is configured for it" in shown and "A person must act" in shown and again in shown
    journal.record(case, "system_failed", by=journal.PIPELINE,
                   references={"system": SHOP, "reason": "no address configured"})  # fmt: skip
    page = desk.get(reverse("staff:case", args=["mimap", case.reference]))
    assert "No address is configured for it" in [step["detail"] for step in page.context["events"]]


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"checked": 2}, "Erased and read back"),
        ({"by_hand": "done", "checked": 0}, "Done by hand; nothing was read back"),
        ({"by_hand": "not_found", "checked": 0}, "Nothing is there, says whoever looks after it"),
        ({"by_hand": "processor", "checked": 0}, "Done, says the processor"),
        ({"overtaken": True}, "Laid down"),
        ({"checked": 2, "notes": ["orders:kept_joint"]}, "Order: of rows that name somebody else too"),
    ],
)
def test_what_nobody_read_back_is_not_said_to_be(result, said) -> None:
    case, desk = fulfilling(assessing()), at_desk(hire("Olu", "mimap"))
    worklist.confirm(at_work(case), result)
    shown = panel_of(desk, case)
    assert said in shown and ("Erased and read back" in shown) is (result.get("checked") == 2)


@pytest.mark.parametrize(
    ("result", "read_by_people", "says"),
    [
        ({"file": "f", "ending": ".pdf"}, False, True),
        ({"file": "f", "ending": ""}, False, True),
        ({"file": "f", "ending": ".csv"}, False, False),
        ({"file": "f", "ending": ".pdf"}, True, False),
        ({}, False, False),
    ],
)
def test_a_file_that_nothing_could_search_is_pointed_out(result, read_by_people: bool, says: bool) -> None:
    work = Work(status=Work.Status.CONFIRMED, result=result)
    assert bool(_file_words(work, replace(PAPER, redact_files=read_by_people))) is says


def test_a_row_in_several_holdings_is_counted_once_when_found_and_when_read(samples) -> None:
    olu, pia = member("Olu", mimap="handler"), member("Pia", mimap="privacy_lead")
    case = approved(decided(verified(open_case("mimap", "KNOW_PCS")), olu), pia)
    run_pipeline()
    searched, read = (
        case.events.get(name=name).references["rows"] for name in ("searched", "system_confirmed")
    )
    assert searched == read < sum(case.holdings.values_list("found", flat=True))
    page = at_desk(olu).get(reverse("staff:case", args=["mimap", case.reference])).content.decode()
    assert f"{read} rows" in page
