"""An unfinished form, kept for seven days under a key of its own and found again by the code in a mail."""

from __future__ import annotations

import secrets
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from identity import sealing
from requests_app import access
from requests_app.letters import outbox, unfinished
from requests_app.letters.text import day_in
from requests_app.models import SavedDraft
from requests_app.models.case import REFERENCE_SIGNS
from requests_app.register import Controller

LIFE = timedelta(days=7)
CODE_SIGNS = 12
"""Of 31: nobody guesses one of 2 to the 59th."""
PURPOSE = "saved-draft"


def save(controller: Controller, content: str, *, to: str, language: str, instead_of: str = "") -> str:
    """Seal it, mail the code to the address typed, and give the name under which it can be forgotten.

    ``instead_of`` is the earlier save of the same answers: one form is kept once.
    """
    now = timezone.now()
    code = "".join(secrets.choice(REFERENCE_SIGNS) for _ in range(CODE_SIGNS))
    with transaction.atomic():
        if instead_of:
            forget(controller.slug, instead_of)
        key = sealing.new_key()
        kept = SavedDraft.objects.create(
            controller=controller.slug,
            code_hash=_hash(controller.slug, code),
            key=key,
            sealed=sealing.seal(key, content.encode(), PURPOSE),
            made_at=now,
            expires_at=now + LIFE,
        )
        words = outbox.render(
            "saved",
            language,
            {
                "code": " ".join(code[at : at + 4] for at in range(0, CODE_SIGNS, 4)),
                "link": f"{settings.PORTAL_ORIGIN}/{controller.slug}/save/back/",
                "until": day_in(kept.expires_at.astimezone(ZoneInfo(controller.zone)).date(), language),
                "sender": controller.text(controller.legal_name, language),
            },
        )
        outbox.queue_alone(
            controller=controller.slug, key=key, language=language, kind="saved",
            once=f"saved:{kept.public_id}", to=to, words=words, unproved=True,
        )  # fmt: skip
    return kept.public_id


def find(controller: str, code: str) -> tuple[str, str] | None:
    """Its name and content; ``None`` for a code that never was, or whose day is over."""
    kept = (
        SavedDraft.objects.filter(
            controller=controller,
            code_hash=_hash(controller, access.signs_in(code)),
            expires_at__gt=timezone.now(),
        )
        .select_related("key")
        .first()
    )
    if kept is None:
        return None
    return kept.public_id, sealing.unseal(kept.key, bytes(kept.sealed), PURPOSE).decode()


def forget(controller: str, public_id: str) -> None:
    """It was sent, or saved anew: its key is destroyed, and with it the mail that carried the code."""
    for kept in SavedDraft.objects.filter(controller=controller, public_id=public_id).select_related("key"):
        unfinished.destroy(kept)


def _hash(controller: str, code: str) -> str:
    return sealing.blind(controller, "saved-draft", code)
