"""All letters that wait for somebody to post them, the one that must leave first, first; printed one by one or together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from pypdf import PdfWriter

from identity import sealing
from portal.staff import letter_words, reading, views
from portal.staff.doors import Place, page, staff_page
from portal.staff.post_words import STOPPED
from requests_app import access, permits
from requests_app.letters import by_post, posted
from requests_app.letters.post_address import NotPosted
from requests_app.models import CaseEvent, Letter
from requests_app.response import posting

PAGE = 50
PRESSING_WITHIN = timedelta(days=2)


@staff_page()
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Fifty at a time."""
    after = request.GET.get("after", "")
    found = reading.part_of(waiting(place), "leave_by", after, PAGE)
    rows = _rows(place, found.rows)
    context = {
        "rows": rows,
        "may_print": place.may_do(permits.TAKE_LETTER) and any(not row["stopped"] for row in rows),
        "works": place.works(),
        "after": after,
        "next_url": f"?after={found.onward}" if found.onward else None,
        "views": views.groups(place, "to_post"),
    }
    return page(request, place, "to_post", context)


@staff_page("POST", act=permits.TAKE_LETTER)
def print_all(request: HttpRequest, place: Place) -> HttpResponse:
    """One PDF of every letter on the page that may leave, each on the journal of its case."""
    after = request.POST.get("after", "")
    together, printed, left = PdfWriter(), 0, 0
    for letter in reading.part_of(waiting(place), "leave_by", after, PAGE).rows:
        try:
            content = posting.take(letter.case, letter, by=place.desk.user)
        except (NotPosted, LookupError, sealing.KeyDestroyed, sealing.SealBroken):
            left += 1
            continue
        together.append(BytesIO(content))
        printed += 1
    if left:
        told = ngettext(
            "%(n)s letter was left out: something stops it.",
            "%(n)s letters were left out: something stops them.",
            left,
        )
        messages.warning(request, told % {"n": left})
    if not printed:
        return redirect(place.url("to_post"))
    whole = BytesIO()
    together.write(whole)
    headers = {"Content-Disposition": f'attachment; filename="to-post-{place.today.isoformat()}.pdf"'}
    return HttpResponse(whole.getvalue(), content_type="application/pdf", headers=headers)


def waiting(place: Place) -> QuerySet[Letter]:
    """Those of the cases that this person may read."""
    mine = access.cases_for(place.desk, place.slug)
    return (
        by_post.to_post(place.slug)
        .filter(case__in=mine)
        .select_related("case__submission", "case__key", "key")
    )


def _rows(place: Place, letters: Sequence[Letter]) -> list[dict[str, object]]:
    cases = {letter.case_id for letter in letters}
    taken = CaseEvent.objects.filter(case__in=cases, name=posted.TAKEN)
    printed = {(one.references["letter"], one.at) for one in taken.only("references", "at")}
    stopped = posting.stopped(letters)
    return [
        {
            "leave_by": letter.leave_by if letter.kind in by_post.HAVE_A_DAY else None,
            "late": letter.kind in by_post.HAVE_A_DAY and letter.leave_by < place.today,
            "near": letter.kind in by_post.HAVE_A_DAY and letter.leave_by <= place.today + PRESSING_WITHIN,
            "reference": letter.case.reference,
            "case_url": place.url("case", letter.case.reference),
            "kind": letter_words.kind_words(letter),
            "made_at": letter.made_at,
            "printed": any(pk == letter.pk and at >= letter.made_at for pk, at in printed),
            "stopped": next((str(STOPPED[why]) for why in stopped.get(letter.pk, ())), ""),
            "url": place.url("post_one", letter.case.reference, letter.pk),
        }
        for letter in letters
    ]
