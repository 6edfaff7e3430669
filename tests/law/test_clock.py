"""What holds of every deadline, whatever the day: order of dates, replay, reasons, and speed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app import law

moments = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2027, 9, 1), timezones=st.just(UTC))
rights = st.sampled_from([(regime, code) for regime in law.REGIMES for code in regime.rights])
extendable = st.sampled_from(
    [
        (regime, code)
        for regime in law.REGIMES
        for code, right in regime.rights.items()
        if right.respond.extension
    ]
)


@settings(max_examples=50)
@given(extendable, moments)
def test_that_an_extension_never_brings_a_deadline_forward(
    asked: tuple[law.Regime, str], at: datetime
) -> None:
    before, after = law.reckon(*asked, at), law.reckon(*asked, at, extended=True)
    assert after.respond.due_on >= before.respond.due_on
    assert after.respond.last_on >= before.respond.last_on
    assert after.respond == before.extension
    assert after.extension is None
    assert before.extension_notice_by == before.respond.due_on


@settings(max_examples=50)
@given(rights, moments)
def test_that_a_replay_gives_what_was_stored(asked: tuple[law.Regime, str], at: datetime) -> None:
    regime, code = asked
    stored = json.loads(json.dumps(law.reckon(regime, code, at).to_json()))
    restored = law.Reckoning.from_json(stored)
    pinned = law.regime(stored["regime"], date.fromisoformat(stored["version"]))
    assert restored == law.reckon(pinned, stored["right"], restored.received_at)
    assert restored.to_json() == stored == law.reckon(regime, code, at).to_json()


@settings(max_examples=50)
@given(rights, moments)
def test_that_we_work_to_a_working_day_no_later_than_the_law(
    asked: tuple[law.Regime, str], at: datetime
) -> None:
    regime, code = asked
    reckoning, calendar = law.reckon(regime, code, at), law.CALENDARS[regime.calendar]
    for due in filter(None, (reckoning.acknowledge, reckoning.respond, reckoning.extension)):
        assert reckoning.received_on <= due.due_on <= due.last_on
        assert not due.rolled or due.rolled >= due.last_on
        assert not (due.strict and due.ordinary) or due.strict <= due.ordinary
        if due.sla:
            assert calendar.is_working(due.due_on)
        (total,) = [reason for reason in due.reasons if reason.step == "due"]
        assert total.on == due.due_on
        assert due.reasons[0].step in ("receipt", "due")
        assert all(reason.words.en and reason.words.zh for reason in due.reasons)
        assert all(reason.house == (reason.rule == law.HOUSE) for reason in due.reasons if reason.rule)


@settings(max_examples=30)
@given(moments, st.integers(1, 30))
def test_of_counting_working_days_by_hand(at: datetime, count: int) -> None:
    calendar, day, left = law.CALENDARS["cn"], at.date(), count
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working(day)
    assert calendar.after(at.date(), count) == day


def test_of_the_words_on_a_californian_slip() -> None:
    at = datetime(2026, 11, 21, 14, 14, tzinfo=ZoneInfo("America/Los_Angeles"))
    respond = law.reckon(law.regime("ccpa"), "KNOW_PCS", at).respond
    assert [
        (r.label.en if r.label else law.day_en(r.on) if r.on else "", r.words.en) for r in respond.reasons
    ] == [
        ("Sat 21 November 2026", "You sent it, at 2:14 pm Pacific time. This day is not counted."),
        ("Sun 22 November 2026", "Day 1."),
        ("+ 45 days", "The law’s last day: Tue 5 January 2027."),
        (
            "− 1 day",
            "Some read the rule as one day shorter. We keep to the shorter reading, and to a working day.",
        ),
        ("Mon 4 January 2027", "We answer by this day."),
        ("Pauses", "None. Checking who you are does not stop the clock."),
        (
            "More time",
            "We may take it once, to Fri 19 February 2027 (day 90) at most. "
            "We would have to write to you with the reason by Mon 4 January 2027.",
        ),
    ]


def test_of_the_words_on_a_chinese_slip() -> None:
    at = datetime(2026, 9, 28, 9, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    respond = law.reckon(law.regime("pipl"), "CN_COPY", at).respond
    assert [reason.words.in_("zh-Hans") for reason in respond.reasons] == [
        "收到您的请求，上午9时12分（北京时间）。当天不计。",
        "国庆假期，不算工作日。",
        "调休上班，算工作日。",
        "第15个工作日，我们最晚在这一天答复。",
        "收到后第30天，无论如何不超过这一天。",
        "没有。法律没有规定暂停，我们也不用。",
        "没有，我们不延长。",
    ]
    assert (respond.reasons[1].on, respond.reasons[1].through) == (date(2026, 10, 1), date(2026, 10, 7))


def test_of_a_receipt_without_a_zone_and_an_extension_the_law_does_not_know() -> None:
    with pytest.raises(ValueError, match="time zone"):
        law.reckon(law.regime("ccpa"), "DELETE", datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="no extension"):
        law.reckon(law.regime("pipl"), "CN_COPY", datetime(2026, 1, 1, tzinfo=UTC), extended=True)


def test_that_a_core_reckons_thousands_a_second() -> None:
    """Twenty thousand on a quiet core; a tenth of that is asked here, so that a busy one never cries wolf."""
    regime, at = law.regime("ccpa"), datetime(2026, 1, 1, tzinfo=UTC)
    started = perf_counter()
    for hour in range(1000):
        law.reckon(regime, "DELETE", at + timedelta(hours=hour))
    assert 1000 / (perf_counter() - started) > 2000


@pytest.mark.parametrize(
    ("day", "months", "counted"),
    [
        (date(2026, 11, 22), 24, date(2028, 11, 22)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2024, 2, 29), -12, date(2023, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months_end_on_the_same_day_or_the_months_last(day: date, months: int, counted: date) -> None:
    assert law.months_on(day, months) == counted
