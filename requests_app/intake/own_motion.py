"""What the controller found by itself: a case about a person who asked for nothing, and who is not written to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from identity import sealing, texting
from identity.models import User
from requests_app import access, journal, law, owed, permits, subject, systems
from requests_app.intake.open_case import Arrival, fingerprint, keep, subject_index
from requests_app.law.own_motion import DAYS, OPERATIONS
from requests_app.models import Case, Channel, Submission, Tray
from requests_app.register import Controller
from requests_app.register.controller import RightOffered
from requests_app.subject import Subject
from requests_app.systems.lookup import beside

FARTHEST_AHEAD = timedelta(days=365)
LONGEST, LONGEST_VALUE = 4_000, 200
OUR_DECISION = ""
"""Instead of a ground in law: our own decision, for the reason given."""


class NotOpened(Exception):
    """It was refused; ``problems`` are pairs of a field and a key of the page's words."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(key for _field, key in problems))
        self.problems = problems


@dataclass(frozen=True)
class Finding:
    """What a member of staff wrote down."""

    number: str
    """The form's own number; sent twice it is one finding."""
    cause: str
    found_on: date | None
    kind: str
    """What kind of identifier the systems know the person by: ``email``, ``phone``, ``customer_id``."""
    value: str
    right: str
    """The right whose rules and operation the case goes by, though nobody exercises it."""
    reason: str
    basis: str = OUR_DECISION
    """Code of a ground in law."""
    due_on: date | None = None
    """Our own day; without one it is thirty days ahead."""


def kinds(controller: Controller) -> list[str]:
    """The identifiers by which a person can be searched for there."""
    fields = (field for one in controller.inventory.collections() for field in one.fields.values())
    return sorted({field.identity for field in fields if field.identity})


def offered(controller: Controller) -> list[RightOffered]:
    """The rights whose operation the controller may carry out with nobody asking, after a person decided."""
    found: dict[tuple[str, str], RightOffered] = {}
    for right in controller.rights:
        known = law.regime(right.regime).right(right.code)
        if known.operation in OPERATIONS and not known.at_once:
            # Of one law the plainest: what else does the same there is for whoever asks for another.
            found.setdefault((right.regime, known.operation), right)
    return list(found.values())


def open_case(controller: Controller, finding: Finding, *, by: User) -> tuple[Case, bool]:
    """Open it, and say whether it is new; sent twice it is one. Raises :class:`NotOpened`."""
    now = timezone.now()
    today = now.astimezone(ZoneInfo(controller.zone)).date()
    if not access.desk(by).may_do(permits.OPEN_OF_OWN_MOTION, controller.slug):
        raise NotOpened([("", "not_yours")])
    value = _written(controller, finding)
    if problems := [*_problems(controller, finding, value, today)]:
        raise NotOpened(problems)
    addresses = _addresses(controller, finding.kind, value)
    own = sealing.blind(controller.slug, "email", by.email)
    if any(sealing.blind(controller.slug, "email", one) == own for one in addresses):
        raise NotOpened([("value", "own")])
    if len({subject_index(controller.slug, one) for one in addresses}) > 1:
        # Holds and the person's other cases go by one of them, and nobody can tell by which.
        raise NotOpened([("value", "several")])
    due_on = finding.due_on or today + timedelta(days=DAYS)
    with transaction.atomic():
        submission, new = _keep(controller, finding, now)
        if not new:
            return submission.cases.get(), False
        case = _draw_up(controller, finding, value, addresses, submission, now, due_on)
        basis = _basis(controller, finding)
        journal.open_chains(
            [case], by=journal.staff(by.pk), reason=finding.cause,
            references={
                "basis": basis.citation if basis else law.HOUSE, "basis_code": finding.basis,
                "found_on": f"{finding.found_on}", "our_date": due_on.isoformat(), "known_by": finding.kind,
            },
        )  # fmt: skip
    return case, True


