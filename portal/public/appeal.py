"""Asking for a second look at an answer, from the page of the case it belongs to."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.public import offers, whys
from portal.public.doors import acts_for_another, of_visitor, open_visit
from portal.public.forms_words import AppealForm
from portal.public.limits import WRITING, limited
from portal.public.page import keeps_calm, page
from requests_app import law, subject
from requests_app.intake import appeals
from requests_app.models import Case
from requests_app.verification.acting import WRITES


@require_http_methods(["GET", "HEAD", "POST"])
@of_visitor
@limited(WRITING)
@keeps_calm
def appeal(request: HttpRequest, case: Case) -> HttpResponse:
    """Say what to look at again; what comes of it is a request with a date of its own."""
    if not appeals.may_appeal(case):
        raise Http404
    if (already := appeals.open_one(case)) is not None:
        open_visit(request, [already], acting=acts_for_another(request, case))
        return HttpResponseRedirect(_url(already))
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        acting = acts_for_another(request, case)
        new = appeals.appeal(
            case, form.cleaned_data["text"], language=request.language, by_ref=WRITES if acting else ""
        )
        open_visit(request, [new], acting=acting)
        return HttpResponseRedirect(_url(new))
    controller, language = request.controller, request.language
    code = appeals.way_of(controller)
    offered = next(right for right in controller.rights if right.code == code)
    right = law.regime_at(offered.regime, timezone.now()).right(code)
    asked = law.regime(case.regime, case.received_on).right(case.right)
    return page(
        request,
        "appeal",
        {
            "form": form,
            "reference": case.reference,
            "asked": asked.title.in_(language),
            "time": offers.in_time(right.respond),
            "back_url": _url(case),
            "whys": [
                {
                    "title": _("You can also turn to"),
                    "text": _("You need not wait for us. These hear you whatever we say:"),
                },
                *whys.of_case(controller, language, withdraw_url="", outside=False),
            ],
            "address": subject.read(case).masked_email,
        },
    )


def appeal_why(case: Case) -> list[whys.Why]:
    """Beside an answered case: the way to a second look, or to the one that is under way."""
    if not appeals.may_appeal(case):
        return []
    url = reverse("public:appeal", args=[case.controller, case.reference])
    return [
        {
            "title": _("You do not agree?"),
            "text": _("Somebody who did not decide the first time looks again."),
            "links": [{"url": url, "title": _("Ask for a second look, or see yours")}],
        }
    ]


def about_why(case: Case) -> list[whys.Why]:
    """Beside an appeal: which answer it is about."""
    if case.answers_to is None:
        return []
    old = case.answers_to
    url = reverse("public:case", args=[old.controller, old.reference])
    return [
        {
            "title": _("About our answer"),
            "text": _(
                "It is about the answer to request %(reference)s. Whoever proposed that answer does not decide here."
            )
            % {"reference": old.spaced_reference},
            "links": [{"url": url, "title": _("See that request")}],
        }
    ]


def _url(case: Case) -> str:
    return reverse("public:case", args=[case.controller, case.reference])
