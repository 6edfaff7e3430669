"""Processors are asked over the wire, sign what they answer, are asked again, and are believed once read back."""

from __future__ import annotations

import json
import os
from datetime import date
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from identity import vault
from requests_app import journal, law, register, systems, worklist
from requests_app.fulfilment import execute, tasks_by_hand
from requests_app.models import Case, Errand, Work
from requests_app.register.inventory import System
from requests_app.systems.connectors import opendsr, signed
from requests_app.systems.connectors.http import HttpConnector

CALLBACK_PATH = "/hooks/opendsr/"
LARGEST_CALLBACK = 16 * 1024
RECALLED, OVERDUE = "processor_recalled", "processor_overdue"
RESULT = {"by_hand": "processor", "checked": 0}


def is_processor(system: System) -> bool:
    """Whether it is asked over the wire."""
    return system.processor is not None


def speaks(case: Case, system: System, operation: str) -> bool:
    """Whether the processor can be told all of it: the law the case is under, and what an erasure leaves.

    Any other system is not asked that.
    """
    if system.processor is None:
        return True
    whole = operation != Work.Operation.DELETE or system.processor.exemptions or not kept(system)
    return case.regime in opendsr.REGULATIONS and whole


def kept(system: System) -> list[dict[str, object]]:
    """What the record of processing says an erasure leaves there, each holding with the ground it names."""
    found: list[dict[str, object]] = []
    for collection in system.collections.values():
        for holding in collection.holdings:
            told: dict[str, object] = {"holding": holding.key, "fields": list(holding.fields)}
            if (duty := holding.retention) is not None:
                told |= {
                    "exemption": duty.exemption, "citation": duty.citation, "months": duty.months,
                    "counted_from": duty.counted_from,
                }  # fmt: skip
            elif holding.erase != "keep":
                continue
            found.append(told)
    return found


def was_asked(work: Work) -> bool:
    """Whether something was sent already, which is then followed to its end."""
    return Errand.objects.filter(work=work).exclude(sent_at=None).exists()


def may_have_been_asked(work: Work) -> bool:
    """Whether something was sent, or was about to be when a worker died."""
    return Errand.objects.filter(work=work).exists()


def pursue(case: Case, work: Work) -> dict[str, object] | None:
    """Ask once, then ask how far it is; the result when it is done and read back, ``None`` while it is not.

    Raises ``HoldPlaced`` instead of asking for an erasure that a legal hold forbids, and when one asked for
    before the hold was placed could be taken back. One that keeps silent is late like one that says so,
    and so is one that was never reached.
    """
    system = register.controller(case.controller).inventory.systems[work.system]
    processor = opendsr.Processor(system, os.environ.get(system.secret, ""))
    errand = Errand.objects.filter(work=work).first()
    if errand is not None and _recalled(case, errand):
        # The hold has ended, and a worker died before this was forgotten: it is asked for anew.
        errand.delete()
        errand = None
    try:
        errand = errand or _prepare(case, work, processor)
        standing = _standing(case, work, processor, errand)
        if standing is None:
            standing = _send(case, work, processor, errand)
    except systems.SystemUnreachable:
        _chase(case, work, errand, system, opendsr.Standing(errand.status if errand else opendsr.PENDING))
        raise
    _note(errand, standing.status)
    if standing.status == opendsr.CANCELLED and errand.recall_asked_at is not None:
        # Taken back after all, and the hold that wanted it is over.
        _tell(case, work, errand, done=True)
        errand.delete()
        return pursue(case, work)
    if standing.status == opendsr.CANCELLED:
        raise systems.SystemRefused(work.system, "cancelled it")
    if standing.status != opendsr.COMPLETED:
        _chase(case, work, errand, system, standing)
        return None
    if work.operation == Work.Operation.DELETE:
        left = [str(one["holding"]) for one in kept(system)]
        _read_back(case, system, left)
        return dict(RESULT) | ({"by_hand": "processor_kept", "kept": left} if left else {})
    return dict(RESULT) | _fetch(case, processor, standing)


