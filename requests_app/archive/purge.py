"""On its date a case loses its keys, and with them everything it sealed; the log and the chain's head stay."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from identity import evidence, sealing, vault
from identity.flows import email_code, mandate
from requests_app import journal, lifecycle, worklist
from requests_app.letters import outbox, unfinished
from requests_app.models import (
    Case,
    Doubt,
    DraftFile,
    Knock,
    LegalHold,
    Letter,
    Matter,
    Message,
    OwnLook,
    Package,
    PolicyReader,
    Restriction,
    SavedDraft,
    Stumble,
    SubjectRecord,
    Submission,
    Task,
    Tray,
    WaitingReply,
    Work,
)

log = logging.getLogger(__name__)
AT_ONCE = 500
CODES_KEPT = timedelta(days=2)
"""Longer than any limit looks back."""
SET_ASIDE_KEPT = timedelta(days=90)
"""How long a mail that was no request can still be brought back: our own rule."""
HOLD_KEPT = timedelta(days=3 * 365)
"""How long the reason of an ended hold can still be shown: our own rule."""
HELD_KEPT = timedelta(days=365)
"""How long a held mail that nobody opened is kept: longer than any request takes, and not for ever."""
LOOKS_KEPT = timedelta(days=730)
"""How long a look at one's own data is on record: as any record of a request, 24 months (11 CCR 7101(a))."""


def purge_expired() -> dict[str, int]:
    """Whatever is past its date: packages, cases, logs, mails set aside, hashes, codes and sessions; counts of each."""
    now = timezone.now()
    # What a case says about a person is not destroyed while nothing of theirs may be; a day behind, as zones may be.
    holds = LegalHold.objects.in_force((now - timedelta(days=1)).date()).filter(
        controller=OuterRef("controller"), subject_index=OuterRef("subject_index"), system=""
    )
    ended = now - HOLD_KEPT
    past_holds = LegalHold.objects.filter(Q(lifted_at__lt=ended) | Q(lapses_on__lt=ended.date()))
    expired = Package.objects.filter(destroyed_at=None, expires_at__lte=now).select_related("case", "key")
    # Whoever lifts a restriction must find the person again and write to them.
    standing = Restriction.objects.filter(case=OuterRef("pk"), begun_at__isnull=False, lifted_at=None)
    closed = Case.objects.filter(
        ~Exists(holds), ~Exists(standing), state=lifecycle.State.CLOSED, purge_on__lte=now.date()
    )
    logged = Case.objects.filter(state=lifecycle.State.ARCHIVED, log_until__lte=now.date())
    unrequested = Submission.objects.filter(
        tray=Tray.IGNORED, joined=None, cases=None, received_at__lt=now - SET_ASIDE_KEPT
    ).exclude(sealed=b"")
    unopened = Submission.objects.filter(
        tray=Tray.HELD, joined=None, cases=None, received_at__lt=now - HELD_KEPT
    )
    alone = Letter.objects.filter(kind=outbox.CODE_ALONE, case=None, made_at__lt=now - CODES_KEPT)
    return {
        "packages": _each(_destroy_package, expired.order_by("expires_at")),
        "cases": _each(_purge_if_due, closed.order_by("purge_on")),
        "logs": _each(journal.forget_events, logged.order_by("log_until")),
        "set_aside": _each(_destroy_submission, unrequested.order_by("received_at")),
        "held": _each(_destroy_unopened, unopened.order_by("received_at")),
        "hashes": SubjectRecord.objects.filter(keep_until__lt=now.date()).delete()[0],
        "holds": _each(
            _forget_hold, past_holds.exclude(sealed_reason=b"").select_related("key").order_by("placed_at")
        ),
        "matters": _each(
            _forget_matter,
            Matter.objects.filter(lifted_at__lt=ended)
            .exclude(sealed_name=b"")
            .select_related("key")
            .order_by("lifted_at"),
        ),
        "knocks": Knock.objects.filter(made_at__lt=now - CODES_KEPT).delete()[0],
        "looks": _each(OwnLook.delete, OwnLook.objects.filter(at__lt=now - LOOKS_KEPT).order_by("at")),
        "evidence": evidence.destroy_overdue(now=now),
        "saved": _each(
            unfinished.destroy, SavedDraft.objects.filter(expires_at__lte=now).select_related("key")
        ),
        "draft_files": _each(
            unfinished.destroy_file, DraftFile.objects.filter(expires_at__lte=now).select_related("key")
        ),
        "unconfirmed": _each(
            unfinished.destroy,
            PolicyReader.objects.filter(confirmed_at=None, made_at__lt=now - CODES_KEPT).select_related(
                "key"
            ),
        ),
        "codes_alone": _each(_destroy_code, alone.select_related("key").order_by("made_at")),
        "letters": Letter.objects.filter(case=None, sealed=b"", made_at__lt=now - CODES_KEPT).delete()[0],
        "codes": email_code.forget(before=now - CODES_KEPT),
        "stumbles": Stumble.objects.filter(event__followed_at__isnull=False).delete()[0],
        "sessions": Session.objects.filter(expire_date__lt=now).delete()[0],
    }


