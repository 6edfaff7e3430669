"""The people in the tests, and the cases they open."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.utils import timezone

from identity.flows.email_code import Answer
from identity.models import Duty, User
from requests_app import pipeline, register, restriction, undoing, worklist
from requests_app.decision import determine, restricting
from requests_app.fulfilment import recipients, rounds
from requests_app.intake import own_motion
from requests_app.intake.open_case import Arrival, fingerprint, open_cases
from requests_app.letters import outbox
from requests_app.models import Case, CaseEvent, Letter
from requests_app.verification import steps as verification

_numbers = itertools.count(1)

DANA = {"mimap": "dana@example.com", "mipmap": "dana@example.cn"}
"""Dana asks; the sample systems of both controllers know her address."""


def open_case(
    controller: str = "mimap", right: str = "", *, email: str = "", received_at: datetime | None = None,
    name: str = "Dana Whitfield", details: dict[str, str] | None = None,
) -> Case:  # fmt: skip
    """One case, opened through the door that every way in uses."""
    return open_several(
        controller, [right] if right else [], email=email, received_at=received_at, name=name, details=details
    )[0]


def open_several(
    controller: str, rights: list[str], *, email: str = "", received_at: datetime | None = None,
    name: str = "Dana Whitfield", details: dict[str, str] | None = None,
) -> tuple[Case, ...]:  # fmt: skip
    """Sister cases of one submission."""
    known = register.controller(controller)
    arrival = Arrival(
        controller=known,
        channel="web",
        received_at=received_at or datetime.now(UTC),
        language=known.languages[0],
        verbatim=b"{}",
        arrival_key=fingerprint("test", str(next(_numbers)), str(datetime.now(UTC))),
        name=name,
        email=email or DANA[controller],
        rights=tuple(rights) or (known.rights[0].code,),
        details=details or {},
    )
    return open_cases(arrival).cases


def of_own_motion(
    controller: str = "mimap", *, by: User | None = None, email: str = "", **changed: Any
) -> Case:
    """Olu found something that nobody asked about."""
    known = register.controller(controller)
    finding = own_motion.Finding(
        number=str(next(_numbers)),
        cause="child",
        found_on=datetime.now(UTC).date() - timedelta(days=1),
        kind="email",
        value=email or DANA[controller],
        right="DELETE" if controller == "mimap" else "CN_DELETE",
        reason="The school's own list says so.",
        basis="POLICY_CHILD" if controller == "mimap" else "PIPL_47_CHILD",
    )
    case, _new = own_motion.open_case(
        known, replace(finding, **changed), by=by or member("Olu", **{controller: "handler"})
    )
    return case


def member(name: str, **roles: str) -> User:
    """A member of staff with a role per controller: ``member("Olu", mimap="handler")``."""
    user = User.objects.create_user(f"{name.lower()}{next(_numbers)}@example.com", "a long password", name)
    for controller, role in roles.items():
        Duty.objects.create(user=user, controller=controller, role=role)
    return user


def run_pipeline() -> None:
    """Do in this process what the worker would: follow events and do work until nothing is left to do."""
    for _ in range(40):
        now = datetime.now(UTC)
        events = list(CaseEvent.objects.filter(followed_at=None).order_by("pk"))
        works = worklist.waiting(now)
        if not events and not works:
            return
        for event in events:
            pipeline.follow_up(event)
        for work in worklist.waiting(datetime.now(UTC)):
            pipeline.do_work(work.pk)
    raise AssertionError("the pipeline never came to rest")


def closed_by_hand() -> None:
    """The seconds in which a closing can be taken back go by, and the worker does what follows."""
    with time_machine.travel(timezone.now() + undoing.UNDO_WITHIN):
        run_pipeline()


def tell_recipients(by: User) -> None:
    """Olu says that the recipients were told; the pipeline goes on."""
    for case in Case.objects.filter(waits_for=rounds.RECIPIENTS):
        recipients.told(case, by=by)
    run_pipeline()


def code_in(case: Case) -> str:
    """The six digits in the newest code letter of the case."""
    letter = Letter.objects.filter(
        case__submission=case.submission, kind__in=["code", "acknowledgement"]
    ).latest("made_at")
    digits = re.search(r"\d{3} \d{3}", outbox.read(letter)["text"])
    assert digits, "no code in the letter"
    return digits.group()


def verified(case: Case) -> Case:
    """The requester types the code; the systems are searched."""
    run_pipeline()
    outcome = verification.answer(case, code_in(case), declaration="Dana Whitfield")
    assert outcome is Answer.RIGHT
    run_pipeline()
    case.refresh_from_db()
    return case


def decided(case: Case, by: User) -> Case:
    """Olu follows the engine's advice for every holding, answering what the exemptions ask, and proposes."""
    for advice in determine.advise(case):
        if not advice.holding.found:
            continue
        grounds = [g.exemption for g in advice.assessment.grounds if g.exemption.effect != "blocked"]
        keep = advice.assessment.suggestion in {"retain", "withhold"} and grounds
        used = grounds[-1] if keep else None
        answers = {q.key: ANSWERS[q.kind] for q in used.facts} if used else {}
        answers |= {"SCOPE.source": "no"} if used and used.code == "SCOPE" else {}
        answers |= {piece.key: "file 12" for piece in used.evidence} if used else {}
        determine.decide(
            case,
            advice.holding,
            by=by,
            choice=advice.assessment.suggestion if used else "grant",
            exemption=used.code if used else "",
            answers=answers,
        )
    if restriction.is_one(case):
        restricting.write(case, by=by, reason="The address is contested.", condition="It is settled.")
    determine.propose(case, by=by)
    return case


def approved(case: Case, by: User) -> Case:
    """Pia approves exactly what she sees."""
    for role in determine.roles_outstanding(case):
        Duty.objects.get_or_create(user=by, controller=case.controller, role=role)
        break
    determine.approve(case, by=by, seen_digest=determine.digest(case), typed_reference=case.reference)
    return case


ANSWERS = {"yes_no": "yes", "text": "as the file says", "date": "2031-12-31", "citation": "Tax Law § 1135",
           "choice": "no"}  # fmt: skip