def _standing(
    case: Case, work: Work, processor: opendsr.Processor, errand: Errand
) -> opendsr.Standing | None:
    """How far it is, ``None`` if it was not asked yet; taken back where a hold forbids what was asked."""
    try:
        standing = processor.ask(str(errand.number), errand.certificate)
        if work.operation == Work.Operation.DELETE and (standing is not None or errand.sent_at is not None):
            # One that knows nothing of it may have taken it back without our hearing of it.
            _stop_if_held(case, work, processor, errand, standing)
    except systems.SystemRefused as refusal:
        if errand.recall_asked_at is None:
            raise
        # Nobody knows yet what became of the recall, and a hold may end meanwhile: it is asked until it says.
        raise systems.SystemUnreachable(work.system, refusal.reason) from None
    if standing is not None or errand.sent_at is None:
        return standing
    if errand.recall_asked_at is not None:
        return opendsr.Standing(opendsr.CANCELLED)
    raise systems.SystemRefused(work.system, "does not know what it was asked")


def recall(case: Case, work: Work) -> bool:
    """Take back what was asked and is wanted no more; False where the processor had begun or finished.

    Raises ``SystemUnreachable`` while it has not said which.
    """
    errand = Errand.objects.get(work=work)
    system = register.controller(case.controller).inventory.systems[work.system]
    processor = opendsr.Processor(system, os.environ.get(system.secret, ""))
    standing = processor.ask(str(errand.number), errand.certificate)
    if standing is None and errand.sent_at is None:
        return True
    return _taken_back(case, work, processor, errand, standing)


def not_taken_back(case: Case, work: Work) -> None:
    """Put on the journal that the processor gave no answer to go by when it was to be taken back."""
    _tell(case, work, Errand.objects.get(work=work), done=False)


def hurry(case: Case) -> None:
    """What is wanted no more is taken back now: soon it may have begun."""
    for work in case.works.filter(errand__isnull=False).exclude(status=Work.Status.CONFIRMED):
        worklist.try_again_now(work)


def _stop_if_held(
    case: Case, work: Work, processor: opendsr.Processor, errand: Errand, standing: opendsr.Standing | None
) -> None:
    try:
        execute.refuse_if_held(case, work.system)
    except systems.HoldPlaced:
        if _taken_back(case, work, processor, errand, standing):
            # When the hold ends it is asked for anew, under another number.
            errand.delete()
            raise


def _taken_back(
    case: Case, work: Work, processor: opendsr.Processor, errand: Errand, standing: opendsr.Standing | None
) -> bool:
    """Whether it was taken back in time; on the journal, once, either way."""
    if standing is not None and standing.status == opendsr.PENDING:
        if errand.recall_asked_at is None:
            errand.recall_asked_at = timezone.now()
            errand.save(update_fields=["recall_asked_at"])
        standing = processor.recall(str(errand.number), errand.certificate)
        if standing is not None and standing.status == opendsr.PENDING:
            raise systems.SystemUnreachable(work.system, "has not taken it back yet")
    done = standing is None or standing.status == opendsr.CANCELLED
    if standing is not None:
        _note(errand, standing.status)
    _tell(case, work, errand, done=done)
    return done


def _tell(case: Case, work: Work, errand: Errand, *, done: bool) -> None:
    name = RECALLED if done else "processor_not_recalled"
    references = {"system": work.system, "errand": str(errand.number)}
    if not case.events.filter(name=name, references=references).exists():
        journal.record(case, name, by=journal.PIPELINE, references=references)


def _recalled(case: Case, errand: Errand) -> bool:
    return case.events.filter(name=RECALLED, references__errand=str(errand.number)).exists()


