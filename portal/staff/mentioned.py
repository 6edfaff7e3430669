"""Colleagues named in notes: whom a writer may tell, and each one's own list of where they were named."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from identity.models import User
from portal.staff import reading, views
from portal.staff.doors import Place, page, staff_page, to_case
from requests_app import permits
from requests_app.letters import correspond, mentions
from requests_app.models import Case

PAGE = 50


def offered(place: Place, case: Case, people: Iterable[User]) -> list[User]:
    """Colleagues, of those who work here, who may be told of a note on this case."""
    return mentions.but(people, case, by=place.desk.user)


def write_note(request: HttpRequest, place: Place, case: Case, text: str) -> None:
    """Keep it, tell whoever it names, and tell its writer who was not told and why."""
    by = place.desk.user
    people = mentions.colleagues(case, by=by)
    named = mentions.named(text, people)
    ticked = set(request.POST.getlist("tell"))
    tell = {one.pk: one for one in [*named.people, *(one for one in people if str(one.pk) in ticked)]}
    correspond.write_note(case, by=by, text=text, tell=tell.values())
    if tell:
        names = pgettext("in a list", ", ").join(one.name for one in tell.values())
        messages.success(request, _("The note is kept; told: %(names)s.") % {"names": names})
    if named.unknown:
        unknown = pgettext("in a list", ", ").join(f"@{name}" for name in named.unknown)
        told = ngettext(
            "Nobody was told for %(names)s: that is not the name of one colleague who may see this case.",
            "Nobody was told for %(names)s: these are not names of one colleague each who may see this case.",
            len(named.unknown),
        )
        messages.warning(request, told % {"names": unknown})


@staff_page(act=permits.READ_PAPERS)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Where this person was named, the latest first, fifty at a time."""
    mine = mentions.of(place.desk, place.slug).select_related("case", "message")
    found = reading.part_of(mine, "-pk", request.GET.get("before", ""), PAGE)
    writers = {one.message.by_ref for one in found.rows}
    names = {
        str(user.pk): str(user)
        for user in User.objects.filter(pk__in=[int(one) for one in writers if one.isdigit()])
    }
    context = {
        "rows": [
            {
                "reference": one.case.reference,
                "who": names.get(one.message.by_ref, _("Staff")),
                "at": one.made_at,
                "seen": one.seen_at,
                "url": place.url("mention_seen", one.pk),
            }
            for one in found.rows
        ],
        "next_url": f"?before={found.onward}" if found.onward else None,
        "views": views.groups(place, "mentions"),
    }
    return page(request, place, "mentions", context)


@staff_page("POST", act=permits.READ_PAPERS)
def seen(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """They have seen one: onward to the note, or back to the list."""
    found = mentions.see(place.desk, place.slug, number)
    if found is None:
        raise Http404
    if request.POST.get("act") == "open":
        return to_case(place, found.case, "events")
    return redirect(place.url("mentions"))
