"""Held mail: a list of what no rule could sort, and the acts that sort it, each of which can be taken back."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from identity import sealing
from portal.staff import lost, mail_page, queue, reading, views, which_part, words
from portal.staff.doors import Place, page, staff_page
from portal.staff.mail_page import SET_ASIDE, render
from portal.staff.mail_words import why
from requests_app import access, subject
from requests_app.archive.purge import HELD_KEPT
from requests_app.intake import held, mime
from requests_app.models import Submission, Tray

KINDS = {
    "": (later("All held"), Q()),
    "unlinked": (later("Not linked"), Q(reason__in=["other_sender", "forged_sender", "case_gone"])),
    "unclear": (
        later("Unclear"),
        Q(reason__startswith="asks") | Q(reason__startswith="for_") | Q(reason__in=["nothing_asked", "again", "encrypted"])
        | Q(reason__contains=":asks"),
    ),
    "on_case": (later("More on a case"), Q(joined__isnull=False) | Q(reason__startswith="also")),
}  # fmt: skip


@staff_page()
def tray(request: HttpRequest, place: Place) -> HttpResponse:
    """Held submissions, the oldest first: their clocks have started."""
    kind = request.GET.get("kind", "")
    chosen = KINDS.get(kind, KINDS[""])
    waiting = access.mail_for(place.desk, place.slug).filter(chosen[1], tray=Tray.HELD)
    after = request.GET.get("after", "")
    found = reading.part_of(waiting.select_related("joined"), "pk", after, queue.PAGE)
    rows = [
        {
            "url": place.url("submission", one.public_id),
            "received_at": one.received_at,
            "via": words.CHANNELS.get(one.channel, one.channel),
            "why": why(one.reason),
            "joined": one.joined.reference if one.joined else "",
            "joined_url": place.url("case", one.joined.reference) if one.joined else "",
            "until": None if one.joined else (one.received_at + HELD_KEPT).date(),
        }
        for one in found.rows
    ]
    onward = f"?kind={kind if kind in KINDS else ''}&after={found.onward}" if found.onward else None
    context = {
        "rows": rows,
        "next_url": onward,
        "views": views.groups(place, "tray"),
        "kinds": [
            {"title": title, "url": f"{place.url('tray')}?kind={key}", "current": chosen[0] == title}
            for key, (title, _which) in KINDS.items()
        ],
        "lost_url": place.url("lost"),
        "alarm": lost.alarm(place),
    }
    return page(request, place, "tray", context)


@staff_page()
def submission(request: HttpRequest, place: Place, mail: Submission) -> HttpResponse:
    """One of them; its words only after a reason."""
    return render(request, place, mail)


@staff_page("POST", works=True)
def look(request: HttpRequest, place: Place, mail: Submission) -> HttpResponse:
    """Show what it says for a quarter of an hour, for a reason that is kept."""
    reason = request.POST.get("reason", "")
    if reason not in mail_page.REASONS:
        problem = {"text": _("Choose why you need to see it."), "href": "#id_reason"}
        return render(request, place, mail, [problem])
    mail_page.show(request, place, mail, reason)
    return redirect(place.url("submission", mail.public_id))


@staff_page("POST", works=True)
def open_as(request: HttpRequest, place: Place, mail: Submission) -> HttpResponse:
    """It is a request: one case for each right and each person chosen, counted from the day it came."""
    offered = {right.code for right in place.controller.rights}
    chosen = tuple(code for code in request.POST.getlist("rights") if code in offered)
    if not chosen:
        problem = {"text": _("Choose what it asks for."), "href": "#id_rights_0"}
        return render(request, place, mail, [problem])
    part = request.POST.get("part", "")
    if not which_part.is_answered(place, chosen, part):
        return render(request, place, mail, [{"text": which_part.NOT_CHOSEN, "href": "#id_part_0"}])
    named, has_sender = mail_page.named_in(mail)
    wanted = set(request.POST.getlist("people"))
    people = tuple(one for one in named if one.email in wanted)
    sender = request.POST.get("sender", "").strip()[:254]
    if not people and (not (sender or has_sender) or (sender and not subject.is_address(sender))):
        problem = {
            "text": f"{_('The requester’s e-mail address')}: {_('The mail itself names none, or more than one.')}",
            "href": "#id_sender",
        }
        return render(request, place, mail, [problem])
    try:
        opened = held.open_held(mail, chosen, part=part, sender=sender, people=people, by=place.desk.user)
    except (sealing.KeyDestroyed, sealing.SealBroken):
        raise Http404 from None
    first = next(iter(opened.cases), None)
    if first is None:
        return redirect(place.url("submission", mail.public_id))
    messages.success(request, _("Opened. The clock runs from the day it came."))
    if len(people) > 1:
        return redirect(place.url("submission", mail.public_id))
    return redirect(place.url("case", first.reference))


@staff_page("POST", works=True)
def link(request: HttpRequest, place: Place, mail: Submission) -> HttpResponse:
    """It belongs to a case."""
    reference = access.signs_in(request.POST.get("case", ""))
    try:
        case = access.case_for(place.desk, place.slug, reference)
    except access.NoSuchCase:
        problem = {"text": _("There is no case with this reference."), "href": "#id_case"}
        return render(request, place, mail, [problem])
    try:
        linked = case.key.wrapped is not None and held.link(mail, case, by=place.desk.user)
    except (mime.UnreadableMail, sealing.KeyDestroyed, sealing.SealBroken):
        linked = False
    if not linked:
        problem = {"text": _("It could not be put on this case."), "href": "#id_case"}
        return render(request, place, mail, [problem])
    messages.success(request, _("It is on the case now. This can be undone."))
    return redirect(place.url("submission", mail.public_id))


@staff_page("POST", works=True)
def set_aside(request: HttpRequest, place: Place, mail: Submission) -> HttpResponse:
    """It asks for nothing, or lies on its case already; it can be brought back."""
    if mail.joined_id:
        held.settle(mail, by=place.desk.user)
        return redirect(place.url("submission", mail.public_id))
    reason = request.POST.get("reason", "")
    if reason not in SET_ASIDE:
        problem = {"text": _("Choose why it is not a request."), "href": "#id_aside"}
        return render(request, place, mail, [problem])
    held.set_aside(mail, reason, by=place.desk.user)
    return redirect(place.url("submission", mail.public_id))


@staff_page("POST", works=True)
def bring_back(request: HttpRequest, place: Place, mail: Submission) -> HttpResponse:
    """Undo."""
    held.bring_back(mail, by=place.desk.user)
    return redirect(place.url("submission", mail.public_id))
