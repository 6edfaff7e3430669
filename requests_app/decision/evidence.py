"""Papers behind an exemption: known by their content, sealed in the vault, on the journal by digest."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from identity import sealing, vault
from identity.models import User
from requests_app import access, journal, lifecycle, rules
from requests_app.decision.problem import NotAllowed
from requests_app.models import Case, Paper

PURPOSE = Paper.SEALED_AS
LARGEST = 10 * 1024 * 1024
"""Bytes of one paper."""
MOST = 40
"""Papers of one case."""
SHORTEST_NOTE = 6
"""Signs: a note must say what the evidence is and where it is kept; a tick or a "yes" says neither."""
_BY_CONTENT = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "text/plain": "txt"}


def type_of(content: bytes) -> str | None:
    """PDF, PNG, JPEG or plain UTF-8 text, whatever the name says; ``None`` for anything else."""
    for mark, kind in _BY_CONTENT:
        if content.startswith(mark):
            return kind
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    printable = all(sign.isprintable() or sign in "\r\n\t" for sign in text)
    return "text/plain" if text.strip() and printable else None


def attach(case: Case, evidence: str, *, by: User, name: str, content: bytes) -> Paper:
    """Seal one paper into the vault; raises :class:`NotAllowed`."""
    _may_change(case, by)
    asked = {p.key for m in rules.matches(case) for e in m.regime.exemptions.values() for p in e.evidence}
    if evidence not in asked:
        raise NotAllowed([("", "not_an_exemption")])
    kind = type_of(content)
    if len(content) > LARGEST:
        raise NotAllowed([(evidence, "paper_too_large")])
    if kind is None:
        raise NotAllowed([(evidence, "paper_type")])
    if case.papers.count() >= MOST:
        raise NotAllowed([(evidence, "too_many_papers")])
    stored = vault.write(case.key, (content,), PURPOSE)
    try:
        with transaction.atomic():
            _keep_still(case)
            paper = Paper.objects.create(
                case=case, evidence=evidence, content_type=kind, path=stored.path, size=stored.size,
                digest=stored.digest, by=by, added_at=timezone.now(),
                sealed_name=sealing.seal(case.key, name.strip()[-120:].encode(), PURPOSE),
            )  # fmt: skip
            journal.record(
                case, "evidence_added", by=journal.staff(by.pk),
                references={"paper": paper.pk, "evidence": evidence, "digest": stored.digest, "type": kind},
            )  # fmt: skip
    except BaseException:
        # No row, no file.
        vault.remove(stored.path)
        raise
    return paper


def remove(case: Case, paper: Paper, *, by: User) -> None:
    """Take a paper off again while the case is being decided; its digest stays in the journal."""
    _may_change(case, by)
    if paper.evidence in Paper.NO_EVIDENCE:
        raise NotAllowed([("", "not_your_move")])
    with transaction.atomic():
        _keep_still(case)
        journal.record(
            case, "evidence_removed", by=journal.staff(by.pk),
            references={"paper": paper.pk, "evidence": paper.evidence, "digest": paper.digest},
        )  # fmt: skip
        paper.delete()
    vault.remove(paper.path)


def open_paper(case: Case, paper: Paper, *, by: User) -> bytes:
    """The clear content, journalled; raises ``KeyDestroyed`` or ``FileNotFoundError`` after the purge."""
    content = b"".join(vault.read(case.key, paper.path, PURPOSE))
    journal.record(case, "evidence_opened", by=journal.staff(by.pk), references={"paper": paper.pk})
    return content


def name_of(case: Case, paper: Paper) -> str:
    """What the file was called."""
    return sealing.unseal(case.key, paper.sealed_name, PURPOSE).decode("utf-8", "replace")


def given(
    case: Case, answers: dict[str, str], asked: Iterable[str], papers: Iterable[Paper]
) -> frozenset[str]:
    """Which of the evidence asked for is there: a paper in this case, or a note of what it is and where it lies."""
    attached = {paper.evidence for paper in papers}
    return frozenset(
        key for key in asked if key in attached or len(answers.get(key, "").strip()) >= SHORTEST_NOTE
    )


def _may_change(case: Case, by: User) -> None:
    if not access.desk(by).may(case, lifecycle.PROPOSE):
        raise NotAllowed([("", "not_your_move")])


def _keep_still(case: Case) -> None:
    try:
        journal.keep_still(case)
    except journal.IllegalMove:
        raise NotAllowed([("", "changed")]) from None