def _each(destroy: Callable[[Any], object], expired: QuerySet[Any]) -> int:
    """How many went; one that cannot be destroyed now must not keep all others past their date."""
    done = 0
    for one in expired[:AT_ONCE]:
        try:
            done += destroy(one) is not False
        except Exception:
            log.exception(f"not destroyed on its date: {type(one).__name__} %s", one.pk)
    return done


def _destroy_code(letter: Letter) -> None:
    with transaction.atomic():
        key = letter.key
        letter.delete()
        sealing.destroy(key)


def _purge_if_due(case: Case) -> bool:
    # The latest zone on earth is a day behind, so a case is never purged a day early anywhere.
    due = case.purge_on is not None and case.purge_on <= worklist.today_of(case)
    if due:
        purge(case)
    return due


def purge(case: Case) -> None:
    """Destroy a closed case's keys, files and sealed rows; what stays names nobody."""
    with transaction.atomic():
        for package in case.packages.select_related("key"):
            _destroy_package(package)
        for paper in case.papers.all():
            vault.remove(paper.path)
        case.papers.all().delete()
        for reading in case.readings.exclude(made={}):
            for path in reading.made_files:
                vault.remove(path)
        case.readings.all().delete()
        for work in case.works.all():
            for path in filter(None, (work.result.get("path"), work.result.get("file"))):
                vault.remove(str(path))
        sealing.destroy(case.key)
        Doubt.objects.filter(case=case).update(sealed_reason=None)
        Letter.objects.filter(case=case).update(
            sealed=b"", sealed_pdf=None, sealed_page=None, address_index=""
        )
        # With them goes which colleague was named in which.
        Message.objects.filter(case=case).delete()
        WaitingReply.objects.filter(case=case).delete()
        Work.objects.filter(case=case).update(sealed=None, result={})
        Task.objects.filter(work__case=case).update(sealed=b"", next_mail_at=None)
        case.holdings.all().delete()
        Restriction.objects.filter(case=case).update(sealed=b"", draft=None)
        arrived = case.submission.split_from_id
        for submission in (
            Submission.objects.filter(Q(pk=arrived) | Q(pk=case.submission_id)) | case.later_submissions.all()
        ):
            others = Case.objects.exclude(pk=case.pk).exclude(state=lifecycle.State.ARCHIVED)
            if others.filter(submission=submission).exists():
                continue
            if others.filter(submission__split_from=submission).exists():
                # The letter of several people is another's still; what this one showed of themselves is not.
                _forget_proof(submission)
            else:
                _destroy_submission(submission)
        journal.advance(
            case, lifecycle.PURGE, by=journal.PIPELINE, references={"log_until": str(case.log_until)},
            sealed_subject=b"", subject_index="", account_index="", link_hash=f"purged:{case.public_id}",
            preview_digest="", sealed_finding=None,
        )  # fmt: skip


def _forget_hold(hold: LegalHold) -> None:
    """Who was held and why goes; that there was a hold stays in the journals."""
    sealing.destroy(hold.key)
    LegalHold.objects.filter(pk=hold.pk).update(sealed_reason=b"", subject_index="")


def _forget_matter(matter: Matter) -> None:
    """Its name, its reason and what was said of it go; whom it covered went with each hold."""
    sealing.destroy(matter.key)
    Matter.objects.filter(pk=matter.pk).update(sealed_name=b"", sealed_reason=b"")


def _destroy_submission(submission: Submission) -> None:
    sealing.destroy(submission.key)
    _forget_proof(submission)
    Submission.objects.filter(pk=submission.pk).update(sealed=b"", sender_index="")


def _forget_proof(submission: Submission) -> None:
    mandate.forget(submission.matter)
    evidence.destroy_all(submission.matter, now=timezone.now())


def _destroy_unopened(submission: Submission) -> None:
    with transaction.atomic():
        _destroy_submission(submission)
        Submission.objects.filter(pk=submission.pk).update(tray=Tray.IGNORED, reason="unopened")


def _destroy_package(package: Package) -> None:
    # Key first: even if removing the file fails, what is left cannot be read.
    if package.destroyed_at is None:
        sealing.destroy(package.key)
        vault.remove(package.path)
        Package.objects.filter(pk=package.pk).update(destroyed_at=timezone.now())
        if package.case.state != lifecycle.State.ARCHIVED:
            journal.record(package.case, "package_destroyed", by=journal.PIPELINE)
