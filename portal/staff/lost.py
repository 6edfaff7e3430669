"""Letters that did not arrive: which, why, and the two things a person can do about each; and the alarm above the queue."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from portal.look.days import in_words
from portal.staff import letter_words, views
from portal.staff.doors import Place, page, staff_page
from portal.staff.post_words import PROBLEMS, WHY_RETURNED
from requests_app import access
from requests_app.letters import by_post, trouble
from requests_app.models import Case, Letter

PAGE = 50
STATUS_WORDS = {
    "5.1": later("there is no such mailbox"),
    "5.2": later("the mailbox is full or closed"),
    "5.4": later("no way to that mail server was found"),
    "5.7": later("the mail server refused it"),
}
TROUBLE_WORDS = {
    "SMTPRecipientsRefused": later("the mail server refused the address"),
    "ConnectionRefusedError": later("our mail server does not answer"),
    "SMTPServerDisconnected": later("our mail server hung up"),
    "SMTPAuthenticationError": later("our mail server does not accept our password"),
    "TimeoutError": later("our mail server does not answer"),
    "KeyDestroyed": later("its words are destroyed"),
}


@staff_page()
def lost(request: HttpRequest, place: Place) -> HttpResponse:
    """The one whose case is due first, first; fifty at a time."""
    start = request.GET.get("from", "")
    first = int(start[:6]) if start.isdecimal() else 0
    some = trouble.in_trouble(place.slug, place.now).select_related("case")
    some = some.filter(Q(case=None) | Q(case__in=access.cases_for(place.desk, place.slug)))
    found = list(some.order_by("case__due_on", "pk")[first : first + PAGE + 1])
    moot = by_post.moot([one for one in found[:PAGE] if one.by_post and one.case is not None])
    context = {
        "rows": [_row(place, letter, moot) for letter in found[:PAGE]],
        "works": place.works(),
        "next_url": f"?from={first + PAGE}" if len(found) > PAGE else None,
        "views": views.groups(place, "tray"),
    }
    return page(request, place, "lost", context)


@staff_page("POST", works=True)
def act(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """Send it again, or say that it was seen to."""
    letter = trouble.in_trouble(place.slug, place.now).filter(pk=number, case=case).first()
    if letter is None:
        raise Http404
    by = place.desk.user
    if request.POST.get("act") == "seen":
        if trouble.see_to(letter, by=by):
            messages.success(request, _("Noted. It is off the list."))
    elif trouble.try_again(letter, by=by):
        messages.success(request, _("It is in the outbox again."))
    else:
        messages.warning(request, _("It cannot be sent again: its words are destroyed."))
    back = request.POST.get("back") == "post" and letter.by_post
    return redirect(place.url("post", case.reference) if back else place.url("lost"))


def alarm(place: Place) -> dict[str, object] | None:
    """For ``staff/alarm.html``."""
    found = trouble.alarm(place.slug, place.now, place.today)
    if found is None:
        return None
    count = f"{found.letters}{'+' if found.letters == trouble.COUNT_TO else ''}"
    told = ngettext(
        "%(n)s letter did not reach its reader.", "%(n)s letters did not reach their readers.", found.letters
    ) % {"n": count}
    if found.pressing and found.due_on:
        told += " " + _("The first of these cases is due on %(day)s.") % {"day": in_words(found.due_on)}
    return {"words": told, "pressing": found.pressing, "url": place.url("lost")}


def happened(letter: Letter) -> tuple[str, str]:
    """What became of a letter that did not arrive, and the reason as far as it is known."""
    if letter.bounced_at and letter.by_post:
        return _("The post brought it back"), str(WHY_RETURNED.get(letter.bounce, letter.bounce))
    if letter.bounced_at:
        reason = STATUS_WORDS.get(letter.bounce[:3], "")
        return _("This person did not get our mail"), " · ".join(
            str(part) for part in (reason, letter.bounce) if part
        )
    reason = str(TROUBLE_WORDS.get(letter.trouble, letter.trouble))
    if letter.status == Letter.Status.FAILED:
        return _("It could not be sent; we no longer try"), reason
    return _("It still waits in the outbox; we go on trying"), reason


def _row(place: Place, letter: Letter, moot: frozenset[int]) -> dict[str, object]:
    what, detail = happened(letter)
    case = letter.case
    due_on = case.due_on if case and case.closed_at is None else None
    return {
        "due_on": due_on,
        "pressing": due_on is not None and due_on <= place.today + trouble.PRESSING_WITHIN,
        "reference": case.reference if case else "",
        "case_url": place.url("case", case.reference) if case else "",
        "letter_url": place.url("letter", case.reference, letter.pk) if case else "",
        "kind": letter_words.kind_words(letter),
        "made_at": letter.made_at,
        "what": what,
        "detail": detail,
        "act_url": place.url("letter_lost", case.reference, letter.pk) if case else "",
        "moot": str(PROBLEMS["moot"]) if letter.pk in moot else "",
        "post_url": place.url("post", case.reference) if case and letter.by_post else "",
        "may_close": letter.status == Letter.Status.FAILED or letter.bounced_at is not None,
    }
