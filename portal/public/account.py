"""All of one's requests in one place, for whoever likes: by a code to their address, or by their account here."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from identity import sealing
from identity.flows import account as flow
from identity.flows.email_code import Answer
from portal.public import progress
from portal.public.doors import (
    ACCOUNT,
    ACCOUNT_TROUBLE,
    ON_THE_WAY,
    VISIT,
    of_controller,
    of_sender,
    open_files,
    open_own,
    open_visit,
    visits,
)
from portal.public.doors import leave as close_all
from portal.public.forms import AddressForm, CodeForm
from portal.public.limits import ASKING_CODES, TYPING, limited
from portal.public.page import keeps_calm, page
from portal.public.sent import wrong_code
from requests_app import access, law, subject, systems
from requests_app.models import Case
from requests_app.verification import account
from requests_app.verification.account import Outcome, SignedIn

log = logging.getLogger(__name__)
BEGUN, MATTER = "account_begun", "account_matter"
PURPOSE = "account-session"
LIST, PROVE, FILES, OWN = "list", "prove", "files", "own"


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(ASKING_CODES)
@keeps_calm
def overview(request: HttpRequest) -> HttpResponse:
    """The list, or the two ways to it; an address without requests gets the same next page."""
    controller = request.controller
    if request.method != "POST":
        # Whoever comes to this page by itself wants this page.
        request.session.pop(ON_THE_WAY, None)
    if request.method != "POST" and (who := of_browser(request)) is not None:
        cases = account.cases_of(controller, who)
        if not all(visits(request, case) for case in cases):
            open_visit(request, cases)
        under = progress.working_calendars(cases)
        rows = [_row(request, case, progress.working_calendar(case, under)) for case in cases]
        return page(
            request,
            "account",
            {"rows": rows, "as_whom": as_whom(request, who), "own_url": _url(request, "own")},
        )
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        _keep(
            request,
            MATTER,
            {"matter": account.ask(controller, email, request.language), "email": _sealed({"email": email})},
        )
        return HttpResponseRedirect(_url(request, "account_code"))
    context = provider_words(request, LIST) | {
        "form": form,
        "trouble": request.session.pop(ACCOUNT_TROUBLE, ""),
    }
    return page(request, "account_sign_in", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_controller
@limited(TYPING)
@keeps_calm
def code(request: HttpRequest) -> HttpResponse:
    """Type the code that came, if the address has requests here."""
    asked = request.session.get(MATTER, {}).get(request.controller.slug)
    if asked is None:
        return HttpResponseRedirect(_url(request, "account"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome = account.answer(asked["matter"], form.cleaned_data["code"])
        if outcome is Answer.RIGHT:
            request.session[MATTER].pop(request.controller.slug)
            _come_in(request, SignedIn(email=_unsealed(asked["email"])["email"]))
            wanted = request.session.pop(ON_THE_WAY, LIST)
            return HttpResponseRedirect(_url(request, "own" if wanted == OWN else "account"))
        form.add_error("code", wrong_code(outcome))
    context = {
        "form": form,
        "heading": _("Type the code we sent"),
        "lead": _("If we know this address, an e-mail with a code is on its way."),
        "back_url": _url(request, "account"),
    }
    return page(request, "code", context)


@require_safe
@of_controller
@keeps_calm
def provider(request: HttpRequest) -> HttpResponse:
    """Off to the controller's own sign-in; nothing is remembered but what its answer must fit."""
    at = account.provider(request.controller)
    if at is None:
        raise Http404
    back_url = request.build_absolute_uri(_url(request, "account_back"))
    wanted = {"for": request.GET.get("for", LIST)[:8], "case": request.GET.get("case", "")[:8]}
    try:
        # Always anew: an open session at the provider is no sign that its owner sits here (11 CCR 7061).
        url, begun = flow.begin(at, redirect_uri=back_url, fresh=True, now=timezone.now())
    except flow.NotProved:
        return _not_signed_in(request, wanted)
    _keep(request, BEGUN, begun.to_json() | {"wanted": wanted})
    return HttpResponseRedirect(url)


@require_safe
@of_controller
@keeps_calm
def back(request: HttpRequest) -> HttpResponse:
    """The provider's answer, good once. It signs in this browser; no case is touched before a button is pressed."""
    controller = request.controller
    at = account.provider(controller)
    if at is None:
        raise Http404
    begun = request.session.get(BEGUN, {}).pop(controller.slug, {})
    request.session.modified = True
    wanted = begun.pop("wanted", {"for": LIST, "case": ""})
    try:
        proved = flow.answer(at, begun, request.GET.dict(), now=timezone.now())
    except flow.NotProved as refusal:
        log.warning("an account sign-in was refused: %s", refusal.reason)
        return _not_signed_in(request, wanted)
    who = account.signed_in(controller, proved)
    _come_in(request, who)
    return HttpResponseRedirect(_onward(request, wanted, who))


