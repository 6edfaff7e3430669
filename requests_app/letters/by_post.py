"""Letters that go by post: laid ready for a person to print, counted as posted on the day that person names, or withdrawn.

The address stands where a window envelope of ISO DL size shows it: DIN 5008, form B (see ``letter.typ``).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Case as Choose
from django.db.models import DateField, F, QuerySet, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.utils import timezone

from identity import sealing
from requests_app import journal, register, subject
from requests_app.letters import pdf
from requests_app.letters.text import LetterText
from requests_app.lifecycle import OPEN
from requests_app.models import Case, Letter
from requests_app.subject import Subject

KIND = "answer_by_post"
"""The answer's kind; a letter of any other kind is called as it is when it goes by mail."""
REPLY = "message_reply"
NOTICE_READY = "notice_ready_to_post"
ANSWERED = frozenset({"acknowledgement", "more_time", "date_moved", "reminder"})
"""Letters that have nothing left to say once the answer is given (of the first, 11 CCR 7021(a))."""
PROVED = frozenset({"reminder"})
"""Letters that have nothing left to say once it was shown who is asking."""
HAVE_A_DAY = frozenset({KIND, "acknowledgement", "more_time"})
"""Letters that count only if they leave by a day of the law's, or of ours."""
MOST_LINES = 5
"""Besides the name; the window of DIN 5008 holds six."""
LONGEST_LINE = 44
"""In Latin letters, of which a Hanzi is as wide as two: 85 mm."""


def fits(address: str) -> bool:
    """Whether the address can be read through the window."""
    lines = _lines(address)
    return 0 < len(lines) <= MOST_LINES and all(_width(line) <= LONGEST_LINE for line in lines)


def addressed(told: Subject) -> tuple[str, ...]:
    """The lines in the window: the name, unless the address begins with it, and the address."""
    lines, name = _lines(told.post_to), " ".join(told.name.split())
    if not name or (lines and lines[0].casefold() == name.casefold()):
        return lines
    return (name, *lines)


def lay_ready(
    case: Case, *, kind: str, once: str, title: str, text: str, page: pdf.Page, document: bytes,
    known: dict[str, Any],
) -> Letter:  # fmt: skip
    """Keep it, sealed, until it is posted. ``document`` was set from ``page``; ``known`` is kept beside them."""
    to = "\n".join(pdf.address_of(page))
    return Letter.objects.create(
        case=case,
        controller=case.controller,
        kind=kind,
        idempotency_key=f"{case.public_id}:{once}",
        language=case.language,
        key=case.key,
        sealed=_seal(case, {"to": to, "subject": title, "text": text, "known": known}),
        sealed_pdf=sealing.seal(case.key, document, "letter-pdf"),
        sealed_page=_seal_page(case, page),
        by_post=True,
        address_index=sealing.blind(case.controller, "postal", to),
        status=Letter.Status.TO_POST,
        made_at=timezone.now(),
    )


def lay_notice_ready(
    case: Case, *, kind: str, once: str, letter: LetterText, known: dict[str, Any] | None = None
) -> Letter | None:
    """Any letter but the answer; ``once`` names it so that a repeated step prints nothing twice."""
    if Letter.objects.filter(idempotency_key=f"{case.public_id}:{once}").exists():
        return None
    page = pdf.lay_out(letter, posted=pdf.Posted(addressed(subject.read(case))))
    document = pdf.typeset(page)
    try:
        with transaction.atomic():
            laid = lay_ready(
                case, kind=kind, once=once, title=letter.title, text=letter.plain(), page=page,
                document=document, known=known or {},
            )  # fmt: skip
            _record_ready(case, laid)
    except IntegrityError:
        return None
    return laid


def lay_answer_ready(
    case: Case, *, letter: LetterText, page: pdf.Page, document: bytes, known: dict[str, Any]
) -> Letter:
    """The answer; whatever lay there of it before is withdrawn."""
    withdraw(case, "replaced")
    number = case.letters.filter(kind=KIND).count() + 1
    return lay_ready(
        case, kind=KIND, once=f"post-{number}", title=letter.title, text=letter.plain(), page=page,
        document=document, known=known,
    )  # fmt: skip


