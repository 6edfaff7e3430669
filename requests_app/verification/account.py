"""A requester's account: never required, as sure as its own sign-in, and the way to see all of one's cases.

The controller's account holder signs in again before anything is disclosed,
deleted or corrected; on a sign of fraud the account proves nothing and another
way is taken (11 CCR 7061).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from celery import current_app
from django.db import transaction
from django.utils import timezone

from identity import sealing
from identity.flows import account as sign_in
from identity.flows import email_code
from identity.flows.email_code import Answer
from requests_app import access, journal, register, subject, systems
from requests_app.letters import mails, outbox
from requests_app.models import Case
from requests_app.register import Controller
from requests_app.systems.lookup import beside, lookup
from requests_app.verification import codes, need, needs, sisters

PURPOSE = "account"
STOPPED = "account_stopped"
SEND_CODE = "requests_app.send_account_code"


@dataclass(frozen=True)
class SignedIn:
    """Somebody at a browser, as far as they showed it; plain values, to be kept sealed in their session."""

    email: str = ""
    """An address they proved to hold."""
    account: str = ""
    """Issuer and subject, where they signed in to the controller's account."""
    identifiers: tuple[tuple[str, str], ...] = ()
    """What the inventory may know that account by."""
    authenticated_at: str = ""
    suspected: bool = False
    """Whether the controller itself marks the account."""

    def indexes(self, controller: str) -> dict[str, str]:
        """Keyed hashes under which one's own cases are found."""
        return {
            "email_index": sealing.blind(controller, "email", self.email) if self.email else "",
            "account_index": sealing.blind(controller, "account", self.account) if self.account else "",
        }

    def is_fresh(self, now: datetime) -> bool:
        """Whether they signed in to the account within minutes."""
        return bool(self.account and self.authenticated_at) and (
            now - datetime.fromisoformat(self.authenticated_at) <= sign_in.FRESH
        )


class Outcome(Enum):
    """What became of proving a case by an account."""

    SETTLED = "settled"
    MORE = "more"
    """The account counts, and something else is still needed."""
    STALE = "stale"
    """They must sign in again first."""
    STOPPED = "stopped"
    """A sign of fraud: nothing is proved, and the account proves nothing for this request any more."""
    NOT_ASKED = "not_asked"
    """The case needs no such proof, or not any more."""


def provider(controller: Controller) -> sign_in.Provider | None:
    """Where the controller's customers sign in; ``None`` where that is not set up."""
    kept = controller.account
    if kept is None:
        return None
    issuer = kept.issuer if "://" in kept.issuer else os.environ.get(kept.issuer, "")
    secret = os.environ.get(kept.secret, "")
    return sign_in.Provider(issuer, kept.client_id, secret) if issuer and secret else None


def signed_in(controller: Controller, proved: sign_in.Account) -> SignedIn:
    """What a sign-in means here, by the pack's table of claims."""
    kept = controller.account
    assert kept is not None
    claims = {**proved.claims, "sub": proved.subject}
    identifiers = [(kind, str(claims[claim])) for kind, claim in kept.identities.items() if claims.get(claim)]
    return SignedIn(
        email=proved.email,
        account=proved.name,
        identifiers=tuple(identifiers),
        authenticated_at=proved.authenticated_at.isoformat() if proved.authenticated_at else "",
        suspected=any(claims.get(claim) for claim in kept.stop_claims),
    )


def may_prove(case: Case, controller: Controller) -> bool:
    """Whether an account could still help this case or a sister of it."""
    if provider(controller) is None or _is_stopped(case):
        return False
    return any(needs.may_ask(sister, need.ACCOUNT) for sister in sisters.waiting(case))


def prove(case: Case, controller: Controller, who: SignedIn) -> Outcome:
    """Prove a case, and its sisters, by an account signed in to just now; raises ``SystemFailure``."""
    if not may_prove(case, controller):
        return Outcome.STOPPED if _is_stopped(case) else Outcome.NOT_ASKED
    if not who.is_fresh(timezone.now()):
        return Outcome.STALE
    if who.suspected:
        return _stop(case, "suspected")
    with systems.connect_all(controller.inventory.systems.values(), os.environ) as connectors:
        proved = on_record(controller, connectors, who)
    if not proved:
        return _stop(case, "unknown_account")
    account_index = who.indexes(case.controller)["account_index"]
    if case.account_index not in ("", account_index):
        return _stop(case, "another_account")
    for sister in sisters.waiting(case):
        journal.record(sister, "account_used", by=journal.REQUESTER, account_index=account_index)
    credited = sisters.earn(case, [need.ACCOUNT], proved, by=journal.REQUESTER)
    waiting = {sister.pk for sister in sisters.waiting(case)}
    return Outcome.MORE if {sister.pk for sister in credited} <= waiting else Outcome.SETTLED


