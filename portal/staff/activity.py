"""Who saw and did what, for the auditor: by person and days, never longer than a month at once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from identity.models import User
from portal.staff import reading, reveal, story, words
from portal.staff.doors import Place, page, staff_page
from portal.staff.reveals import logs
from requests_app import access, permits
from requests_app.models import REVEALED, CaseEvent, TrayEvent

PAGE = 100
FIRST_DAYS, MOST_DAYS = 7, 31
SEEN = (REVEALED, "paper_opened", "document_seen", "evidence_opened", "text_file_opened", "evidence_packed")
"""Events of looking; all else is doing."""
KINDS = {"all": later("Seen and done"), "seen": later("Seen"), "mail": later("Held mail")}
MAIL = {
    "looked": later("%(who)s looked at a held mail"),
    "linked": later("%(who)s put a held mail on a case"),
    "opened": later("%(who)s opened a case from a held mail"),
    "set_aside": later("%(who)s set a mail aside"),
    "settled": later("%(who)s settled a mail"),
    "undone": later("%(who)s took back what was done with a mail"),
}


@staff_page(act=permits.READ_REVEALS)
def activity(request: HttpRequest, place: Place) -> HttpResponse:
    """The latest first, a hundred to a page; without days in the address, the last week."""
    kind = request.GET.get("what", "")
    kind = kind if kind in KINDS else "all"
    people = {str(one.pk): one for one in _people(place)}
    by = request.GET.get("who", "")
    by = by if by in people else ""
    first, last = _days(request, place.today)
    zone = ZoneInfo(place.controller.zone)
    since = datetime.combine(first, time(), zone)
    until = datetime.combine(last + timedelta(days=1), time(), zone)
    acts: QuerySet[CaseEvent] | QuerySet[TrayEvent]
    if kind == "mail":
        acts = access.mail_acts_for(place.desk, place.slug, since, until, by)
    else:
        acts = access.acts_for(place.desk, place.slug, since, until, by)
        acts = acts.filter(name__in=SEEN) if kind == "seen" else acts
    found = reading.part_of(acts, "-at", request.GET.get("before", ""), PAGE)
    asked = {"what": kind, "who": by, "from": first.isoformat(), "to": last.isoformat()}
    context = {
        "rows": _mail_rows(found.rows) if kind == "mail" else _rows(place, found.rows),
        "kinds": [(code, title, code == kind) for code, title in KINDS.items()],
        "people": [(number, str(person), number == by) for number, person in people.items()],
        "first": first,
        "last": last,
        "most": MOST_DAYS,
        "logs": logs(place, "activity"),
        "next_url": f"?{urlencode({**asked, 'before': found.onward})}" if found.onward else "",
        "about_mail": kind == "mail",
    }
    return page(request, place, "activity", context)


def _rows(place: Place, events: list[CaseEvent]) -> list[dict[str, object]]:
    names = story.names_of(events)
    reads = place.may_do(permits.READ_CASE)
    return [
        {
            "at": event.at,
            "who": names.get(event.by_ref, _("Staff")),
            "what": story.sentence(place, event, names),
            "why": reveal.REASONS.get(event.reason, "") if event.name == REVEALED else "",
            "reference": event.case.reference,
            "url": place.url("case", event.case.reference) if reads else "",
            "right": words.short(words.rules_of(event.case)[1]),
        }
        for event in events
    ]


def _mail_rows(events: list[TrayEvent]) -> list[dict[str, object]]:
    wanted = {int(event.by_ref) for event in events if event.by_ref.isdecimal()}
    names = {str(user.pk): str(user) for user in User.objects.filter(pk__in=wanted)}
    rows = []
    for event in events:
        who = names.get(event.by_ref, _("Staff"))
        told = MAIL.get(event.name)
        what = str(told) % {"who": who} if told else event.name.replace("_", " ").capitalize()
        why = reveal.REASONS.get(event.reason, "")
        rows.append({"at": event.at, "who": who, "what": what, "why": why, "reference": ""})
    return rows


def _people(place: Place) -> list[User]:
    """Whoever serves this controller, at most five hundred; those who left stand in the log of staff."""
    return list(User.objects.filter(duties__controller=place.slug).distinct().order_by("name", "pk")[:500])


def _days(request: HttpRequest, today: date) -> tuple[date, date]:
    """From and to, in order and no longer apart than a month."""
    last = reading.day(request.GET.get("to", "")) or today
    first = reading.day(request.GET.get("from", "")) or last - timedelta(days=FIRST_DAYS - 1)
    first, last = min(first, last), max(first, last)
    return max(first, last - timedelta(days=MOST_DAYS - 1)), last
