"""What was said on a case after it was opened: each message sealed under the case's key."""

from __future__ import annotations

import json
from datetime import datetime

from identity import sealing
from requests_app.models import Case, Message

PURPOSE = "message"


def add(
    case: Case, kind: Message.Kind, *, text: str, written_at: datetime, subject: str = "", by_ref: str = ""
) -> Message:
    """Keep one message; the caller records the event."""
    content = json.dumps({"subject": subject, "text": text}, ensure_ascii=False)
    sealed = sealing.seal(case.key, content.encode(), PURPOSE)
    return Message.objects.create(case=case, kind=kind, by_ref=by_ref, sealed=sealed, written_at=written_at)


def read(message: Message) -> dict[str, str]:
    """``subject`` and ``text``; raises ``KeyDestroyed`` after the purge."""
    return json.loads(sealing.unseal(message.case.key, message.sealed, PURPOSE))


def exchanged(case: Case) -> list[tuple[Message, str]]:
    """What requester and staff wrote to each other, oldest first; notes among staff are no part of it."""
    found = []
    for message in case.messages.exclude(kind=Message.Kind.NOTE):
        message.case = case
        found.append((message, read(message)["text"]))
    return found
