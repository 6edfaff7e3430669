"""Replies that wait for a second person: a list of them, each shown as it will leave, and the acts that end its waiting."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from identity import sealing
from portal.look.days import page_language
from portal.staff import head, reveal, views, writing
from portal.staff.doors import Place, page, staff_page, to_case
from requests_app import permits
from requests_app.letters import before_sending, correspond, drafts, outbox, release
from requests_app.letters.release import NotReleased
from requests_app.models import Case, WaitingReply

PAGE = 50
WHY_NOT = {
    "not_yours": later("This step needs another role, and nobody decides about themselves."),
    "same_person": later("You wrote it: a second person releases it."),
    "changed": later(
        "The case or the address has changed since it was written, so it does not leave as it is: it must be written again."
    ),
    "ended": later("Its waiting is over: it was released, sent back or withdrawn."),
    "reason": later("Say what is to be changed."),
}


@staff_page(act=permits.READ_PAPERS)
def to_release(request: HttpRequest, place: Place) -> HttpResponse:
    """The oldest fifty."""
    found = release.waiting(place.desk, place.slug).select_related("case", "written_by")[:PAGE]
    rows = [
        {
            "reference": one.case.reference,
            "url": place.url("reply_waiting", one.case.reference, one.pk),
            "who": str(one.written_by),
            "mine": one.written_by_id == place.desk.user.pk,
            "at": one.written_at,
            "due_on": one.case.due_on
            if one.case.answered_at is None and one.case.closed_at is None
            else None,
        }
        for one in found
    ]
    return page(request, place, "to_release", {"rows": rows, "views": views.groups(place, "to_release")})


@staff_page("GET", "POST", works=True, asked=True)
def show(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """One of them; its writer withdraws it here, another sends it back."""
    reply = _reply(case, number)
    if request.method != "POST":
        return _render(request, place, case, reply)
    act = request.POST.get("act", "")
    if act in {"page", "pdf"}:
        return _as_sheet(request, place, case, reply, act)
    if act == "withdraw":
        if not release.withdraw(reply, by=place.desk.user):
            return _render(request, place, case, reply, "ended" if reply.ended_at else "not_yours")
        messages.success(request, _("Withdrawn: it does not leave."))
        return to_case(place, case)
    if act != "back":
        raise Http404
    reason = request.POST.get("reason", "").strip()
    if reply.written_by_id == place.desk.user.pk:
        return _render(request, place, case, reply, "same_person")
    if not reason:
        return _render(request, place, case, reply, "reason")
    if not release.send_back(reply, by=place.desk.user, reason=reason):
        return _render(request, place, case, reply, "ended")
    messages.success(request, _("Sent back: it does not leave, and its writer is told why."))
    return to_case(place, case)


@staff_page("POST", act=permits.RELEASE_REPLY, asked=True)
def let_go(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """It leaves as this person saw it."""
    reply = _reply(case, number)
    standing = writing.standing_of(place, case)
    try:
        letter = release.release(reply, standing, by=place.desk.user, seen=request.POST.get("seen", "")[:64])
    except NotReleased as refusal:
        return _render(request, place, case, reply, refusal.why)
    if letter is not None and letter.by_post:
        messages.success(request, _("Released: it lies ready to be printed and posted."))
    elif letter is not None and not outbox.leaves(letter):
        messages.warning(request, writing.NOT_SENT)
    else:
        messages.success(request, _("Released: it leaves in ten seconds; until then it can be taken back."))
    return to_case(place, case, "events")


def waiting_on(place: Place, case: Case) -> QuerySet[WaitingReply]:
    """What of a case waits, and what came back to the reader to be changed."""
    waiting = Q(ended_at=None) | Q(ended=WaitingReply.Ended.SENT_BACK, written_by=place.desk.user)
    found = case.waiting_replies.filter(waiting).defer("sealed")
    return found.select_related("written_by").order_by("pk")


def rows(place: Place, case: Case, found: Iterable[WaitingReply]) -> list[dict[str, object]]:
    """They, for the case file, and who wrote each."""
    return [
        {
            "title": _("Your reply was sent back to be changed")
            if one.ended_at
            else _("A reply of %(who)s waits for a second person") % {"who": one.written_by},
            "icon": "letter",
            "url": place.url("reply_waiting", case.reference, one.pk),
            "link": _("Open"),
        }
        for one in found
    ]


def _as_sheet(request: HttpRequest, place: Place, case: Case, reply: WaitingReply, act: str) -> HttpResponse:
    content, leaving = _content(case, reply)
    if act == "page" and not leaving.by_post:
        return writing.as_page(request, place, case, leaving)
    if act == "pdf" and leaving.by_post and reveal.is_shown(request, case):
        return writing.as_pdf(case, content.message)
    raise Http404


def _render(
    request: HttpRequest, place: Place, case: Case, reply: WaitingReply, problem: str = ""
) -> HttpResponse:
    by = place.desk.user
    content, leaving = _content(case, reply)
    why = problem or release.against(reply, writing.standing_of(place, case), by=by)
    kind = drafts.kinds().get(content.kind)
    mine = reply.written_by_id == by.pk
    context = head.head(request, place, case, _("A reply that waits")) | {
        "problems": [
            {"text": str(WHY_NOT[problem]), "href": "#id_reason" if problem == "reason" else "#sign"}
        ]
        if problem
        else [],
        "why_not": str(WHY_NOT[why]) if why and why != "reason" else "",
        "who": str(reply.written_by),
        "at": reply.written_at,
        "kind": kind.title.in_(page_language()) if kind else _("In their own words"),
        "leaving": writing.shown_as(request, case, leaving),
        "others": before_sending.others_in(case, content.written),
        "digest": reply.digest,
        "ended": reply.ended_at is not None,
        "mine": mine,
        "may_withdraw": mine and reply.ended in ("", WaitingReply.Ended.SENT_BACK),
        "here": place.url("reply_waiting", case.reference, reply.pk),
        "again_url": f"{place.url('reply', case.reference)}?kind={content.kind}&from={reply.pk}",
    }
    return page(request, place, "reply_waiting", context, status=400 if problem else 200)


def _content(case: Case, reply: WaitingReply) -> tuple[release.Content, correspond.Leaving]:
    """What was written, and that as it would leave now."""
    try:
        content = release.read(reply)
        return content, correspond.as_it_leaves(case, content.message)
    except (correspond.NoAddress, sealing.KeyDestroyed, sealing.SealBroken):
        raise Http404 from None


def _reply(case: Case, number: int) -> WaitingReply:
    found = WaitingReply.objects.filter(case=case, pk=number).select_related("written_by").first()
    if found is None:
        raise Http404
    found.case = case
    return found
