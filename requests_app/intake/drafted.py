"""Files that go with a form not yet sent: checked as they come, sealed, and the cases' own papers once it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from identity import sealing, vault
from requests_app import worklist
from requests_app.intake import enclosed
from requests_app.letters import unfinished
from requests_app.models import Case, DraftFile
from requests_app.register import Controller

LIFE = timedelta(days=1)
"""Longer than a browser keeps a form; a form that is saved keeps its files as long as itself."""
PURPOSE = "draft-file"


@dataclass(frozen=True)
class Waiting:
    """A file as its own page lists it."""

    public_id: str
    name: str = field(repr=False)


def add(controller: Controller, number: str, file: enclosed.File) -> None:
    """Check it and seal it beside the form of that number; raises ``NotKept`` as a file with a message does."""
    # Asked before the transaction: a scanner takes its time.
    kind = enclosed.check_beside(_of(controller.slug, number).count(), file)
    with transaction.atomic():
        worklist.take_turns("draft", _index(controller.slug, number))
        mine = _of(controller.slug, number)
        if mine.count() >= enclosed.MOST:
            raise enclosed.NotKept("too_many")
        key = sealing.new_key()
        stored = vault.write(key, (file.content,), PURPOSE)
        try:
            DraftFile.objects.create(
                controller=controller.slug,
                draft_index=_index(controller.slug, number),
                key=key,
                sealed_name=sealing.seal(key, file.name.strip()[-120:].encode(), PURPOSE),
                content_type=kind,
                path=stored.path,
                expires_at=max([timezone.now() + LIFE, *mine.values_list("expires_at", flat=True)]),
            )
        except BaseException:
            # No row, no file.
            vault.remove(stored.path)
            raise


def listed(controller: str, number: str) -> list[Waiting]:
    """What waits beside a form, in the order it came."""
    return [Waiting(one.public_id, _name(one)) for one in _of(controller, number)]


def take_out(controller: str, number: str, public_id: str) -> None:
    """One is not to go along after all; gone already is as good."""
    for one in _of(controller, number).filter(public_id=public_id):
        unfinished.destroy_file(one)


def keep_until(controller: str, number: str, until: datetime) -> None:
    """The form was saved: its files stay as long."""
    _of(controller, number).update(expires_at=until)


def hand_over(controller: str, number: str, cases: Iterable[Case]) -> None:
    """The form was sent: each of its cases gets the files as papers of its own. Call last inside that transaction."""
    written: list[str] = []
    try:
        for one in _of(controller, number):
            file = enclosed.File(_name(one), b"".join(vault.read(one.key, one.path, PURPOSE)))
            for case in cases:
                written.append(enclosed.keep(case, None, file, one.content_type).path)
            unfinished.destroy_file(one)
    except BaseException:
        for path in written:
            vault.remove(path)
        raise


def _of(controller: str, number: str) -> QuerySet[DraftFile]:
    mine = DraftFile.objects.filter(controller=controller, draft_index=_index(controller, number))
    return mine.filter(expires_at__gt=timezone.now()).select_related("key")


def _name(one: DraftFile) -> str:
    return sealing.unseal(one.key, bytes(one.sealed_name), PURPOSE).decode()


def _index(controller: str, number: str) -> str:
    return sealing.blind(controller, "draft", number)
