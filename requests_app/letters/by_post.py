"""Letters that go by post: laid ready for a person to print, counted as posted on the day that person names, or withdrawn.

The address stands where a window envelope of ISO DL size shows it: DIN 5008, form B (see ``letter.typ``).
"""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from typing import Any

from django.utils import timezone

from identity import sealing
from requests_app.letters.text import LetterText
from requests_app.models import Case, Letter
from requests_app.subject import Subject

KIND = "answer_by_post"
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


def lay_ready(case: Case, *, to: str, letter: LetterText, pdf: bytes, known: dict[str, Any]) -> Letter:
    """Keep it, sealed, until it is posted; whatever lay there before is withdrawn. ``known`` is kept beside it."""
    withdraw(case, "replaced")
    content = {"to": to, "subject": letter.title, "text": letter.plain(), "known": known}
    return Letter.objects.create(
        case=case,
        controller=case.controller,
        kind=KIND,
        idempotency_key=f"{case.public_id}:post-{case.letters.filter(kind=KIND).count() + 1}",
        language=case.language,
        key=case.key,
        sealed=_seal(case, content),
        sealed_pdf=sealing.seal(case.key, pdf, "letter-pdf"),
        address_index=sealing.blind(case.controller, "postal", to),
        status=Letter.Status.TO_POST,
        made_at=timezone.now(),
    )


def laid_ready(case: Case) -> Letter | None:
    """The letter that waits to be posted, or was and can still be taken back."""
    return case.letters.filter(status=Letter.Status.TO_POST).select_related("key").order_by("-pk").first()


def is_marked(letter: Letter) -> bool:
    """Whether somebody said that it was posted; after ``next_try_at`` that counts."""
    return letter.next_try_at is not None


def withdraw(case: Case, why: str) -> bool:
    """It is not to be posted any more; ``False`` when somebody has posted it already."""
    waiting = case.letters.filter(status=Letter.Status.TO_POST)
    if waiting.exclude(next_try_at=None).exists():
        return False
    waiting.filter(next_try_at=None).update(status=Letter.Status.WITHHELD, trouble=why)
    return True


def read(letter: Letter) -> dict[str, Any]:
    """``to``, ``subject``, ``text``, ``known``, and ``posting`` once it is marked as posted."""
    return json.loads(sealing.unseal(letter.key, letter.sealed, "letter"))


def note_posting(case: Case, letter: Letter, posting: dict[str, Any]) -> None:
    """Keep how it was posted beside its words, sealed: a tracking number leads to an address."""
    letter.sealed = _seal(case, read(letter) | {"posting": posting})
    letter.save(update_fields=["sealed"])


def posted_on(letter: Letter) -> date | None:
    """The day it was posted, if it was."""
    told = read(letter).get("posting", {}).get("posted_on", "")
    return date.fromisoformat(told) if told else None


def _seal(case: Case, content: dict[str, Any]) -> bytes:
    return sealing.seal(case.key, json.dumps(content, ensure_ascii=False).encode(), "letter")


def _lines(address: str) -> tuple[str, ...]:
    return tuple(line for one in address.splitlines() if (line := " ".join(one.split())))


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)
