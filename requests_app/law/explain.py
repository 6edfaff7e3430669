"""Why a deadline is the day it is: the steps of its count in words a requester understands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from .calendar import Calendar
from .count import count
from .reckoning import Due
from .regime import Duty, Regime, Right
from .terms import HOUSE, Reason, Words, day_en, day_zh

Kind = Literal["acknowledge", "respond", "extension"]


@dataclass(frozen=True, slots=True)
class Telling:
    """Everything the words of one deadline are made of."""

    regime: Regime
    right: Right
    duty: Duty
    kind: Kind
    local: datetime
    """Receipt, on the regime's clock."""
    calendar: Calendar

    @property
    def received_on(self) -> date:
        """The day of receipt on the regime's clock."""
        return self.local.date()

    @property
    def rule(self) -> str:
        """What a step resting on the duty cites."""
        return HOUSE if self.duty.house else self.duty.citation


def tell(telling: Telling) -> tuple[Reason, ...]:
    """The steps, in reading order; exactly one is the sum, step ``due``."""
    due = count(telling.duty, telling.received_on, telling.calendar)
    match telling.duty.count:
        case "at_once":
            return _at_once(telling, due)
        case "calendar_days":
            steps = [_receipt(telling), _day_one(telling), *_calendar_days(telling, due)]
        case "business_days":
            steps = [
                _receipt(telling),
                *_days_off(telling, due.ordinary or due.due_on),
                *_business_days(telling, due),
            ]
        case "working_days":
            steps = [
                _receipt(telling),
                *_days_off(telling, due.sla or due.due_on),
                *_working_days(telling, due),
            ]
        case "months":
            steps = [_receipt(telling), *_months(telling, due)]
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
        step="receipt",
    )


def _day_one(telling: Telling) -> Reason:
    return Reason(Words("Day 1.", "第1天。"), on=telling.received_on + timedelta(days=1), step="day_one")


def _sum(telling: Telling, due: Due, en: str = "", zh: str = "") -> Reason:
    if telling.kind == "acknowledge":
        said = Words("We confirm by this day that we have it.", "我们最晚在这一天确认受理。")
    elif telling.kind == "extension":
        said = Words("With more time, we answer by this day.", "如需延长，我们最晚在这一天答复。")
    else:
        said = Words("We answer by this day.", "我们最晚在这一天答复。")
    words = Words(en or said.en, zh or said.zh)
    return Reason(words, on=due.due_on, rule=HOUSE, house=True, step="due")


def _calendar_days(telling: Telling, due: Due) -> list[Reason]:
    number, last = telling.duty.number, due.last_on
    if telling.duty.house:
        promised = Words(
            f"The last day of our promise: {day_en(last)}.", f"我们承诺的最后一天：{day_zh(last)}。"
        )
    else:
        promised = Words(f"The law’s last day: {day_en(last)}.", f"法律规定的最后一天：{day_zh(last)}。")
    steps = [
        Reason(
            promised,
            on=last,
            rule=telling.rule,
            confirmed=telling.duty.confirmed,
            house=telling.duty.house,
            step="law_last",
            label=Words(f"+ {number} days", f"加{number}天"),
        )
    ]
    roll = telling.regime.roll_citation
    if due.rolled and due.rolled != last and roll and not telling.duty.house:
        steps.append(
            Reason(
                Words(
                    f"A court would move that day to {day_en(due.rolled)}. We do not rely on it.",
                    f"法院会把这一天顺延到{day_zh(due.rolled)}，我们不以此为准。",
                ),
                on=due.rolled,
                rule=roll,
                confirmed=telling.regime.roll_confirmed,
                step="rolled",
            )
        )
    steps.append(
        Reason(
            Words(
                "Some read the rule as one day shorter. We keep to the shorter reading, and to a working day.",
                "有一种理解会少算一天。我们按少算的那种，并且落在工作日。",
            ),
            on=due.due_on,
            rule=HOUSE,
            confirmed=True,
            house=True,
            step="shorter",
            label=Words("− 1 day", "减1天"),
        )
    )
    return [*steps, _sum(telling, due)]


def _business_days(telling: Telling, due: Due) -> list[Reason]:
    number, ordinary, strict = telling.duty.number, due.ordinary or due.last_on, due.strict or due.due_on
    return [
        Reason(
            Words(
                f"{number} business days, Monday to Friday, end on {day_en(ordinary)}.",
                f"按周一至周五算，{number}个工作日到{day_zh(ordinary)}为止。",
            ),
            on=ordinary,
            rule=telling.rule,
            confirmed=telling.duty.confirmed,
            house=telling.duty.house,
            step="law_last",
            label=Words(f"+ {number} business days", f"加{number}个工作日"),
        ),
        Reason(
            Words(
                f"California may count Saturdays too: then they end on {day_en(strict)}. We keep to the earlier day"
                + (", and finish on the working day before it." if due.due_on != strict else "."),
                f"加州法律也可能把周六算作工作日，那样到{day_zh(strict)}为止。我们按较早的一天"
                + ("，并提前到之前的工作日。" if due.due_on != strict else "。"),
            ),
            on=strict,
            rule="Cal. Civ. Code § 9",
            confirmed=False,
            step="strict",
        ),
        _sum(telling, due),
    ]


