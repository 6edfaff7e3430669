"""The answer of a case that names no address: how it was given, said by whoever gave it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from portal.staff import casefile
from portal.staff.doors import Place, staff_page, to_case
from requests_app import permits
from requests_app.lifecycle import TELL
from requests_app.models import Case
from requests_app.response import told

WHY_NOT = {
    "not_your_move": later("This step needs another role."),
    "way": later("Choose how it was given."),
    "words": later("Write down what was said, or how you tried to reach them."),
    "doubt": later("A doubt about who is asking is still open: settle it first."),
    "changed": later("The case has moved on meanwhile. Look again."),
}


@staff_page("POST", act=permits.of_move(TELL), asked=True)
def tell(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """It was given by phone or in person, or nobody can be reached: the case is closed."""
    typed = {name: request.POST.get(name, "") for name in ("tell_way", "tell_words")}
    try:
        told.close(case, by=place.desk.user, way=typed["tell_way"], words=typed["tell_words"])
    except told.NotTold as refusal:
        problem = {"text": str(WHY_NOT[refusal.why]), "href": "#tell-answer"}
        return casefile.render_file(request, place, case, problems=[problem], typed=typed)
    messages.success(request, _("Noted, and the case is closed."))
    return to_case(place, case)
