"""Answering by post: the address, the letter to print, and the day somebody posted it."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from identity import sealing
from identity.evidence import MAX_BYTES
from portal.look.days import in_words
from portal.staff import head, reading, reveal
from portal.staff.doors import Place, page, staff_page, to_case
from requests_app import doubts, journal, lifecycle, permits
from requests_app.intake import scan
from requests_app.letters import by_post
from requests_app.models import Case, Letter, Package
from requests_app.response import deliver, posting
from requests_app.subject import Subject

PROBLEMS = {
    "not_yours": later("This step needs another role, and nobody decides about themselves."),
    "bad_date": later("Give the date as year-month-day, 2027-01-31."),
    "future": later("The day it was posted cannot lie ahead."),
    "before_made": later("The letter was put together later than that."),
    "proof_empty": later("Attach a scan or photo that shows that it was posted."),
    "proof_too_large": later("The scan is too large: at most 8 MB."),
    "proof_not_a_document": later("Attach the scan as PDF, PNG or JPEG."),
    "proof_too_many_pixels": later("The picture is too large: at most 50 million pixels."),
    "proof_virus": later("The virus scanner found something in a scan."),
    "proof_down": later("The virus scanner does not answer. Try again later."),
    "doubt": later("A doubt is open: settle it before the letter leaves."),
    "changed": later("The letter was withdrawn or posted meanwhile. Look again."),
    "files_gone": later(
        "The files that the letter names are no longer there, or not for long. Put it together anew."
    ),
    "files_not_taken": later(
        "The letter says that a data carrier lies beside it. Take the files for it first."
    ),
    "marked": later("The letter was posted already."),
    "not_here": later("This case is closed, or somebody acts in it for another person."),
    "show_first": later("To see or change the address, show name and address first, with a reason."),
    "postal_lines": later("At most five lines of 44 letters or 22 Hanzi fit the envelope’s window."),
}
FIELDS = {"where": "#where", "posted_on": "#id_posted_on", "proof": "#id_proof", "postal": "#id_postal"}


@staff_page(works=True)
def show(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """Where it stands on its way to the letterbox."""
    return _render(request, place, case)


@staff_page("POST", act=permits.TAKE_LETTER)
def letter(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """The PDF with its address page; whoever takes it stands on the journal."""
    found = _waiting(case)
    try:
        content = posting.take(case, found, by=place.desk.user)
    except posting.NotPosted as refusal:
        return _render(request, place, case, refusal.problems)
    except (LookupError, sealing.KeyDestroyed, sealing.SealBroken):
        raise Http404 from None
    headers = {"Content-Disposition": f'attachment; filename="{case.reference}-post.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@staff_page("POST", act=permits.TAKE_LETTER)
def files(request: HttpRequest, place: Place, case: Case) -> HttpResponse | StreamingHttpResponse:
    """The data files, for a data carrier that goes with a printed copy."""
    package = _package(case, by_post.read(_waiting(case))["known"])
    if package is None:
        raise Http404
    try:
        pieces = posting.take_files(case, package, by=place.desk.user)
    except posting.NotPosted as refusal:
        return _render(request, place, case, refusal.problems)
    except deliver.PackageGone:
        return _render(request, place, case, [("", "files_gone")])
    headers = {"Content-Disposition": f'attachment; filename="{case.reference}.zip"'}
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)


@staff_page("POST", works=True)
def mark(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """It was posted; that counts in ten seconds."""
    found = _waiting(case)
    typed = {name: request.POST.get(name, "").strip() for name in ("posted_on", "carrier", "number")}
    proof = request.FILES.get("proof")
    content = proof.read(MAX_BYTES + 1) if isinstance(proof, UploadedFile) else b""
    said = posting.Posting(
        posted_on=reading.day(typed["posted_on"]),
        carrier=typed["carrier"][: posting.LONGEST_CARRIER],
        number=typed["number"][: posting.LONGEST_NUMBER],
        proof=content,
    )
    try:
        if content and not scan.is_clean([content]):
            return _render(request, place, case, [("proof", "proof_virus")], typed)
        posting.mark(case, found, said, by=place.desk.user)
    except scan.ScannerDown:
        return _render(request, place, case, [("proof", "proof_down")], typed)
    except posting.NotPosted as refusal:
        return _render(request, place, case, refusal.problems, typed)
    messages.success(
        request, _("Noted. It counts as answered in ten seconds; until then it can be taken back.")
    )
    return to_case(place, case)


@staff_page("POST", works=True)
def renew(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """Put it together anew: its files would not be there long enough, or it waited too long."""
    try:
        done = posting.renew(case, by=place.desk.user)
    except (posting.NotPosted, journal.IllegalMove):
        done = False
    if not done:
        return _render(request, place, case, [("", "changed")])
    messages.success(request, _("The letter is being put together anew."))
    return to_case(place, case)


@staff_page("POST", works=True)
def undo(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """It was not posted after all."""
    try:
        done = posting.take_back(case, _waiting(case), by=place.desk.user)
    except posting.NotPosted as refusal:
        return _render(request, place, case, refusal.problems)
    if done:
        messages.success(request, _("Taken back: it does not count as posted."))
    else:
        messages.warning(request, _("Too late: it counts as posted."))
    return to_case(place, case)


@staff_page("POST", works=True)
def address(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """A postal address for the answer, or none, so that it goes by mail again."""
    if not reveal.is_shown(request, case):
        return _render(request, place, case, [("where", "show_first")])
    typed = {"postal": request.POST.get("postal", "")[: posting.LONGEST_ADDRESS + 1].strip()}
    if request.POST.get("act") == "drop":
        typed["postal"] = ""
    elif not typed["postal"]:
        return _render(request, place, case, [("postal", "postal_lines")], typed)
    try:
        posting.set_address(case, typed["postal"], by=place.desk.user)
    except posting.NotPosted as refusal:
        return _render(request, place, case, refusal.problems, typed)
    messages.success(
        request,
        _("The answer goes there by post, once the doubt about the address is settled.")
        if typed["postal"]
        else _("The answer goes by mail again."),
    )
    return to_case(place, case)


def leaving(place: Place, case: Case, letters: list[Letter]) -> list[dict[str, object]]:
    """What was marked as posted and can still be taken back."""
    ready = [letter for letter in letters if letter.status == Letter.Status.TO_POST]
    waiting = ready[-1] if ready and place.works() else None
    if waiting is None or waiting.next_try_at is None or waiting.next_try_at <= timezone.now():
        return []
    text = _("Marked as posted: counts at %(time)s") % {
        "time": f"{timezone.localtime(waiting.next_try_at):%H:%M:%S}"
    }
    return [{"text": text, "url": place.url("post_undo", case.reference)}]


def masked(told: Subject) -> str:
    """A postal address with all but its last line hidden, and of that all but its end."""
    lines = [line for line in told.post_to.splitlines() if line]
    return f"*** {lines[-1][-3:]}" if lines else ""


def _render(
    request: HttpRequest,
    place: Place,
    case: Case,
    found: list[tuple[str, str]] | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    shown, told = reveal.is_shown(request, case), reveal.told_of(case)
    waiting = by_post.laid_ready(case)
    known = by_post.read(waiting)["known"] if waiting else {}
    said = {"posted_on": place.today.isoformat()} | (typed or {})
    problems = [
        {"text": str(PROBLEMS[key]), "href": FIELDS.get(field, "#post")} for field, key in found or []
    ]
    errors = {field: str(PROBLEMS[key]) for field, key in found or []}
    post_to = told.post_to if told else ""
    context = head.head(request, place, case, _("Answer by post")) | {
        "problems": problems,
        "proof_error": errors.get("proof", ""),
        "shown": shown,
        "lines": (by_post.addressed(told) if shown else [masked(told)]) if told and post_to else [],
        "waiting": waiting,
        "marked": waiting is not None and by_post.is_marked(waiting),
        "made": in_words(waiting.made_at, "long") if waiting else "",
        "so_far": known.get("so_far", False),
        "enclose": known.get("enclose", False),
        "has_files": waiting is not None and _package(case, known) is not None and told is not None
        and not told.fetches,
        "may_renew": waiting is not None and case.state in posting.OF_AN_ANSWER,
        "doubtful": doubts.block_release(case),
        "may_set": case.state in lifecycle.OPEN and told is not None and not told.representative,
        "posted": [_posted(one, shown=shown) for one in case.letters.filter(kind=by_post.KIND, status=Letter.Status.SENT)]
        if told else [],
        "due": in_words(case.due_on, "long"),
        "date_field": {
            "name": "posted_on", "kind": "text", "label": _("On which day was it posted?"),
            "hint": _("Year-month-day. This day counts as the day of the answer."), "inputmode": "numeric",
            "value": said["posted_on"], "errors": errors.get("posted_on", ""),
        },
        "carrier_field": {
            "name": "carrier", "kind": "text", "label": _("Carrier"), "required": False,
            "maxlength": posting.LONGEST_CARRIER, "value": said.get("carrier", ""),
        },
        "number_field": {
            "name": "number", "kind": "text", "label": _("Tracking number"), "required": False,
            "maxlength": posting.LONGEST_NUMBER, "value": said.get("number", ""),
        },
        "postal_field": {
            "name": "postal", "kind": "textarea", "label": _("Postal address, without the name"), "rows": 4,
            "hint": _("As it stands on an envelope, at most five lines. A new address is a doubt that is settled first."),
            "maxlength": posting.LONGEST_ADDRESS, "errors": errors.get("postal", ""),
            "value": said.get("postal", post_to if shown else ""),
        },
    }  # fmt: skip
    return page(request, place, "post", context, status=400 if problems else 200)


def _posted(sent: Letter, *, shown: bool) -> dict[str, str]:
    said = by_post.read(sent)["posting"]
    # A tracking number leads to the address.
    parts = (said["carrier"], said["number"] if shown or not said["number"] else "***")
    day = in_words(date.fromisoformat(said["posted_on"]), "long")
    return {"day": day, "how": " · ".join(part for part in parts if part)}


def _waiting(case: Case) -> Letter:
    found = by_post.laid_ready(case)
    if found is None:
        raise Http404
    return found


def _package(case: Case, known: dict[str, object]) -> Package | None:
    if not known.get("package"):
        return None
    return case.packages.filter(digest=known["package"], destroyed_at=None).select_related("key").first()
