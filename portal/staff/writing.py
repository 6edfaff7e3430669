"""Writing to the requester: a draft that fits where the case stands, the reply as it will leave, and sending it."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from portal.front import LANGUAGE_NAMES
from portal.look.days import page_language
from portal.staff import head, reveal
from portal.staff.doors import Place, page, staff_page, to_case
from requests_app.letters import before_sending, correspond, drafts, outbox, outgoing, release
from requests_app.letters.drafts import Kind
from requests_app.letters.locked import Standing
from requests_app.lifecycle import State
from requests_app.models import Case
from requests_app.verification import needs

PROBLEMS = {
    "empty": later("Write the reply first."),
    "unfinished": later("The draft is a beginning only: write your part first."),
    "kind": later("This kind of reply does not fit where the case stands now."),
    "others": later(
        "The reply names somebody else’s address or number, or another case. Look again before it leaves."
    ),
    "no_address": later(
        "No e-mail address is known: set a postal address first, then the reply goes by post."
    ),
    "masked": later("The letter names the requester: show name and address first, with a reason."),
}
FIELDS = {"others": "#id_looked", "masked": "#preview"}
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@dataclass(frozen=True)
class Typed:
    """What a form holds: the kind of reply, if it was begun from a draft, and a person's own words."""

    code: str
    kind: Kind | None
    written: str