def is_theirs(case: Case, who: SignedIn) -> bool:
    """Whether this is the account that proved the case, signed in to anew: enough to be handed its files."""
    index = who.indexes(case.controller)["account_index"]
    if who.suspected:
        return False
    return bool(case.account_index) and case.account_index == index and who.is_fresh(timezone.now())


def cases_of(controller: Controller, who: SignedIn) -> list[Case]:
    """One's own cases, whichever submission opened them; none for an account that is suspected."""
    return [] if who.suspected else access.cases_by_proof(controller.slug, **who.indexes(controller.slug))


def ask(controller: Controller, email: str, language: str = "") -> str:
    """Somebody wants to see their cases, or what is held about them. Gives the matter to answer.

    Whether the address is known is looked up by a worker: this does the same work for every address.
    """
    sealed = sealing.seal_short(email, PURPOSE)
    told = [controller.slug, sealed, language]
    transaction.on_commit(lambda: current_app.send_task(SEND_CODE, told), robust=True)
    return _matter(controller.slug, email)


def send_code(controller: str, sealed: str, language: str = "") -> None:
    """In the worker: mail a code to an address that has cases or that a system holds; to any other, nothing."""
    email = sealing.unseal_short(sealed, PURPOSE)
    index = sealing.blind(controller, "email", email)
    found = access.cases_by_proof(controller, email_index=index, account_index="")
    if not found:
        _send_to_record(controller, email, index, language)
        return
    issued = codes.issue(found[0], matter=_matter(controller, email), purpose=PURPOSE, to=email)
    if issued is None:
        return
    on_record = {value.casefold() for value in subject.read(found[0]).on_record}
    once = f"{PURPOSE}-{issued.expires_at.timestamp():.6f}"
    codes.send(found[0], issued, to=email, once=once, proved=email.casefold() in on_record)


def _send_to_record(slug: str, email: str, index: str, language: str) -> None:
    """To the address as a system writes it (docs/decisions/003); where no system answers, nothing is sent."""
    controller = register.controller(slug)
    with systems.connect_all(controller.inventory.systems.values(), os.environ) as connectors:
        try:
            held = lookup(controller.inventory, connectors, "email", email)
        except systems.SystemFailure:
            return
    if not held:
        return
    issued = email_code.begin(
        matter=_matter(slug, email), purpose=PURPOSE, address_index=index, now=timezone.now()
    )
    if issued is not None:
        outbox.queue_alone(
            controller=slug, key=sealing.new_key(), language=language or controller.languages[0],
            kind=outbox.CODE_ALONE, once=f"{PURPOSE}:{index}:{issued.expires_at.timestamp():.6f}", to=held[0],
            words=mails.code_alone(controller, language or controller.languages[0], issued.code),
            unproved=True,
        )  # fmt: skip


def _matter(controller: str, email: str) -> str:
    return f"account:{sealing.blind(controller, 'email', email)}"


def answer(matter: str, code: str) -> Answer:
    """Judge the code that was typed."""
    return codes.judge(matter=matter, purpose=PURPOSE, to="", code=code)


def on_record(
    controller: Controller, connectors: Mapping[str, systems.Connector], who: SignedIn
) -> list[tuple[str, str]]:
    """Identifiers as the systems hold them, the account's address on record among them; empty when none does."""
    inventory, found = controller.inventory, []
    for kind, value in who.identifiers:
        forms = [(kind, form) for form in lookup(inventory, connectors, kind, value)]
        if not forms:
            # A name the systems do not know beside one they do: two accounts are being mixed.
            return []
        found += forms
        found += [("email", form) for form in beside(inventory, connectors, (kind, value), "email")]
    if not who.identifiers and who.email:
        found = [("email", form) for form in lookup(inventory, connectors, "email", who.email)]
    return list(dict.fromkeys(found))


def _stop(case: Case, reason: str) -> Outcome:
    if not _is_stopped(case):
        journal.record(case, STOPPED, by=journal.REQUESTER, reason=reason)
    return Outcome.STOPPED


def _is_stopped(case: Case) -> bool:
    return any(sister.events.filter(name=STOPPED).exists() for sister in sisters.all_of(case))
