"""What no connector can do is asked of the person who looks after the system: by mail, and again until they answer."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from identity import sealing, vault
from requests_app import access, holds, journal, law, register, systems, worklist
from requests_app.fulfilment import execute
from requests_app.fulfilment.standing import CHANGING, DOUBT, HELD, HOLD, forbidden, stands
from requests_app.journal import By
from requests_app.letters import links, mails, outbox
from requests_app.lifecycle import State
from requests_app.models import Case, Doubt, Task, Work
from requests_app.register.inventory import System

log = logging.getLogger(__name__)

PURPOSE, FILE_PURPOSE = "task", "task-file"
COOLING_OFF = "cooling_off"
STOPPED = (HOLD, DOUBT)
"""Trouble of a work whose owner was told to leave it for now."""
DONE_WHILE_STOPPED = "done_while_stopped"
DAYS_TO_ANSWER, DAYS_BETWEEN_CHASES, DAYS_LEFT_FOR_US = 5, 4, 3
"""Our own rule: due on the fifth day, then every four days, and three days before the answer is due at the latest."""
WRONG_NUMBERS = 5
HELD_KINDS = "held"
"""Key of a work's result: the holdings that whoever was asked for categories says are held."""
NEEDS = {
    Work.Operation.ACCESS: "access",
    Work.Operation.DELETE: "delete",
    Work.Operation.CORRECT: "set",
    Work.Operation.SET: "set",
}
"""What a connector must declare for an operation to be carried out by it."""


class KindsNotNamed(Exception):
    """Something is held, says the answer, and not what."""


@dataclass(frozen=True)
class Upload:
    """A file that came with an answer."""

    name: str
    parts: Iterable[bytes]


def by_hand(system: System, operation: str) -> bool:
    """Whether a person has to do this, because the system's connector cannot."""
    return NEEDS[Work.Operation(operation)] not in systems.operations_of(system)


def is_opened(work: Work) -> bool:
    """Whether somebody was asked to do it."""
    return Task.objects.filter(work=work).exists()


def open_task(case: Case, work: Work, system: System) -> None:
    """Ask the system's owner; without an owner's address the work waits on the case file for staff.

    Raises ``HoldPlaced`` instead where a legal hold forbids it.
    """
    with transaction.atomic():
        if work.operation in HELD:
            # A hold placed from here on waits until they are asked, and stops them afterwards.
            worklist.take_turns_on_person(case)
            execute.refuse_if_held(case, work.system)
        work = Work.objects.select_for_update().get(pk=work.pk)
        case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        if work.status == Work.Status.CONFIRMED or not stands(case, work) or is_opened(work):
            return
        worklist.give_to_person(work)
        ask_owner(case, work, system)
        over = case.waits_for in (COOLING_OFF, HOLD, DOUBT)
        journal.record(case, "task_asked", by=journal.PIPELINE, references={"system": system.key},
                       **({"waits_for": "systems"} if over else {}))  # fmt: skip


def ask_owner(case: Case, work: Work, system: System) -> None:
    """Open the task of a work: the owner is asked now, and again until somebody answered."""
    token, hashed = access.new_link()
    today = worklist.today_of(case)
    task = Task.objects.create(
        work=work,
        controller=case.controller,
        link_hash=hashed,
        sealed=_seal(case, {"token": token, "number": _number()}),
        due_on=due_on(case, today),
        next_mail_at=timezone.now() if system.owner else None,
    )
    _ask(case, task, system)


def chase(now: datetime) -> None:
    """Write again to whoever has not answered; past the due day staff see it on the case.

    Whoever must leave it for now is told so once, and told again when it goes on.
    """
    for work in _to_look_at():
        if (system := _system_of(work)) is not None:
            look_again(work.case, work, system)
    waiting = Task.objects.filter(answer="", next_mail_at__lte=now).select_related("work__case__key")
    for task in waiting.order_by("next_mail_at")[:200]:
        with transaction.atomic():
            task = Task.objects.select_for_update().get(pk=task.pk)
            case = Case.objects.select_related("key").get(pk=task.work.case_id)
            over = task.work.status == Work.Status.CONFIRMED or not stands(case, task.work)
            if task.answer or over or task.work.trouble in STOPPED:
                Task.objects.filter(pk=task.pk).update(next_mail_at=None)
                continue
            system = _system_of(task.work)
            if system is None:
                # Whoever was asked is not written to; asked again a few days on, so that it stands in nobody's way.
                later = now + timedelta(days=DAYS_BETWEEN_CHASES)
                Task.objects.filter(pk=task.pk).update(next_mail_at=later)
                continue
            # A number that was guessed at is replaced; the link stays.
            kept = read(case, task) | ({"number": _number()} if task.wrong_numbers else {})
            task.sealed, task.wrong_numbers = _seal(case, kept), 0
            overdue = worklist.today_of(case) >= task.due_on
            journal.record(
                case, "task_overdue" if overdue else "task_chased", by=journal.PIPELINE,
                references={"system": system.key, "mails": task.mails + 1},
                **({"waits_for": f"system:{system.key}"} if overdue and case.state == State.FULFILLING else {}),
            )  # fmt: skip
            _ask(case, task, system)