@staff_page("GET", "POST", works=True, asked=True)
def reply(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """A letter to the requester: chosen, drafted, looked at, and sent."""
    standing = standing_of(place, case)
    typed = _typed(request, case)
    act = request.POST.get("act", "send") if request.method == "POST" else "write"
    if typed.code and (typed.kind is None or not drafts.fits(typed.kind, standing)):
        return _render(request, place, standing, Typed("", None, typed.written), "kind")
    if act in {"write", "change"}:
        return _render(request, place, standing, typed)
    if not typed.written or (
        typed.kind and typed.kind.unfinished and typed.written == drafts.begin(typed.kind, case)
    ):
        return _render(request, place, standing, typed, "unfinished" if typed.written else "empty")
    message = drafts.whole(typed.kind, standing, typed.written)
    try:
        leaving = correspond.as_it_leaves(case, message)
    except correspond.NoAddress:
        return _render(request, place, standing, typed, "no_address")
    if act == "page" and not leaving.by_post:
        return as_page(request, place, case, leaving)
    if act == "pdf" and leaving.by_post:
        if reveal.is_shown(request, case):
            return as_pdf(case, message)
        return _render(request, place, standing, typed, "masked", leaving)
    others = before_sending.others_in(case, typed.written)
    if others and request.POST.get("looked") != before_sending.mark_of(others):
        return _render(request, place, standing, typed, "others", leaving if act != "send" else None, others)
    if act != "send":
        return _render(request, place, standing, typed, leaving=leaving, others=others)
    return _send(request, place, standing, typed, message)


def standing_of(place: Place, case: Case) -> Standing:
    """Where the case stands for whoever writes on it."""
    lacks = needs.outstanding(case) if case.state == State.VERIFYING else ()
    return Standing(case, place.today, tuple(one.words for one in lacks))


def as_page(request: HttpRequest, place: Place, case: Case, leaving: correspond.Leaving) -> HttpResponse:
    """The mail's page on a sheet of its own, with no door to ours; masked like everything about the requester."""
    text = reveal.masked_in(leaving.text, reveal.told_of(case), reveal.is_shown(request, case))
    whole = outgoing.as_page(place.controller, case.language, text)
    styles = (hashlib.sha256(style.encode()).digest() for style in _STYLE.findall(whole))
    allowed = " ".join(f"'sha256-{base64.b64encode(style).decode()}'" for style in styles)
    policy = f"sandbox; default-src 'none'; style-src {allowed}"
    return HttpResponse(whole, headers={"Content-Security-Policy": policy})


def as_pdf(case: Case, message: str) -> HttpResponse:
    """The letter on paper; it cannot be masked, so a reason must have been given."""
    headers = {"Content-Disposition": f'inline; filename="{case.reference}-reply.pdf"'}
    return HttpResponse(correspond.as_pdf(case, message), content_type="application/pdf", headers=headers)


def shown_as(request: HttpRequest, case: Case, leaving: correspond.Leaving) -> dict[str, object]:
    """For a page: the words that leave, name and address masked unless shown, and the private link never shown."""
    shown, told = reveal.is_shown(request, case), reveal.told_of(case)
    return {
        "to": reveal.masked_in(leaving.to, told, shown),
        "subject": reveal.masked_in(leaving.subject, told, shown),
        "text": reveal.masked_in(leaving.text, told, shown),
        "by_post": leaving.by_post,
        "lang": case.language,
        "has_pdf": leaving.by_post and shown,
    }


def _send(request: HttpRequest, place: Place, standing: Standing, typed: Typed, message: str) -> HttpResponse:
    case, by = standing.case, place.desk.user
    if drafts.second_person_for(place.controller, typed.code):
        waiting = release.lay(standing, by=by, kind=typed.code, written=typed.written)
        messages.success(request, _("The reply waits for a second person, who sees exactly what will leave."))
        return redirect(place.url("reply_waiting", case.reference, waiting.pk))
    letter = correspond.reply(case, by=by, text=message, once=request.POST.get("once", "")[:40])
    if letter is not None and letter.by_post:
        messages.success(
            request, _("The reply lies ready to be printed and posted; until then it can be withdrawn.")
        )
    elif letter is not None and not outbox.leaves(letter):
        messages.warning(request, NOT_SENT)
    else:
        messages.success(request, _("The reply leaves in ten seconds; until then it can be taken back."))
    return to_case(place, case, "events")


NOT_SENT = later(
    "The reply is kept but NOT sent: too many letters went to this unproved address today. Try again tomorrow, or by phone or post."
)


def _typed(request: HttpRequest, case: Case) -> Typed:
    asked = request.POST if request.method == "POST" else request.GET
    code = asked.get("kind", "")[:40]
    kind = drafts.kinds().get(code)
    if request.method == "POST":
        return Typed(
            code, kind, request.POST.get("reply", "").replace("\r\n", "\n").strip()[: correspond.LONGEST]
        )
    if (number := request.GET.get("from", "")).isdecimal():
        before = case.waiting_replies.filter(pk=int(number[:15]), written_by=request.user).first()
        if before is not None:
            before.case = case
            return Typed(code, kind, release.read(before).written)
    return Typed(code, kind, drafts.begin(kind, case) if kind else "")


def _render(
    request: HttpRequest,
    place: Place,
    standing: Standing,
    typed: Typed,
    problem: str = "",
    leaving: correspond.Leaving | None = None,
    others: list[str] | None = None,
) -> HttpResponse:
    case, lang = standing.case, page_language()
    before, after = drafts.locked(typed.kind, standing)
    told = reveal.told_of(case)
    context = head.head(request, place, case, _("Write to the requester")) | {
        "problems": [{"text": str(PROBLEMS[problem]), "href": FIELDS.get(problem, "#id_reply")}]
        if problem
        else [],
        "kinds": [
            {
                "title": kind.title.in_(lang),
                "url": f"{place.url('reply', case.reference)}?kind={kind.code}",
                "current": kind.code == typed.code,
            }
            for kind in drafts.offered(standing)
        ],
        "kind": typed.kind and {
            "code": typed.kind.code,
            "title": typed.kind.title.in_(lang),
            "hint": typed.kind.hint.in_(lang) if typed.kind.hint else "",
        },
        "before": before,
        "after": after,
        "typed": {"reply": typed.written, "others": others or [], "mark": before_sending.mark_of(others or [])},
        "leaving": shown_as(request, case, leaving) if leaving else None,
        "looked": request.POST.get("looked", ""),
        "lang": case.language,
        "written_in": LANGUAGE_NAMES.get(case.language, case.language),
        "by_post": told is not None and bool(told.post_to),
        "second_person": drafts.second_person_for(place.controller, typed.code),
        "longest": correspond.LONGEST,
        "once": request.POST.get("once", "")[:40] or secrets.token_urlsafe(12),
    }  # fmt: skip
    return page(request, place, "write", context, status=400 if problem else 200)