def lay_again(case: Case, letter: Letter, known: dict[str, Any] | None = None) -> Letter | None:
    """The same letter to the address of now; ``None`` where it waits already, or what it was set from is gone.

    ``known`` is kept beside it instead of what was.
    """
    told, before = subject.read(case), read(letter)
    if letter.sealed_page is None or not told.post_to or _lies_there(case, letter.kind, before["text"]):
        return None
    number = case.letters.filter(by_post=True, kind=letter.kind).count() + 1
    page = pdf.readdressed(read_page(letter), addressed(told))
    laid = lay_ready(
        case, kind=letter.kind, once=f"again-{letter.kind}-{number}", title=before["subject"],
        text=before["text"], page=page, document=pdf.typeset(page),
        known=before["known"] if known is None else known,
    )  # fmt: skip
    if letter.kind != KIND:
        _record_ready(case, laid)
    return laid


def laid_ready(case: Case) -> Letter | None:
    """The answer that waits to be posted, or was and can still be taken back."""
    return _waiting(case).filter(kind=KIND).select_related("key").order_by("-pk").first()


def index_of(case: Case) -> str:
    """The keyed hash under which the address of now is kept beside letters; of none, an empty one."""
    lines = addressed(subject.read(case))
    return sealing.blind(case.controller, "postal", "\n".join(lines)) if lines else ""


def all_laid_ready(case: Case) -> list[Letter]:
    """Every letter of the case that waits to be posted, the one that must leave first, first."""
    return list(by_urgency(_waiting(case)).select_related("key"))


def one_of(case: Case, number: int) -> Letter | None:
    """One letter of the case that goes, or went, by post."""
    return case.letters.filter(pk=number, by_post=True).select_related("key").first()


def to_post(controller: str) -> QuerySet[Letter]:
    """All that waits for somebody to post it, each with ``leave_by``; what is marked as posted waits no more."""
    waiting = Letter.objects.filter(controller=controller, status=Letter.Status.TO_POST, next_try_at=None)
    return by_urgency(waiting)


