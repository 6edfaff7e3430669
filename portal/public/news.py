"""Asking to hear of a changed policy, and asking to hear no more."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from identity.flows.email_code import Answer
from portal.public.doors import of_controller
from portal.public.forms import CodeForm, EmailForm
from portal.public.limits import ASKING_CODES, TYPING, limited
from portal.public.page import keeps_calm, page
from portal.public.sent import wrong_code
from requests_app.letters import news as readers

JOINING = "policy_news"
"""Name in the session: the keyed hash of the address that a code went to, by controller."""


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(ASKING_CODES)
@keeps_calm
def news(request: HttpRequest) -> HttpResponse:
    """An address; whether it is on the list already shows nowhere."""
    controller = request.controller
    form = EmailForm(request.POST if request.method == "POST" else None)
    form.fields["email"].label = _("Where shall we write to?")
    form.fields["email"].help_text = _("We send a code first, and keep the address sealed for this alone.")
    if request.method == "POST" and form.is_valid():
        index = readers.join(controller, form.cleaned_data["email"], request.language)
        request.session[JOINING] = request.session.get(JOINING, {}) | {controller.slug: index}
        return HttpResponseRedirect(reverse("public:news_code", args=[controller.slug]))
    return page(
        request,
        "question",
        {
            "form": form,
            "heading": _("Hear when our policy changes"),
            "lead": _("We write when a change matters, and for nothing else. One press ends it."),
            "submit": _("Send me a code"),
            "back_url": reverse("public:policy", args=[controller.slug]),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(TYPING)
@keeps_calm
def code(request: HttpRequest) -> HttpResponse:
    """The code shows that the address is theirs: nobody is put on the list by another."""
    controller = request.controller
    index = request.session.get(JOINING, {}).get(controller.slug)
    if index is None:
        return HttpResponseRedirect(reverse("public:news", args=[controller.slug]))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome = readers.confirm(controller, index, form.cleaned_data["code"])
        if outcome is Answer.RIGHT:
            request.session[JOINING] = {}
            return page(
                request,
                "news",
                {
                    "heading": _("We will write to you"),
                    "lead": _(
                        "When our privacy policy changes in a way that matters. Every such e-mail has a link that ends it."
                    ),
                },
            )
        form.add_error("code", wrong_code(outcome))
    return page(
        request,
        "code",
        {
            "form": form,
            "heading": _("Type the code we sent"),
            "lead": _("It shows that the address is yours, so that nobody else can put you on a list."),
            "back_url": reverse("public:news", args=[controller.slug]),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(TYPING)
@keeps_calm
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing; its button destroys the address."""
    there = readers.stop(request.controller.slug, token, really=request.method == "POST")
    if request.method == "POST" or not there:
        return page(
            request,
            "news",
            {
                "heading": _("We write no more about the policy"),
                "lead": _("Your address is not on our list, or not any more."),
            },
        )
    return page(
        request,
        "news",
        {
            "heading": _("Hear no more about the policy?"),
            "lead": _("We then destroy your address on this list. Your requests go on as before."),
            "ends": True,
        },
    )
