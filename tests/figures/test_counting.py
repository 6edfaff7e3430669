"""A year in numbers: every request once, how it ended, in how many days, and the same after its content is gone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from requests_app import figures, forecast, journal, law, lifecycle, register
from requests_app.archive import purge
from requests_app.intake import open_case
from requests_app.lifecycle import Outcome
from requests_app.models import Case, OwnLook
from requests_app.response import steps as response
from tests.build import TAX, build_case, found

pytestmark = pytest.mark.django_db
RECEIVED = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
YEAR = figures.Period("mimap", "ccpa", 2026, date(2026, 11, 22))


def ended(outcome: Outcome | None, days: int | None, right: str = "DELETE", **changes: object) -> Case:
    """A case received on 2 March 2026 and answered so many days later."""
    case = build_case(right=right, received_at=RECEIVED)
    if outcome is None:
        journal.record(case, "built", by=journal.PIPELINE, **changes)
        return case
    answered = None if days is None else RECEIVED + timedelta(days=days)
    journal.advance(
        case, lifecycle.ANSWER, by=journal.PIPELINE, outcome=outcome, answered_at=answered, **changes
    )  # fmt: skip
    return case


def test_each_request_counts_once_where_it_ended() -> None:
    ended(Outcome.GRANTED, 10)
    ended(Outcome.NOT_FOUND, 20)
    ended(Outcome.GRANTED_IN_PART, 40, grounds=["DEL8", "DEL1"])
    ended(Outcome.REFUSED, 60, grounds=["DEL8"], extended=True, last_on=date(2026, 5, 31))
    ended(Outcome.NOT_IDENTIFIED, 50)
    ended(Outcome.WITHDRAWN, None)
    ended(None, None)
    ended(Outcome.GRANTED, 4, right="KNOW_PCS")
    row = {one.key: one for one in figures.rows(YEAR, "right")}["DELETE"]
    assert (row.received, row.whole, row.part, row.refused, row.dropped, row.open) == (7, 2, 1, 2, 1, 1)
    assert (row.in_time, row.extended, row.late, row.overdue) == (3, 1, 1, 1)
    assert (row.median, row.mean, row.longest) == (40, 36, 60)
    assert figures.reasons(YEAR) == {"DEL8": 2, "DEL1": 1, "not_identified": 1}
    (total,) = figures.rows(YEAR)
    assert (total.received, total.decided) == (8, 6)


def test_a_request_turned_into_a_lesser_one_counts_once_and_is_answered_in_part() -> None:
    asked = ended(Outcome.NOT_IDENTIFIED, 5, right="KNOW_PCS")
    lesser = ended(None, None, right="KNOW_CAT", fallback_of=asked)
    known = {one.key: one for one in figures.published(YEAR)}["KNOW"]
    assert (known.received, known.open, known.refused, known.median) == (1, 1, 0, None)
    journal.advance(
        lesser, lifecycle.ANSWER, by=journal.PIPELINE, outcome=Outcome.GRANTED, answered_at=RECEIVED + timedelta(days=9),
    )  # fmt: skip
    known = {one.key: one for one in figures.published(YEAR)}["KNOW"]
    assert (known.received, known.complied, known.refused, known.median) == (1, 1, 0, 9)


def test_the_statutes_table_stands_whole_even_where_nothing_was_asked() -> None:
    ended(Outcome.GRANTED, 2, right="OPT_OUT")
    lines = figures.published(YEAR)
    assert [one.key for one in lines] == [metric.code for metric in law.METRICS["ccpa"].rows]
    assert [one.received for one in lines if one.key == "OPT_OUT"] == [1]
    assert sum(one.received for one in lines) == 1
    assert figures.published(figures.Period("mimap", "us_policy", 2026, date(2026, 11, 22))) == []


def test_every_line_of_a_published_table_names_rights_of_its_regime() -> None:
    for code, metrics in law.METRICS.items():
        rights = [right for metric in metrics.rows for right in metric.rights]
        assert set(rights) <= set(law.regime(code).rights) and len(rights) == len(set(rights))


@pytest.mark.parametrize(
    ("year", "received"),
    [(2026, datetime(2027, 1, 1, 4, 0, tzinfo=UTC)), (2027, datetime(2027, 1, 1, 9, 0, tzinfo=UTC))],
)
def test_a_year_begins_where_the_statute_is_in_force(year, received) -> None:
    """Four in the morning in London is the year before in California."""
    build_case(received_at=received)
    periods = [figures.Period("mimap", "ccpa", each, date(2026, 11, 22)) for each in (2026, 2027)]
    assert [figures.rows(period)[0].received for period in periods] == [
        int(each.year == year) for each in periods
    ]


def test_the_figures_stay_when_content_and_log_are_destroyed() -> None:
    case = build_case(
        {"orders.older": found(3, "retain", **TAX), "customers.identity": found(1, "grant", erased=1)},
        received_at=RECEIVED,
    )
    assert response.answer(case)
    before = (figures.rows(YEAR, "right"), figures.reasons(YEAR))
    assert before[1] == {"DEL8": 1} and before[0][0].part == 1
    case.refresh_from_db()
    purge.purge(case)
    journal.forget_events(case)
    assert (figures.rows(YEAR, "right"), figures.reasons(YEAR)) == before


@pytest.mark.parametrize(
    ("wanted", "many"),
    [({"result": "refused"}, 2), ({"result": "refused", "right": "DELETE"}, 1), ({"ground": "DEL8"}, 1),
     ({"ground": "not_identified"}, 1), ({"timing": "late"}, 1), ({"handler": ""}, 3), ({"channel": "web"}, 3),
     ({"channel": "post"}, 0)],
)  # fmt: skip
def test_each_figure_leads_to_the_cases_behind_it(wanted, many) -> None:
    ended(Outcome.REFUSED, 60, grounds=["DEL8"])
    ended(Outcome.NOT_IDENTIFIED, 5, right="KNOW_PCS")
    ended(Outcome.GRANTED, 5)
    assert figures.chosen(YEAR, wanted).count() == many


def test_a_years_figures_take_four_statements(django_assert_num_queries) -> None:
    ended(Outcome.GRANTED, 5)
    with django_assert_num_queries(4):
        for by in ("", "right", "channel"):
            figures.rows(YEAR, by)
        figures.reasons(YEAR)


def test_of_a_late_answer_the_last_word_of_staff_counts() -> None:
    late, other = ended(Outcome.GRANTED, 60), ended(Outcome.GRANTED, 5)
    for case, reason in ((late, "staff"), (late, "systems"), (other, "mail")):
        journal.record(case, figures.LATE_EXPLAINED, by=journal.PIPELINE, reason=reason)
    assert figures.late_reasons(YEAR) == {"systems": 1}


def test_the_next_weeks_hold_what_is_open_and_what_comes_as_it_came_lately() -> None:
    """Monday 23 November 2026; a deletion is answered within 45 days, so what comes in is due six weeks on."""
    today = date(2026, 11, 25)
    monday = date(2026, 11, 23)
    for on in (monday - timedelta(days=10), monday, monday + timedelta(days=6), monday + timedelta(days=7)):
        ended(None, None, due_on=on, last_on=on)
    ended(Outcome.GRANTED, 5, due_on=monday)
    for days_ago in (1, 20, 40, 55):
        asked = build_case(
            right="DELETE", received_at=datetime(2026, 11, 23, tzinfo=UTC) - timedelta(days=days_ago)
        )
        journal.record(
            asked,
            "built",
            by=journal.PIPELINE,
            due_on=asked.received_on + timedelta(days=43),
            answered_at=RECEIVED,
        )
    weeks = forecast.weeks(figures.Period("mimap", "ccpa", 2026, today))
    assert [week.due for week in weeks] == [3, 1, *[0] * 10]
    # Four came in within eight whole weeks: half a request a week.
    assert [week.expected for week in weeks] == [*[0] * 6, *[0.5] * 6]
    for week in weeks:
        behind = forecast.due_in_week(figures.Period("mimap", "ccpa", 2026, today), week.monday)
        assert behind.count() == week.due
    Case.objects.update(cause="breach", channel="own_motion")
    weeks = forecast.weeks(figures.Period("mimap", "ccpa", 2026, today))
    assert [(week.due, week.expected) for week in weeks] == [(0, 0)] * 12, "nobody asked for what we found"


def test_looks_at_ones_own_data_are_counted_by_quarter_where_the_statute_is_in_force() -> None:
    for did, at in (
        ("saw", datetime(2026, 2, 1, tzinfo=UTC)),
        ("saw", datetime(2026, 4, 1, 5, tzinfo=UTC)),  # still March in California
        ("changed", datetime(2026, 12, 31, 23, tzinfo=UTC)),
        ("saw", datetime(2027, 1, 1, 9, tzinfo=UTC)),
    ):
        OwnLook.objects.create(controller="mimap", subject_index="a" * 64, did=did, method="account", at=at)
    assert figures.own_looks(YEAR) == {("saw", 1): 2, ("changed", 4): 1}


@pytest.mark.parametrize(("said", "kept"), [("no", "no"), ("unknown", "unknown"), ("", ""), ("Mars", "")])
def test_where_somebody_says_they_live_is_kept_as_one_of_three_words(said, kept) -> None:
    arrival = open_case.Arrival(
        controller=register.controller("mimap"), channel="web", received_at=RECEIVED, language="en", verbatim=b"{}",
        arrival_key=f"lives-{said}", name="Dana", email="dana@example.org", rights=("DELETE",),
        details={open_case.LIVES_IN: said},
    )  # fmt: skip
    (case,) = open_case.open_cases(arrival).cases
    assert case.lives == kept
    assert [row.key for row in figures.rows(YEAR, "lives")] == [kept]
    assert figures.chosen(YEAR, {"lives": kept}).count() == 1
