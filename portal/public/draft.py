"""Answers on their way: kept sealed in the session until they are sent, under a number that is sent only once."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field

from django.http import HttpRequest

from identity import sealing

DRAFTS = "drafts"


@dataclass
class Draft:
    """What somebody has answered so far, to one controller."""

    number: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    """The arrival key: sending twice under one number makes one request."""
    answers: dict[str, object] = field(default_factory=dict)

    @property
    def rights(self) -> list[str]:
        """Codes of what is asked."""
        return list(self.answers.get("rights") or ())

    @property
    def correction(self) -> dict[str, str]:
        """Which value is wrong and what is right; empty when nothing is contested."""
        return dict(self.answers.get("correction") or {})

    def text(self, name: str) -> str:
        """One answer, empty when there is none."""
        return str(self.answers.get(name) or "")


def read(request: HttpRequest) -> Draft:
    """The draft of this browser for this controller, or a new one."""
    sealed = request.session.get(DRAFTS, {}).get(request.controller.slug)
    if sealed is None:
        return Draft()
    try:
        return Draft(**json.loads(sealing.unseal_short(sealed, _purpose(request))))
    except sealing.SealBroken:
        return Draft()


def keep(request: HttpRequest, draft: Draft) -> None:
    """Seal it: a session row read by itself tells nothing."""
    content = json.dumps({"number": draft.number, "answers": draft.answers}, ensure_ascii=False)
    sealed = sealing.seal_short(content, _purpose(request))
    request.session[DRAFTS] = request.session.get(DRAFTS, {}) | {request.controller.slug: sealed}


def forget(request: HttpRequest) -> None:
    """It was sent, or is not wanted."""
    drafts = dict(request.session.get(DRAFTS, {}))
    if drafts.pop(request.controller.slug, None) is not None:
        request.session[DRAFTS] = drafts


def _purpose(request: HttpRequest) -> str:
    return f"draft:{request.controller.slug}"
