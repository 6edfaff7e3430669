"""What a reader sees of a clock, a month and a question."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from portal.look import month
from portal.look.clock import Clock, Rail
from portal.look.days import in_words
from requests_app import law

DUE, LAST = date(2026, 11, 27), date(2026, 11, 29)
PIECES = "{% load look look_forms look_staff %}"


def draw(line: str, **context: object) -> str:
    """A line of template, rendered."""
    return Template(PIECES + line).render(Context(context))


@pytest.mark.parametrize(
    ("today", "also", "state", "words"),
    [
        (date(2026, 11, 9), {}, "running", "18 days left"),
        (date(2026, 11, 9), {"extended": True}, "running", "18 days left · extended"),
        (date(2026, 11, 9), {"provisional": True}, "running", "18 days left · provisional"),
        (date(2026, 11, 22), {}, "soon", "5 days left"),
        (date(2026, 11, 26), {}, "soon", "Due tomorrow"),
        (DUE, {}, "soon", "Due today"),
        (date(2026, 11, 28), {}, "soon", "1 day to law’s last"),
        (LAST, {}, "soon", "Today is law’s last day"),
        (date(2026, 12, 3), {}, "overdue", "Overdue 4 days"),
        (date(2026, 12, 3), {"paused": True}, "paused", "Paused – waiting for requester"),
        (date(2026, 12, 30), {"answered_on": date(2026, 11, 20)}, "answered", "Answered Fri 20 Nov 2026"),
    ],
)
def test_a_clock_says_its_state_in_words(
    today: date, also: dict[str, object], state: str, words: str
) -> None:
    clock = Clock.on(today, DUE, LAST, **also)  # type: ignore[arg-type]
    assert (clock.state, clock.words) == (state, words)


def test_labels_above_the_rail_never_stand_on_each_other() -> None:
    received = date(2026, 10, 15)
    for gone in range(95):
        for due in (5, 20, 43, 88):
            rail = Rail.of(
                received,
                received + timedelta(gone),
                received + timedelta(due),
                received + timedelta(45),
                received + timedelta(90),
            )
            marks = sorted((rail.today, rail.due), key=lambda one: one.at)
            apart = marks[1].at - marks[0].at >= 26
            facing_away = (marks[0].anchor, marks[1].anchor) == ("end", "start")
            assert rail.raised or apart or facing_away
            assert all(0 <= mark.at <= 100 for mark in marks)


def test_a_month_numbers_working_days_and_marks_the_make_up_day() -> None:
    calendar = law.CALENDARS[law.regime("pipl").calendar]
    first, last = date(2026, 9, 28), date(2026, 10, 23)
    rows = month.weeks(first, last, calendar.is_working, calendar.make_up_days(first, last))
    days = {day.on: day for row in rows for day in row}
    assert all(len(row) == 7 for row in rows)
    assert days[first].kind == "start"
    assert days[date(2026, 10, 1)].kind == "off"
    assert days[date(2026, 10, 10)].kind == "make-up"
    assert (days[last].kind, days[last].count) == ("due", 15)


def test_dates_are_written_as_the_reader_writes_them() -> None:
    assert in_words(DUE, "short") == "Fri 27 Nov"
    with translation.override("zh-hans"):
        assert in_words(DUE, "short") == "11月27日 周五"


class Reach(forms.Form):
    """Two questions, one of them to choose from."""

    email = forms.EmailField(error_messages={"invalid": "Enter an e-mail address"})
    right = forms.ChoiceField(
        choices=[("", "---"), ("a", "See"), ("b", "Delete")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you want"},
    )


def test_errors_stand_first_with_the_very_words_at_the_field() -> None:
    form = Reach({"email": "dana@"})
    page = draw("{% error_summary form %}{% field form.email %}{% field form.right %}", form=form)
    assert page.count("Enter an e-mail address") == 2
    assert 'href="#id_right_0"' in page and 'id="id_right_0"' in page
    assert 'value="dana@"' in page and 'aria-invalid="true"' in page
    assert "checked" not in page, "nothing is chosen for a person"


def test_how_we_counted_shows_the_sum_and_what_is_not_confirmed() -> None:
    reasons = [
        {"words": {"en": "Day 1."}, "on": DUE, "rule": "", "confirmed": True},
        {"words": "We answer by this day.", "on": LAST, "rule": "House rule", "step": "due"},
        {"words": "More time.", "label": "More time", "rule": "", "confirmed": False},
    ]
    page = draw("{% counted reasons opened=True %}", reasons=reasons)
    assert page.count('class="sum"') == 1
    assert page.count("to be confirmed by counsel") == 1


def test_what_people_typed_is_shown_and_never_run() -> None:
    page = draw('{% message "Dana" None text %}{% gap text %}', text="<script>alert(1)</script>")
    assert "<script" not in page


def test_an_error_page_without_a_controller_still_stands() -> None:
    assert 'lang="en"' in render_to_string("public/base.html", {})


def test_no_piece_carries_an_inline_style_or_script() -> None:
    icons = render_to_string("components/icons.html", {})
    rail = draw("{% clock_rail rail %}", rail=Rail.of(date(2026, 10, 15), DUE, DUE, LAST))
    for page in (icons, rail):
        assert "style=" not in page and "<script" not in page