@require_http_methods(["GET", "HEAD", "POST"])
@of_sender
@limited(TYPING)
@keeps_calm
def use(request: HttpRequest, case: Case) -> HttpResponse:
    """Prove that a request is one's own by the account signed in to just now; the press of a button does it."""
    controller, who = request.controller, of_browser(request)
    code_url = reverse("public:code", args=[case.controller, case.reference])
    own_page = reverse("public:case", args=[case.controller, case.reference])
    if not account.may_prove(case, controller):
        return HttpResponseRedirect(code_url)
    stopped = failed = False
    if request.method == "POST" and who is not None:
        try:
            outcome = account.prove(case, controller, who)
        except systems.SystemFailure:
            outcome, failed = None, True
        if outcome is Outcome.SETTLED:
            open_visit(request, access.cases_by_submission(case.controller, case.submission.public_id))
            return HttpResponseRedirect(own_page)
        if outcome in (Outcome.MORE, Outcome.NOT_ASKED):
            return HttpResponseRedirect(code_url)
        stopped = outcome is Outcome.STOPPED
    fresh = who is not None and who.is_fresh(timezone.now())
    context = provider_words(request, PROVE, case.reference) | {
        "stopped": stopped,
        "failed": failed,
        "as_whom": as_whom(request, who) if who is not None and fresh else "",
        "back_url": code_url,
    }
    return page(request, "account_use", context, status=403 if stopped else 200)


@require_POST
@of_controller
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out here; pages that a code opened close as well."""
    close_all(request)
    return HttpResponseRedirect(reverse("public:home", args=[request.controller.slug]))


def of_browser(request: HttpRequest) -> SignedIn | None:
    """Who is signed in at this controller in this browser, for an hour."""
    kept = request.session.get(ACCOUNT, {}).get(request.controller.slug)
    if kept is None or datetime.fromisoformat(kept["until"]) < timezone.now():
        return None
    told = _unsealed(kept["sealed"])
    return SignedIn(**told | {"identifiers": tuple(tuple(pair) for pair in told["identifiers"])})


def _come_in(request: HttpRequest, who: SignedIn) -> None:
    until = (timezone.now() + VISIT).isoformat()
    _keep(request, ACCOUNT, {"sealed": _sealed(asdict(who)), "until": until})
    open_visit(request, account.cases_of(request.controller, who))
    if not who.account or who.is_fresh(timezone.now()):
        open_own(request)


def _onward(request: HttpRequest, wanted: dict[str, str], who: SignedIn) -> str:
    slug, reference = request.controller.slug, wanted["case"]
    if wanted["for"] == OWN:
        return _url(request, "own")
    try:
        case = access.case_by_reference(slug, reference)
    except access.NoSuchCase:
        return _url(request, "account")
    if wanted["for"] == PROVE:
        return reverse("public:account_use", args=[slug, case.reference])
    if wanted["for"] == FILES:
        if account.is_theirs(case, who):
            open_files(request, case)
        return reverse("public:files", args=[slug, case.reference])
    return _url(request, "account")


def _not_signed_in(request: HttpRequest, wanted: dict[str, str]) -> HttpResponse:
    request.session[ACCOUNT_TROUBLE] = "not_signed_in"
    if wanted["for"] == PROVE:
        return HttpResponseRedirect(
            reverse("public:code", args=[request.controller.slug, wanted["case"] or "-"])
        )
    return HttpResponseRedirect(_url(request, "account"))


def provider_words(request: HttpRequest, why: str, reference: str = "") -> dict[str, object]:
    """The way to the controller's own sign-in, for a template; nothing where there is none."""
    controller = request.controller
    if account.provider(controller) is None or controller.account is None:
        return {}
    asked = f"?for={why}&case={reference}" if reference or why == OWN else ""
    return {
        "provider_url": _url(request, "account_provider") + asked,
        "provider_title": controller.text(controller.account.title, request.language),
    }


def as_whom(request: HttpRequest, who: SignedIn) -> str:
    """The masked address, or the name of the account."""
    if who.email:
        return subject.Subject(email=who.email).masked_email
    account_of = request.controller.account
    return request.controller.text(account_of.title, request.language) if account_of else ""


def _row(request: HttpRequest, case: Case, calendar: law.Calendar | None) -> dict[str, object]:
    right = law.regime(case.regime, case.received_on).right(case.right)
    return {
        "reference": case.reference,
        "url": reverse("public:case", args=[case.controller, case.reference]),
        "title": right.title.in_(request.language),
        "received_on": case.received_on,
        "clock": progress.clock_of(case, timezone.now(), calendar),
    }


def _url(request: HttpRequest, name: str) -> str:
    return reverse(f"public:{name}", args=[request.controller.slug])


def _keep(request: HttpRequest, name: str, value: object) -> None:
    request.session[name] = request.session.get(name, {}) | {request.controller.slug: value}


def _sealed(told: dict[str, object]) -> str:
    return sealing.seal_short(json.dumps(told, ensure_ascii=False), PURPOSE)


def _unsealed(sealed: str) -> dict[str, object]:
    return json.loads(sealing.unseal_short(sealed, PURPOSE))
