"""Files of an answer, behind a code typed just now: a page left open on a desk hands out nothing."""

from __future__ import annotations

from contextlib import suppress
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from identity.flows.email_code import Answer
from identity.sealing import KeyDestroyed
from portal.look.days import in_words
from portal.public import no_files, progress, whys
from portal.public.acting import gets_answer
from portal.public.doors import acts_for_another, files_open, of_visitor, open_files
from portal.public.forms import CodeForm
from portal.public.limits import TYPING, WRITING, limited
from portal.public.page import keeps_calm, page
from portal.public.sent import wrong_code
from requests_app import journal, law, subject
from requests_app.letters import outbox
from requests_app.models import Case
from requests_app.response import deliver
from requests_app.verification import account, visit

CODE_SENT = "file_code_sent"


@require_http_methods(["GET", "HEAD", "POST"])
@of_visitor
@limited(TYPING)
@keeps_calm
def files(request: HttpRequest, case: Case) -> HttpResponse:
    """First a fresh code, then for ten minutes the list of what may be fetched."""
    here = reverse("public:files", args=[case.controller, case.reference])
    back = reverse("public:case", args=[case.controller, case.reference])
    packages, letters = progress.files_of(case)
    if _is_anothers(request, case) or (not packages and not letters):
        return _none(request, case, status=404)
    if files_open(request, case):
        with timezone.override(ZoneInfo(law.regime(case.regime, case.received_on).zone)):
            gone = "" if packages else no_files.gone(case)
            rows = _rows(case, packages, letters)
            return page(request, "files", {"rows": rows, "gone": gone, "back_url": back})
    if request.method == "POST" and "send" in request.POST:
        visit.ask_for_files(case)
        request.session[CODE_SENT] = case.public_id
        return HttpResponseRedirect(here)
    sent = request.session.get(CODE_SENT) == case.public_id
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome = visit.answer_for_files(case, form.cleaned_data["code"])
        if outcome is Answer.RIGHT:
            request.session.pop(CODE_SENT, None)
            open_files(request, case)
            return HttpResponseRedirect(here)
        form.add_error("code", wrong_code(outcome))
    return page(
        request,
        "files_code",
        {
            "form": form if sent or request.method == "POST" else None,
            "heading": _("A fresh code for your files"),
            "lead": _("We send it to %(address)s, the address that was checked.")
            % {"address": subject.masked(subject.read(case).delivered_to[0])},
            "account_url": _sign_in_again(request, case),
            "back_url": back,
            "whys": whys.of_code(request.controller),
        },
    )


@require_POST
@of_visitor
@limited(WRITING)
@keeps_calm
def reissue(request: HttpRequest, case: Case, public_id: str) -> HttpResponse:
    """One press: the same files under a new key, and their days begin anew."""
    if not files_open(request, case) or _is_anothers(request, case):
        return _ask_first(case)
    found = next((one for one in progress.files_of(case)[0] if one.public_id == public_id), None)
    # Pressed twice, the first one's name is gone already; the list shows what there is.
    if found is not None and deliver.may_reissue(case):
        with suppress(deliver.PackageGone):
            deliver.reissue(case, found, by=journal.REQUESTER)
    return _ask_first(case)


@require_safe
@of_visitor
@keeps_calm
def package(request: HttpRequest, case: Case, public_id: str) -> HttpResponse:
    """The package as a stream, unsealed on its way out."""
    if not files_open(request, case) or _is_anothers(request, case):
        return _ask_first(case)
    found = next((one for one in progress.files_of(case)[0] if one.public_id == public_id), None)
    if found is None:
        raise Http404
    try:
        pieces = deliver.open_package(case, found)
    except deliver.PackageGone:
        return _none(request, case, status=410)
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Length"] = str(found.size)
    response["Content-Disposition"] = f'attachment; filename="{case.reference}.zip"'
    return response


@require_safe
@of_visitor
@keeps_calm
def letter(request: HttpRequest, case: Case, number: int) -> HttpResponse:
    """The letter as PDF, under its place among the case's letters."""
    if not files_open(request, case) or _is_anothers(request, case):
        return _ask_first(case)
    _packages, letters = progress.files_of(case)
    if not 1 <= number <= len(letters):
        raise Http404
    try:
        content = outbox.read_pdf(letters[number - 1])
    except KeyDestroyed:
        raise Http404 from None
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{case.reference}-{number}.pdf"'
    return response


def _none(request: HttpRequest, case: Case, *, status: int) -> HttpResponse:
    back = reverse("public:case", args=[case.controller, case.reference])
    with timezone.override(ZoneInfo(law.regime(case.regime, case.received_on).zone)):
        why = no_files.why_none(case, theirs=not _is_anothers(request, case))
        return page(request, "files_gone", {"why": why, "back_url": back}, status=status)


def _is_anothers(request: HttpRequest, case: Case) -> bool:
    """Whether the answer belongs to the other side: the person's for one who acts, and the other way round."""
    return not gets_answer(case, subject.read(case), acts_for_another(request, case))


def _rows(case: Case, packages: list[object], letters: list[object]) -> list[dict[str, object]]:
    at = [case.controller, case.reference]
    again = bool(packages) and deliver.may_reissue(case)
    rows: list[dict[str, object]] = [
        {
            "title": _("Your information"),
            "detail": _("ZIP with readable pages and data files, open until %(day)s")
            % {"day": in_words(one.expires_at, "medium")},
            "url": reverse("public:package", args=[*at, one.public_id]),
            "primary": True,
            "again_url": reverse("public:reissue", args=[*at, one.public_id]) if again else "",
        }
        for one in packages
    ]
    rows += [
        {
            "title": _("Our letter"),
            "detail": _("PDF, %(day)s") % {"day": in_words(one.made_at, "medium")},
            "url": reverse("public:letter", args=[*at, number]),
            "primary": not packages,
        }
        for number, one in enumerate(letters, 1)
    ]
    return rows


def _sign_in_again(request: HttpRequest, case: Case) -> str:
    """Who proved the case by an account may sign in to it anew instead of typing a code."""
    if not case.account_index or account.provider(request.controller) is None:
        return ""
    return reverse("public:account_provider", args=[case.controller]) + f"?for=files&case={case.reference}"


def _ask_first(case: Case) -> HttpResponse:
    return HttpResponseRedirect(reverse("public:files", args=[case.controller, case.reference]))
