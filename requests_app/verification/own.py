"""Who stands at the door to their own data: somebody who signed in, or typed a code, just now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.utils import timezone

from identity import sealing
from requests_app import doubts, journal, law
from requests_app.lifecycle import State
from requests_app.models import SELF_MADE, Case, Channel
from requests_app.register import Controller
from requests_app.systems import Connector
from requests_app.verification import account, need, needs, sisters, steps, suspicion
from requests_app.verification.account import SignedIn

ACCESS, CORRECT = "access", "correct"


@dataclass(frozen=True)
class Shown:
    """Who it is, as the systems know them, and how that was shown."""

    identifiers: tuple[tuple[str, str], ...] = field(repr=False)
    method: str
    subject_index: str
    account_index: str


class NotShown(Exception):
    """The door stays shut. ``why`` is ``suspected``, ``unknown``, ``changed_lately``, ``stale`` or ``unsigned``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def show(controller: Controller, connectors: Mapping[str, Connector], who: SignedIn) -> Shown:
    """Raises :class:`NotShown`, and ``SystemFailure`` rather than call anybody unknown because nobody answered."""
    if who.suspected:
        raise NotShown("suspected")
    if who.account and not who.is_fresh(timezone.now()):
        raise NotShown("stale")
    proved = account.on_record(controller, connectors, who)
    if not proved:
        raise NotShown("unknown")
    if not who.account and suspicion.changed_lately(controller, connectors, proved):
        # An address that changed hands lately may be somebody else's: a person looks, in an ordinary request.
        raise NotShown("changed_lately")
    addresses = [value for kind, value in proved if kind == "email"]
    index = who.indexes(controller.slug)["account_index"]
    theirs = [sealing.blind(controller.slug, kind, value) for kind, value in proved]
    if doubts.stand_against(controller.slug, [*theirs, index]):
        # A second proof was asked for: what is shown here must not be what answers it.
        raise NotShown("suspected")
    return Shown(
        identifiers=tuple(proved),
        method=need.ACCOUNT if who.account else need.EMAIL_CODE,
        subject_index=sealing.blind(controller.slug, "email", addresses[0]) if addresses else index,
        account_index=index,
    )


def must_sign(controller: Controller, method: str) -> bool:
    """Whether the law wants a signed declaration before this much is shown or changed (11 CCR 7062(c))."""
    now = timezone.now()
    for operation in (ACCESS, CORRECT):
        offered = right_for(controller, operation)
        if offered is None:
            continue
        regime, code = offered
        asked = Case(
            controller=controller.slug, regime=regime, right=code, channel=Channel.WEB,
            received_on=now.astimezone(ZoneInfo(law.regime(regime).zone)).date(),
            capacity=law.SELF, methods=[method],
        )  # fmt: skip
        if any(not one.met for one in needs.identity_needs(asked)):
            return True
    return False


def right_for(controller: Controller, operation: str) -> tuple[str, str] | None:
    """Regime and code of the first right offered that does this; ``None`` where none is."""
    for offered in controller.rights:
        if law.regime_at(offered.regime, timezone.now()).right(offered.code).operation == operation:
            return offered.regime, offered.code
    return None


def settle(case: Case, shown: Shown, *, signed: str) -> None:
    """Identity was shown at the door already: the case asks for nothing more. Raises :class:`NotShown`.

    Call inside the transaction that opens the case.
    """
    steps.begin(case)
    journal.record(
        case, SELF_MADE, by=journal.REQUESTER, references={"method": shown.method},
        account_index=shown.account_index,
    )  # fmt: skip
    sisters.earn(
        case, [shown.method], list(shown.identifiers), by=journal.REQUESTER, signed=signed, only=True
    )
    if case.state != State.ASSESSING:
        raise NotShown("unknown")
