"""Saved views of the queue: which cases each shows. The address names the view, so it can be shared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, Func, IntegerField, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from identity.models import User
from portal.look.clock import SOON_WITHIN_DAYS
from portal.staff.doors import Place
from requests_app import access, law, likely_twins, permits
from requests_app.letters import by_post, mentions, release
from requests_app.lifecycle import (
    APPROVE,
    ASK_MORE_PROOF,
    PROPOSE,
    SETTLE_IDENTITY,
    STAFFS,
    Move,
    State,
)
from requests_app.models import UNVERIFIED, Case, Tray, Work
from requests_app.response import posting

COUNT_TO = 1000
"""Counts look at the first thousand open cases by date; beyond that they say so."""
MINE, SHARED, ASIDE = _("Mine"), _("Shared"), _("Kept out of sight")


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
    View("twins", _("Likely duplicates"), SHARED),
    View("unverified", _("Unverified"), ASIDE),
)
ALARM = Q(right="INCIDENT")
"""Reports that information is no longer secure: looked at before anything with a date."""
TOLD_AFTERWARDS = frozenset(
    right.code for regime in law.REGIMES for right in regime.rights.values() if right.tells_receivers
)
"""Rights of which third parties are told without the answer waiting for it."""
BESIDE = (
    (MINE, "mentions", _("Mentions of me")),
    (SHARED, "to_tell", _("Third parties to tell")),
    (SHARED, "to_release", _("Replies to release")),
)
"""Lists on pages of their own that not everybody has."""
BY_KEY = {view.key: view for view in VIEWS}
BY_INDEX = frozenset({"twins"})
"""Views so rare that an index finds all of them, and that are counted apart from the cases due first."""


def condition(view: str, place: Place) -> Q:
    """The rows of a view, among the open cases of one controller."""
    return CONDITIONS[view](place)


def counted(place: Place) -> dict[str, int]:
    """How many cases are in each view and list, and behind each alert: two bounded statements.

    ``all`` of those due first were looked at, ``n_<view>`` are in that view; ``alarms``, ``over`` and ``soon`` wait
    for an answer and are security reports, past our date, or due by tomorrow. ``paper`` letters wait to be posted,
    ``paper_due`` of them by tomorrow; ``holds`` and ``matters`` forbid to erase, ``review`` and ``review_matters`` of
    them are to be looked at again; ``held`` mails wait, and ``replays`` are open after a restore. Lists that not everybody has are there by their page's name.
    """
    tomorrow = place.today + timedelta(days=1)
    near = ~UNVERIFIED & Q(answered_at=None, due_on__lte=tomorrow)
    mine = access.cases_for(place.desk, place.slug)
    counts = access.first_of(mine.open().by_due_date(), COUNT_TO).aggregate(
        all=Count("pk"),
        alarms=Count("pk", filter=near & ALARM),
        over=Count("pk", filter=near & ~ALARM & Q(due_on__lt=place.today)),
        soon=Count("pk", filter=near & ~ALARM & Q(due_on__gte=place.today)),
        **{
            f"n_{view.key}": Count("pk", filter=condition(view.key, place))
            for view in VIEWS
            if view.key not in BY_INDEX
        },
    )
    paper = by_post.to_post(place.slug).filter(case__in=mine)
    matters = access.matters_for(place.desk, place.slug).filter(lifted_at=None)
    holds = access.holds_for(place.desk, place.slug).in_force(place.today).filter(matter=None)
    lists: dict[str, QuerySet[Any]] = {
        "n_twins": mine.open().filter(condition("twins", place)),
        "paper": paper,
        "paper_due": paper.filter(kind__in=by_post.HAVE_A_DAY, leave_by__lte=tomorrow),
        "matters": matters,
        "review_matters": matters.filter(review_on__lte=place.today),
        "holds": holds,
        "review": holds.filter(review_on__lte=place.today),
        "held": access.mail_for(place.desk, place.slug).filter(tray=Tray.HELD),
        "replays": access.replays_for(place.desk, place.slug),
    }
    if place.controller.switches.get("sells_or_shares"):
        lists["to_tell"] = to_tell(place)
    if place.may_do(permits.READ_PAPERS):
        lists["mentions"] = mentions.of(place.desk, place.slug).filter(seen_at=None)
        if place.controller.replies.second_person:
            lists["to_release"] = release.waiting(place.desk, place.slug)
    return counts | dict(zip(lists, _number_of(place, lists.values()), strict=True))


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
    """The column of views and lists with their counts, which may have been counted already."""
    counts = counted(place) if counts is None else counts
    more = "+" if counts["all"] >= COUNT_TO else ""
    rows: dict[str, list[dict[str, object]]] = {}
    for view in VIEWS:
        n = counts[f"n_{view.key}"]
        rows.setdefault(str(view.group), []).append(
            {
                "url": f"{place.url('queue')}?view={view.key}",
                "title": view.title,
                "count": _up_to(n) if view.key in BY_INDEX else f"{n}{more}",
                "current": current == view.key,
            }
        )
    rows[str(SHARED)].append(_page(place, "to_post", _("To be posted"), counts["paper"], current))
    if counts["replays"]:
        rows[str(SHARED)].append(_page(place, "replays", _("After a restore"), counts["replays"], current))
    for group, name, title in BESIDE:
        if name in counts:
            rows[str(group)].append(_page(place, name, title, counts[name], current))
    holds = counts["matters"] + counts["holds"]
    rows[str(SHARED)].append(_page(place, "holds", _("Legal holds"), holds, current))
    rows[str(ASIDE)] += [
        _page(place, "tray", _("Held mail"), counts["held"], current),
        {"url": place.url("closed"), "title": _("Closed"), "count": "", "current": current == "closed"},
    ]
    return [{"title": title, "rows": listed} for title, listed in rows.items()]


def _number_of(place: Place, lists: Iterable[QuerySet[Any]]) -> tuple[int, ...]:
    """How many are in each, up to a thousand; all in one statement, for which the reader's own row stands."""
    numbers = [
        Func(
            ArraySubquery(found.order_by().values("pk")[:COUNT_TO]),
            function="CARDINALITY",
            output_field=IntegerField(),
        )
        for found in lists
    ]
    return User.objects.values_list(*numbers).get(pk=place.desk.user.pk)


