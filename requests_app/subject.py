"""Who a case is about, as told and as proved: sealed in the case, opened only where it is needed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from identity import sealing, texting
from requests_app import law, register
from requests_app.models import Case
from requests_app.register.inventory import SETTING_OPERATIONS, Part

PURPOSE = "subject"
SPAN = "span"
"""Under what name a case keeps how far back was asked."""
PART = "part"
"""Under what name it keeps that only a part of the right was asked for."""
WHOLE = "all"
"""What stands there, or nothing, where the whole was asked for."""


def is_address(text: str) -> bool:
    """Whether it has the form of an e-mail address."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def identifier(controller: register.Controller, typed: str) -> tuple[str, str] | None:
    """What staff typed to name somebody, as it is blinded: ``("email", …)``, ``("phone", "+86…")``; ``None`` for neither.

    The country may be left out of a number where the controller has one, as whoever asks may leave it out.
    """
    line = typed.strip()
    if is_address(line):
        return ("email", line)
    if not (controller.calling_code or line.startswith(("+", "＋", "00"))):
        return None
    try:
        return ("phone", texting.number_of(line, controller.calling_code))
    except ValueError:
        return None


@dataclass
class Subject:
    """What we were told of the person the information is about, and the identifiers that were proved.

    Whoever asks for another is the ``representative``: they are written to, and are not the person.
    """

    name: str = ""
    email: str = ""
    phone: str = ""
    """A mobile number in E.164 form (``+8613…``), where they gave one."""
    details: dict[str, str] = field(default_factory=dict)
    link: str = ""
    """Token of the private link, so that later letters can carry it."""
    proved: list[tuple[str, str]] = field(default_factory=list)
    """Identifiers as the systems hold them: ``("email", …)``, ``("customer_id", …)``."""
    candidates: list[tuple[str, str]] = field(default_factory=list)
    """Identifiers a code was sent to; they become proved when it is typed."""
    by_hand: list[tuple[str, str]] = field(default_factory=list)
    """Identifiers a member of staff proposed as the person's; proved once a second person agrees."""
    representative: dict[str, str] = field(default_factory=dict)
    """``name``, ``email`` and ``age`` (an age group's code, of a minor acted for); empty where one asks for oneself."""
    facts: dict[str, str] = field(default_factory=dict)
    """What they told us to be compared with the systems, by path; gone as soon as it was compared (11 CCR 7060(d))."""
    answer_to: str = ""
    """Where the answer goes instead of the address on record, once that was accepted; empty: to the one on record."""
    post_to: str = ""
    """The postal address the answer is posted to, in lines, whatever else is known; empty: it goes by mail or text."""
    moving_to: str = ""
    """A new address that waits for its codes and its days of waiting."""
    declaration: str = ""
    """The signed declaration under penalty of perjury, kept with the case (11 CCR 7062(c))."""
    motion: dict[str, str] = field(default_factory=dict)
    """Where nobody asked: ``found_on``, ``basis`` (a code of the law's, or empty) and ``reason``. Then ``proved`` is
    what the systems know the person by, and nothing is ever written to it."""

    @property
    def masked_email(self) -> str:
        """``d***@example.org``: enough to recognise one's own, too little to learn another's."""
        return masked(self.email) or masked(self.phone) or masked(self.known_by)

    @property
    def known_by(self) -> str:
        """What the systems know the person by, where nobody asked; empty where somebody did."""
        return next((value for _kind, value in self.proved), "") if self.motion else ""

    @property
    def writes_from(self) -> str:
        """The e-mail address of whoever asked."""
        return self.representative.get("email", "") or self.email

    @property
    def written_by(self) -> str:
        """The name of whoever asked."""
        return self.representative.get("name", "") or self.name

    @property
    def reached_at(self) -> str:
        """The address that whoever asked gave, else the number."""
        return self.writes_from or self.phone

    @property
    def on_record(self) -> tuple[str, ...]:
        """Proved addresses, then proved numbers, as the systems write them; none where nobody asked to be written to."""
        if self.motion:
            return ()
        return tuple(v for wanted in ("email", "phone") for kind, v in self.proved if kind == wanted)

    @property
    def delivered_to(self) -> tuple[str, bool]:
        """Where an answer goes, and whether that was shown to be theirs: never to an address merely typed."""
        proved = self.answer_to or next(iter(self.on_record), "")
        return (proved, True) if proved else (self.reached_at, False)

    @property
    def fetches(self) -> bool:
        """Whether files wait online: they gave an address, and the one their code goes to was shown to be theirs."""
        return bool(self.reached_at) and self.delivered_to[1]


def masked(address: str) -> str:
    """An address or a number with all but its ends hidden; empty for none."""
    local, _, domain = address.partition("@")
    if domain:
        return f"{local[:1]}***@{domain}"
    # Of a short number no more than half.
    return f"***{address[-min(4, len(address) // 2) :]}" if len(address) > 1 else "***" if address else ""


def read(case: Case) -> Subject:
    """Open it; raises ``KeyDestroyed`` after the purge."""
    kept = json.loads(sealing.unseal(case.key, case.sealed_subject, PURPOSE))
    for name in ("proved", "candidates", "by_hand"):
        kept[name] = [tuple(pair) for pair in kept.get(name, [])]
    return Subject(**kept)


def seal(case: Case, subject: Subject) -> bytes:
    """The sealed form, to be written with the next move or record."""
    return sealing.seal(case.key, json.dumps(asdict(subject), ensure_ascii=False).encode(), PURPOSE)


def asked_since(case: Case) -> date | None:
    """The first day that the request covers, where the law lets one choose and a choice was made."""
    right = law.regime(case.regime, case.received_on).right(case.right)
    span = right.span(read(case).details.get(SPAN, "")) if right.spans else None
    return span.begins_on(case.received_on) if span else None


def part_of(case: Case) -> Part | None:
    """The part of the right that was asked for alone; ``None`` for the whole, and where the inventory has no such part."""
    operation = law.regime(case.regime, case.received_on).right(case.right).operation
    parts = register.controller(case.controller).inventory.parts_of(operation)
    asked = read(case).details.get(PART, "") if parts else ""
    return next((part for part in parts if part.code == asked), None)


def operation_of(case: Case) -> str:
    """What the systems are asked to set: the right's operation, or the part of it that was asked for alone.

    Raises ``LookupError`` where the inventory no longer knows that part: the whole was never asked for.
    """
    operation = law.regime(case.regime, case.received_on).right(case.right).operation
    part = part_of(case)
    if (
        part is None
        and operation in SETTING_OPERATIONS
        and (asked := read(case).details.get(PART, "")) not in ("", WHOLE)
    ):
        systems = register.controller(case.controller).inventory.systems.values()
        # What is known elsewhere was asked for beside this, in the same letter, and of another right.
        if not any(known.code == asked for system in systems for known in system.parts.values()):
            raise LookupError(f"the inventory no longer knows the part {asked!r}")
    return f"{operation}.{part.code}" if part else operation
