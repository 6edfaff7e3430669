"""The answer at another address: two codes, some days of waiting, and a way back for whoever reads the old one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from identity.flows.email_code import Answer
from portal.public.doors import of_visitor
from portal.public.limits import ASKING_CODES, TYPING, WRITING, limited
from portal.public.page import keeps_calm, page
from portal.public.proof_forms import MoveCodesForm, MoveForm
from requests_app import doubts, subject
from requests_app.models import Case, Doubt
from requests_app.verification import moving


@require_http_methods(["GET", "HEAD", "POST"])
@of_visitor
@limited(ASKING_CODES)
@keeps_calm
def address(request: HttpRequest, case: Case) -> HttpResponse:
    """Where to instead?"""
    if not moving.may_move(case):
        return HttpResponseRedirect(_home(case))
    form = MoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        moving.begin(case, form.cleaned_data["email"])
        return HttpResponseRedirect(reverse("public:address_codes", args=[case.controller, case.reference]))
    return page(
        request,
        "question",
        {
            "form": form,
            "single": form["email"],
            "heading": form.fields["email"].label,
            "lead": _("Both addresses get a code. Then %(n)s hours pass before anything goes there.")
            % {"n": moving.hours()},
            "submit": _("Send both codes"),
            "back_url": _home(case),
            "whys": _whys(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_visitor
@limited(TYPING)
@keeps_calm
def both_codes(request: HttpRequest, case: Case) -> HttpResponse:
    """One code from each mailbox."""
    if not moving.may_move(case) or not moving.masked_new(case):
        return HttpResponseRedirect(_home(case))
    form = MoveCodesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome = moving.answer(case, form.cleaned_data["present"], form.cleaned_data["new"])
        if outcome is Answer.RIGHT:
            return HttpResponseRedirect(_home(case))
        form.add_error("present", _("These two codes do not fit. Check both mailboxes, or start again"))
    return page(
        request,
        "question",
        {
            "form": form,
            "heading": _("Type both codes"),
            "lead": _("One is in your present mailbox, one at %(address)s.")
            % {"address": moving.masked_new(case)},
            "submit": _("Continue"),
            "back_url": reverse("public:address", args=[case.controller, case.reference]),
            "whys": _whys(),
        },
    )


@require_POST
@of_visitor
@limited(WRITING)
@keeps_calm
def keep(request: HttpRequest, case: Case) -> HttpResponse:
    """Keep the old address after all."""
    moving.take_back(case)
    return HttpResponseRedirect(_home(case))


def address_why(case: Case) -> list[dict[str, object]]:
    """Beside the case: the way to another address, or back from it."""
    at = [case.controller, case.reference]
    waits = bool(subject.read(case).moving_to)
    if waits and any(doubt.kind == Doubt.Kind.ADDRESS_CHANGE for doubt in doubts.open_doubts(case)):
        text = _(
            "It will go to %(address)s once %(n)s hours have passed. Until then you may keep the old one."
        )
        return [
            {
                "title": _("The answer at another address"),
                "text": text % {"address": moving.masked_new(case), "n": moving.hours()},
                "act": {"url": reverse("public:address_keep", args=at), "title": _("Keep the old address")},
            }
        ]
    if not moving.may_move(case):
        return []
    return [
        {
            "title": _("The answer at another address?"),
            "text": _("It goes to the address we have on record."),
            "links": [{"url": reverse("public:address", args=at), "title": _("Change it")}],
        }
    ]


def _home(case: Case) -> str:
    return reverse("public:case", args=[case.controller, case.reference])


def _whys() -> list[dict[str, object]]:
    return [
        {
            "title": _("Why it takes so long"),
            "text": _(
                "Whoever gets into a mailbox could send your information elsewhere. So the old address is told and can say no."
            ),
        }
    ]
