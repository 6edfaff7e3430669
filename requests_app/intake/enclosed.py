"""A file that comes with a message: known by its content, seen by the scanner where one is set, sealed with the case."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone

from identity import sealing, vault
from identity.evidence import MAX_BYTES, NotKept, recognise
from requests_app import journal
from requests_app.intake import scan
from requests_app.models import Case, Message, Paper

MOST = 10
"""Files of one case from the requester."""


@dataclass(frozen=True)
class File:
    """As it was chosen; the name is shown to staff, and decides nothing."""

    name: str = field(repr=False)
    content: bytes = field(repr=False)


def check(case: Case, file: File) -> str:
    """The media type read off the content; raises ``NotKept`` as :func:`check_beside` does."""
    return check_beside(case.papers.filter(evidence=Paper.ENCLOSED).count(), file)


def check_beside(already: int, file: File) -> str:
    """The same beside so many files; raises ``NotKept`` with why: besides its own, ``unclean`` and ``unscanned``."""
    kind = recognise(file.content)
    if already >= MOST:
        raise NotKept("too_many")
    try:
        if not scan.is_clean([file.content]):
            raise NotKept("unclean")
    except scan.ScannerDown:
        raise NotKept("unscanned") from None
    return kind


def keep(case: Case, message: Message | None, file: File, kind: str) -> Paper:
    """Seal what was checked; call inside the transaction that writes the message, or opens the case it came with."""
    stored = vault.write(case.key, (file.content,), Paper.SEALED_AS)
    try:
        paper = Paper.objects.create(
            case=case, evidence=Paper.ENCLOSED, content_type=kind, path=stored.path, size=stored.size,
            digest=stored.digest, added_at=timezone.now(),
            sealed_name=sealing.seal(case.key, file.name.strip()[-120:].encode(), Paper.SEALED_AS),
        )  # fmt: skip
        journal.record(
            case, "enclosed", by=journal.REQUESTER,
            references={"paper": paper.pk, "message": message.pk if message else None,
                        "digest": stored.digest, "type": kind},
        )  # fmt: skip
    except BaseException:
        # No row, no file.
        vault.remove(stored.path)
        raise
    return paper


__all__ = ["MAX_BYTES", "MOST", "File", "NotKept", "check", "check_beside", "keep"]