def _problems(controller: Controller, finding: Finding, value: str, today: date) -> Iterator[tuple[str, str]]:
    if finding.cause not in law.CAUSES:
        yield "cause", "cause"
    if finding.found_on is None:
        yield "found_on", "bad_date"
    elif finding.found_on > today:
        yield "found_on", "future"
    if finding.kind not in kinds(controller):
        yield "kind", "kind"
    elif not value:
        yield "value", finding.kind if finding.kind in {"email", "phone"} else "value"
    if finding.right not in {right.code for right in offered(controller)}:
        yield "right", "right"
    elif finding.basis != OUR_DECISION and _basis(controller, finding) is None:
        yield "basis", "basis"
    if not finding.reason.strip():
        yield "reason", "reason"
    if finding.due_on is not None and not today < finding.due_on <= today + FARTHEST_AHEAD:
        yield "due_on", "due_on"


def _written(controller: Controller, finding: Finding) -> str:
    """The identifier as the systems are asked for it; empty where it cannot be one."""
    value = " ".join(finding.value.split())[:LONGEST_VALUE]
    if finding.kind == "email":
        local, _at, domain = value.rpartition("@")
        return value if local and "." in domain and " " not in value else ""
    if finding.kind == "phone" and value:
        try:
            return texting.number_of(value, controller.calling_code)
        except ValueError:
            return ""
    return value


def _basis(controller: Controller, finding: Finding) -> law.OwnMotion | None:
    """The ground chosen, if it fits what gave rise to the case and what is to be done."""
    operation = law.regime(_offered(controller, finding).regime).right(finding.right).operation
    fitting = law.own_motions(controller.regimes, finding.cause, operation)
    return next((one for one in fitting if one.code == finding.basis), None)


def _offered(controller: Controller, finding: Finding) -> RightOffered:
    return next(right for right in offered(controller) if right.code == finding.right)


def _addresses(controller: Controller, kind: str, value: str) -> tuple[str, ...]:
    """The person's addresses on record: holds, other cases and colleagues are known by them."""
    if kind == "email":
        return (value,)
    inventory = controller.inventory
    try:
        with systems.connect_all(inventory.systems.values(), os.environ) as connectors:
            return beside(inventory, connectors, (kind, value), "email")
    except systems.SystemFailure:
        raise NotOpened([("value", "silent")]) from None


def _keep(controller: Controller, finding: Finding, now: datetime) -> tuple[Submission, bool]:
    """What was written down, sealed before anything else, and read later like any paper."""
    sheet = EmailMessage(policy=SMTP)
    sheet["Date"] = now
    sheet.set_content(finding.reason.strip()[:LONGEST])
    arrival = Arrival(
        controller=controller,
        channel=Channel.OWN_MOTION,
        received_at=now,
        language=controller.languages[0],
        verbatim=sheet.as_bytes(),
        arrival_key=fingerprint("own-motion", controller.slug, finding.number),
    )
    return keep(arrival, Tray.OPENED)


def _draw_up(
    controller: Controller, finding: Finding, value: str, addresses: tuple[str, ...], submission: Submission,
    now: datetime, due_on: date,
) -> Case:  # fmt: skip
    chosen = _offered(controller, finding)
    matches = []
    for name, code in ((chosen.regime, chosen.code), *chosen.also):
        day = now.astimezone(ZoneInfo(law.regime(name).zone)).date()
        matches.append(law.Match(law.regime(name, day), code))
    regime = matches[0].regime
    index = subject_index(controller.slug, addresses[0]) if addresses else ""
    case = Case(
        controller=controller.slug,
        regime=regime.code,
        regime_version=regime.version,
        right=chosen.code,
        also=[[one.regime.code, one.regime.version, one.right_code] for one in matches[1:]],
        language=submission.language,
        channel=Channel.OWN_MOTION,
        cause=finding.cause,
        submission=submission,
        received_at=now,
        key=sealing.new_key(),
        subject_index=index or sealing.blind(controller.slug, finding.kind, value),
        # Nobody is given the link, and no door opens by it.
        link_hash=access.new_link()[1],
        **owed.columns_of_own_motion(regime, chosen.code, now, due_on),
    )
    told = Subject(
        proved=[(finding.kind, value)],
        motion={
            "found_on": f"{finding.found_on}",
            "basis": finding.basis,
            "reason": finding.reason.strip()[:LONGEST],
        },
    )
    case.sealed_subject = subject.seal(case, told)
    return case