def take_callback(domain: str, signature: str, raw: bytes) -> int:
    """What a processor posts of its own accord; gives the HTTP status, 202 when it was believed.

    It only makes us look: the work is done when the processor, asked, says so too.
    """
    try:
        told = json.loads(raw)
        number = str(UUID(told["subject_request_id"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return 400
    errand = Errand.objects.select_related("work__case").filter(number=number).first()
    standing = opendsr.standing_of(told, number)
    if errand is None or standing is None:
        return 400
    if domain.lower() != errand.domain:
        return 401
    try:
        signed.verify(errand.certificate.encode(), errand.domain, raw, signature, timezone.now())
    except signed.NotTrusted:
        return 401
    except signed.NotSigned:
        return 400
    if urlsplit(str(told.get("status_callback_url", ""))).path != CALLBACK_PATH:
        return 400
    with transaction.atomic():
        errand = Errand.objects.select_for_update().get(pk=errand.pk)
        if _note(errand, standing.status) and errand.work.status != Work.Status.CONFIRMED:
            worklist.try_again_now(errand.work)
    return 202


def _prepare(case: Case, work: Work, processor: opendsr.Processor) -> Errand:
    certificate = processor.certificate(_operation(case, work))
    return Errand.objects.create(
        work=work,
        domain=processor.domain,
        certificate=certificate,
        due_on=tasks_by_hand.due_on(case, worklist.today_of(case)),
    )


def _send(case: Case, work: Work, processor: opendsr.Processor, errand: Errand) -> opendsr.Standing:
    with transaction.atomic():
        # A hold placed from here on waits until the request is out, and says so by its date.
        worklist.take_turns_on_person(case)
        if work.operation == Work.Operation.DELETE:
            execute.refuse_if_held(case, work.system)
        standing = processor.send(
            str(errand.number), _operation(case, work), case.regime, execute.identifiers(case), errand.certificate,
            settings.PORTAL_ORIGIN + CALLBACK_PATH, timezone.now(),
            kept(register.controller(case.controller).inventory.systems[work.system])
            if work.operation == Work.Operation.DELETE else (),
        )  # fmt: skip
        errand.sent_at = timezone.now()
        errand.save(update_fields=["sent_at"])
        journal.record(case, "processor_asked", by=journal.PIPELINE, references={"system": work.system})
    return standing


def _note(errand: Errand, status: str) -> bool:
    """Keep what is newer than what we knew; what comes late and is older changes nothing."""
    errand.heard_at = timezone.now()
    newer = opendsr.ORDER.index(status) > opendsr.ORDER.index(errand.status)
    if newer:
        errand.status = status
    errand.save(update_fields=["heard_at", "status"])
    return newer


def _chase(case: Case, work: Work, errand: Errand | None, system: System, standing: opendsr.Standing) -> None:
    """Late by its own word or by ours: staff see it, and whoever looks after the system is asked to see to it.

    Without an errand, because it was never reached, the days count from our first attempt.
    """
    today = worklist.today_of(case)
    promised = standing.expected_at.date() if standing.expected_at else date.max
    ours = errand.due_on if errand else tasks_by_hand.due_on(case, _first_tried_on(case, work))
    told = {"system": work.system, "work": work.pk}
    if (errand and errand.overdue_at) or today < min(ours, promised):
        return
    if case.events.filter(name=OVERDUE, references=told).exists():
        return
    with transaction.atomic():
        if errand is not None:
            errand.overdue_at = timezone.now()
            errand.save(update_fields=["overdue_at"])
        journal.record(case, OVERDUE, by=journal.PIPELINE, references=told, waits_for=f"system:{work.system}")
        if system.owner:
            tasks_by_hand.ask_owner(case, work, system)


def _first_tried_on(case: Case, work: Work) -> date:
    zone = ZoneInfo(register.controller(case.controller).zone)
    return (work.started_at or timezone.now()).astimezone(zone).date()


def _read_back(case: Case, system: System, left: list[str]) -> None:
    """Where the pack says how to look a person up there, "completed" is believed only when nobody is found.

    Rows of a collection in which a holding is ``left`` may still be there.
    """
    if system.http is None or not system.http.collections:
        return
    with HttpConnector(system, os.environ.get(system.secret, "")) as connector:
        found = systems.find([system], {system.key: connector}, execute.identifiers(case))
    if (failure := found.why_not_searched(system.key)) is not None:
        raise failure
    gone = (r for r in found.of(system.key) if not any(h.key in left for h in r.collection.holdings))
    if any(rows.count for rows in gone):
        raise systems.SystemRefused(system.key, "said yes, but the rows are still there")


def _fetch(case: Case, processor: opendsr.Processor, standing: opendsr.Standing) -> dict[str, object]:
    if not standing.results_url:
        return {"by_hand": "processor_none"}
    stored = vault.write(case.key, [processor.results(standing.results_url)], tasks_by_hand.FILE_PURPOSE)
    name = urlsplit(standing.results_url).path.rpartition("/")[2]
    return {"file": stored.path, "size": stored.size, "ending": tasks_by_hand.ending_of(name)}


def _operation(case: Case, work: Work) -> str:
    if work.operation == Work.Operation.DELETE:
        return "delete"
    return (
        "port"
        if law.regime(case.regime, case.received_on).right(case.right).operation == "port"
        else "access"
    )
