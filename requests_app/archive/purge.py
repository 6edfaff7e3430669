"""On its date a case loses its keys, and with them everything it sealed; the log and the chain's head stay."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from identity import sealing, vault
from identity.flows import email_code
from requests_app import journal, lifecycle, worklist
from requests_app.models import Case, Letter, Message, Package, SubjectRecord, Submission, Work

AT_ONCE = 500


def purge_expired() -> dict[str, int]:
    """Whatever is past its date: packages, cases, logs, hashes, codes, visits; counts of each."""
    now = timezone.now()
    expired = Package.objects.filter(destroyed_at=None, expires_at__lte=now).select_related("case", "key")
    done = {"packages": 0, "cases": 0, "logs": 0, "hashes": 0}
    for package in expired.order_by("expires_at")[:AT_ONCE]:
        _destroy_package(package)
        done["packages"] += 1
    # The latest zone on earth is a day behind, so a case is never purged a day early anywhere.
    for case in Case.objects.filter(state=lifecycle.State.CLOSED, purge_on__lte=now.date()).order_by(
        "purge_on"
    )[:AT_ONCE]:
        if case.purge_on is not None and case.purge_on <= worklist.today_of(case):
            purge(case)
            done["cases"] += 1
    for case in Case.objects.filter(
        state=lifecycle.State.ARCHIVED, log_until__lte=now.date(), events__isnull=False
    ).distinct()[:AT_ONCE]:
        journal.forget_events(case)
        done["logs"] += 1
    done["hashes"] = SubjectRecord.objects.filter(keep_until__lt=now.date()).delete()[0]
    done["codes"] = email_code.forget_old(now)
    # An abandoned form's answers lie in its visit, sealed under a key of the installation that is never destroyed.
    done["visits"] = Session.objects.filter(expire_date__lt=now).delete()[0]
    return done


def purge(case: Case) -> None:
    """Destroy a closed case's keys, files and sealed rows; what stays names nobody."""
    with transaction.atomic():
        for package in case.packages.select_related("key"):
            _destroy_package(package)
        for work in case.works.all():
            if path := work.result.get("path"):
                vault.remove(str(path))
        sealing.destroy(case.key)
        Letter.objects.filter(case=case).update(sealed=b"", sealed_pdf=None, address_index="")
        Message.objects.filter(case=case).delete()
        Work.objects.filter(case=case).update(sealed=None, result={})
        case.holdings.all().delete()
        for submission in Submission.objects.filter(pk=case.submission_id) | case.later_submissions.all():
            if not submission.cases.exclude(pk=case.pk).exclude(state=lifecycle.State.ARCHIVED).exists():
                sealing.destroy(submission.key)
                Submission.objects.filter(pk=submission.pk).update(sealed=b"", sender_index="")
        journal.advance(
            case, lifecycle.PURGE, by=journal.PIPELINE, references={"log_until": str(case.log_until)},
            sealed_subject=b"", subject_index="", link_hash=f"purged:{case.public_id}", preview_digest="",
        )  # fmt: skip


def _destroy_package(package: Package) -> None:
    # Key first: even if removing the file fails, what is left cannot be read.
    if package.destroyed_at is None:
        sealing.destroy(package.key)
        vault.remove(package.path)
        Package.objects.filter(pk=package.pk).update(destroyed_at=timezone.now())
        if package.case.state != lifecycle.State.ARCHIVED:
            journal.record(package.case, "package_destroyed", by=journal.PIPELINE)