def _system_of(work: Work) -> System | None:
    """The system as the register describes it; ``None``, and logged, where it left the register meanwhile."""
    system = register.controller(work.case.controller).inventory.systems.get(work.system)
    if system is None:
        log.error("work %s is in a system that the register no longer describes", work.pk)
    return system


def is_open(case: Case, task: Task) -> bool:
    """Whether its answer is still wanted."""
    return not task.answer and stands(case, task.work)


def look_again(case: Case, work: Work, system: System) -> None:
    """Stop whoever was asked and must not do it any more, once; and ask again once nothing stands against it."""
    with transaction.atomic():
        task = Task.objects.select_for_update().get(work=work)
        case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        work = Work.objects.select_for_update().get(pk=work.pk)
        if work.status == Work.Status.CONFIRMED or task.answer or not stands(case, work):
            _rest(work)
            return
        why = forbidden(case, work) if work.operation in CHANGING else ""
        if why and work.trouble not in STOPPED:
            worklist.fail(work, why, final=True)
            task.next_mail_at = None
            _mail(case, task, system, mails.task_stopped)
            journal.record(case, "task_stopped", by=journal.PIPELINE, reason=why,
                           references={"system": system.key}, waits_for=why)  # fmt: skip
        elif not why and work.trouble in STOPPED:
            worklist.give_to_person(work)
            task.due_on = due_on(case, worklist.today_of(case))
            _ask(case, task, system, anew=True)
            journal.record(case, "task_asked", by=journal.PIPELINE, references={"system": system.key},
                           **({"waits_for": "systems"} if case.waits_for in STOPPED else {}))  # fmt: skip
        else:
            _rest(work)


def _rest(work: Work) -> None:
    Work.objects.filter(pk=work.pk).exclude(next_try_at=None).update(next_try_at=None)


def _to_look_at() -> list[Work]:
    """Works whose owner was asked, and something has come to stand against it; or nothing does any longer."""
    asked = Work.objects.filter(task__answer="", operation__in=CHANGING, errand=None)
    asked = asked.filter(case__state=State.FULFILLING).exclude(status=Work.Status.CONFIRMED)
    found: list[Work] = []
    for controller in register.controllers():
        # Whoever is asked by hand may erase anything there, so a hold on any of it stops them.
        held = holds.binding(
            controller.slug, worklist.today_at(controller.slug), person=OuterRef("case__subject_index"),
            system=OuterRef("system"), holdings=holds.EVERYTHING,
        )  # fmt: skip
        doubted = Doubt.objects.filter(case=OuterRef("case"), closed_at=None)
        applies = ~Q(case__standard__in=["", law.Level.NONE])
        against = (Q(Exists(held)) & Q(operation__in=HELD)) | (Q(Exists(doubted)) & applies)
        change = (against & ~Q(trouble__in=STOPPED)) | (~against & Q(trouble__in=STOPPED))
        found += asked.filter(change, case__controller=controller.slug).select_related("case__key")[:200]
    return found


def open_by_number(case: Case, task: Task, number: str) -> bool:
    """Whether the number from the mail was typed; after five wrong ones none fits until the next mail."""
    right = secrets.compare_digest("".join(c for c in number if c.isdigit()), read(case, task)["number"])
    left = Task.objects.filter(pk=task.pk, wrong_numbers__lt=WRONG_NUMBERS)
    if right:
        return left.exists()
    # Counted by the database, so that guesses at the same moment are all counted.
    left.update(wrong_numbers=F("wrong_numbers") + 1)
    return False


