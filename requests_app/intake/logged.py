"""What came by post, by phone or in person: written down by staff with its scans, and opened like anything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from identity import sealing
from identity.models import User
from requests_app import access, journal
from requests_app.intake import named, scan
from requests_app.intake.attachments import type_of
from requests_app.intake.open_case import Arrival, NobodyMayAct, Opened, fingerprint, open_cases
from requests_app.letters import by_post
from requests_app.models import Channel
from requests_app.register import Controller

LOGGED = "logged_by_staff"
CHANNELS = (Channel.POST, Channel.PHONE, Channel.IN_PERSON)
LATE_REASONS = frozenset({"post_room", "branch", "absence", "overlooked"})
"""Why it is written down after the day it came, by code."""
FARTHEST_BACK = timedelta(days=365)
LARGEST_SCAN, MOST_SCANS = 10 * 1024 * 1024, 10
LONGEST = 20_000
SCANS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/tiff": "tif"}
"""What a scan may be, by its content, with the ending it is kept under."""


class NotLogged(Exception):
    """It was refused; ``problems`` are pairs of a field and a key of the page's words."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(key for _field, key in problems))
        self.problems = problems


@dataclass(frozen=True)
class Slip:
    """What a member of staff wrote down."""

    number: str
    """The form's own number; sent twice it is one arrival."""
    channel: str
    received_on: date | None
    language: str
    rights: tuple[str, ...]
    text: str
    """What was said or written, in the person's own words as far as possible."""
    name: str = ""
    email: str = ""
    postal: str = ""
    answer_by_post: bool = False
    """Whether they want a letter; without an e-mail address and with a postal one they get a letter anyway."""
    late_reason: str = ""
    part: str = ""
    """Which part of a right alone, or ``subject.WHOLE``; must be said where one of the rights has parts."""
    scans: tuple[bytes, ...] = ()


def log(controller: Controller, slip: Slip, *, by: User) -> Opened:
    """Open a case for each right; the clock runs from the day it came. Raises :class:`NotLogged`."""
    now = timezone.now()
    zone = ZoneInfo(controller.zone)
    today = now.astimezone(zone).date()
    if not access.desk(by).works_for(controller.slug):
        raise NotLogged([("", "not_yours")])
    if problems := [*_problems(controller, slip, today, by), *_of_scans(slip.scans)]:
        raise NotLogged(problems)
    on = slip.received_on or today
    # Of an earlier day only the date is known; noon lies on that date wherever the clock hangs.
    received_at = now if on == today else datetime.combine(on, time(12), zone)
    postal = slip.postal.strip()
    arrival = Arrival(
        controller=controller,
        channel=slip.channel,
        received_at=received_at,
        language=slip.language,
        verbatim=_sheet(slip, received_at),
        arrival_key=fingerprint("logged", controller.slug, slip.number),
        name=slip.name.strip(),
        email=slip.email.strip(),
        post_to=postal if slip.answer_by_post or not slip.email.strip() else "",
        rights=slip.rights,
        details=({"postal": postal} if postal else {}) | named.chosen(controller, slip.rights, slip.part),
    )
    references = {"channel": slip.channel, "scans": len(slip.scans), "received": on.isoformat()}
    with transaction.atomic():
        try:
            opened = open_cases(arrival)
        except NobodyMayAct:
            raise NotLogged([("rights", "rights")]) from None
        for case in () if opened.repeated else opened.cases:
            journal.record(
                case, LOGGED, by=journal.staff(by.pk), references=references,
                reason=slip.late_reason if on < today else "",
            )  # fmt: skip
    return replace(opened, links={})


def _problems(controller: Controller, slip: Slip, today: date, by: User) -> list[tuple[str, str]]:
    found = []
    if slip.channel not in CHANNELS:
        found.append(("channel", "channel"))
    if slip.received_on is None:
        found.append(("received_on", "bad_date"))
    elif slip.received_on > today:
        found.append(("received_on", "future"))
    elif slip.received_on < today - FARTHEST_BACK:
        found.append(("received_on", "too_old"))
    elif slip.received_on < today and slip.late_reason not in LATE_REASONS:
        found.append(("late_reason", "late_reason"))
    offered = {right.code for right in controller.rights}
    if not slip.rights or not set(slip.rights) <= offered:
        found.append(("rights", "rights"))
    elif not named.is_answered(controller, slip.rights, slip.part):
        found.append(("part", "part"))
    if slip.language not in controller.languages:
        found.append(("language", "language"))
    if slip.answer_by_post and not slip.postal.strip():
        found.append(("postal", "postal"))
    elif slip.postal.strip() and not by_post.fits(slip.postal):
        found.append(("postal", "postal_lines"))
    if not slip.text.strip():
        found.append(("text", "text"))
    own = sealing.blind(controller.slug, "email", by.email)
    if slip.email and sealing.blind(controller.slug, "email", slip.email.strip()) == own:
        found.append(("email", "own"))
    return found


def _of_scans(scans: Sequence[bytes]) -> list[tuple[str, str]]:
    if len(scans) > MOST_SCANS or any(len(one) > LARGEST_SCAN for one in scans):
        return [("scans", "scan_size")]
    if any(type_of(one) not in SCANS for one in scans):
        return [("scans", "scan_type")]
    try:
        return [] if scan.is_clean(scans) else [("scans", "scan_virus")]
    except scan.ScannerDown:
        return [("scans", "scan_down")]


def _sheet(slip: Slip, received_at: datetime) -> bytes:
    """The words and the scans as one message, so that they are kept, read and opened like any letter's."""
    sheet = EmailMessage(policy=SMTP)
    sheet["Date"] = received_at
    sheet.set_content(slip.text.strip()[:LONGEST])
    for number, content in enumerate(slip.scans, 1):
        kind = type_of(content)
        main, _slash, sub = kind.partition("/")
        sheet.add_attachment(content, maintype=main, subtype=sub, filename=f"scan-{number}.{SCANS[kind]}")
    return sheet.as_bytes()
