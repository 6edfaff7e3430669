"""One held mail as a page: why it is held, what its words suggest, and, once somebody said why, the words themselves."""

from __future__ import annotations

import time

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from identity import sealing
from identity.models import User
from portal.staff import papers, reveal, which_part, words
from portal.staff.doors import Place, page, refused, staff_page
from portal.staff.mail_words import OPERATIONS, PROOF, SET_ASIDE, why
from requests_app import access, law
from requests_app.intake import held, mime, scan
from requests_app.intake.people import Person
from requests_app.intake.quoted import own_words
from requests_app.intake.sort import Verdict
from requests_app.models import Case, Channel, Submission, Tray

REASONS = {
    "sort": later("To sort it"),
    "identify": reveal.REASONS["identify"],
    "duplicate": reveal.REASONS["duplicate"],
    "counsel": later("To give legal advice on it"),
}
DEEDS = {
    "looked": later("%(who)s read it"),
    "opened": later("%(who)s opened it as a case"),
    "linked": later("%(who)s put it on a case"),
    "set_aside": later("%(who)s set it aside"),
    "settled": later("%(who)s has read it on its case"),
    "undone": later("%(who)s took that back"),
}


def is_shown(request: HttpRequest, mail: Submission) -> bool:
    """Whether this person gave a reason for this mail within the last quarter of an hour."""
    return request.session.get(reveal.KEY, {}).get(mail.public_id, 0) > time.time()


def show(request: HttpRequest, place: Place, mail: Submission, reason: str) -> None:
    """Record who looks and why, then show."""
    held.look(mail, by=place.desk.user, reason=reason)
    shown = {key: until for key, until in request.session.get(reveal.KEY, {}).items() if until > time.time()}
    request.session[reveal.KEY] = shown | {mail.public_id: int(time.time()) + reveal.SHOWN_SECONDS}


def named_in(mail: Submission) -> tuple[tuple[Person, ...], bool]:
    """Whom the mail names beside its writer, and whether it has one writer."""
    read, _verdict = _read(mail)
    return (held.people_named(mail, read), bool(read.sender)) if read else ((), False)


def render(
    request: HttpRequest, place: Place, found: Submission, problems: list[dict[str, object]] | None = None
) -> HttpResponse:
    """The page."""
    read, verdict = _read(found)
    shown = is_shown(request, found)
    waits = found.tray == Tray.HELD
    context = {
        "problems": problems or [],
        "submission": found,
        "why": why(found.reason),
        "received_at": found.received_at,
        "shown": shown,
        "reasons": list(REASONS.items()),
        # The files have a panel of their own below the words.
        "parts": papers.parts_of(found)[:3] if shown else [],
        "files": _files(place, found, read) if shown and read else [],
        "facts": _facts(found, read),
        "suggested": [
            *(_suggestions(verdict) if verdict else ()),
            *(which_part.suggested(place, f"{read.subject}\n\n{own_words(read.text)}") if read else ()),
        ],
        "waits": waits and place.works(),
        "joined": found.joined,
        "undo": held.can_be_undone(found) and place.works(),
        "cases": _cases(place, found),
        "deeds": _deeds(found),
        **(_fields(place, found, read, request.POST) if waits and found.channel == Channel.EMAIL else {}),
    }
    return page(request, place, "submission", context, status=400 if problems else 200)


@staff_page(works=True)
def file(request: HttpRequest, place: Place, mail: Submission, number: int) -> HttpResponse:
    """One attached file, as a download and never on our own page; the scanner, where one is set, sees it first."""
    if not is_shown(request, mail):
        return refused(request, place)
    try:
        files = mime.files(sealing.unseal(mail.key, mail.sealed, "submission"))
        content = files[number - 1][1] if 0 < number <= len(files) else None
    except (mime.UnreadableMail, sealing.KeyDestroyed, sealing.SealBroken):
        raise Http404 from None
    if content is None:
        raise Http404
    try:
        stop = (
            ""
            if scan.is_clean([content])
            else _("The virus scanner found something in this file. It stays sealed.")
        )
    except scan.ScannerDown:
        stop = _("The virus scanner does not answer, so the file stays sealed. Try again later.")
    if stop:
        return page(request, place, "refused", {"why": stop}, status=403)
    answer = HttpResponse(content, content_type="application/octet-stream")
    # The name is ours: a stranger's could end in anything.
    answer.headers["Content-Disposition"] = f'attachment; filename="{mail.public_id[:8]}-{number}.bin"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _read(found: Submission) -> tuple[mime.Mail | None, Verdict | None]:
    if found.channel == Channel.WEB:
        return None, None
    try:
        return held.read_again(found)
    except (mime.UnreadableMail, sealing.KeyDestroyed, sealing.SealBroken):
        return None, None


