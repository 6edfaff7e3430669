"""The papers of a case: what arrived, as it arrived, and what was sent; opened one at a time, and as text."""

from __future__ import annotations

import json
import re

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from identity import sealing
from portal.look.days import in_words, moment_in_words, page_language
from portal.staff import head, letter_words, reveal, words
from portal.staff.contents import Contents
from portal.staff.doors import Place, page, refused, staff_page
from requests_app import law, permits
from requests_app.decision import evidence, use
from requests_app.intake import mime
from requests_app.letters import correspond, outbox
from requests_app.models import Case, Channel, Letter, Paper, Submission

PAPERS = {
    Paper.ENCLOSED: later("File from the requester"),
    Paper.POSTED: later("Proof of posting"),
    Paper.RETURNED: later("Picture of a letter that came back"),
}
PLAIN = frozenset(
    {"message_reply", "more_time", "restriction_lifted", "joined", "mistaken", "answer", "not_identified"}
)
"""Mails of every other kind may carry a code, which opens the requester's door and is shown to nobody else."""
CODE = re.compile(r"\b\d{3} ?\d{3}\b")


def rows(place: Place, case: Case, held: Contents) -> list[dict[str, object]]:
    """For the panel: the submission, then the letters; none for who reads no papers."""
    if not place.may_do(permits.READ_PAPERS):
        return []
    found: list[dict[str, object]] = [
        {
            "title": _("What was written down") if case.own_motion else _("Submission, as it arrived"),
            "detail": moment_in_words(case.submission.received_at),
            "icon": "lock",
            "url": place.url("original", case.reference),
            "link": _("Open"),
        }
    ]
    # What was split from a letter is read there; of a form there is no page but the one above.
    came = [*([] if case.submission.split_from_id else [case.submission]), *held.mails]
    found += [
        _mail_row(place, one)
        for one in came
        if one.joined_id or one.channel not in (Channel.WEB, Channel.OWN_MOTION)
    ]
    for letter in held.letters:
        day = in_words(letter.sent_at or letter.made_at)
        found.append(
            {
                "title": letter_words.kind_words(letter),
                "detail": f"{letter_words.status_words(letter)} · {day}",
                "icon": "letter",
                "state": "failed" if letter.status == Letter.Status.FAILED or letter.bounced_at else "",
                "url": place.url("letter", case.reference, letter.pk),
                "link": _("Open"),
            }
        )
    for number, paper in enumerate(held.papers, 1):
        found.append(
            {
                "title": str(PAPERS.get(paper.evidence) or _("Evidence %(n)s") % {"n": number}),
                "detail": f"{paper.evidence.partition('.')[0]} · {in_words(paper.added_at)} · {paper.digest[:12]}",
                "icon": "paper",
                "url": place.url("paper", case.reference, paper.pk),
                "link": _("Open"),
            }
        )
    return found


def leaving(place: Place, case: Case, letters: list[Letter]) -> list[dict[str, object]]:
    """What leaves within seconds and can still be taken back."""
    if not place.works():
        return []
    now = timezone.now()
    soon = [
        one
        for one in letters
        if (one.status, one.attempts) == (Letter.Status.QUEUED, 0)
        and one.kind in correspond.UNDONE
        and one.next_try_at is not None
        and one.next_try_at > now
    ]
    return [
        {
            "text": _("%(kind)s: leaves at %(time)s")
            % {
                "kind": letter_words.kind_words(one),
                "time": f"{timezone.localtime(one.next_try_at):%H:%M:%S}",
            },
            "url": place.url("letter_undo", case.reference, one.pk),
        }
        for one in soon[:5]
    ]


def uses(place: Place, case: Case, held: Contents) -> list[dict[str, object]]:
    """What the use of each exemption put on record when it went to the second person, newest decision included."""
    lang, found = page_language(), []
    used = [
        h for h in held.holdings if hasattr(h, "determination") and h.determination.sealed_use is not None
    ]
    given = {approval.role: str(approval.by) for approval in held.approvals}
    regime = law.regime(case.regime, case.received_on)
    for holding in used:
        said = use.read(case, holding.determination)
        if said is None:
            continue
        until, review_on = said["until"], said["review_on"]
        by = words.listed(
            f"{words.ROLES.get(role, role)}: {given.get(role) or _('not yet')}" for role in said["approvers"]
        )
        papers = sum(len(piece["papers"]) for piece in said["evidence"])
        details = [
            words.listed(law.cite_in(citation, lang) for citation in said["citations"]),
            *([] if said["confirmed"] else [_("to be confirmed by counsel")]),
            *([_("until %(day)s") % {"day": in_words(until, "plain")}] if until else []),
            _("to be reviewed on %(day)s") % {"day": in_words(review_on, "plain")},
            ngettext("%(n)s paper", "%(n)s papers", papers) % {"n": papers},
            by,
        ]
        title = words.holding_title(place.controller, holding.holding_key)
        ground = regime.exemption(holding.determination.exemption).title.in_(lang)
        found.append({"title": f"{title} · {ground}", "detail": " · ".join(details), "icon": "paper"})
    return found


