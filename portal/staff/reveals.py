"""Who unmasked whose name, and why, day by day: for the privacy lead to ask about, and the auditor to count."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.look.days import in_words
from portal.staff import reading, reveal, story, words
from portal.staff.doors import Place, page, staff_page
from requests_app import access, permits

MOST = 500
SAMPLE = 5
"""So many of a day's looks are marked to be asked about; the same ones whoever reads, and nobody can foresee which."""


@staff_page(act=permits.READ_REVEALS)
def reveals(request: HttpRequest, place: Place) -> HttpResponse:
    """One day's looks; without a day in the address, today's."""
    day = reading.day(request.GET.get("day", "")) or place.today
    zone = ZoneInfo(place.controller.zone)
    since = datetime.combine(day, time(), zone)
    found = list(access.reveals_for(place.desk, place.slug, since, since + timedelta(days=1))[:MOST])
    names = story.names_of(found)
    chosen = {event.pk for event in sorted(found, key=lambda event: event.hash)[:SAMPLE]}
    reads = place.may_do(permits.READ_CASE)
    rows = [
        {
            "at": event.at,
            "who": names.get(event.by_ref, _("Staff")),
            "why": reveal.REASONS.get(event.reason, event.reason),
            "reference": event.case.reference,
            "url": place.url("case", event.case.reference) if reads else "",
            "right": words.short(words.rules_of(event.case)[1]),
            "chosen": event.pk in chosen,
        }
        for event in found
    ]
    counts = Counter(row["who"] for row in rows)
    context = {
        "rows": rows,
        "logs": logs(place, "reveals"),
        "day": day,
        "day_words": in_words(day, "long"),
        "counts": [
            f"{who}: {ngettext('%(n)s look', '%(n)s looks', n) % {'n': n}}" for who, n in counts.most_common()
        ],
        "before_url": f"?day={day - timedelta(days=1)}",
        "after_url": f"?day={day + timedelta(days=1)}" if day < place.today else "",
    }
    return page(request, place, "reveals", context)


def logs(place: Place, current: str) -> list[dict[str, object]]:
    """The ways between what an auditor reads: looks, acts, changes to staff."""
    known = [
        ("reveals", _("Looks at names and addresses"), permits.READ_REVEALS),
        ("activity", _("Everything staff did"), permits.READ_REVEALS),
        ("staff_log", _("Log of staff"), permits.READ_STAFF_LOG),
    ]
    return [
        {"url": place.url(name), "title": title, "current": name == current}
        for name, title, act in known
        if place.may_do(act)
    ]