def _facts(found: Submission, read: mime.Mail | None) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [(_("Via"), words.CHANNELS.get(found.channel, found.channel))]
    if found.channel == Channel.EMAIL:
        rows.append((_("Is the sender genuine?"), PROOF.get(found.sender_proof, found.sender_proof)))
    if read is not None and read.attachments:
        rows.append((_("Files"), str(len(read.attachments))))
    return rows


def _suggestions(verdict: Verdict) -> list[dict[str, str]]:
    """What its words seem to ask for, with the words that say so."""
    lang = words.page_language()
    rows = []
    for code in dict.fromkeys((*verdict.rights, *verdict.others)):
        rows.append({"title": _title(code, lang), "words": verdict.words.get(code, "")})
    return rows


def _title(code: str, lang: str) -> str:
    for regime in law.REGIMES:
        if code in regime.rights:
            return regime.right(code).title.in_(lang)
    return str(OPERATIONS.get(code, code))


def _files(place: Place, found: Submission, read: mime.Mail) -> list[dict[str, object]]:
    return [
        {
            "name": one.name or "–",
            "type": one.type,
            "declared": one.declared_type if one.declared_type != one.type else "",
            "size": one.size,
            "url": place.url("submission_file", found.public_id, number) if place.works() else "",
        }
        for number, one in enumerate(read.attachments, 1)
    ]


def _cases(place: Place, found: Submission) -> list[Case]:
    opened = found.tray_events.filter(name="opened").values_list("references", flat=True)
    split = [reference for references in opened for reference in references.get("cases", ())]
    all_cases = access.cases_for(place.desk, place.slug)
    of_it = Q(submission__in=found.of_one_letter) | Q(reference__in=split)
    return list(all_cases.filter(of_it).order_by("pk")[:200])


def _deeds(found: Submission) -> list[dict[str, object]]:
    events = list(found.tray_events.order_by("-pk")[:50])
    names = {
        str(user.pk): str(user) for user in User.objects.filter(pk__in={event.by_ref for event in events})
    }
    return [
        {
            "title": str(DEEDS.get(event.name, event.name)) % {"who": names.get(event.by_ref, _("Staff"))},
            "detail": " · ".join(
                part for part in (str(REASONS.get(event.reason) or SET_ASIDE.get(event.reason) or ""),
                                  str(event.references.get("case", ""))) if part),
            "at": event.at,
            "icon": "lock" if event.name == "looked" else "paper",
        }
        for event in events
    ]  # fmt: skip


def _fields(place: Place, found: Submission, read: mime.Mail | None, typed: QueryDict) -> dict[str, object]:
    lang = words.page_language()
    people = held.people_named(found, read) if read else ()
    return {
        "rights_field": {
            "name": "rights",
            "kind": "checkboxes",
            "label": _("What does it ask for?"),
            "value": typed.getlist("rights"),
            "choices": [
                (right.code, law.regime_at(right.regime, found.received_at).right(right.code).title.in_(lang))
                for right in place.controller.rights
            ],
        },
        "part_field": which_part.field(place, typed.get("part", "")),
        "people_field": {
            "name": "people",
            "kind": "checkboxes",
            "label": _("For whom?"),
            "value": typed.getlist("people"),
            "hint": _("A case for each person chosen, and a code to each. Choose nobody if the writer asks for themselves."),
            "required": False,
            "choices": [(one.email, f"{one.name} <{one.email}>" if one.name else one.email) for one in people],
        }
        if people
        else None,
        "sender_field": None
        if read and read.sender
        else {
            "name": "sender", "kind": "email", "label": _("The requester’s e-mail address"), "required": False,
            "value": typed.get("sender", ""),
            "hint": _("The mail itself names none, or more than one."),
        },
        "case_field": {
            "name": "case", "kind": "text", "label": _("Reference of the case"),
            "hint": _("From the case’s own requester it joins the conversation; from anybody else it becomes a note for staff."),
        },
        "aside_field": {
            "name": "reason", "id": "id_aside", "kind": "select", "label": _("Why is it not a request?"),
            "choices": list(SET_ASIDE.items()),
        },
    }  # fmt: skip
