"""A person sees what the systems hold about them, and puts right what is theirs to change, without anybody of ours.

Every look and every change leaves a row of its own; a change is a case like any
other correction, with its evidence, that only waits for nobody.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from identity import sealing
from requests_app import subject, systems, worklist
from requests_app.fulfilment import correct
from requests_app.intake import web
from requests_app.letters import mails, outbox
from requests_app.models import Case, OwnLook, Work
from requests_app.register import Controller
from requests_app.register.inventory import Collection, Field
from requests_app.response import own as live
from requests_app.verification import own
from requests_app.verification.account import SignedIn

LOOKS_AN_HOUR, CHANGES_AN_HOUR = 40, 10
SIGNED = "own-declaration"
Did = OwnLook.Did


class TooOften(Exception):
    """More in this hour than a person needs."""


class NotTaken(Exception):
    """The value cannot stand there. ``why`` is ``not_theirs``, ``same`` or ``too_long``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Place:
    """One value that its person may change, where it stands now."""

    system: str
    collection: Collection
    field: Field
    key: systems.Key = field(repr=False)
    value: Any = field(repr=False)
    longest: int | None = None
    """Characters that the column takes, where it says so."""

    def name(self, controller: str) -> str:
        """A keyed hash for an address of a page: it says nothing to anybody else."""
        row = correct.row_name(self.system, self.key)
        return sealing.blind(controller, "own", f"{row}.{self.collection.name}.{self.field.name}")[:32]


def must_sign(controller: Controller, who: SignedIn) -> bool:
    """Whether a declaration has to be signed before anything is shown."""
    return own.must_sign(controller, "account" if who.account else "email_code")


def see(controller: Controller, who: SignedIn, *, signed: str = "") -> tuple[live.Seen, ...]:
    """Everything, read now. Raises ``own.NotShown``, ``SystemFailure`` and :class:`TooOften`."""
    with systems.connect_all(controller.inventory.systems.values(), os.environ) as connectors:
        shown = _shown(controller, connectors, who, signed)
        _note(controller, shown, Did.SAW, LOOKS_AN_HOUR, signed)
        today = worklist.today_at(controller.slug)
        return live.look(controller.inventory, connectors, shown.identifiers, today)


def places(controller: Controller, seen: tuple[live.Seen, ...]) -> dict[str, Place]:
    """What may be changed among what was seen, by the name of its place."""
    found = [
        Place(one.system.key, held.collection, value.field, record.key, value.value)
        for one in seen
        for held in one.held
        for record in held.records
        for value in record.values
        if value.theirs
    ]
    return {place.name(controller.slug): place for place in found}


def change(
    controller: Controller,
    who: SignedIn,
    place: Place,
    to: str,
    *,
    number: str,
    language: str,
    signed: str = "",
) -> Case:
    """Open the case that puts it right; the worker searches, writes and reads back.

    Sent twice under one number with one value it is one case.

    Raises ``own.NotShown``, ``SystemFailure``, :class:`TooOften` and :class:`NotTaken`.
    """
    offered = own.right_for(controller, own.CORRECT)
    if offered is None or place.field.self_edit is None:
        raise NotTaken("not_theirs")
    if to == str(place.value or ""):
        raise NotTaken("same")
    with systems.connect_all(controller.inventory.systems.values(), os.environ) as connectors:
        shown = _shown(controller, connectors, who, signed)
        longest = connectors[place.system].columns(place.collection)[place.field.name].max_length
    if longest is not None and len(to) > longest:
        raise NotTaken("too_long")
    told = dict(shown.identifiers)
    answers = web.Answers(
        # Another value is another change, even where the form that sends it is the same.
        number=sealing.blind(controller.slug, "own-number", f"{number}\x1f{to}"),
        language=language,
        rights=(offered[1],),
        name="",
        email=told.get("email", ""),
        phone="" if told.get("email") else told.get("phone", ""),
        details={
            "correct.field": f"{place.collection.name}.{place.field.name}",
            "correct.was": str(place.value or ""),
            "correct.to": to,
            correct.ROW: correct.row_name(place.system, place.key),
        },
    )
    with transaction.atomic():
        opened = web.send(controller, answers)
        (case,) = opened.cases
        if not opened.repeated:
            _note(controller, shown, Did.CHANGED, CHANGES_AN_HOUR)
            own.settle(case, shown, signed=signed)
            _tell(case, controller.text(place.field.title, case.language))
    return case


def is_done(case: Case) -> bool:
    """Whether the system was read back and holds the new value."""
    works = case.works.filter(operation=Work.Operation.CORRECT, status=Work.Status.CONFIRMED)
    return any(work.result.get("holdings") for work in works)


def _shown(
    controller: Controller, connectors: Mapping[str, systems.Connector], who: SignedIn, signed: str
) -> own.Shown:
    if not signed and must_sign(controller, who):
        raise own.NotShown("unsigned")
    return own.show(controller, connectors, who)


def _tell(case: Case, title: str) -> None:
    """At once, to every address on record: which field, and never what it says."""
    for position, to in enumerate(subject.read(case).on_record):
        words = mails.text(case, "own_change") if outbox.is_number(to) else mails.own_change(case, title)
        outbox.queue(case=case, kind="own_change", once=f"own_change-{position}", to=to, words=words)


def _note(controller: Controller, shown: own.Shown, did: str, most: int, signed: str = "") -> None:
    now = timezone.now()
    mine = OwnLook.objects.filter(controller=controller.slug, subject_index=shown.subject_index, did=did)
    with transaction.atomic():
        worklist.take_turns("own", controller.slug, shown.subject_index)
        if mine.filter(at__gt=now - timedelta(hours=1)).count() >= most:
            raise TooOften
        OwnLook.objects.create(
            controller=controller.slug,
            subject_index=shown.subject_index,
            did=did,
            method=shown.method,
            signed=sealing.seal_short(json.dumps({"signed": signed}, ensure_ascii=False), SIGNED)
            if signed
            else "",
            at=now,
        )