def _working_days(telling: Telling, due: Due) -> list[Reason]:
    number, outer = telling.duty.number, telling.duty.outer_days
    ask = "确认受理" if telling.kind == "acknowledge" else "答复"
    reached = telling.calendar.after(telling.received_on, number) == due.due_on
    done = "confirm that we have it" if telling.kind == "acknowledge" else "answer"
    steps = [
        Reason(
            Words(
                f"Working day {number}. We {done} by this day." if reached else f"We {done} by this day.",
                f"第{number}个工作日，我们最晚在这一天{ask}。" if reached else f"我们最晚在这一天{ask}。",
            ),
            on=due.due_on,
            rule=telling.rule,
            confirmed=telling.duty.house or telling.duty.confirmed,
            house=telling.duty.house,
            step="due",
        )
    ]
    if outer is None or due.outer is None:
        return steps
    if not reached:
        steps.insert(0, _early(number, outer))
    steps.append(
        Reason(
            Words(
                f"Day {outer} after receipt. Never later than this.",
                f"收到后第{outer}天，无论如何不超过这一天。",
            ),
            on=due.outer,
            rule=telling.duty.outer_citation,
            confirmed=telling.duty.confirmed,
            step="law_last",
        )
    )
    if due.rolled and due.safe and due.rolled != due.outer:
        steps.append(
            Reason(
                Words(
                    f"That is a day off. The law would move it to {day_en(due.rolled)}; "
                    f"we take {day_en(due.safe)}, the working day before.",
                    f"这一天休息。法律允许顺延到{day_zh(due.rolled)}，我们取之前的工作日{day_zh(due.safe)}。",
                ),
                on=due.rolled,
                rule=telling.regime.roll_citation,
                confirmed=telling.regime.roll_confirmed,
                step="rolled",
            )
        )
    return steps


def _early(number: int, outer: int) -> Reason:
    return Reason(
        Words(
            f"Holidays push working day {number} past day {outer}, so we finish earlier.",
            f"节假日使第{number}个工作日晚于第{outer}天，所以我们提前答复。",
        ),
        rule=HOUSE,
        house=True,
        step="shorter",
        label=Words("Holidays", "节假日"),
    )


def _months(telling: Telling, due: Due) -> list[Reason]:
    number, last = telling.duty.number, due.last_on
    steps = [
        Reason(
            Words(f"The law’s last day: {day_en(last)}.", f"法律规定的最后一天：{day_zh(last)}。"),
            on=last,
            rule=telling.duty.citation,
            confirmed=telling.duty.confirmed,
            step="law_last",
            label=Words(f"+ {number} month{'s' if number > 1 else ''}", f"加{number}个月"),
        )
    ]
    if due.rolled and due.rolled != last:
        steps.append(
            Reason(
                Words(
                    f"That is a day off, and the law moves it to {day_en(due.rolled)}. We finish before it.",
                    f"这一天休息，法律顺延到{day_zh(due.rolled)}。我们提前完成。",
                ),
                on=due.rolled,
                rule=telling.regime.roll_citation,
                confirmed=telling.regime.roll_confirmed,
                step="rolled",
            )
        )
    return [*steps, _sum(telling, due)]


def _at_once(telling: Telling, due: Due) -> tuple[Reason, ...]:
    words = Words("It counts from the moment it reaches us.", "自收到时起生效。")
    return (
        Reason(
            words,
            on=due.due_on,
            rule=telling.rule,
            confirmed=telling.duty.confirmed,
            house=telling.duty.house,
            step="due",
        ),
    )


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
            Reason(pause.words, rule=pause.citation, confirmed=pause.confirmed, step="pauses", label=label)
        )
    if telling.kind == "extension":
        notice = count(telling.right.respond, telling.received_on, telling.calendar).due_on
        said = Words(
            f"Taken once, with our reason, in writing by {day_en(notice)}. There is no second time.",
            f"只能延长一次，须在{day_zh(notice)}前书面说明理由，不能再次延长。",
        )
    elif duty.extension:
        later = count(duty.extension, telling.received_on, telling.calendar)
        ordinal = f" (day {duty.extension.number})" if duty.extension.count == "calendar_days" else ""
        ordinal_zh = f"（第{duty.extension.number}天）" if ordinal else ""
        notice = count(duty, telling.received_on, telling.calendar).due_on
        said = Words(
            f"We may take it once, to {day_en(later.last_on)}{ordinal} at most. "
            f"We would have to write to you with the reason by {day_en(notice)}.",
            f"只能延长一次，最晚到{day_zh(later.last_on)}{ordinal_zh}，并且须在{day_zh(notice)}前写信向您说明理由。",
        )
    else:
        said = Words("None. We do not take more time.", "没有，我们不延长。")
    cited = duty.extension or duty
    steps.append(
        Reason(
            said,
            rule=HOUSE
            if cited.house
            else cited.citation
            if duty.extension or telling.kind == "extension"
            else "",
            confirmed=cited.confirmed,
            house=cited.house,
            step="more_time",
            label=Words("More time", "延期"),
        )
    )
    return steps
