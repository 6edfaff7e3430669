"""Search the systems for the proved identifiers and set down what they hold: counts, dates, digests."""

from __future__ import annotations

import hashlib
import os

from django.conf import settings
from django.db import transaction

from requests_app import law, register, subject, systems, worklist
from requests_app.decision import contested
from requests_app.models import Case, Determination, Holding
from requests_app.register.inventory import CLOSING


def search(case: Case) -> tuple[systems.Preview, dict[str, int]]:
    """Look in every system; changes nothing anywhere. The digest is keyed, so it reveals nothing.

    The second value counts, for an account to be closed, what stands against each condition.
    """
    inventory = register.controller(case.controller).inventory
    today = worklist.today_of(case)
    identifiers = [systems.Identifier(kind, value) for kind, value in subject.read(case).proved]
    closes = law.regime(case.regime, case.received_on).right(case.right).operation == CLOSING
    with systems.connect_all(inventory.systems.values(), os.environ) as connectors:
        found = systems.find(inventory.systems.values(), connectors, identifiers)
        against: dict[str, int] = {}
        for key, system in inventory.systems.items():
            if closes and found.systems[key].state == "searched":
                against |= systems.standing_against(connectors[key], found, system, today)
        preview = systems.preview_of(
            inventory.systems.values(),
            systems.within(found, subject.asked_since(case)),
            today=today,
            key=settings.INDEX_KEY.encode(),
        )
    return preview, against


def set_down(case: Case, found: systems.Preview) -> None:
    """Write one row per holding; a determination survives if its holding has not changed."""
    kept = {holding.holding_key: holding for holding in case.holdings.all()}
    controller = register.controller(case.controller)
    corrects = law.regime(case.regime, case.received_on).right(case.right).operation == "correct"
    with transaction.atomic():
        for system in found.systems:
            for preview in system.holdings:
                if corrects and not contested.concerns(case, controller.inventory.holding(preview.holding)):
                    continue
                digest = hashlib.sha256(
                    f"{preview.count}:{preview.oldest_on}:{preview.newest_on}:{preview.undated}".encode()
                ).hexdigest()
                earlier = kept.pop(preview.holding, None)
                if earlier is not None and earlier.digest == digest:
                    continue
                if earlier is not None:
                    earlier.delete()
                holding = Holding.objects.create(
                    case=case,
                    holding_key=preview.holding,
                    system=preview.system,
                    found=preview.count,
                    oldest_on=preview.oldest_on,
                    newest_on=preview.newest_on,
                    digest=digest,
                )
                if preview.count:
                    Determination.objects.create(holding=holding)
        for gone in kept.values():
            gone.delete()
