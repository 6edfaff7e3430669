"""Who is asking, for staff: the standard and why, what was shown, every doubt and document, and what may be done."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from identity import evidence
from identity.models import Evidence
from identity.sealing import KeyDestroyed
from portal.look.days import in_words, moment_in_words
from portal.staff import closing, head, identity_words, reveal, words
from portal.staff.doors import Place, page, staff_page
from requests_app import doubts, law, lifecycle, permits, register, subject
from requests_app.doubts import NotSettled
from requests_app.journal import IllegalMove
from requests_app.models import Case, Doubt
from requests_app.verification import asking, documents, failing, need, needs, standard

Row = dict[str, object]


@staff_page(act=permits.READ_PAPERS, asked=True)
def show(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """Everything about identity on one page."""
    return _render(request, place, case)


@staff_page("POST", works=True, asked=True)
def act(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """Ask for more, ask once more, settle by hand, refuse; or settle one doubt as far as one person may."""
    given = request.POST
    acts: dict[str, Callable[[], object]] = {
        "ask": lambda: asking.ask_more(
            case, by=place.desk.user, proof=given.get("proof", ""), reason=given.get("reason", "")
        ),
        "cure": lambda: asking.cure(case, by=place.desk.user),
        "by_hand": lambda: asking.propose_by_hand(
            case, by=place.desk.user, reason=given.get("reason", ""), on_record=given.get("on_record", "")
        ),
        "refuse": lambda: asking.refuse(case, by=place.desk.user, reason=given.get("reason", "")),
        "settle": lambda: asking.settle(
            case, _doubt(case, given.get("doubt", "")), by=place.desk.user, basis=given.get("basis", ""),
            reason=given.get("reason", ""),
        ),
    }  # fmt: skip
    wanted = given.get("act", "")
    if wanted == "refuse":
        onward, said = place.url("case", case.reference), str(closing.SOON)
        return _done(request, place, case, acts[wanted], onward=onward, said=said)
    return _done(request, place, case, acts.get(wanted))


@staff_page("POST", works=True, fresh=True, asked=True)
def agree(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """The second person: agree, or let the doubt stand; the password typed within five minutes."""
    doubt = _doubt(case, request.POST.get("doubt", ""))
    if request.POST.get("act") == "decline":
        return _done(request, place, case, lambda: doubts.decline(case, doubt, by=place.desk.user))
    return _done(request, place, case, lambda: asking.agree(case, doubt, by=place.desk.user))


@staff_page("POST", works=True, asked=True)
def take(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """Take a document for review; it is on the journal who looked."""
    return _done(
        request, place, case, lambda: documents.take(case, _piece(case, number), by=place.desk.user),
        onward=place.url("document", case.reference, number),
    )  # fmt: skip


@staff_page("GET", "POST", works=True, asked=True)
def review(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """The picture beside the checklist, for whoever holds it; deciding destroys it."""
    if request.method == "POST":
        checks = {check: request.POST.get(check) == "yes" for check in documents.CHECKS}
        if any(request.POST.get(check) not in ("yes", "no") for check in documents.CHECKS):
            problem = {"text": _("Answer every check with yes or no."), "href": "#checks"}
            return _review(request, place, case, number, [problem])
        return _done(
            request, place, case,
            lambda: documents.decide(case, _piece(case, number), by=place.desk.user, checks=checks),
            said=_("Decided, and the document is destroyed."),
        )  # fmt: skip
    return _review(request, place, case, number)


@staff_page(works=True, asked=True)
def picture(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """The bytes, to the reviewer who holds it and nobody else."""
    try:
        piece, content = documents.read(case, _piece(case, number), by=place.desk.user)
    except (documents.NotYours, evidence.Busy, evidence.Gone):
        raise Http404 from None
    response = StreamingHttpResponse(content, content_type=piece.content_type)
    response["Content-Length"] = str(piece.size)
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response


def line(place: Place, case: Case, standing: list[Doubt]) -> list[Row]:
    """For the case file: the doubts that stand, each with the way to settle it."""
    url = place.url("identity", case.reference)
    return [
        {
            "title": identity_words.DOUBTS.get(doubt.kind, doubt.kind),
            "detail": identity_words.evidence_of(doubt),
            "state": "failed",
            "url": url,
            "link": _("Settle"),
        }
        for doubt in standing
    ]


def _done(
    request: HttpRequest, place: Place, case: Case, do: Callable[[], object] | None, *, onward: str = "",
    said: str = "",
) -> HttpResponse:  # fmt: skip
    if do is None:
        raise Http404
    try:
        do()
    except (asking.NotAllowed, NotSettled) as refusal:
        why = refusal.why
    except documents.NotYours:
        why = "not_yours"
    except evidence.Busy:
        why = "busy"
    except evidence.Gone:
        why = "gone"
    except IllegalMove:
        why = "moved"
    else:
        messages.success(request, said or _("Done."))
        return HttpResponseRedirect(onward or place.url("identity", case.reference))
    case.refresh_from_db()
    problem = {"text": identity_words.REFUSED.get(why, why), "href": "#acts"}
    return _render(request, place, case, [problem])


def _render(
    request: HttpRequest, place: Place, case: Case, problems: list[Row] | None = None
) -> HttpResponse:
    controller = register.controller(case.controller)
    has_account = need.ACCOUNT in case.methods
    needed = standard.standard_of(case, controller, has_account=has_account)
    lang = words.page_language()
    waiting = case.state in (lifecycle.State.VERIFYING, lifecycle.State.ASSESSING)
    rule = failing.rule_of(case)
    context = head.head(request, place, case, _("Identity")) | {
        "problems": problems or [],
        "standard": words.STANDARDS.get(needed.level, needed.level),
        "reasons": [_because(reason, lang) for reason in needed.reasons],
        "factors": [
            _because(f.reason, lang) | {"weight": f.weight} for f in standard.factors(case, controller)
        ],
        "needs": [_need(one, lang) for one in needs.needs_of(case)],
        "methods": [identity_words.METHODS.get(method, method) for method in case.methods],
        "tried": _tried(case),
        "doubts": [_doubt_row(place, case, doubt) for doubt in doubts.of_case(case)],
        "documents": [_document(place, case, piece) for piece in documents.of_case(case)],
        "bases": list(identity_words.BASES.items()),
        "proofs": [(code, identity_words.PROOFS[code]) for code in asking.askable(case)],
        "may_act": place.works() and waiting and doubts.applies(case),
        "may_refuse": place.may(case, lifecycle.NOT_IDENTIFIED),
        "may_cure": case.state == lifecycle.State.VERIFYING and case.reminded_at is None,
        "verifying": case.state == lifecycle.State.VERIFYING,
        "if_refused": rule.words.in_(lang) if rule else "",
        "if_refused_cites": law.cite_in(rule.citation, lang) if rule else "",
    }
    return page(request, place, "identity", context, status=400 if problems else 200)


def _review(
    request: HttpRequest, place: Place, case: Case, number: int, problems: list[Row] | None = None
) -> HttpResponse:
    try:
        documents.read(case, _piece(case, number), by=place.desk.user)
    except (documents.NotYours, evidence.Busy, evidence.Gone):
        return redirect(place.url("identity", case.reference))
    context = head.head(request, place, case, _("Review a document")) | {
        "problems": problems or [],
        "picture_url": place.url("picture", case.reference, number),
        "checks": [
            {"name": check, "label": identity_words.CHECKS[check], "given": request.POST.get(check, "")}
            for check in documents.CHECKS
        ],
        "back_url": place.url("identity", case.reference),
    }
    return page(request, place, "review_document", context, status=400 if problems else 200)


def _piece(case: Case, number: int) -> str:
    """A document of this very case, by its number; any other is not there."""
    found = next((one.public_id for one in documents.of_case(case) if one.pk == number), None)
    if found is None:
        raise Http404
    return found


def _doubt(case: Case, number: str) -> Doubt:
    found = next((d for d in doubts.of_case(case) if str(d.pk) == number), None)
    if found is None:
        raise Http404
    return found


def _because(reason: law.Reason, lang: str) -> Row:
    rule = _("House rule") if reason.house else law.cite_in(reason.rule, lang)
    return {"text": reason.words.in_(lang), "rule": rule, "confirmed": reason.confirmed}


def _need(one: need.Need, lang: str) -> Row:
    by = identity_words.METHODS.get(one.met_by, one.met_by) if one.met else _("Still open")
    return {"title": one.words.in_(lang), "detail": by, "state": "ok" if one.met else "open"}


def _tried(case: Case) -> list[str]:
    told = [
        _("%(given)s facts given, %(fitted)s places fitted") % event.references
        for event in case.events.filter(name="facts_compared").order_by("number")
    ]
    if wrong := case.events.filter(name="code_wrong").count():
        told.append(_("%(n)s wrong codes were typed.") % {"n": wrong})
    return told


def _doubt_row(place: Place, case: Case, doubt: Doubt) -> Row:
    try:
        reason = doubts.reason_of(doubt)
    except KeyDestroyed:
        reason = ""
    mine = doubt.settled_by_id == place.desk.user.pk
    open_ = doubt.closed_at is None and doubts.applies(case)
    return {
        "pk": doubt.pk,
        "title": identity_words.DOUBTS.get(doubt.kind, doubt.kind),
        "evidence": _by_hand(case) if doubt.kind == Doubt.Kind.BY_HAND else identity_words.evidence_of(doubt),
        "raised": moment_in_words(doubt.raised_at, "short"),
        "reason": reason,
        "settled_by": str(doubt.settled_by) if doubt.settled_by_id else "",
        "confirmed_by": str(doubt.confirmed_by) if doubt.confirmed_by_id else "",
        "basis": identity_words.BASES.get(doubt.basis, ""),
        "open": open_,
        "may_settle": open_
        and doubt.settled_by_id is None
        and place.works()
        and doubt.kind != Doubt.Kind.BY_HAND,
        "may_agree": open_
        and doubt.settled_by_id is not None
        and not mine
        and place.desk.approves_for(place.slug),
        "waits": open_ and doubt.settled_by_id is not None,
    }


def _by_hand(case: Case) -> str:
    told = reveal.told_of(case)
    named = ", ".join(subject.masked(value) for _kind, value in told.by_hand) if told else ""
    return _("On record as %(named)s") % {"named": named} if named else ""


def _document(place: Place, case: Case, piece: Evidence) -> Row:
    decided = {"holds": _("every check held"), "does_not_hold": _("a check failed")}.get(piece.decision, "")
    if piece.destroyed_at:
        detail = _("Destroyed %(day)s") % {"day": in_words(piece.destroyed_at)}
    else:
        detail = _("Sealed; destroyed on %(day)s at the latest") % {"day": in_words(piece.keep_until)}
    return {
        "title": _("Picture of a document, %(day)s") % {"day": in_words(piece.kept_at)},
        "detail": " · ".join(part for part in (decided, detail) if part),
        "take_url": ""
        if piece.destroyed_at or not place.works()
        else place.url("document_take", case.reference, piece.pk),
    }
