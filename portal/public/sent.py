"""Sent: what a person keeps of it, and the code that shows the address is theirs."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from identity.flows.email_code import Answer
from portal.look import month
from portal.look.days import in_words, page_language
from portal.public import progress, whys
from portal.public.acting import acting_steps
from portal.public.doors import (
    ACCOUNT_TROUBLE,
    SENT,
    knows_whose,
    of_controller,
    of_sender,
    open_visit,
    visits,
)
from portal.public.forms import CodeForm, SignedCodeForm
from portal.public.limits import ASKING_CODES, TYPING, limited
from portal.public.page import keeps_calm, page
from portal.public.readdress import ASKED_AGAIN, correct_url
from portal.public.statement import statement
from requests_app import access, finding, law, subject
from requests_app.lifecycle import State
from requests_app.models import Case
from requests_app.verification import account, acting, need, needs
from requests_app.verification import steps as verification


@require_safe
@of_controller
@keeps_calm
def sent(request: HttpRequest) -> HttpResponse:
    """Reference, dates, how we counted, what happens next; for the browser that sent it."""
    controller = request.controller
    here = request.session.get(SENT, {}).get(controller.slug, {})
    cases = access.cases_by_submission(controller.slug, here.get("submission", ""))
    if not cases:
        return HttpResponseRedirect(reverse("public:find", args=[controller.slug]))
    told, under = subject.read(cases[0]), progress.working_calendars(cases)
    lead, proving = cases[0], next((case for case in cases if _asks_proof(case)), None)
    acts = next((acting.authority_of(case) for case in cases if case.capacity != law.SELF), None)
    address, at = subject.masked(told.writes_from), [controller.slug, lead.reference]
    zone = law.regime(cases[0].regime, cases[0].received_on).zone
    with timezone.override(ZoneInfo(zone)):
        return page(
            request,
            "confirmation",
            {
                "lead": _lead(cases, address, request.language),
                "slips": [slip(case, progress.working_calendar(case, under)) for case in cases],
                "steps": _next_steps(cases, address, acts),
                "next_url": reverse("public:papers", args=at)
                if acts
                else reverse("public:code", args=[controller.slug, proving.reference])
                if proving
                else "",
                "next_words": _("Show that you may act") if acts else _("Enter the code"),
                "follow_url": reverse("public:find", args=[controller.slug]),
                "whys": whys.of_sent(controller, request.language, outside=lives_outside(told)),
            },
        )


@require_http_methods(["GET", "HEAD", "POST"])
@of_sender
@limited(TYPING)
@keeps_calm
def code(request: HttpRequest, case: Case) -> HttpResponse:
    """Type the code; an address we do not know gets the same page and the same answers."""
    own_page = reverse("public:case", args=[case.controller, case.reference])
    if case.capacity != law.SELF:
        return HttpResponseRedirect(reverse("public:papers", args=[case.controller, case.reference]))
    if case.state != State.VERIFYING and case.state != State.RECEIVED:
        return HttpResponseRedirect(own_page)
    if case.state == State.VERIFYING and not asks_code(case):
        return HttpResponseRedirect(reverse("public:proof", args=[case.controller, case.reference]))
    signs = verification.needs_declaration(case)
    form = (SignedCodeForm if signs else CodeForm)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        signed = f"{statement(case)} {form.cleaned_data['signed']}" if signs else ""
        outcome = verification.answer(case, form.cleaned_data["code"], declaration=signed)
        if outcome is Answer.RIGHT:
            open_visit(request, access.cases_by_submission(case.controller, case.submission.public_id))
            return HttpResponseRedirect(own_page)
        form.add_error("code", wrong_code(outcome))
    again = request.session.pop(ASKED_AGAIN, False) if request.method == "GET" else False
    return page(
        request,
        "code",
        {
            "form": form,
            "heading": _("Type the code we sent"),
            "lead": _where_sent(request, case),
            "statement": statement(case) if signs else "",
            "asked_again": again,
            **_account_way(request, case),
            "other_url": reverse("public:proof", args=[case.controller, case.reference]),
            "again_url": reverse("public:code_again", args=[case.controller, case.reference]),
            "correct_url": correct_url(request, case),
            "back_url": own_page if visits(request, case) else reverse("public:sent", args=[case.controller]),
            "submit": _("Sign and continue") if signs else _("Continue"),
            "whys": whys.of_code(request.controller),
        },
    )


@require_POST
@of_sender
@limited(ASKING_CODES)
@keeps_calm
def code_again(request: HttpRequest, case: Case) -> HttpResponse:
    """Ask for another code; the worker sends it, so this answers alike for every address."""
    if case.state == State.VERIFYING:
        verification.ask_again(case)
    request.session[ASKED_AGAIN] = True
    return HttpResponseRedirect(reverse("public:code", args=[case.controller, case.reference]))


def _account_way(request: HttpRequest, case: Case) -> dict[str, object]:
    """The controller's own sign-in, where it could prove this case."""
    controller = request.controller
    trouble = request.session.pop(ACCOUNT_TROUBLE, "") if request.method == "GET" else ""
    if controller.account is None or not account.may_prove(case, controller):
        return {}
    return {
        "account_url": reverse("public:account_use", args=[case.controller, case.reference]),
        "account_title": controller.text(controller.account.title, request.language),
        "account_trouble": trouble,
    }


