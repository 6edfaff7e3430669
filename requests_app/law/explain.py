"""Why a deadline is the day it is: the steps of its count in words a requester understands."""

from __future__ import annotations

from datetime import date, timedelta

from .count import count
from .explain_counts import (
    tell_at_once,
    tell_business_days,
    tell_calendar_days,
    tell_months,
    tell_working_days,
)
from .reckoning import Due
from .telling import Telling
from .terms import HOUSE, Reason, Words, day_en, day_zh


def tell(telling: Telling) -> tuple[Reason, ...]:
    """The steps, in reading order; exactly one is the sum, step ``due``."""
    due = count(telling.duty, telling.received_on, telling.calendar)
    match telling.duty.count:
        case "at_once":
            return tell_at_once(telling, due)
        case "calendar_days":
            steps = [_receipt(telling), _day_one(telling), *tell_calendar_days(telling, due)]
        case "business_days":
            steps = [
                _receipt(telling),
                *_days_off(telling, due.ordinary or due.due_on),
                *tell_business_days(telling, due),
            ]
        case "working_days":
            steps = [
                _receipt(telling),
                *_days_off(telling, due.sla or due.due_on),
                *tell_working_days(telling, due),
            ]
        case "months":
            steps = [_receipt(telling), *tell_months(telling, due)]
    steps.extend(_provisional(due))
    if telling.kind != "acknowledge":
        steps.extend(_pauses_and_more_time(telling))
    return tuple(steps)


def _receipt(telling: Telling) -> Reason:
    local, zone = telling.local, telling.regime.zone_title
    hour, half, half_zh = (
        local.hour % 12 or 12,
        "am" if local.hour < 12 else "pm",
        "上午" if local.hour < 12 else "下午",
    )
    return Reason(
        Words(
            f"You sent it, at {hour}:{local.minute:02} {half} {zone.en}. This day is not counted.",
            f"收到您的请求，{half_zh}{hour}时{local.minute:02}分（{zone.zh}）。当天不计。",
        ),
        on=telling.received_on,
        rule=telling.regime.receipt_citation,
        confirmed=telling.regime.receipt_confirmed,
        house=telling.regime.receipt_citation == HOUSE,
        step="receipt",
    )


def _day_one(telling: Telling) -> Reason:
    return Reason(Words("Day 1.", "第1天。"), on=telling.received_on + timedelta(days=1), step="day_one")


def _days_off(telling: Telling, until: date) -> list[Reason]:
    """Holidays that fall on a weekday inside the count, and weekend days that people work."""
    calendar, first = telling.calendar, telling.received_on + timedelta(days=1)
    steps = [
        Reason(
            Words(f"{run.words.en}: not a working day.", f"{run.words.zh}，不算工作日。"),
            on=run.first,
            through=run.last if run.last != run.first else None,
            rule=calendar.citation(run.first),
            confirmed=calendar.is_confirmed(run.first),
            step="day_off",
        )
        for run in calendar.days_off(first, until)
        if any(day.weekday() < 5 for day in run)
    ]
    steps.extend(
        Reason(
            Words("A weekend day that people work: it counts.", "调休上班，算工作日。"),
            on=day,
            rule=calendar.citation(day),
            confirmed=calendar.is_confirmed(day),
            step="make_up",
        )
        for day in calendar.make_up_days(first, until)
    )
    return sorted(steps, key=lambda step: step.on or first)


def _provisional(due: Due) -> list[Reason]:
    if not due.provisional:
        return []
    return [
        Reason(
            Words(
                "Next year’s holidays are not published yet. If they move this day, we will write to you.",
                "下一年的放假安排还没有公布。如果日期因此变动，我们会写信告诉您。",
            ),
            confirmed=False,
            step="provisional",
            label=Words("May change", "可能变动"),
        )
    ]


def _pauses_and_more_time(telling: Telling) -> list[Reason]:
    duty, pause = telling.duty, telling.regime.pause
    steps = []
    if pause:
        label = Words("Pauses", "暂停")
        steps.append(
            Reason(
                pause.words,
                rule=pause.citation,
                house=pause.citation == HOUSE,
                confirmed=pause.confirmed,
                step="pauses",
                label=label,
            )
        )
    if telling.kind == "extension":
        notice = count(telling.right.respond, telling.received_on, telling.calendar).due_on
        said = Words(
            f"Taken once, with our reason, in writing by {day_en(notice)}. There is no second time.",
            f"只能延长一次，须不晚于{day_zh(notice)}书面说明理由，不能再次延长。",
        )
    elif duty.extension:
        later = count(duty.extension, telling.received_on, telling.calendar)
        ordinal = f" (day {duty.extension.number})" if duty.extension.count == "calendar_days" else ""
        ordinal_zh = f"（第{duty.extension.number}天）" if ordinal else ""
        notice = count(duty, telling.received_on, telling.calendar).due_on
        said = Words(
            f"We may take it once, to {day_en(later.last_on)}{ordinal} at most. "
            f"We would have to write to you with the reason by {day_en(notice)}.",
            f"只能延长一次，最晚到{day_zh(later.last_on)}{ordinal_zh}，并且须不晚于{day_zh(notice)}写信向您说明理由。",
        )
    else:
        said = Words("None. We do not take more time.", "没有，我们不延长。")
    # Taking no more time is our promise; the longer period is whoever's rule gives it.
    given = duty.extension or (duty if telling.kind == "extension" else None)
    steps.append(
        Reason(
            said,
            rule=HOUSE if given is None or given.house else given.citation,
            confirmed=given is None or given.confirmed,
            house=given is None or given.house,
            step="more_time",
            label=Words("More time", "延期"),
        )
    )
    return steps
