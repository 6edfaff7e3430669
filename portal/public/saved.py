"""Save the answers and come back within seven days: a code by mail, no account."""

from __future__ import annotations

import json
from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as now_in
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portal.look.days import in_words
from portal.public import draft as drafts
from portal.public.doors import of_controller
from portal.public.draft import Draft
from portal.public.forms import Question, email_field
from portal.public.limits import SENDING, TYPING, limited
from portal.public.page import keeps_calm, page
from requests_app import access
from requests_app.intake import drafted, saved

SAVED = "saved"
"""Name in the session: under which name these answers are saved, by controller."""


class SaveForm(Question):
    """Where the code goes."""

    email = email_field(
        label=_("Where shall we send the code?"),
        help_text=_("We use the address for this one e-mail and destroy it with your answers."),
    )


class BackForm(Question):
    """The code from the mail."""

    code = forms.CharField(
        label=_("The code from our e-mail"),
        help_text=_("Twelve letters and digits. Gaps do not matter."),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
        error_messages={
            "required": _("Enter the code from our e-mail"),
            "max_length": _("Enter the twelve letters and digits of the code"),
        },
    )

    def clean_code(self) -> str:
        """Letters and digits alone."""
        signs = access.signs_in(self.cleaned_data["code"])
        if len(signs) != saved.CODE_SIGNS:
            raise ValidationError(_("Enter the twelve letters and digits of the code"))
        return signs


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(SENDING)
@keeps_calm
def save(request: HttpRequest) -> HttpResponse:
    """Ask for an address, keep the answers, say until when."""
    controller, draft = request.controller, drafts.read(request)
    back_url = reverse("public:check", args=[controller.slug])
    if not draft.answers:
        return HttpResponseRedirect(reverse("public:saved_back", args=[controller.slug]))
    form = SaveForm(
        request.POST if request.method == "POST" else None, initial={"email": draft.text("email")}
    )
    if request.method == "POST" and form.is_valid():
        earlier = request.session.get(SAVED, {}).get(controller.slug, "")
        name = saved.save(
            controller,
            json.dumps({"number": draft.number, "answers": draft.answers}, ensure_ascii=False),
            to=form.cleaned_data["email"],
            language=request.language,
            instead_of=earlier,
        )
        drafted.keep_until(controller.slug, draft.number, timezone.now() + saved.LIFE)
        _note(request, name)
        until = in_words(timezone.now() + timedelta(days=saved.LIFE.days), "long")
        return page(
            request, "saved", {"address": form.cleaned_data["email"], "until": until, "back_url": back_url}
        )
    return page(
        request,
        "question",
        {
            "form": form,
            "heading": now_in("Save and come back later"),
            "lead": now_in(
                "We keep your answers sealed for seven days. Nothing is sent yet, and no date runs."
            ),
            "submit": now_in("Save my answers"),
            "back_url": back_url,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(TYPING)
@keeps_calm
def back(request: HttpRequest) -> HttpResponse:
    """Type the code and go on; a code that never was and one that is over answer alike."""
    controller = request.controller
    form = BackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = saved.find(controller.slug, form.cleaned_data["code"])
        if found is not None:
            name, content = found
            drafts.keep(request, Draft(**json.loads(content)))
            request.session.cycle_key()
            _note(request, name)
            return HttpResponseRedirect(reverse("public:check", args=[controller.slug]))
        form.add_error("code", now_in("This code does not fit, or its seven days are over"))
    return page(
        request,
        "question",
        {
            "form": form,
            "heading": now_in("Go on with saved answers"),
            "back_url": reverse("public:home", args=[controller.slug]),
        },
    )


def forget(request: HttpRequest) -> None:
    """The answers were sent: what was saved of them is destroyed."""
    name = request.session.get(SAVED, {}).get(request.controller.slug, "")
    if name:
        saved.forget(request.controller.slug, name)
        _note(request, "")


def _note(request: HttpRequest, name: str) -> None:
    request.session[SAVED] = request.session.get(SAVED, {}) | {request.controller.slug: name}
