"""What mail servers and answering machines send back about our letters (RFC 3464, RFC 3834)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message

from requests_app.intake import parsed
from requests_app.intake.charsets import characters
from requests_app.letters.addresses import letter_in
from requests_app.models import Letter
from requests_app.register import Controller

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,400}>")
_WORST_FIRST = ("failed", "delayed", "relayed", "expanded", "delivered")


@dataclass(frozen=True)
class Report:
    """What a delivery report says of one letter."""

    action: str
    """``failed`` … as RFC 3464 names it; empty where the report is in a server's own words."""
    status: str
    """As RFC 3463 writes it, ``5.1.1``; empty where there is none."""
    about: tuple[str, ...]
    """Message-IDs of the mail it returns."""


def read(raw: bytes) -> Report:
    """Raises :class:`parsed.UnreadableMail`."""
    message = parsed.parse(raw).message
    actions: dict[str, str] = {}
    about: list[str] = []
    for part in parsed.walk(message):
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            for block in _messages_in(part):
                action = str(block.get("Action") or "").split("(")[0].strip().lower()
                if action in _WORST_FIRST:
                    status = _STATUS.search(str(block.get("Status") or ""))
                    actions.setdefault(action, status[1] if status else "")
        elif kind == "message/rfc822":
            about += _ids(child.get("Message-ID") for child in _messages_in(part))
        elif kind == "text/rfc822-headers":
            text = characters(part.get_payload(decode=True) or b"", "utf-8")
            about += _ids(re.findall(r"(?im)^message-id:[ \t]*(.{1,500})$", text))
    worst = next((action for action in _WORST_FIRST if action in actions), "")
    return Report(worst, actions.get(worst, ""), tuple(dict.fromkeys(about))[:5])


def letter_of(controller: Controller, addresses: Iterable[str]) -> Letter | None:
    """The letter whose own return path one of these addresses is."""
    for address in list(addresses)[:20]:
        letter = letter_in(address)
        if letter is not None and letter.controller == controller.slug:
            return letter
    return None


def letter_about(controller: Controller, report: Report) -> Letter | None:
    """The letter a report returns, where it came to another address than the letter's own."""
    sent = Letter.objects.filter(controller=controller.slug, message_id__in=report.about)
    return sent.exclude(sent_at=None).select_related("case", "key").first()


def _messages_in(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _ids(values: Iterable[object]) -> list[str]:
    found = (_MESSAGE_ID.search(str(value or "")) for value in values)
    return [match[0] for match in found if match]
