"""Cookie choices: kept for one browser under a keyed hash, and told to the controller's own sites."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from identity import sealing
from requests_app.models import CookieChoice
from requests_app.register import Controller

KEPT = timedelta(days=730)
"""As long as the record of an opt-out at least, 24 months (11 CCR 7101(a)); then the browser is asked anew."""
EXPIRED_AT_A_TIME = 100


@dataclass(frozen=True)
class Choice:
    """What stands for one browser now."""

    allowed: frozenset[str] = frozenset()
    chosen: bool = False
    """Whether somebody chose, rather than nobody having been asked; without a choice nothing is allowed."""
    signal: bool = False
    at: datetime | None = None


def visitor_of(controller: Controller, number: str) -> str:
    """The keyed hash under which a browser's choice is kept; ``number`` is the site's own for it."""
    return sealing.blind(controller.slug, "visitor", number)


def read(controller: Controller, visitor: str) -> Choice:
    """What stands for this browser; one statement."""
    kept = CookieChoice.objects.filter(controller=controller.slug, visitor=visitor).first()
    return _standing(controller, kept) if kept else Choice()


def choose(
    controller: Controller, visitor: str, allowed: Iterable[str], *, signal: bool, now: datetime
) -> Choice:
    """Keep what was chosen. What is shared stays off while the browser sends its signal."""
    known = {category.code for category in controller.cookie_categories}
    return _keep(controller, visitor, now, allowed=sorted(known & set(allowed)), signal=signal)


def hear_signal(controller: Controller, visitor: str, *, now: datetime) -> Choice:
    """The browser says not to sell or share. A later request without the signal takes nothing back."""
    return _keep(controller, visitor, now, signal=True)


def opts_in(controller: Controller, before: Choice, allowed: Iterable[str]) -> bool:
    """Whether this allows again what was refused before: then the law wants a second step (11 CCR 7028(a))."""
    shared = {category.code for category in controller.cookie_categories if category.shares}
    return bool(shared & set(allowed) - before.allowed) and (before.chosen or before.signal)


def _keep(controller: Controller, visitor: str, now: datetime, **what: object) -> Choice:
    with transaction.atomic():
        old = CookieChoice.objects.filter(at__lt=now - KEPT).values_list("pk", flat=True)[:EXPIRED_AT_A_TIME]
        CookieChoice.objects.filter(pk__in=list(old)).delete()
        kept, _ = CookieChoice.objects.update_or_create(
            controller=controller.slug, visitor=visitor, defaults={"at": now, **what}
        )
    return _standing(controller, kept)


def _standing(controller: Controller, kept: CookieChoice) -> Choice:
    offered = {
        category.code for category in controller.cookie_categories if not (kept.signal and category.shares)
    }
    return Choice(
        allowed=frozenset(offered & set(kept.allowed or ())),
        chosen=kept.allowed is not None,
        signal=kept.signal,
        at=kept.at,
    )
