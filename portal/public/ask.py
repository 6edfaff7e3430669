"""Asking: one question a page, every answer kept, everything shown before it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.public import conditions, whys
from portal.public import draft as drafts
from portal.public import offers as offered
from portal.public.doors import SENT, of_controller
from portal.public.draft import Draft
from portal.public.forms import CheckForm, EmailForm, NameForm, Question, WhatForm, WhereForm, WrongForm
from portal.public.limits import SENDING, limited
from portal.public.page import keeps_calm, page
from portal.public.summary import answers_given, what_follows
from requests_app import law
from requests_app.intake import web
from requests_app.register import Controller
from requests_app.register.inventory import CLOSING


@dataclass(frozen=True)
class Step:
    """One question and its place in the address."""

    name: str
    field: str
    form: type[Question]


WHAT = Step("what", "rights", WhatForm)
WHERE = Step("where", "lives_in_california", WhereForm)
WRONG = Step("what-is-wrong", "correction", WrongForm)
NAME = Step("name", "name", NameForm)
EMAIL = Step("e-mail", "email", EmailForm)


def steps_of(controller: Controller, draft: Draft) -> list[Step]:
    """The questions this controller asks, in order; what needs no proof is asked for with an address alone."""
    if not _asks_proof(controller, draft):
        return [WHAT, EMAIL]
    chosen = offered.chosen(controller, draft.rights)
    wrong = [WRONG] if any(offer.right.operation == "correct" for offer in chosen) else []
    return [WHAT, *wrong, *([WHERE] if offered.asks_where(controller) else []), NAME, EMAIL]


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@keeps_calm
def question(request: HttpRequest, step: str) -> HttpResponse:
    """One question; what was answered before stands in it when somebody comes back."""
    controller, draft = request.controller, drafts.read(request)
    steps = steps_of(controller, draft)
    place = next((n for n, each in enumerate(steps) if each.name == step), None)
    if place is None:
        raise Http404
    here = steps[place]
    missing = _first_missing(steps[:place], draft)
    if missing:
        return HttpResponseRedirect(_url(controller, missing.name))
    form = _form(request, here, draft)
    if request.method == "POST" and form.is_valid():
        draft.answers[here.field] = form.cleaned_data[here.field]
        drafts.keep(request, draft)
        steps = steps_of(controller, draft)
        following = None if "change" in request.GET else steps[place + 1 :]
        target = following[0].name if following else "check"
        return HttpResponseRedirect(_url(controller, target))
    return page(
        request,
        "question",
        {
            "form": form,
            "single": form[here.field] if here.field in form.fields else None,
            "heading": form.fields[here.field].label if here.field in form.fields else _("What is wrong?"),
            "caption": _("Question %(n)s of %(all)s") % {"n": place + 1, "all": len(steps)},
            "lead": _lead(here),
            "notes": getattr(form.fields.get(here.field), "notes", None),
            "back_url": _back(request, steps, place),
            "whys": whys.of_question(controller, here.name, request.language),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(SENDING)
@keeps_calm
def check(request: HttpRequest) -> HttpResponse:
    """Everything that will be sent, each with a way to change it; the button sends it."""
    controller, draft = request.controller, drafts.read(request)
    sent = request.session.get(SENT, {}).get(controller.slug, {})
    if (
        request.method == "POST"
        and request.POST.get("number")
        and request.POST["number"] == sent.get("number")
    ):
        # The button was pressed twice, or again after Back.
        return HttpResponseRedirect(reverse("public:sent", args=[controller.slug]))
    steps = steps_of(controller, draft)
    missing = _first_missing(steps, draft)
    if missing:
        return HttpResponseRedirect(_url(controller, missing.name))
    rights = offered.chosen(controller, draft.rights)
    form = CheckForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _send(request, draft, rights)
        return HttpResponseRedirect(reverse("public:sent", args=[controller.slug]))
    return page(
        request,
        "check",
        {
            "form": form,
            "number": draft.number,
            "back_url": _url(controller, steps[-1].name),
            "groups": answers_given(
                draft,
                rights,
                request.language,
                _change_urls(controller, steps),
                offered.correctable(controller, request.language),
            ),
            "what_follows": what_follows(rights, timezone.now(), request.language)
            + _before_closing(controller, rights, request.language),
            "submit": _send_words(len(rights)),
            "records": whys.records(rights, request.language),
            "whys": whys.of_check(draft, request.language),
        },
    )


def _send(request: HttpRequest, draft: Draft, rights: list[offered.Offer]) -> None:
    details = {WHERE.field: draft.text(WHERE.field)} if draft.text(WHERE.field) else {}
    if any(offer.right.operation == "correct" for offer in rights):
        details |= {f"correct.{name}": value for name, value in draft.correction.items() if value}
    opened = web.send(
        request.controller,
        web.Answers(
            number=draft.number,
            language=request.language,
            rights=tuple(offer.code for offer in rights),
            name=draft.text("name"),
            email=draft.text("email"),
            details=details,
        ),
    )
    here = {"number": draft.number, "submission": opened.submission.public_id}
    request.session[SENT] = request.session.get(SENT, {}) | {request.controller.slug: here}
    drafts.forget(request)


def _form(request: HttpRequest, step: Step, draft: Draft) -> Question:
    given: dict[str, object] = {"initial": {step.field: draft.answers.get(step.field)}}
    if request.method == "POST":
        given["data"] = request.POST
    if step.form is WhatForm:
        given |= {"offers": offered.offers(request.controller), "language": request.language}
        pointed = request.GET.get("right", "")
        # The link on the home page is itself an answer; nothing is kept until Continue is pressed.
        if request.controller.offers(pointed):
            given["initial"] = {step.field: sorted({*draft.rights, pointed})}
    if step is WRONG:
        given |= {
            "choices": offered.correctable(request.controller, request.language),
            "initial": draft.correction,
        }
    form = step.form(**given)
    if step is EMAIL and not _asks_proof(request.controller, draft):
        form.fields["email"].help_text = _("The address this is about. You need not prove anything.")
    return form


def _before_closing(
    controller: Controller, rights: list[offered.Offer], language: str
) -> list[dict[str, str]]:
    if not any(offer.right.operation == CLOSING for offer in rights):
        return []
    return [
        {"term": _("Before it is closed"), "value": text} for text in conditions.listed(controller, language)
    ]


def _asks_proof(controller: Controller, draft: Draft) -> bool:
    chosen = offered.chosen(controller, draft.rights)
    return not chosen or any(offer.right.standard.level is not law.Level.NONE for offer in chosen)


def _first_missing(steps: list[Step], draft: Draft) -> Step | None:
    return next((step for step in steps if not draft.answers.get(step.field)), None)


def _lead(step: Step) -> str:
    match step.name:
        case "what":
            return _(
                "You may choose more than one. Each gets its own date; one check of who you are serves all."
            )
        case "what-is-wrong":
            return _("A person compares it with what we have and with what you show us.")
        case "where":
            return _("It decides which law we name in our answer. It does not change what you get.")
        case "e-mail":
            return _("We use it to answer you and to find your records. For nothing else.")
        case _:
            return ""


def _send_words(number: int) -> str:
    return _("Send my request") if number == 1 else _("Send my %(n)s requests") % {"n": number}


def _back(request: HttpRequest, steps: list[Step], place: int) -> str:
    controller = request.controller
    if "change" in request.GET:
        return _url(controller, "check")
    return (
        _url(controller, steps[place - 1].name) if place else reverse("public:home", args=[controller.slug])
    )


def _url(controller: Controller, name: str) -> str:
    if name == "check":
        return reverse("public:check", args=[controller.slug])
    return reverse("public:ask", args=[controller.slug, name])


def _change_urls(controller: Controller, steps: list[Step]) -> dict[str, str]:
    return {step.field: f"{_url(controller, step.name)}?change=1" for step in steps}
