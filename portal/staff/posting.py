"""Letters by post: the address, the letter to print, the day somebody posted it, and whether the post brought it back."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from identity import sealing
from identity.evidence import MAX_BYTES
from portal.look.days import in_words
from portal.staff import head, letter_words, reading, reveal, went_by_post
from portal.staff.doors import Place, page, staff_page, to_case
from portal.staff.post_words import FIELDS, PROBLEMS
from requests_app import doubts, journal, permits
from requests_app.intake import scan
from requests_app.letters import by_post, correspond, post_address, posted
from requests_app.letters.post_address import NotPosted
from requests_app.models import Case, Letter, Package
from requests_app.response import deliver, posting
from requests_app.subject import Subject

Found = list[tuple[str, str]]


@staff_page(works=True, asked=True)
def show(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """What waits to be posted, the most urgent letter opened, and what was posted."""
    return render_post(request, place, case)


@staff_page(works=True, asked=True)
def one(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """The same with this letter opened."""
    return render_post(request, place, case, chosen=_waiting(case, number))


@staff_page("POST", act=permits.TAKE_LETTER, asked=True)
def letter(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """The PDF with its address page; whoever takes it stands on the journal."""
    found = _waiting(case, number)
    try:
        content = posting.take(case, found, by=place.desk.user)
    except NotPosted as refusal:
        return render_post(request, place, case, refusal.problems, chosen=found)
    except (LookupError, sealing.KeyDestroyed, sealing.SealBroken):
        raise Http404 from None
    headers = {"Content-Disposition": f'attachment; filename="{case.reference}-post.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@staff_page("POST", act=permits.TAKE_LETTER, asked=True)
def files(request: HttpRequest, place: Place, case: Case) -> HttpResponse | StreamingHttpResponse:
    """The data files, for a data carrier that goes with a printed copy."""
    answer = by_post.laid_ready(case)
    package = _package(case, by_post.read(answer)["known"]) if answer else None
    if package is None:
        raise Http404
    try:
        pieces = posting.take_files(case, package, by=place.desk.user)
    except NotPosted as refusal:
        return render_post(request, place, case, refusal.problems, chosen=answer)
    except deliver.PackageGone:
        return render_post(request, place, case, [("", "files_gone")], chosen=answer)
    headers = {"Content-Disposition": f'attachment; filename="{case.reference}.zip"'}
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)


@staff_page("POST", works=True, asked=True)
def mark(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """It was posted; that counts in ten seconds."""
    found = _waiting(case, number)
    typed = {name: request.POST.get(name, "").strip() for name in ("posted_on", "carrier", "number")}
    proof = file_of(request, "proof")
    said = posted.Posting(
        posted_on=reading.day(typed["posted_on"]),
        carrier=typed["carrier"][: posted.LONGEST_CARRIER],
        number=typed["number"][: posted.LONGEST_NUMBER],
        proof=proof,
    )
    try:
        problems = scanned(proof, "proof")
        if not problems:
            posting.mark(case, found, said, by=place.desk.user)
    except NotPosted as refusal:
        problems = refusal.problems
    if problems:
        return render_post(request, place, case, problems, typed, chosen=found)
    messages.success(
        request, _("Noted. It counts as posted in ten seconds; until then it can be taken back.")
    )
    return to_case(place, case)


@staff_page("POST", works=True, asked=True)
def renew(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """Put it together anew: its files would not be there long enough, or it waited too long."""
    try:
        done = posting.renew(case, by=place.desk.user)
    except (NotPosted, journal.IllegalMove):
        done = False
    if not done:
        return render_post(request, place, case, [("", "changed")])
    messages.success(request, _("The letter is being put together anew."))
    return to_case(place, case)


@staff_page("POST", works=True, asked=True)
def undo(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """It was not posted after all."""
    found = by_post.one_of(case, number)
    if found is None:
        raise Http404
    try:
        done = posted.take_back(case, found, by=place.desk.user)
    except NotPosted as refusal:
        return render_post(request, place, case, refusal.problems)
    if done:
        messages.success(request, _("Taken back: it does not count as posted."))
    else:
        messages.warning(request, _("Too late: it counts as posted."))
    return to_case(place, case)


@staff_page("POST", works=True, asked=True)
def address(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """A postal address for our letters, or none, so that they go by mail again."""
    if not reveal.is_shown(request, case):
        return render_post(request, place, case, [("where", "show_first")])
    typed = {"postal": request.POST.get("postal", "")[: post_address.LONGEST_ADDRESS + 1].strip()}
    if request.POST.get("act") == "drop":
        typed["postal"] = ""
    elif not typed["postal"]:
        return render_post(request, place, case, [("postal", "postal_lines")], typed)
    try:
        post_address.set_address(case, typed["postal"], by=place.desk.user)
    except NotPosted as refusal:
        return render_post(request, place, case, refusal.problems, typed)
    if case.closed_at is not None:
        messages.success(
            request,
            _("Letters go there by post: what came back can be posted again.")
            if typed["postal"]
            else _("Letters go by mail again."),
        )
        return redirect(place.url("post", case.reference))
    messages.success(
        request,
        _("Letters go there by post; the answer once the doubt about the address is settled.")
        if typed["postal"]
        else _("Letters go by mail again."),
    )
    return to_case(place, case)


def leaving(place: Place, case: Case, letters: list[Letter]) -> list[dict[str, object]]:
    """What was marked as posted and can still be taken back."""
    if not place.works():
        return []
    waiting = (letter for letter in letters if letter.by_post and letter.status == Letter.Status.TO_POST)
    marked = [letter for letter in waiting if letter.next_try_at and letter.next_try_at > timezone.now()]
    return [
        {
            "text": _("%(kind)s, marked as posted: counts at %(time)s")
            % {
                "kind": letter_words.kind_words(letter),
                "time": f"{timezone.localtime(letter.next_try_at):%H:%M:%S}",
            },
            "url": place.url("post_undo", case.reference, letter.pk),
        }
        for letter in marked
    ]


def masked(told: Subject) -> str:
    """A postal address with all but its last line hidden, and of that all but its end."""
    lines = [line for line in told.post_to.splitlines() if line]
    return f"*** {lines[-1][-3:]}" if lines else ""


def render_post(
    request: HttpRequest,
    place: Place,
    case: Case,
    found: Found | None = None,
    typed: dict[str, str] | None = None,
    *,
    chosen: Letter | None = None,
) -> HttpResponse:
    """The page, perhaps with what was wrong about an act and what was typed for it; ``chosen`` is the letter opened."""
    shown, told = reveal.is_shown(request, case), reveal.told_of(case)
    waiting = by_post.all_laid_ready(case) if told else []
    chosen = next((one for one in waiting if chosen is not None and one.pk == chosen.pk), None) or next(
        iter(waiting), None
    )
    errors = {field: str(PROBLEMS[key]) for field, key in found or []}
    problems = [
        {"text": str(PROBLEMS[key]), "href": FIELDS.get(field, "#post")} for field, key in found or []
    ]
    post_to = told.post_to if told else ""
    answer = any(one.kind == by_post.KIND for one in waiting)
    context = head.head(request, place, case, _("Letters by post")) | {
        "problems": problems,
        "shown": shown,
        "lines": (by_post.addressed(told) if shown else [masked(told)]) if told and post_to else [],
        "waiting": [_row(place, case, one, chosen) for one in waiting],
        "may_set": told is not None and post_address.may_set(case, told)
        and not (answer and any(by_post.is_marked(one) for one in waiting if one.kind == by_post.KIND)),
        "closed": case.closed_at is not None,
        "sent": went_by_post.rows(place, case, shown=shown) if told else [],
        "postal_field": {
            "name": "postal", "kind": "textarea", "label": _("Postal address, without the name"), "rows": 4,
            "hint": _("As it stands on an envelope, at most five lines. A new address is a doubt that is settled first."),
            "maxlength": post_address.LONGEST_ADDRESS, "errors": errors.get("postal", ""),
            "value": (typed or {}).get("postal", post_to if shown else ""),
        },
    }  # fmt: skip
    if chosen is not None and told is not None:
        context |= _opened(place, case, chosen, told, errors, typed or {})
    return page(request, place, "post", context, status=400 if problems else 200)


def _opened(
    place: Place, case: Case, letter: Letter, told: Subject, errors: dict[str, str], typed: dict[str, str]
) -> dict[str, object]:
    """The letter that stands open on the page, with the form that says it was posted."""
    known = by_post.read(letter)["known"]
    said = {"posted_on": place.today.isoformat()} | typed
    is_answer = letter.kind == by_post.KIND
    has_a_day = letter.kind in by_post.HAVE_A_DAY
    late = has_a_day and letter.leave_by < place.today
    has_files = is_answer and not told.fetches and _package(case, known) is not None
    return {
        "letter": letter,
        "kind": letter_words.kind_words(letter),
        "is_answer": is_answer,
        "marked": by_post.is_marked(letter),
        "made": in_words(letter.made_at, "long"),
        "leave_by": in_words(letter.leave_by, "long"),
        "counts": has_a_day,
        "so_far": known.get("so_far", False),
        "enclose": known.get("enclose", False),
        "has_files": has_files,
        "may_renew": posting.may_renew(case, letter),
        "may_withhold": letter.kind in correspond.UNDONE,
        "stopped": next((str(PROBLEMS[why]) for why in posting.stopped([letter]).get(letter.pk, ())), ""),
        "unsettled": not is_answer and doubts.block_release(case),
        "proof_error": errors.get("proof", ""),
        "proof_needed": is_answer or late,
        "date_field": {
            "name": "posted_on", "kind": "text", "label": _("On which day was it posted?"),
            "hint": _("Year-month-day. This day counts as the day of the answer.") if is_answer
            else _("Year-month-day. This day is the one that counts."), "inputmode": "numeric",
            "value": said["posted_on"], "errors": errors.get("posted_on", ""),
        },
        "carrier_field": {
            "name": "carrier", "kind": "text", "label": _("Carrier"), "required": False,
            "maxlength": posted.LONGEST_CARRIER, "value": said.get("carrier", ""),
        },
        "number_field": {
            "name": "number", "kind": "text", "label": _("Tracking number"), "required": False,
            "maxlength": posted.LONGEST_NUMBER, "value": said.get("number", ""),
        },
    }  # fmt: skip


def _row(place: Place, case: Case, letter: Letter, chosen: Letter | None) -> dict[str, object]:
    return {
        "kind": letter_words.kind_words(letter),
        "leave_by": letter.leave_by if letter.kind in by_post.HAVE_A_DAY else None,
        "marked": by_post.is_marked(letter),
        "current": chosen is not None and letter.pk == chosen.pk,
        "url": place.url("post_one", case.reference, letter.pk),
    }


def file_of(request: HttpRequest, name: str) -> bytes:
    """What was attached under this name; one byte more than may be, so that too much is refused."""
    given = request.FILES.get(name)
    return given.read(MAX_BYTES + 1) if isinstance(given, UploadedFile) else b""


def scanned(content: bytes, field: str) -> Found:
    """What the virus scanner says of it."""
    try:
        return [] if not content or scan.is_clean([content]) else [(field, "proof_virus")]
    except scan.ScannerDown:
        return [(field, "proof_down")]


def _waiting(case: Case, number: int) -> Letter:
    found = by_post.one_of(case, number)
    if found is None or found.status != Letter.Status.TO_POST:
        raise Http404
    return found


def _package(case: Case, known: dict[str, object]) -> Package | None:
    if not known.get("package"):
        return None
    return case.packages.filter(digest=known["package"], destroyed_at=None).select_related("key").first()