def asks_code(case: Case) -> bool:
    """Whether a code is among what is still missing."""
    return any(needs.may_ask(case, method) for method in need.CODES)


def wrong_code(outcome: Answer) -> str:
    """What to do next; nothing in it tells whether a code was ever sent."""
    match outcome:
        case Answer.EXPIRED:
            return _("This code is too old. Ask for a new one")
        case Answer.EXHAUSTED:
            return _("Too many wrong codes. Ask for a new one")
        case _:
            return _("This code does not fit. Check the newest e-mail, or ask for a new code")


def _where_sent(request: HttpRequest, case: Case) -> str:
    if not knows_whose(request, case):
        return _("It is in our newest e-mail about this request.")
    address = subject.read(case).masked_email
    return _("To %(address)s. If nothing has come, look again in a minute.") % {"address": address}


def slip(case: Case, calendar: law.Calendar | None) -> dict[str, object]:
    """One case on the confirmation: its dates and how they were counted, from what was stored on the day."""
    reckoning = law.Reckoning.from_json(case.reckoning)
    return {
        "reference": case.reference,
        "title": law.regime(case.regime, case.received_on).right(case.right).title,
        "due_on": case.due_on,
        "received_on": case.received_on,
        "reasons": reckoning.respond.reasons,
        "calendar": weeks(case, calendar),
        "provisional": case.provisional,
        "calendar_url": reverse("public:calendar", args=[case.controller, case.reference]),
    }


def weeks(case: Case, calendar: law.Calendar | None) -> list[list[month.Day]] | None:
    """The calendar by which a count of working days can be followed; none for plain days."""
    if calendar is None:
        return None
    made_up = set(calendar.make_up_days(case.received_on, case.due_on))
    return month.weeks(case.received_on, case.due_on, calendar.is_working, made_up)


def lives_outside(told: subject.Subject) -> bool:
    """Whether the law named is not, or perhaps not, the law of where they live."""
    return told.details.get("lives_in_california") in {"no", "unknown"}


def _lead(cases: list[Case], address: str, language: str) -> str:
    titles = [law.regime(c.regime, c.received_on).right(c.right).title.in_(language) for c in cases]
    asked = _(" and ").join(_("“%(title)s”") % {"title": title} for title in titles)
    return _("You asked: %(asked)s. A copy of this page goes to %(address)s.") % {
        "asked": asked,
        "address": address,
    }


def _asks_proof(case: Case) -> bool:
    standard = law.regime(case.regime, case.received_on).right(case.right).standard
    return standard.level is not law.Level.NONE


def _next_steps(cases: list[Case], address: str, acts: law.Authority | None) -> list[dict[str, object]]:
    first, in_words_only = min(cases, key=lambda case: case.due_on), all(map(finding.calls_for_words, cases))
    if not acts and not any(map(_asks_proof, cases)):
        title = _("A person reads it") if in_words_only else _("We do it")
        return [
            {"title": title, "detail": _("There is nothing to prove."), "state": "now"},
            {"title": _("We answer"), "detail": _answers(cases), "state": "next"},
        ]
    steps: list[dict[str, object]] = (
        acting_steps(acts, page_language())
        if acts
        else [
            {
                "title": _("You: type the code we send"),
                "detail": _("To %(address)s, six digits, good for 10 minutes. Ask for a new one at any time.")
                % {"address": address},
                "state": "now",
            }
        ]
    )
    acknowledge = law.Reckoning.from_json(first.reckoning).acknowledge
    if acknowledge:
        steps.append(
            {
                "title": _("We confirm how we check identity"),
                "detail": _("By %(day)s.") % {"day": in_words(acknowledge.due_on, "short")},
                "reasons": acknowledge.reasons,
                "provisional": acknowledge.provisional,
                "state": "next",
            }
        )
    if in_words_only:
        title = _("A person looks at it")
        detail = _("A person reads what you wrote and answers it. Nothing for you to do.")
    else:
        title = _("We search our systems")
        detail = _("You see each one in the answer, also those where we find nothing.")
    steps.append({"title": title, "detail": detail, "state": "next"})
    steps.append({"title": _("We answer"), "detail": _answers(cases), "state": "next"})
    return steps


def _answers(cases: list[Case]) -> str:
    days: list[date] = sorted({case.due_on for case in cases})
    return _("By %(day)s.") % {"day": _(" and ").join(in_words(day, "long") for day in days)}
