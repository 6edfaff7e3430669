"""Where every way in joins: a submission becomes one case for each right, in one transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

import psycopg
from django.db import IntegrityError, connection, transaction
from psycopg import sql

from identity import sealing
from identity.models import SealingKey
from requests_app import access, journal, law, owed, subject
from requests_app.models import LIVES, Case, Submission, Tray
from requests_app.register import Controller
from requests_app.subject import Subject

BIG_BYTES = 1024 * 1024
PIECE_BYTES = 64 * 1024
LIVES_IN = "lives_in_california"
"""The detail in which the form keeps whether its statute's people are meant."""


@dataclass(frozen=True)
class Arrival:
    """What a way in hands over. ``verbatim`` is kept exactly as it came."""

    controller: Controller
    channel: str
    received_at: datetime
    language: str
    verbatim: bytes
    arrival_key: str
    """Equal for a second arrival of the same thing: a form's own number, a Message-ID."""
    name: str = ""
    email: str = ""
    phone: str = ""
    """A mobile number in E.164 form."""
    post_to: str = ""
    """A postal address in lines, where the answer is to go by post."""
    rights: tuple[str, ...] = ()
    details: dict[str, str] = field(default_factory=dict)
    capacity: str = law.SELF
    """A code of the regime's capacities; a right that nobody may ask for so opens no case."""
    representative: dict[str, str] = field(default_factory=dict)
    """Name and address of one who acts for another; ``name`` and ``email`` above are then the other's."""


class NobodyMayAct(ValueError):
    """The regime lets nobody ask for this right in that capacity."""


@dataclass(frozen=True)
class Opened:
    """The cases, and whether this arrival had come before."""

    submission: Submission
    cases: tuple[Case, ...]
    links: dict[str, str]
    """Private link token by case reference; empty for a repeated arrival, whose links are hashed already."""
    repeated: bool = False


def fingerprint(*parts: str) -> str:
    """A fixed-length arrival key."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def keep(
    arrival: Arrival, tray: str, reason: str = "", *, split_from: Submission | None = None
) -> tuple[Submission, bool]:
    """Seal what arrived before anything else happens to it; the second value says whether it is new.

    ``split_from`` is the letter that keeps it already, where this is one of several people in it.
    """
    try:
        with transaction.atomic():
            key = sealing.new_key()
            big = len(arrival.verbatim) > BIG_BYTES
            submission = Submission.objects.create(
                controller=arrival.controller.slug,
                channel=arrival.channel,
                arrival_key=arrival.arrival_key,
                received_at=arrival.received_at,
                language=arrival.language,
                key=key,
                sealed=b"" if big or split_from else sealing.seal(key, arrival.verbatim, "submission"),
                split_from=split_from,
                tray=tray,
                reason=reason,
                capacity=arrival.capacity,
                sender_index=subject_index(
                    arrival.controller.slug,
                    arrival.representative.get("email", "") or arrival.email,
                    arrival.phone,
                ),
            )
            if big:
                _write_big(submission, arrival.verbatim)
    except IntegrityError:
        return Submission.objects.get(arrival_key=arrival.arrival_key), False
    return submission, True


def _write_big(submission: Submission, verbatim: bytes) -> None:
    """Sealed piece by piece and sent as it is: as text inside a statement it would be in memory six times."""
    pieces = (verbatim[at : at + PIECE_BYTES] for at in range(0, len(verbatim), PIECE_BYTES))
    sealed = bytearray()
    for piece in sealing.seal_stream(submission.key, pieces, "submission"):
        sealed += piece
    table = sql.Identifier(Submission._meta.db_table)
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(
            sql.SQL("UPDATE {} SET sealed = %b WHERE id = %s").format(table), [sealed, submission.pk]
        )


def open_cases(arrival: Arrival) -> Opened:
    """Open one case per right; sending the same thing twice opens nothing twice."""
    with transaction.atomic():
        submission, new = keep(arrival, Tray.OPENED)
        if not new:
            cases = tuple(submission.cases.order_by("pk"))
            return Opened(submission, cases, {}, repeated=True)
        return open_from(submission, arrival)


def open_from(submission: Submission, arrival: Arrival) -> Opened:
    """Open the cases of a submission already kept (a held mail that staff found to be a request)."""
    with transaction.atomic(savepoint=False):
        keys = sealing.new_keys(len(arrival.rights))
        under = owed.calendars()
        made = [
            _draw_up(submission, arrival, code, key, under)
            for code, key in zip(arrival.rights, keys, strict=True)
        ]
        cases = [case for case, _ in made]
        journal.open_chains(cases, by=journal.REQUESTER, references=_references(arrival))
        # A copy is given before the data it copies is erased.
        waiting = [case for case in cases[1:] if _erases(case)]
        for case in waiting:
            case.after = cases[0]
        if waiting:
            Case.objects.filter(pk__in=[case.pk for case in waiting]).update(after=cases[0])
    return Opened(submission, tuple(cases), {case.reference: token for case, token in made})


def subject_index(controller: str, email: str, phone: str = "") -> str:
    """The keyed hash by which a person's other requests are found; empty without an address or number."""
    if not email:
        return sealing.blind(controller, "phone", phone) if phone else ""
    return sealing.blind(controller, "email", email)


def _references(arrival: Arrival) -> dict[str, str]:
    acts = {"capacity": arrival.capacity} if arrival.capacity != law.SELF else {}
    return {"channel": arrival.channel, **acts}


def _erases(case: Case) -> bool:
    return law.regime(case.regime, case.received_on).right(case.right).erases


def _match(regime: str, right: str, arrival: Arrival) -> law.Match:
    """A statute in the version of the day of receipt, on its own clock."""
    return law.Match(law.regime_at(regime, arrival.received_at), right)


def _draw_up(
    submission: Submission, arrival: Arrival, code: str, key: SealingKey, under: owed.Calendars
) -> tuple[Case, str]:
    controller = arrival.controller
    known = (*controller.rights, *controller.unlisted)
    offered = next(right for right in known if right.code == code)
    matches = [_match(name, right, arrival) for name, right in ((offered.regime, code), *offered.also)]
    regime, others = matches[0].regime, matches[1:]
    capacity = regime.capacities.get(arrival.capacity)
    if capacity is None or (capacity.for_another and capacity.authority(code) is None):
        raise NobodyMayAct(f"{code} as {arrival.capacity}")
    dates = owed.columns_of(matches, arrival.received_at, under=under)
    token, hashed = access.new_link()
    told = Subject(
        name=arrival.name,
        email=arrival.email,
        phone=arrival.phone,
        post_to=arrival.post_to,
        details=arrival.details,
        link=token,
        representative=arrival.representative if capacity.for_another else {},
    )
    case = Case(
        controller=controller.slug,
        regime=regime.code,
        regime_version=regime.version,
        right=code,
        also=[[m.regime.code, m.regime.version, m.right_code] for m in others],
        language=arrival.language,
        channel=arrival.channel,
        submission=submission,
        capacity=capacity.code,
        lives=lives if (lives := arrival.details.get(LIVES_IN, "")) in LIVES else "",
        received_at=arrival.received_at,
        key=key,
        subject_index=subject_index(controller.slug, arrival.email, arrival.phone),
        link_hash=hashed,
        **dates,
    )
    case.sealed_subject = subject.seal(case, told)
    return case, token
