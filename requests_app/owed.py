"""The dates owed to a case: the law's arithmetic on the calendars published here, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from requests_app import law
from requests_app.models import Case, PublishedYear

Calendars = Mapping[str, law.Calendar]


def calendars(*also: law.Notice) -> Calendars:
    """Every calendar with the years brought in since the release, read in one statement.

    ``also`` are notices not kept yet, to see what they would change.
    """
    return with_published(published(), *also)


def published() -> QuerySet:
    """The years brought in since the release, in the order in which they count."""
    return PublishedYear.objects.order_by("calendar", "year", "version").values("notice")


def with_published(kept: Iterable[Mapping[str, str]], *also: law.Notice) -> Calendars:
    """The calendars with rows of :func:`published` that a page has read anyway."""
    return _with(tuple(row["notice"] for row in kept), also)


def dates(
    regime: law.Regime, right_code: str, received_at: datetime, *, extended: bool = False,
    under: Calendars | None = None,
) -> law.Reckoning:  # fmt: skip
    """Every deadline of that right for something received then. ``under`` saves asking for the calendars again."""
    return law.reckon(
        regime, right_code, received_at, extended=extended, calendars=calendars() if under is None else under
    )


def columns(reckoning: law.Reckoning) -> dict[str, Any]:
    """What a case stores of its dates, by the name of its column."""
    return {
        "received_on": reckoning.received_on,
        "acknowledge_on": reckoning.acknowledge.due_on if reckoning.acknowledge else None,
        "due_on": reckoning.respond.due_on,
        "last_on": reckoning.respond.last_on,
        "provisional": reckoning.respond.provisional,
        "reckoning": reckoning.to_json(),
    }


def columns_of(
    matches: Sequence[law.Match], received_at: datetime, *, extended: bool = False, until: date | None = None,
    under: Calendars | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What a case stores when several statutes match: one clock, the one that ends first, and the earliest receipt.

    The first match is the case's own regime, in whose zone its day of receipt is. ``until`` is the day to which
    more time was taken, where that is less than the law gives.
    """
    under = calendars() if under is None else under
    counted = [
        dates(
            match.regime, match.right_code, received_at, under=under,
            extended=extended and match.right.respond.extension is not None,
        )
        for match in matches
    ]  # fmt: skip
    acknowledged = [one.acknowledge.due_on for one in counted if one.acknowledge]
    first = law.earliest(counted)
    return columns(first.no_later_than(until) if until else first) | {
        "received_on": counted[0].received_on,
        "acknowledge_on": min(acknowledged, default=None),
    }


def taken_until(case: Case) -> date | None:
    """The day to which more time was taken, where that was less than the law gives."""
    kept = case.reckoning.get("until")
    return date.fromisoformat(kept) if kept else None


def columns_of_own_motion(
    regime: law.Regime, right_code: str, opened_at: datetime, due_on: date
) -> dict[str, Any]:
    """What a case that nobody asked for stores: the day we set ourselves, and no day of any law."""
    return columns(law.own_date(regime, right_code, opened_at, due_on))


# The same calendar objects for the same rows: what was counted under them stays counted.
@lru_cache(maxsize=4)
def _with(kept: tuple[str, ...], also: tuple[law.Notice, ...]) -> Calendars:
    if not kept and not also:
        return law.CALENDARS
    return law.with_notices([*map(law.read_notice, kept), *also])
