"""A closing of a moment ago: seen on the case file, and taken back by whoever asked for it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from portal.staff.doors import Place, staff_page, to_case
from requests_app import undoing
from requests_app.models import Case, CaseEvent

SOON = later("It closes in ten seconds. Until then you can take it back here.")


def leaving(place: Place, case: Case, chain: list[CaseEvent]) -> list[dict[str, object]]:
    """The line with the moment at which it closes, and the button; nothing for anybody else."""
    asked = undoing.waiting(case, chain)
    if asked is None or not undoing.is_theirs(asked, place.desk.user):
        return []
    closes = timezone.localtime(asked.at + undoing.UNDO_WITHIN)
    text = _("The case closes at %(time)s") % {"time": f"{closes:%H:%M:%S}"}
    return [{"text": text, "url": place.url("close_undo", case.reference)}]


@staff_page("POST", works=True)
def undo(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """Take back a closing of a moment ago."""
    if undoing.undo_close(case, by=place.desk.user):
        messages.success(request, _("Taken back: it is not closed."))
    else:
        messages.warning(request, _("Too late: it is closed, or the case has moved on."))
    return to_case(place, case)
