"""Saved views of the queue: which cases each shows. The address names the view, so it can be shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from identity.models import User
from portal.look.clock import SOON_WITHIN_DAYS
from portal.staff.doors import Place
from requests_app import access, law
from requests_app.letters import by_post
from requests_app.lifecycle import (
    APPROVE,
    ASK_MORE_PROOF,
    ASK_PROOF,
    PROPOSE,
    SETTLE_IDENTITY,
    STAFFS,
    Move,
    State,
)
from requests_app.models import Case, Tray, Work
from requests_app.response import posting

COUNT_TO = 1000
"""Counts look at the first thousand open cases by date; beyond that they say so."""
MINE, SHARED, ASIDE = _("Mine"), _("Shared"), _("Kept out of sight")
UNPROVED = ASK_PROOF.sources | SETTLE_IDENTITY.sources


@dataclass(frozen=True)
class View:
    """One saved view."""

    key: str
    title: str
    group: str


VIEWS = (
    View("mine", _("My move"), MINE),
    View("assigned", _("Assigned to me"), MINE),
    View("open", pgettext_lazy("queue", "All open"), SHARED),
    View("late", _("Past our date"), SHARED),
    View("soon", _("Due in 5 days"), SHARED),
    View("approve", _("To approve"), SHARED),
    View("waiting", _("Waiting for requester"), SHARED),
    View("security", _("Security reports"), SHARED),
    View("own", _("Of our own motion"), SHARED),
    View("failing", _("Systems failing"), SHARED),
    View("unverified", _("Unverified"), ASIDE),
)
UNVERIFIED = Q(state__in=UNPROVED, methods=[], cause="") & ~Q(waits_for__in=STAFFS)
"""Nobody has shown anything yet: such a case may be spam, and is kept out of every view but its own.