def _page(place: Place, name: str, title: str, n: int, current: str) -> dict[str, object]:
    """A list on a page of its own, with its count."""
    return {"url": place.url(name), "title": title, "count": _up_to(n), "current": current == name}


def _up_to(n: int) -> str:
    return f"{n}{'+' if n >= COUNT_TO else ''}"


def _my_move(place: Place) -> Q:
    roles = place.desk.roles[place.slug]
    found = Q(pk__in=[])

    def mine(move: Move) -> bool:
        return bool(roles & move.who)

    if mine(PROPOSE):
        found |= Q(state__in=PROPOSE.sources, waits_for="decision")
    if mine(ASK_MORE_PROOF):
        found |= Q(state__in=SETTLE_IDENTITY.sources, waits_for__in=STAFFS)
    if place.works():
        found |= Q(waits_for=posting.WAITS)
    # Of these somebody else's are theirs, as long as they work here.
    found &= access.worked_by_nobody(place.slug) | Q(assignee=place.desk.user)
    if place.may_do(permits.RELEASE_REPLY) and place.controller.replies.second_person:
        theirs = release.waiting(place.desk, place.slug).exclude(written_by=place.desk.user)
        found |= Q(pk__in=theirs.order_by().values("case"))
    if mine(APPROVE):
        found |= Q(state__in=APPROVE.sources) & ~Q(proposed_by=place.desk.user)
    return found


CONDITIONS: dict[str, Callable[[Place], Q]] = {
    "mine": _my_move,
    "assigned": lambda place: Q(assignee=place.desk.user),
    "open": lambda place: ~UNVERIFIED,
    "late": lambda place: ~UNVERIFIED & Q(due_on__lt=place.today, answered_at=None),
    "soon": lambda place: (
        ~UNVERIFIED & Q(due_on__lte=place.today + timedelta(days=SOON_WITHIN_DAYS), answered_at=None)
    ),
    "approve": lambda place: Q(state__in=APPROVE.sources),
    "waiting": lambda place: Q(state__in=SETTLE_IDENTITY.sources) & ~Q(methods=[]),
    "security": lambda place: ALARM,
    "own": lambda place: ~Q(cause=""),
    "failing": lambda place: Q(waits_for__startswith="system:"),
    "unverified": lambda place: UNVERIFIED,
    # The mark is found by its index; whether it still holds is asked of the few that have it.
    "twins": lambda place: Q(twin_likely=True) & Q(likely_twins.another()),
}
"""By view; each is built only when it is asked for, since building one takes longer than asking it."""
