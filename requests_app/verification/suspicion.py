"""What makes an address doubtful, found by the worker and written down as doubts with their evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from identity import lookalike
from requests_app import doubts, journal, register, subject, worklist
from requests_app.letters import mails, outbox
from requests_app.models import Case
from requests_app.register import Controller
from requests_app.systems import Connector
from requests_app.systems.lookup import changed_on, lookup
from requests_app.verification import need, sisters

LATELY = timedelta(days=30)
"""An address or number younger than this on an account may have changed hands: our own rule."""
WRONG_CODES = 10
"""So many wrong codes on one submission are a doubt."""
WRONG_CODES_RECORDED = 20
"""Beyond these the journal has said it: whoever types on and on writes nothing more."""
Kind = doubts.Kind


def look_at(
    case: Case, connectors: Mapping[str, Connector], kind: str, told: str, found: tuple[str, ...]
) -> None:
    """Doubt an address that changed lately, or that no system knows and that looks like another."""
    controller = register.controller(case.controller)
    inventory = controller.inventory
    if not found:
        alike = lookalike.resembled(told) if kind == "email" else ()
        known = any(lookup(inventory, connectors, "email", one) for one in alike)
        if known or (kind == "email" and lookalike.is_strange(told)):
            _raise(case, Kind.LOOK_ALIKE, resembles_known=known)
        return
    changed = changed_lately(controller, connectors, [(kind, one) for one in found])
    if changed is not None:
        _raise(case, Kind.RECENT_CHANGE, changed_on=changed.isoformat())


def changed_lately(
    controller: Controller, connectors: Mapping[str, Connector], proved: Iterable[tuple[str, str]]
) -> date | None:
    """The controller's day on which one of these addresses or numbers became theirs, if that is not long ago."""
    zone = ZoneInfo(controller.zone)
    days = [
        changed_on(controller.inventory, connectors, kind, value, zone)
        for kind, value in proved
        if kind in ("email", "phone")
    ]
    changed = max((day for day in days if day is not None), default=None)
    return changed if changed and worklist.today_at(controller.slug) - changed < LATELY else None


def note_wrong_code(case: Case, reason: str) -> None:
    """A wrong code on the journal, as long as it says anything new; ten are a doubt."""
    said = case.events.filter(name="code_wrong").count()
    if said < WRONG_CODES_RECORDED:
        journal.record(case, "code_wrong", by=journal.REQUESTER, reason=reason)
    if said + 1 == WRONG_CODES:
        doubt_attempts(case, codes=WRONG_CODES)


def doubt_attempts(case: Case, **counted: int) -> None:
    """Several attempts failed."""
    _raise(case, Kind.FAILED_ATTEMPTS, **counted)


def doubt_new_address(case: Case) -> None:
    """Whoever was found by what they know writes from elsewhere: stop, and tell the address on record.

    Who typed a code that went to the record, or signed in, controls it; the answer goes there in any case.
    """
    if {need.ACCOUNT, *need.CODES} & set(case.methods):
        return
    told = subject.read(case)
    known = {value.casefold() for _, value in told.proved}
    if not told.reached_at or told.reached_at.casefold() in known or not told.on_record:
        return
    raised = doubts.raise_doubt(case, Kind.NEW_ADDRESS, by=journal.PIPELINE)
    if raised is not None:
        tell_record(case, once=f"notice-{raised.pk}")


def tell_record(case: Case, *, once: str) -> None:
    """Write to every address on record, in fixed words, that somebody gave another one."""
    for position, to in enumerate(subject.read(case).on_record):
        words = mails.text(case, "address_notice") if outbox.is_number(to) else mails.address_notice(case)
        outbox.queue(
            case=case, kind="address_notice", once=f"{once}-{position}", to=to, words=words, unproved=True
        )
    journal.record(case, "address_on_record_told", by=journal.PIPELINE)


def _raise(case: Case, kind: str, **references: object) -> None:
    for sister in sisters.waiting(case):
        doubts.raise_doubt(sister, kind, by=journal.PIPELINE, references=references)
