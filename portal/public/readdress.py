"""The address was mistyped: put right where the code is asked for, with everything else kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.public import whys
from portal.public.doors import of_sender, sent_here
from portal.public.forms import EmailForm
from portal.public.limits import ASKING_CODES, limited
from portal.public.page import keeps_calm, page
from requests_app import subject
from requests_app.models import Case
from requests_app.verification import readdress

ASKED_AGAIN = "asked_again"
"""Said once on the page of the code: another one is on its way."""


@require_http_methods(["GET", "HEAD", "POST"])
@of_sender
@limited(ASKING_CODES)
@keeps_calm
def correct(request: HttpRequest, case: Case) -> HttpResponse:
    """For the browser that sent it alone: whoever holds the private link may be the stranger who got the mail."""
    back = reverse("public:code", args=[case.controller, case.reference])
    if not may_correct(request, case):
        return HttpResponseRedirect(back)
    form = EmailForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        readdress.correct(case, form.cleaned_data["email"])
        request.session[ASKED_AGAIN] = True
        return HttpResponseRedirect(back)
    return page(
        request,
        "question",
        {
            "form": form,
            "single": form["email"],
            "heading": _("What is the right address?"),
            "lead": _("You gave %(address)s. Everything else you told us stays as it is.")
            % {"address": subject.read(case).masked_email},
            "submit": _("Send the code there"),
            "back_url": back,
            "whys": whys.of_code(request.controller),
        },
    )


def may_correct(request: HttpRequest, case: Case) -> bool:
    """Whether this browser may, now."""
    return sent_here(request, case) and readdress.may_correct(case)


def correct_url(request: HttpRequest, case: Case) -> str:
    """The way there from the page of the code; empty where there is none."""
    at = [case.controller, case.reference]
    return reverse("public:address_correct", args=at) if may_correct(request, case) else ""
