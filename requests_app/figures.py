"""A year of requests in numbers, counted from the case rows alone: they stay when a case's content is destroyed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Aggregate,
    Avg,
    CharField,
    Count,
    DateTimeField,
    F,
    FloatField,
    Func,
    IntegerField,
    JSONField,
    Max,
    Min,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models import (
    Case as Choose,
)
from django.db.models.functions import Cast, ExtractQuarter, TruncDate

from requests_app import law
from requests_app.lifecycle import Outcome
from requests_app.models import Case, CaseEvent, OwnLook

RESULTS = ("whole", "part", "refused", "dropped", "open")
"""``dropped``: withdrawn, or the same request twice; it ended without an answer."""
TIMES = ("in_time", "extended", "late", "overdue")
LATE_EXPLAINED = "late_explained"
"""The event in which staff say why an answer is late."""
NOT_IDENTIFIED, OTHER = "not_identified", "other"
"""Reasons of a refusal that are no exemption."""
DONE = (Outcome.GRANTED, Outcome.GRANTED_IN_PART, Outcome.NOT_FOUND)
MOST_YEARS = 10
MOST_LATE = 10_000


@dataclass(frozen=True)
class Period:
    """The requests that one controller received under one regime in one calendar year."""

    controller: str
    regime: str
    year: int
    today: date
    """Without an answer after the law's last day they are overdue."""

    @property
    def rules(self) -> law.Regime:
        """The regime as it stands now."""
        return law.regime(self.regime)


@dataclass(frozen=True)
class Row:
    """How the requests of one kind ended, and how many days their answer took."""

    key: str
    received: int
    whole: int
    part: int
    refused: int
    dropped: int
    open: int
    in_time: int
    extended: int
    late: int
    overdue: int
    median: float | None
    mean: float | None
    longest: int | None

    @property
    def decided(self) -> int:
        """Those with a result in substance."""
        return self.whole + self.part + self.refused

    @property
    def complied(self) -> int:
        """In whole or in part."""
        return self.whole + self.part


class _Median(Aggregate):
    template = "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    function = "PERCENTILE_CONT"
    output_field = FloatField()


class Days(Func):
    """From the second day to the first."""

    template, arg_joiner = "(%(expressions)s)", " - "
    output_field = IntegerField()


class _Each(Func):
    function, set_returning = "jsonb_array_elements_text", True
    output_field = CharField()


def years(controller: str, today: date) -> list[int]:
    """This year and those before it, back to the first request, ten at most; one look into an index."""
    first = Case.objects.filter(controller=controller).aggregate(first=Min("received_on"))["first"]
    begun = max(first.year if first else today.year, today.year - MOST_YEARS + 1)
    return list(range(max(today.year, begun), begun - 1, -1))


def cases(period: Period, *, own_motion: bool = False) -> QuerySet[Case]:
    """The requests of a period, each with ``result``, ``timing``, ``answered_on`` and ``days``.

    ``own_motion``: instead of them what the controller opened with nobody asking, which is no request.

    A request that the law turned into a lesser one keeps its receipt and counts once (11 CCR 7024(a)):
    the lesser answer is an answer in part. What staff split from another by mistake was never asked for.
    """
    lesser = Q(fallback__isnull=False)
    begun = Case.objects.of_own_motion() if own_motion else Case.objects.asked()
    counted = begun.filter(
        controller=period.controller, regime=period.regime, fallback_of=None,
        received_on__range=(date(period.year, 1, 1), date(period.year, 12, 31)),
    ).exclude(outcome=Outcome.MISTAKEN)  # fmt: skip
    result = Choose(
        When(lesser & Q(fallback__outcome=""), then=Value("open")),
        When(lesser & Q(fallback__outcome__in=DONE), then=Value("part")),
        When(outcome__in=(Outcome.GRANTED, Outcome.NOT_FOUND), then=Value("whole")),
        When(outcome=Outcome.GRANTED_IN_PART, then=Value("part")),
        When(outcome__in=(Outcome.REFUSED, Outcome.NOT_IDENTIFIED), then=Value("refused")),
        When(outcome="", then=Value("open")),
        default=Value("dropped"),
        output_field=CharField(),
    )
    answer = Choose(
        When(lesser & Q(fallback__outcome__in=("", *DONE)), then=F("fallback__answered_at")),
        default=F("answered_at"),
        output_field=DateTimeField(),
    )
    timing = Choose(
        When(answered_on=None, result="open", last_on__lt=period.today, then=Value("overdue")),
        When(answered_on=None, then=Value("")),
        When(answered_on__gt=F("last_on"), then=Value("late")),
        When(extended=True, then=Value("extended")),
        default=Value("in_time"),
        output_field=CharField(),
    )
    return (
        counted.annotate(result=result, answered_on=TruncDate(answer, tzinfo=ZoneInfo(period.rules.zone)))
        .annotate(timing=timing, days=Days(F("answered_on"), F("received_on")))
        .order_by()
    )


def chosen(period: Period, wanted: dict[str, str]) -> QuerySet[Case]:
    """The requests behind one figure: any of right, channel, lives, handler, result, timing, ground.

    With a cause among them, the cases of our own motion that had it.
    """
    found = cases(period, own_motion="cause" in wanted)
    for name, field in (
        ("cause", "cause"),
        ("right", "right"),
        ("channel", "channel"),
        ("lives", "lives"),
        ("result", "result"),
        ("timing", "timing"),
    ):
        if (value := wanted.get(name)) or (name == "lives" and value is not None):
            found = found.filter(**{field: value})
    if (handler := wanted.get("handler")) is not None:
        found = found.filter(assignee=int(handler) if handler.isdecimal() else None)
    if ground := wanted.get("ground"):
        found = found.filter(result__in=("part", "refused"))
        found = found.filter(
            _without_exemption(ground) if ground in (NOT_IDENTIFIED, OTHER) else Q(grounds__contains=[ground])
        )
    return found


