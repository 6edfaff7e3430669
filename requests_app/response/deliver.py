"""Handing a package over: sealed until asked for, refused past its date, each time on the record."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.db import transaction
from django.utils import timezone

from identity import sealing, vault
from identity.sealing import KeyDestroyed
from requests_app import doubts, journal, subject
from requests_app.journal import By
from requests_app.models import Case, Package
from requests_app.response.package import PURPOSE, destroy, last_moment

TAKEN_FOR_POST = "files_taken_for_post"
MOST_REISSUES = 5
"""How often the requester may have the days begin anew by one press; after that a person helps."""


class PackageGone(Exception):
    """It was destroyed on its date, or replaced, or a doubt came up since; a person can help."""


def open_package(case: Case, package: Package, *, by: By = journal.REQUESTER) -> Iterator[bytes]:
    """The clear ZIP as a stream, journalled; raises :class:`PackageGone` before the first byte.

    Whatever went out on paper, files open only behind an address that was shown to be theirs.
    """
    if doubts.block_files(case) or not subject.read(case).delivered_to[1]:
        raise PackageGone
    pieces = _pieces(case, package)
    journal.record(case, "package_opened", by=by, references={"package": package.public_id})
    Package.objects.filter(pk=package.pk).update(downloaded_at=timezone.now())
    return pieces


def hand_over(case: Case, package: Package, *, by: By) -> Iterator[bytes]:
    """The same for staff, to be put on a data carrier that goes with a letter; likewise journalled."""
    pieces = _pieces(case, package)
    journal.record(case, TAKEN_FOR_POST, by=by, references={"package": package.public_id})
    return pieces


def may_reissue(case: Case) -> bool:
    """Whether one press still begins the days anew."""
    done = case.events.filter(name="package_reissued", by_kind=journal.REQUESTER.kind).count()
    return done < MOST_REISSUES and not doubts.block_files(case)


def reissue(case: Case, package: Package, *, by: By) -> Package:
    """The same files under a new name, key and date; the old ones are destroyed."""
    pieces = _pieces(case, package)
    now = timezone.now()
    with transaction.atomic():
        key = sealing.new_key()
        stored = vault.write(key, pieces, PURPOSE)
        fresh = Package.objects.create(
            case=case,
            key=key,
            path=stored.path,
            size=stored.size,
            digest=stored.digest,
            made_at=now,
            expires_at=last_moment(case, now),
        )
        journal.record(
            case,
            "package_reissued",
            by=by,
            references={"old": package.public_id, "package": fresh.public_id, "digest": stored.digest},
        )
    # After the new one is safe: dying here leaves two, and the old one still has its date.
    destroy(package)
    return fresh


def _pieces(case: Case, package: Package) -> Iterator[bytes]:
    if package.case_id != case.pk or package.destroyed_at or package.expires_at <= timezone.now():
        raise PackageGone
    pieces = vault.read(package.key, package.path, PURPOSE)
    try:
        first = next(pieces)
    except (FileNotFoundError, KeyDestroyed):
        raise PackageGone from None
    return chain((first,), pieces)
