"""The log of staff: every change to an account or a role, by whom; nobody can change a line of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from identity import people
from identity.models import StaffChange, User
from portal.staff import reading, words
from portal.staff.doors import Place, page, staff_page
from requests_app import permits

PAGE = 100
What = StaffChange.What
SENTENCES = {
    What.HIRED: later("An account was made for %(about)s"),
    What.ROLE_GIVEN: later("%(about)s became %(role)s"),
    What.ROLE_TAKEN: later("%(about)s is no longer %(role)s"),
    What.INVITED: later("%(about)s was sent a link to set a password"),
    What.PASSWORD_SET: later("%(about)s has a new password"),
    What.FACTOR_ENROLLED: later("%(about)s set up a second factor"),
    What.FACTOR_RESET: later("The second factor of %(about)s was forgotten"),
    What.SESSIONS_ENDED: later("%(about)s was signed out everywhere"),
    What.PROVIDER_BOUND: later("%(about)s is now known at the identity provider"),
    What.CLOSED: later("The account of %(about)s was closed"),
    What.REOPENED: later("The account of %(about)s was opened again"),
}


@staff_page(act=permits.READ_STAFF_LOG)
def staff_log(request: HttpRequest, place: Place) -> HttpResponse:
    """The latest first, a hundred to a page."""
    before = request.GET.get("before", "")
    found = reading.part_of(people.changes_of(place.slug), "-pk", before, PAGE)
    onward = f"?before={found.onward}" if found.onward else ""
    return page(request, place, "staff_log", {"rows": rows(found.rows), "next_url": onward})


def rows(changes: Iterable[StaffChange]) -> list[dict[str, object]]:
    """A sentence for each, with names in one query."""
    found = list(changes)
    numbers = {change.about for change in found} | {change.by for change in found if change.by}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=numbers)}
    return [
        {
            "at": change.at,
            "what": str(SENTENCES[What(change.what)])
            % {
                "about": names.get(change.about, _("Staff")),
                "role": words.ROLES.get(change.role, change.role),
            },
            "by": names.get(change.by, _("Staff")) if change.by else _("The operator, on the machine"),
        }
        for change in found
    ]