@staff_page(works=True)
def paper(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """One paper of the case, never shown inside our pages; a reason must have been given."""
    if not reveal.is_shown(request, case):
        return refused(request, place)
    found = case.papers.filter(pk=number).first()
    if found is None:
        raise Http404
    try:
        content = evidence.open_paper(case, found, by=place.desk.user)
    except (FileNotFoundError, sealing.KeyDestroyed, sealing.SealBroken):
        raise Http404 from None
    ending = evidence.ENDINGS[found.content_type]
    headers = {
        "Content-Disposition": f'attachment; filename="{case.reference}-evidence-{number}.{ending}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return HttpResponse(content, content_type=found.content_type, headers=headers)


def _mail_row(place: Place, mail: Submission) -> dict[str, object]:
    return {
        "title": _("Mail and its files") if mail.channel != Channel.WEB else _("Message"),
        "detail": moment_in_words(mail.received_at),
        "icon": "letter",
        "url": place.url("submission", mail.public_id),
        "link": _("Open"),
    }


@staff_page(act=permits.READ_PAPERS)
def letter(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """The words of one letter; name and address masked unless shown, codes and links never shown."""
    found = _letter(case, number)
    content = _opened(found)
    subject, text = (
        part if found.kind in PLAIN or found.by_post else CODE.sub("*** ***", part)
        for part in (content["subject"], content["text"])
    )
    shown, told = reveal.is_shown(request, case), reveal.told_of(case)
    return page(
        request,
        place,
        "letter",
        head.head(request, place, case, letter_words.kind_words(found))
        | {
            "kind": letter_words.kind_words(found),
            "status": letter_words.status_words(found),
            "at": found.sent_at or found.made_at,
            "lang": found.language,
            "to": reveal.masked_in(content["to"], told, shown),
            "subject": reveal.masked_in(subject, told, shown),
            "paragraphs": reveal.masked_in(text, told, shown).split("\n\n"),
            "pdf_url": place.url("letter_pdf", case.reference, number) if found.sealed_pdf and shown else "",
            "has_pdf": bool(found.sealed_pdf),
        },
    )


@staff_page(works=True)
def letter_pdf(request: HttpRequest, place: Place, case: Case, number: int) -> HttpResponse:
    """The PDF as it was sent; it cannot be masked, so a reason must have been given."""
    if not reveal.is_shown(request, case):
        return refused(request, place)
    try:
        content = outbox.read_pdf(_letter(case, number))
    except (LookupError, sealing.KeyDestroyed, sealing.SealBroken):
        raise Http404 from None
    name = f"{case.reference}-{number}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@staff_page(works=True)
def original(request: HttpRequest, place: Place, case: Case) -> HttpResponse:
    """What arrived, verbatim but always as text; a reason must have been given."""
    named = _("What was written down") if case.own_motion else _("As it arrived")
    context = head.head(request, place, case, named)
    if reveal.told_of(case) is None:
        # A sister case may still keep the submission: it is not to be read from here any more.
        return page(request, place, "original", context | {"parts": _destroyed()})
    if not reveal.is_shown(request, case):
        return page(request, place, "original", context | {"masked_still": True}, status=403)
    return page(request, place, "original", context | {"parts": parts_of(case.submission.as_arrived)})


def parts_of(submission: Submission) -> list[tuple[str, str]]:
    """A submission as pairs of a heading and a text."""
    try:
        raw = sealing.unseal(submission.key, submission.sealed, "submission")
    except (sealing.KeyDestroyed, sealing.SealBroken):
        return _destroyed()
    if submission.channel == Channel.WEB:
        return [(_("Form"), _as_lines(raw))]
    try:
        mail = mime.read(raw)
    except mime.UnreadableMail:
        return [(_("Mail"), raw[: mime.MAX_TEXT].decode("utf-8", "replace"))]
    found = [(_("Text"), mail.text or "–")]
    if submission.channel == Channel.EMAIL:
        writer = f"{mail.name} <{mail.sender}>" if mail.sender else _("nobody, or more than one")
        found = [(_("From"), writer), (_("Subject"), mail.subject or "–"), *found]
    attached = "\n".join(f"{a.name or '–'} · {a.declared_type} · {a.size} B" for a in mail.attachments)
    return [*found, (_("Attachments, not opened here"), attached)] if attached else found


def _destroyed() -> list[tuple[str, str]]:
    return [(_("Content"), _("Destroyed on its date"))]


def _as_lines(raw: bytes) -> str:
    try:
        told = json.loads(raw)
    except ValueError:
        return raw.decode("utf-8", "replace")
    if not isinstance(told, dict):
        return json.dumps(told, ensure_ascii=False, indent=2)
    shown = (
        f"{key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for key, value in told.items()
    )
    return "\n".join(shown) or "–"


def _letter(case: Case, number: int) -> Letter:
    found = case.letters.select_related("key").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _opened(letter: Letter) -> dict[str, str]:
    try:
        return outbox.read(letter)
    except (sealing.KeyDestroyed, sealing.SealBroken):
        gone = str(_("Destroyed on its date"))
        return {"to": "", "subject": gone, "text": gone}
