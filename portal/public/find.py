"""Coming back to a request: by reference and address, or by the private link; either way a code opens it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from identity.flows.email_code import Answer
from portal.public import whys
from portal.public.doors import (
    VISITS,
    WAITING,
    leave,
    of_controller,
    of_visitor,
    open_by_link,
    open_visit,
    stay,
)
from portal.public.forms import CodeForm, FindForm
from portal.public.limits import ASKING_CODES, TYPING, limited
from portal.public.page import keeps_calm, page
from portal.public.sent import wrong_code
from requests_app import access, law
from requests_app.lifecycle import State
from requests_app.models import Case
from requests_app.verification import visit


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(ASKING_CODES)
@keeps_calm
def find(request: HttpRequest) -> HttpResponse:
    """Reference and e-mail; a pair that does not fit leads to the same next page."""
    slug = request.controller.slug
    form = FindForm(
        request.POST if request.method == "POST" else None, calling_code=request.controller.calling_code
    )
    if request.method == "POST" and form.is_valid():
        waiting = visit.ask(slug, form.cleaned_data["reference"], form.cleaned_data["email"])
        return wait(request, waiting)
    return page(
        request,
        "question",
        {
            "form": form,
            "heading": _("Follow a request you made"),
            "lead": _("We send a code to your address. No account, no password."),
            "submit": _("Send me a code"),
            "back_url": reverse("public:home", args=[slug]),
            "whys": [
                {
                    "title": _("No reference?"),
                    "text": _(
                        "It is in our first e-mail, together with a link to this page. Or write to us."
                    ),
                },
                {
                    "title": _("Saved, and not sent yet?"),
                    "text": _("Go on with the code from our e-mail."),
                    "links": [
                        {
                            "url": reverse("public:saved_back", args=[slug]),
                            "title": _("Go on with saved answers"),
                        }
                    ],
                },
                {
                    "title": _("Several requests?"),
                    "text": _("See them all in one list. You need no account for it."),
                    "links": [
                        {"url": reverse("public:account", args=[slug]), "title": _("All your requests here")}
                    ],
                },
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(ASKING_CODES)
@keeps_calm
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The private link from our mail. Opening it shows nothing and changes nothing; the button sends a code."""
    try:
        case = access.case_by_link(request.controller.slug, token)
    except access.NoSuchCase:
        return page(request, "link_expired", status=404)
    has_code = case.state == State.VERIFYING
    if request.method == "POST" and has_code and case.capacity == law.SELF and "have" in request.POST:
        # Our first mail carries link and code together.
        open_by_link(request, case)
        return HttpResponseRedirect(reverse("public:code", args=[case.controller, case.reference]))
    two_sides = case.capacity != law.SELF
    if request.method == "POST":
        return wait(request, visit.ask_for(case, acting=two_sides and "acting" in request.POST))
    response = page(
        request,
        "link",
        {
            "has_code": has_code and not two_sides,
            "two_sides": two_sides,
            "whys": whys.of_code(request.controller),
        },
    )
    # Not even our own style sheet's address is asked for with the link in a header.
    response["Referrer-Policy"] = "strict-origin"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(TYPING)
@keeps_calm
def code(request: HttpRequest) -> HttpResponse:
    """Type the code that opens the page for an hour, at an address that holds no secret any more."""
    slug = request.controller.slug
    asked = request.session.get(WAITING, {}).get(slug)
    if asked is None:
        return HttpResponseRedirect(reverse("public:find", args=[slug]))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome, case = visit.answer(slug, visit.Waiting(**asked), form.cleaned_data["code"])
        if outcome is Answer.RIGHT and case is not None:
            request.session.pop(WAITING)
            open_visit(request, [case], acting=visit.is_holders(case, visit.Waiting(**asked)))
            return HttpResponseRedirect(reverse("public:case", args=[slug, case.reference]))
        form.add_error("code", wrong_code(outcome))
    return page(
        request,
        "code",
        {
            "form": form,
            "heading": _("Type the code we sent"),
            "lead": _("If reference and address belong together, an e-mail with a code is on its way."),
            "back_url": reverse("public:find", args=[slug]),
            "whys": whys.of_code(request.controller),
        },
    )


@require_POST
@of_controller
def close(request: HttpRequest) -> HttpResponse:
    """Leave nothing open in this browser."""
    if VISITS in request.session:
        leave(request)
    return HttpResponseRedirect(reverse("public:home", args=[request.controller.slug]))


@require_POST
@of_visitor
def keep_open(request: HttpRequest, case: Case) -> HttpResponse:
    """The page stays open for another hour; one that has closed opens by a code alone."""
    stay(request, case)
    return HttpResponseRedirect(reverse("public:case", args=[case.controller, case.reference]))


def wait(request: HttpRequest, waiting: visit.Waiting) -> HttpResponse:
    """A code was asked for: on to the page that takes it."""
    slug = request.controller.slug
    kept = {
        "matter": waiting.matter, "reference": waiting.reference, "number": waiting.number, "acting": waiting.acting,
    }  # fmt: skip
    request.session[WAITING] = request.session.get(WAITING, {}) | {slug: kept}
    return HttpResponseRedirect(reverse("public:find_code", args=[slug]))
