"""Somebody acts for another: what the law lets us ask of them, and what of it is still open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from identity import sealing
from identity.flows import mandate
from identity.models import Mandate
from requests_app import law, lifecycle, subject
from requests_app.law import HOUSE, Reason, Words
from requests_app.models import Case
from requests_app.verification import need
from requests_app.verification.need import Need

WAITS = "authority"
"""What such a case waits for first: something to be shown. The three below are later, and staff's to see."""
CHECK, PERSON, DENIED = lifecycle.AUTHORITY_CHECK, "authority_person", lifecycle.AUTHORITY_DENIED
WRITES = "representative"
"""Marks a message as written by one who acts for another."""
ACCEPTED = "mandate"
CONFIRMED = "person_confirms"
OWN_ADDRESS = "own_address"


@dataclass(frozen=True)
class Known:
    """What hangs on a case that somebody brought for another, where a page has read it anyway."""

    claim: Mandate | None
    sisters: Sequence[Case]
    """All cases of this person that came together, this one among them, in the order of their numbers."""


def capacity_of(case: Case) -> law.Capacity:
    """In what capacity it was asked for."""
    return law.regime(case.regime, case.received_on).capacity(case.capacity)


def acts(case: Case) -> bool:
    """Whether the one who asks is not the one it is about."""
    return case.capacity != law.SELF


def authority_of(case: Case) -> law.Authority:
    """What acting so needs for this right; ``LookupError`` for somebody who asks for themselves."""
    found = capacity_of(case).authority(case.right) if acts(case) else None
    if found is None:
        raise LookupError("Nobody acts for another here.")
    return found


def claim(case: Case) -> Mandate:
    """Note that somebody claims to act; once for all cases of a submission."""
    told = subject.read(case)
    return mandate.begin(
        matter=case.authority_matter,
        capacity=case.capacity,
        holder_index=sealing.blind(case.controller, "email", told.representative.get("email", "")),
        person_index=case.subject_index,
        now=timezone.now(),
    )


def claim_of(case: Case, known: Known | None = None) -> Mandate | None:
    """The claim, once the case has begun."""
    if known is not None:
        return known.claim
    return mandate.of(case.authority_matter) if acts(case) else None


def proves_nothing(case: Case) -> bool:
    """Whether the right itself asks no proof of anybody: then the signed permission is all there is to ask."""
    right = law.regime(case.regime, case.received_on).right(case.right)
    return right.standard.level is law.Level.NONE


def answers_holder(case: Case, held: Mandate | None) -> bool:
    """Whether the answer goes to the one who acts: by the law's table, or by what they showed."""
    to_holder = authority_of(case).answer_to == "representative"
    return to_holder or bool(held and held.answer_to_holder)


def waits_for(case: Case) -> str:
    """Whose move it is while the authority is open."""
    held, grant = claim_of(case), authority_of(case)
    if held is None:
        return WAITS
    if held.status == Mandate.Status.DENIED:
        return DENIED
    if held.status != Mandate.Status.ACCEPTED:
        return WAITS if grant.missing(held.shown) else CHECK
    return PERSON if grant.person == "confirms" and not held.confirmed_at else WAITS


def authority_needs(case: Case, known: Known | None = None) -> Iterable[Need]:
    """What the regime's table asks of this capacity for this right, and nothing else."""
    if not acts(case):
        return
    grant, held = authority_of(case), claim_of(case, known)
    denied = held is not None and held.status == Mandate.Status.DENIED
    if denied and not proves_nothing(case):
        yield Need("denied", (), _DENIED, (_reason(grant, _DENIED),))
    for ask in grant.required:
        ways = tuple(a.key for a in grant.asks if ask.key in (a.key, a.instead_of))
        yield Need(f"authority:{ask.key}", ways, ask.words, (_because(ask),), _shown(case, held, ways))
    if grant.person == "confirms":
        confirmed = CONFIRMED if held and held.confirmed_at and not denied else ""
        yield Need(CONFIRMED, (CONFIRMED,), _CONFIRMS, (_reason(grant, _CONFIRMS),), confirmed)
    if answers_holder(case, held) and not proves_nothing(case):
        proved = OWN_ADDRESS if held and held.holder_proved_at else ""
        yield Need(OWN_ADDRESS, (OWN_ADDRESS,), _OWN, (Reason(_OWN, rule=HOUSE, house=True),), proved)


def _shown(case: Case, held: Mandate | None, ways: tuple[str, ...]) -> str:
    if held is None:
        return ""
    if proves_nothing(case):
        # The permission is there; nobody's judgement of it may hold the right up (11 CCR 7026(j)).
        return need.met_by(ways, held.shown) if held.status != Mandate.Status.ACCEPTED else ACCEPTED
    return ACCEPTED if held.status == Mandate.Status.ACCEPTED else ""


def _because(ask: law.Ask) -> Reason:
    return Reason(ask.words, rule=ask.citation, confirmed=ask.confirmed, house=ask.house)


def _reason(grant: law.Authority, words: Words) -> Reason:
    return Reason(words, rule=grant.citation, confirmed=grant.confirmed, house=grant.citation == HOUSE)


_CONFIRMS = Words(
    "The person acted for confirms with a code that we send to their address on record.",
    "由被代理人输入我们发送至其登记邮箱的验证码进行确认。",
)
_OWN = Words(
    "The one who acts types a code that we send to their own address, because the answer goes there.",
    "答复将发送给代为请求的人，因此请其输入我们发送至其邮箱的验证码。",
)
_DENIED = Words(
    "Whoever has the address on record told us that they allowed nobody to ask.",
    "登记邮箱的使用人告知我们，其未授权任何人提出请求。",
)
