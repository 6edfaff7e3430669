"""What stands on the outside of a mail: read from its bytes before anything is parsed, and never failing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings

HEAD_BYTES = 256 * 1024
"""A header longer than this is no header."""
_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:\\]{1,64}@[^\s<>()\[\]\",;:\\@]{1,255}")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,400}>")
_REPORTS = ("multipart/report", "message/delivery-status", "message/disposition-notification")
_BULK = {"bulk", "list", "junk"}
_LIST_HEADERS = ("list-id", "list-post", "list-unsubscribe", "list-help", "list-subscribe")


@dataclass(frozen=True)
class Envelope:
    """Headers by lower-case name, each as it stood, unfolded."""

    headers: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        """Every value of a header, topmost first."""
        return [value for header, value in self.headers if header == name]

    def first(self, name: str) -> str:
        """The topmost value, or nothing."""
        return next(iter(self.all(name)), "")

    @property
    def message_id(self) -> str:
        """With its angle brackets; empty when there is none worth the name."""
        found = _MESSAGE_ID.search(self.first("message-id"))
        return found[0] if found else ""

    @property
    def answers(self) -> list[str]:
        """Message-IDs this mail says it answers, at most fifty, nearest first."""
        named = self.all("in-reply-to") + self.all("references")
        return list(dict.fromkeys(_MESSAGE_ID.findall(" ".join(named[:4]))[-50:]))

    @property
    def addressed_to(self) -> list[str]:
        """Addresses in the headers that say where it was going, lower case."""
        names = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
        values = [value for name in names for value in self.all(name)[:5]]
        found = [address.lower() for value in values for address in _ADDRESS.findall(value[:10_000])]
        return list(dict.fromkeys(found))[:200]


def look_at(raw: bytes) -> Envelope:
    """The header lines; whatever is broken in them is passed over."""
    head = re.split(rb"\r?\n\r?\n|\r\r", raw[:HEAD_BYTES].lstrip(b"\r\n"), maxsplit=1)[0]
    text = head.decode("utf-8", "replace")
    unfolded = re.sub(r"\r?\n[ \t]+", " ", text)
    headers = []
    for line in re.split(r"\r\n|\n|\r", unfolded):
        name, colon, value = line.partition(":")
        if colon and name and not re.search(r"\s", name.rstrip()):
            headers.append((name.strip().lower(), value.strip()))
        if len(headers) == 1000:
            break
    return Envelope(tuple(headers))


def answered_by_no_one(envelope: Envelope, return_path: str | None) -> str:
    """Why a mail is certainly no person's letter (RFC 3834, RFC 3464), or nothing: never answered."""
    own = "@" + settings.MAIL_DOMAIN.lower() + ">"
    if envelope.message_id.lower().endswith(own):
        return "own_mail"
    if envelope.first("content-type").split(";")[0].strip().lower() in _REPORTS:
        return "report"
    if _keyword(envelope, "auto-submitted").startswith("auto-replied"):
        return "auto_reply"
    if (
        _keyword(envelope, "precedence") == "auto_reply"
        or envelope.all("x-autoreply")
        or envelope.all("x-autorespond")
    ):
        return "auto_reply"
    path = return_path if return_path is not None else _return_path(envelope)
    if path is not None and not path.strip(" <>"):
        return "null_return_path"
    return ""


def sent_by_machine(envelope: Envelope) -> str:
    """Why a mail was sent by a program or a list, or nothing.

    It is not answered either. But a person's agent may send requests by a
    program, so what asks for a right is shown to staff instead of put aside.
    """
    submitted = _keyword(envelope, "auto-submitted")
    if submitted and submitted != "no":
        return "auto_generated"
    if _keyword(envelope, "precedence") in _BULK or any(envelope.all(name) for name in _LIST_HEADERS):
        return "list"
    return ""


def _keyword(envelope: Envelope, name: str) -> str:
    return envelope.first(name).split(";")[0].split("(")[0].strip().lower()


def _return_path(envelope: Envelope) -> str | None:
    values = envelope.all("return-path")
    return values[0] if values else None
