"""Asking: one question a page, every answer kept, everything shown before it is sent."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.public import conditions, enclose, forms_part, going, leads, saved, whys
from portal.public import draft as drafts
from portal.public import offers as offered
from portal.public.doors import SENT, of_controller
from portal.public.draft import Draft
from portal.public.forms import CheckForm, ContactForm, Question, WhatForm
from portal.public.forms_acting import AgeForm, RelationForm, WhoForm
from portal.public.limits import SENDING, limited
from portal.public.page import keeps_calm, page
from portal.public.questions import (
    AGE,
    EMAIL,
    NAME,
    PART,
    RELATION,
    SPAN,
    STEPS,
    WHERE,
    WHO,
    WORDS,
    WRONG,
    Step,
    asks_proof,
    authorities,
    capacity_of,
    first_missing,
    relations,
    steps_of,
    ways,
)  # fmt: skip
from portal.public.summary import answers_given, what_follows
from requests_app import law
from requests_app.intake import web
from requests_app.register import Controller
from requests_app.register.inventory import CLOSING
from requests_app.verification import acting


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@keeps_calm
def question(request: HttpRequest, step: str) -> HttpResponse:
    """One question; what was answered before stands in it when somebody comes back."""
    controller, draft = request.controller, drafts.read(request)
    steps = steps_of(controller, draft, step)
    place = next((n for n, each in enumerate(steps) if each.name == step), None)
    if place is None:
        if step not in STEPS:
            raise Http404
        # A question that what was answered before no longer calls for.
        return HttpResponseRedirect(_onward(controller, steps, draft))
    here = steps[place]
    missing = first_missing(controller, steps[:place], draft)
    if missing:
        return HttpResponseRedirect(_url(controller, missing.name))
    form = _form(request, here, draft)
    if request.method == "POST" and form.is_valid():
        draft.answers |= {name: form.cleaned_data[name] for name in here.fields}
        drafts.keep(request, draft)
        # The answer may have changed which questions there are.
        steps = steps_of(controller, draft, step)
        following = None if "change" in request.GET else steps[steps.index(here) + 1 :]
        target = _url(controller, following[0].name) if following else _onward(controller, steps, draft)
        return HttpResponseRedirect(target)
    return page(
        request,
        "question",
        {
            "form": form,
            "single": form[here.field] if here.field in form.fields and not here.also else None,
            "heading": leads.heading(here, form),
            "caption": _("Question %(n)s of %(all)s") % {"n": place + 1, "all": len(steps)},
            "lead": leads.lead(here, controller, draft),
            "notes": getattr(form.fields.get(here.field), "notes", None),
            "back_url": _back(request, steps, place),
            "save_url": reverse("public:save", args=[controller.slug]) if draft.answers else "",
            "another_url": _another(controller, steps, draft) if here.field == EMAIL.field else "",
            "whys": whys.of_question(controller, here.name, request.language, authorities(controller, draft)),
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
    missing = first_missing(controller, steps, draft)
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
                capacity_of(controller, draft),
                offered.correctable(controller, request.language),
                forms_part.chosen(
                    offered.parts(controller, draft.rights),
                    draft.text(PART.field),
                    controller,
                    request.language,
                ),
            )
            + enclose.rows(request, draft.number, rights),
            "what_follows": what_follows(
                rights, timezone.now(), request.language, authorities(controller, draft)
            ),
            "conditions": _before_closing(controller, rights, request.language),
            "ahead": going.ahead(controller, rights, request.language),
            "submit": _send_words(len(rights)),
            "save_url": reverse("public:save", args=[controller.slug]),
            "records": whys.records(rights, request.language),
            "whys": whys.of_check(draft, request.language),
        },
    )


KEPT = (PART.field, SPAN.field, WHERE.field, RELATION.field)
"""Answers that go along with the case as they were given."""


def _send(request: HttpRequest, draft: Draft, rights: list[offered.Offer]) -> None:
    controller = request.controller
    asked = {step.field for step in steps_of(controller, draft)}
    details = {name: draft.text(name) for name in KEPT if name in asked}
    if WRONG.field in asked:
        details |= {f"correct.{name}": value for name, value in draft.correction.items() if value}
    capacity = capacity_of(controller, draft)
    acts = capacity is not None and capacity.for_another
    own = {"name": draft.text("name"), "email": draft.text("email")}
    if AGE.field in asked:
        own["age"] = draft.text(AGE.field)
    opened = web.send(
        controller,
        web.Answers(
            number=draft.number,
            language=request.language,
            rights=tuple(offer.code for offer in rights),
            name=draft.text("person_name" if acts else "name"),
            email=draft.text("person_email" if acts else "email"),
            phone="" if acts else draft.text("phone"),
            details=details,
            capacity=capacity.code if acts else law.SELF,
            representative=own if acts else {},
            words=draft.text(WORDS.field) if WORDS.field in asked else "",
            about=draft.text(WORDS.also) if WORDS.field in asked else "",
        ),
        by_ref=acting.WRITES if acts else "",
    )
    here = {"number": draft.number, "submission": opened.submission.public_id}
    request.session[SENT] = request.session.get(SENT, {}) | {controller.slug: here}
    drafts.forget(request)
    saved.forget(request)


def _form(request: HttpRequest, step: Step, draft: Draft) -> Question:
    given: dict[str, object] = {"initial": {name: draft.answers.get(name) for name in step.fields}}
    if request.method == "POST":
        given["data"] = request.POST
    if step.form is ContactForm:
        given["calling_code"] = request.controller.calling_code
    if step.form is WhatForm:
        given |= {"offers": offered.offers(request.controller), "language": request.language}
        pointed = request.GET.get("right", "")
        # The link on the home page is itself an answer; nothing is kept until Continue is pressed.
        if request.controller.offers(pointed):
            given["initial"] = {step.field: sorted({*draft.rights, pointed})}
    elif step.form in (WhoForm, AgeForm, RelationForm):
        given |= {"language": request.language} | _choices(step, request.controller, draft)
    elif step is PART:
        parts = offered.parts(request.controller, draft.rights)
        given |= {"parts": parts, "controller": request.controller, "language": request.language}
    elif step is SPAN:
        spans = offered.spans(request.controller, draft.rights)
        given |= {"spans": spans, "language": request.language}
    elif step is WRONG:
        given |= {
            "choices": offered.correctable(request.controller, request.language),
            "initial": draft.correction,
        }
    form = step.form(**given)
    if step.field == EMAIL.field and not asks_proof(request.controller, draft):
        form.fields["email"].help_text = _("The address this is about. You need not prove anything.")
    elif step in (NAME, EMAIL) and _acts(request.controller, draft):
        # Whoever acts for another may never have given us anything.
        form.fields[step.field].help_text = "" if step is NAME else _("We will send it a six-digit code.")
    return form


def _acts(controller: Controller, draft: Draft) -> bool:
    capacity = capacity_of(controller, draft)
    return capacity is not None and capacity.for_another


def _another(controller: Controller, steps: list[Step], draft: Draft) -> str:
    """Where to say that it is for somebody else, when nobody was asked."""
    return "" if WHO in steps or len(ways(controller, draft.rights)) < 2 else _url(controller, WHO.name)


def _before_closing(controller: Controller, rights: list[offered.Offer], language: str) -> list[str]:
    closes = any(offer.right.operation == CLOSING for offer in rights)
    return conditions.listed(controller, language) if closes else []


def _choices(step: Step, controller: Controller, draft: Draft) -> dict[str, object]:
    capacity = capacity_of(controller, draft)
    if step is WHO:
        return {"ways": ways(controller, draft.rights)}
    if step is AGE:
        return {"ages": capacity.ages if capacity else ()}
    return {
        "relations": relations(controller, draft.rights),
        "for_another": capacity is not None and capacity.for_another,
    }


def _send_words(number: int) -> str:
    return _("Send my request") if number == 1 else _("Send my %(n)s requests") % {"n": number}


def _back(request: HttpRequest, steps: list[Step], place: int) -> str:
    controller = request.controller
    if "change" in request.GET:
        return _url(controller, "check")
    return (
        _url(controller, steps[place - 1].name) if place else reverse("public:home", args=[controller.slug])
    )


def _onward(controller: Controller, steps: list[Step], draft: Draft) -> str:
    """The first question still open, or everything to be checked."""
    missing = first_missing(controller, steps, draft)
    return _url(controller, missing.name if missing else "check")


def _url(controller: Controller, name: str) -> str:
    if name == "check":
        return reverse("public:check", args=[controller.slug])
    return reverse("public:ask", args=[controller.slug, name])


def _change_urls(controller: Controller, steps: list[Step]) -> dict[str, str]:
    return {step.field: f"{_url(controller, step.name)}?change=1" for step in steps}
