"""How the connected systems have answered lately, from the work that was asked of them; of nobody's case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from requests_app.models import Work

LATEST = 2000
"""Newest pieces of work that are looked at, of every controller together."""


@dataclass(frozen=True)
class Answering:
    """One system among the newest work."""

    last_answered_at: datetime | None
    failing: int
    """Pieces of work that it did not answer, or refused once and for all; what a legal hold stopped is none."""
    next_try_at: datetime | None
    tries: int
    """Most tries of one of them."""


SILENT = Answering(None, 0, None, 0)


def answering(controller: str) -> dict[str, Answering]:
    """By system, those that the newest work concerns; one bounded query."""
    newest = Work.objects.order_by("-pk").values("pk")[:LATEST]
    failing = Q(status=Work.Status.FAILED) & ~Q(trouble="legal_hold")
    laid_down = Q(result__has_key="overtaken")
    found = (
        Work.objects.filter(pk__in=newest, case__controller=controller)
        .values("system")
        .annotate(
            answered=Max("confirmed_at", filter=~laid_down), failing=Count("pk", filter=failing),
            again=Min("next_try_at", filter=failing), tries=Max("attempts", filter=failing),
        )
        .order_by("system")
    )  # fmt: skip
    return {
        row["system"]: Answering(row["answered"], row["failing"], row["again"], row["tries"] or 0)
        for row in found
    }
