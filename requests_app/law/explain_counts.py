"""The words of each kind of count: from the day of receipt to the sum."""

from __future__ import annotations

from .reckoning import Due
from .telling import Telling
from .terms import HOUSE, Reason, Words, day_en, day_zh


def _promise(telling: Telling) -> Words:
    """What we do by the day the count ends on."""
    if telling.kind == "acknowledge":
        return Words("We confirm by this day that we have it.", "我们最晚在这一天确认受理。")
    if telling.kind == "extension":
        return Words("With more time, we answer by this day.", "如需延长，我们最晚在这一天答复。")
    if telling.right.at_once:
        return Words(
            "Here it counts at once. Our other systems follow by this day.",
            "在这里即时生效，其他系统最晚在这一天完成。",
        )
    return Words("We answer by this day.", "我们最晚在这一天答复。")


def _sum(telling: Telling, due: Due) -> Reason:
    return Reason(_promise(telling), on=due.due_on, rule=HOUSE, house=True, step="due")


def tell_calendar_days(telling: Telling, due: Due) -> list[Reason]:
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
                "Some read the rule as one day shorter. We keep to the shorter reading, and to "
                "a working day.",
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


def tell_business_days(telling: Telling, due: Due) -> list[Reason]:
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
                f"California may count Saturdays too: then they end on {day_en(strict)}. We keep "
                f"to the earlier day"
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


def tell_working_days(telling: Telling, due: Due) -> list[Reason]:
    number, outer, promise = telling.duty.number, telling.duty.outer_days, _promise(telling)
    reached = telling.calendar.after(telling.received_on, number) == due.due_on
    house = telling.duty.house or not reached
    if reached:
        promise = Words(f"Working day {number}. {promise.en}", f"第{number}个工作日，{promise.zh}")
    steps = [
        Reason(
            promise,
            on=due.due_on,
            rule=telling.rule if reached else HOUSE,
            confirmed=house or telling.duty.confirmed,
            house=house,
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
                    f"we never go past {day_en(due.safe)}, the working day before.",
                    f"这一天休息。法律允许顺延到{day_zh(due.rolled)}，我们不超过之前的工作日{day_zh(due.safe)}。",
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
            f"Working day {number} comes after day {outer}, so we finish earlier.",
            f"第{number}个工作日晚于第{outer}天，所以我们提前答复。",
        ),
        rule=HOUSE,
        house=True,
        step="shorter",
        label=Words("Earlier", "提前"),
    )


def tell_months(telling: Telling, due: Due) -> list[Reason]:
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


def tell_at_once(telling: Telling, due: Due) -> tuple[Reason, ...]:
    words = Words("It counts from the moment it reaches us.", "自收到时起算。")
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