def record_answer(
    task: Task, answer: str, *, by: By, note: str = "", upload: Upload | None = None, held: Iterable[str] = ()
) -> tuple[Case, int] | None:
    """Keep what the person said; gives the case and its round, or ``None`` if it was answered or overtaken before.

    ``exception`` leaves the work failed, for staff to look at. ``held``: where only kinds are asked for, the keys of
    those that are held; raises :class:`KindsNotNamed`.
    """
    with transaction.atomic():
        if task.work.operation in HELD:
            # Whether a hold came first is then certain.
            worklist.take_turns_on_person(task.work.case)
        task = Task.objects.select_for_update().get(pk=task.pk)
        case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=task.work.case_id)
        work = task.work
        if work.status == Work.Status.CONFIRMED or not stands(case, work):
            return None
        why = forbidden(case, work) if work.operation in CHANGING else ""
        result: dict[str, Any] = {"by_hand": answer, "checked": 0}
        if answer == Task.Answer.DONE and asks_whether_held(case):
            named = set(held)
            result[HELD_KINDS] = [key for key, _title in kinds(case.controller, work.system) if key in named]
            if not result[HELD_KINDS]:
                raise KindsNotNamed
        if upload is not None:
            stored = vault.write(case.key, upload.parts, FILE_PURPOSE)
            result |= {"file": stored.path, "size": stored.size, "ending": ending_of(upload.name)}
        keep_answer(case, task, answer, note, upload.name if upload else "")
        if answer == Task.Answer.EXCEPTION:
            worklist.fail(work, "exception", final=True)
            journal.record(case, "task_exception", by=by, references={"system": work.system},
                           waits_for=f"system:{work.system}")  # fmt: skip
            return None
        if why and answer == Task.Answer.DONE:
            # It is a fact now, and more than anybody was to do: staff look before the case goes on.
            heard = by.kind == "staff"
            journal.record(case, "task_done_while_stopped", by=by, reason=why, references={"system": work.system},
                           **({} if heard else {"waits_for": f"system:{work.system}"}))  # fmt: skip
            if not heard:
                worklist.fail(work, DONE_WHILE_STOPPED, final=True)
                return None
        worklist.confirm(work, result)
        journal.record(case, "task_done", by=by, reason=answer, references={"system": work.system},
                       waits_for="systems")  # fmt: skip
    return case, work.round


def keep_answer(case: Case, task: Task, answer: str, note: str, file: str = "") -> None:
    """What they said, sealed; nobody is written to about it any more."""
    task.sealed = _seal(case, read(case, task) | {"note": note, "file": file})
    task.answer, task.answered_at, task.next_mail_at = answer, timezone.now(), None
    task.save()


def ending_of(name: str) -> str:
    """``.pdf``, when what stands behind the last dot is short and plain; empty otherwise."""
    ending = "".join(Path(name).suffixes[-1:]).lower()
    return ending if ending[1:].isascii() and ending[1:].isalnum() and len(ending) < 7 else ""


def read(case: Case, task: Task) -> dict[str, str]:
    """Token and number, and once answered the note and the file's name."""
    return json.loads(sealing.unseal(case.key, bytes(task.sealed), PURPOSE))


def _ask(case: Case, task: Task, system: System, *, anew: bool = False) -> None:
    first = anew or not task.mails
    if system.owner:
        ahead = max((task.due_on - worklist.today_of(case)).days, 0) if first else 0
        task.next_mail_at = timezone.now() + timedelta(days=ahead or DAYS_BETWEEN_CHASES)
    _mail(case, task, system, partial(mails.task, due_on=task.due_on, first=first))


def _mail(case: Case, task: Task, system: System, words: Callable[..., outbox.Words]) -> None:
    """One more mail to the owner, where there is one."""
    task.mails += 1
    if system.owner:
        kept = read(case, task)
        controller = register.controller(case.controller)
        language = controller.languages[0]
        title, link = controller.text(system.title, language), links.task_link(case, kept["token"])
        outbox.queue(
            case=case, kind="task", once=f"task-{task.pk}-{task.mails}", to=system.owner,
            words=words(case, language, system=title, link=link, number=kept["number"]),
        )  # fmt: skip
    task.save()


def due_on(case: Case, today: date) -> date:
    """The day by which somebody outside is to have answered, before our own while the case is open."""
    if case.state == State.CLOSED:
        return today + timedelta(days=DAYS_TO_ANSWER)
    latest = case.due_on - timedelta(days=DAYS_LEFT_FOR_US)
    return max(today + timedelta(days=1), min(today + timedelta(days=DAYS_TO_ANSWER), latest))


def _number() -> str:
    return f"{secrets.randbelow(10**6):06d}"


def _seal(case: Case, content: dict[str, str]) -> bytes:
    return sealing.seal(case.key, json.dumps(content, ensure_ascii=False).encode(), PURPOSE)


def asks_whether_held(case: Case) -> bool:
    """Whether only the kinds of what is held are asked for, and nothing of it."""
    return law.regime(case.regime, case.received_on).right(case.right).operation == "categories"


def kinds(controller: str, system: str, language: str = "") -> list[tuple[str, str]]:
    """Key and title of each kind of data that a system may hold, in the controller's first language if none is named."""
    known = register.controller(controller)
    declared = known.inventory.systems.get(system)
    return [
        (holding.key, known.text(holding.title, language or known.languages[0]))
        for collection in (declared.collections.values() if declared else ())
        for holding in collection.holdings
    ]