One who showed by what authority they act has shown something, and waits for us; so does whom no code reaches.
"""
ALARM = Q(right="INCIDENT")
"""Reports that information is no longer secure: looked at before anything with a date."""
TOLD_AFTERWARDS = frozenset(
    right.code for regime in law.REGIMES for right in regime.rights.values() if right.tells_receivers
)
"""Rights of which third parties are told without the answer waiting for it."""
BY_KEY = {view.key: view for view in VIEWS}


def condition(view: str, place: Place) -> Q:
    """The rows of a view, among the open cases of one controller."""
    unverified = UNVERIFIED
    mine = place.desk.user
    found = {
        "mine": _my_move(place),
        "assigned": Q(assignee=mine),
        "open": ~unverified,
        "late": ~unverified & Q(due_on__lt=place.today, answered_at=None),
        "soon": ~unverified & Q(due_on__lte=place.today + timedelta(days=SOON_WITHIN_DAYS), answered_at=None),
        "approve": Q(state__in=APPROVE.sources),
        "waiting": Q(state__in=SETTLE_IDENTITY.sources) & ~Q(methods=[]),
        "security": ALARM,
        "own": ~Q(cause=""),
        "failing": Q(waits_for__startswith="system:"),
        "unverified": unverified,
    }
    return found[view]


def counted(place: Place) -> dict[str, int]:
    """How many cases are in each view, and behind each alert, among those due first: two bounded queries.

    ``all`` of them were looked at, ``n_<view>`` are in that view; ``alarms``, ``over`` and ``soon`` wait for
    an answer and are security reports, past our date, or due by tomorrow. ``paper`` letters wait to be posted,
    ``paper_due`` of them by tomorrow.
    """
    tomorrow = place.today + timedelta(days=1)
    near = ~UNVERIFIED & Q(answered_at=None, due_on__lte=tomorrow)
    mine = access.cases_for(place.desk, place.slug)
    first = mine.open().by_due_date().values("pk")[:COUNT_TO]
    counts = mine.filter(pk__in=first).aggregate(
        all=Count("pk"),
        alarms=Count("pk", filter=near & ALARM),
        over=Count("pk", filter=near & ~ALARM & Q(due_on__lt=place.today)),
        soon=Count("pk", filter=near & ~ALARM & Q(due_on__gte=place.today)),
        **{f"n_{view.key}": Count("pk", filter=condition(view.key, place)) for view in VIEWS},
    )
    paper = by_post.to_post(place.slug).filter(case__in=mine)
    dated = Q(kind__in=by_post.HAVE_A_DAY, leave_by__lte=tomorrow)
    letters = by_post.to_post(place.slug).filter(pk__in=paper.values("pk")[:COUNT_TO])
    return counts | letters.aggregate(paper=Count("pk"), paper_due=Count("pk", filter=dated))


def to_tell(place: Place) -> QuerySet[Case]:
    """Closed cases of which somebody who received the data is still to be told; found by the few works that wait.

    Where the answer waits for the telling, as of a deletion, nothing is left to tell once it is closed.
    """
    told_of = Work.objects.filter(operation=Work.Operation.NOTIFY)
    later = told_of.filter(case=OuterRef("case"), round__gt=OuterRef("round"))
    waiting = told_of.exclude(status=Work.Status.CONFIRMED).exclude(Exists(later))
    cases = access.cases_for(place.desk, place.slug).filter(right__in=TOLD_AFTERWARDS, state=State.CLOSED)
    return cases.filter(pk__in=waiting.values("case"))


def groups(place: Place, current: str, counts: dict[str, int] | None = None) -> list[dict[str, object]]:
    """The column of views with their counts, which may have been counted already; one bounded query for the lists beside."""
    counts = counted(place) if counts is None else counts
    more = "+" if counts["all"] >= COUNT_TO else ""
    rows: dict[str, list[dict[str, object]]] = {}
    for view in VIEWS:
        rows.setdefault(str(view.group), []).append(
            {
                "url": f"{place.url('queue')}?view={view.key}",
                "title": view.title,
                "count": f"{counts[f'n_{view.key}']}{more}",
                "current": current == view.key,
            }
        )
    rows[str(SHARED)].append(_page(place, "to_post", _("To be posted"), counts["paper"], current))
    lists: list[QuerySet[Any]] = [
        access.mail_for(place.desk, place.slug).filter(tray=Tray.HELD),
        access.replays_for(place.desk, place.slug),
    ]
    if place.controller.switches.get("sells_or_shares"):
        lists.append(to_tell(place))
    held, came_back, *untold = _number_of(place, lists)
    if came_back:
        rows[str(SHARED)].append(_page(place, "replays", _("After a restore"), came_back, current))
    if untold:
        rows[str(SHARED)].append(_page(place, "to_tell", _("Third parties to tell"), untold[0], current))
    rows[str(ASIDE)] += [
        _page(place, "tray", _("Held mail"), held, current),
        {"url": place.url("closed"), "title": _("Closed"), "count": "", "current": current == "closed"},
    ]
    return [{"title": title, "rows": listed} for title, listed in rows.items()]


def _number_of(place: Place, lists: list[QuerySet[Any]]) -> tuple[int, ...]:
    """How many are in each, up to a thousand; all in one statement, for which the reader's own row stands."""
    numbers = []
    for found in lists:
        first = found.filter(pk__in=found.order_by().values("pk")[:COUNT_TO]).order_by()
        numbers.append(Subquery(first.annotate(number=Func(F("pk"), function="COUNT")).values("number")))
    return User.objects.values_list(*numbers).get(pk=place.desk.user.pk)


def _page(place: Place, name: str, title: str, n: int, current: str) -> dict[str, object]:
    """A list on a page of its own, with its count."""
    count = f"{n}{'+' if n >= COUNT_TO else ''}"
    return {"url": place.url(name), "title": title, "count": count, "current": current == name}


def _my_move(place: Place) -> Q:
    roles = place.desk.roles[place.slug]
    found = Q(pk__in=[])

    def mine(move: Move) -> bool:
        return bool(roles & move.who)

    if mine(PROPOSE):
        found |= Q(state__in=PROPOSE.sources, waits_for="decision") & (
            Q(assignee=None) | Q(assignee=place.desk.user)
        )
    if mine(ASK_MORE_PROOF):
        found |= Q(state__in=SETTLE_IDENTITY.sources, waits_for__in=STAFFS) & (
            Q(assignee=None) | Q(assignee=place.desk.user)
        )
    if place.works():
        found |= Q(waits_for=posting.WAITS) & (Q(assignee=None) | Q(assignee=place.desk.user))
    if mine(APPROVE):
        found |= Q(state__in=APPROVE.sources) & ~Q(proposed_by=place.desk.user)
    return found
