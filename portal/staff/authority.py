"""Acts on an authority to act for another: open a paper, accept, doubt, note what was seen, or give up."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from identity import evidence
from identity.flows.mandate import NotAccepted
from portal.staff import casefile, closing, words
from portal.staff.doors import Place, page, refused, staff_page, to_case
from portal.staff.identity_words import REFUSED
from portal.staff.story import DOUBTS
from requests_app import journal
from requests_app.journal import IllegalMove
from requests_app.models import Case
from requests_app.verification import acting, asking, representative

ANSWERS = {"yes": True, "no": False}


@staff_page("POST", works=True, asked=True)
def decide(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """One of the buttons of the panel."""
    if not acting.acts(case):
        raise Http404
    act = request.POST.get("act", "")
    try:
        match act:
            case "accept":
                return _accept(request, place, case)
            case "doubt":
                return _doubt(request, place, case)
            case "seen":
                return _seen(request, place, case)
            case "give_up":
                return _give_up(request, place, case)
    except (representative.NotYours, IllegalMove):
        return refused(request, place)
    raise Http404


def _give_up(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    try:
        given_up = representative.give_up(case, by=place.desk.user)
    except asking.NotAllowed as refusal:
        messages.error(request, REFUSED[refusal.why])
        return to_case(place, case)
    if given_up:
        messages.success(request, closing.SOON)
    elif case.reminded_at is not None:
        messages.success(request, _("This law wants them asked once more first; that went out."))
    else:
        messages.success(
            request, _("This law wants them asked once more first; the letter waits to be posted.")
        )
    return to_case(place, case)


@staff_page("POST", works=True, asked=True)
def open_paper(request: HttpRequest, place: Place, case: Case, piece: str) -> HttpResponse:
    """One paper, to one reviewer at a time, saved and never shown inside our pages."""
    if not representative.may_review(case, by=place.desk.user):
        return refused(request, place)
    matter, by, now = case.authority_matter, place.desk.user, timezone.now()
    try:
        evidence.claim(piece, matter=matter, by=by, now=now)
        found, content = evidence.read(piece, matter=matter, by=by, now=now)
    except evidence.Gone:
        raise Http404 from None
    except evidence.Busy:
        why = _("Somebody else is looking at it just now. Try again in a quarter of an hour.")
        return page(request, place, "refused", {"why": why}, 409)
    journal.record(case, "paper_opened", by=journal.staff(by.pk), references={"ask": found.kind})
    ending = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}[found.content_type]
    response = StreamingHttpResponse(content, content_type=found.content_type)
    response["Content-Disposition"] = f'attachment; filename="{case.reference}-{found.kind}.{ending}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _accept(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    try:
        representative.accept(
            case, by=place.desk.user, answers=_answers(request, case), answer_to_holder="to_holder" in request.POST
        )  # fmt: skip
    except NotAccepted as refusal:
        return casefile.render_file(request, place, case, problems=_problems(case, refusal))
    messages.success(request, _("Accepted. The papers are destroyed."))
    return to_case(place, case)


def _doubt(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    reason = request.POST.get("reason", "")
    if reason not in DOUBTS:
        problem = {"text": _("Choose why what was shown does not do."), "href": "#id_doubt_reason"}
        return casefile.render_file(request, place, case, problems=[problem])
    try:
        representative.doubt(case, by=place.desk.user, answers=_answers(request, case), reason=reason)
    except NotAccepted as refusal:
        return casefile.render_file(request, place, case, problems=_problems(case, refusal))
    messages.success(request, _("Doubted. We asked for it once more."))
    return to_case(place, case)


def _seen(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    try:
        representative.seen_by_hand(case, request.POST.get("ask", ""), by=place.desk.user)
    except KeyError:
        problem = {"text": _("Choose what was shown."), "href": "#id_seen_ask"}
        return casefile.render_file(request, place, case, problems=[problem])
    return to_case(place, case)


def _answers(request: HttpRequest, case: Case) -> dict[str, bool | None]:
    return {key: ANSWERS.get(request.POST.get(f"check.{key}", "")) for key in representative.checklist(case)}


def _problems(case: Case, refusal: NotAccepted) -> list[dict[str, object]]:
    lang = words.page_language()
    if refusal.why == "denied":
        return [{"text": _("The person acted for said no: it cannot be accepted."), "href": "#authority"}]
    if refusal.why == "not_shown":
        asked = {ask.key: ask for ask in acting.authority_of(case).asks}
        return [
            {
                "text": _("Not shown yet: %(what)s") % {"what": asked[key].words.in_(lang)},
                "href": "#authority",
            }
            for key in refusal.failed
            if key in asked
        ]
    questions = representative.checklist(case)
    return [
        {
            "text": _("It cannot be accepted with this answer, or without one: %(question)s")
            % {"question": questions[key].words.in_(lang)},
            "href": f"#id_check.{key}_0",
        }
        for key in refusal.failed
    ]