def rows(period: Period, by: str = "") -> list[Row]:
    """One row for each right, channel, handler, place lived in or published line (``by``), as :func:`tallied` has them;
    without, one for all.
    """
    if not by:
        return [_row("", cases(period).aggregate(**_counts()))]
    return tallied(period, (by,))[by]


def tallied(period: Period, wanted: Sequence[str]) -> dict[str, list[Row]]:
    """The rows by each of ``wanted``, the largest first; one statement for all of them.

    ``cause`` counts what the controller opened with nobody asking, and no request; ``line`` the statute's own lines in
    its order, also those in which nothing was asked, and none where it wants nothing published.
    """
    metrics = law.METRICS.get(period.regime)
    grouped = [_grouped(period, by) for by in wanted if by != "line" or metrics is not None]
    found: dict[str, list[Row]] = {by: [] for by in wanted}
    for one in grouped[0].union(*grouped[1:], all=True) if grouped else ():
        found[one["by"]].append(_row(one["kind"] or "", one))
    for by in wanted:
        found[by] = sorted(found[by], key=lambda row: (-row.received, row.key))[:200]
    if metrics is not None and "line" in wanted:
        known = {row.key: row for row in found["line"]}
        found["line"] = [known.get(metric.code) or _row(metric.code, {}) for metric in metrics.rows]
    return found


def published(period: Period) -> list[Row]:
    """The statute's own lines in its order; empty where it wants none."""
    return tallied(period, ("line",))["line"]


def _grouped(period: Period, by: str) -> QuerySet[Case]:
    kind: Any = F("assignee" if by == "handler" else by)
    if by == "line":
        kind = Choose(
            *(
                When(right__in=sorted(metric.rights), then=Value(metric.code))
                for metric in law.METRICS[period.regime].rows
            ),
            default=Value(""),
            output_field=CharField(),
        )
    counted = cases(period, own_motion=by == "cause").annotate(
        by=Value(by, output_field=CharField()), kind=Cast(kind, CharField())
    )
    return counted.values("by", "kind").annotate(**_counts())


def own_looks(period: Period) -> dict[tuple[str, int], int]:
    """How often people saw, or changed, what is held on them by themselves, by ``saw`` or ``changed`` and quarter.

    Of the whole controller: such a look has no case and no statute. Known for as long as looks are kept.
    """
    zone = ZoneInfo(period.rules.zone)
    begins, ends = (datetime(year, 1, 1, tzinfo=zone) for year in (period.year, period.year + 1))
    seen = OwnLook.objects.filter(controller=period.controller, at__gte=begins, at__lt=ends)
    counted = seen.annotate(quarter=ExtractQuarter("at", tzinfo=zone)).values("did", "quarter")
    return {(one["did"], one["quarter"]): one["n"] for one in counted.annotate(n=Count("pk")).order_by()}


def reasons(period: Period) -> dict[str, int]:
    """Why requests were refused in whole or in part, by exemption and otherwise; one request may have several."""
    unmet = cases(period).filter(result__in=("part", "refused"))
    resting_on = Choose(
        When(_without_exemption(NOT_IDENTIFIED), then=Value([NOT_IDENTIFIED], output_field=JSONField())),
        When(_without_exemption(OTHER), then=Value([OTHER], output_field=JSONField())),
        default=F("grounds"),
        output_field=JSONField(),
    )
    listed = unmet.annotate(ground=_Each(resting_on)).values("ground").annotate(n=Count("pk"))
    return {one["ground"]: one["n"] for one in listed.order_by("-n", "ground")[:100]}


def late_reasons(period: Period) -> dict[str, int]:
    """Why answers were late, as staff said last; known for as long as the log is kept."""
    late = cases(period).filter(timing__in=("late", "overdue")).values("pk")
    said = (
        CaseEvent.objects.filter(name=LATE_EXPLAINED, case__in=late)
        .order_by("case", "-number")
        .distinct("case")
    )
    return dict(Counter(said.values_list("reason", flat=True)[:MOST_LATE]).most_common())


def _without_exemption(reason: str) -> Q:
    unknown = Q(outcome=Outcome.NOT_IDENTIFIED)
    return unknown if reason == NOT_IDENTIFIED else ~unknown & Q(grounds=[])


def _counts() -> dict[str, Any]:
    answered = Q(answered_on__isnull=False) & ~Q(result="dropped")
    return {
        "received": Count("pk"),
        **{name: Count("pk", filter=Q(result=name)) for name in RESULTS},
        **{name: Count("pk", filter=Q(timing=name)) for name in TIMES},
        "median": _Median(F("days"), filter=answered),
        "mean": Avg("days", filter=answered),
        "longest": Max("days", filter=answered),
    }


def _row(key: str, counted: dict[str, Any]) -> Row:
    numbers: Iterable[str] = ("received", *RESULTS, *TIMES)
    return Row(
        key=key,
        **{name: counted.get(name) or 0 for name in numbers},
        median=counted.get("median"),
        mean=float(counted["mean"]) if counted.get("mean") is not None else None,
        longest=counted.get("longest"),
    )