def by_urgency(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """By the last day on which each may leave; what has none should leave at once, so by the day it was written."""
    made_on = TruncDate("made_at")
    leave_by = Choose(
        When(kind=KIND, then=F("case__due_on")),
        When(kind="acknowledgement", then=Coalesce(F("case__acknowledge_on"), made_on)),
        When(
            kind="more_time",
            then=Coalesce(
                Cast(KeyTextTransform("extension_notice_by", "case__reckoning"), DateField()), made_on
            ),
        ),
        default=made_on,
        output_field=DateField(),
    )
    return letters.annotate(leave_by=leave_by).order_by("leave_by", "pk")


def leave_by(letter: Letter) -> date | None:
    """The last day on which one letter may leave, where there is one."""
    if letter.kind not in HAVE_A_DAY:
        return None
    return by_urgency(Letter.objects.filter(pk=letter.pk)).values_list("leave_by", flat=True).first()


def is_marked(letter: Letter) -> bool:
    """Whether somebody said that it was posted; after ``next_try_at`` that counts."""
    return letter.next_try_at is not None


def withdraw(case: Case, why: str) -> bool:
    """The answer is not to be posted any more; ``False`` when somebody has posted it already."""
    waiting = _waiting(case).filter(kind=KIND)
    if waiting.exclude(next_try_at=None).exists():
        return False
    waiting.filter(next_try_at=None).update(status=Letter.Status.WITHHELD, trouble=why)
    return True


def withdraw_notices(case: Case, why: str, kinds: frozenset[str] = ANSWERED) -> int:
    """Letters of these kinds that nobody has posted are not to be posted any more; how many there were."""
    waiting = _waiting(case).filter(kind__in=kinds, next_try_at=None)
    return waiting.update(status=Letter.Status.WITHHELD, trouble=why)


def hold_back(letter: Letter, why: str = "taken_back") -> bool:
    """Likewise for one letter; ``False`` when it was posted, or was withdrawn already."""
    waiting = Letter.objects.filter(pk=letter.pk, status=Letter.Status.TO_POST, next_try_at=None)
    return bool(waiting.update(status=Letter.Status.WITHHELD, trouble=why))


def redirect(case: Case, told: Subject) -> None:
    """What waits, but for the answer, goes to this address instead; whatever was printed is to be printed anew."""
    lines = addressed(told)
    for letter in _waiting(case).exclude(kind=KIND).filter(next_try_at=None).select_related("key"):
        page = pdf.readdressed(read_page(letter), lines)
        to = "\n".join(lines)
        letter.sealed = _seal(case, read(letter) | {"to": to})
        letter.sealed_pdf = sealing.seal(case.key, pdf.typeset(page), "letter-pdf")
        letter.sealed_page = _seal_page(case, page)
        letter.address_index = sealing.blind(case.controller, "postal", to)
        letter.made_at = timezone.now()
        letter.save(update_fields=["sealed", "sealed_pdf", "sealed_page", "address_index", "made_at"])


def read(letter: Letter) -> dict[str, Any]:
    """``to``, ``subject``, ``text``, ``known``, and ``posting`` once it is marked as posted."""
    return json.loads(sealing.unseal(letter.key, letter.sealed, "letter"))


def read_page(letter: Letter) -> pdf.Page:
    """What its PDF was set from; raises ``LookupError`` for a letter of a release that kept no such thing."""
    if letter.sealed_page is None:
        raise LookupError("What this letter was set from was not kept.")
    return json.loads(sealing.unseal(letter.key, letter.sealed_page, "letter-page"))


def moot(letters: Sequence[Letter]) -> frozenset[int]:
    """The numbers of those that have nothing left to say; one query at most. ``letters`` come with their cases.

    A receipt speaks for all cases that came together, and so for as long as one of them waits for its answer.
    """
    receipts = {one.case.submission_id for one in letters if one.kind == "acknowledgement"}
    open_still = Case.objects.open().filter(submission__in=receipts, answered_at=None)
    waiting = set(open_still.values_list("submission_id", flat=True)) if receipts else set()
    return frozenset(one.pk for one in letters if _is_moot(one, waiting))


def note_posting(case: Case, letter: Letter, posting: dict[str, Any]) -> None:
    """Keep how it was posted beside its words, sealed: a tracking number leads to an address."""
    letter.sealed = _seal(case, read(letter) | {"posting": posting})
    letter.save(update_fields=["sealed"])


def posted_on(letter: Letter) -> date | None:
    """The day it was posted, if it was."""
    told = read(letter).get("posting", {}).get("posted_on", "")
    return date.fromisoformat(told) if told else None


def today(case: Case) -> date:
    """The day it is where the letter is posted."""
    return timezone.now().astimezone(zone(case)).date()


def zone(case: Case) -> ZoneInfo:
    """Where the controller's staff read the clock."""
    return ZoneInfo(register.controller(case.controller).zone)


def _is_moot(letter: Letter, waiting: set[int]) -> bool:
    case = letter.case
    if letter.kind == "acknowledgement":
        return case.submission_id not in waiting
    answered = case.answered_at is not None or case.state not in OPEN
    shown = case.identified_at is not None and letter.kind in PROVED
    return shown or (answered and letter.kind in ANSWERED)


def _record_ready(case: Case, letter: Letter) -> None:
    references = {"letter": letter.pk, "kind": letter.kind}
    journal.record(case, NOTICE_READY, by=journal.PIPELINE, references=references)


def _lies_there(case: Case, kind: str, text: str) -> bool:
    """Whether one of this kind waits to be posted; of replies, which each say something else, the very same one."""
    waiting = _waiting(case).filter(kind=kind).select_related("key")
    return any(kind != REPLY or read(one)["text"] == text for one in waiting)


def _waiting(case: Case) -> QuerySet[Letter]:
    return case.letters.filter(status=Letter.Status.TO_POST)


def _seal(case: Case, content: dict[str, Any]) -> bytes:
    return sealing.seal(case.key, json.dumps(content, ensure_ascii=False).encode(), "letter")


def _seal_page(case: Case, page: pdf.Page) -> bytes:
    return sealing.seal(case.key, json.dumps(page, ensure_ascii=False).encode(), "letter-page")


def _lines(address: str) -> tuple[str, ...]:
    visible = (_visible(one) for one in address.splitlines())
    return tuple(line for one in visible if (line := " ".join(one.split())))


def _visible(line: str) -> str:
    return "".join(
        sign for sign in line if unicodedata.category(sign) not in ("Cc", "Cs", "Cf") or sign == "\t"
    )


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)
