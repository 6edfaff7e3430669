"""A request that lapsed, asked again by one press on its own page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.public.doors import SENT, acts_for_another, of_visitor
from portal.public.limits import SENDING, limited
from portal.public.page import keeps_calm
from requests_app import law
from requests_app.intake import again as lapsed
from requests_app.models import Case

Turn = dict[str, object]


@require_POST
@of_visitor
@limited(SENDING)
@keeps_calm
def again(request: HttpRequest, case: Case) -> HttpResponse:
    """From here on it is as any request that this browser has just sent."""
    if not _is_theirs(request, case):
        return HttpResponseRedirect(reverse("public:case", args=[case.controller, case.reference]))
    new = lapsed.ask(case, language=request.language)
    here = {"number": "", "submission": new.submission.public_id}
    request.session[SENT] = request.session.get(SENT, {}) | {case.controller: here}
    return HttpResponseRedirect(reverse("public:sent", args=[case.controller]))


def with_again(request: HttpRequest, case: Case, turns: list[Turn]) -> list[Turn]:
    """The turns of the case's page, with the way to ask again where it lapsed."""
    if not _is_theirs(request, case):
        return turns
    press = {
        "words": _("Ask again with the same answers"),
        "url": reverse("public:again", args=[case.controller, case.reference]),
        "post": True,
        "primary": True,
    }
    return [*turns[:-1], {**turns[-1], "acts": [press]}]


def _is_theirs(request: HttpRequest, case: Case) -> bool:
    """Only whoever asked asks again: the person somebody acted for has asked nothing."""
    return lapsed.may_ask(case) and (case.capacity == law.SELF or acts_for_another(request, case))
